"""Runs flows on an event loop: blocking work is done in threads, and waiting occupies none."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import override

from sesinsights.drivers.loop_time import time_of_this_loop
from sesinsights.drivers.sending_threads import SENDING_THREADS, ThreadCall
from sesinsights.drivers.threads import Driver
from sesinsights.drivers.tracebacks import shorten_traceback
from sesinsights.flows.flow import (
    Await,
    Confirm,
    Fetch,
    FindSendRate,
    Gather,
    Penalize,
    Release,
    Reserve,
    Send,
    Sleep,
)
from sesinsights.pacing import LocalPacer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from sesinsights.clock import Clock
    from sesinsights.drivers.loop_time import LoopTime
    from sesinsights.drivers.transport import Transport
    from sesinsights.flows.flow import Flow, Step
    from sesinsights.pacing import Pacer, Reservation

T = TypeVar("T")

_THREADS_TO_GIVE_BACK = 4
"""How many threads give slots back: each may have to wait for another host."""


class AsyncDriver(Driver):
    """Carries out the steps of flows for any number of tasks, on any event loop.

    A cancelled task sends nothing more, and the slot that it waited for is given back. Work that is
    already running in a thread still finishes there, but a program that ends waits for no request.
    """

    def __init__(self, transport: Transport, clock: Clock, pacer: Pacer | None) -> None:
        super().__init__(transport, clock, pacer)
        self._connecting = _SingleFlight(transport.connect)
        self._finding_pacer = _SingleFlight(self._reserving_pacer)
        self._refreshing_credentials = _SingleFlight(transport.refresh_credentials)
        self._giving_back = _GivingBack(self._do)
        self._ended: dict[asyncio.AbstractEventLoop, list[Reservation]] = {}

    async def run(self, flow: Flow[T]) -> T:
        """Return what the flow returns, or raise what it raises."""
        try:
            return await self._run(flow, set())
        except BaseException as error:
            shorten_traceback(error)
            raise

    async def _run(self, flow: Flow[T], sending: set[ThreadCall]) -> T:
        time = time_of_this_loop(self._clock)
        with time.at_work():
            if not self._transport.is_connected:
                await self._connecting()
            try:
                step = next(flow)
                while True:
                    try:
                        outcome = await self._outcome(step, time, sending)
                    except BaseException as error:  # noqa: BLE001 - the flow decides about it
                        step = flow.throw(error)
                    else:
                        step = flow.send(outcome)
                    # Tracebacks may show it, and a response may hold a signed link.
                    outcome = None
            except StopIteration as stop:
                result: T = stop.value
                return result

    async def close(self) -> None:
        """Close the connections, or leave those of a caller's client open."""
        await asyncio.to_thread(self._transport.close)

    async def _outcome(self, step: Step[Any], time: LoopTime, sending: set[ThreadCall]) -> object:
        """Carry out a step, and let other tasks run until it is done."""
        match step:
            case Send():
                return await self._send(step, sending)
            case Reserve() | Confirm() | Penalize() | Release() | FindSendRate():
                return await self._pace(step)
            case Sleep(seconds):
                await time.sleep(seconds)
                return None
            case Gather():
                gathering: Gather[Any] = step  # pyright: ignore[reportUnknownVariableType] # a pattern cannot name the type parameters
                return await self._gather(gathering, time)
            case Await(future):
                await self._await(future, time)
                return None
            case Fetch():
                return await self._fetch(step)
            case _:
                return await asyncio.to_thread(self._do, step)

    async def _gather(self, step: Gather[T], time: LoopTime) -> list[T]:
        waiting = step.flows if isinstance(step.flows, deque) else deque(step.flows)
        tasks: list[asyncio.Task[T]] = []
        running: set[asyncio.Task[T]] = set()
        sending: set[ThreadCall] = set()
        rest = ExitStack()

        async def run(flow: Flow[T]) -> T:
            try:
                return await self._run(flow, sending)
            finally:
                # Time must not pass until the next step is known.
                rest.close()

        try:
            while waiting or running:
                while waiting and len(running) < step.limit:
                    tasks.append(asyncio.create_task(run(waiting.popleft())))
                    running.add(tasks[-1])
                # Only now, so that time does not pass before these tasks have begun.
                with rest:
                    rest.enter_context(time.rest())
                    ended, running = await asyncio.wait(
                        running, return_when=asyncio.FIRST_COMPLETED
                    )
                for task in ended:
                    task.result()
        except Exception:
            await _cancel(tasks)
            # A request that was sent has an effect, which the caller's next request must see.
            for call in sending:
                await call.ended
            raise
        finally:
            await _cancel(tasks)
        return [task.result() for task in tasks]

    async def _send(self, step: Send, sending: set[ThreadCall]) -> object:
        """Send in a thread; a task that is cancelled before a thread is free sends nothing."""
        call = ThreadCall(lambda is_wanted: self._do(replace(step, is_wanted=is_wanted)))
        SENDING_THREADS.begin(call)
        sending.add(call)
        try:
            return await call.outcome()
        finally:
            if call.ended.done():
                sending.discard(call)

    async def _await(self, future: Future[None], time: LoopTime) -> None:
        # Without a thread: the one doing the work may need it.
        with time.rest():
            await asyncio.wrap_future(future)

    async def _fetch(self, step: Fetch) -> int:
        is_wanted = True
        step = replace(step, is_wanted=lambda: is_wanted)
        try:
            return await asyncio.to_thread(self._transport.fetch, step)
        finally:
            is_wanted = False

    async def _pace(self, step: Step[Any]) -> object:
        # A slot must be used at once, so anything that takes long comes before it.
        if isinstance(step, Reserve) and not self._transport.has_fresh_credentials:
            await self._refreshing_credentials()
        if self._pacer is None:
            await self._finding_pacer()
        if not isinstance(step, Release):
            self._release_ended()
        if isinstance(self._pacer, LocalPacer) or isinstance(step, FindSendRate):
            # Without a thread, so that slots are granted in the order in which they are requested.
            return self._do(step)
        if isinstance(step, Reserve):
            return await self._reserve(step)
        if isinstance(step, Release):
            await self._release(step)
            return None
        # The task may be cancelled in the meantime.
        return await asyncio.shield(asyncio.to_thread(self._do, step))

    async def _reserve(self, step: Reserve) -> Reservation:
        """Take a slot in a thread; if nothing is waiting for it any more, it is given back."""
        granted: list[Reservation] = []
        undecided = threading.Lock()

        def reserve() -> Reservation:
            reservation: Any = self._do(step)
            granted.append(reservation)
            if not undecided.acquire(blocking=False):
                self._do(Release(reservation))
            return granted[0]

        try:
            return await asyncio.to_thread(reserve)
        except asyncio.CancelledError:
            if not undecided.acquire(blocking=False):
                await self._release(Release(granted[0]))
            raise

    async def _release(self, step: Release) -> None:
        if not hasattr(self._pacer, "release_at_once"):
            await self._giving_back(step)
            return
        loop = asyncio.get_running_loop()
        if loop not in self._ended:
            self._ended[loop] = []
            # The loop calls it before it tells others that the task has ended.
            loop.call_soon(self._release_ended)
        self._ended[loop].append(step.reservation)

    def _release_ended(self) -> None:
        """Give back the slots of tasks that have just ended."""
        loop = asyncio.get_running_loop()
        ended = self._ended.pop(loop, None)
        pacer: Any = self._pacer
        if ended and not pacer.release_at_once(ended):
            loop.run_in_executor(None, lambda: [*map(pacer.release, ended)])


