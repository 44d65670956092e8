"""Records as files of one's own: CSV and lines of JSON."""

from __future__ import annotations

import csv
import json
import uuid
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sesinsights.exports.records import MessageInsightsRecord

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from os import PathLike

__all__ = ["write_csv", "write_jsonl"]

_FIELDS = [field.name for field in fields(MessageInsightsRecord)]
_values_of = attrgetter(*_FIELDS)


def write_csv(records: Iterable[MessageInsightsRecord], path: str | PathLike[str]) -> None:
    """Write records to a CSV file as RFC 4180 has it, in UTF-8, below the names of their fields.

    Times are ISO 8601, None is empty, and what is in `extra` is a JSON object. The file appears
    when it is whole.

    Args:
        records: The records; they are never all in memory.
        path: Where to put the file; one that is there is replaced.
    """
    with _whole_file(path) as file:
        writer = csv.writer(file)
        writer.writerow(_FIELDS)
        writer.writerows([_cell(value) for value in _values_of(record)] for record in records)


def write_jsonl(records: Iterable[MessageInsightsRecord], path: str | PathLike[str]) -> None:
    """Write records to a file with a JSON object a line, in UTF-8, by the names of their fields.

    Times are ISO 8601 and None is null. The file appears when it is whole.

    Args:
        records: The records; they are never all in memory.
        path: Where to put the file; one that is there is replaced.
    """
    with _whole_file(path) as file:
        for record in records:
            row = dict(zip(_FIELDS, _values_of(record), strict=True))
            file.write(json.dumps(row, ensure_ascii=False, default=datetime.isoformat) + "\n")


def _cell(value: object) -> object:
    """Return the text of a field: the writer makes text of texts, and nothing of None."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else None
    return value


@contextmanager
def _whole_file(path: str | PathLike[str]) -> Generator[TextIO]:
    """Open a file that is written beside its place and moved there when nothing went wrong."""
    place = Path(path)
    aside = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    try:
        with aside.open("x", encoding="utf-8", newline="") as file:
            yield file
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
