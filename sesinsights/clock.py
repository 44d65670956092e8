"""The clock that everything in this library reads and waits on."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A clock to read and to wait on; a test can pass one that it moves itself."""

    def now(self) -> datetime:
        """Return the date and time, aware and in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards, from an arbitrary start."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block the calling thread for this many seconds."""
        ...


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_IS_UNIX = hasattr(time, "clock_gettime")

# What `time.monotonic` reads and `time.sleep` waits on: it stands still while the machine is
# suspended, also on macOS, whose CLOCK_MONOTONIC does not.
_MONOTONIC: int = getattr(time, "CLOCK_UPTIME_RAW", getattr(time, "CLOCK_MONOTONIC", 0))


class SystemClock:
    """The clock of this machine.

    Waits also end in a test that freezes the time: on Unix, freezegun does not affect this clock,
    and time-machine moves only its date. To move the time in a test, pass a `FakeClock`.
    """

    def now(self) -> datetime:
        """Return the date and time, aware and in UTC."""
        if _IS_UNIX:
            return _EPOCH + timedelta(seconds=time.clock_gettime(time.CLOCK_REALTIME))
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards, from an arbitrary start."""
        return time.clock_gettime(_MONOTONIC) if _IS_UNIX else time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread for this many seconds."""
        time.sleep(seconds)


TICK = 1e-6
"""A clock may be rounded to this many seconds, and would never reach an instant in between."""

SYSTEM_CLOCK = SystemClock()
