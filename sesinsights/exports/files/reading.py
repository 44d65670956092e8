"""Reading export files as typed records, one after the other."""

from __future__ import annotations

import codecs
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from typing_extensions import override

from sesinsights.exports.files.bad_records import BadRecord, BadRecords
from sesinsights.exports.files.conversion import (
    RowT,
    is_metric,
    message_insights_of_columns,
    message_insights_of_objects,
    metrics_of_columns,
    metrics_of_objects,
    records_of_texts,
    service_names,
)
from sesinsights.exports.files.csv_file import CsvFile
from sesinsights.exports.files.json_file import JsonFile
from sesinsights.exports.files.json_lines import JsonLinesFile
from sesinsights.exports.files.records import (
    MESSAGE_INSIGHTS_COLUMNS,
    REQUIRED_COLUMNS,
    MessageInsightsRecord,
    MetricsRecord,
)
from sesinsights.extras import needs_extra
from sesinsights.instants import plain_utc

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from _typeshed import SupportsRead

    from sesinsights.exports.files.conversion import Make
    from sesinsights.exports.files.parquet_file import ParquetFile
    from sesinsights.exports.files.records import SpooledFile

OnBadRecord: TypeAlias = Literal["raise", "collect"]
"""Whether a record that cannot be read is raised or collected."""

Source: TypeAlias = "str | os.PathLike[str] | SupportsRead[bytes] | SupportsRead[str]"
"""An export file: its path, or an open file, which needs only a `read` method."""

Format: TypeAlias = Literal["CSV", "JSON", "JSONL", "PARQUET"]
"""The formats of files: those of the service, and those that only this library writes."""

_START = 1 << 16

_PARQUET = b"PAR1"
"""How a Parquet file begins."""

_SAMPLE = 100
"""How many objects of a JSON file are read to find its columns."""


class MessageInsightsReader(Iterator[MessageInsightsRecord]):
    """The records of a file of message insights, read as they are needed.

    A file that was given by its path is open from the first record to the last. It is also closed
    by `close`, by an error, and when the reader is garbage collected.
    """

    def __init__(self, source: Source, data_format: Format | None, bad: BadRecords) -> None:
        self._bad = bad
        self._records = _message_insights(source, data_format, bad, records_of_texts)

    @override
    def __iter__(self) -> Iterator[MessageInsightsRecord]:  # noqa: PYI034 - loops are faster so
        return self._records

    @override
    def __next__(self) -> MessageInsightsRecord:
        return next(self._records)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def bad_records(self) -> list[BadRecord]:
        """The records that could not be read so far, if they are collected."""
        return self._bad.collected

    def close(self) -> None:
        """Stop reading, and close the file if it was given by its path."""
        self._records.close()


def read_message_insights(
    source: Source, *, data_format: str | None = None, on_bad_record: OnBadRecord = "raise"
) -> MessageInsightsReader:
    """Read a file of message insights: one of an export job, or one that this library wrote.

    The file may be CSV, JSON, JSON Lines or Parquet, or a directory of Parquet files. It is never
    held in memory as a whole. Parquet requires the extra `arrow`.

    Args:
        source: The path, or an open file: any object with a `read` method that returns bytes, or
            text that was opened with `newline=""`. Parquet may also be at a URI that pyarrow opens,
            such as `s3://bucket/key`.
        data_format: `CSV`, `JSON`, `JSONL` or `PARQUET`; detected from the first bytes by default.
        on_bad_record: What to do about a record that cannot be read. `raise` raises an error;
            `collect` skips the record and adds it to the reader's `bad_records`.

    Returns:
        An iterator over the records, which can be used once.

    Raises:
        ValueError: `data_format` or `on_bad_record` is not one of the values above.
        BadRecordError: While reading: a record cannot be read, or the file does not contain message
            insights.
        ImportError: While reading: Parquet requires the extra `arrow`.
    """
    check_on_bad_record(on_bad_record)
    bad = BadRecords(collect=on_bad_record == "collect")
    return MessageInsightsReader(source, _checked_format(data_format), bad)


