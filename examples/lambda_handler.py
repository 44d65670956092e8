"""An AWS Lambda function that returns what happened to a message.

The client is made once for each execution environment, outside the handler; it connects with the
first event. Least policy: `ses:GetMessageInsights`. Try it against the emulator:

pip install '.[testing]'                              # in a checkout
python examples/lambda_handler.py
"""

from __future__ import annotations

import os
from typing import Any

from botocore.config import Config

from sesinsights import RetryPolicy, SESInsights, errors

# A caller waits: give up before the function's own timeout does. The deadline begins no further
# attempt; the timeouts end one that has begun.
ses = SESInsights(
    endpoint_url=os.environ.get("SES_ENDPOINT_URL"),
    config=Config(connect_timeout=2, read_timeout=5),
    retry=RetryPolicy(max_attempts=4, deadline=8),
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Return the events of the message in `{"message_id": "0100…"}`."""
    try:
        message = ses.get_message_insights(event["message_id"])
    except errors.NotFoundError:
        return {"statusCode": 404, "events": []}
    events = [
        happened.model_dump(mode="json", exclude_none=True)
        for insights in message.insights
        for happened in insights.events
    ]
    return {"statusCode": 200, "events": events}


if __name__ == "__main__":
    from sesinsights.testing import SESEmulator
    from sesinsights.testing.sample import READER, add_sample_data

    with SESEmulator() as emulator:
        add_sample_data(emulator)
        ses = SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1")
        print(handler({"message_id": READER}, None))
        print(handler({"message_id": "0100-unknown"}, None))
        ses.close()
