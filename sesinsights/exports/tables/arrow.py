"""Exports of message insights as tables and Parquet files, without Python objects for rows.

Each function needs an extra, which is imported where it is used.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import os
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, cast

from sesinsights.exports.files.records import MESSAGE_INSIGHTS_COLUMNS
from sesinsights.exports.tables.arrow_batches import (
    message_insights_batches,
    message_insights_schema,
)
from sesinsights.extras import needs_extra, require_extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike
    from typing import Literal

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from sesinsights.exports.files.records import SpooledFile


def to_arrow(files: Sequence[SpooledFile]) -> pa.Table:
    """Return the records of files as an Arrow table.

    Raises:
        ImportError: The extra `arrow` is not installed.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    with needs_extra("arrow"):
        import pyarrow as pa
    empty = message_insights_schema(files).empty_table()
    tables = [pa.Table.from_batches([batch]) for batch in message_insights_batches(files)]
    return pa.concat_tables([empty, *tables], promote_options="default")


def to_pandas(files: Sequence[SpooledFile]) -> pd.DataFrame:
    """Return the records of files as a pandas data frame.

    Raises:
        ImportError: The extra `pandas` is not installed.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    with needs_extra("pandas"):
        import_module("pandas")
        table = to_arrow(files)
    return table.to_pandas()


def to_polars(files: Sequence[SpooledFile]) -> pl.DataFrame:
    """Return the records of files as a polars data frame.

    Raises:
        ImportError: The extra `polars` is not installed.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    with needs_extra("polars"):
        import polars as pl

        table = to_arrow(files)
    return cast("pl.DataFrame", pl.from_arrow(table))


def write_parquet(
    files: Sequence[SpooledFile],
    path: str | PathLike[str],
    *,
    name: str = "part",
    partition_by: Literal["day"] | None = None,
) -> None:
    """Write the records of files as Parquet, in constant memory.

    A file appears only once it is complete: it is written beside its place and then moved.

    Args:
        files: The files, in the order of their records.
        path: A local path, or a URI that pyarrow opens, such as `s3://bucket/key`.
        name: The beginning of the names of a dataset's files; it distinguishes exports.
        partition_by: None writes one file and replaces an existing one. `day` writes a dataset with
            a directory such as `day=2026-01-15` for each UTC day on which messages were sent, and
            replaces files of the same name there.

    Raises:
        ImportError: The extra `arrow` is not installed.
        ValueError: `partition_by` is neither None nor `day`.
        BadRecordError: A record cannot be read and must not be skipped.
    """
    check_parquet(path, partition_by)
    with needs_extra("arrow"):
        from sesinsights.exports.tables.parquet import write_dataset, write_file
    write = (
        write_file
        if partition_by is None
        else partial(write_dataset, name=name, day_of=MESSAGE_INSIGHTS_COLUMNS["sendtimestamp"])
    )
    schema = message_insights_schema(files)
    while True:
        try:
            return write(_of_one_schema(files, schema), schema, os.fspath(path))
        except _MoreColumnsError as error:
            schema = error.schema


def check_parquet(path: str | PathLike[str], partition_by: Literal["day"] | None) -> None:
    """Raise the errors of `write_parquet` early, before the work that takes long.

    Args:
        path: A local path, or a URI that pyarrow opens, such as `s3://bucket/key`.
        partition_by: None for one file, `day` for a dataset.

    Raises:
        ImportError: The extra `arrow` is not installed.
        OSError: Nothing can be written there.
        ValueError: `partition_by` is neither None nor `day`, or pyarrow cannot open such a path.
    """
    if partition_by not in {None, "day"}:
        raise ValueError("partition_by must be 'day' or None")
    require_extra("arrow")
    from sesinsights.exports.tables.parquet import check_dataset, check_file

    check = check_file if partition_by is None else check_dataset
    check(os.fspath(path))


class _MoreColumnsError(Exception):
    """A file has a column that its beginning does not show."""

    def __init__(self, schema: pa.Schema) -> None:
        super().__init__("There are more columns than were seen at first.")
        self.schema = schema


def _of_one_schema(files: Sequence[SpooledFile], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in message_insights_batches(files, schema):
        if batch.schema != schema:
            raise _MoreColumnsError(batch.schema)
        yield batch
