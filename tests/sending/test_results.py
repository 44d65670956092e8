"""A result says what happened to the mail, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    CredentialRetrievalError,
    EndpointConnectionError,
)

from sesinsights import RetryPolicy, errors
from sesinsights.classic import BulkSendResult, models
from sesinsights.sending.bulk import send_in_bulk
from tests.sending.fates import fate
from tests.sending.mail import bulk_requests
from tests.sending.responses import ACCEPTED, client_error, lost_response, responses


def test_refused_destinations_carry_the_services_words(scripted: Any) -> None:
    """Status, error and message id are the service's, and do not show in a repr."""
    said = {"Status": [{"Status": "MessageRejected", "Error": "bob@example.com is not verified"}]}
    service = scripted(responses(said), service="ses")
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert result.status is models.BulkEmailStatus.MESSAGE_REJECTED
    assert result.error == "bob@example.com is not verified"
    assert "@" not in repr(result)


FATES: dict[str, tuple[object, str]] = {
    "accepted": (ACCEPTED, "accepted"),
    "an id without a status": ({"Status": [{"MessageId": "m"}]}, "accepted"),
    "an empty id": (
        {"Status": [{"Status": "MessageRejected", "MessageId": "", "Error": ""}]},
        "not accepted",
    ),
    "an empty id without a status": ({"Status": [{"MessageId": ""}]}, "unknown"),
    "rejected": ({"Status": [{"Status": "MessageRejected", "Error": "No."}]}, "not accepted"),
    "a status without a reason": ({"Status": [{"Status": "TransientFailure"}]}, "not accepted"),
    "a reason without a status": ({"Status": [{"Error": "No."}]}, "not accepted"),
    "no status": ({"Status": [{}]}, "unknown"),
    "another number of statuses": ({"Status": []}, "unknown"),
    "an answer lost": (lost_response(), "unknown"),
    "a connection that was not made": (
        EndpointConnectionError(endpoint_url="https://x"),
        "not accepted",
    ),
    "the service failed": (client_error("InternalFailure", 500), "unknown"),
    "the service throttled": (client_error("Throttling", 503), "not accepted"),
    "refused": (client_error("InvalidParameterValue", 400), "not accepted"),
    "no credentials": (CredentialRetrievalError(provider="sso", error_msg="x"), "not accepted"),
}


@pytest.mark.parametrize(("outcome", "expected"), FATES.values(), ids=FATES)
def test_a_result_tells_whether_the_message_may_be_accepted(
    scripted: Any, outcome: object, expected: str
) -> None:
    """A result says whether its message may be accepted, and has a reason unless it was."""
    service = scripted(responses(outcome), service="ses", retry=RetryPolicy(max_attempts=1))
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert fate(result) == expected
    assert bool(result.error) == (expected != "accepted")


def test_what_was_not_tried_is_not_accepted(scripted: Any) -> None:
    """A destination that was not tried has the error that ended the send, and is not accepted."""
    service = scripted(responses(*[lost_response()] * 3), service="ses")
    *_, third, fourth = service.run(send_in_bulk(service.pipeline, bulk_requests(4)))
    assert fourth.error is third.error
    assert [fate(third), fate(fourth)] == ["unknown", "not accepted"]


def test_statuses_that_do_not_match_the_destinations_are_no_answer(scripted: Any) -> None:
    """Statuses that are not as many as the destinations are not taken for a response."""
    service = scripted(responses({"Status": []}), service="ses")
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert isinstance(result.error, errors.ResponseValidationError)


def test_what_is_told_is_what_is_returned(scripted: Any, refusal: Any) -> None:
    """What is told is what is returned, also of destinations that were not tried."""
    service = scripted(responses(ACCEPTED, refusal("AccessDenied", 403)), service="ses")
    told: list[BulkSendResult] = []
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(3), on_result=told.append))
    assert told == results
    assert len(told) == 3
