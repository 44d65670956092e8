"""A clock that moves only when it is told to, and the times of a test: aware, kept in UTC."""

from __future__ import annotations

import math
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sesinsights.forks import renew_in_child
from sesinsights.instants import plain_utc

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from sesinsights.testing.loop_time import SteppedTime


_DEFAULT_START = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


class FakeClock:
    """A clock for tests: a sleep moves it forward and returns at once.

    Give the same clock to a client and an emulator, and half an hour of waiting takes no time. It
    is thread-safe. On an event loop it stands still while any task is working.

    Args:
        start: The date and time at which it starts, timezone-aware; by default, 2026-01-15 12:00
            UTC.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._start = in_utc("start", start or _DEFAULT_START)
        self._elapsed = timedelta()
        self._sleeps: list[float] = []
        self._loop_times: WeakKeyDictionary[AbstractEventLoop, SteppedTime] = WeakKeyDictionary()
        self._lock = threading.Lock()
        renew_in_child(self, _lock=threading.Lock)

    @property
    def sleeps(self) -> list[float]:
        """The seconds of every sleep so far, oldest first."""
        with self._lock:
            return list(self._sleeps)

    def now(self) -> datetime:
        """Return the current date and time, in UTC."""
        with self._lock:
            return self._start + self._elapsed

    def monotonic(self) -> float:
        """Return the seconds since the clock started."""
        with self._lock:
            return self._elapsed.total_seconds()

    def sleep(self, seconds: float) -> None:
        """Record the sleep and move the clock forward, without blocking.

        Raises:
            ValueError: The seconds are negative or not finite: time only runs forward.
        """
        with self._lock:
            self._move(seconds)
            self._sleeps.append(seconds)

    def loop_time(self) -> SteppedTime:
        """Return the time that all flows of the running event loop have by this clock."""
        from asyncio import get_running_loop

        from sesinsights.testing.loop_time import SteppedTime

        loop = get_running_loop()
        with self._lock:
            return self._loop_times.setdefault(loop, SteppedTime(self))

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: The seconds are negative or not finite: time only runs forward.
        """
        with self._lock:
            self._move(seconds)

    def _move(self, seconds: float) -> None:
        if not 0 <= seconds < math.inf:
            message = f"a clock cannot move by {seconds} seconds: it only runs forward"
            raise ValueError(message)
        step = timedelta(seconds=seconds)
        if seconds and not step:
            # Else a wait for an instant between two ticks would never end.
            step = timedelta.resolution
        self._elapsed += step


def in_utc(name: str, value: datetime) -> datetime:
    """Return the same instant in UTC.

    Args:
        name: What to call the value when it is refused.
        value: An aware date and time.

    Raises:
        ValueError: The value has no time zone.
    """
    if value.utcoffset() is None:
        message = f"{name} must be an aware datetime: give it a time zone, such as datetime.UTC"
        raise ValueError(message)
    return plain_utc(value)


def to_milliseconds(value: datetime) -> datetime:
    """Return the time as the service shows it: whole milliseconds, rounded down."""
    return value.replace(microsecond=value.microsecond // 1000 * 1000)
