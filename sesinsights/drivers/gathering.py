"""Several flows at once, in one thread: only blocking work is done in others.

Those threads are kept until all flows have ended: starting one for each step would take a fifth of
the processor time of a request.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from itertools import count
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from sesinsights.clock import TICK
from sesinsights.flows.flow import Await, Fetch, Run, Send, Sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextvars import Context

    from sesinsights.clock import Clock
    from sesinsights.flows.flow import Flow, Step

    Outcome = Callable[[], object]

T = TypeVar("T")


class _AbandonedError(BaseException):
    """Raised into a flow because another failed; closing it instead would lose its slot."""


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
        self._begun: SimpleQueue[tuple[int, Context, Step[Any]] | None] = SimpleQueue()
        self._ended: SimpleQueue[tuple[int, Outcome]] = SimpleQueue()
        self._blocked: set[int] = set()
        self._sending: set[int] = set()
        self._threads = 0
        self._results: dict[int, T] = {}
        self._is_over = False

    def run(self) -> list[T]:
        """Return the results of the flows, in order, or raise the first error."""
        try:
            while self._waiting or self._running:
                self._step()
        except Exception:
            # A request that was sent has an effect, which the caller's next request must see.
            while self._sending:
                self._sending.discard(self._ended.get()[0])
            raise
        finally:
            self._is_over = True
            self._begun.put(None)
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
        if ended := self._ended_step():
            self._advance(*ended)
        while self._sleeping and self._seconds_to_wake() <= TICK:
            self._advance(heapq.heappop(self._sleeping)[1], lambda: None)

    def _seconds_to_wake(self) -> float:
        return self._sleeping[0][0] - self._clock.monotonic()

    def _ended_step(self) -> tuple[int, Outcome] | None:
        """Wait until a step has ended or a flow has slept long enough."""
        left = max(0.0, self._seconds_to_wake()) if self._sleeping else None
        if not self._blocked:
            if left:
                self._do(Sleep(left))
            return None
        try:
            # As a step, so that what a signal handler raises is not taken for a flow's error.
            ended: Any = self._do(Run(partial(self._ended.get, timeout=left)))
        except Empty:
            return None
        number, outcome = ended
        self._blocked.remove(number)
        self._sending.discard(number)
        return number, outcome

    def _start(self, step: Step[Any], number: int) -> None:
        """Carry out a step in a thread that does not keep the program from ending."""
        if len(self._blocked) == self._threads:
            self._threads += 1
            threading.Thread(target=self._work, name="sesinsights", daemon=True).start()
        if isinstance(step, Fetch):
            # Work that is no longer awaited ends, instead of continuing in its thread.
            step = replace(step, is_wanted=lambda: not self._is_over)
        self._blocked.add(number)
        if isinstance(step, Send):
            self._sending.add(number)
        # Handlers of the client's events read the caller's context variables there too.
        self._begun.put((number, copy_context(), step))

    def _work(self) -> None:
        """Carry out steps until the gathering is over."""
        while begun := self._begun.get():
            number, context, step = begun
            outcome: Outcome
            try:
                outcome = partial(_returned, context.run(self._do, step))
            except BaseException as error:  # noqa: BLE001 - it is raised where the outcome is read
                outcome = partial(_raised, error)
            self._ended.put((number, outcome))
            # A response must not wait here for the next step.
            del begun, context, step, outcome
        # Each thread ends the next, so that none is left behind by a second Ctrl-C.
        self._begun.put(None)

    def _advance(self, number: int, outcome: Outcome) -> None:
        """Run a flow until it has to wait."""
        flow = self._running[number]
        while True:
            try:
                try:
                    result = outcome()
                except Exception as error:  # noqa: BLE001 - the flow decides what to do
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


def _returned(result: object) -> object:
    return result


def _raised(error: BaseException) -> NoReturn:
    raise error


def _doing(do: Callable[[Step[Any]], object], step: Step[Any]) -> Outcome:
    return lambda: do(step)
