"""What every pacer does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reservation:
    """A slot that is yours.

    Attributes:
        key: What is paced.
        slot: When the slot begins, in the pacer's own time.
        wait: How many seconds to wait before sending.
        end: When the slot ends, in the same time.
        era: Tells the count of slots that it belongs to from one that was lost and begun anew.
            `end` and `era` are the pacer's own business; one that needs neither leaves them out.
    """

    key: str
    slot: float
    wait: float
    end: float = 0.0
    era: float = -1.0


class Pacer(Protocol):
    """Grants slots; one object may serve any number of threads and tasks.

    Implement it to keep the pace somewhere else. No method sleeps.

    A pacer whose store can be lost while callers wait, such as a server that is restarted, may
    also have a method `holds(reservation, late) -> bool`. It is asked when a wait is over, `late`
    seconds ago, and the caller takes another slot when it returns False.
    """

    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot, in one atomic step.

        Args:
            key: What is paced, such as `eu-west-1/GetMessageInsights`; every key has slots of its
                own.
            rate: How many slots a second has.
            cost: How many slots to take in a row.
            max_wait: The longest wait to accept, in seconds; no limit when None.

        Raises:
            PaceTimeoutError: The slot is farther away than `max_wait`; none was taken.
            PacingStoreError: The store of the slots cannot be used; none was taken, as far as is
                known.
        """
        ...

    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; what of it is still ahead goes to others.

        The caller usually has an error of its own to report, so this raises none: a slot that
        cannot be given back is lost.
        """
        ...

    def penalize(self, key: str, seconds: float) -> None:
        """Grant no slot for this many seconds, and space later slots a little more.

        Called when the service has throttled a call. It raises no error either: the next
        `reserve` tells that the store cannot be used.
        """
        ...