class _SingleFlight:
    """Makes one call in a thread for all tasks of a loop that need it in the meantime.

    The tasks continue in the order in which they asked.
    """

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function
        self._calls: dict[asyncio.AbstractEventLoop, asyncio.Task[object]] = {}

    async def __call__(self) -> None:
        loop = asyncio.get_running_loop()
        call = self._calls.get(loop)
        if call is None:
            call = loop.create_task(asyncio.to_thread(self._function))
            call.add_done_callback(self._finished)
            self._calls[loop] = call
        # The task that asked first may be cancelled while the others still need the call.
        await asyncio.shield(call)

    def _finished(self, call: asyncio.Task[object]) -> None:
        del self._calls[call.get_loop()]
        # If every task that asked was cancelled, nothing else retrieves the error.
        if not call.cancelled():
            call.exception()


class _GivingBack:
    """Gives back the slots of all tasks that end together, in a few threads.

    A thread for each would cost more than giving the slots back. A task that waits for it may be
    cancelled, and often is already; its slot is given back nevertheless.

    Args:
        do: Carries out a step.
    """

    def __init__(self, do: Callable[[Step[Any]], object]) -> None:
        self._do = do
        self._begun: dict[asyncio.AbstractEventLoop, tuple[list[Release], asyncio.Task[None]]] = {}

    async def __call__(self, step: Release) -> None:
        loop = asyncio.get_running_loop()
        if loop not in self._begun:
            # The loop runs it when it has run all tasks that end now.
            self._begun[loop] = [], loop.create_task(self._give_back(loop))
        steps, done = self._begun[loop]
        steps.append(step)
        await asyncio.shield(done)

    async def _give_back(self, loop: asyncio.AbstractEventLoop) -> None:
        await asyncio.sleep(0)  # an eager task runs at once
        steps, _ = self._begun.pop(loop)
        parts = [steps[number::_THREADS_TO_GIVE_BACK] for number in range(_THREADS_TO_GIVE_BACK)]
        await asyncio.gather(*(asyncio.to_thread(self._do_all, part) for part in parts if part))

    def _do_all(self, steps: list[Release]) -> None:
        for step in steps:
            self._do(step)


async def _cancel(tasks: list[asyncio.Task[T]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class _EachOfSync(AsyncIterator[T]):
    """The items of an iterable; after an error, iterating can continue."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)

    @override
    async def __anext__(self) -> T:
        try:
            return next(self._items)
        except StopIteration:
            raise StopAsyncIteration from None


class _EachOfAsync(AsyncIterator[T]):
    """The items of an asynchronous iterable; a cancelled wait neither ends it nor loses an item."""

    def __init__(self, items: AsyncIterable[T]) -> None:
        self._items = aiter(items)
        self._next: asyncio.Future[T] | None = None

    @override
    async def __anext__(self) -> T:
        if self._next is None:
            self._next = asyncio.ensure_future(anext(self._items))
        try:
            return await asyncio.shield(self._next)
        finally:
            if self._next.done():
                self._next = None


def each(items: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """Iterate over the items that a caller passed."""
    return _EachOfAsync(items) if isinstance(items, AsyncIterable) else _EachOfSync(items)
