"""What `SESInsights` exports: every record of a window, and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.clients.facade import Facade
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from os import PathLike

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.exports.files.reading import OnBadRecord
    from sesinsights.exports.message_insights import MessageInsightsExport
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.tables.metrics import MetricsRecords


class Exports(Facade["SESV2Client"]):
    """Complete exports."""

    _service = "sesv2"

    def export_message_insights(
        self,
        *,
        start_date: datetime,
        end_date: datetime,
        include: models.MessageInsightsFilters | None = None,
        exclude: models.MessageInsightsFilters | None = None,
        data_format: models.DataFormat | str = "CSV",
        max_concurrent_jobs: int = MAX_RUNNING_EXPORT_JOBS,
        allow_sampling: bool = False,
        on_bad_record: OnBadRecord = "raise",
        checkpoint: str | PathLike[str] | None = None,
        on_progress: Callable[[ExportEvent], object] | None = None,
        progress: bool = False,
    ) -> MessageInsightsExport:
        """Export every record of a time window, once each, however many jobs that takes.

        A job returns at most 10,000 records, and a random sample of more. So a window whose job is
        full is split where its messages are, and its parts are exported again. Nothing is sent
        before the records are first wanted. Creating jobs is paced at 1 call a second. The service
        keeps records for 30 days, and has those of a message a few minutes after it was sent.
        Needs Virtual Deliverability Manager.

        Mirrors `CreateExportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html>`_.

        Args:
            start_date: Start of the window, timezone-aware.
            end_date: End of the window, timezone-aware; included.
            include: Include only messages that match.
            exclude: Exclude messages that match.
            data_format: The format of the downloaded files, `CSV` or `JSON`.
            max_concurrent_jobs: How many jobs may run at the same time, 1 to 20.
            allow_sampling: Whether to accept a random sample for an instant with more records than
                a job returns; the report lists such instants. Otherwise they are an error.
            on_bad_record: `raise` ends with an error at a record that cannot be read; `collect`
                goes on without it, and the report has it.
            checkpoint: A directory to keep jobs and files in. An export started again with the same
                arguments resumes where the process ended, however it ended. The directory stays
                when the export is closed; it holds mail addresses and subjects. Use one for each
                account.
            on_progress: Called with each event of `sesinsights.exports.progress`, in the thread
                that runs the export.
            progress: Whether to show a progress display; needs the extra `progress`.

        Returns:
            The export, to be iterated over, written to files or turned into tables.

        Raises:
            ValueError: `max_concurrent_jobs` or `on_bad_record` has another value, or
                `checkpoint` is empty.
            ImportError: The extra `progress` is not installed.
        """
        from sesinsights.exports.message_insights import MessageInsightsExport
        from sesinsights.exports.windowed import WindowedExport

        source = models.MessageInsightsDataSource(
            start_date=start_date, end_date=end_date, include=include, exclude=exclude
        )
        export = WindowedExport(
            self._pipeline,
            source,
            data_format,
            max_concurrent_jobs=max_concurrent_jobs,
            allow_sampling=allow_sampling,
            on_bad_record=on_bad_record,
        )
        return MessageInsightsExport(
            self._driver, export, checkpoint=checkpoint, on_progress=on_progress, progress=progress
        )

    def export_metrics(
        self,
        *,
        dimensions: Mapping[models.MetricDimensionName | str, Sequence[str]],
        metrics: Sequence[models.ExportMetric],
        start_date: datetime,
        end_date: datetime,
        by_day: bool = False,
    ) -> MetricsRecords:
        """Export metrics over whole UTC days: create the jobs, wait for them and read their files.

        The service gives one figure for the whole time; `by_day` makes one job a day instead.
        Creating jobs is paced at 1 call a second. Needs Virtual Deliverability Manager.

        Mirrors `CreateExportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html>`_.

        Args:
            dimensions: The values of 1 to 3 dimensions: up to 10 each, or `*` alone for all, in
                one of them.
            metrics: The 1 to 10 numbers to export.
            start_date: The first day, at 00:00 UTC and at most 60 days back.
            end_date: The day after the last, at 00:00 UTC and at most 60 days after the first.
            by_day: Whether every day has figures of its own.

        Returns:
            The records in order, each with the time that it is about; they become a table by
            `to_arrow`, `to_pandas` or `to_polars`.

        Raises:
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: A job was cancelled.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read.
            LimitExceededError: All export jobs stayed in use for an hour.
            WaitTimeoutError: A job did not end in an hour.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        from sesinsights.exports.metrics import export_metrics

        source = models.MetricsDataSource(
            dimensions=dimensions,
            namespace=models.MetricNamespace.VDM,
            metrics=metrics,
            start_date=start_date,
            end_date=end_date,
        )
        return self._driver.run(export_metrics(self._pipeline, source, by_day=by_day))
