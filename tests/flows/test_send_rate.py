"""The account's own send rate: read by one call for all, and never a reason to send faster."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from math import inf, nan
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import CredentialRetrievalError

from sesinsights import RetryPolicy, errors
from sesinsights import models as v2_models
from sesinsights.classic import models
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.flows.classic_operations import (
    GET_SEND_QUOTA,
    SEND_BULK_TEMPLATED_EMAIL,
    SEND_TEMPLATED_EMAIL,
)
from sesinsights.flows.flow import Sleep
from sesinsights.flows.operation import SendOperation
from sesinsights.flows.operations import GET_ACCOUNT
from sesinsights.flows.pipeline import Pipeline
from sesinsights.flows.send_rate import SendRate
from sesinsights.models.shape import Shape
from sesinsights.pacing import LocalPacer, Reservation
from sesinsights.sending.bulk import send_in_bulk
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.flows.flow import Flow

READER = models.Destination(to_addresses=["reader@example.com"])
BULK = models.SendBulkTemplatedEmailRequest(
    source="shop@example.com",
    template="order",
    default_template_data={},
    destinations=[models.BulkEmailDestination(destination=READER)],
)
ONE = models.SendTemplatedEmailRequest(
    source="shop@example.com", destination=READER, template="order", template_data={}
)
ACCEPTED = {
    "MessageId": "m",
    "RenderedTemplate": "Hello",
    "Status": [{"Status": "Success", "MessageId": "m"}],
}


def quotas(*outcomes: Any) -> Callable[[dict[str, Any]], Any]:
    """Accept every mail, and response each reading of the quota with the next outcome."""
    left = list(outcomes)

    def reply(parameters: dict[str, Any]) -> Any:
        if parameters:
            return ACCEPTED
        outcome = left.pop(0)
        if callable(outcome):
            outcome = outcome()
        if isinstance(outcome, Exception):
            raise outcome
        return {"Max24HourSend": 200.0, "MaxSendRate": outcome, "SentLast24Hours": 1.0}

    return reply


def send(service: Any) -> Flow[Any]:
    """Return the flow of a send to one recipient."""
    return service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, BULK)  # type: ignore[no-any-return] # the service is of a fixture's class


def readings(service: Any) -> int:
    """Return how often the quota was read."""
    return [name for _, name, _ in service.sent].count("GetSendQuota")


def last_gap(service: Any) -> float:
    """Return how far apart the last two calls left."""
    return service.times[-1] - service.times[-2]  # type: ignore[no-any-return] # as above


async def at_once(service: Any, count: int) -> list[Any]:
    """Return what so many sends at once end with."""
    driver = AsyncDriver(service, service.clock, service.pacer)
    sends = [driver.run(send(service)) for _ in range(count)]
    return await asyncio.gather(*sends, return_exceptions=True)


class SendEmailRequest(Shape, frozen=True):
    """A send of SES API v2, as far as its pace depends on it."""

    recipients: int


class SendEmailResponse(Shape, frozen=True):
    """Its response."""


SEND_EMAIL: SendOperation[SendEmailRequest, SendEmailResponse] = SendOperation(
    name="SendEmail",
    service="sesv2",
    recipients=lambda request: request.recipients,
    quota=GET_ACCOUNT,
)


def test_a_send_names_where_its_rate_comes_from(
    scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A send of API v2 is paced by the rate of GetAccount, by every recipient of it."""
    for shape in (SendEmailRequest, SendEmailResponse):
        monkeypatch.setattr(v2_models, shape.__name__, shape, raising=False)
    monkeypatch.setattr("sesinsights.flows.pipeline.OPERATIONS", (GET_ACCOUNT, SEND_EMAIL))
    service = scripted(lambda sent: {} if sent else {"SendQuota": {"MaxSendRate": 2.0}})
    for _ in range(3):
        service.run(service.pipeline.call(SEND_EMAIL, SendEmailRequest(recipients=8)))
    assert [name for _, name, _ in service.sent] == ["GetAccount", *["SendEmail"] * 3]
    assert last_gap(service) == pytest.approx(4 * 1.02)


def test_threads_that_find_no_rate_wait_for_the_one_that_reads_it(scripted: Any) -> None:
    """No slot is booked at a guessed rate, which would hold up all that come after."""
    begun = threading.Semaphore(0)

    def rate() -> float:
        for _ in range(20):
            assert begun.acquire(timeout=10)
        return 100.0

    service = scripted(quotas(rate), service="ses")

    def send_one(_: int) -> None:
        begun.release()
        service.run(send(service))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(send_one, range(20)))
    assert readings(service) == 1
    assert max(service.clock.sleeps) < 20 * 1.03 / 100


