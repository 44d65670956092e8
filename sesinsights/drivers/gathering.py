"""Several flows at once, in one thread: only blocking work is done in others."""

from __future__ import annotations

import heapq
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sesinsights.clock import TICK
from sesinsights.flows.flow import Await, Fetch, Run, Send, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.clock import Clock
    from sesinsights.flows.flow import Flow, Step

T = TypeVar("T")


class _AbandonedError(BaseException):
    """Raised into a flow because another failed; closing it would not let it give back a slot."""


class Gathering(Generic[T]):
    """Flows that run at once; none holds a thread while it sleeps.

    Args:
        flows: The flows to run; if they are in a deque, running flows may append more to it.
        limit: How many flows may run at the same time.
        clock: The clock that they sleep on.
        do: Carries out a step.
    """

    def __init__(
        self,
        flows: Iterable[Flow[T]],
        limit: int,
        clock: Clock,
        do: Callable[[Step[Any]], object],
    ) -> None:
        self._waiting = flows if isinstance(flows, deque) else deque(flows)
        self._numbers = count()
        self._limit = limit
        self._clock = clock
        self._do = do
        self._running: dict[int, Flow[T]] = {}
        self._sleeping: list[tuple[float, int]] = []
        self._blocked: dict[Future[object], int] = {}
        self._sending: set[Future[object]] = set()
        self._results: dict[int, T] = {}
        self._is_over = False

    def run(self) -> list[T]:
        """Return the results of the flows, in order, or raise the first error."""
        try:
            while self._waiting or self._running:
                self._step()
        except Exception:
            # A request that was sent has an effect, which the caller's next request must see.
            wait(self._sending)
            raise
        finally:
            self._is_over = True
            for flow in self._running.values():
                self._abandon(flow)
        return [self._results[number] for number in sorted(self._results)]

    def _abandon(self, flow: Flow[T]) -> None:
        """End a flow where it is, and let it give back its slot."""
        with suppress(_AbandonedError, StopIteration):
            step = flow.throw(_AbandonedError())
            while True:
                step = flow.send(self._do(step))

    def _step(self) -> None:
        while self._waiting and len(self._running) < self._limit:
            number = next(self._numbers)
            self._running[number] = self._waiting.popleft()
            self._advance(number, lambda: None)
        for future in self._completed():
            self._sending.discard(future)
            self._advance(self._blocked.pop(future), future.result)
        while self._sleeping and self._seconds_to_wake() <= TICK:
            self._advance(heapq.heappop(self._sleeping)[1], lambda: None)

    def _seconds_to_wake(self) -> float:
        return self._sleeping[0][0] - self._clock.monotonic()

    def _completed(self) -> Iterable[Future[object]]:
        """Wait until at least one step is done, and return those that are."""
        left = max(0.0, self._seconds_to_wake()) if self._sleeping else None
        if self._blocked:
            return wait(self._blocked, left, FIRST_COMPLETED).done
        if left:
            self._clock.sleep(left)
        return ()

    def _start(self, step: Step[Any], number: int) -> None:
        """Carry out a step in a thread that does not keep the program from ending."""
        future: Future[object] = Future()
        if isinstance(step, Fetch):
            # Work that is no longer awaited ends, instead of continuing in its thread.
            step = replace(step, is_wanted=lambda: not self._is_over)
        # Handlers of the client's events read the caller's context variables there too.
        context = copy_context()
        threading.Thread(
            target=context.run,
            args=(_fulfil, future, self._do, step),
            name="sesinsights",
            daemon=True,
        ).start()
        self._blocked[future] = number
        if isinstance(step, Send):
            self._sending.add(future)

    def _advance(self, number: int, outcome: Callable[[], object]) -> None:
        """Run a flow until it has to wait."""
        flow = self._running[number]
        while True:
            try:
                try:
                    result = outcome()
                except Exception as error:  # noqa: BLE001 - the flow decides what becomes of it
                    step = flow.throw(error)
                else:
                    step = flow.send(result)
            except StopIteration as stop:
                self._results[number] = stop.value
                del self._running[number]
                return
            match step:
                case Sleep(seconds):
                    heapq.heappush(self._sleeping, (self._clock.monotonic() + seconds, number))
                    return
                case Send() | Fetch() | Run() | Await():
                    self._start(step, number)
                    return
                case _:
                    outcome = _doing(self._do, step)


def _fulfil(future: Future[object], do: Callable[[Step[Any]], object], step: Step[Any]) -> None:
    """Carry out a step for a future, unless that was cancelled before."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(do(step))
    except BaseException as error:  # noqa: BLE001 - it is raised where the outcome is taken
        future.set_exception(error)


def _doing(do: Callable[[Step[Any]], object], step: Step[Any]) -> Callable[[], object]:
    return lambda: do(step)
