"""The account's own send rate."""

from __future__ import annotations

from concurrent.futures import Future
from math import inf
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sesinsights.errors import AccessDeniedError, SESInsightsError
from sesinsights.flows.flow import Await
from sesinsights.forks import after_fork_in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sesinsights.clock import Clock
    from sesinsights.flows.flow import Flow
    from sesinsights.pacing import Pacer

_FRESH_FOR = 900.0
"""How many seconds the rate is used before it is read again."""

_LEAST = 1.0
"""Recipients per second; every account may send at this rate."""


class SendRate:
    """The account's send rate, in recipients per second: read by one call for all that need it.

    Args:
        clock: The clock that measures the age of the rate.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rate: float | None = None
        self._expires = clock.monotonic()
        self._forget_reading()
        after_fork_in_child(self._forget_reading)

    def current(self, read: Callable[[], Flow[float | None]]) -> Flow[float]:
        """Return the rate; callers wait while it is read for the first time.

        Args:
            read: Reads the account's rate.

        Raises:
            SESInsightsError: The rate cannot be read, and no earlier one is known.
        """
        while True:
            rate = self._rate
            if rate is not None and self._is_fresh():
                return rate
            mine: Future[None] = Future()
            # Of threads that arrive at the same time, this lets one in.
            reading = self._reading.setdefault("", mine)
            if reading is mine:
                yield from self._read(mine, read)
            elif rate is not None:
                return rate
            else:
                yield from Await(reading)

    def _is_fresh(self) -> bool:
        return self._clock.monotonic() < self._expires

    def _read(self, reading: Future[None], read: Callable[[], Flow[float | None]]) -> Flow[None]:
        # One of those waiting may be cancelled while the others keep waiting.
        reading.set_running_or_notify_cancel()
        failure: Exception | None = None
        try:
            if self._is_fresh():
                return
            self._rate = _usable((yield from read()))
            self._expires = self._clock.monotonic() + _FRESH_FOR
        except Exception as error:
            is_ours = isinstance(error, SESInsightsError)
            if self._rate is None or not is_ours or isinstance(error, AccessDeniedError):
                failure = error
                raise
            self._expires = self._clock.monotonic() + _FRESH_FOR
        finally:
            self._reading.pop("", None)
            # Without an outcome, as after an interruption, the next caller in the loop reads.
            if failure:
                reading.set_exception(failure)
            else:
                reading.set_result(None)

    def _forget_reading(self) -> None:
        # The reader may be another thread, which a forked process does not have.
        self._reading: dict[str, Future[None]] = {}


_shared: WeakKeyDictionary[Pacer, dict[Hashable, SendRate]] = WeakKeyDictionary()


def shared_send_rate(pacer: Pacer, clock: Clock, region: str) -> SendRate:
    """Return the send rate that all clients with the same pacer, clock and Region share."""
    try:
        rates = _shared.setdefault(pacer, {})
    except TypeError:
        # A pacer that cannot be a dictionary key cannot be looked up, so it shares nothing.
        return SendRate(clock)
    # The rate holds the clock, so no other clock can ever have the same id.
    return rates.setdefault((id(clock), region), SendRate(clock))


def _usable(rate: float | None) -> float:
    """Return a rate that can be used as a pace: an unlimited or invalid one would disable it."""
    return rate if rate is not None and 0 < rate < inf else _LEAST