def test_tasks_that_find_no_rate_wait_for_the_one_that_reads_it(scripted: Any) -> None:
    """Tasks wait for the one that reads the rate, even if there are more tasks than threads."""
    service = scripted(quotas(100.0), service="ses")
    asyncio.run(at_once(service, 100))
    assert readings(service) == 1
    assert service.times[-1] == pytest.approx(99 * 1.02 / 100, abs=1e-3)


def test_waiting_for_the_rate_is_no_waiting_for_a_slot(scripted: Any) -> None:
    """Sends whose slots are near enough are made, although all of them began at once."""
    service = scripted(quotas(100.0), service="ses")
    service.pipeline = Pipeline("ses", service.clock, RetryPolicy(), {}, max_wait=0.5)
    sent = asyncio.run(at_once(service, 40))
    assert [type(answer).__name__ for answer in sent] == ["SendBulkTemplatedEmailResponse"] * 40


def test_who_waits_for_the_rate_is_told_why_it_cannot_be_read(scripted: Any, refusal: Any) -> None:
    """One refusal is enough for all who ask at the same time."""
    service = scripted(quotas(refusal("AccessDenied", 403)), service="ses")
    failures = asyncio.run(at_once(service, 5))
    assert [type(failure) for failure in failures] == [errors.AccessDeniedError] * 5
    assert readings(service) == 1


def test_waiting_for_the_rate_lets_time_pass(scripted: Any, refusal: Any) -> None:
    """Waiting for the rate lets time pass, since its reader may have to sleep."""
    service = scripted(quotas(refusal("Throttling", 400), 100.0), service="ses")

    async def story() -> list[Any]:
        return await asyncio.wait_for(at_once(service, 3), 10)

    sent = asyncio.run(story())
    assert [type(answer).__name__ for answer in sent] == ["SendBulkTemplatedEmailResponse"] * 3
    assert readings(service) == 2


def test_nobody_waits_for_a_rate_that_is_read_again() -> None:
    """While the rate is read again, sends use the previous one."""
    clock = FakeClock()

    def read() -> Flow[float]:
        yield from Sleep(1)
        return 50.0

    rate = SendRate(clock)
    reading = rate.current(read)
    next(reading)
    with pytest.raises(StopIteration, match=r"50\.0"):
        reading.send(None)
    clock.advance(901)
    again = rate.current(read)
    assert isinstance(next(again), Sleep)
    with pytest.raises(StopIteration, match=r"50\.0"):
        next(rate.current(read))


def test_a_reading_that_is_cancelled_is_done_by_another(scripted: Any) -> None:
    """No caller is left waiting, and none takes the interruption for a response."""
    is_asked, goes_on = threading.Event(), threading.Event()

    def rate() -> float:
        is_asked.set()
        assert goes_on.wait(10)
        return 1.0

    service = scripted(quotas(rate, 100.0), service="ses")

    async def story() -> Any:
        driver = AsyncDriver(service, service.clock, service.pacer)
        reader = asyncio.create_task(driver.run(send(service)))
        waiter = asyncio.create_task(driver.run(send(service)))
        impatient = asyncio.create_task(driver.run(send(service)))
        assert await asyncio.to_thread(is_asked.wait, 10)
        impatient.cancel()
        await asyncio.sleep(0)
        reader.cancel()
        outcomes = await asyncio.gather(reader, impatient, return_exceptions=True)
        await waiter
        goes_on.set()
        return outcomes

    assert [type(outcome) for outcome in asyncio.run(story())] == [asyncio.CancelledError] * 2
    service.run(send(service))
    assert readings(service) == 2
    assert last_gap(service) == pytest.approx(1.02 / 100, abs=1e-5)


def test_a_reading_that_fails_is_repeated_by_the_next_send(scripted: Any) -> None:
    """After a failed reading, the next send reads the rate again."""
    expired = CredentialRetrievalError(provider="sso", error_msg="expired")
    service = scripted(quotas(expired, 100.0), service="ses")
    with pytest.raises(CredentialRetrievalError):
        service.run(send(service))
    for _ in range(2):
        service.run(send(service))
    assert last_gap(service) == pytest.approx(1.02 / 100, abs=1e-5)


def test_a_recipient_that_was_throttled_slows_the_next_sends_down(scripted: Any) -> None:
    """Some of a call may be throttled while the call is answered; the next slots are wider."""
    some: dict[str, Any] = {"Status": [{"Status": "AccountThrottled", "Error": "Too fast."}]}
    left = [ACCEPTED, ACCEPTED, some, ACCEPTED, ACCEPTED]
    paces: dict[str, float | None] = {"SendBulkTemplatedEmail": 10}
    service = scripted(lambda _: left.pop(0), service="ses", paces=paces)
    results = service.run(send_in_bulk(service.pipeline, [BULK] * 5))
    assert [result.is_accepted for result in results] == [True, True, False, True, True]
    at = service.times
    assert at[2] - at[1] == pytest.approx(0.1 * 1.02, abs=1e-5)
    assert at[4] - at[3] > 0.1 * 1.07


