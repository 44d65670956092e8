"""Rows of CSV as RFC 4180 has them, in UTF-8, and what a spreadsheet would make of them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Row = Sequence[object]

_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""How a cell begins that a spreadsheet runs; the last four are = + - @ in full width."""

_GUARD = "'"
"""What makes a spreadsheet take a cell for text."""


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
