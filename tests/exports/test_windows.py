"""Splitting windows: nothing between them, and few of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.exports.windows import Window, split

START = datetime(2026, 1, 1, tzinfo=UTC)
INSTANT = timedelta(milliseconds=1)
DAY = Window(START, START + timedelta(days=1))

CAPACITY = 100


def at(milliseconds: float) -> datetime:
    """Return an instant so long after the start."""
    return START + timedelta(milliseconds=milliseconds)


@given(
    length=st.integers(3, 10**10),
    sample=st.lists(st.integers(0, 10**10), max_size=50),
    expected=st.integers(1, 10**7),
    start=st.integers(0, 999),
)
def test_the_parts_cover_the_window_without_a_gap(
    length: int, sample: list[int], expected: int, start: int
) -> None:
    """Neighbours share an instant, the ends stay, and every part is shorter than the whole."""
    begin = START + timedelta(microseconds=start)
    window = Window(begin, begin + length * INSTANT)
    sent_at = [begin + (offset % (length + 1)) * INSTANT for offset in sample]
    parts = split(window, sent_at, expected, CAPACITY)
    assert (parts[0].start, parts[-1].end) == (window.start, window.end)
    assert all(before.end == after.start for before, after in pairwise(parts))
    assert all(part.start < part.end < window.end or part.start > window.start for part in parts)


def test_a_very_short_window_is_split_into_its_instants() -> None:
    """The service shows milliseconds; finer times that it may keep belong to the one before."""
    assert split(Window(at(0), at(2)), [at(0)], 1000, CAPACITY) == [
        Window(at(0), at(0.999)),
        Window(at(1), at(1.999)),
        Window(at(2), at(2)),
    ]


def test_a_short_window_that_begins_between_two_instants_is_split_at_them() -> None:
    """A short window that begins between two instants is split at instants."""
    assert split(Window(at(0.5), at(1.5)), [at(1)], 1000, CAPACITY) == [
        Window(at(0.5), at(0.999)),
        Window(at(1), at(1.5)),
    ]


@pytest.mark.parametrize("window", [Window(at(5), at(5)), Window(at(5), at(5.999))])
def test_an_instant_cannot_be_split(window: Window) -> None:
    """All of its records show the same time."""
    assert split(window, [at(5)], 1000, CAPACITY) == []


def overfull(sent_at: list[datetime]) -> list[Window]:
    """Split a day by a sample of what was sent, and return the parts that are too full."""
    sample = random.Random(1).sample(sent_at, CAPACITY * 10)
    parts = split(DAY, sample, len(sent_at), CAPACITY * 10)
    return [
        part
        for part in parts
        if sum(part.start <= instant <= part.end for instant in sent_at) >= CAPACITY * 10
    ]


def test_a_campaign_among_quiet_hours_is_split_where_its_messages_are() -> None:
    """Few parts, none too full, though most messages were sent in two minutes."""
    chance = random.Random(2)
    quiet = [at(chance.randrange(86_400_000)) for _ in range(2_000)]
    campaign = [at(40_000_000 + chance.randrange(120_000)) for _ in range(6_000)]
    sent_at = quiet + campaign
    assert overfull(sent_at) == []
    sample = chance.sample(sent_at, CAPACITY * 10)
    assert len(split(DAY, sample, len(sent_at), CAPACITY * 10)) <= 11


def test_an_instant_that_overflows_is_told_apart_from_its_neighbours() -> None:
    """What lies before and after it is complete without it."""
    parts = split(DAY, [at(1000), *[at(5000)] * 98, at(9000)], 1000, CAPACITY)
    assert Window(at(4999), at(5001)) in parts


def test_a_window_without_times_is_halved() -> None:
    """When no time could be read, the middle is as good a place as any."""
    assert split(DAY, [], 1000, CAPACITY) == [
        Window(DAY.start, START + timedelta(hours=12)),
        Window(START + timedelta(hours=12), DAY.end),
    ]


def test_a_hint_that_is_far_off_does_not_make_thousands_of_jobs() -> None:
    """The number of records that were examined is only a hint."""
    sent_at = [at(n * 1000) for n in range(10_000)]
    assert 500 < len(split(DAY, sent_at, 10**9, 10_000)) <= 1001