def rows_of_spooled(file: SpooledFile, make: Make[RowT]) -> Iterator[RowT]:
    """Yield the values that `make` makes from the rows of a file, without the excluded ones.

    Raises:
        BadRecordError: While reading: a record cannot be read, and must not be skipped.
    """
    bad = BadRecords(collect=file.skip_bad_records)
    rows = _message_insights(file.path, _checked_format(file.data_format), bad, make)
    if not file.excluded_rows:
        return rows
    return (row for number, row in enumerate(rows) if number not in file.excluded_rows)


def check_on_bad_record(on_bad_record: OnBadRecord) -> None:
    """Check the value of an argument `on_bad_record`.

    Raises:
        ValueError: It is neither `raise` nor `collect`.
    """
    if on_bad_record not in get_args(OnBadRecord):
        raise ValueError("on_bad_record must be 'raise' or 'collect'")


def read_metrics(
    source: Source,
    *,
    data_format: str | None = None,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
) -> Iterator[MetricsRecord]:
    """Read a file of metrics: one of an export job, or one that this library wrote.

    Args:
        source: The path, or an open file: any object with a `read` method that returns bytes, or
            text that was opened with `newline=""`.
        data_format: `CSV`, `JSON`, `JSONL` or `PARQUET`; detected from the first bytes by default.
        start_date: The `start_date` of every record, because the service's files have no dates. By
            default, the dates in the file, if it has any.
        end_date: The `end_date` of every record, in the same way.

    Returns:
        An iterator over the records, which can be used once.

    Raises:
        ValueError: `data_format` is not one of the values above.
        BadRecordError: While reading: a record cannot be read, or the file does not contain
            metrics.
        ImportError: While reading: Parquet requires the extra `arrow`.
    """
    start = plain_utc(start_date) if start_date is not None else None
    end = plain_utc(end_date) if end_date is not None else None
    return _metrics(source, _checked_format(data_format), start, end)


def columns_of(path: str | os.PathLike[str], data_format: str) -> list[str]:
    """Return the columns of a file of message insights, as far as its beginning shows them.

    A CSV file shows all of them in its header, with an empty name for the comma at its end. In a
    JSON file, further down, there may be more.

    Raises:
        BadRecordError: The beginning cannot be read.
    """
    bad = BadRecords(collect=True)
    with _opened(path, _checked_format(data_format), bad) as file:
        if isinstance(file, CsvFile):
            return [*file.header, ""] if file.ends_with_comma else file.header
        objects = islice(file.records(list), _SAMPLE)
        return list(dict.fromkeys(chain.from_iterable(objects)))


def _checked_format(data_format: str | None) -> Format | None:
    if data_format is None:
        return None
    if data_format not in get_args(Format):
        raise ValueError("data_format must be 'JSONL', 'PARQUET', 'CSV', 'JSON' or None")
    # Compared as text: it may also be a member of the service's enumeration.
    return cast("Format", str(data_format))


def _message_insights(
    source: Source, data_format: Format | None, bad: BadRecords, make: Make[RowT]
) -> Generator[RowT, None, None]:
    with _opened(source, data_format, bad) as file:
        if isinstance(file, CsvFile):
            _check_header(file)
            yield from file.records(partial(message_insights_of_columns, make, file.header))
        elif isinstance(file, JsonFile) and find_spec("msgspec"):
            from sesinsights.exports.files.fast_json import message_insights_of_json

            yield from file.records(
                partial(message_insights_of_objects, make), partial(message_insights_of_json, make)
            )
        else:
            yield from file.records(partial(message_insights_of_objects, make))


