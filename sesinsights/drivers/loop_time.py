"""How flows sleep on an event loop, by the clock that they are given."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

from sesinsights.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sesinsights.clock import Clock


class LoopTime(Protocol):
    """The time of all flows that run on one event loop with one clock.

    A clock with a method `loop_time()` decides itself when they wake. So the clock of a test can
    stand still while any of them is working.
    """

    def at_work(self) -> AbstractContextManager[None]:
        """Let time pass only while the flow sleeps."""
        ...

    def rest(self) -> AbstractContextManager[None]:
        """Let time pass for others while a flow waits for them."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class _PassingTime:
    """The time of a clock that never stands still."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def at_work(self) -> AbstractContextManager[None]:
        return nullcontext()

    def rest(self) -> AbstractContextManager[None]:
        return nullcontext()

    async def sleep(self, seconds: float) -> None:
        if type(self._clock).sleep is SystemClock.sleep:
            await asyncio.sleep(seconds)
        else:
            await asyncio.to_thread(self._clock.sleep, seconds)


def time_of_this_loop(clock: Clock) -> LoopTime:
    """Return the time that flows on the running event loop share with this clock."""
    own: Callable[[], LoopTime] | None = getattr(clock, "loop_time", None)
    return own() if own else _PassingTime(clock)
