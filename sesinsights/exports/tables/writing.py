"""Records as files of one's own: CSV, lines of JSON, and metrics as Parquet."""

from __future__ import annotations

import csv
import json
import os
import uuid
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from sesinsights.exports.files.records import MessageInsightsRecord, MetricsRecord
from sesinsights.exports.tables.flat_metrics import flat_metrics
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from os import PathLike

    Records = Iterable[MessageInsightsRecord] | Iterable[MetricsRecord]

__all__ = ["write_csv", "write_jsonl", "write_metrics_parquet"]

_FIELDS = [field.name for field in fields(MessageInsightsRecord)]
_values_of = attrgetter(*_FIELDS)


def write_csv(records: Records, path: str | PathLike[str]) -> None:
    """Write records to a CSV file as RFC 4180 has it, in UTF-8, below the names of their fields.

    Times are ISO 8601, None is empty, and what is in `extra` is a JSON object. The file appears
    when it is whole.

    Metrics have the columns `start_date` and `end_date`, then one for each dimension and one for
    each metric: those of the first record in its order, behind them what only later ones have. A
    record that lacks one leaves it empty.

    Args:
        records: The records, all of one kind; without any, the header is that of message insights.
            Only metrics are all in memory.
        path: Where to put the file; one that is there is replaced.

    Raises:
        ValueError: Two columns of metrics would have the same name.
    """
    with _whole_file(path) as file:
        columns, rows = _table(records)
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def write_jsonl(records: Records, path: str | PathLike[str]) -> None:
    """Write records to a file with a JSON object a line, in UTF-8, by the names of their fields.

    Times are ISO 8601 and None is null. The file appears when it is whole. Metrics are flat, with
    the names that `write_csv` gives their columns, and null where a record lacks one.

    Args:
        records: The records, all of one kind. Only metrics are all in memory.
        path: Where to put the file; one that is there is replaced.

    Raises:
        ValueError: Two columns of metrics would have the same name.
    """
    with _whole_file(path) as file:
        columns, rows = _table(records)
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            file.write(json.dumps(row, ensure_ascii=False, default=datetime.isoformat) + "\n")


def write_metrics_parquet(records: Iterable[MetricsRecord], path: str | PathLike[str]) -> None:
    """Write metrics to a Parquet file, in the columns that `write_csv` gives them.

    Times are times in UTC, dimensions are text and metrics are numbers; a metric of which the
    service wrote any figure as text is text in all rows. The file appears when it is whole.

    Args:
        records: The records.
        path: Where to put it, in place of a file that is there: a local path, or one that pyarrow
            opens, such as `s3://bucket/key`.

    Raises:
        ImportError: The extra `arrow` is not installed.
        ValueError: Two columns would have the same name.
    """
    with needs_extra("arrow", needed_by="Parquet"):
        from sesinsights.exports.tables.parquet import write_metrics
    write_metrics(flat_metrics(records), os.fspath(path))


def _table(records: Records) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    """Return the columns of records, which their first one tells, and the rows."""
    rest: Iterator[Any] = iter(records)
    first = next(rest, None)
    if isinstance(first, MetricsRecord):
        metrics = flat_metrics(chain([first], rest))
        return metrics.columns, metrics.rows
    messages = [] if first is None else [first]
    return _FIELDS, map(_values_of, chain(messages, rest))


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
