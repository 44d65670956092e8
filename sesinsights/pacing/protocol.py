"""The protocol of all pacers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reservation:
    """A slot that was granted to a caller.

    Attributes:
        key: The key that the slot belongs to, such as `eu-west-1/GetMessageInsights`.
        slot: The start of the slot, in seconds on the pacer's own clock.
        wait: How many seconds to wait before sending.
        end: The end of the slot, on the same clock.
        era: Identifies the count of slots that it belongs to, in case that is lost and restarted.
            Only the pacer uses `end` and `era`; one that needs neither can leave them out.
    """

    key: str
    slot: float
    wait: float
    end: float = 0.0
    era: float = -1.0


class Pacer(Protocol):
    """Grants slots; one object may serve any number of threads and tasks.

    Implement this protocol to keep the pace in a store of your own. No method may sleep.

    If the store can lose slots while callers wait, such as a server that may be restarted, the
    pacer may also have a method `holds(reservation, late) -> bool`. It is called after each wait,
    with the number of seconds since the wait ended as `late`. If it returns False, the caller takes
    another slot.

    If slots can usually be given back without blocking, the pacer may also have a method
    `release_at_once(reservations) -> bool`, which returns False if that would block now. An event
    loop calls it with the slots of all tasks that end together, and `release` in a thread only if
    it has to.
    """

    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot, in one atomic step.

        Args:
            key: The key to take slots from, such as `eu-west-1/GetMessageInsights`; every key has
                its own slots.
            rate: How many slots there are per second.
            cost: How many slots to take in a row.
            max_wait: The longest wait to accept, in seconds; no limit when None.

        Raises:
            PaceTimeoutError: The slot is later than `max_wait` allows; none was taken.
            PacingStoreError: The store of the slots cannot be used; none was taken, as far as is
                known.
        """
        ...

    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; the rest of it can be granted again.

        The caller usually has an error of its own to report, so this method raises none: a slot
        that cannot be given back is lost.
        """
        ...

    def penalize(self, key: str, seconds: float) -> None:
        """Grant no slot for this many seconds, and space later slots a little more.

        Called when the service has throttled a call. This method raises no error either: the next
        `reserve` reports that the store cannot be used.
        """
        ...
