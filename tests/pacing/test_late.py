"""A call that wakes too late or lost its slot takes another, so calls keep their distance."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights import RetryPolicy
from sesinsights.errors import PaceTimeoutError
from sesinsights.flows.flow import Gather
from sesinsights.flows.operations import GET_MESSAGE_INSIGHTS
from sesinsights.flows.pipeline import Pipeline
from sesinsights.pacing import LocalPacer
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from sesinsights.flows.flow import Flow
    from sesinsights.pacing import Reservation

ANSWER = {"MessageId": "0100"}


class SuspendedClock(FakeClock):
    """A clock whose process does not run for a while, in its third sleep and no other."""

    suspended_for = 0.0

    @override
    def sleep(self, seconds: float) -> None:
        """Sleep, and wake late."""
        super().sleep(seconds)
        if len(self.sleeps) == 3:
            self.advance(self.suspended_for)


def lookups(service: Any, count: int) -> Flow[Any]:
    """Return a flow that looks up so many messages at once."""
    request = GET_MESSAGE_INSIGHTS.request(message_id="0100")
    calls = (service.pipeline.call(GET_MESSAGE_INSIGHTS, request) for _ in range(count))
    return (yield from Gather(calls, count))


def service_on(scripted: Any, clock: FakeClock, **options: Any) -> Any:
    """Return a service that answers all, on a clock."""
    service = scripted(lambda _: ANSWER, **options)
    service.clock = clock
    service.pacer = LocalPacer(clock)
    service.pipeline = Pipeline("sesv2", clock, RetryPolicy(), options.get("paces", {}))
    return service


@pytest.mark.parametrize("suspended_for", [0.03, 0.5, 15.3, 3600.0])
def test_a_process_that_was_suspended_does_not_send_all_at_once(
    scripted: Any, suspended_for: float
) -> None:
    """However long it stood still, no two calls are closer than the limit of the service."""
    clock = SuspendedClock()
    clock.suspended_for = suspended_for
    service = service_on(scripted, clock)
    service.run(lookups(service, 39))
    gaps = [late - early for early, late in itertools.pairwise(service.times)]
    assert len(gaps) == 38
    assert min(gaps) >= 1


def test_a_busy_machine_loses_no_slot(scripted: Any) -> None:
    """With many slots a second, a call that wakes a little late is still sent."""

    class BusyClock(FakeClock):
        @override
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + 0.02)

    service = service_on(scripted, BusyClock(), paces={"GetMessageInsights": 50})
    service.run(lookups(service, 20))
    assert service.times[-1] < 20 * (0.0204 + 0.02)


def test_a_machine_that_is_always_late_ends_its_work(scripted: Any) -> None:
    """A caller does not keep taking slots that pass unused."""

    class SlowClock(FakeClock):
        @override
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + 2)

    service = service_on(scripted, SlowClock())
    service.run(lookups(service, 5))
    assert len(service.sent) == 5


def test_who_wakes_late_waits_no_longer_than_allowed(scripted: Any) -> None:
    """Time that was waited in vain counts towards the longest wait."""
    clock = SuspendedClock()
    clock.suspended_for = 20
    service = service_on(scripted, clock)
    service.pipeline = Pipeline("sesv2", clock, RetryPolicy(), {}, max_wait=10)
    with pytest.raises(PaceTimeoutError):
        service.run(lookups(service, 8))


class Forgetful:
    """A pacer whose store is lost while the first caller waits."""

    def __init__(self, clock: FakeClock) -> None:
        self._pacer = LocalPacer(clock)
        self.asked: list[float] = []
        self.released: list[float] = []
        self.reserve = self._pacer.reserve
        self.penalize = self._pacer.penalize

    def release(self, reservation: Reservation) -> None:
        """Take a slot back."""
        self.released.append(reservation.slot)
        self._pacer.release(reservation)

    def holds(self, reservation: Reservation, late: float) -> bool:
        """Have lost the first slot that is asked for."""
        assert late == pytest.approx(0, abs=1e-5)
        self.asked.append(reservation.slot)
        return len(self.asked) > 1


def test_who_lost_a_slot_takes_another(scripted: Any) -> None:
    """A pacer is asked for every slot that was waited for, and a lost one is not used."""
    service = service_on(scripted, FakeClock())
    service.pacer = pacer = Forgetful(service.clock)
    service.run(lookups(service, 3))
    assert pacer.released == pacer.asked[:1] == [pytest.approx(1.02)]
    assert len(service.sent) == 3


def test_a_long_wait_for_a_slot_is_logged(scripted: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A wait of more than a second is logged with its key and length."""
    service = service_on(scripted, FakeClock())
    with caplog.at_level(logging.DEBUG, logger="sesinsights"):
        service.run(lookups(service, 3))
    waits = [record.getMessage() for record in caplog.records]
    assert waits == [f"GetMessageInsights: waiting {n} s for the next slot" for n in ("1.0", "2.0")]
    caplog.clear()
    fast = service_on(scripted, FakeClock(), paces={"GetMessageInsights": 2})
    with caplog.at_level(logging.DEBUG, logger="sesinsights"):
        fast.run(lookups(fast, 2))
    assert caplog.records == []
