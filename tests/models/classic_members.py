"""Members of requests of SES API v1, as a user gives them."""

from __future__ import annotations

from typing import Any

from sesinsights.classic import models as classic
from tests.models.personal_data import ADDRESS

SEND: dict[str, Any] = {
    "source": "shop@example.com",
    "destination": classic.Destination(to_addresses=[ADDRESS]),
    "template": "order",
    "template_data": {},
}

FIREHOSE = classic.KinesisFirehoseDestination(iam_role_arn="role", delivery_stream_arn="stream")
TOPIC = classic.SNSDestination(topic_arn="topic")
