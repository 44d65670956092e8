"""What a user may send, and whom events go to, by SES API v1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights.classic import models as classic
from tests.models.classic_members import FIREHOSE, SEND, TOPIC
from tests.models.personal_data import ADDRESS
from tests.models.refusals import refusal

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


@pytest.mark.parametrize(
    "lists",
    [
        {},
        {"to_addresses": []},
        {"to_addresses": [ADDRESS] * 51},
        {
            "to_addresses": [ADDRESS] * 17,
            "cc_addresses": [ADDRESS] * 17,
            "bcc_addresses": ["a"] * 17,
        },
    ],
)
def test_a_destination_has_1_to_50_recipients(lists: dict[str, list[str]]) -> None:
    """Recipients are counted over To, Cc and Bcc, and the refusal does not show them."""
    text = refusal(classic.Destination, **lists)
    assert "1 to 50 recipients in all" in text
    assert ADDRESS not in text


@pytest.mark.parametrize("name", ["to_addresses", "cc_addresses", "bcc_addresses"])
@pytest.mark.parametrize("number", [1, 50])
def test_the_limits_of_recipients_are_included(name: str, number: int) -> None:
    """Mail may have one recipient, or 50, in any of To, Cc and Bcc."""
    assert classic.Destination.model_validate({name: [ADDRESS] * number}).recipients == number


@pytest.mark.parametrize("name", ["to_addresses", "cc_addresses", "bcc_addresses"])
def test_a_recipient_is_an_address(name: str) -> None:
    """An empty address is refused, and so is one string in place of a list."""
    assert f"{name}.1" in refusal(classic.Destination, **{name: [ADDRESS, ""]})
    text = refusal(classic.Destination, **{name: ADDRESS})
    assert "list" in text
    assert ADDRESS not in text


@pytest.mark.parametrize("name", ["source", "return_path", "template", "configuration_set_name"])
def test_a_send_has_no_empty_names(name: str) -> None:
    """An empty sender, template or configuration set is refused."""
    assert name in refusal(classic.SendTemplatedEmailRequest, **{**SEND, name: ""})


@pytest.mark.parametrize("number", [0, 51])
def test_a_bulk_call_has_1_to_50_destinations(number: int) -> None:
    """One call sends to 1 to 50 destinations."""
    entry = classic.BulkEmailDestination(destination=SEND["destination"])
    bulk = {"source": "a@example.com", "template": "order", "default_template_data": {}}
    text = refusal(classic.SendBulkTemplatedEmailRequest, **bulk, destinations=[entry] * number)
    assert "destinations" in text
    for accepted in (1, 50):
        members = {**bulk, "destinations": [entry] * accepted}
        classic.SendBulkTemplatedEmailRequest.model_validate(members)


@pytest.mark.parametrize(
    ("shape", "name", "longest"),
    [
        (classic.MessageTag, "name", 256),
        (classic.MessageTag, "value", 256),
        (classic.EventDestination, "name", 64),
        (classic.DescribeConfigurationSetRequest, "configuration_set_name", 64),
        (classic.CloudWatchDimensionConfiguration, "dimension_name", 256),
        (classic.CloudWatchDimensionConfiguration, "default_dimension_value", 256),
    ],
)
def test_a_name_has_limited_characters(shape: type[Shape], name: str, longest: int) -> None:
    """A name has some characters, not too many, and no space, line end or letter beyond ASCII."""
    assert "at least 1 character" in refusal(shape, **{name: ""})
    assert f"at most {longest} characters" in refusal(shape, **{name: "x" * (longest + 1)})
    for bad in ("a b", "a\n", "ä", "a/b", "a,b", "٣"):
        assert "may only contain" in refusal(shape, **{name: bad})


@pytest.mark.parametrize(
    "kinds", [{}, {"sns_destination": TOPIC, "kinesis_firehose_destination": FIREHOSE}]
)
def test_events_go_to_exactly_one_kind_of_destination(kinds: dict[str, Shape]) -> None:
    """An event destination of no kind or of two is refused."""
    text = refusal(classic.EventDestination, name="a", matching_event_types=["send"], **kinds)
    assert "exactly one of kinesis_firehose_destination, cloud_watch_destination" in text


def test_events_are_named_as_v1_names_them() -> None:
    """Events have the names of SES API v1, and at least one is given."""
    one = {"name": "a", "sns_destination": TOPIC}
    text = refusal(classic.EventDestination, **one, matching_event_types=["RENDERING_FAILURE"])
    assert "matching_event_types.0" in text
    assert "'renderingFailure'" in text
    assert "matching_event_types" in refusal(
        classic.EventDestination, **one, matching_event_types=[]
    )


@pytest.mark.parametrize("number", [0, 11])
def test_cloudwatch_metrics_have_1_to_10_dimensions(number: int) -> None:
    """CloudWatch metrics are broken down by 1 to 10 dimensions."""
    dimension = classic.CloudWatchDimensionConfiguration(
        dimension_name="campaign:a",
        dimension_value_source="messageTag",
        default_dimension_value="a@b.c",
    )
    text = refusal(classic.CloudWatchDestination, dimension_configurations=[dimension] * number)
    assert "dimension_configurations" in text


@pytest.mark.parametrize("number", [0, 101])
def test_a_page_holds_1_to_100_templates(number: int) -> None:
    """A page holds 1 to 100 templates, and other sizes are refused."""
    assert "max_items" in refusal(classic.ListTemplatesRequest, max_items=number)
