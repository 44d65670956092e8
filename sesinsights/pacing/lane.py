"""The rule by which slots are granted, whatever keeps them.

The stores of this process and of this host call it; `redis.py` has it once more, as the script
that runs at the server. A test holds the three together.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sesinsights.errors import PaceTimeoutError
from sesinsights.pacing.protocol import Reservation

__all__ = [
    "FADING",
    "FORGOTTEN_AFTER",
    "MARGIN",
    "NO_SLOT",
    "WIDENED",
    "WIDENING",
    "WIDEST",
    "Lane",
]

MARGIN = 0.02
"""How much farther apart than the rate says slots are, as a share: calls that leave a second
apart can arrive a little closer, and each one refused wastes a whole slot."""

WIDENED = 0.055
"""How much the margin grows at least with a throttled answer. Together with `FADING` it keeps
answers throttled below 1 in 100 when calls are up to 80 ms under way, at 0.93 calls a second."""

WIDENING = 0.01
"""How much the margin grows with a throttled answer when it has grown already."""

WIDEST = 0.08
"""How much the margin grows at most."""

FADING = 0.999
"""How much of what the margin grew is left after each slot without a throttled answer."""

FORGOTTEN_AFTER = 3600.0
"""After how many idle seconds a key is as good as new."""

NO_SLOT = -1.0
"""The time of no slot: clocks begin at 0."""


@dataclass(slots=True)
class Lane:
    """The slots of one key; its owner makes sure that one caller at a time uses it.

    Attributes:
        next_free: When the first slot begins that was never granted.
        last: When the slot before it begins, or `NO_SLOT` when that was given back.
        rests_until: No slot before this one is granted.
        widened: How much the margin has grown.
        settled_at: When the first slot begins that was granted with the margin as it has grown.
        seen: The latest time of the clock so far.
        released: The slots between others that were given back.
    """

    next_free: float = 0.0
    last: float = NO_SLOT
    rests_until: float = 0.0
    widened: float = 0.0
    settled_at: float = 0.0
    seen: float = 0.0
    released: list[float] = field(default_factory=list[float])

    def reserve(
        self, key: str, now: float, rate: float, cost: int, max_wait: float | None
    ) -> Reservation:
        """Grant the next free slot.

        Raises:
            PaceTimeoutError: It is farther away than `max_wait`; none was granted.
        """
        self._follow(now)
        self.released = [slot for slot in self.released if slot >= now]
        reuses = cost == 1 and bool(self.released)
        slot = min(self.released) if reuses else max(now, self.next_free)
        wait = slot - now
        if max_wait is not None and wait > max_wait:
            raise PaceTimeoutError(key, wait, max_wait)
        if reuses:
            self.released.remove(slot)
        else:
            self.last = slot
            self.next_free = slot + cost * (1 + MARGIN + self.widened) / rate
            self.widened *= FADING
        return Reservation(key, slot, wait)

    def release(self, slot: float) -> None:
        """Take a slot back; the next caller gets it, if it has not passed by then."""
        if slot == self.last:
            self.next_free = max(slot, self.rests_until)
            self.last = NO_SLOT
        elif self.rests_until <= slot < self.next_free and slot not in self.released:
            self.released.append(slot)

    def penalize(self, now: float, seconds: float) -> None:
        """Grant no slot for a while, and space the slots after them a little more."""
        self._follow(now)
        # The answers to slots that were granted before say nothing of the new margin.
        if now >= self.settled_at:
            self.widened = min(max(self.widened + WIDENING, WIDENED), WIDEST)
            self.settled_at = self.next_free
        self.rests_until = max(self.rests_until, now + seconds)
        self.next_free = max(self.next_free, self.rests_until)
        self.released = [slot for slot in self.released if slot >= self.rests_until]

    def is_forgotten(self, now: float) -> bool:
        """Return whether the key has been idle for so long that nothing of it matters."""
        return now >= max(self.next_free, self.rests_until) + FORGOTTEN_AFTER

    def _follow(self, now: float) -> None:
        """Keep the distance to what was granted when the clock was set back or began anew."""
        if self.is_forgotten(now):
            self.next_free = self.rests_until = self.widened = self.settled_at = 0.0
            self.last = NO_SLOT
            self.released.clear()
        back = self.seen - now
        if back > 0:
            self.next_free -= back
            self.rests_until -= back
            self.settled_at -= back
            self.last = NO_SLOT
            self.released.clear()
        self.seen = now
