"""The rule by which slots are granted, in every store.

`LocalPacer` and `FilePacer` call it; `redis_script.py` repeats it as the script that runs on the
server. A test checks that the three agree.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from math import inf

from sesinsights.errors import PaceTimeoutError
from sesinsights.pacing.protocol import Reservation

MARGIN = 0.02
"""How much further apart slots are than the rate requires, as a fraction: calls that are sent a
second apart can arrive a little closer together, and each throttled one wastes a whole slot."""

WIDENED = 0.055
"""The least growth of the margin after a throttled response. Together with `FADING`, it keeps
throttled responses below 1 in 100 with network delays of up to 80 ms, at 0.93 calls per second."""

WIDENING = 0.01
"""How much each further throttled response adds to the growth."""

WIDEST = 0.08
"""The largest growth of the margin."""

FADING = 0.999
"""The fraction of the growth that is left after each slot without a throttled response."""

FORGOTTEN_AFTER = 3600.0
"""The number of idle seconds after which a key is treated as new."""

NO_ERA = -1.0
"""The era of a lane that has granted no slots; never a time, because clocks begin at 0."""

ROUNDING = 5e-7
"""By how many seconds, for each slot of its cost, a reservation may exceed a gap and still fit:
sums of times are not exact."""

_SET_FORWARD = 0.25
"""By how many seconds a store's clock must be ahead of a waiter's to count as set forward."""


@dataclass(slots=True)
class Lane:
    """The slots of one key; its owner makes sure that only one caller uses it at a time.

    Times are in seconds on the owner's clock, plus the time by which that clock was set back. So
    they never run backwards, and slots keep their distance across a change of the clock.

    Attributes:
        next_free: The start of the first slot that was never granted.
        rests_until: The time before which no slot is granted.
        widened: How much the margin has grown.
        settled_at: The start of the first slot that was granted with the margin as it is now.
        seen: The latest time so far.
        behind: By how many seconds in total the clock was set back.
        era: The time at which this count of slots began; a store that loses it starts another.
        gaps: The start and end of each range that was given back, in order. No two of them touch,
            and the last one does not reach `next_free`.
    """

    next_free: float = 0.0
    rests_until: float = 0.0
    widened: float = 0.0
    settled_at: float = 0.0
    seen: float = 0.0
    behind: float = 0.0
    era: float = NO_ERA
    gaps: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    def reserve(
        self, key: str, now: float, rate: float, cost: int, max_wait: float | None
    ) -> Reservation:
        """Grant the first free slots.

        Raises:
            PaceTimeoutError: The slots are later than `max_wait` allows; none was granted.
        """
        time = self._follow(now)
        span = cost * (1 + MARGIN + self.widened) / rate
        number = None
        if self.gaps:
            self._drop_gaps_before(time)
            least = cost * (1 + MARGIN) / rate - ROUNDING * cost
            fitting = (n for n, (begin, end) in enumerate(self.gaps) if end - begin >= least)
            number = next(fitting, None)
        slot = max(time, self.next_free) if number is None else self.gaps[number][0]
        wait = slot - time
        if max_wait is not None and wait > max_wait:
            raise PaceTimeoutError(key, wait, max_wait)
        slot_end = slot + span
        if number is None:
            self.next_free = slot_end
            self.widened *= FADING
            return Reservation(key, slot, wait, slot_end, self.era)
        _, gap_end = self.gaps.pop(number)
        if slot_end < gap_end:
            self.gaps.insert(number, (slot_end, gap_end))
        return Reservation(key, slot, wait, min(slot_end, gap_end), self.era)

    def release(self, slot: float, end: float, era: float) -> None:
        """Take a slot back; the part of it that has not passed can be granted again."""
        begin = max(slot, self.rests_until)
        if era != self.era or begin >= end or end > self.next_free:
            return
        first = last = bisect_left(self.gaps, (begin,))
        if first > 0 and self.gaps[first - 1][1] >= begin:
            first -= 1
            if self.gaps[first][1] > begin:
                return
        if last < len(self.gaps) and self.gaps[last][0] <= end:
            if self.gaps[last][0] < end:
                return
            last += 1
        # Gaps that touch become one, so that a larger reservation fits.
        if first < last:
            begin = min(begin, self.gaps[first][0])
            end = max(end, self.gaps[last - 1][1])
            del self.gaps[first:last]
        if end == self.next_free:
            self.next_free = begin
        else:
            self.gaps.insert(first, (begin, end))

    def penalize(self, now: float, seconds: float) -> None:
        """Grant no slot for a while, and space later slots a little more."""
        time = self._follow(now)
        # The responses to slots that were granted earlier say nothing about the new margin.
        if time >= self.settled_at:
            self.widened = min(max(self.widened + WIDENING, WIDENED), WIDEST)
            self.settled_at = self.next_free
        self.rests_until = max(self.rests_until, time + seconds)
        self.next_free = max(self.next_free, self.rests_until)
        self._drop_gaps_before(self.rests_until)

    def seconds_since(self, now: float, slot: float, era: float) -> float:
        """Return how many seconds ago a slot began; infinity if it belongs to another count."""
        return now + self.behind - slot if era == self.era else inf

    def is_forgotten(self, now: float) -> bool:
        """Return whether the key has been idle for so long that it can be treated as new."""
        idle_from = max(self.next_free, self.rests_until)
        return max(now + self.behind, self.seen) >= idle_from + FORGOTTEN_AFTER

    def _follow(self, now: float) -> float:
        """Return the time, which stands still when the clock was set back or restarted."""
        if now + self.behind < self.seen:
            self.behind = self.seen - now
            time = self.seen
        else:
            time = now + self.behind
        if self.era == NO_ERA:
            self.era = time
        if time >= max(self.next_free, self.rests_until) + FORGOTTEN_AFTER:
            self.next_free = self.rests_until = self.widened = self.settled_at = 0.0
            self.gaps.clear()
        self.seen = time
        return time

    def _drop_gaps_before(self, time: float) -> None:
        number = bisect_left(self.gaps, (time,))
        if number:
            _, end = self.gaps[number - 1]
            del self.gaps[:number]
            if end > time:
                self.gaps.insert(0, (time, end))


def holds_after(reservation: Reservation, seconds: float, late: float) -> bool:
    """Return whether a slot may be used.

    Args:
        reservation: The slot.
        seconds: How many seconds ago it began, by the clock of the store that granted it.
        late: How many seconds ago its wait ended, by the clock of the waiter.
    """
    # A store that is more than a slot ahead has granted the next slots too early.
    return seconds - late <= max(reservation.end - reservation.slot, _SET_FORWARD)
