"""When a call may leave, so that everyone together keeps the service's pace.

A pacer hands out slots and never sleeps: its callers wait until their slot comes. Slots are
granted in the order in which they are asked for.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.errors import PaceTimeoutError

if TYPE_CHECKING:
    from sesinsights.clock import Clock

__all__ = ["LocalPacer", "Pacer", "Reservation", "default_pacer"]

_MARGIN = 0.02
"""How much farther apart than the rate says slots are, as a share: calls that leave a second
apart can arrive a little closer, and each one refused wastes a whole slot."""

_WIDENING = 0.02
"""How much the margin grows with each throttled answer."""

_WIDEST_MARGIN = 0.10

_FADING = 0.99
"""How much of what the margin grew is left after each slot without a throttled answer."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A slot that is yours.

    Attributes:
        key: What is paced.
        slot: When the slot begins, in the pacer's own time.
        wait: How many seconds to wait before sending.
    """

    key: str
    slot: float
    wait: float


class Pacer(Protocol):
    """Grants slots; one object may serve any number of threads and tasks.

    Implement it to keep the pace somewhere else. No method sleeps.
    """

    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot.

        Args:
            key: What is paced; every key has slots of its own.
            rate: How many slots a second has.
            cost: How many slots to take in a row.
            max_wait: The longest wait to accept, in seconds; no limit when None.

        Raises:
            PaceTimeoutError: The slot is farther away than `max_wait`; none was taken.
        """
        ...

    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used."""
        ...

    def penalize(self, key: str, seconds: float) -> None:
        """Grant no slot for this many seconds: the service has throttled a call."""
        ...


@dataclass(slots=True)
class _Lane:
    next_free: float = 0.0
    widened: float = 0.0
    rests_until: float = 0.0
    released: set[float] = field(default_factory=set[float])


class LocalPacer:
    """Keeps the pace of one process; the default.

    Args:
        clock: The clock that slots are counted on; the clients that share the pacer use the same.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)

    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot.

        Args:
            key: What is paced; every key has slots of its own.
            rate: How many slots a second has.
            cost: How many slots to take in a row.
            max_wait: The longest wait to accept, in seconds; no limit when None.

        Raises:
            PaceTimeoutError: The slot is farther away than `max_wait`; none was taken.
        """
        with self._lock:
            now = self._clock.monotonic()
            lane = self._lanes[key]
            lane.released = {slot for slot in lane.released if slot >= now}
            reuses = cost == 1 and bool(lane.released)
            slot = min(lane.released) if reuses else max(now, lane.next_free)
            wait = slot - now
            if max_wait is not None and wait > max_wait:
                raise PaceTimeoutError(key, wait, max_wait)
            if reuses:
                lane.released.remove(slot)
            else:
                lane.next_free = slot + cost * (1 + _MARGIN + lane.widened) / rate
                lane.widened *= _FADING
            return Reservation(key, slot, wait)

    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; the next caller gets it if it is still ahead."""
        with self._lock:
            lane = self._lanes[reservation.key]
            if reservation.slot >= lane.rests_until:
                lane.released.add(reservation.slot)

    def penalize(self, key: str, seconds: float) -> None:
        """Grant no slot for this many seconds, and space the slots after them a little more."""
        with self._lock:
            lane = self._lanes[key]
            lane.rests_until = max(lane.rests_until, self._clock.monotonic() + seconds)
            lane.next_free = max(lane.next_free, lane.rests_until)
            lane.released = {slot for slot in lane.released if slot >= lane.rests_until}
            lane.widened = min(lane.widened + _WIDENING, _WIDEST_MARGIN - _MARGIN)


_default_pacers: dict[tuple[int | str | None, ...], LocalPacer] = {}
_default_pacers_lock = threading.Lock()


def default_pacer(
    clock: Clock, access_key: str | None, region_name: str | None, endpoint_url: str
) -> LocalPacer:
    """Return the one pacer of this process for these credentials, Region and endpoint.

    It is kept for good: a client that is made later goes on where an earlier one stopped.
    """
    # A pacer holds its clock, so no other clock can ever have the same id.
    key = (id(clock), access_key, region_name, endpoint_url)
    with _default_pacers_lock:
        return _default_pacers.setdefault(key, LocalPacer(clock))
