"""Time windows, and where to split one whose records do not fit into one job."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INSTANT = timedelta(milliseconds=1)
"""The precision of the service's times, and the shortest window that it accepts."""

_RESOLUTION = timedelta(microseconds=1)
"""The precision of Python's times."""

_SLACK = 1.05
"""By what factor a window may be fuller than the others before it is cut."""

_CERTAINTY = 2.0
"""By how many standard deviations a window may exceed what a sample predicts and still fit into a
job: one that does not fit costs two more jobs."""

_MOST_WINDOWS = 1000
"""The largest number of windows that one is split into: its number of records is only a hint."""

_WORTH_MEASURING = 4
"""The number of jobs that a full window may need, by the service's count, before it is measured."""

_MOST_PROBES = 3
"""How many windows measure a full one: more would not make it faster."""

_ROWS_TO_MEASURE_BY = 100
"""How many rows of the sample show its share of the whole to within about a tenth."""

_HOPE = 2
"""How many times more rows than surely fit into a job the first probe has: a filter that matches
most of what the service counts is rare."""

_GROWTH = 4
"""How many times the rows of the one before it a probe has: when the service counts far more than
match, the first ones say little, and when it does not, the later ones are too full."""


_DOUBT = 0.5
"""By how many standard deviations more records are expected than were measured."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A time window; both ends are included.

    Attributes:
        start: Start of the window, in UTC.
        end: End of the window, in UTC; included.
    """

    start: datetime
    end: datetime

    @override
    def __str__(self) -> str:
        return f"{self.start.isoformat()} to {self.end.isoformat()}"


def window_to_ask_for(window: Window) -> Window:
    """Return the window itself, or if it lies within a millisecond, that whole millisecond.

    The service rejects a window that does not end later than it starts, in whole milliseconds.
    """
    if window.end - window.start >= INSTANT:
        return window
    start = instant_of(window.start)
    if start == instant_of(window.end):
        # It begins a little earlier, but contains no instant of the service's besides its own.
        start -= _RESOLUTION
    return Window(start, start + INSTANT)


def split(
    window: Window, sent_at: Sequence[datetime], expected: float, capacity: int
) -> list[Window]:
    """Return windows that together cover this one, each meant to fit into one job.

    Neighbours share the instant between them, so that nothing falls between two windows, whatever
    the precision of the service's clock.

    Args:
        window: The window whose job was full.
        sent_at: When the messages that the job returned, a random sample, were sent.
        expected: The expected number of records in the window.
        capacity: How many records a job returns at most.

    Returns:
        The windows in order; empty if the window is too short to be split.
    """
    if window.end - window.start <= 2 * INSTANT:
        return _instants(window)
    cuts = {
        cut
        for cut in _cuts(sent_at, expected, capacity)
        if window.start + INSTANT <= cut <= window.end - INSTANT
    }
    edges = [window.start, *sorted(cuts or {_middle(window)}), window.end]
    return [Window(start, end) for start, end in pairwise(edges)]


def probes(window: Window, sent_at: Sequence[datetime], most: float, capacity: int) -> list[Window]:
    """Return small windows, one after the other from the start, that measure a full one.

    A sample does not show how many records it was taken from. The exact number of records in a part
    of the window does, compared with the sample's rows in that part.

    Args:
        window: The window whose job was full.
        sent_at: When the messages that the job returned were sent.
        most: The largest number of records that the window can have, by the service's count.
        capacity: How many records a job returns at most.

    Returns:
        The windows in order; empty if measuring is not worthwhile.
    """
    if most < _WORTH_MEASURING * capacity:
        return []
    instants = sorted(sent_at)
    rows = _HOPE * _fits(len(instants), most, capacity) * len(instants) / most
    edges = [window.start]
    measured = 0
    for _ in range(_MOST_PROBES):
        measured = min(measured + max(1, int(rows)), len(instants))
        edge = instant_of(instants[measured - 1])
        measured = bisect_right(instants, edge + INSTANT - _RESOLUTION)
        if measured >= len(instants) / 2:
            break
        if edge - edges[-1] < INSTANT or window.end - edge < INSTANT:
            break
        edges.append(edge)
        if measured >= _ROWS_TO_MEASURE_BY:
            break
        rows *= _GROWTH
    return [Window(start, end) for start, end in pairwise(edges)]


