"""Write records to files: CSV, JSON Lines, and metrics as Parquet."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from sesinsights.exports.files.flat_metrics import flat_metrics
from sesinsights.exports.files.records import (
    FIELDS,
    FLAG_COLUMNS,
    MESSAGE_INSIGHTS_COLUMNS,
    TIME_COLUMNS,
    MessageInsightsRecord,
    MetricsRecord,
    written_name,
)
from sesinsights.exports.tables.csv_rows import as_it_is, guarded, write_rows
from sesinsights.extras import needs_extra
from sesinsights.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from os import PathLike

    Records = Iterable[MessageInsightsRecord] | Iterable[MetricsRecord]
    Row = Sequence[object]

_values_of = attrgetter(*FIELDS)

_TIMES = [FIELDS.index(MESSAGE_INSIGHTS_COLUMNS[name]) for name in TIME_COLUMNS]
_FLAGS = [FIELDS.index(MESSAGE_INSIGHTS_COLUMNS[name]) for name in FLAG_COLUMNS]

_json_text = json.JSONEncoder(ensure_ascii=False, default=datetime.isoformat).encode


def write_csv(
    records: Records, path: str | PathLike[str], *, for_spreadsheets: bool = False
) -> None:
    """Write records to a CSV file (RFC 4180, UTF-8) with a header of field names.

    Times are ISO 8601, None is empty, and flags are `TRUE` or `FALSE`. Columns that this library
    does not know follow those that it knows. The file appears only once it is complete.

    Texts are written unchanged, and a subject from outside may begin with `=`: a spreadsheet that
    opens the file runs it as a formula. `for_spreadsheets` puts an apostrophe before such texts;
    the file then cannot be read back unchanged.

    Metrics have the columns `start_date` and `end_date`, then one for each dimension and one for
    each metric. Those of the first record come first, in its order, then those that only later
    records have. A record leaves the columns that it lacks empty.

    Args:
        records: The records, all of one kind; if there are none, the header is that of message
            insights. Only metrics are held in memory all at once.
        path: Where to put the file; an existing regular file is replaced, and its mode is kept.
        for_spreadsheets: Whether to put an apostrophe before texts that a spreadsheet would run as
            formulas: those that begin with `=`, `+`, `-`, `@`, a tab or a line break.

    Raises:
        OSError: The file cannot be written there.
        ValueError: Two columns of metrics would have the same name.
    """
    texts_of = guarded if for_spreadsheets else as_it_is
    with whole_file(path) as file:
        first, rest = _peeked(records)
        if isinstance(first, MetricsRecord):
            metrics = flat_metrics(rest)
            rows = ([_metric_cell(value) for value in row] for row in metrics.rows)
            write_rows(file, map(texts_of, chain([metrics.columns], rows)))
        else:
            _MessagesCsv(file, texts_of).write(rest)


def write_jsonl(records: Records, path: str | PathLike[str]) -> None:
    """Write records to a JSON Lines file in UTF-8: one JSON object per line, by field name.

    Times are ISO 8601 and None is null. A column that this library does not know is only in the
    lines that have it. The file appears only once it is complete. Metrics are flat, with the column
    names of `write_csv`, and null where a record lacks a column.

    Args:
        records: The records, all of one kind. Only metrics are held in memory all at once.
        path: Where to put the file; an existing regular file is replaced, and its mode is kept.

    Raises:
        OSError: The file cannot be written there.
        ValueError: Two columns of metrics would have the same name.
    """
    with whole_file(path) as binary:
        file = io.TextIOWrapper(binary, encoding="utf-8", newline="")
        for row in _objects(records):
            file.write(_json_text(row) + "\n")
        file.detach()


def write_metrics_parquet(records: Iterable[MetricsRecord], path: str | PathLike[str]) -> None:
    """Write metrics to a Parquet file, with the same columns as `write_csv`.

    Times are timestamps in UTC, dimensions are text and metrics are numbers. If the service wrote
    any figure of a metric as text, the metric is text in all rows. The file appears only once it is
    complete.

    Args:
        records: The records.
        path: Where to put the file: a local path, or a URI that pyarrow opens, such as
            `s3://bucket/key`. An existing file is replaced.

    Raises:
        ImportError: The extra `arrow` is not installed.
        OSError: The file cannot be written there.
        ValueError: Two columns would have the same name.
    """
    with needs_extra("arrow", needed_by="Parquet"):
        from sesinsights.exports.tables.parquet import write_metrics
    write_metrics(flat_metrics(records), os.fspath(path))


class _MessagesCsv:
    """Writes records below a header that has all their columns, which only the last one tells.

    Args:
        file: Where to write.
        texts_of: Returns the cells of a row as they are to be written.
    """

    def __init__(self, file: BinaryIO, texts_of: Callable[[Row], Row]) -> None:
        self._file = file
        self._texts_of = texts_of
        # The columns that this library does not know, each with the row that first had it.
        self._unknown: dict[str, int] = {}
        self._rows = 0

    def write(self, records: Iterable[MessageInsightsRecord]) -> None:
        """Write the header and the records."""
        rows = map(self._row, records)
        write_rows(self._file, map(self._texts_of, chain([FIELDS], rows)))
        if self._unknown:
            self._widen()

    def _row(self, record: MessageInsightsRecord) -> Row:
        self._rows += 1
        # The writer makes text of texts, and nothing of None.
        row: list[Any] = [*_values_of(record)]
        for place in _TIMES:
            if row[place] is not None:
                row[place] = row[place].isoformat()
        for place in _FLAGS:
            if row[place] is not None:
                row[place] = str(row[place]).upper()
        for name in record.extra:
            self._unknown.setdefault(name, self._rows)
        if self._unknown:
            row += map(record.extra.get, self._unknown)
        return row

    def _widen(self) -> None:
        """Write the file again, with the header of all columns and rows that are as long."""
        with tempfile.TemporaryFile() as copy:
            self._file.seek(0)
            shutil.copyfileobj(self._file, copy)
            self._file.seek(0)
            self._file.truncate()
            header = [*FIELDS, *map(written_name, self._unknown)]
            write_rows(self._file, [self._texts_of(header)])
            copy.seek(0)
            since = [*self._unknown.values()]
            for number, row in enumerate(_encoded_rows(copy)):
                if number > 0:
                    missing = sum(first > number for first in since)
                    self._file.write(row.removesuffix(b"\r\n") + b"," * missing + b"\r\n")


def _encoded_rows(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the rows of a CSV file of ours: outside a row, quotation marks come in pairs."""
    row: list[bytes] = []
    quotes = 0
    for line in file:
        row.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield b"".join(row)
            row.clear()


def _objects(records: Records) -> Iterator[dict[str, object]]:
    first, rest = _peeked(records)
    if isinstance(first, MetricsRecord):
        metrics = flat_metrics(rest)
        for values in metrics.rows:
            yield dict(zip(metrics.columns, values, strict=True))
    else:
        for record in rest:
            row = dict(zip(FIELDS, _values_of(record), strict=True))
            row.update((written_name(name), text) for name, text in record.extra.items())
            yield row


def _peeked(records: Records) -> tuple[object, Iterator[Any]]:
    """Return the first record, None if there is none, and all records."""
    rest: Iterator[Any] = iter(records)
    first = next(rest, None)
    return first, rest if first is None else chain([first], rest)


def _metric_cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
