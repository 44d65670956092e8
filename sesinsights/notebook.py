"""Tables for notebooks, which ask values for `_repr_html_`.

Personal data is hidden as in a repr. Every text is also masked here, because a value that is new at
the service, or a reply of a mail server, may contain an address.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from sesinsights.errors.service import redacted
from sesinsights.markup import Column, Markup, element, joined, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Value: TypeAlias = "str | int | bool | datetime | None"
"""What a cell can show; None is a dash."""

_UNKNOWN = "\u2013"

# Notebooks align cells to the right, which is for numbers.
_STYLE = Markup(
    "<style>"
    "table.sesinsights th,table.sesinsights td{text-align:left;vertical-align:top}"
    "table.sesinsights .number{text-align:right}"
    "table.sesinsights caption{text-align:left;white-space:nowrap}"
    "</style>"
)


def notebook_table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Return a compact table as HTML.

    Args:
        caption: What it shows.
        columns: The titles of its columns.
        rows: Its cells, row by row; a column of numbers is aligned as such.
    """
    cells = [*rows]
    titled = [
        Column(title, is_number=_are_numbers([row[index] for row in cells]))
        for index, title in enumerate(columns)
    ]
    shown = ([_shown(value) for value in row] for row in cells)
    return element("div", _STYLE, table(redacted(caption), titled, shown, class_="sesinsights"))


def notebook_line(text: str) -> str:
    """Return a line of text as HTML."""
    return element("p", redacted(text))


def _are_numbers(values: Sequence[Value]) -> bool:
    known = [value for value in values if value is not None]
    return bool(known) and not any(isinstance(value, (bool, str, datetime)) for value in known)


def _shown(value: Value) -> Markup:
    match value:
        case None:
            return joined([_UNKNOWN])
        case bool():
            return joined(["yes" if value else "no"])
        case int():
            return joined([f"{value:,}"])
        case datetime():
            return joined([f"{value:%Y-%m-%d %H:%M:%S}"])
        case str():
            return joined([redacted(value)])
