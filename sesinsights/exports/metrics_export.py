"""Exports of metrics that can be resumed, for threads and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.exports.export import ThreadExport
from sesinsights.exports.files.records import MetricsRecord
from sesinsights.mixins import merge_mixins

if TYPE_CHECKING:
    from collections.abc import Iterator


@merge_mixins(RecordT="MetricsRecord")
class MetricsExport(ThreadExport[MetricsRecord]):
    """Metrics over whole days, a record for each combination of dimension values.

    Nothing is sent before you first ask for the records. After an error, asking again resumes where
    the export stopped. Use it in a `with` statement or call `close`.

    Do not create one yourself: `SESInsights.resume_export` returns it.
    """

    def __iter__(self) -> Iterator[MetricsRecord]:
        """Iterate over the records, day after day; all jobs run before the first record.

        Raises:
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: A job was cancelled.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read.
            LimitExceededError: No slot for an export job became free within an hour.
            WaitTimeoutError: A job did not end within an hour.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        return self._read()
