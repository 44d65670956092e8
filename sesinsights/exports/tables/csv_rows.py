"""Rows of CSV by RFC 4180, in UTF-8, and guards against formulas in spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Row = Sequence[object]

_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""The beginnings of cells that a spreadsheet runs; the last four are = + - @ in full width."""

_MAY_RUN = frozenset((" ", *_FORMULA_STARTS))

_GUARD = "'"
"""The character that makes a spreadsheet treat a cell as text."""


def write_rows(file: BinaryIO, rows: Iterable[Iterable[object]]) -> None:
    """Write rows to a file that is open."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.writer(text).writerows(rows)
    # Else it would close the file.
    text.detach()


def as_it_is(row: Row) -> Row:
    """Return a row."""
    return row


def guarded(row: Row) -> Row:
    """Return a row with an apostrophe before each text that a spreadsheet would run."""
    return [
        _GUARD + value
        if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS)
        else value
        for value in row
    ]


def csv_cells(texts: Sequence[str | None], *, for_spreadsheets: bool) -> Sequence[str]:
    """Return texts as CSV cells, quoted where needed; None becomes an empty cell.

    Args:
        texts: The texts.
        for_spreadsheets: Whether those that a spreadsheet would run are guarded.
    """
    cells: Sequence[Any] = texts
    try:
        together = "".join(cells)
    except TypeError:
        cells = [text or "" for text in texts]
        together = "".join(cells)
    if for_spreadsheets and not _MAY_RUN.isdisjoint({text[:1] for text in cells}):
        cells = guarded(cells)
    # All at once, since most columns contain no such text.
    if _has_marks(together):
        return ['"' + text.replace('"', '""') + '"' if _has_marks(text) else text for text in cells]
    return cells


def _has_marks(text: str) -> bool:
    """Return whether a text must stand between quotation marks."""
    return '"' in text or "," in text or "\n" in text or "\r" in text