def _check_header(file: CsvFile) -> None:
    """Refuse a file that lacks a required column.

    Raises:
        BadRecordError: It lacks one.
    """
    known = MESSAGE_INSIGHTS_COLUMNS.keys() & service_names(file.header)
    missing = [name for name in REQUIRED_COLUMNS if name not in known]
    if file.header and not known:
        file.refuse_header("it names no column of message insights")
    if file.header and missing:
        file.refuse_header(f"it does not name {' or '.join(missing)}")


def _metrics(
    source: Source,
    data_format: Format | None,
    start_date: datetime | None,
    end_date: datetime | None,
) -> Iterator[MetricsRecord]:
    with _opened(source, data_format, BadRecords(collect=False)) as file:
        if not isinstance(file, CsvFile):
            yield from file.records(partial(metrics_of_objects, start_date, end_date))
            return
        if file.header and not any(map(is_metric, file.header)):
            file.refuse_header("it names no metric")
        yield from file.records(partial(metrics_of_columns, start_date, end_date, file.header))


class _Reads(io.RawIOBase):
    """Reads bytes from any object with a `read` method.

    A file in text mode is read as bytes again, so that there is one way to read a file. No other
    method is used, such as iteration, which may yield pieces that are not lines.
    """

    def __init__(self, source: SupportsRead[bytes] | SupportsRead[str]) -> None:
        self._source = source
        self._left = b""

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any, /) -> int:
        # Characters may take more bytes than were requested, and some objects return more anyway.
        data = self._left or self._source.read(len(buffer))
        if isinstance(data, str):
            # Bytes that the caller decoded leniently are reported as invalid UTF-8 where they are.
            data = data.encode(errors="surrogatepass")
        size = min(len(data), len(buffer))
        buffer[:size] = data[:size]
        self._left = data[size:]
        return size


@contextmanager
def _opened(
    source: Source, data_format: Format | None, bad: BadRecords
) -> Generator[CsvFile | JsonFile | JsonLinesFile | ParquetFile, None, None]:
    if isinstance(source, (str, os.PathLike)):
        text = os.fspath(source)
        if "://" in text or Path(text).is_dir():
            yield _parquet_file(text, bad)
            return
        with open(source, "rb") as file:  # noqa: PTH123 - any path-like works
            yield _export_file(file, data_format, bad)
            return
    yield _export_file(io.BufferedReader(_Reads(source), _START), data_format, bad)


def _export_file(
    file: io.BufferedReader, data_format: Format | None, bad: BadRecords
) -> CsvFile | JsonFile | JsonLinesFile | ParquetFile:
    start = file.read(len(_PARQUET))
    if data_format == "PARQUET" or (data_format is None and start == _PARQUET):
        return _parquet_file(file, bad, start)
    start = (start + file.readline(_START)).removeprefix(codecs.BOM_UTF8)
    while not start.strip() and (more := file.readline(_START)):
        start += more
    if start.isspace():
        start = b""
    if data_format is None:
        data_format = _FORMATS.get(start.lstrip()[:1], "CSV")
    if data_format == "JSON":
        return JsonFile(start, file.read, bad)
    if not start.endswith(b"\n"):
        start += file.readline()
    lines = chain(io.BytesIO(start), file)
    return JsonLinesFile(lines, bad) if data_format == "JSONL" else CsvFile(lines, bad)


_FORMATS: dict[bytes, Format] = {b"[": "JSON", b"{": "JSONL"}
"""The format of a text file by its first character; any other begins the header of a CSV file."""


def _parquet_file(
    source: io.BufferedReader | str, bad: BadRecords, start: bytes = b""
) -> ParquetFile:
    with needs_extra("arrow", needed_by="Parquet"):
        from sesinsights.exports.files.parquet_file import ParquetFile
    if isinstance(source, str):
        return ParquetFile(source, bad)
    if source.seekable():
        source.seek(0)
        return ParquetFile(source, bad)
    # It is read from its end, and not everything that can be read can go back.
    copy = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115 - closed when it is collected
    copy.write(start)
    shutil.copyfileobj(source, copy)
    copy.seek(0)
    return ParquetFile(copy, bad)
