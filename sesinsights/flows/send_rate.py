"""The account's own send rate."""

from __future__ import annotations

from concurrent.futures import Future
from math import inf
from typing import TYPE_CHECKING

from sesinsights.errors import AccessDeniedError, SESInsightsError
from sesinsights.flows.flow import Await
from sesinsights.forks import after_fork_in_child

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.clock import Clock
    from sesinsights.flows.flow import Flow
    from sesinsights.models.classic import GetSendQuotaResponse

__all__ = ["SendRate"]

_FRESH_FOR = 900.0
"""How many seconds the rate is believed before it is read again."""

_LEAST = 1.0
"""Recipients a second that every account may send."""


class SendRate:
    """How many recipients a second the account may send to: read by one call for all.

    Args:
        clock: The clock that its age is counted on.
        ask: Reads the account's quota.
    """

    def __init__(self, clock: Clock, ask: Callable[[], Flow[GetSendQuotaResponse]]) -> None:
        self._clock = clock
        self._ask = ask
        self._rate: float | None = None
        self._expires = clock.monotonic()
        self._forget_reading()
        after_fork_in_child(self._forget_reading)

    def current(self) -> Flow[float]:
        """Return the rate; who finds none known waits until it has been read.

        Raises:
            SESInsightsError: It cannot be read, and there is none to go on with.
        """
        while True:
            rate = self._rate
            if rate is not None and self._is_fresh():
                return rate
            mine: Future[None] = Future()
            # Of threads that come at once, this lets one in.
            under_way = self._under_way.setdefault("reading", mine)
            if under_way is mine:
                yield from self._read(mine)
            elif rate is not None:
                return rate
            else:
                yield from Await(under_way)

    def _is_fresh(self) -> bool:
        return self._clock.monotonic() < self._expires

    def _read(self, under_way: Future[None]) -> Flow[None]:
        # Whoever waits may be cancelled, and the others wait on.
        under_way.set_running_or_notify_cancel()
        failure: Exception | None = None
        try:
            if self._is_fresh():
                return
            quota = yield from self._ask()
            self._rate = _usable(quota.max_send_rate)
            self._expires = self._clock.monotonic() + _FRESH_FOR
        except Exception as error:
            is_ours = isinstance(error, SESInsightsError)
            if self._rate is None or not is_ours or isinstance(error, AccessDeniedError):
                failure = error
                raise
            self._expires = self._clock.monotonic() + _FRESH_FOR
        finally:
            self._under_way.pop("reading", None)
            # Without an outcome, as after an interruption, the next one in the loop reads.
            if failure:
                under_way.set_exception(failure)
            else:
                under_way.set_result(None)

    def _forget_reading(self) -> None:
        # Who reads may be another thread, and a forked process does not have it.
        self._under_way: dict[str, Future[None]] = {}


def _usable(rate: float) -> float:
    """Return a rate that can be kept: an unlimited or broken one would lift the pace."""
    return rate if 0 < rate < inf else _LEAST
