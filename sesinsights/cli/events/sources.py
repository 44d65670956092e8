"""Reads files of events one after the other, and reports what cannot be read."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

import click

from sesinsights import events
from sesinsights.cli.terminal import printable
from sesinsights.errors.service import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sesinsights.cli.settings import Settings
    from sesinsights.errors import EventParseError
    from sesinsights.events import AnyEvent, EventReader, Notice


class Incoming:
    """Reads events as they are needed, and reports at once on stderr what cannot be read.

    Args:
        sources: Paths, addresses and open files.
        settings: The options of the connection, for addresses.

    Attributes:
        bad: How many records could not be read so far.
    """

    def __init__(self, sources: Sequence[str | IO[bytes]], settings: Settings) -> None:
        self.bad = 0
        self._sources = sources
        # What opens addresses asks the environment.
        for name, value in (("AWS_PROFILE", settings.profile), ("AWS_REGION", settings.region)):
            if value:
                os.environ[name] = value

    def __iter__(self) -> Iterator[AnyEvent | Notice]:
        for source in self._sources:
            reader = events.read(source, on_bad_record="collect")
            with reader:
                for arrival in reader:
                    self.tell_of(reader)
                    yield arrival
            self.tell_of(reader)

    def only_reader(self) -> EventReader | None:
        """Return a reader of everything, if there is only one source; report its errors."""
        if len(self._sources) > 1:
            return None
        return events.read(self._sources[0], on_bad_record="collect")

    def tell_of(self, reader: EventReader) -> None:
        """Report the parts that a reader could not read."""
        for error in reader.bad_records:
            click.echo(printable(redacted(_problem(error))), err=True)
        self.bad += len(reader.bad_records)
        # A feed may go on for ever.
        reader.bad_records.clear()


def _problem(error: EventParseError) -> str:
    line = f"line {error.line_number}" if error.line_number else ""
    place = ", ".join(filter(None, (error.via.file or "standard input", line)))
    return f"{place}: left out, because {error.problem}"
