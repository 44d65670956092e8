"""Exports that ended early: what is kept of them, and the command that continues them."""

from __future__ import annotations

import shlex
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.settings import command_to_run, settings_of
from sesinsights.exports.journal import Journal, remove_checkpoint, request_in
from sesinsights.models import MessageInsightsDataSource

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


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

    def check_unused(self) -> None:
        """Raise when another process runs the export that is there.

        Raises:
            click.ClickException: It does; it must be left alone.
        """
        request = request_in(self.directory)
        if request is None:
            return
        try:
            # A damaged journal is reported when the export is resumed.
            with suppress(ValueError):
                Journal(self.directory, request).close()
        except RuntimeError as error:
            raise click.ClickException(
                f"another process is running the export kept in {self.directory}. Wait until it "
                "has ended."
            ) from error

    def source_to_export(
        self, wanted: MessageInsightsDataSource, *, has_end: bool, resume: bool, restart: bool
    ) -> MessageInsightsDataSource:
        """Return what to export: what is wanted, with the filters of what is resumed.

        Without an end, it also has the end of what is resumed.

        Raises:
            click.ClickException: Another process runs the export that is there.
            click.UsageError: There is an unfinished export, and it is neither to be resumed nor
                started over, or it has other dates or filters.
        """
        self.check_unused()
        kept = self.source
        if kept is None or restart:
            return wanted
        if not resume:
            raise click.UsageError(
                f"an unfinished export is kept in {self.directory}. {self.how_to_continue()}"
            )
        known = MessageInsightsDataSource.from_service(kept)
        if not has_end:
            wanted = wanted.model_copy(update={"end_date": known.end_date})
        if wanted.include is None and wanted.exclude is None:
            filters = {"include": known.include, "exclude": known.exclude}
            wanted = wanted.model_copy(update=filters)
        if wanted.model_dump(mode="json", by_alias=True) != kept:
            raise click.UsageError(
                f"the unfinished export in {self.directory} has other dates or filters. "
                f"{self.how_to_continue()}"
            )
        return wanted

    def how_to_continue(self) -> str:
        """Say how to continue the export that is there, and how to start over."""
        source = self.source or {}
        dates = ["--start", _in_utc(source, "StartDate"), "--end", _in_utc(source, "EndDate")]
        filters = _filter_words(source)
        words = [*shlex.split(self._context.command_path), *dates, *(filters or ()), *self._words]
        settings = settings_of(self._context)
        resume = command_to_run(settings, words, "--resume")
        # An export that starts over has only the filters of its command.
        restart = None if filters is None else command_to_run(settings, words, "--restart")
        return "\n".join(
            (
                f"Continue where it stopped with:\n  {resume}"
                if resume
                else "To continue where it stopped, run the same command again with --resume and:\n"
                f"  {shlex.join(dates)}",
                f"or start over with:\n  {restart}"
                if restart
                else "To start over, run the same command again with --restart.",
            )
        )

    def remove(self) -> None:
        """Remove it, and nothing else that its directory holds."""
        if request_in(self.directory) is not None:
            remove_checkpoint(self.directory)


def _in_utc(source: Mapping[str, Any], name: str) -> str:
    return str(source.get(name, "")).replace("+00:00", "Z")


def _filter_words(source: Mapping[str, Any]) -> list[str] | None:
    """Return the filters; None when one is about people, whom no message on stderr names.

    The checkpoint knows the filters, too.
    """
    words: list[str] = []
    for option, side in _SIDES.items():
        given: dict[str, list[str]] = source.get(side) or {}
        for name, values in given.items():
            if values and name in _ABOUT_PEOPLE:
                return None
            for value in values:
                words += (option, f"{name}={value}")
    return words
