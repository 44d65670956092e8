"""Files of message insights as Arrow batches, without a Python object for each row."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from sesinsights.exports.files.conversion import ZONE
from sesinsights.exports.files.reading import columns_of, read_message_insights
from sesinsights.exports.files.records import (
    FLAG_COLUMNS,
    MESSAGE_INSIGHTS_COLUMNS,
    REQUIRED_COLUMNS,
    TIME_COLUMNS,
    written_name,
)
from sesinsights.exports.tables.csv_pieces import is_read_exactly, pieces_of_rows
from sesinsights.exports.tables.file_pieces import UNUSUAL, Buffers
from sesinsights.exports.tables.json_pieces import pieces_of_array
from sesinsights.extras import require_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from typing import BinaryIO

    import pyarrow as pa

    from sesinsights.exports.files.records import MessageInsightsRecord, SpooledFile
    from sesinsights.exports.tables.file_pieces import Piece

_MOST_THREADS = 4
"""More threads would cost memory, and only wait for pieces."""

_SLOW_BATCH = 10_000
"""How many records that are read row by row make a batch."""


def message_insights_schema(files: Sequence[SpooledFile]) -> pa.Schema:
    """Return the columns of files: times in UTC, flags, and text for all others.

    Columns that this library does not know follow the fields of a record.

    Raises:
        ImportError: The extra `arrow` is not installed.
        BadRecordError: The beginning of a file cannot be read.
    """
    require_extra("arrow")
    import pyarrow as pa

    return pa.unify_schemas([_schema([]), *(_schema(_unknown(file)) for file in files)])


def message_insights_batches(
    files: Sequence[SpooledFile], schema: pa.Schema | None = None
) -> Iterator[pa.RecordBatch]:
    """Yield the records of files as batches.

    A column that `message_insights_schema` could not see is in the batches from the first that
    has it on, and in none before.

    Args:
        files: The files, in the order of their records.
        schema: The columns that each batch has at least; those of the files when omitted.

    Raises:
        ImportError: The extra `arrow` is not installed.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    schema = schema or message_insights_schema(files)
    import pyarrow as pa

    for file in files:
        for batch in _without_excluded(file, _batches(file)):
            if batch.schema == schema:
                yield batch
            else:
                schema = pa.unify_schemas([schema, batch.schema])
                yield _with_columns(batch, schema)


def _unknown(file: SpooledFile) -> list[str]:
    columns = columns_of(file.path, file.data_format)
    return [name for name in columns if name and name not in MESSAGE_INSIGHTS_COLUMNS]


