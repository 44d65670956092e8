"""A store that loses its slots, or whose clock is set forward, while callers wait."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights import RetryPolicy
from sesinsights.flows.flow import Gather
from sesinsights.flows.operations import GET_MESSAGE_INSIGHTS
from sesinsights.flows.pipeline import Pipeline
from sesinsights.pacing import RedisPacer
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.flows.flow import Flow


class Shifted(RedisPacer):
    """A pacer whose server's date a test sets."""

    ahead = 0.0

    @override
    def _now(self) -> float:
        seconds, microseconds = self._client.time()
        return float(seconds + microseconds / 1_000_000 + self.ahead)


@pytest.fixture
def pacer(redis_server: Any) -> Iterator[Shifted]:
    """A pacer on the server."""
    with Shifted.from_url(redis_server.url) as pacer:
        yield pacer


def flush(pacer: Shifted, _: Any) -> None:
    """Lose all keys."""
    pacer._client.flushall()


def restart(_: Shifted, redis_server: Any) -> None:
    """Lose all keys with the process."""
    redis_server.kill()
    redis_server.start()


def set_forward(pacer: Shifted, _: Any) -> None:
    """Set the server's date."""
    pacer.ahead = 60.0


LOSSES = [flush, restart, set_forward]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_slot_that_was_lost_is_not_held(
    pacer: Shifted, redis_server: Any, lose: Callable[[Shifted, Any], None]
) -> None:
    """Its waiter asks when the wait is over, and takes another."""
    granted = [pacer.reserve("op", 0.1) for _ in range(3)]
    assert [pacer.holds(each, 0) for each in granted] == [True] * 3
    lose(pacer, redis_server)
    assert [pacer.holds(each, 0) for each in granted] == [False] * 3
    again = [pacer.reserve("op", 0.1) for _ in range(3)]
    assert [pacer.holds(each, 0) for each in again] == [True] * 3
    for lost in granted:
        pacer.release(lost)
    assert pacer.reserve("op", 0.1).slot > again[-1].slot


def test_gaps_of_a_count_that_is_gone_are_not_granted(pacer: Shifted) -> None:
    """A server that is short of memory may drop one key and keep the other."""
    pacer.ahead = -pacer._now() + 1000
    old = [pacer.reserve("op", 0.1) for _ in range(5)]
    pacer.release(old[2])
    pacer._client.delete("sesinsights:pace:{default/op}")
    new = [pacer.reserve("op", 0.1) for _ in range(5)]
    pacer.release(new[3])
    again = [pacer.reserve("op", 0.1).slot for _ in range(2)]
    assert again == [new[3].slot, pytest.approx(new[4].end)]


def test_a_date_that_is_set_back_loses_nothing(pacer: Shifted) -> None:
    """What was granted keeps its distance, and so it is held."""
    granted = [pacer.reserve("op", 0.1) for _ in range(3)]
    pacer.ahead = -3600
    assert [pacer.holds(each, 0) for each in granted] == [True] * 3
    assert pacer.reserve("op", 0.1).wait == pytest.approx(30.6, abs=1)


def test_who_comes_late_loses_no_slot_for_it(pacer: Shifted) -> None:
    """A late caller does not lose its slot in the store: lateness is judged by the caller."""
    granted = pacer.reserve("op", 50)
    pacer.ahead = 2.0
    assert pacer.holds(granted, late=2.0)
    assert not pacer.holds(granted, late=0.0)


def test_a_slot_is_held_while_the_store_is_down(redis_server: Any) -> None:
    """No other slot is granted, so the caller keeps the distance."""
    plain = RedisPacer.from_url(redis_server.url)
    granted = plain.reserve("op", 1)
    redis_server.kill()
    assert plain.holds(granted, 0)


class LosingClock(FakeClock):
    """A clock that calls something in its fifth sleep."""

    lose: Callable[[], None]

    @override
    def sleep(self, seconds: float) -> None:
        """Sleep, and have the slots lost."""
        super().sleep(seconds)
        if len(self.sleeps) == 5:
            self.lose()


class Clocked(Shifted):
    """A pacer whose server counts on a clock of a test."""

    clock: FakeClock

    @override
    def _now(self) -> float:
        return 1000 + self.clock.monotonic() + self.ahead


@pytest.mark.parametrize("lose", LOSSES)
def test_calls_keep_their_distance_when_the_slots_are_lost(
    scripted: Any, redis_server: Any, lose: Callable[[Shifted, Any], None]
) -> None:
    """One call at most is too early, however many were waiting."""
    service = scripted(lambda _: {"MessageId": "0100"})
    service.clock = clock = LosingClock()
    service.pipeline = Pipeline("sesv2", clock, RetryPolicy(), {})
    service.pacer = pacer = Clocked.from_url(redis_server.url)
    pacer.clock = clock
    clock.lose = lambda: lose(pacer, redis_server)
    request = GET_MESSAGE_INSIGHTS.request(message_id="0100")

    def call_twice() -> Flow[None]:
        for _ in range(2):
            yield from service.pipeline.call(GET_MESSAGE_INSIGHTS, request)

    def story() -> Flow[Any]:
        return (yield from Gather((call_twice() for _ in range(12)), 12))

    service.run(story())
    gaps = [late - early for early, late in itertools.pairwise(service.times)]
    assert len(gaps) == 23
    assert sum(gap < 1 for gap in gaps) <= 1
