"""A progress display in the terminal, on stderr; requires the extra `progress`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from sesinsights.exports.progress import FileDownloaded, FileFound, JobCreated, WindowSplit
from sesinsights.extras import needs_extra
from sesinsights.wording import counted

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.console import Console

    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.windows import Window


class Tally:
    """Counts windows, jobs, records and bytes by the events of an export."""

    def __init__(self) -> None:
        self._jobs = 0
        self._bytes = 0
        self._windows = 1
        self._records: dict[Window, int] = {}

    def count(self, event: ExportEvent) -> None:
        """Count what an event changes."""
        match event:
            case JobCreated():
                self._jobs += 1
            case FileDownloaded(window, _, size, records):
                self._bytes += size
                self._records[window] = records
            case FileFound(window, records):
                self._records[window] = records
            case WindowSplit(window, into):
                self._records.pop(window, None)
                self._windows += len(into) - 1
            case _:
                pass

    @property
    def windows(self) -> int:
        """How many windows there are, as far as is known."""
        return self._windows

    @property
    def windows_done(self) -> int:
        """How many of the windows are downloaded."""
        return len(self._records)

    @override
    def __str__(self) -> str:
        windows = counted(self._windows, "window")
        records = counted(sum(self._records.values()), "record")
        return (
            f"{self.windows_done} of {windows}, {counted(self._jobs, 'job')}, {records}, "
            f"{self._bytes / 1e6:.1f} MB"
        )


class ProgressDisplay:
    """Shows how many windows are downloaded, with their jobs, records and bytes.

    Args:
        console: The console to show it on; stderr by default, because stdout is for data.

    Raises:
        ImportError: The extra `progress` is not installed.
    """

    def __init__(self, console: Console | None = None) -> None:
        with needs_extra("progress"):
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),  # the rest of a narrow terminal's width
            TimeElapsedColumn(),
            console=console or Console(stderr=True),
        )
        self._task = self._progress.add_task("Exporting", total=1)
        self._tally = Tally()

    def show(self, event: ExportEvent) -> None:
        """Show what an event changes."""
        self._tally.count(event)
        self._progress.update(
            self._task,
            completed=self._tally.windows_done,
            total=self._tally.windows,
            description=str(self._tally),
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()
