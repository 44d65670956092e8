"""Times of the service's files in ISO 8601, spelled as `datetime.isoformat` spells them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sesinsights.exports.files.conversion import ZONE, times_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 10_000
"""How many spellings of a piece are kept: more than there are in a month."""


class _Spellings(dict[str, str]):
    """The ISO 8601 spelling of a piece of the service's times.

    Args:
        before: What may stand before the piece in a time.
        behind: What may stand behind it.
    """

    def __init__(self, before: str, behind: str) -> None:
        super().__init__()
        self._before = before
        self._behind = behind

    def __missing__(self, piece: str) -> str:
        whole = f"{self._before}{piece}{self._behind}"
        time = datetime.fromisoformat(whole.removesuffix(ZONE))
        if f"{time.isoformat(' ', 'milliseconds')}{ZONE}" != whole:
            raise ValueError("this is not how the service writes times")
        begin = len(self._before)
        end = begin + len(piece) if self._behind else None
        if len(self) >= _MOST:
            self.clear()
        self[piece] = spelled = f"{time.isoformat()}+00:00"[begin:end]
        return spelled


_hours = _Spellings("", ":00:00.000 UTC")
_seconds = _Spellings("2026-01-15 00", ".000 UTC")
_fractions = _Spellings("2026-01-15 00:00:00", "")

# Pieces repeat, while whole times hardly do, and isoformat costs more than the rest of a row.
_HOUR = slice(len("2026-01-15 00"))
_SECOND = slice(_HOUR.stop, len("2026-01-15 00:00:00"))
_FRACTION = slice(_SECOND.stop, None)


def iso_times_of(name: str, texts: Sequence[str | None]) -> Sequence[str | None]:
    """Return the texts of a column of times in ISO 8601; None for empty ones.

    Raises:
        ValueError: One is not a time.
    """
    try:
        return [
            _hours[text[_HOUR]] + _seconds[text[_SECOND]] + _fractions[text[_FRACTION]]
            if text
            else None
            for text in texts
        ]
    except ValueError:
        return [time.isoformat() if time else None for time in times_of(name, texts)]
