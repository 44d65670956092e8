"""A whole suppression list as a file: CSV, JSON Lines or Parquet."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from sesinsights.arguments import check_flags
from sesinsights.exports.tables.csv_rows import as_it_is, guarded, write_rows
from sesinsights.extras import needs_extra
from sesinsights.flows.flow import Run
from sesinsights.flows.operations import LIST_SUPPRESSED_DESTINATIONS
from sesinsights.flows.pages import PageCursor
from sesinsights.suppression.spool import append_rows, read_rows
from sesinsights.whole_files import check_place, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights import models
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

COLUMNS = ("email_address", "reason", "last_update_time")

Row: TypeAlias = Sequence[str]
"""An address, its reason, and the time of the last update in ISO 8601."""

_CSV, _JSONL, _PARQUET = ".csv", ".jsonl", ".parquet"


def export_list(
    pipeline: Pipeline,
    request: models.ListSuppressedDestinationsRequest,
    path: str | os.PathLike[str],
    *,
    for_spreadsheets: bool,
) -> Flow[int]:
    """Return the flow that writes the addresses of a list to a file; its result is their number.

    Raises:
        ValueError: The file's name does not say its format, or `for_spreadsheets` is set and the
            format is not CSV.
        TypeError: `for_spreadsheets` is neither True nor False.
        ImportError: Parquet needs the extra `arrow`.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    check_flags(for_spreadsheets=for_spreadsheets)
    location = os.fspath(path)
    suffix = PurePath(location).suffix.lower()
    if suffix not in {_CSV, _JSONL, _PARQUET}:
        raise ValueError(f"path must end in {_CSV}, {_JSONL} or {_PARQUET}")
    if for_spreadsheets and suffix != _CSV:
        raise ValueError(f"for_spreadsheets only applies to {_CSV} files")
    if suffix == _PARQUET:
        with needs_extra("arrow", needed_by="Parquet"):
            import pyarrow as _  # noqa: F401, ICN001 - fails if it is not installed
    return _export(pipeline, request, location, suffix, for_spreadsheets=for_spreadsheets)


def _export(
    pipeline: Pipeline,
    request: models.ListSuppressedDestinationsRequest,
    location: str,
    suffix: str,
    *,
    for_spreadsheets: bool,
) -> Flow[int]:
    yield from Run(partial(_check, location, suffix))
    cursor = PageCursor(
        pipeline, LIST_SUPPRESSED_DESTINATIONS, request, starting_token=None, max_items=None
    )
    count = 0
    # Pages go to the disk first, so a list of any length fits, and the file is written in one go.
    with tempfile.TemporaryFile() as spool:
        while (page := (yield from cursor.next_page())) is not None:
            rows = [
                (each.email_address, str(each.reason), each.last_update_time.isoformat())
                for each in page.suppressed_destination_summaries
            ]
            count += len(rows)
            yield from Run(partial(append_rows, spool, rows))
        writers: dict[str, Callable[[Iterable[Row], str], None]] = {
            _CSV: partial(_write_csv, for_spreadsheets=for_spreadsheets),
            _JSONL: _write_jsonl,
            _PARQUET: _write_parquet,
        }
        yield from Run(lambda: writers[suffix](read_rows(spool), location))
    return count


def _check(location: str, suffix: str) -> None:
    if suffix == _PARQUET:
        from sesinsights.exports.tables.parquet import check_file

        check_file(location)
    else:
        check_place(location)


def _write_csv(rows: Iterable[Row], location: str, *, for_spreadsheets: bool) -> None:
    texts_of = guarded if for_spreadsheets else as_it_is
    with whole_file(location) as file:
        write_rows(file, map(texts_of, chain([COLUMNS], rows)))


def _write_jsonl(rows: Iterable[Row], location: str) -> None:
    with whole_file(location) as binary:
        file = io.TextIOWrapper(binary, encoding="utf-8", newline="")
        for row in rows:
            text = json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
            file.write(text + "\n")
        file.detach()


def _write_parquet(rows: Iterable[Row], location: str) -> None:
    from sesinsights.exports.tables.parquet import write_file
    from sesinsights.suppression.batches import SCHEMA, batches_of

    write_file(batches_of(rows), SCHEMA, location)
