"""Events as Arrow tables and Parquet files: a flat row for each event and recipient.

Each function needs the extra `arrow`; with the extra `events`, files are read several times as
fast.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, cast

from sesinsights.errors import EventParseError
from sesinsights.events.event import Event
from sesinsights.events.json_values import blocks
from sesinsights.events.notices import Notice
from sesinsights.events.parsing import DAMAGED, EventReader, damaged, found_in_block, unzipped
from sesinsights.events.reading import Source, read, streams_of
from sesinsights.events.recognition import Arrival
from sesinsights.extras import needs_extra, require_extra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    import pyarrow as pa

    from sesinsights.events.json_values import Block
    from sesinsights.events.path import Via


Events: TypeAlias = Source | EventReader | Iterable[Arrival]
"""Where events are: what `read` takes, what it returns, or the events themselves."""

_BATCH = 10_000
"""The number of event objects in a batch."""

_ENOUGH = 1000
"""The minimum number of records in a batch: enough for the overhead of a batch not to matter."""


def to_arrow(events: Events) -> pa.Table:
    """Return events as an Arrow table, in their order; notices are left out.

    The columns are named like the attributes of events, plus `recipient` with that recipient's
    `status` and `diagnostic_code`. `sent_timestamp` is when the mail was accepted, and `tags` is
    JSON. An event about several recipients has a row for each; an event without known recipients
    has one row. All rows of an event have the same `event_id`, which identifies duplicates.

    Args:
        events: A source as for `read`; an unread reader that `read` returned, so that you can
            inspect its `bad_records`; or events.

    Raises:
        ImportError: The extra `arrow` is not installed.
        FileNotFoundError: The file or directory does not exist.
        TypeError: Something in an iterable is neither an event nor a notice, such as a reader or an
            unparsed record.
        EventParseError: A part is neither an event nor a notice, and errors are not collected.
    """
    with needs_extra("arrow"):
        import pyarrow as pa
    from sesinsights.events.columns import SCHEMA

    return pa.Table.from_batches(_batches(events), SCHEMA)


def write_parquet(
    events: Events,
    path: str | PathLike[str],
    *,
    name: str = "events",
    partition_by: Literal["day"] | None = None,
) -> None:
    """Write events as Parquet, with the columns of `to_arrow`, in constant memory.

    A file appears only once it is complete: it is written beside its place and then moved.

    Args:
        events: As for `to_arrow`.
        path: A local path, or a URI that pyarrow opens, such as `s3://bucket/key`.
        name: The beginning of the names of a dataset's files. Existing files whose names begin with
            it are replaced, so use a new name, such as a date, for each addition to a dataset.
        partition_by: None writes one file and replaces an existing one. `day` writes a dataset with
            a directory such as `day=2026-01-15` for each UTC day on which events happened.

    Raises:
        ImportError: The extra `arrow` is not installed.
        ValueError: `partition_by` is neither None nor `day`.
        FileNotFoundError: The file or directory to read does not exist.
        TypeError: Something in an iterable is neither an event nor a notice.
        EventParseError: A part is neither an event nor a notice, and errors are not collected.
    """
    if partition_by not in {None, "day"}:
        raise ValueError("partition_by must be 'day' or None")
    require_extra("arrow")
    from sesinsights.events.columns import SCHEMA
    from sesinsights.exports.tables.parquet import write_dataset, write_file

    write = write_file
    if partition_by is not None:
        write = partial(write_dataset, name=name, day_of="timestamp")
    write(_batches(events), SCHEMA, os.fspath(path))


def _batches(events: Events) -> Iterator[pa.RecordBatch]:
    from sesinsights.events.columns import batch_of_events

    if isinstance(events, (str, os.PathLike)) or hasattr(events, "read"):
        events = read(cast("Source", events))
    if isinstance(events, EventReader) and events.source is not None:
        yield from _batches_of_files(events, events.source)
        return
    each: Any = events
    arrivals: Iterator[Arrival] = iter(each)
    while batch := list(islice(arrivals, _BATCH)):
        yield batch_of_events(_events_among(batch))


def _events_among(arrivals: Iterable[object]) -> Iterator[Event]:
    """Yield the events among events and notices.

    Raises:
        TypeError: There is something else among them.
    """
    for arrival in arrivals:
        if isinstance(arrival, Event):
            yield arrival
        elif not isinstance(arrival, Notice):
            advice = "parse all of it with events.parse"
            if isinstance(arrival, EventReader):
                advice = "join readers with itertools.chain.from_iterable"
            raise TypeError(
                "a table is made of events and notices, not of objects of type "
                f"{type(arrival).__name__!r}; {advice}"
            )


class _Part(NamedTuple):
    """A part of a file: a block of its values, how it came, and the line on which it begins."""

    block: Block
    via: Via
    line: int


def _batches_of_files(reader: EventReader, source: Source) -> Iterator[pa.RecordBatch]:
    parts = _parts(reader, source)
    if find_spec("msgspec"):
        yield from _fast_batches(parts, reader)
    else:
        for part in parts:
            yield _batch_of_events_of(part, reader)


def _parts(reader: EventReader, source: Source) -> Iterator[_Part]:
    for via, opened in streams_of(source):
        with opened() as read_bytes:
            line = 1
            try:
                for block in blocks(unzipped(read_bytes)):
                    yield _Part(block, via, line)
                    line += block.lines
            except DAMAGED:
                reader.refuse(damaged(via))


def _fast_batches(parts: Iterator[_Part], reader: EventReader) -> Iterator[pa.RecordBatch]:
    """Yield batches by columns, and by events where records are not as Amazon SES writes them."""
    from sesinsights.events.fast_columns import Record, batch_of_records, records_of_lines

    gathered: list[_Part] = []
    records: list[Record] = []

    def batches() -> Iterator[pa.RecordBatch]:
        if records and (batch := batch_of_records(records)) is not None:
            yield batch
        else:
            for part in gathered:
                # None of it continues in the next block, which has been read.
                part.block.is_last = True
                yield _batch_of_events_of(part, reader)
        gathered.clear()
        records.clear()

    for part in parts:
        block = part.block
        more = records_of_lines(block.data) or records_of_lines(block.one_on_each_line)
        if more is None:
            yield from batches()
            yield _batch_of_events_of(part, reader)
            continue
        gathered.append(part)
        records += more
        if len(records) >= _ENOUGH:
            yield from batches()
    yield from batches()


def _batch_of_events_of(part: _Part, reader: EventReader) -> pa.RecordBatch:
    from sesinsights.events.columns import batch_of_events

    events: list[Event] = []
    for found in found_in_block(*part):
        if isinstance(found, EventParseError):
            reader.refuse(found)
        elif isinstance(found, Event):
            events.append(found)
    return batch_of_events(events)
