"""Message insights as lines of CSV and JSON, made from columns instead of records."""

from __future__ import annotations

import json
from itertools import repeat
from json.encoder import encode_basestring
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from sesinsights.exports.files.conversion import flags_of
from sesinsights.exports.files.records import (
    FIELDS,
    FLAG_COLUMNS,
    MESSAGE_INSIGHTS_COLUMNS,
    TIME_COLUMNS,
    written_name,
)
from sesinsights.exports.tables.csv_rows import csv_cells
from sesinsights.exports.tables.iso_times import iso_times_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sesinsights.exports.files.conversion import Columns
    from sesinsights.exports.files.records import MessageInsightsRecord

Column: TypeAlias = "Sequence[str | None] | None"
"""The texts of a column in files of this library; None if the column is empty in all rows."""

_TIMES = {MESSAGE_INSIGHTS_COLUMNS[name] for name in TIME_COLUMNS}
_FLAGS = {MESSAGE_INSIGHTS_COLUMNS[name] for name in FLAG_COLUMNS}

_values_of = attrgetter(*FIELDS)

_JSON_FLAGS = {"TRUE": "true", "FALSE": "false", None: "null"}
_json_text = json.JSONEncoder(ensure_ascii=False).encode


def columns_of_file(columns: Columns) -> list[Column]:
    """Return the texts of a file's columns as this library writes them.

    Raises:
        ValueError: A time or a flag cannot be read; the text says which.
    """
    return [
        texts and _WRITTEN.get(name, _unchanged)(name, texts)
        for name, texts in zip(MESSAGE_INSIGHTS_COLUMNS, columns, strict=True)
    ]


def columns_of_records(records: Sequence[MessageInsightsRecord]) -> list[Column]:
    """Return the fields of records as this library writes them."""
    columns = zip(*map(_values_of, records), strict=True)
    return [
        [value.isoformat() if value else None for value in values]
        if field in _TIMES
        else _texts_of_flags(values)
        if field in _FLAGS
        else values
        for field, values in zip(FIELDS, columns, strict=True)
    ]


def _texts_of_flags(flags: Sequence[bool | None]) -> list[str | None]:
    return [None if flag is None else str(flag).upper() for flag in flags]


def _flags(name: str, texts: Sequence[str | None]) -> Column:
    return _texts_of_flags(flags_of(name, texts))


def _unchanged(_: str, texts: Sequence[str | None]) -> Column:
    return texts


_WRITTEN: dict[str, Callable[[str, Sequence[str | None]], Column]] = {
    **dict.fromkeys(TIME_COLUMNS, iso_times_of),
    **dict.fromkeys(FLAG_COLUMNS, _flags),
}
"""The conversions of columns to the texts that are written; other columns stay as they are."""


def csv_lines(columns: Sequence[Column], count: int, *, for_spreadsheets: bool) -> list[str]:
    """Return rows of CSV without their ends.

    Args:
        columns: The columns of the fields.
        count: How many rows there are.
        for_spreadsheets: Whether texts that a spreadsheet would run are guarded.
    """
    nothing = [""] * count
    cells = [
        csv_cells(texts, for_spreadsheets=for_spreadsheets) if texts else nothing
        for texts in columns
    ]
    return list(map(",".join, zip(*cells, strict=True)))


def json_lines(columns: Sequence[Column], extras: Sequence[Mapping[str, str]]) -> list[str]:
    """Return lines of JSON with their ends.

    Args:
        columns: The columns of the fields.
        extras: The other columns of each row.
    """
    parts: list[Sequence[str] | repeat[str]] = []
    text = "{"
    for field, texts in zip(FIELDS, columns, strict=True):
        text += f'"{field}": '
        if texts:
            parts += [repeat(text), _json_values(field, texts)]
            text = ", "
        else:
            text += "null, "
    parts.append(repeat(text.removesuffix(", ")))
    parts.append([_json_end(extra) if extra else "}\n" for extra in extras])
    return list(map("".join, zip(*parts)))  # noqa: B905 - `repeat` has no end


def json_lines_of_file(columns: Columns, extras: Sequence[Mapping[str, str]]) -> list[str]:
    """Return rows of a file as lines of JSON with their ends; empty values are null.

    Raises:
        ValueError: A time or a flag cannot be read; the text says which.
    """
    return json_lines(
        [texts and [text or None for text in texts] for texts in columns_of_file(columns)], extras
    )


def _json_values(field: str, texts: Sequence[str | None]) -> Sequence[str]:
    if field in _TIMES:
        return [f'"{text}"' if text else "null" for text in texts]
    if field in _FLAGS:
        return [_JSON_FLAGS[flag] for flag in texts]
    return ["null" if text is None else encode_basestring(text) for text in texts]


def _json_end(extra: Mapping[str, str]) -> str:
    return ", " + _json_text({written_name(name): text for name, text in extra.items()})[1:] + "\n"
