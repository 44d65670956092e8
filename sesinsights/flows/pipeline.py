"""One call: pace, send, classify, retry, parse."""

from __future__ import annotations

import copy
import logging
from contextlib import suppress
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sesinsights.arguments import checked_seconds, is_number
from sesinsights.errors import (
    AccessDeniedError,
    BotocoreTooOldError,
    PaceTimeoutError,
    PacingStoreError,
    SESInsightsError,
    ThrottledError,
    TransportError,
)
from sesinsights.flows.classification import before_sending, translate_botocore_errors
from sesinsights.flows.flow import (
    ClosedError,
    Confirm,
    FindSendRate,
    Penalize,
    Release,
    Reserve,
    Send,
    Sleep,
)
from sesinsights.flows.operation import SendOperation
from sesinsights.flows.operations import OPERATIONS
from sesinsights.flows.retry import Retries, RetryPolicy, RetryTime, may_be_repeated
from sesinsights.models.half_characters import checked_parameters
from sesinsights.pacing.lane import MARGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sesinsights.clock import Clock
    from sesinsights.flows.flow import Flow, WireResponse
    from sesinsights.flows.operation import Operation
    from sesinsights.flows.send_rate import SendRate
    from sesinsights.models.shape import Shape
    from sesinsights.pacing import Reservation

RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")

logger = logging.getLogger("sesinsights")

_ALL_SENDS = "Send"
"""The key of the pace of all operations that send: they share the account's rate."""

_BARELY_LATE = 0.05
"""How many seconds late a call may be sent at paces of more than one call per second. A busy
machine is sometimes that late, and it hardly affects a limit that is counted per second."""

_LONG_WAIT = 1.0
"""Waits for a slot that are longer than this many seconds are logged."""

_LEAST_RESPONSE_SECONDS = 2.0
"""Every response may take this many seconds: a short deadline is only meant to limit attempts."""


class Pace(NamedTuple):
    """The pace of a call: `rate` slots per second, of which the call takes `cost`."""

    key: str
    rate: float
    cost: int = 1


def _pace(key: str, rate: float | None) -> Pace | None:
    return None if rate is None else Pace(key, rate)


