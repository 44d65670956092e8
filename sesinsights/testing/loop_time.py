"""How the clock of a test lets time pass for the flows of an event loop."""

from __future__ import annotations

import asyncio
import heapq
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

from sesinsights.clock import TICK

if TYPE_CHECKING:
    from collections.abc import Generator

    from sesinsights.clock import Clock


class SteppedTime:
    """The time of all flows that run on one event loop: it goes from wake to wake.

    The clock stands still while any flow is at work, and moves to where the first flow wakes when
    all of them sleep. So what happens when does not depend on which thread is faster, and no
    request is overtaken by the time.

    Args:
        clock: The clock that flows sleep on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at_work = 0
        self._numbers = count()
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []

    @contextmanager
    def at_work(self) -> Generator[None]:
        """Let time pass only while the flow sleeps."""
        self._at_work += 1
        try:
            yield
        finally:
            self._rest()

    @contextmanager
    def rest(self) -> Generator[None]:
        """Let time pass for others while a flow only waits for them."""
        self._rest()
        try:
            yield
        finally:
            self._at_work += 1

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        woken = asyncio.get_running_loop().create_future()
        wakes_at = self._clock.monotonic() + seconds
        heapq.heappush(self._sleeping, (wakes_at, next(self._numbers), woken))
        self._rest()
        try:
            await woken
        finally:
            if woken.cancelled():
                self._at_work += 1

    def _rest(self) -> None:
        self._at_work -= 1
        if self._sleeping:
            # By then, every flow that can continue at once has done so.
            asyncio.get_running_loop().call_soon(self._pass)

    def _pass(self) -> None:
        """Let time pass until the first sleeper wakes, if no flow is at work."""
        if self._at_work or self._first_sleeper() is None:
            return
        left = self._seconds_to_wake()
        try:
            if left > 0:
                self._clock.sleep(left)
        except Exception as error:  # noqa: BLE001 - as if the sleeper had called it
            self._wake().set_exception(error)
            return
        while self._first_sleeper() and self._seconds_to_wake() <= TICK:
            self._wake().set_result(None)

    def _first_sleeper(self) -> asyncio.Future[None] | None:
        """Return the first sleeper that was not cancelled."""
        while self._sleeping:
            _, _, woken = self._sleeping[0]
            if not woken.done():
                return woken
            heapq.heappop(self._sleeping)
        return None

    def _seconds_to_wake(self) -> float:
        return self._sleeping[0][0] - self._clock.monotonic()

    def _wake(self) -> asyncio.Future[None]:
        # It is at work from now on, and not only when its turn comes.
        self._at_work += 1
        _, _, woken = heapq.heappop(self._sleeping)
        return woken
