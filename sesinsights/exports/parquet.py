"""Parquet files and datasets, of which nothing half-written is ever in its place.

Importing this needs the extra `arrow`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import dataset, fs, parquet

from sesinsights.exports.flat_metrics import METRICS_DATES

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sesinsights.exports.flat_metrics import FlatMetrics

__all__ = ["size_of", "write_dataset", "write_file", "write_metrics"]

_ROW_GROUP = 100_000
"""How many rows of a file can be skipped at once; so many are in memory while it is written."""

_DAY = pa.field("day", pa.date32())


def write_file(batches: Iterator[pa.RecordBatch], schema: pa.Schema, location: str) -> None:
    """Write batches to one file; one that is there is replaced.

    Args:
        batches: The batches.
        schema: The schema of each.
        location: A local path, or a URI that pyarrow opens.
    """
    filesystem, path = _find(location)
    with _beside(filesystem, path) as aside:
        with (
            filesystem.open_output_stream(aside) as stream,
            parquet.ParquetWriter(stream, schema) as writer,
        ):
            for table in _row_groups(batches):
                writer.write_table(table)
        filesystem.move(aside, path)


def write_dataset(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, location: str, *, name: str, day_of: str
) -> None:
    """Write batches to a directory for each UTC day, beside what others wrote there.

    Args:
        batches: The batches.
        schema: The schema of each.
        location: A local path, or a URI that pyarrow opens.
        name: How the names of files begin; those that begin so already are replaced.
        day_of: The column with the times whose days are meant.
    """
    filesystem, path = _find(location)
    with _beside(filesystem, path) as aside:
        dataset.write_dataset(
            (_with_day(batch, day_of) for batch in batches),
            aside,
            schema=schema.append(_DAY),
            format="parquet",
            basename_template=f"{name}-{{i}}.parquet",
            partitioning=dataset.partitioning(pa.schema([_DAY]), flavor="hive"),
            filesystem=filesystem,
            max_rows_per_group=_ROW_GROUP,
            min_rows_per_group=_ROW_GROUP,
        )
        filesystem.create_dir(path)
        for earlier in _files_in(filesystem, path):
            if earlier.rpartition("/")[2].startswith(f"{name}-"):
                filesystem.delete_file(earlier)
        for file in _files_in(filesystem, aside):
            place = path + file.removeprefix(aside)
            filesystem.create_dir(place.rpartition("/")[0])
            filesystem.move(file, place)


def write_metrics(metrics: FlatMetrics, location: str) -> None:
    """Write metrics to one file; one that is there is replaced.

    Args:
        metrics: The rows. A metric whose figures are not all numbers becomes text.
        location: A local path, or a URI that pyarrow opens.
    """
    columns = {
        name: [row[number] for row in metrics.rows] for number, name in enumerate(metrics.columns)
    }

    def type_of(name: str) -> pa.DataType:
        if name in METRICS_DATES:
            return pa.timestamp("us", "UTC")
        if name in metrics.dimensions or any(isinstance(value, str) for value in columns[name]):
            return pa.string()
        return pa.float64()

    schema = pa.schema([(name, type_of(name)) for name in columns])
    arrays = [
        pa.array(map(_as_text, values) if field.type == pa.string() else values, field.type)
        for field, values in zip(schema, columns.values(), strict=True)
    ]
    write_file(iter([pa.record_batch(arrays, schema=schema)]), schema, location)


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def size_of(location: str) -> int | None:
    """Return how many bytes are there, 0 for a directory; None when there is nothing.

    Args:
        location: A local path, or a URI that pyarrow opens.
    """
    filesystem, path = _find(location)
    info = filesystem.get_file_info(path)
    return None if info.type == fs.FileType.NotFound else info.size or 0


def _files_in(filesystem: fs.FileSystem, path: str) -> list[str]:
    everything = fs.FileSelector(path, allow_not_found=True, recursive=True)
    found = filesystem.get_file_info(everything)
    return [info.path for info in found if info.type == fs.FileType.File]


def _find(location: str) -> tuple[fs.FileSystem, str]:
    if "://" in location:
        return fs.FileSystem.from_uri(location)
    return fs.LocalFileSystem(), Path(location).absolute().as_posix()


@contextmanager
def _beside(filesystem: fs.FileSystem, path: str) -> Generator[str]:
    """Give a path beside another, whose name datasets pass over; clear it at the end."""
    parent, slash, name = path.rpartition("/")
    aside = f"{parent}{slash}.{name}.{uuid.uuid4().hex}"
    try:
        yield aside
    finally:
        match filesystem.get_file_info(aside).type:
            case fs.FileType.File:
                filesystem.delete_file(aside)
            case fs.FileType.Directory:
                filesystem.delete_dir(aside)
            case _:
                pass


def _row_groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Put batches together, so that a file has few groups of rows."""
    group: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        group.append(batch)
        rows += batch.num_rows
        if rows >= _ROW_GROUP:
            yield pa.Table.from_batches(group)
            group, rows = [], 0
    if group:
        yield pa.Table.from_batches(group)


def _with_day(batch: pa.RecordBatch, day_of: str) -> pa.RecordBatch:
    days = batch.column(day_of).cast(_DAY.type, safe=False)
    return pa.record_batch([*batch.columns, days], schema=batch.schema.append(_DAY))
