"""Which failed calls are sent again, how often and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sesinsights.arguments import is_number, is_whole_number
from sesinsights.errors import ServiceError, SESInsightsError, ThrottledError, TransportError

__all__ = ["Retries", "RetryPolicy", "is_server_error", "is_transient", "may_be_repeated"]

_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how long a failing call is repeated.

    Throttled calls are repeated for every operation. After an answer with status 5xx or a broken
    connection only those that create nothing are; others only when the request certainly never
    left. Before attempt n + 1 the call sleeps a random time between 0 and
    `min(max_backoff, backoff * 2 ** (n - 1))` seconds, then waits for its slot.

    Attributes:
        max_attempts: How many requests one call may send, at least 1.
        deadline: After how many seconds no further attempt begins; waiting for a slot of the
            pace does not count.
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
            seconds = getattr(self, name)
            if not is_number(seconds) or seconds < 0:
                raise ValueError(f"{name} must be a number of seconds and must not be negative")


def is_transient(error: SESInsightsError) -> bool:
    """Return whether the same call may succeed a little later."""
    if isinstance(error, ServiceError):
        return isinstance(error, ThrottledError) or is_server_error(error)
    return isinstance(error, TransportError)


def may_be_repeated(error: SESInsightsError, *, repeatable: bool) -> bool:
    """Return whether sending the call again can do no harm.

    Args:
        error: What the last attempt ended with.
        repeatable: Whether the operation does no harm when carried out twice.
    """
    if repeatable or isinstance(error, ThrottledError):
        return is_transient(error)
    return isinstance(error, TransportError) and not error.maybe_delivered


def is_server_error(error: ServiceError) -> bool:
    """Return whether the service failed, and did not refuse."""
    return error.status_code is not None and error.status_code >= _FIRST_SERVER_ERROR


class Retries:
    """The retries of one call.

    Args:
        policy: How often and how long.
    """

    def __init__(self, policy: RetryPolicy) -> None:
        # Most calls never fail, so tenacity is loaded by the first that does.
        from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_random_exponential

        self._deadline = policy.deadline
        self._retrying = Retrying(
            stop=stop_after_attempt(policy.max_attempts),
            wait=wait_random_exponential(multiplier=policy.backoff, max=policy.max_backoff),
            reraise=True,
        )
        self._retrying.begin()
        self._state = RetryCallState(self._retrying, None, (), {})

    def delay_after(self, error: SESInsightsError, spent: float) -> float:
        """Return how many seconds to sleep before the next attempt.

        Args:
            error: What the last attempt ended with.
            spent: How many seconds of the deadline have been spent.

        Raises:
            SESInsightsError: The same error, when there is no next attempt.
        """
        self._state.set_exception((type(error), error, error.__traceback__))
        delay: Any = self._retrying.iter(self._state)
        # Counted here because tenacity's own deadline reads another clock.
        if spent + delay > self._deadline:
            raise error
        self._state.prepare_for_next_attempt()
        return float(delay)
