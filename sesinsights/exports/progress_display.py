"""A progress display in the terminal; needs the extra `progress`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.exports.progress import FileDownloaded, FileFound, JobCreated, WindowSplit
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.windows import Window

__all__ = ["ProgressDisplay"]


class ProgressDisplay:
    """Shows how many windows are here, with their jobs, records and bytes.

    Raises:
        ImportError: The extra `progress` is not installed.
    """

    def __init__(self) -> None:
        with needs_extra("progress"):
            from rich.progress import (
                BarColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
        )
        self._task = self._progress.add_task("Exporting", total=1)
        self._jobs = 0
        self._bytes = 0
        self._windows = 1
        self._records: dict[Window, int] = {}

    def show(self, event: ExportEvent) -> None:
        """Show what an event changes."""
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
        self._progress.update(
            self._task,
            completed=len(self._records),
            total=self._windows,
            description=(
                f"{len(self._records)} of {self._windows} windows, {self._jobs} jobs, "
                f"{sum(self._records.values()):,} records, {self._bytes / 1e6:.1f} MB"
            ),
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
