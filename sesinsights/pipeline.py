"""One call: pace, send, classify, retry, parse."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from sesinsights.classification import classify
from sesinsights.errors import SESInsightsError, ThrottledError
from sesinsights.flow import Penalize, Release, Reserve, Send, Sleep
from sesinsights.operations import OPERATIONS
from sesinsights.retry import Retries, may_be_repeated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.clock import Clock
    from sesinsights.flow import Answer, Flow
    from sesinsights.models.shape import Shape
    from sesinsights.operations import Operation
    from sesinsights.retry import RetryPolicy

__all__ = ["Pipeline"]

RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")

logger = logging.getLogger("sesinsights")


class Pipeline:
    """The way of every call.

    Args:
        clock: The clock that deadlines are counted on.
        retry: How failing calls are repeated.
        paces: Calls a second by operation, in place of the documented ones; None lifts the pace.
    """

    def __init__(self, clock: Clock, retry: RetryPolicy, paces: Mapping[str, float | None]) -> None:
        self.clock = clock
        self._retry = retry
        self._paces = {op.name: op.calls_per_second for op in OPERATIONS}
        for name, rate in paces.items():
            if name not in self._paces:
                raise ValueError(f"paces: {name!r} is no operation; there are {[*self._paces]}")
            if rate is not None and rate <= 0:
                raise ValueError(f"paces: {name} must have more than 0 calls a second, or None")
            self._paces[name] = rate

    def call(
        self,
        operation: Operation[RequestT, ResponseT],
        request: RequestT,
        *,
        deadline: float | None = None,
    ) -> Flow[ResponseT]:
        """Call an operation until it answers or may not be repeated.

        Args:
            operation: What to call.
            request: What to send.
            deadline: An earlier end than the policy's, in seconds from now. It holds for waiting
                for a slot, too.

        Raises:
            PaceTimeoutError: The slot comes after `deadline`.
        """
        parameters = request.to_service()
        started = self.clock.monotonic()
        paced = 0.0
        attempts = 0
        retries: Retries | None = None
        while True:
            attempts += 1
            elapsed = self.clock.monotonic() - started
            max_wait = None if deadline is None else max(0.0, deadline - elapsed)
            paced += yield from self._await_slot(operation, max_wait)
            try:
                answer = yield from self._send(operation, parameters, attempts)
                break
            except SESInsightsError as error:
                if not may_be_repeated(error, repeatable=operation.repeatable):
                    raise
                retries = retries or Retries(self._policy(deadline))
                spent = self.clock.monotonic() - started - paced
                delay = retries.delay_after(error, spent)
                logger.info(
                    "%s: attempt %d ended with %s, the next one begins in %.2f s",
                    operation.name,
                    attempts,
                    type(error).__name__,
                    delay,
                )
            yield from Sleep(delay)
        return operation.response.from_service(answer)

    def _policy(self, deadline: float | None) -> RetryPolicy:
        if deadline is None or deadline >= self._retry.deadline:
            return self._retry
        return replace(self._retry, deadline=max(deadline, 0.0))

    def _await_slot(self, operation: Operation[Any, Any], max_wait: float | None) -> Flow[float]:
        """Wait for a slot, and return how many seconds that took."""
        rate = self._paces[operation.name]
        if rate is None:
            return 0.0
        asked = self.clock.monotonic()
        reservation = yield from Reserve(operation.name, rate, max_wait)
        if reservation.wait > 0:
            try:
                yield from Sleep(reservation.wait)
            except BaseException:
                yield from Release(reservation)
                raise
        return self.clock.monotonic() - asked

    def _send(
        self, operation: Operation[Any, Any], parameters: dict[str, Any], attempts: int
    ) -> Flow[Answer]:
        try:
            return (yield from Send(operation, parameters))
        except Exception as error:
            failure = classify(error, operation.name, attempts)
            if failure is None:
                raise
            rate = self._paces[operation.name]
            if rate is not None and isinstance(failure, ThrottledError):
                yield from Penalize(operation.name, 1 / rate)
            raise failure from error
