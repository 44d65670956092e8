"""A bulk send is divided into calls, whose destinations are as they were given."""

from __future__ import annotations

import operator
from typing import Any

import pydantic
import pytest

from sesinsights.classic import models
from sesinsights.sending.bulk import requests_for, send_in_bulk
from tests.sending.mail import SOURCE, bulk_requests, entries
from tests.sending.responses import ACCEPTED, responses


def test_every_destination_is_sent_with_data(scripted: Any) -> None:
    """A destination without data of its own is sent with an empty object, by every bulk call."""
    service = scripted(responses(ACCEPTED), service="ses")
    service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert service.sent[-1][2]["Destinations"] == [
        {"Destination": {"ToAddresses": ["reader0@example.com"]}, "ReplacementTemplateData": "{}"}
    ]


def test_a_destination_that_is_refused_shows_no_address(scripted: Any) -> None:
    """An address where a name should be is left out of the error."""
    with pytest.raises(pydantic.ValidationError) as caught:
        requests_for([{"destination": {SOURCE: []}}])  # type: ignore[list-item] # as a user without a checker may
    assert SOURCE not in str(caught.value)
    assert "destinations.0.destination.<address>" in str(caught.value)


GROUPS: dict[str, tuple[list[int], list[list[int]]]] = {
    "nobody": ([], []),
    "one each": ([1] * 120, [[1] * 50, [1] * 50, [1] * 20]),
    "as many as a call takes": ([50, 50], [[50], [50]]),
    "what does not fit goes by the next call": ([20, 20, 20, 30], [[20, 20], [20, 30]]),
    "a full call after a small one": ([1, 50, 1], [[1], [50], [1]]),
}


@pytest.mark.parametrize(("recipients", "expected"), GROUPS.values(), ids=GROUPS)
def test_a_call_has_no_more_than_50_recipients(
    recipients: list[int], expected: list[list[int]]
) -> None:
    """A call has at most 50 recipients over its destinations, which stay whole and in order."""
    requests = requests_for(
        (
            models.BulkEmailDestination(
                destination=models.Destination(to_addresses=["a@b.c"] * count)
            )
            for count in recipients
        ),
        source=SOURCE,
        template="order",
        default_template_data={},
    )
    sent = [[one.destination.recipients for one in request.destinations] for request in requests]
    assert sent == expected


def test_only_destinations_that_may_have_changed_are_validated_again() -> None:
    """A destination that was built is used as it is, and one that was changed is validated."""
    built = entries(120)
    others: dict[str, Any] = {"source": SOURCE, "template": "t", "default_template_data": {}}
    requests = requests_for(built, **others)
    used = [entry for request in requests for entry in request.destinations]
    assert len(used) == 120
    assert all(map(operator.is_, used, built))
    changed = built[-1].model_copy(update={"destination": {"to_addresses": []}})
    with pytest.raises(pydantic.ValidationError, match=r"destinations\.120\.destination"):
        requests_for([*built, changed], **others)
