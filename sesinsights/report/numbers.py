"""Numbers in readable form; an unknown number is a dash, never a zero."""

from __future__ import annotations

from datetime import timedelta
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

# Not as `strftime` writes them: a program may have set another language.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""The days of the week in English."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

UNKNOWN = "\u2013"
"""The text for an unknown number."""

_SMALLEST_PERCENT = 0.001
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_UNITS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))


def count(number: int | None) -> str:
    """Return a count, such as `1,234`."""
    return UNKNOWN if number is None else f"{number:,}"


def percent(share: float | None) -> str:
    """Return a share of 1, such as `4.27%` or `0.034%`.

    Only an exact 0 is `0%`, and only an exact 1 is `100%`.
    """
    if share is None:
        return UNKNOWN
    value = share * 100
    if 0 < value < _SMALLEST_PERCENT:
        return f"<{_SMALLEST_PERCENT}%"
    if 99.9 < value < 100:  # noqa: PLR2004 - what rounding would make 100
        return ">99.9%"
    return f"{significant(value)}%"


def significant(value: float) -> str:
    """Return a number with three significant digits, or two below 1, without trailing zeros."""
    if not value:
        return "0"
    digits = 2 if abs(value) >= 1 else 1
    written = f"{value:.{max(0, digits - floor(log10(abs(value))))}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def duration(seconds: float) -> str:
    """Return a duration in its largest unit, such as `1.4 s` or `12 min`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1000:.3g} ms"


def day_name(day: date) -> str:
    """Return a day in full, such as `Tue 3 Nov 2026`."""
    return f"{WEEKDAYS[day.weekday()][:3]} {short_day(day)} {day.year}"


def short_day(day: date) -> str:
    """Return a day without its year, such as `3 Nov`."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}"


def period(start: datetime | None, end: datetime | None) -> str:
    """Return the days of a period, both included, such as `3 to 9 November 2026`.

    Empty if the start or the end is missing.
    """
    if start is None or end is None:
        return ""
    first = start.date()
    last = max(first, (end - timedelta(microseconds=1)).date())
    parts = [str(last.year), _MONTHS[last.month - 1], str(last.day)]
    begun = [str(first.year), _MONTHS[first.month - 1], str(first.day)]
    if first == last:
        return " ".join(reversed(parts))
    while begun[0] == parts[len(parts) - len(begun)]:
        del begun[0]
    return f"{' '.join(reversed(begun))} to {' '.join(reversed(parts))}"