def test_what_was_accepted_is_told_although_the_pace_cannot_be_slowed_down(scripted: Any) -> None:
    """Accepted mail is reported even if the pace cannot be slowed down."""
    some = {"Status": [{"Status": "Success", "MessageId": "m"}, {"Status": "AccountThrottled"}]}
    paces: dict[str, float | None] = {"SendBulkTemplatedEmail": 10}
    service = scripted(lambda _: some, service="ses", paces=paces)
    service.pacer = broken = Mock(LocalPacer)
    broken.reserve.return_value = Reservation("Send", 0.0, 0.0)
    broken.penalize.side_effect = errors.PacingStoreError("the store", "gone", "Mend it.")
    both = BULK.model_copy(update={"destinations": (*BULK.destinations,) * 2})
    results = service.run(send_in_bulk(service.pipeline, [both]))
    assert [result.is_accepted for result in results] == [True, False]
    broken.penalize.assert_called_once()


@pytest.mark.parametrize("max_wait", [0, 0.5])
def test_a_bulk_send_does_not_wait_too_long_for_itself(scripted: Any, max_wait: float) -> None:
    """Its own calls and renderings delay each other; that is not a reason to give up."""
    service = scripted(quotas(1.0), service="ses")
    service.pipeline = Pipeline("ses", service.clock, RetryPolicy(), {}, max_wait=max_wait)
    empty = BULK.model_copy(update={"default_template_data": '{"a":null}'})
    flow = send_in_bulk(service.pipeline, [BULK, empty, BULK], check=True)
    assert all(result.is_accepted for result in service.run(flow))


def test_a_bulk_send_whose_turn_is_too_far_away_is_not_begun(scripted: Any) -> None:
    """A bulk send whose first slot is too far away is not begun."""
    service = scripted(quotas(1.0), service="ses")
    service.pipeline = Pipeline("ses", service.clock, RetryPolicy(), {}, max_wait=0.5)
    service.run(send(service))
    results = service.run(send_in_bulk(service.pipeline, [BULK, BULK]))
    assert [type(result.error) for result in results] == [errors.PaceTimeoutError] * 2
    assert [name for _, name, _ in service.sent].count("SendBulkTemplatedEmail") == 1


@pytest.mark.parametrize("rate", [0.0, -1.0, nan, inf])
def test_a_rate_that_cannot_be_kept_does_not_lift_the_pace(scripted: Any, rate: float) -> None:
    """One recipient a second is what every account may send."""
    service = scripted(quotas(rate), service="ses")
    for _ in range(3):
        service.run(send(service))
    assert last_gap(service) == pytest.approx(1.02, abs=1e-5)


def test_a_known_rate_outlives_a_reading_that_fails(scripted: Any, refusal: Any) -> None:
    """A failed reading does not stop a send while an earlier rate is known."""
    refused = refusal("InvalidAction", 400)
    service = scripted(quotas(50.0, {"no": "number"}, refused), service="ses")
    service.run(send(service))
    for _ in range(2):
        service.clock.advance(1000)
        for _ in range(2):
            service.run(send(service))
        assert last_gap(service) == pytest.approx(1.02 / 50, abs=1e-5)
    assert readings(service) == 3


def test_a_known_rate_outlives_a_reading_that_would_have_to_wait(scripted: Any) -> None:
    """The quota is read at a pace of its own, which is not that of sending."""
    service = scripted(quotas(50.0, 50.0), service="ses")
    service.pipeline = Pipeline("ses", service.clock, RetryPolicy(), {}, max_wait=0)
    service.run(send(service))
    service.clock.advance(1000)
    service.run(service.pipeline.call(GET_SEND_QUOTA, GET_SEND_QUOTA.request()))
    service.run(send(service))
    assert [name for _, name, _ in service.sent][-1] == "SendBulkTemplatedEmail"


def test_missing_credentials_end_a_send_whatever_is_known(scripted: Any) -> None:
    """It would meet them itself; the next one reads again."""
    expired = CredentialRetrievalError(provider="sso", error_msg="expired")
    service = scripted(quotas(50.0, expired, 100.0), service="ses")
    service.run(send(service))
    service.clock.advance(1000)
    with pytest.raises(CredentialRetrievalError):
        service.run(send(service))
    for _ in range(2):
        service.run(send(service))
    assert last_gap(service) == pytest.approx(1.02 / 100, abs=1e-5)


