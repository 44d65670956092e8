"""A call of a bulk send is repeated if the mail was certainly not sent."""

from __future__ import annotations

from typing import Any

from sesinsights import errors
from sesinsights.classic import models
from sesinsights.sending.bulk import send_in_bulk
from tests.sending.mail import bulk_requests
from tests.sending.responses import ACCEPTED, lost_response, names_sent, responses


def test_a_throttled_send_is_repeated(scripted: Any, refusal: Any) -> None:
    """A throttled send is repeated, as nothing was sent; SES API v1 throttles with status 400."""
    throttled = refusal("Throttling", 400, "Maximum sending rate exceeded.")
    service = scripted(responses(throttled, ACCEPTED), service="ses")
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert result.message_id == "m"
    assert names_sent(service).count("SendBulkTemplatedEmail") == 2


def test_the_daily_quota_is_not_retried(scripted: Any, refusal: Any) -> None:
    """A daily quota that is used up has the code of throttling, and is not repeated."""
    used_up = refusal("Throttling", 400, "Daily message quota exceeded.")
    service = scripted(responses(used_up), service="ses")
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(3)))
    assert [type(result.error) for result in results] == [errors.DailyQuotaExceededError] * 3
    assert names_sent(service).count("SendBulkTemplatedEmail") == 1


def test_a_send_whose_answer_is_lost_is_not_repeated(scripted: Any) -> None:
    """A call whose response is lost may have sent mail: it is not retried; the next is made."""
    service = scripted(responses(lost_response(), ACCEPTED), service="ses")
    first, second = service.run(send_in_bulk(service.pipeline, bulk_requests(2)))
    assert isinstance(first.error, errors.TransportError)
    assert first.error.maybe_delivered
    assert second.status is models.BulkEmailStatus.SUCCESS


def test_a_send_that_failed_at_the_service_is_not_repeated(scripted: Any, refusal: Any) -> None:
    """A call that failed with status 500 may have sent its mail, and is not repeated."""
    service = scripted(responses(refusal("InternalFailure", 500), ACCEPTED), service="ses")
    first, second = service.run(send_in_bulk(service.pipeline, bulk_requests(2)))
    assert isinstance(first.error, errors.ServiceError)
    assert second.message_id == "m"
