"""The pace of one process."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.forks import after_fork_in_child
from sesinsights.pacing.lane import Lane

if TYPE_CHECKING:
    from sesinsights.clock import Clock
    from sesinsights.pacing.protocol import Reservation

__all__ = ["LocalPacer", "default_pacer"]


class LocalPacer:
    """Keeps the pace of one process; the default.

    A process that is forked goes on alone: give several of them a `FilePacer`.

    Args:
        clock: The clock that slots are counted on; the clients that share the pacer use the same.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)
        self._renew_lock()
        after_fork_in_child(self._renew_lock)

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
            return self._lanes[key].reserve(key, now, rate, cost, max_wait)

    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; the next caller gets it if it is still ahead."""
        with self._lock:
            self._lanes[reservation.key].release(reservation.slot)

    def penalize(self, key: str, seconds: float) -> None:
        """Grant no slot for this many seconds, and space the slots after them a little more."""
        with self._lock:
            self._lanes[key].penalize(self._clock.monotonic(), seconds)

    def _renew_lock(self) -> None:
        # Another thread may hold the lock while the process forks; it is not there in the child.
        self._lock = threading.Lock()


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
