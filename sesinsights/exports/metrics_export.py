"""Exports of metrics that can be gone on with, for threads and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.exports.export import ThreadExport
from sesinsights.exports.files.records import MetricsRecord

if TYPE_CHECKING:
    from collections.abc import Iterator


class MetricsExport(ThreadExport[MetricsRecord]):
    """Metrics over whole days, a record for each combination of dimension values.

    Nothing is asked for before the records are first wanted. After an error, asking again resumes
    where it stopped. Use it with `with` or call `close`.

    Not made by users: `SESInsights.resume_export` returns it.
    """

    def __iter__(self) -> Iterator[MetricsRecord]:
        """Iterate over the records, day after day; all jobs run before the first record.

        Raises:
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: A job was cancelled.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read.
            LimitExceededError: No slot for a job became free in an hour.
            WaitTimeoutError: A job did not end in an hour.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        return self._read()
