"""Parquet files and datasets, which appear in their place only once they are complete.

Importing this needs the extra `arrow`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

import errno
import os
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import dataset, fs, parquet

from sesinsights.exports.files.flat_metrics import METRICS_DATES
from sesinsights.exports.files.parquet_file import find
from sesinsights.exports.work_directory import WorkDirectory
from sesinsights.whole_files import beginning, check_directory, check_place, whole_file

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from concurrent.futures import Future

    from sesinsights.exports.files.flat_metrics import FlatMetrics

_ROW_GROUP = 100_000
"""How many rows of a file can be skipped at once; twice as many are in memory at most."""

_OBJECT_STORES = {"gcs", "s3"}
"""Where pyarrow puts an empty object in the place of each directory, which nothing needs."""

_DAY = pa.field("day", pa.date32())


def check_file(location: str) -> None:
    """Raise the errors of `write_file` early, before the work that takes long.

    Args:
        location: A local path, or a URI that pyarrow opens.

    Raises:
        OSError: No file can be written there.
        ValueError: pyarrow cannot open such a URI.
    """
    filesystem, path = find(location)
    if isinstance(filesystem, fs.LocalFileSystem):
        check_place(path)
    elif filesystem.get_file_info(path).type == fs.FileType.Directory:
        raise IsADirectoryError(errno.EISDIR, "this is a directory; name a file in it", location)
    else:
        _check_bucket(filesystem, path, location)


def check_dataset(location: str) -> None:
    """Raise the errors of `write_dataset` early, before the work that takes long.

    Args:
        location: A local path, or a URI that pyarrow opens.

    Raises:
        OSError: No directory can be made there.
        ValueError: pyarrow cannot open such a URI.
    """
    filesystem, path = find(location)
    if not isinstance(filesystem, fs.LocalFileSystem):
        _check_bucket(filesystem, path, location)
        return
    directory = Path(os.path.realpath(path))
    while not directory.exists():
        directory = directory.parent
    if not directory.is_dir():
        raise NotADirectoryError(
            errno.ENOTDIR, "this is not a directory; a dataset needs one", str(directory)
        )
    check_directory(directory)


def write_file(batches: Iterator[pa.RecordBatch], schema: pa.Schema, location: str) -> None:
    """Write batches to one file; an existing file is replaced.

    Args:
        batches: The batches.
        schema: The schema of each.
        location: A local path, or a URI that pyarrow opens.
    """
    filesystem, path = find(location)
    if isinstance(filesystem, fs.LocalFileSystem):
        with whole_file(path) as file:
            _write(batches, schema, file)
        return
    with _remote_beside(filesystem, path) as aside:
        with filesystem.open_output_stream(aside) as stream:
            _write(batches, schema, stream)
        filesystem.move(aside, path)


def write_dataset(
    batches: Iterator[pa.RecordBatch], schema: pa.Schema, location: str, *, name: str, day_of: str
) -> None:
    """Write batches to a directory for each UTC day, beside the files of others there.

    A day usually has one file. New files replace earlier ones one by one, and earlier files that
    are left over are removed last: whatever goes wrong, every day has its rows once.

    Args:
        batches: The batches.
        schema: The schema of each.
        location: A local path, or a URI that pyarrow opens.
        name: The beginning of the names of files; existing files with it are replaced.
        day_of: The column with the times that determine the day.
    """
    filesystem, path = find(location)
    has_directories = filesystem.type_name not in _OBJECT_STORES
    with _directory_beside(filesystem, path) as aside:
        dataset.write_dataset(
            (_with_day(batch, day_of) for batch in batches),
            aside,
            schema=schema.append(_DAY),
            format="parquet",
            basename_template="{i}.parquet",
            partitioning=dataset.partitioning(pa.schema([_DAY]), flavor="hive"),
            filesystem=filesystem,
            create_dir=has_directories,
            max_rows_per_group=_ROW_GROUP,
            min_rows_per_group=_ROW_GROUP,
        )
        # Even in an object store, so that an empty dataset can be read.
        filesystem.create_dir(path)
        earlier = {
            file for file in _files_in(filesystem, path) if _name_of(file).startswith(f"{name}-")
        }
        placed: Counter[str] = Counter()
        for file in sorted(_files_in(filesystem, aside)):
            folder = path + file.removeprefix(aside).rpartition("/")[0]
            # Not by its number: pyarrow counts over all days, in any order.
            place = f"{folder}/{name}-{placed[folder]}.parquet"
            placed[folder] += 1
            if has_directories:
                filesystem.create_dir(folder)
            if place in earlier and isinstance(filesystem, fs.LocalFileSystem):
                Path(file).chmod(Path(place).stat().st_mode)
            filesystem.move(file, place)
            earlier.discard(place)
        for file in earlier:
            filesystem.delete_file(file)


def write_metrics(metrics: FlatMetrics, location: str) -> None:
    """Write metrics to one file; an existing file is replaced.

    Args:
        metrics: The rows.
        location: A local path, or a URI that pyarrow opens.
    """
    batch = metrics_batch(metrics)
    write_file(iter([batch]), batch.schema, location)


def metrics_batch(metrics: FlatMetrics) -> pa.RecordBatch:
    """Return metrics as Arrow; a metric whose figures are not all numbers becomes text."""
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
    return pa.record_batch(arrays, schema=schema)


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def size_of(location: str) -> int | None:
    """Return the size of a file in bytes; 0 for a directory, None if nothing is there.

    Args:
        location: A local path, or a URI that pyarrow opens.
    """
    filesystem, path = find(location)
    info = filesystem.get_file_info(path)
    return None if info.type == fs.FileType.NotFound else info.size or 0


def _files_in(filesystem: fs.FileSystem, path: str) -> list[str]:
    everything = fs.FileSelector(path, allow_not_found=True, recursive=True)
    found = filesystem.get_file_info(everything)
    return [info.path for info in found if info.type == fs.FileType.File]


def _name_of(file: str) -> str:
    return file.rpartition("/")[2]


def _check_bucket(filesystem: fs.FileSystem, path: str, location: str) -> None:
    bucket, _, rest = path.partition("/")
    if rest and filesystem.get_file_info(bucket).type == fs.FileType.NotFound:
        raise FileNotFoundError(errno.ENOENT, f"there is no bucket {bucket}", location)


def _write(batches: Iterator[pa.RecordBatch], schema: pa.Schema, file: Any) -> None:
    with parquet.ParquetWriter(file, schema) as writer, ThreadPoolExecutor(1) as pool:
        written: Future[None] | None = None
        for table in _row_groups(batches):
            if written:
                written.result()
            # While the next one is read.
            written = pool.submit(writer.write_table, table)
        if written:
            written.result()


@contextmanager
def _directory_beside(filesystem: fs.FileSystem, path: str) -> Generator[str]:
    """Provide a directory beside another, named so that datasets ignore it; remove it after."""
    if not isinstance(filesystem, fs.LocalFileSystem):
        with _remote_beside(filesystem, path) as aside:
            yield aside
        return
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    with WorkDirectory(beginning(place), place.parent) as directory:
        yield directory.path.as_posix()


@contextmanager
def _remote_beside(filesystem: fs.FileSystem, path: str) -> Generator[str]:
    """Provide a name beside another that datasets ignore; remove what is there at the end."""
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
    """Combine batches, so that a file has few groups of rows."""
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
