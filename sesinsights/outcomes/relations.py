"""Opens any source of mail as a table that Ibis can query.

Importing this needs the extra `report`.
"""

# The stubs of pyarrow leave much open, and Ibis has none.
# pyright: reportMissingTypeStubs=false, reportUnnecessaryIsInstance=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import glob
import os
from collections.abc import AsyncIterable, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pyarrow as pa
from ibis.common.exceptions import UnsupportedOperationError
from pyarrow import dataset

from sesinsights.events.parsing import EventReader
from sesinsights.events.tables import write_parquet as write_events
from sesinsights.exports.files.conversion import is_metric
from sesinsights.exports.message_insights import MessageInsightsExport
from sesinsights.exports.tables.parquet import write_file
from sesinsights.outcomes.expressions import facts, is_mail_table
from sesinsights.outcomes.interruptions import interruptible
from sesinsights.outcomes.local_files import local_files
from sesinsights.outcomes.untyped import Table, ibis

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from ibis.expr.types import Table as IbisTable


ArrowSource: TypeAlias = pa.Table | pa.RecordBatchReader | dataset.Dataset
"""The tables of pyarrow, in memory or not."""

Paths: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""Files, directories, patterns and addresses."""

MailFiles: TypeAlias = Paths | MessageInsightsExport | EventReader
"""Sources that are on disk, or are written there."""

TableSource: TypeAlias = "MailFiles | ArrowSource | IbisTable"
"""A table of events or of an export: Parquet, an export itself, Arrow, or an Ibis table."""

_MEMORY = "500MB"
"""How much memory DuckDB uses for data, about half of all; what does not fit goes to the disk."""

_THREADS = 4
"""The most threads that share it: sixteen, each on a processor of its own, run out of it."""

_BATCH = 100_000
"""How many rows are taken from an engine at once."""

_TIMES = (
    "timestamp",
    "sent_timestamp",
    "send_timestamp",
    "last_delivery_event_timestamp",
    "last_engagement_event_timestamp",
)


@contextmanager
def opened(source: TableSource) -> Generator[Table]:
    """Open a source; an Ibis table stays in its engine, everything else is queried by DuckDB.

    Raises:
        FileNotFoundError: There is no Parquet file at the path.
        TypeError: The source is something else.
        ValueError: The table has the columns of neither events nor exports.
    """
    if isinstance(source, ibis.Table):
        yield _checked(source)
        return
    with _database() as (connection, directory):
        _register(connection, source, directory)
        yield _checked(connection.table("mail"))


@contextmanager
def _database() -> Generator[tuple[Any, str]]:
    """Open a temporary database of DuckDB; return the connection and its directory."""
    with TemporaryDirectory(prefix="sesinsights-") as directory:
        connection: Any = ibis.duckdb.connect(
            f"{directory}/mail.db",
            temp_directory=f"{directory}/spilled",
            memory_limit=_MEMORY,
            threads=min(_THREADS, os.cpu_count() or 1),
        )
        try:
            connection.raw_sql("SET preserve_insertion_order = false")
            yield connection, directory
        finally:
            connection.disconnect()


def _register(connection: Any, source: TableSource, directory: str) -> None:
    if isinstance(source, (MessageInsightsExport, EventReader)):
        path = f"{directory}/mail.parquet"
        if isinstance(source, EventReader):
            write_events(source, path)
        else:
            source.to_parquet(path)
        source = path
    if isinstance(source, pa.RecordBatchReader):
        # It can be read once only.
        path = f"{directory}/mail.parquet"
        write_file(source, source.schema, path)
        source = path
    if isinstance(source, (str, os.PathLike)):
        source = [source]
    if isinstance(source, Sequence) and source and all(map(_is_path, source)):
        _register_files(connection, [os.fspath(path) for path in source], directory)
        return
    if not isinstance(source, (pa.Table, dataset.Dataset)):
        advice = ""
        if isinstance(source, AsyncIterable):
            advice = "; write it to Parquet first"
        elif isinstance(source, Sequence):
            advice = "; make a table of events with events.to_arrow first"
        raise TypeError(
            "the source must be one or several paths of Parquet files or datasets, an export, "
            "metrics, what events.read returns, an Arrow table or an Ibis table, not "
            f"{type(source).__name__!r}{advice}"
        )
    connection.con.register("mail", source)


def _is_path(source: object) -> bool:
    return isinstance(source, (str, os.PathLike))


def _register_files(connection: Any, locations: Iterable[str], directory: str) -> None:
    """Make one table of files; DuckDB combines those that differ in columns and their types."""
    parts: list[str] = []
    for location in locations:
        part = f"mail_{len(parts)}"
        name, files = local_files(location, f"{directory}/{part}")
        listed = ", ".join(map(_quoted, files))
        query = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"  # noqa: S608 - quoted
        try:
            connection.raw_sql(f"CREATE VIEW {part} AS {query}")
        except duckdb.InvalidInputException as error:
            problem = str(error).splitlines()[0]
            raise ValueError(f"{name!r} cannot be read as Parquet: {problem}") from error
        parts.append(part)
    # Beside rows of mail, any other rows would be taken for mail without a time.
    kinds = {is_metrics_table(_checked(connection.table(part))) for part in parts}
    if len(kinds) > 1:
        raise ValueError("these are files of mail and of metrics; summarize them separately")
    union = " UNION ALL BY NAME ".join(f"FROM {part}" for part in parts)
    connection.raw_sql(f"CREATE VIEW mail AS {union}")


def _quoted(path: str) -> str:
    # DuckDB takes a path for a pattern.
    return "'" + glob.escape(path).replace("'", "''") + "'"


def is_metrics_table(table: Table) -> bool:
    """Return whether a table has metrics instead of mail, with the columns of metrics exports."""
    return not is_mail_table(table) and any(map(is_metric, table.columns))


def _checked(table: Table) -> Table:
    if is_metrics_table(table):
        return table
    if not is_mail_table(table):
        # Says which columns are missing.
        facts(table)
    for name in _TIMES:
        type_ = table.schema().get(name)
        # Ibis does not know the type of DuckDB's times in nanoseconds, nor that of nulls alone.
        if type_ is not None and not (
            type_.is_timestamp() or type_.is_null() or type_.is_unknown()
        ):
            raise ValueError(f"the column {name} should hold times, not {type_}")
    return table


@contextmanager
def kept(rows: Table, source: TableSource) -> Generator[Table]:
    """Provide rows so that several queries do not compute them anew.

    A DuckDB of the user's only reads: its database may be read-only, or in a transaction.

    Args:
        rows: What is kept, an expression over the opened source.
        source: What was opened.
    """
    backend: Any = ibis.get_backend(rows)
    if not isinstance(source, ibis.Table):
        yield interruptible(partial(backend.create_table, "kept", rows), backend.con)
    elif backend.name == "duckdb":
        with _database() as (connection, _):
            with batches_of(rows) as batches:
                keep = partial(connection.con.from_arrow(batches).create, "kept")
                interruptible(keep, backend.con, connection.con)
            yield connection.table("kept")
    else:
        try:
            cached = rows.cache()
        except (NotImplementedError, UnsupportedOperationError):
            # Athena and Trino have no temporary tables.
            yield rows
            return
        with cached:
            yield cached


def batches_of(table: Table) -> pa.RecordBatchReader:
    """Return the rows of a table, batch by batch."""
    backend: Any = ibis.get_backend(table)
    read: Callable[[], pa.RecordBatchReader] = partial(table.to_pyarrow_batches, chunk_size=_BATCH)
    if backend.name == "duckdb" and not hasattr(backend.con, "fetch_record_batch"):
        # Ibis' own way calls what newer versions of DuckDB do not have.
        # It would also make the tables that Ibis holds in memory known to DuckDB.
        backend._run_pre_execute_hooks(table)  # noqa: SLF001 - there is no public way
        read = partial(backend.con.sql(backend.compile(table)).to_arrow_reader, _BATCH)
    return interruptible(read, *duckdb_of(table))


def each_of(batches: pa.RecordBatchReader, table: Table) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a table."""
    read = partial(next, batches, None)
    yield from iter(partial(interruptible, read, *duckdb_of(table)), None)


def duckdb_of(table: Table) -> list[Any]:
    """Return the connection to DuckDB that runs queries of a table; none for other engines."""
    backend: Any = ibis.get_backend(table)
    return [backend.con] if backend.name == "duckdb" else []
