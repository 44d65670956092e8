"""Outcomes from tables of any size: DuckDB combines the rows, on disk if necessary.

Each function needs the extra `report`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import pyarrow as pa

    from sesinsights.outcomes.relations import TableSource


def from_arrow(source: TableSource) -> pa.Table:
    """Combine rows of events or of an export into a row for each message and recipient.

    The columns have the names and the meaning of the attributes of `Timeline` and its `engagement`.
    The rows are ordered by message id and recipient.

    Args:
        source: An Arrow table, reader or dataset with the columns of `events.to_arrow` or of an
            export's `to_arrow`; or anything else that `report.summarize` takes.

    Raises:
        ImportError: The extra `report` is not installed.
        FileNotFoundError: There is no Parquet file at the path.
        TypeError: The source is something else.
        ValueError: The file is not Parquet, or the table has the columns of neither events nor
            exports.
    """
    with _outcomes(source) as (schema, batches):
        import pyarrow as pa

        return pa.Table.from_batches(batches, schema)


def write_parquet(source: TableSource, path: str | os.PathLike[str]) -> None:
    """Write outcomes as Parquet, with the columns of `from_arrow`, in constant memory.

    The file appears only once it is complete.

    Args:
        source: As for `from_arrow`.
        path: A local path, or one that pyarrow opens, such as `s3://bucket/key`.

    Raises:
        ImportError: The extra `report` is not installed.
        FileNotFoundError: There is no Parquet file at the path of the source.
        TypeError: The source is something else.
        ValueError: The file is not Parquet, or the table has the columns of neither events nor
            exports.
    """
    with _outcomes(source) as (schema, batches):
        from sesinsights.exports.tables.parquet import write_file

        write_file(batches, schema, os.fspath(path))


@contextmanager
def _outcomes(source: TableSource) -> Generator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    with needs_extra("report"):
        from sesinsights.outcomes.outcome_columns import SCHEMA, finished, outcomes_of
        from sesinsights.outcomes.relations import batches_of, each_of, opened
    with opened(source) as table, batches_of(outcomes_of(table)) as batches:
        yield SCHEMA, map(finished, each_of(batches, table))
