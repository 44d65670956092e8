"""What an export tells while it runs, and what it reports in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sesinsights.exports.files.bad_records import BadRecord
    from sesinsights.exports.windows import Window
    from sesinsights.models import JobStatus, NewValue

__all__ = [
    "ExportDone",
    "ExportEvent",
    "ExportReport",
    "FileDownloaded",
    "FileFound",
    "JobCreated",
    "JobUpdated",
    "SampledWindow",
    "WindowSplit",
]


@dataclass(frozen=True, slots=True)
class JobCreated:
    """An export job was created, or one that an earlier run had created was found again.

    Attributes:
        window: What it exports.
        job_id: The job's id.
    """

    window: Window
    job_id: str


@dataclass(frozen=True, slots=True)
class JobUpdated:
    """A look at a job.

    Attributes:
        window: What it exports.
        job_id: The job's id.
        status: Where it is.
    """

    window: Window
    job_id: str
    status: JobStatus | NewValue


@dataclass(frozen=True, slots=True)
class FileDownloaded:
    """A job's file is here.

    Attributes:
        window: What it holds.
        job_id: The job's id.
        size: How many bytes it has.
        records: How many records it has.
    """

    window: Window
    job_id: str
    size: int
    records: int


@dataclass(frozen=True, slots=True)
class FileFound:
    """The file of a window is here from an earlier run.

    Attributes:
        window: What it holds.
        records: How many records it has.
    """

    window: Window
    records: int


@dataclass(frozen=True, slots=True)
class WindowSplit:
    """A window had more records than a job returns, in this run or an earlier one; its parts count.

    Attributes:
        window: The window.
        into: Its parts.
    """

    window: Window
    into: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class SampledWindow:
    """An instant of whose records only a random sample could be had.

    Attributes:
        window: The window.
        exported_records: How many records are there.
        processed_records: How many the service examined, when it said so.
    """

    window: Window
    exported_records: int
    processed_records: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What an export has done so far.

    Attributes:
        jobs: How many jobs were created, by this run.
        windows: The windows whose records are here, oldest first.
        records: How many records they have, each counted once.
        duplicates_removed: How many records were removed because two windows share an instant.
        bytes_downloaded: How many bytes were downloaded, by this run.
        retries: How many downloads were repeated and how many creations waited for a free slot.
        seconds: How long it has taken, in seconds.
        sampled: Instants of whose records only a sample could be had.
        bad_records: Records that could not be read.
    """

    jobs: int = 0
    windows: tuple[Window, ...] = ()
    records: int = 0
    duplicates_removed: int = 0
    bytes_downloaded: int = 0
    retries: int = 0
    seconds: float = 0.0
    sampled: tuple[SampledWindow, ...] = ()
    bad_records: tuple[BadRecord, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ExportDone:
    """Everything is here.

    Attributes:
        report: What was done.
    """

    report: ExportReport


ExportEvent: TypeAlias = (
    JobCreated | JobUpdated | FileDownloaded | FileFound | WindowSplit | ExportDone
)
