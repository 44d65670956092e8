"""Runs flows on an event loop: what blocks is done in threads, and none is held by waiting."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from sesinsights.driver import Driver
from sesinsights.flow import Await, Fetch, Gather, Penalize, Release, Reserve, Sleep
from sesinsights.loop_time import time_of_this_loop
from sesinsights.pacing import LocalPacer

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from sesinsights.clock import Clock
    from sesinsights.flow import Flow, Step
    from sesinsights.loop_time import LoopTime
    from sesinsights.pacing import Pacer, Reservation
    from sesinsights.transport import Transport

__all__ = ["AsyncDriver"]

T = TypeVar("T")


class AsyncDriver(Driver):
    """Carries out the steps of flows for any number of tasks, on any event loop.

    A task that is cancelled sends nothing any more, and the slot that it waited for is given back.
    Only what is under way in a thread by then comes to its end there.
    """

    def __init__(self, transport: Transport, clock: Clock, pacer: Pacer | None) -> None:
        super().__init__(transport, clock, pacer)
        self._connecting = _CallForAll(transport.connect)
        self._finding_pacer = _CallForAll(self._reserving_pacer)
        self._refreshing_credentials = _CallForAll(transport.refresh_credentials)

    async def run(self, flow: Flow[T]) -> T:
        """Return what the flow returns, or raise what it raises."""
        time = time_of_this_loop(self._clock)
        with time.at_work():
            if not self._transport.is_connected:
                await self._connecting()
            try:
                step = next(flow)
                while True:
                    try:
                        outcome = await self._outcome(step, time)
                    except BaseException as error:  # noqa: BLE001 - the flow decides about it
                        step = flow.throw(error)
                    else:
                        step = flow.send(outcome)
                    # Tracebacks may show it, and an answer may hold a signed link.
                    outcome = None
            except StopIteration as stop:
                result: T = stop.value
                return result

    async def _outcome(self, step: Step[Any], time: LoopTime) -> object:
        """Carry out a step, and let other tasks go on until it is done."""
        match step:
            case Sleep(seconds):
                await time.sleep(seconds)
                return None
            case Gather():
                gathering: Gather[Any] = step  # pyright: ignore[reportUnknownVariableType] # no pattern can say of what
                return await self._gather(gathering, time)
            case Await(under_way):
                await self._await(under_way, time)
                return None
            case Reserve() | Penalize() | Release():
                return await self._pace(step)
            case Fetch():
                return await self._fetch(step)
            case _:
                return await asyncio.to_thread(self._do, step)

    async def _gather(self, step: Gather[T], time: LoopTime) -> list[T]:
        waiting = enumerate(step.flows)
        results: dict[int, T] = {}

        async def run_one_after_the_other() -> None:
            try:
                for number, flow in waiting:
                    results[number] = await self.run(flow)
            except BaseException:
                # No time may pass for the others any more.
                end_rest()
                raise

        tasks = [asyncio.create_task(run_one_after_the_other()) for _ in range(step.limit)]
        end_rest = time.rest()
        try:
            await asyncio.gather(*tasks)
        finally:
            end_rest()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return [results[number] for number in sorted(results)]

    async def _await(self, under_way: Future[None], time: LoopTime) -> None:
        # No thread is held: who has it under way may need one.
        end_rest = time.rest()
        try:
            await asyncio.wrap_future(under_way)
        finally:
            end_rest()

    async def _fetch(self, step: Fetch) -> int:
        is_wanted = True
        fetch = self._transport.fetch
        try:
            return await asyncio.to_thread(
                fetch, step.job_id, step.url, step.path, lambda: is_wanted
            )
        finally:
            is_wanted = False

    async def _pace(self, step: Step[Any]) -> object:
        # A slot is for sending at once, so whatever takes long comes before it.
        if isinstance(step, Reserve) and not self._transport.has_fresh_credentials:
            await self._refreshing_credentials()
        if self._pacer is None:
            await self._finding_pacer()
        if isinstance(self._pacer, LocalPacer):
            # At once, so that slots are granted in the order in which tasks and threads ask.
            return self._do(step)
        if isinstance(step, Reserve):
            return await self._reserve(step)
        # Who gives back is often cancelled already, and may be so again.
        return await asyncio.shield(asyncio.to_thread(self._do, step))

    async def _reserve(self, step: Reserve) -> Reservation:
        """Take a slot in a thread; whoever notices that it comes too late gives it back."""
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
                await asyncio.shield(asyncio.to_thread(self._do, Release(granted[0])))
            raise


class _CallForAll:
    """Calls in a thread what takes long, once for all tasks of a loop that ask for it meanwhile.

    They go on in the order in which they asked.
    """

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function
        self._under_way: dict[asyncio.AbstractEventLoop, asyncio.Task[object]] = {}

    async def __call__(self) -> None:
        loop = asyncio.get_running_loop()
        task = self._under_way.get(loop)
        if task is None:
            task = loop.create_task(asyncio.to_thread(self._function))
            task.add_done_callback(lambda _: self._under_way.pop(loop))
            self._under_way[loop] = task
        # Whoever asked first may be cancelled, and the others need it still.
        await asyncio.shield(task)