def test_a_store_that_cannot_be_used_ends_a_bulk_send(scripted: Any) -> None:
    """An unusable store ends a bulk send, and nothing is sent."""
    service = scripted(quotas(), service="ses", paces={"SendBulkTemplatedEmail": 10})
    broken = Mock(LocalPacer)
    broken.reserve.side_effect = errors.PacingStoreError("the store", "gone", "Mend it.")
    service.pacer = broken
    results = service.run(send_in_bulk(service.pipeline, [BULK, BULK, BULK, BULK]))
    assert [type(result.error) for result in results] == [errors.PacingStoreError] * 4
    assert broken.reserve.call_count == 1


def test_a_reading_that_is_no_longer_allowed_is_told(scripted: Any, refusal: Any) -> None:
    """A changed policy is reported, so that it can be fixed."""
    service = scripted(quotas(50.0, refusal("AccessDenied", 403)), service="ses")
    service.run(send(service))
    service.clock.advance(1000)
    with pytest.raises(errors.AccessDeniedError, match="ses:GetSendQuota"):
        service.run(send(service))


def test_a_client_for_each_send_reads_the_rate_once(scripted: Any) -> None:
    """The rate is known to all who share the pace, however short they live."""
    service = scripted(quotas(100.0), service="ses")
    for _ in range(8):
        service.pipeline = Pipeline("ses", service.clock, RetryPolicy(), {})
        service.run(send(service))
    assert readings(service) == 1
    assert service.times[-1] < 1


def test_who_has_another_pace_reads_the_rate_for_themselves(scripted: Any) -> None:
    """Another account may send at another rate."""
    service = scripted(quotas(100.0, 1.0), service="ses")
    for pacer in (LocalPacer(service.clock), LocalPacer(service.clock)):
        service.pacer = pacer
        service.pipeline = Pipeline("ses", service.clock, RetryPolicy(), {})
        for _ in range(2):
            service.run(send(service))
    assert readings(service) == 2
    assert last_gap(service) == pytest.approx(1.02, abs=1e-5)


def test_a_pacer_that_cannot_be_a_key_reads_the_rate_all_the_same(scripted: Any) -> None:
    """A pacer of the user's own may be anything."""

    class Unhashable(LocalPacer):
        __hash__ = None  # type: ignore[assignment] # that is what is tried

    service = scripted(quotas(100.0), service="ses")
    service.pacer = Unhashable(service.clock)
    for _ in range(2):
        service.run(send(service))
    assert readings(service) == 1


@pytest.mark.parametrize("operation", ["SendBulkTemplatedEmail", "SendTemplatedEmail"])
def test_who_may_not_read_the_rate_is_told_how_to_pass_it(
    scripted: Any, refusal: Any, operation: str
) -> None:
    """A policy that only allows to send is enough with `paces=`; the error says so."""
    service = scripted(quotas(refusal("AccessDenied", 403)), service="ses")
    flow = (
        send(service)
        if operation == "SendBulkTemplatedEmail"
        else service.pipeline.call(SEND_TEMPLATED_EMAIL, ONE)
    )
    with pytest.raises(errors.AccessDeniedError) as caught:
        service.run(flow)
    assert "ses:GetSendQuota" in str(caught.value)
    assert f"paces={{'{operation}'" in str(caught.value)


def test_given_paces_of_both_ways_to_send_are_one_pace(scripted: Any) -> None:
    """The account's rate is for all its recipients, however they are sent to."""
    service = scripted(
        quotas(), service="ses", paces={"SendTemplatedEmail": 10, "SendBulkTemplatedEmail": 10}
    )
    for _ in range(5):
        service.run(service.pipeline.call(SEND_TEMPLATED_EMAIL, ONE))
        service.run(send(service))
    assert service.times[-1] == pytest.approx(9 * 1.02 / 10, abs=1e-3)


FORKS = """
import os
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.flows.flow import Await, Sleep
from sesinsights.flows.send_rate import SendRate

read = lambda: iter(Sleep(1))
rate = SendRate(SYSTEM_CLOCK)
reading, waiting = rate.current(read), rate.current(read)
assert isinstance(next(reading), Sleep)
assert isinstance(next(waiting), Await)
child = os.fork()
if child:
    assert os.waitpid(child, 0)[1] == 0
else:
    again = rate.current(read)
    assert isinstance(next(again), Sleep)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_reads_for_itself() -> None:
    """A forked child reads the rate itself, since the reading thread is not there."""
    subprocess.run([sys.executable, "-c", FORKS], check=True)
