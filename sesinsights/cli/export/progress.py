"""Where an export is, on stderr: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from sesinsights.cli.terminal import console
from sesinsights.exports.progress import ExportDone
from sesinsights.exports.progress_display import ProgressDisplay, Tally, counted

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from sesinsights.cli.export.place import Place
    from sesinsights.cli.settings import Settings
    from sesinsights.exports.progress import ExportEvent

__all__ = ["ExportProgress", "show_summary"]

_GAP = 10.0
"""After how many seconds the next line may come: logs are to be read."""


class ExportProgress:
    """Shows the events of an export, and knows whether there were any.

    Args:
        settings: Whether there are colours.
    """

    def __init__(self, settings: Settings) -> None:
        self.has_begun = False
        self._tally = Tally()
        is_terminal = sys.stderr.isatty()
        self._bar = ProgressDisplay(console(settings, stderr=True)) if is_terminal else None
        self._shown_at = float("-inf")
        self._shown = ""

    def show(self, event: ExportEvent) -> None:
        """Show what an event changes."""
        self.has_begun = True
        if self._bar:
            self._bar.show(event)
            return
        self._tally.count(event)
        is_due = time.monotonic() - self._shown_at >= _GAP or isinstance(event, ExportDone)
        if is_due and str(self._tally) != self._shown:
            self._shown, self._shown_at = str(self._tally), time.monotonic()
            click.echo(self._shown, err=True)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.__enter__()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.__exit__(error_type, error, traceback)


def show_summary(records: int, jobs: int, seconds: float, place: Place) -> None:
    """Say what was written."""
    click.echo(
        f"{counted(records, 'record')}, {counted(jobs, 'new job')}, {seconds:.0f} s: "
        f"{place.text} ({_size_text(place.size() or 0)})",
        err=True,
    )


def _size_text(size: int) -> str:
    amount, unit = float(size), "bytes"
    for larger in ("KB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 - the step between units
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
