"""Times of the service's files in ISO 8601, spelled as `datetime.isoformat` spells them."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING

from sesinsights.exports.files.conversion import ZONE, times_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXAMPLE = f"2026-01-15 01:02:03.123{ZONE}"
_LENGTH = len(_EXAMPLE)
_MARKS = [(place, mark) for place, mark in enumerate(_EXAMPLE) if not mark.isdecimal()]
"""The characters in the service's times that are not digits, with their places."""


def iso_times_of(name: str, texts: Sequence[str | None]) -> Sequence[str | None]:
    """Return the texts of a column of times in ISO 8601; empty or None for empty ones.

    Raises:
        ValueError: One is not a time.
    """
    times = list(filter(None, texts))
    spelled = _as_the_service(times)
    if spelled is None:
        return [time.isoformat() if time else None for time in times_of(name, texts)]
    if len(times) == len(texts):
        return spelled
    each = iter(spelled)
    return [next(each) if text else None for text in texts]


def _as_the_service(times: Sequence[str]) -> Sequence[str] | None:
    """Return times as `isoformat` spells them; None if the service would not write one of them."""
    text = "".join(times)
    if {*map(len, times)} - {_LENGTH} or any(
        text[place::_LENGTH] != mark * len(times) for place, mark in _MARKS
    ):
        return None
    # All at once, because isoformat costs more than the rest of a row.
    text = "\n".join(times).replace(ZONE, "000+00:00").replace(" ", "T")
    if "T24" in text:
        # Some versions of Python take it for midnight of the next day.
        return None
    spelled = text.replace(".000000+", "+").split("\n")
    try:
        # Only the digits can still be wrong.
        deque(map(datetime.fromisoformat, spelled), maxlen=0)
    except ValueError:
        return None
    return spelled
