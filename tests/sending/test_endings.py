"""What ends a bulk send, and what does not."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    CredentialRetrievalError,
)

from sesinsights import RetryPolicy, errors
from sesinsights.classic import BulkSendResult, models
from sesinsights.sending.bulk import send_in_bulk
from tests.sending.fates import fate
from tests.sending.mail import SOURCE, bulk_requests, entries
from tests.sending.responses import ACCEPTED, client_error, lost_response, names_sent, responses

EVERY_CALL: dict[str, tuple[str, int]] = {
    "no permission": ("AccessDenied", 403),
    "unknown credentials": ("InvalidClientTokenId", 403),
    "expired credentials": ("ExpiredToken", 403),
    "a wrong clock": ("RequestExpired", 400),
    "no such template": ("TemplateDoesNotExist", 400),
    "no such configuration set": ("ConfigurationSetDoesNotExist", 400),
    "the account is paused": ("AccountSendingPausedException", 400),
    "the configuration set is paused": ("ConfigurationSetSendingPausedException", 400),
    "a sender not set up": ("MailFromDomainNotVerifiedException", 400),
    "a sender not verified": ("MessageRejected", 400),
}


@pytest.mark.parametrize(("code", "status"), EVERY_CALL.values(), ids=EVERY_CALL)
def test_a_refusal_that_would_meet_every_call_ends_a_bulk_send(
    scripted: Any, code: str, status: int
) -> None:
    """A refusal that would meet every call ends a bulk send."""
    service = scripted(responses(client_error(code, status)), service="ses")
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(3)))
    assert len({id(result.error) for result in results}) == 1
    assert isinstance(results[0].error, errors.ServiceError)


def test_a_refusal_of_one_call_ends_no_bulk_send(scripted: Any) -> None:
    """A refusal that only one call meets costs no more than its destinations."""
    broken = client_error("InvalidParameterValue", 400)
    unreadable: dict[str, Any] = {"Status": []}
    outcomes = [broken, unreadable, broken, broken, broken, ACCEPTED]
    service = scripted(responses(*outcomes), service="ses")
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(6)))
    assert [result.is_accepted for result in results] == [False] * 5 + [True]


UNDECIDED: dict[str, object] = {
    "lost": lost_response(),
    "failed": client_error("InternalFailure", 500),
    "throttled": client_error("Throttling", 400),
    "unreadable": {"Status": []},
}


@pytest.mark.parametrize("outcome", UNDECIDED.values(), ids=UNDECIDED)
def test_three_undecided_calls_in_a_row_end_a_bulk_send(scripted: Any, outcome: object) -> None:
    """A bulk send ends after three calls in a row that neither succeed nor are refused."""
    outcomes = [outcome, outcome, ACCEPTED, outcome, outcome, outcome]
    service = scripted(responses(*outcomes), service="ses", retry=RetryPolicy(max_attempts=1))
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(8)))
    assert names_sent(service).count("SendBulkTemplatedEmail") == 6
    assert [result.is_accepted for result in results].index(True) == 2
    assert len({id(result.error) for result in results[5:]}) == 1


EVERY_DESTINATION = [
    "AccountDailyQuotaExceeded",
    "AccountSendingPaused",
    "AccountSuspended",
    "ConfigurationSetDoesNotExist",
    "ConfigurationSetSendingPaused",
    "InvalidSendingPoolName",
    "MailFromDomainNotVerified",
    "TemplateDoesNotExist",
]


@pytest.mark.parametrize("status", EVERY_DESTINATION)
def test_a_status_that_would_meet_every_destination_ends_a_bulk_send(
    scripted: Any, status: str
) -> None:
    """A status that every destination would get ends a bulk send; the other results say why."""
    service = scripted(responses({"Status": [{"Status": status, "Error": "No."}]}), service="ses")
    first, second = service.run(send_in_bulk(service.pipeline, bulk_requests(2)))
    assert (first.status, first.error) == (status, "No.")
    assert second.status is None
    assert status in str(second.error)
    assert fate(second) == "not accepted"


@pytest.mark.parametrize("others", ["Success", "AccountSuspended", "MessageRejected"])
def test_a_status_of_some_destinations_ends_no_bulk_send(scripted: Any, others: str) -> None:
    """A status that others may be spared does not end a bulk send."""
    status = "MessageRejected" if others == "MessageRejected" else "TemplateDoesNotExist"
    mixed = {"Status": [{"Status": status}, {"Status": others}]}
    service = scripted(responses(mixed, ACCEPTED), service="ses")
    both = models.SendBulkTemplatedEmailRequest(
        source=SOURCE, template="order", default_template_data={}, destinations=entries(2)
    )
    *_, last = service.run(send_in_bulk(service.pipeline, [both, *bulk_requests(1)]))
    assert last.is_accepted


ERRORS_NOT_OURS: dict[str, Exception] = {
    "botocore's": CredentialRetrievalError(provider="sso", error_msg="expired"),
    "of a closed client": RuntimeError("this client is closed"),
}


@pytest.mark.parametrize("failure", ERRORS_NOT_OURS.values(), ids=ERRORS_NOT_OURS)
def test_an_error_that_is_not_ours_leaves_the_results_of_what_was_sent(
    scripted: Any, failure: Exception
) -> None:
    """An error that is not ours ends a bulk send, and what was sent before keeps its results."""
    service = scripted(responses(ACCEPTED, failure), service="ses")
    first, second, third = service.run(send_in_bulk(service.pipeline, bulk_requests(3)))
    assert first.message_id == "m"
    assert [second.error, third.error] == [failure] * 2
    assert names_sent(service).count("SendBulkTemplatedEmail") == 2


def test_an_interrupted_bulk_send_has_told_what_became_of_the_mail(scripted: Any) -> None:
    """An interruption is raised after earlier results were passed to `on_result`, in order."""
    service = scripted(responses(ACCEPTED, lost_response(), GeneratorExit()), service="ses")
    requests = bulk_requests(4)
    told: list[BulkSendResult] = []
    with pytest.raises(GeneratorExit):
        service.run(send_in_bulk(service.pipeline, requests, on_result=told.append))
    assert [result.destination for result in told] == [
        request.destinations[0] for request in requests[:2]
    ]
    assert told[0].message_id == "m"
    assert isinstance(told[1].error, errors.TransportError)
