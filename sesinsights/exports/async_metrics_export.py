# Generated from sesinsights/exports/metrics_export.py by `python -m tools.twins`: edit that file, and run it again.
"""Exports of metrics that can be resumed, for event loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.exports.async_export import AsyncExport
from sesinsights.exports.files.records import MetricsRecord
from sesinsights.mixins import merge_mixins

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@merge_mixins(RecordT="MetricsRecord")
class AsyncMetricsExport(AsyncExport[MetricsRecord]):
    """Metrics over whole days, a record for each combination of dimension values.

    Nothing is sent before you first ask for the records. After an error, asking again resumes where
    the export stopped. Use it in an `async with` statement or await `close`.

    Do not create one yourself: `AsyncSESInsights.resume_export` returns it.
    """

    def __aiter__(self) -> AsyncIterator[MetricsRecord]:
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
