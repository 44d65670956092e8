"""Write records to files: CSV, JSON Lines, and metrics as Parquet."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeVar

from sesinsights.arguments import check_flags
from sesinsights.exports.files.flat_metrics import flat_metrics
from sesinsights.exports.files.reading import rows_of_spooled
from sesinsights.exports.files.records import FIELDS, MetricsRecord, written_name
from sesinsights.exports.tables.csv_rows import as_it_is, csv_cells, guarded, write_rows
from sesinsights.exports.tables.message_lines import (
    columns_of_file,
    columns_of_records,
    csv_lines,
    json_lines,
    json_lines_of_file,
)
from sesinsights.extras import needs_extra
from sesinsights.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from os import PathLike

    from sesinsights.exports.files.conversion import Columns, Make
    from sesinsights.exports.files.records import MessageInsightsRecord, SpooledFile
    from sesinsights.exports.tables.message_lines import Column

    Records = Iterable[MessageInsightsRecord] | Iterable[MetricsRecord]

LineT = TypeVar("LineT")

Extras: TypeAlias = Sequence[Mapping[str, str]]
"""The values of each row in columns that this library does not know."""

_Line: TypeAlias = tuple[str, Mapping[str, str]]
"""A row of CSV without its end, and its values in other columns."""

_BATCH = 100
"""How many rows are written at once."""

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
    check_flags(for_spreadsheets=for_spreadsheets)
    with whole_file(path) as file:
        first, rest = _peeked(records)
        if isinstance(first, MetricsRecord):
            metrics = flat_metrics(rest)
            rows = ([_metric_cell(value) for value in row] for row in metrics.rows)
            cells = guarded if for_spreadsheets else as_it_is
            write_rows(file, map(cells, chain([metrics.columns], rows)))
        else:
            csv = _MessagesCsv(file, for_spreadsheets=for_spreadsheets)
            csv.write(_lines_of(rest, csv.lines))


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
    with whole_file(path) as file:
        first, rest = _peeked(records)
        if isinstance(first, MetricsRecord):
            metrics = flat_metrics(rest)
            rows = (dict(zip(metrics.columns, row, strict=True)) for row in metrics.rows)
            _write_lines(file, (_json_text(row) + "\n" for row in rows))
        else:
            _write_lines(file, _lines_of(rest, json_lines))


def write_messages_csv(
    files: Iterable[SpooledFile], path: str | PathLike[str], *, for_spreadsheets: bool = False
) -> None:
    """Write the records of files as `write_csv` does, without making record objects.

    Args:
        files: The files, in the order of their records.
        path: As for `write_csv`.
        for_spreadsheets: As for `write_csv`.

    Raises:
        OSError: The file cannot be written there.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    with whole_file(path) as file:
        csv = _MessagesCsv(file, for_spreadsheets=for_spreadsheets)
        csv.write(_lines_of_files(files, csv.lines_of_file))


def write_messages_jsonl(files: Iterable[SpooledFile], path: str | PathLike[str]) -> None:
    """Write the records of files as `write_jsonl` does, without making record objects.

    Args:
        files: The files, in the order of their records.
        path: As for `write_jsonl`.

    Raises:
        OSError: The file cannot be written there.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    with whole_file(path) as file:
        _write_lines(file, _lines_of_files(files, json_lines_of_file))


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
    """Writes rows below a header with all their columns, which are only known after the last row.

    Args:
        file: The file to write to.
        for_spreadsheets: Whether texts that a spreadsheet would run are guarded.
    """

    def __init__(self, file: BinaryIO, *, for_spreadsheets: bool) -> None:
        self._file = file
        self._for_spreadsheets = for_spreadsheets
        # The columns that this library does not know, each with the row that first had it.
        self._unknown: dict[str, int] = {}
        self._rows = 0

    def lines(self, columns: Sequence[Column], extras: Extras) -> list[_Line]:
        """Return records as `write` takes them."""
        lines = csv_lines(columns, len(extras), for_spreadsheets=self._for_spreadsheets)
        return list(zip(lines, extras, strict=True))

    def lines_of_file(self, columns: Columns, extras: Extras) -> list[_Line]:
        """Return rows of a file as `write` takes them."""
        return self.lines(columns_of_file(columns), extras)

    def write(self, lines: Iterator[_Line]) -> None:
        """Write the header and the lines."""
        self._write_header()
        while some := list(islice(lines, _BATCH)):
            rows: Sequence[str]
            rows, extras = zip(*some, strict=True)
            if self._unknown or any(extras):
                rows = [*map(self._with_unknown, rows, extras)]
            else:
                self._rows += len(rows)
            self._file.write(b"\r\n".join([*map(str.encode, rows), b""]))
        if self._unknown:
            self._widen()

    def _with_unknown(self, line: str, extra: Mapping[str, str]) -> str:
        self._rows += 1
        for name in extra:
            self._unknown.setdefault(name, self._rows)
        return ",".join([line, *self._cells(map(extra.get, self._unknown))])

    def _cells(self, texts: Iterable[str | None]) -> Sequence[str]:
        return csv_cells([*texts], for_spreadsheets=self._for_spreadsheets)

    def _write_header(self) -> None:
        names = self._cells([*FIELDS, *map(written_name, self._unknown)])
        self._file.write(",".join(names).encode() + b"\r\n")

    def _widen(self) -> None:
        """Write the file again, with a header of all columns and rows of the same length."""
        with tempfile.TemporaryFile() as copy:
            self._file.seek(0)
            shutil.copyfileobj(self._file, copy)
            self._file.seek(0)
            self._file.truncate()
            self._write_header()
            copy.seek(0)
            since = [*self._unknown.values()]
            for number, row in enumerate(_encoded_rows(copy)):
                if number > 0:
                    missing = sum(first > number for first in since)
                    self._file.write(row.removesuffix(b"\r\n") + b"," * missing + b"\r\n")


def _encoded_rows(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the rows of a CSV file of this library: at a row's end, quotation marks are paired."""
    row: list[bytes] = []
    quotes = 0
    for line in file:
        row.append(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield b"".join(row)
            row.clear()


def _lines_of_files(files: Iterable[SpooledFile], make: Make[LineT]) -> Iterator[LineT]:
    return chain.from_iterable(rows_of_spooled(file, make) for file in files)


def _lines_of(
    records: Iterator[MessageInsightsRecord],
    lines: Callable[[Sequence[Column], Extras], list[LineT]],
) -> Iterator[LineT]:
    while some := list(islice(records, _BATCH)):
        yield from lines(columns_of_records(some), [record.extra for record in some])


def _write_lines(file: BinaryIO, lines: Iterator[str]) -> None:
    while some := list(islice(lines, _BATCH)):
        # One by one, because a text of ASCII alone is encoded many times as fast as others.
        file.write(b"".join(map(str.encode, some)))


def _peeked(records: Records) -> tuple[object, Iterator[Any]]:
    """Return the first record, or None, and an iterator over all records."""
    rest: Iterator[Any] = iter(records)
    first = next(rest, None)
    return first, rest if first is None else chain([first], rest)


def _metric_cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
