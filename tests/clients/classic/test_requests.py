"""Requests of SES API v1: refused before sending, hidden in a repr, and themselves on the wire."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest

from sesinsights.classic import models
from tests.sending.mail import READER, SOURCE, entries

BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "no recipient": ("Destination", {}, "1 to 50 recipients"),
    "51 recipients": ("Destination", {"cc_addresses": ["a@b.c"] * 51}, "1 to 50 recipients"),
    "a space in a tag's name": ("MessageTag", {"name": "a b", "value": "c"}, "name"),
    "a letter in a tag's value": ("MessageTag", {"name": "a", "value": "ü"}, "value"),
    "a long tag": ("MessageTag", {"name": "a" * 257, "value": "b"}, "name"),
    "no template name": ("Template", {"template_name": ""}, "template_name"),
    "a large page": ("ListTemplatesRequest", {"max_items": 101}, "max_items"),
    "a space in a set's name": (
        "DescribeConfigurationSetRequest",
        {"configuration_set_name": "a b"},
        "configuration_set_name",
    ),
    "no kind of destination": (
        "EventDestination",
        {"name": "e", "matching_event_types": ["send"]},
        "exactly one",
    ),
    "two kinds of destination": (
        "EventDestination",
        {
            "name": "e",
            "matching_event_types": ["send"],
            "sns_destination": {"topic_arn": "a"},
            "kinesis_firehose_destination": {"iam_role_arn": "a", "delivery_stream_arn": "b"},
        },
        "exactly one",
    ),
    "an event of the other API": (
        "EventDestination",
        {"name": "e", "matching_event_types": ["SEND"], "sns_destination": {"topic_arn": "a"}},
        "matching_event_types",
    ),
    "a list as data": (
        "TestRenderTemplateRequest",
        {"template_name": "t", "template_data": "[1]"},
        "JSON object",
    ),
    "data that is not JSON": (
        "TestRenderTemplateRequest",
        {"template_name": "t", "template_data": "{"},
        "JSON object",
    ),
    "too much data": (
        "TestRenderTemplateRequest",
        {"template_name": "t", "template_data": {"a": "b" * 262_144}},
        "template_data",
    ),
}


@pytest.mark.parametrize(("shape", "members", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_the_service_would_refuse_is_refused_before_sending(
    shape: str, members: dict[str, Any], problem: str
) -> None:
    """What the service would refuse is refused at once, with the field and what is allowed."""
    with pytest.raises(pydantic.ValidationError, match=problem):
        getattr(models, shape)(**members)


def test_addresses_and_data_do_not_show() -> None:
    """The repr of a request shows neither addresses, also inside of ARNs, nor template data."""
    sender: dict[str, Any] = {
        "source": SOURCE,
        "template": "order",
        "return_path": "bounce@example.com",
        "reply_to_addresses": ["help@example.com"],
        "source_arn": f"arn:aws:ses:us-east-1:1:identity/{SOURCE}",
        "return_path_arn": "arn:aws:ses:us-east-1:1:identity/bounce@example.com",
    }
    one = models.SendTemplatedEmailRequest(
        **sender, destination=READER, template_data={"name": "Ada"}
    )
    many = models.SendBulkTemplatedEmailRequest(
        **sender, destinations=entries(1), default_template_data={"name": "Ada"}
    )
    for request in (one, many):
        assert "@" not in repr(request)
        assert "Ada" not in repr(request)


def test_wire_names_with_capitals_map_both_ways() -> None:
    """Names like IAMRoleARN are snake_case in Python and themselves on the wire."""
    wire_form = {
        "Name": "e",
        "MatchingEventTypes": ["send"],
        "KinesisFirehoseDestination": {"IAMRoleARN": "a", "DeliveryStreamARN": "b"},
        "SNSDestination": {"TopicARN": "c"},
    }
    read = models.EventDestination.from_service(wire_form)
    assert read.kinesis_firehose_destination
    assert read.kinesis_firehose_destination.iam_role_arn == "a"
    assert read.kinesis_firehose_destination.delivery_stream_arn == "b"
    assert read.sns_destination
    assert read.sns_destination.topic_arn == "c"
    assert read.to_service() == wire_form
