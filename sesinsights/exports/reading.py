"""Reading export files as typed records, one after the other."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Literal, Protocol, TypeAlias, cast, get_args

from sesinsights.exports.bad_records import BadRecord, BadRecords
from sesinsights.exports.conversion import (
    is_metric,
    message_insights_of_columns,
    message_insights_of_objects,
    metrics_of_columns,
    metrics_of_objects,
)
from sesinsights.exports.csv_file import CsvFile
from sesinsights.exports.json_file import JsonFile
from sesinsights.exports.records import (
    MESSAGE_INSIGHTS_COLUMNS,
    MessageInsightsRecord,
    MetricsRecord,
)
from sesinsights.instants import plain_utc
from sesinsights.models.enums import DataFormat

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from types import TracebackType
    from typing import Self

__all__ = ["MessageInsightsReader", "Source", "read_message_insights", "read_metrics"]

OnBadRecord: TypeAlias = Literal["raise", "collect"]
"""What to do about a record that cannot be read."""

Source = str | os.PathLike[str] | IO[bytes] | IO[str]
"""An export file: its path, or the open file."""

_START = 1 << 16

_SAMPLE = 100
"""How many objects of a JSON file are looked at for their columns."""


class MessageInsightsReader(Iterator[MessageInsightsRecord]):
    """The records of a file of message insights, read as they are needed.

    A file that was given by its path is open from the first record to the last; `close`, an
    error and letting go of the reader close it too.
    """

    def __init__(self, source: Source, data_format: DataFormat | None, bad: BadRecords) -> None:
        self._bad = bad
        self._records = _message_insights(source, data_format, bad)

    def __iter__(self) -> Iterator[MessageInsightsRecord]:  # noqa: PYI034 - loops are faster so
        return self._records

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
        """What could not be read so far, if that is collected."""
        return self._bad.collected

    def close(self) -> None:
        """End the reading, and close the file if it was given by its path."""
        self._records.close()


def read_message_insights(
    source: Source, *, data_format: str | None = None, on_bad_record: OnBadRecord = "raise"
) -> MessageInsightsReader:
    """Read a file that an export job of message insights wrote.

    The file is never in memory as a whole.

    Args:
        source: The path, or the file, opened in binary mode or as text with `newline=""`.
        data_format: `CSV` or `JSON`; told from the first character when omitted.
        on_bad_record: What to do about a record that cannot be read: `raise` ends the reading
            with an error, `collect` goes on and puts it into the reader's `bad_records`.

    Returns:
        An iterator, to be used once.

    Raises:
        ValueError: `data_format` or `on_bad_record` is something else.
        BadRecordError: While reading: a record cannot be read, or the file is none of message
            insights.
    """
    check_on_bad_record(on_bad_record)
    bad = BadRecords(collect=on_bad_record == "collect")
    return MessageInsightsReader(source, _checked_format(data_format), bad)


def check_on_bad_record(on_bad_record: OnBadRecord) -> None:
    """Refuse what is none of the ways to treat bad records.

    Raises:
        ValueError: It is none.
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
    """Read a file that an export job of metrics wrote.

    Args:
        source: The path, or the file, opened in binary mode or as text with `newline=""`.
        data_format: `CSV` or `JSON`; told from the first character when omitted.
        start_date: What to give every record as its `start_date`, in UTC: the file has no dates.
        end_date: What to give every record as its `end_date`, in UTC.

    Returns:
        An iterator, to be used once.

    Raises:
        ValueError: `data_format` is something else.
        BadRecordError: While reading: a record cannot be read, or the file is none of metrics.
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
    with _opened(path) as binary:
        file = _export_file(binary, _checked_format(data_format), bad)
        if isinstance(file, CsvFile):
            return [*file.header, ""] if file.ends_with_comma else file.header
        objects = islice(file.records(list), _SAMPLE)
        return list(dict.fromkeys(chain.from_iterable(objects)))


def _checked_format(data_format: str | None) -> DataFormat | None:
    if data_format is None:
        return None
    try:
        return DataFormat(data_format)
    except ValueError:
        raise ValueError("data_format must be 'CSV', 'JSON' or None") from None


def _message_insights(
    source: Source, data_format: DataFormat | None, bad: BadRecords
) -> Generator[MessageInsightsRecord, None, None]:
    with _opened(source) as binary:
        file = _export_file(binary, data_format, bad)
        if isinstance(file, JsonFile):
            yield from file.records(message_insights_of_objects)
        else:
            if file.header and MESSAGE_INSIGHTS_COLUMNS.keys().isdisjoint(file.header):
                file.refuse_header("it names no column of message insights")
            yield from file.records(partial(message_insights_of_columns, file.header))


def _metrics(
    source: Source,
    data_format: DataFormat | None,
    start_date: datetime | None,
    end_date: datetime | None,
) -> Iterator[MetricsRecord]:
    with _opened(source) as binary:
        file = _export_file(binary, data_format, BadRecords(collect=False))
        if isinstance(file, JsonFile):
            yield from file.records(partial(metrics_of_objects, start_date, end_date))
        else:
            if file.header and not any(map(is_metric, file.header)):
                file.refuse_header("it names no metric")
            yield from file.records(partial(metrics_of_columns, start_date, end_date, file.header))


class _Binary(Protocol):
    """As much of an open file as is needed, in binary mode."""

    def read(self, size: int, /) -> bytes: ...
    def readline(self, size: int = ..., /) -> bytes: ...
    def __iter__(self) -> Iterator[bytes]: ...


class _EncodedText:
    """A file in text mode, read as bytes again, so that there is one way to read a file."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def read(self, size: int, /) -> bytes:
        return _encoded(self._file.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        return _encoded(self._file.readline(size))

    def __iter__(self) -> Iterator[bytes]:
        return map(_encoded, self._file)


def _encoded(text: str) -> bytes:
    # What the caller decoded leniently is found to be no UTF-8, at its place.
    return text.encode(errors="surrogatepass")


@contextmanager
def _opened(source: Source) -> Generator[_Binary, None, None]:
    if isinstance(source, (str, os.PathLike)):
        with open(source, "rb") as file:  # noqa: PTH123 - any path-like is welcome
            yield file
    elif isinstance(source.read(0), str):
        yield _EncodedText(cast("IO[str]", source))
    else:
        yield cast("IO[bytes]", source)


def _export_file(
    file: _Binary, data_format: DataFormat | None, bad: BadRecords
) -> CsvFile | JsonFile:
    start = file.readline(_START).removeprefix(codecs.BOM_UTF8)
    while not start.strip() and (more := file.readline(_START)):
        start += more
    if start.isspace():
        start = b""
    if data_format is None:
        data_format = DataFormat.JSON if start.lstrip().startswith(b"[") else DataFormat.CSV
    if data_format is DataFormat.JSON:
        return JsonFile(start, file.read, bad)
    if not start.endswith(b"\n"):
        start += file.readline()
    return CsvFile(chain(io.BytesIO(start), file), bad)
