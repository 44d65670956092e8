"""The progress of an export on stderr: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from sesinsights.cli.terminal import console
from sesinsights.exports.progress import ExportDone
from sesinsights.exports.progress_display import ProgressDisplay, Tally
from sesinsights.wording import counted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sesinsights.cli.places import Place
    from sesinsights.cli.settings import Settings
    from sesinsights.exports.progress import ExportEvent


_GAP = 10.0
"""After how many seconds the next line may come: logs are to be read."""


class ExportProgress:
    """Shows the events of an export, and knows whether there were any.

    Args:
        settings: Whether there are colours.

    Attributes:
        has_begun: Whether the export has made or found a job.
        display: What to enter while there are events to show.
    """

    def __init__(self, settings: Settings) -> None:
        self.has_begun = False
        self._tally = Tally()
        is_terminal = sys.stderr.isatty()
        self._bar = ProgressDisplay(console(settings, stderr=True)) if is_terminal else None
        self.display: AbstractContextManager[object] = self._bar or nullcontext()
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


def show_summary(records: int, jobs: int, seconds: float, place: Place) -> None:
    """Say what was written."""
    size = None if place.is_stdout else place.size()
    click.echo(
        f"{counted(records, 'record')}, {counted(jobs, 'new job')}, {seconds:.0f} s: {place}"
        + ("" if size is None else f" ({_size_text(size)})"),
        err=True,
    )


def _size_text(size: int) -> str:
    amount, unit = float(size), "bytes"
    for larger in ("KB", "MB", "GB"):
        if amount < 1000:  # noqa: PLR2004 - the step between units
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
