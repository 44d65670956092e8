"""Exports that ended early: what is kept of them, and the command to go on with."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.settings import CONNECTION_OPTIONS, Settings, settings_of
from sesinsights.exports.journal import remove_checkpoint, request_in
from sesinsights.models import MessageInsightsDataSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Checkpoint"]

_SIDES = {"--include": "Include", "--exclude": "Exclude"}
_ABOUT_PEOPLE = ("FromEmailAddress", "Destination", "Subject")


class Checkpoint:
    """The directory in which an export keeps its jobs and files until it is written.

    Args:
        context: The command.
        directory: Where it is.
        words: What the command must be given again, but for dates, filters and connection.
    """

    def __init__(self, context: click.Context, directory: Path, words: list[str]) -> None:
        self._context = context
        self._words = words
        self.directory = directory

    @property
    def source(self) -> dict[str, Any] | None:
        """What the unfinished export asks for that is there; None when there is none."""
        request = request_in(self.directory)
        return None if request is None else request.get("source")

    def source_to_export(
        self, wanted: MessageInsightsDataSource, *, resume: bool
    ) -> MessageInsightsDataSource:
        """Return what to export: what is wanted, with the filters of what is resumed.

        Raises:
            click.UsageError: There is an unfinished export, and it is not to be resumed or is
                another one.
        """
        kept = self.source
        if kept is None:
            return wanted
        if not resume:
            raise click.UsageError(
                f"an export that is not finished is kept in {self.directory}. {self.how_to_go_on()}"
            )
        if wanted.include is None and wanted.exclude is None:
            known = MessageInsightsDataSource.from_service(kept)
            filters = {"include": known.include, "exclude": known.exclude}
            wanted = wanted.model_copy(update=filters)
        if wanted.model_dump(mode="json", by_alias=True) != kept:
            raise click.UsageError(
                f"the unfinished export in {self.directory} is another one: its dates or filters "
                f"are not these. {self.how_to_go_on()}"
            )
        return wanted

    def how_to_go_on(self) -> str:
        """Say how to go on with the export that is there, and how to start over."""
        return (
            f"Go on where it stopped with:\n  {self.command()}\n"
            f"or start over after:\n  {shlex.join(['rm', '-r', str(self.directory)])}"
        )

    def command(self) -> str:
        """Return the command that resumes the export that is there."""
        source = self.source or {}
        words = [*shlex.split(self._context.command_path)]
        words += ("--start", _in_utc(source, "StartDate"), "--end", _in_utc(source, "EndDate"))
        words += _filter_words(source)
        words += self._words
        words += _connection_words(settings_of(self._context))
        return shlex.join([*words, "--resume"])

    def remove(self) -> None:
        """Remove it."""
        remove_checkpoint(self.directory)


def _in_utc(source: Mapping[str, Any], name: str) -> str:
    return str(source.get(name, "")).replace("+00:00", "Z")


def _filter_words(source: Mapping[str, Any]) -> list[str]:
    """Return the filters; none when one is about people, whom no message on stderr names.

    The checkpoint knows the filters, too.
    """
    words: list[str] = []
    for option, side in _SIDES.items():
        given: dict[str, list[str]] = source.get(side) or {}
        for name, values in given.items():
            if values and name in _ABOUT_PEOPLE:
                return []
            for value in values:
                words += (option, f"{name}={value}")
    return words


def _connection_words(settings: Settings) -> Iterator[str]:
    usual = Settings()
    for option in CONNECTION_OPTIONS:
        name = option.name or ""
        value = getattr(settings, name, None)
        if value != getattr(usual, name, None):
            yield option.opts[0]
            if not option.is_flag:
                yield str(value)
