"""Which failed calls are retried, how often and after how long."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sesinsights.arguments import checked_seconds, is_whole_number
from sesinsights.errors import ServiceError, SESInsightsError, ThrottledError, TransportError

if TYPE_CHECKING:
    from sesinsights.clock import Clock

logger = logging.getLogger("sesinsights")

_FIRST_SERVER_ERROR = 500

_MAX_REPEATS_UNREACHABLE = 2
_UNREACHABLE_DEADLINE = 3.0
_MAX_BACKOFF_UNREACHABLE = 1.0
"""In seconds; short enough that both retries fit into the deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and for how long a failing call is retried.

    Throttled calls are retried for every operation. After a response with status 5xx or a broken
    connection, only operations that create nothing are retried; the others are retried only if the
    request was certainly not sent. Before attempt n + 1, the call sleeps for a random time between
    0 and `min(max_backoff, backoff * 2 ** (n - 1))` seconds, then waits for its slot.

    An endpoint that cannot be reached is retried at most twice, within 3 seconds. A response with
    status 501 is never retried.

    Attributes:
        max_attempts: How many requests one call may send, at least 1.
        deadline: The number of seconds after the first failure within which attempts may begin;
            waiting for a slot does not count. It applies to a whole operation: a call, a download
            with its new links, or the creation of a job with the search for one that may have been
            created. A response may take the rest of this time from its first byte to its last, but
            at least 2 seconds.
        backoff: The longest sleep before the second attempt, in seconds.
        max_backoff: The longest sleep before any attempt, in seconds.
    """

    max_attempts: int = 8
    deadline: float = 60.0
    backoff: float = 0.5
    max_backoff: float = 20.0

    def __post_init__(self) -> None:
        if not is_whole_number(self.max_attempts) or self.max_attempts < 1:
            raise ValueError("max_attempts must be a whole number, at least 1")
        for name in ("deadline", "backoff", "max_backoff"):
            checked_seconds(name, getattr(self, name))


def is_transient(error: SESInsightsError) -> bool:
    """Return whether the same call may succeed a little later."""
    if isinstance(error, ServiceError):
        return isinstance(error, ThrottledError) or is_server_error(error)
    return isinstance(error, TransportError)


def may_be_repeated(error: SESInsightsError, *, repeatable: bool) -> bool:
    """Return whether sending the call again can do no harm.

    Args:
        error: The error of the last attempt.
        repeatable: Whether the operation does no harm when carried out twice.
    """
    if repeatable or isinstance(error, ThrottledError):
        return is_transient(error)
    return isinstance(error, TransportError) and not error.maybe_delivered


def is_server_error(error: ServiceError) -> bool:
    """Return whether the service failed, rather than refused."""
    status = error.status_code
    return (
        status is not None
        and status >= _FIRST_SERVER_ERROR
        and status != HTTPStatus.NOT_IMPLEMENTED
    )


class RetryTime:
    """The time that an operation has spent on retries, without its waits for slots.

    Args:
        clock: The clock that measures the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began: float | None = None
        self._left_out = 0.0

    @property
    def spent(self) -> float:
        """The seconds since the first failure; 0 before it."""
        if self._began is None:
            return 0.0
        return self._clock.monotonic() - self._began - self._left_out

    def begin(self) -> None:
        """Count from now, unless an earlier failure has started the count."""
        if self._began is None:
            self._began = self._clock.monotonic()

    def leave_out_since(self, moment: float) -> None:
        """Leave out the time since a moment on the clock."""
        if self._began is not None:
            self._left_out += self._clock.monotonic() - moment


class Retries:
    """The retries of one call, download or creation.

    Args:
        what: The name of what is retried, for the log.
        policy: How often and for how long to retry.
        time: The time spent so far.
    """

    def __init__(self, what: str, policy: RetryPolicy, time: RetryTime) -> None:
        # Most calls never fail, so only the first failure loads tenacity.
        from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_random_exponential

        self._what = what
        self._deadline = policy.deadline
        self._time = time
        self._times_unreachable = 0
        self._retrying = Retrying(
            stop=stop_after_attempt(policy.max_attempts),
            wait=wait_random_exponential(multiplier=policy.backoff, max=policy.max_backoff),
            reraise=True,
        )
        self._retrying.begin()
        self._state = RetryCallState(self._retrying, None, (), {})

    def delay_after(self, error: SESInsightsError) -> float:
        """Return how many seconds to sleep before the next attempt.

        Args:
            error: The error of the last attempt.

        Raises:
            SESInsightsError: The same error, if there is no next attempt.
        """
        self._time.begin()
        attempt = self._state.attempt_number
        self._state.set_exception((type(error), error, error.__traceback__))
        said: Any = self._retrying.iter(self._state)
        delay = float(said)
        deadline = self._deadline
        if isinstance(error, TransportError) and error.is_unreachable:
            self._times_unreachable += 1
            if self._times_unreachable > _MAX_REPEATS_UNREACHABLE:
                raise error
            delay = min(delay, _MAX_BACKOFF_UNREACHABLE)
            deadline = min(deadline, _UNREACHABLE_DEADLINE)
        # Counted here because tenacity's own deadline reads another clock.
        if self._time.spent + delay > deadline:
            raise error
        self._state.prepare_for_next_attempt()
        logger.info(
            "%s: attempt %d ended with %s, the next one begins in %.2f s",
            self._what,
            attempt,
            type(error).__name__,
            delay,
        )
        return delay
