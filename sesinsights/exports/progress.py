"""The events of a running export, and its report at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from sesinsights.exports.files.bad_records import BadRecord
from sesinsights.exports.windows import Window
from sesinsights.models.enums import JobStatus, NewValue

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
        window: The window that it exports.
        job_id: The job's id.
    """

    window: Window
    job_id: str


@dataclass(frozen=True, slots=True)
class JobUpdated:
    """A job was polled.

    Attributes:
        window: The window that it exports.
        job_id: The job's id.
        status: The job's status.
    """

    window: Window
    job_id: str
    status: JobStatus | NewValue


@dataclass(frozen=True, slots=True)
class FileDownloaded:
    """A job's file was downloaded.

    Attributes:
        window: The window of its records.
        job_id: The job's id.
        size: The size of the file in bytes.
        records: How many records the file has.
    """

    window: Window
    job_id: str
    size: int
    records: int


@dataclass(frozen=True, slots=True)
class FileFound:
    """The file of a window was already downloaded by an earlier run.

    Attributes:
        window: The window of its records.
        records: How many records the file has.
    """

    window: Window
    records: int


@dataclass(frozen=True, slots=True)
class WindowSplit:
    """A window had more records than a job returns, in this run or an earlier one, and was split.

    Attributes:
        window: The window.
        into: The parts that replace it.
    """

    window: Window
    into: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class SampledWindow:
    """A window from which some records could not, or may not, have been exported.

    Attributes:
        window: The window, usually an instant that has more records than a job returns.
        exported_records: How many records were exported; if there are more, a random sample.
        processed_records: How many records the service examined; None if it did not say.
        reason: Why records are or may be missing.
    """

    window: Window
    exported_records: int
    processed_records: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What an export has done so far.

    Attributes:
        jobs: How many jobs were created by this run.
        windows: The windows whose records are downloaded, oldest first.
        records: How many records they have, each counted once.
        duplicates_removed: How many records were removed because two windows share an instant.
        bytes_downloaded: How many bytes were downloaded by this run.
        retries: How many times a download was retried or a creation waited for a free slot.
        seconds: How long the export has taken, in seconds.
        sampled: The windows of which some records could not be exported, where that was allowed.
        bad_records: The records that could not be read, if they are collected.
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
    """All records are downloaded.

    Attributes:
        report: The report of the whole export.
    """

    report: ExportReport


ExportEvent: TypeAlias = (
    JobCreated | JobUpdated | FileDownloaded | FileFound | WindowSplit | ExportDone
)
"""What `on_progress` is called with, at every step of an export."""
