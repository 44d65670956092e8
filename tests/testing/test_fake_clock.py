"""FakeClock moves only when a test or a sleep moves it, and only forward."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sesinsights.testing import FakeClock


def test_starts_at_a_fixed_whole_moment() -> None:
    """Two clocks made at different times agree."""
    assert FakeClock().now() == datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
    assert FakeClock().monotonic() == 0.0


def test_starts_where_it_is_told_in_utc() -> None:
    """A start in any zone is the same instant in UTC."""
    east = timezone(timedelta(hours=2))
    now = FakeClock(datetime(2026, 3, 1, 1, 0, tzinfo=east)).now()
    assert now == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    assert now.tzinfo is UTC


def test_refuses_a_naive_start() -> None:
    """A start without a time zone could be any of a day's worth of moments."""
    with pytest.raises(ValueError, match="start must be an aware datetime"):
        FakeClock(datetime(2026, 3, 1))  # noqa: DTZ001


def test_sleep_moves_both_times_and_is_remembered() -> None:
    """A sleep moves both times and is recorded."""
    clock = FakeClock()
    clock.sleep(90)
    clock.sleep(0.5)
    assert clock.now() == datetime(2026, 1, 15, 12, 1, 30, 500_000, tzinfo=UTC)
    assert clock.monotonic() == 90.5
    assert clock.sleeps == [90, 0.5]


def test_advance_is_no_sleep() -> None:
    """`advance` moves the clock without counting as a sleep."""
    clock = FakeClock()
    clock.advance(60)
    assert clock.monotonic() == 60.0
    assert clock.sleeps == []


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf])
def test_never_runs_backwards(seconds: float) -> None:
    """Negative or infinite seconds are refused and change nothing."""
    clock = FakeClock()
    for move in (clock.advance, clock.sleep):
        with pytest.raises(ValueError, match="only runs forward"):
            move(seconds)
    assert (clock.monotonic(), clock.sleeps) == (0.0, [])


def test_loses_no_sleep_of_many_threads() -> None:
    """No sleep is lost if many threads sleep."""
    clock = FakeClock()

    def sleep_often() -> None:
        for _ in range(100):
            clock.sleep(1)

    threads = [threading.Thread(target=sleep_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() == 800.0
    assert len(clock.sleeps) == 800


def test_every_sleep_moves_the_clock() -> None:
    """By a microsecond if it is shorter than that; a sleep of nothing does not move it."""
    clock = FakeClock()
    for seconds, elapsed in ((0, 0), (1e-9, 1e-6), (4e-7, 2e-6), (1e-320, 3e-6), (1, 1.000_003)):
        clock.sleep(seconds)
        assert clock.monotonic() == pytest.approx(elapsed)
