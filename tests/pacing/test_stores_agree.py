"""The rule is the same whatever keeps it."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import redis
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from sesinsights.errors import PaceTimeoutError
from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from sesinsights.pacing import Pacer, Reservation


class SteppingClock(FakeClock):
    """A fake clock that can be set back, as that of a server can."""

    behind = 0.0

    @override
    def monotonic(self) -> float:
        """Return the seconds since the clock began, less what it was set back."""
        return 1000 + super().monotonic() - self.behind


class FilePacerOnClock(FilePacer):
    """A pacer whose host's clock is a fake one."""

    clock: SteppingClock

    @override
    def _now(self) -> float:
        return self.clock.monotonic()


class RedisPacerOnClock(RedisPacer):
    """A pacer whose server's clock is a fake one."""

    clock: SteppingClock

    @override
    def _now(self) -> float:
        return self.clock.monotonic()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), st.integers(1, 3), st.sampled_from([0.5, 1.0, 14.0])),
        st.tuples(st.just("reserve within"), st.floats(0, 3), st.just(1.0)),
        st.tuples(st.just("release"), st.integers(0, 8), st.none()),
        st.tuples(st.just("advance"), st.floats(0, 3), st.none()),
        st.tuples(st.just("idle"), st.just(4000), st.none()),
        st.tuples(st.just("set back"), st.floats(0, 20), st.none()),
        st.tuples(st.just("penalize"), st.floats(0, 3), st.none()),
    ),
    max_size=40,
)

# A refusal between the clock's step and what comes back: every store must have seen the step.
SET_BACK_AND_REFUSED: list[tuple[str, Any, Any]] = [
    ("reserve within", 0.0, 1.0),
    ("set back", 1.0, None),
    ("reserve within", 0.0, 1.0),
    ("release", 0, None),
    ("reserve within", 0.0, 1.0),
]


def granted_by(pacer: Pacer, clock: SteppingClock, steps: list[tuple[str, Any, Any]]) -> list[Any]:
    """Take the steps, and return the slot and wait of each reservation, or the wait refused."""
    held: list[Reservation] = []
    outcomes: list[Any] = []
    for action, amount, rate in steps:
        if action == "reserve":
            held.append(pacer.reserve("op", rate, cost=amount))
            outcomes.append((held[-1].slot, held[-1].wait))
        elif action == "reserve within":
            with contextlib.suppress(PaceTimeoutError):
                held.append(pacer.reserve("op", rate, max_wait=amount))
                outcomes.append((held[-1].slot, held[-1].wait))
                continue
            outcomes.append("refused")
        elif action == "release" and amount < len(held):
            pacer.release(held[amount])
            pacer.release(held[amount])
        elif action == "penalize":
            pacer.penalize("op", amount)
        elif action in ("advance", "idle"):
            clock.advance(amount)
        elif action == "set back":
            clock.behind += amount
    return outcomes


@settings(max_examples=150)
@example(steps=SET_BACK_AND_REFUSED)
@given(steps=STEPS)
def test_a_file_grants_what_a_process_grants(steps: list[tuple[str, Any, Any]]) -> None:
    """The same steps give the same slots, to the last bit."""
    clock = SteppingClock()
    expected = granted_by(LocalPacer(clock), clock, steps)
    with (
        tempfile.TemporaryDirectory() as folder,
        FilePacerOnClock(Path(folder) / "pace") as pacer,
    ):
        pacer.clock = SteppingClock()
        assert granted_by(pacer, pacer.clock, steps) == expected


@pytest.fixture(scope="module")
def shared_client(redis_process: Any) -> redis.Redis:
    """A client of the running server."""
    return redis.Redis.from_url(redis_process.url)


@settings(max_examples=150)
@example(steps=SET_BACK_AND_REFUSED)
@given(steps=STEPS)
def test_a_server_grants_what_a_process_grants(
    shared_client: redis.Redis, steps: list[tuple[str, Any, Any]]
) -> None:
    """The script at the server gives the same slots, to the last bit."""
    clock = SteppingClock()
    expected = granted_by(LocalPacer(clock), clock, steps)
    shared_client.flushall()
    pacer = RedisPacerOnClock(shared_client)
    pacer.clock = SteppingClock()
    assert granted_by(pacer, pacer.clock, steps) == expected
