"""Parquet files and datasets that this library wrote, as rows.

Importing this module requires the extra `arrow`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
from pyarrow import dataset, fs, parquet

from sesinsights.exports.files.records import DAY_COLUMN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sesinsights.exports.files.bad_records import BadRecords

RecordT = TypeVar("RecordT")

_BATCH = 10_000
"""How many rows are read at once."""


class ParquetFile:
    """A Parquet file, or a dataset of them.

    Args:
        source: The open file, which is closed at the end, or a location: a local path, or a URI
            that pyarrow opens.
        bad: Collects or raises the rows that cannot be read; they are counted from 1.
    """

    def __init__(self, source: IO[bytes] | str, bad: BadRecords) -> None:
        self._source = source
        self._bad = bad

    def records(
        self, make: Callable[[Sequence[dict[str, Any]]], list[RecordT]]
    ) -> Iterator[RecordT]:
        """Yield the records made from the rows.

        Args:
            make: Makes records from a batch of rows. Raises a ValueError that says what is wrong
                with a row.
        """
        first = 1
        for rows in self._batches():
            try:
                records = make(rows)
            except ValueError:
                # One of them is bad.
                for number, row in enumerate(rows, first):
                    try:
                        records = make([row])
                    except ValueError as error:
                        self._bad.add(number, repr(row), str(error))
                    else:
                        yield from records
            else:
                yield from records
            first += len(rows)

    def _batches(self) -> Iterator[list[dict[str, Any]]]:
        try:
            for batch in self._arrow_batches():
                yield batch.to_pylist()
        except pa.ArrowInvalid as error:
            self._bad.refuse_file(1, "", f"it cannot be read as Parquet: {error}")

    def _arrow_batches(self) -> Iterator[pa.RecordBatch]:
        if not isinstance(self._source, str):
            with self._source, parquet.ParquetFile(self._source) as file:
                yield from file.iter_batches(_BATCH)
            return
        filesystem, path = find(self._source)
        days = dataset.partitioning(pa.schema([(DAY_COLUMN, pa.date32())]), flavor="hive")
        found = dataset.dataset(path, format="parquet", filesystem=filesystem, partitioning=days)
        # The schema of the dataset is that of its first file.
        for file in found.get_fragments():
            schema = file.physical_schema
            columns = [name for name in schema.names if name != DAY_COLUMN]
            yield from file.to_batches(schema, columns=columns, batch_size=_BATCH)


def find(location: str) -> tuple[fs.FileSystem, str]:
    """Return the file system that has a location, and the path there.

    Args:
        location: A local path, or a URI that pyarrow opens.
    """
    if "://" in location:
        return fs.FileSystem.from_uri(location)
    # Not as a Path: that drops a final slash.
    return fs.LocalFileSystem(), os.path.join(Path.cwd(), location)  # noqa: PTH118 - the same