def _schema(unknown: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    types: dict[str, pa.DataType] = {
        **dict.fromkeys(TIME_COLUMNS, pa.timestamp("ms", "UTC")),
        **dict.fromkeys(FLAG_COLUMNS, pa.bool_()),
    }
    known = MESSAGE_INSIGHTS_COLUMNS.items()
    return pa.schema(
        [
            *((field, types.get(name, pa.string())) for name, field in known),
            *((written_name(name), pa.string()) for name in unknown),
        ]
    )


def _with_columns(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    present = set(batch.schema.names)
    return pa.record_batch(
        [
            batch.column(field.name)
            if field.name in present
            else pa.nulls(batch.num_rows, field.type)
            for field in schema
        ],
        schema=schema,
    )


def _without_excluded(
    file: SpooledFile, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    first = 0
    for batch in batches:
        rows = range(first, first + batch.num_rows)
        first = rows.stop
        if file.excluded_rows.isdisjoint(rows):
            yield batch
        else:
            yield batch.filter(pa.array([row not in file.excluded_rows for row in rows]))


def _batches(file: SpooledFile) -> Iterator[pa.RecordBatch]:
    """Yield all records of a file.

    From a place that pyarrow refuses, the file is read row by row, which finds out whether the row
    is bad or only unusual.
    """
    import pyarrow as pa

    rows = 0
    if not file.skip_bad_records:
        read_quickly = _csv_batches if file.data_format == "CSV" else _json_batches
        try:
            for batch in read_quickly(file):
                yield batch
                rows += batch.num_rows
        except pa.ArrowInvalid:
            pass
        else:
            return
    yield from _slow_batches(file, rows)


def _csv_batches(file: SpooledFile) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv

    columns = columns_of(file.path, file.data_format)
    if not columns:
        return
    *names, behind_last_comma = columns
    if behind_last_comma or "" in names or not {*REQUIRED_COLUMNS} <= {*columns}:
        # Without the comma at its end, a row that is cut off in its last field looks complete; a
        # column without a name has the name of what follows the comma.
        raise pa.ArrowInvalid(UNUSUAL)
    unknown = _unknown(file)
    wanted = [*MESSAGE_INSIGHTS_COLUMNS, *unknown]
    schema = _schema(unknown)
    place_of = {name: place for place, name in enumerate(wanted)}
    places = [place_of[name] for name in names]
    options = csv.ConvertOptions(
        # Nothing follows the comma at the end of a row.
        column_types={**dict.fromkeys(wanted, pa.string()), "": pa.null()},
        include_columns=[*wanted, ""],
        include_missing_columns=True,
        strings_can_be_null=True,
        null_values=[""],
    )
    lines = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)

    def parse(rows: Piece) -> pa.RecordBatch:
        text = rows.text
        read = csv.ReadOptions(use_threads=False, block_size=len(text), column_names=columns)
        table = csv.read_csv(cast("BinaryIO", pa.BufferReader(text)), read, lines, options)
        (batch,) = table.to_batches()
        *texts, _ = batch.columns
        if not is_read_exactly(rows, [texts[place] for place in places]):
            raise pa.ArrowInvalid(UNUSUAL)
        return _typed(texts, schema)

    buffers = Buffers(file.path.stat().st_size)
    with file.path.open("rb", buffering=0) as raw:
        yield from _in_threads(parse, pieces_of_rows(raw, names, buffers), buffers)


def _json_batches(file: SpooledFile) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    unknown = _unknown(file)
    wanted = [*MESSAGE_INSIGHTS_COLUMNS, *unknown]
    rows = pa.list_(pa.struct([(name, pa.string()) for name in wanted]))
    line_schema = pa.schema([("rows", rows)])
    schema = _schema(unknown)
    buffers = Buffers(file.path.stat().st_size)

    def parse(line: Piece) -> pa.RecordBatch:
        return _typed(_texts_of_objects(line.text, line_schema), schema)

    with file.path.open("rb", buffering=0) as raw:
        yield from _in_threads(parse, pieces_of_array(raw, buffers), buffers)


def _in_threads(
    parse: Callable[[Piece], pa.RecordBatch], pieces: Iterable[Piece], buffers: Buffers
) -> Iterator[pa.RecordBatch]:
    """Yield the batches of pieces, in order; a few are parsed at the same time."""
    import pyarrow as pa

    def parsed(piece: Piece) -> pa.RecordBatch:
        try:
            return parse(piece)
        finally:
            buffers.give_back(piece)

    threads = min(pa.cpu_count(), _MOST_THREADS)
    with ThreadPoolExecutor(threads) as pool:
        pending: deque[Future[pa.RecordBatch]] = deque()
        for piece in pieces:
            pending.append(pool.submit(parsed, piece))
            if len(pending) > threads:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def _texts_of_objects(line: memoryview, line_schema: pa.Schema) -> list[pa.StringArray]:
    import pyarrow as pa
    from pyarrow import json

    table = json.read_json(
        cast("BinaryIO", pa.BufferReader(pa.py_buffer(line))),
        read_options=json.ReadOptions(use_threads=False, block_size=len(line)),
        parse_options=json.ParseOptions(
            explicit_schema=line_schema, unexpected_field_behavior="error"
        ),
    )
    (lines,) = table.to_batches()
    objects = cast("pa.StructArray", cast("pa.ListArray[Any]", lines.column(0)).flatten())
    if lines.num_rows > 1 or objects.null_count:
        # The text between the objects is unusual, or one of them is null.
        raise pa.ArrowInvalid(UNUSUAL)
    batch = pa.RecordBatch.from_struct_array(objects)
    # Its texts may not be valid UTF-8.
    batch.validate(full=True)
    if batch.num_columns > len(MESSAGE_INSIGHTS_COLUMNS) and batch.column("messageid").null_count:
        # An object with nothing but unknown columns is bad.
        raise pa.ArrowInvalid(UNUSUAL)
    return [_with_nulls(text) for text in cast("list[pa.StringArray]", batch.columns)]


def _with_nulls(texts: pa.StringArray) -> pa.StringArray:
    """Return texts with null in place of empty ones."""
    import pyarrow as pa
    from pyarrow import compute

    has_texts = texts.null_count < len(texts)
    if has_texts and compute.min(compute.binary_length(texts)).as_py() == 0:
        is_empty = compute.equal(texts, pa.scalar(""))
        return cast("pa.StringArray", compute.if_else(is_empty, None, texts))
    return texts


def _typed(columns: Iterable[pa.Array[Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Return columns of a file as those of records, with texts of times and flags converted."""
    import pyarrow as pa

    from sesinsights.exports.tables.arrow_times import times_of_texts

    typed: list[pa.Array[Any]] = []
    for texts, field in zip(columns, schema, strict=True):
        if pa.types.is_timestamp(field.type):
            typed.append(times_of_texts(_with_zone(texts), field.type))
        elif pa.types.is_boolean(field.type):
            typed.append(_flags(texts))
        else:
            typed.append(texts)
    return pa.record_batch(typed, schema=schema)


def _with_zone(text: pa.Array[Any]) -> pa.Array[Any]:
    """Return times as pyarrow reads them, with Z instead of UTC."""
    import pyarrow as pa
    from pyarrow import compute

    if not compute.all(compute.ends_with(text, ZONE), min_count=0).as_py():
        raise pa.ArrowInvalid(UNUSUAL)
    return compute.binary_replace_slice(text, -len(ZONE), sys.maxsize, "Z")


def _flags(text: pa.Array[Any]) -> pa.BooleanArray:
    import pyarrow as pa
    from pyarrow import compute

    if text.null_count == len(text):
        return pa.nulls(len(text), pa.bool_())
    upper = compute.utf8_upper(text)
    is_known = compute.is_in(upper, pa.array(["TRUE", "FALSE", None]))
    if not compute.all(is_known, min_count=0).as_py():
        raise pa.ArrowInvalid(UNUSUAL)
    return compute.equal(upper, pa.scalar("TRUE"))


def _slow_batches(file: SpooledFile, done: int) -> Iterator[pa.RecordBatch]:
    with read_message_insights(
        file.path,
        data_format=file.data_format,
        on_bad_record="collect" if file.skip_bad_records else "raise",
    ) as reader:
        records = islice(reader, done, None)
        while some := list(islice(records, _SLOW_BATCH)):
            yield _batch_of(some)


def _batch_of(records: Sequence[MessageInsightsRecord]) -> pa.RecordBatch:
    import pyarrow as pa

    unknown = dict.fromkeys(name for record in records for name in record.extra)
    schema = _schema(list(unknown))
    columns = [
        *(
            [getattr(record, field) for record in records]
            for field in MESSAGE_INSIGHTS_COLUMNS.values()
        ),
        *([record.extra.get(name) for record in records] for name in unknown),
    ]
    return pa.record_batch(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
