"""Windows of time, and where to split one whose records do not fit into one job."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

__all__ = ["INSTANT", "Window", "split"]

INSTANT = timedelta(milliseconds=1)
"""How exact the times are that the service shows."""

_FILL = 0.8
"""How full a job is meant to be, as a share of what it can return: what a sample says about the
whole is a little off, and a job that overflows costs two more."""

_SLACK = 1.05
"""By how much a window may be fuller than the others before it is cut."""

_MOST_WINDOWS = 50
"""Into how many windows one is split at most: the number of its records is only a hint."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A time between two instants, both included.

    Attributes:
        start: The first instant, in UTC.
        end: The last instant, in UTC.
    """

    start: datetime
    end: datetime


def split(
    window: Window, sent_at: Sequence[datetime], expected: float, capacity: int
) -> list[Window]:
    """Return windows that together cover this one, each meant to fit into one job.

    Neighbours share the instant between them, so that nothing falls between two windows however
    exact the service's clock is.

    Args:
        window: The window whose job was full.
        sent_at: When the messages were sent that the job returned, a random sample.
        expected: How many records the window is thought to have.
        capacity: How many records a job returns.

    Returns:
        The windows in order; none when the window is too short to be split.
    """
    if window.end - window.start <= 2 * INSTANT:
        return _instants(window)
    cuts = {cut for cut in _cuts(sent_at, expected, capacity) if window.start < cut < window.end}
    edges = [window.start, *sorted(cuts or {_middle(window)}), window.end]
    return [Window(start, end) for start, end in pairwise(edges)]


def _cuts(sent_at: Sequence[datetime], expected: float, capacity: int) -> Iterator[datetime]:
    """Yield instants between which the sample is spread evenly."""
    if not sent_at:
        return
    fits = _FILL * capacity
    expected = min(expected, _MOST_WINDOWS * fits)
    windows = math.ceil(expected / fits)
    records_a_row = expected / len(sent_at)
    full = _SLACK * expected / windows
    filled = 0.0
    for instant, rows in sorted(Counter(sent_at).items()):
        records = rows * records_a_row
        if records > capacity:
            # Its neighbours are complete without it, and it is told apart from them next time.
            yield instant - INSTANT
            yield instant + INSTANT
            filled = 0.0
        elif filled + records > full:
            yield instant - INSTANT
            filled = records
        else:
            filled += records


def _middle(window: Window) -> datetime:
    return _instant_of(window.start + (window.end - window.start) / 2)


def _instants(window: Window) -> list[Window]:
    """Return every instant of a very short window as a window of its own, if it has several.

    Each lasts until the next, in case the service's clock is finer than what it shows.
    """
    instant = _instant_of(window.start)
    parts: list[Window] = []
    while instant <= window.end:
        last = min(instant + INSTANT - timedelta(microseconds=1), window.end)
        parts.append(Window(max(instant, window.start), last))
        instant += INSTANT
    return parts if len(parts) > 1 else []


def _instant_of(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
