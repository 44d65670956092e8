"""The pace of one process."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import TYPE_CHECKING

from typing_extensions import override

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.forks import renew_in_child
from sesinsights.pacing.lane import Lane
from sesinsights.pacing.protocol import Pacer

if TYPE_CHECKING:
    from sesinsights.clock import Clock
    from sesinsights.pacing.protocol import Reservation


class LocalPacer(Pacer):
    """Keeps the pace of one process; the default.

    A forked process continues with a pace of its own: use a `FilePacer` for several processes.

    Args:
        clock: The clock that slots are measured on; clients that share the pacer must use the same.
    """

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._lanes: defaultdict[str, Lane] = defaultdict(Lane)
        # A signal handler that makes a call may interrupt another.
        self._lock = threading.RLock()
        renew_in_child(self, _lock=threading.RLock)

    @override
    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot; see `Pacer.reserve`."""
        with self._lock:
            now = self._clock.monotonic()
            return self._lanes[key].reserve(key, now, rate, cost, max_wait)

    @override
    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; see `Pacer.release`."""
        with self._lock:
            lane = self._lanes[reservation.key]
            lane.release(reservation.slot, reservation.end, reservation.era)

    @override
    def penalize(self, key: str, seconds: float) -> None:
        """Pause a key after a throttled call; see `Pacer.penalize`."""
        with self._lock:
            self._lanes[key].penalize(self._clock.monotonic(), seconds)


class _DefaultPacers:
    """The default pacers of this process, for clients without one of their own.

    They are never discarded: a client that is made later continues the pace of earlier ones.
    """

    def __init__(self) -> None:
        self._pacers: dict[tuple[int | str | None, ...], LocalPacer] = {}
        self._lock = threading.RLock()
        renew_in_child(self, _lock=threading.RLock)

    def find(self, clock: Clock, *owner: str | None) -> LocalPacer:
        # A pacer holds its clock, so no other clock can ever have the same id.
        key = (id(clock), *owner)
        with self._lock:
            pacer = self._pacers.get(key)
            if pacer is None:
                pacer = self._pacers[key] = LocalPacer(clock)
            return pacer


_default_pacers = _DefaultPacers()


def default_pacer(
    clock: Clock, account: str | None, region_name: str | None, endpoint_url: str
) -> LocalPacer:
    """Return the one pacer of this process for an account, Region and endpoint.

    Args:
        clock: The clock that slots are measured on.
        account: The owner of the quota, as `quota_owner` names it; None if it is not known.
        region_name: The AWS Region.
        endpoint_url: The URL that requests go to.
    """
    return _default_pacers.find(clock, account, region_name, endpoint_url)
