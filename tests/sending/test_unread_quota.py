"""Sends whose rate cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from sesinsights import RetryPolicy, errors
from sesinsights.flows.classic_operations import SEND_BULK_TEMPLATED_EMAIL
from sesinsights.sending.bulk import send_in_bulk
from tests.sending.fates import fate
from tests.sending.mail import bulk_requests
from tests.sending.responses import ACCEPTED, client_error, lost_response, names_sent

NOTHING_READ: dict[str, Any] = {
    "an answer lost": lost_response(),
    "the service failed": client_error("InternalFailure", 500),
    "an answer that cannot be read": {"MaxSendRate": {"no": "number"}},
}


@pytest.mark.parametrize("outcome", NOTHING_READ.values(), ids=NOTHING_READ)
def test_a_send_whose_rate_cannot_be_read_is_not_accepted(scripted: Any, outcome: Any) -> None:
    """Mail whose rate could not be read was not sent, even if the rate itself was lost."""

    def reply(_: dict[str, Any]) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    service = scripted(reply, service="ses", retry=RetryPolicy(max_attempts=1))
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert names_sent(service) == ["GetSendQuota"]
    assert isinstance(result.error, errors.SESInsightsError)
    assert fate(result) == "not accepted"


def test_a_quota_that_cannot_be_read_stops_a_send(scripted: Any, refusal: Any) -> None:
    """A send whose rate was never read is not sent, and the next one asks for the rate again."""

    def reply(_: dict[str, Any]) -> None:
        raise refusal("AccessDenied", 403)

    service = scripted(reply, service="ses")
    request = bulk_requests(1)[0]
    for _ in range(2):
        with pytest.raises(errors.AccessDeniedError, match="ses:GetSendQuota"):
            service.run(service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))
    assert names_sent(service) == ["GetSendQuota", "GetSendQuota"]


def test_a_known_rate_outlives_a_quota_that_cannot_be_read_in_passing(
    scripted: Any, refusal: Any
) -> None:
    """A send keeps the rate of before when it cannot be read again."""
    read = {"Max24HourSend": 200.0, "MaxSendRate": 50.0, "SentLast24Hours": 1.0}
    quota: list[Any] = [read, refusal("InternalFailure", 500)]

    def reply(parameters: dict[str, Any]) -> Any:
        if parameters:
            return ACCEPTED
        answer = quota.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    service = scripted(reply, service="ses", retry=RetryPolicy(max_attempts=1))
    request = bulk_requests(1)[0]
    service.run(service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))
    service.clock.advance(1000)
    for _ in range(2):
        service.run(service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))
    assert service.times[-1] - service.times[-2] == pytest.approx(1.02 / 50, abs=1e-5)
