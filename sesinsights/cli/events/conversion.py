"""Writes events to a file for `--out`, with the columns of `events.to_arrow`."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.file_formats import CSV, PARQUET, format_for
from sesinsights.cli.places import Place
from sesinsights.events import Event, write_parquet
from sesinsights.events.rows import NAMES, rows_of
from sesinsights.exports.tables.csv_rows import as_it_is, guarded, write_rows
from sesinsights.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sesinsights.cli.events.selection import Selection
    from sesinsights.cli.events.sources import Incoming
    from sesinsights.events import AnyEvent, Notice


class Conversion:
    """Writes events to a file.

    Args:
        out: Where to write.
        for_spreadsheets: Whether texts that a spreadsheet would run are guarded.
        force: Whether to replace what is there.

    Raises:
        BadValueError: Nothing can be written there, or it is not clear what.
    """

    def __init__(self, out: str, *, for_spreadsheets: bool, force: bool) -> None:
        self._place = Place("--out", out)
        self._format = format_for(self._place, "--out", for_spreadsheets=for_spreadsheets)
        self._cells = guarded if for_spreadsheets else as_it_is
        self._place.check(may_exist=force)

    def run(self, incoming: Incoming, selection: Selection) -> None:
        """Write the selected events, and report the size of the file."""
        with self._place.whole_file() as path:
            reader = incoming.only_reader() if selection.is_everything else None
            if self._format == PARQUET and reader is not None:
                # Without objects for events it is several times as fast.
                write_parquet(reader, path)
                incoming.tell_of(reader)
            else:
                self._write(filter(selection.has, incoming), path)
        size = None if self._place.is_stdout else self._place.size()
        if size is not None:
            click.echo(f"{size:,} bytes: {self._place}", err=True)

    def _write(self, arrivals: Iterable[AnyEvent | Notice], path: str) -> None:
        if self._format == PARQUET:
            write_parquet(arrivals, path)
            return
        rows = _rows(arrivals)
        with whole_file(path) as file:
            if self._format == CSV:
                write_rows(file, [NAMES])
                write_rows(file, (self._cells([*map(_cell, row.values())]) for row in rows))
                return
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            for row in rows:
                text.write(json.dumps(row, ensure_ascii=False) + "\n")
            text.detach()


def _rows(arrivals: Iterable[AnyEvent | Notice]) -> Iterator[dict[str, Any]]:
    for arrival in arrivals:
        if isinstance(arrival, Event):
            for row in rows_of(arrival):
                yield {name: _plain(row[name]) for name in NAMES}


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _cell(value: object) -> object:
    return str(value).upper() if isinstance(value, bool) else value
