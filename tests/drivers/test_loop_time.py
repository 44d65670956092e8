"""Sleeping on an event loop, by whatever clock the client has."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights.clock import SystemClock
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.flows.flow import Sleep
from sesinsights.pacing import LocalPacer
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from sesinsights.flows.flow import Flow


def sleeper(seconds: float, woken: list[float]) -> Flow[None]:
    """Sleep, and remember it."""
    yield from Sleep(seconds)
    woken.append(seconds)


def driver_on(clock: Any) -> AsyncDriver:
    """Return a driver of flows that only sleep."""
    transport: Any = Connected()
    return AsyncDriver(transport, clock, LocalPacer(clock))


class Connected:
    """Stands for a transport that is never used."""

    is_connected = True

    def refresh_credentials(self) -> None:
        """Do nothing."""

    def connect(self) -> None:
        """Do nothing."""


def test_flows_wake_in_the_order_of_their_time() -> None:
    """The clock goes from wake to wake, whatever the order and the number of clients."""
    clock = FakeClock()
    woken: list[float] = []

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for seconds in (5, 1, 3):
                group.create_task(driver_on(clock).run(sleeper(seconds, woken)))

    asyncio.run(story())
    assert woken == [1, 3, 5]
    assert clock.sleeps == [1, 2, 2]


def test_a_sleeper_that_is_cancelled_moves_no_clock() -> None:
    """A sleeper that is cancelled lets no time pass."""
    clock = FakeClock()
    woken: list[float] = []

    async def story() -> None:
        driver = driver_on(clock)
        tasks = [asyncio.create_task(driver.run(sleeper(n, woken))) for n in (9, 1)]
        tasks[0].add_done_callback(lambda _: woken.append(-1))
        asyncio.get_running_loop().call_soon(tasks[0].cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        await driver.run(sleeper(2, woken))

    asyncio.run(story())
    assert [seconds for seconds in woken if seconds > 0] == [1, 2]
    assert clock.monotonic() == 3


class BrokenClock(FakeClock):
    """A clock that ends a test where it would wait."""

    @override
    def sleep(self, seconds: float) -> None:
        """Raise instead."""
        raise LookupError(seconds)


def test_what_a_clock_raises_reaches_who_sleeps() -> None:
    """An error that a clock raises reaches the flow that sleeps."""
    with pytest.raises(LookupError, match="7"):
        asyncio.run(driver_on(BrokenClock()).run(sleeper(7, [])))


class BlockingClock:
    """A custom clock: a sleep lasts until it is released."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return a fixed date."""
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        """Return a fixed time."""
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Block."""
        self.slept.append(seconds)
        assert self.let_go.wait(10)


def test_any_other_clock_blocks_no_event_loop() -> None:
    """A clock that blocks while it sleeps holds a thread, and not the event loop."""
    clock = BlockingClock()

    async def story() -> None:
        sleeping = asyncio.create_task(driver_on(clock).run(sleeper(5, [])))
        await asyncio.sleep(0)
        assert not sleeping.done()
        clock.let_go.set()
        await sleeping

    asyncio.run(story())
    assert clock.slept == [5]


def test_sleeping_by_this_machines_clock_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sleeping by this machine's clock, or one that is derived from it, holds no thread."""

    class Named(SystemClock):
        name = "mine"

    async def refuse(*_: object) -> None:
        raise AssertionError("a thread sleeps")

    monkeypatch.setattr(asyncio, "to_thread", refuse)
    for clock in (SystemClock(), Named()):
        woken: list[float] = []
        asyncio.run(driver_on(clock).run(sleeper(0.001, woken)))
        assert woken == [0.001]