def split_measured(
    window: Window,
    sent_at: Sequence[datetime],
    measured: Sequence[tuple[Window, int]],
    capacity: int,
) -> tuple[list[Window], float]:
    """Return the windows that measured a full one, and others that cover the rest of it.

    Args:
        window: The window whose job was full.
        sent_at: When the messages that the job returned were sent.
        measured: The windows that `probes` returned, each with its number of records.
        capacity: How many records a job returns at most.

    Returns:
        The windows in order, and the expected number of their records in total.
    """
    instants = sorted(sent_at)
    whole = [*takewhile(lambda probe: probe[1] < capacity, measured)]
    # If even the first is full, its records are all that is known.
    counted = whole or [measured[0]]
    rows = bisect_right(instants, counted[-1][0].end)
    records = sum(count for _, count in counted)
    # A little more than was measured, by the error that the measurement may have.
    records_a_row = records / rows * (1 + _DOUBT / math.sqrt(rows)) * (1 if whole else 2)
    edge = measured[-1][0].end
    rest = instants[bisect_right(instants, edge) :]
    parts = split(Window(edge, window.end), rest, len(rest) * records_a_row, capacity)
    into = [*(probe for probe, _ in measured), *(parts or [Window(edge, window.end)])]
    return into, len(instants) * records_a_row


def rows_in(window: Window, instants: Sequence[datetime]) -> int:
    """Return how many of these instants, which must be sorted, lie in a window."""
    return bisect_right(instants, window.end) - bisect_left(instants, window.start)


def _cuts(sent_at: Sequence[datetime], expected: float, capacity: int) -> Iterator[datetime]:
    """Yield instants that divide the sample into equal parts."""
    if not sent_at:
        return
    fits = _fits(len(sent_at), min(expected, _MOST_WINDOWS * capacity), capacity)
    expected = min(expected, _MOST_WINDOWS * fits)
    windows = math.ceil(expected / fits)
    records_a_row = expected / len(sent_at)
    full = _SLACK * expected / windows
    filled = 0.0
    for instant, rows in sorted(Counter(sent_at).items()):
        records = rows * records_a_row
        if records > capacity:
            # Its neighbours are complete without it, and the next split separates it from them.
            yield instant - INSTANT
            yield instant + INSTANT
            filled = 0.0
        elif filled + records > full:
            yield instant - INSTANT
            filled = records
        else:
            filled += records


def _fits(rows: int, expected: float, capacity: int) -> float:
    """Return the largest expected number of records of a window that fits into one job.

    Args:
        rows: How many rows the sample of all windows has.
        expected: The expected number of records of all windows.
        capacity: How many records a job returns at most.
    """
    rows_of_a_job = capacity * rows / expected
    return capacity / _SLACK / (1 + _CERTAINTY / math.sqrt(rows_of_a_job))


def _middle(window: Window) -> datetime:
    middle = instant_of(window.start + (window.end - window.start) / 2)
    return max(middle, window.start + INSTANT)


def _instants(window: Window) -> list[Window]:
    """Return every instant of a very short window as a window of its own, if it has several.

    Each lasts until the next, in case the service's clock is more precise than its times show.
    """
    instant = instant_of(window.start)
    parts: list[Window] = []
    while instant <= window.end:
        last = min(instant + INSTANT - _RESOLUTION, window.end)
        parts.append(Window(max(instant, window.start), last))
        instant += INSTANT
    return parts if len(parts) > 1 else []


def instant_of(at: datetime) -> datetime:
    """Return a time with the precision that the service shows."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