class Pipeline:
    """Makes the calls of a client: each is paced, sent, retried and parsed here.

    Args:
        service: boto3's name of the service.
        clock: The clock that deadlines are measured on.
        retry: How failing calls are retried; a function is called once there is a client.
        paces: The pace of operations in calls per second, in place of the documented limits; None
            disables pacing for the operation.
        max_wait: The longest wait for a slot, in seconds; no limit when None.
    """

    def __init__(
        self,
        service: str,
        clock: Clock,
        retry: RetryPolicy | Callable[[], RetryPolicy],
        paces: Mapping[str, float | None],
        max_wait: float | None = None,
    ) -> None:
        if not (isinstance(retry, RetryPolicy) or callable(retry)):
            raise TypeError("retry must be a RetryPolicy, such as RetryPolicy(max_attempts=3)")
        self.clock = clock
        self._retry = retry
        self._retry_time: RetryTime | None = None
        self._deadline: float | None = None
        self._max_wait = None if max_wait is None else checked_seconds("max_wait", max_wait)
        self._paces = {
            op.name: _pace(op.name, op.calls_per_second)
            for op in OPERATIONS
            if op.service == service
        }
        self._given_paces = frozenset(paces)
        self._send_rate: SendRate | None = None
        for name, rate in paces.items():
            if name not in self._paces:
                raise ValueError(
                    f"paces: {name!r} is not an operation of this client, whose operations are "
                    f"{', '.join(self._paces)}"
                )
            if rate is not None and not (is_number(rate) and 0 < rate < inf):
                raise ValueError(
                    f"paces: {name} must be a number of calls per second greater than 0, or None "
                    "to disable pacing"
                )
            self._paces[name] = _pace(name, rate)

    @property
    def retry(self) -> RetryPolicy:
        """How failing calls are retried."""
        if not isinstance(self._retry, RetryPolicy):
            self._retry = self._retry()
        return self._retry

    def within(self, time: RetryTime) -> Pipeline:
        """Return a pipeline whose calls count towards the retry time of a larger operation."""
        part = copy.copy(self)
        vars(part)["_retry_time"] = time
        return part

    def once(self, deadline: float) -> Pipeline:
        """Return a pipeline whose calls are not retried, with this deadline for each."""
        part = copy.copy(self)
        vars(part)["_retry"] = RetryPolicy(max_attempts=1)
        vars(part)["_deadline"] = deadline
        return part

    def call(
        self,
        operation: Operation[RequestT, ResponseT],
        request: RequestT,
        *,
        deadline: float | None = None,
        max_wait: float | None = None,
    ) -> Flow[ResponseT]:
        """Call an operation until it returns a response or may not be retried.

        Args:
            operation: The operation to call.
            request: The request to send.
            deadline: The number of seconds from now within which attempts may begin. It also limits
                the wait for a slot, in place of `max_wait`, and for a response, to 2 seconds at
                least.
            max_wait: The longest wait for a slot, in seconds, in place of the pipeline's; no limit
                when infinite.

        Raises:
            ValueError: A text in the request contains half of a character (an unpaired surrogate).
            PaceTimeoutError: The slot is later than `deadline` or `max_wait` allows. The error of
                an earlier attempt is its cause.
        """
        policy = self.retry
        parameters = checked_parameters(operation.name, request)
        pace = self._paces[operation.name]
        if isinstance(operation, SendOperation):
            pace = yield from self._pace_of_send(operation, request)
        deadline = self._deadline if deadline is None else deadline
        ends_at = inf if deadline is None else self.clock.monotonic() + deadline
        time = self._retry_time or RetryTime(self.clock)
        attempts = 0
        retries: Retries | None = None
        failure: SESInsightsError | None = None
        while True:
            attempts += 1
            left = inf
            if deadline is not None:
                left = max_wait = max(0.0, ends_at - self.clock.monotonic())
            seconds = max(min(policy.deadline - time.spent, left), _LEAST_RESPONSE_SECONDS)
            send = Send(operation, parameters, seconds, max(left, _LEAST_RESPONSE_SECONDS))
            try:
                received = yield from self._attempt(send, attempts, pace, max_wait, time)
                break
            except (PaceTimeoutError, PacingStoreError) as error:
                raise error from failure
            except ClosedError as closed:
                # The call did not fail because the client was closed in the meantime.
                raise failure or closed  # noqa: B904 - it has a cause of its own
            except SESInsightsError as error:
                failure = error
                if not may_be_repeated(error, repeatable=operation.repeatable):
                    raise
                retries = retries or Retries(operation.name, policy, time)
                delay = retries.delay_after(error)
                if self.clock.monotonic() + delay > ends_at:
                    raise
            yield from Sleep(delay)
        response = operation.response.from_service(received)
        if isinstance(operation, SendOperation):
            yield from self._slow_down_if_throttled(operation, response, pace)
        return response

    def _attempt(
        self,
        send: Send,
        number: int,
        pace: Pace | None,
        max_wait: float | None,
        time: RetryTime,
    ) -> Flow[WireResponse]:
        """Send once, at the pace, and report the outcome to the pacer."""
        reservation: Reservation | None = None
        asked = self.clock.monotonic()
        try:
            with translate_botocore_errors(send.operation.name, number):
                # Credentials are fetched before a slot is taken.
                with before_sending():
                    reservation = yield from self._await_slot(pace, max_wait)
                time.leave_out_since(asked)
                return (yield from send)
        except Exception as error:
            if reservation and _was_never_sent(error):
                yield from _tell_pacer(Release(reservation))
            if pace and isinstance(error, ThrottledError):
                yield from _tell_pacer(Penalize(pace.key, 1 / pace.rate))
            raise

    def _pace_of_send(
        self, operation: SendOperation[RequestT, ResponseT], request: RequestT
    ) -> Flow[Pace | None]:
        """Return the pace of all sends; every recipient counts."""
        recipients = operation.recipients(request)
        if operation.name in self._given_paces:
            given = self._paces[operation.name]
            return given and Pace(_ALL_SENDS, given.rate, recipients)
        if self._send_rate is None:
            self._send_rate = yield from FindSendRate()
        read = partial(self._read_send_rate, operation)
        return Pace(_ALL_SENDS, (yield from self._send_rate.current(read)), recipients)

    def _read_send_rate(self, operation: SendOperation[Any, Any]) -> Flow[float | None]:
        quota = operation.quota
        try:
            response = yield from self.call(quota, quota.request())
        except AccessDeniedError as error:
            rate = f"paces={{{operation.name!r}: 14}}"
            advice = f"Or pass the rate, in recipients per second, as in {rate}."
            error.args = (f"{error} {advice}",)
            raise
        return quota.max_send_rate(response)

    def _slow_down_if_throttled(
        self, operation: SendOperation[RequestT, ResponseT], response: ResponseT, pace: Pace | None
    ) -> Flow[None]:
        """Slow down after a call some of whose recipients were throttled."""
        if pace and operation.was_throttled(response):
            logger.info("%s: some recipients were throttled, sending slows down", operation.name)
            # The mail of the others was accepted: an error here must not hide that.
            with suppress(Exception):
                yield from Penalize(pace.key, 1 / pace.rate)

    def _await_slot(self, pace: Pace | None, max_wait: float | None) -> Flow[Reservation | None]:
        """Wait for a slot, if calls are paced, and return it.

        A call takes another slot if it wakes too late to keep its distance to the next slot, for
        example after the process was suspended, or if the pacer has lost its slot.
        """
        if pace is None:
            return None
        began = self.clock.monotonic()
        limit = self._max_wait if max_wait is None else max_wait
        if limit == inf:
            limit = None
        distance = pace.cost / pace.rate
        may_be_late = MARGIN * distance if distance >= 1 else _BARELY_LATE
        while True:
            reservation = yield from Reserve(pace.key, pace.rate, pace.cost, limit)
            if reservation.wait <= 0:
                return reservation
            if reservation.wait > _LONG_WAIT:
                logger.debug("%s: waiting %.1f s for the next slot", pace.key, reservation.wait)
            due = self.clock.monotonic() + reservation.wait
            is_ours = False
            try:
                yield from Sleep(reservation.wait)
                if self.clock.monotonic() - due <= may_be_late:
                    is_ours = yield from Confirm(reservation, due)
            finally:
                if not is_ours:
                    yield from Release(reservation)
            if is_ours:
                return reservation
            logger.debug("%s: the slot came too late or was lost, taking another", pace.key)
            # So that even on a machine that is always late, every call is sent in the end.
            may_be_late *= 2
            if limit is not None:
                limit = max(0.0, limit - (self.clock.monotonic() - began))
                began = self.clock.monotonic()


def _tell_pacer(step: Release | Penalize) -> Flow[None]:
    """Report a failed call to the pacer; a failing store must not replace the call's own error."""
    with suppress(PacingStoreError):
        yield from step


def _was_never_sent(error: Exception) -> bool:
    """Return whether the request certainly did not reach the service."""
    if isinstance(error, TransportError):
        return not error.maybe_delivered
    # All other botocore errors are about credentials, parameters or the client itself.
    return isinstance(error, BotocoreTooOldError) or not isinstance(error, SESInsightsError)
