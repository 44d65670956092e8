# Generated from sesinsights/clients/exports.py by `python -m tools.twins`: edit that file, and run it again.
"""The methods of `AsyncSESInsights` that export every record of a window, or metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape
from sesinsights.clients.aio.facade import AsyncFacade
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from os import PathLike

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
    from sesinsights.exports.async_metrics_export import AsyncMetricsExport
    from sesinsights.exports.files.reading import OnBadRecord
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.tables.metrics import MetricsRecords


class AsyncExports(AsyncFacade["SESV2Client"]):
    """Complete exports of message insights and of metrics."""

    _service = "sesv2"

    def export_message_insights(
        self,
        *,
        start_date: datetime,
        end_date: datetime,
        include: models.MessageInsightsFilters | models.MessageInsightsFiltersDict | None = None,
        exclude: models.MessageInsightsFilters | models.MessageInsightsFiltersDict | None = None,
        data_format: models.DataFormatInput = "CSV",
        max_concurrent_jobs: int = MAX_RUNNING_EXPORT_JOBS,
        allow_sampling: bool = False,
        on_bad_record: OnBadRecord = "raise",
        checkpoint: str | PathLike[str] | None = None,
        on_progress: Callable[[ExportEvent], object] | None = None,
        progress: bool = False,
    ) -> AsyncMessageInsightsExport:
        """Export every record of a time window, once each, however many jobs that takes.

        A job returns at most 10,000 records; if more match, it returns a random sample. So if a job
        is full, its window is split according to when its messages were sent, and the parts are
        exported. Nothing is sent before you first ask for records. Creating jobs is paced at 1 call
        per second. The service has a message's records from a few minutes after it was sent until
        30 days later. Requires Virtual Deliverability Manager.

        Mirrors
        [CreateExportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html).

        Args:
            start_date: Start of the window, timezone-aware.
            end_date: End of the window, timezone-aware; included.
            include: Include only messages that match.
            exclude: Exclude messages that match.
            data_format: The format of the downloaded files, `CSV` or `JSON`.
            max_concurrent_jobs: How many jobs may run at the same time, 1 to 20.
            allow_sampling: Whether to continue where some records cannot be exported: with a random
                sample of an instant that has more records than a job returns, or with a file that
                contradicts the service's own counts. The report lists such windows. By default,
                they raise `ExportIncompleteError`.
            on_bad_record: `raise` raises an error at a record that cannot be read; `collect` skips
                the record and adds it to the report.
            checkpoint: A directory to keep jobs and files in. An export started again with the same
                arguments resumes where the process ended, however it ended; so does
                `resume_export`, which needs no other arguments. Without a checkpoint, jobs that
                still run when the export fails or is interrupted are cancelled. The directory is
                kept when the export is closed; it contains mail addresses and subjects. Use a
                separate directory for each account. Requires Unix file locks.
            on_progress: Called with each event of `sesinsights.exports.progress`, in the thread
                that runs the export.
            progress: Whether to show a progress display; requires the extra `progress`.

        Returns:
            The export, to iterate over, write to files or turn into tables.

        Raises:
            ValueError: `max_concurrent_jobs` or `on_bad_record` is not one of the values above, or
                `checkpoint` is empty.
            ImportError: The extra `progress` is not installed, or there is to be a checkpoint and
                the operating system is not Unix.
        """
        from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
        from sesinsights.exports.windowed import WindowedExport

        source = models.MessageInsightsDataSource(
            start_date=start_date,
            end_date=end_date,
            **checked_by_shape(include=include, exclude=exclude),
        )
        export = WindowedExport(
            self._pipeline,
            source,
            data_format,
            max_concurrent_jobs=max_concurrent_jobs,
            allow_sampling=allow_sampling,
            on_bad_record=on_bad_record,
        )
        return AsyncMessageInsightsExport(
            self._driver, export, checkpoint=checkpoint, on_progress=on_progress, progress=progress
        )

    def resume_export(
        self,
        directory: str | PathLike[str],
        *,
        max_concurrent_jobs: int = MAX_RUNNING_EXPORT_JOBS,
        allow_sampling: bool = False,
        on_bad_record: OnBadRecord = "raise",
        on_progress: Callable[[ExportEvent], object] | None = None,
        progress: bool = False,
    ) -> AsyncMessageInsightsExport | AsyncMetricsExport:
        """Resume an export from its checkpoint alone, for example after its process ended.

        The directory says what to export, including the dates. Nothing is sent before you first ask
        for records. An export of metrics ignores `allow_sampling` and `on_bad_record`.

        Args:
            directory: The directory that was passed as `checkpoint`.
            max_concurrent_jobs: How many jobs may run at the same time, 1 to 20.
            allow_sampling: Whether to continue where some records cannot be exported, as for
                `export_message_insights`.
            on_bad_record: `raise` raises an error at a record that cannot be read; `collect` skips
                the record and adds it to the report.
            on_progress: Called with each event of `sesinsights.exports.progress`, in the thread
                that runs the export.
            progress: Whether to show a progress display; requires the extra `progress`.

        Returns:
            The export: of metrics if `export_metrics` made the directory, else of message insights.

        Raises:
            ValueError: The directory is not a checkpoint, or another argument is not valid.
            ImportError: The extra `progress` is not installed.
        """
        from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
        from sesinsights.exports.async_metrics_export import AsyncMetricsExport
        from sesinsights.exports.checkpoints import resumed
        from sesinsights.exports.windowed import WindowedExport

        export = resumed(
            self._pipeline,
            directory,
            max_concurrent_jobs=max_concurrent_jobs,
            allow_sampling=allow_sampling,
            on_bad_record=on_bad_record,
        )
        if isinstance(export, WindowedExport):
            return AsyncMessageInsightsExport(
                self._driver,
                export,
                checkpoint=directory,
                on_progress=on_progress,
                progress=progress,
            )
        return AsyncMetricsExport(
            self._driver, export, checkpoint=directory, on_progress=on_progress, progress=progress
        )

    async def export_metrics(
        self,
        *,
        dimensions: Mapping[models.MetricDimensionNameInput, Sequence[str]],
        metrics: Sequence[models.ExportMetric | models.ExportMetricDict],
        start_date: datetime,
        end_date: datetime,
        by_day: bool = False,
        checkpoint: str | PathLike[str] | None = None,
    ) -> MetricsRecords:
        """Export metrics over whole UTC days: create the jobs, wait for them and read their files.

        The service returns one count for the whole window; `by_day` creates one job per day
        instead. Creating jobs is paced at 1 call per second. Requires Virtual Deliverability
        Manager.

        Mirrors
        [CreateExportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html).

        Args:
            dimensions: The values of 1 to 3 dimensions, up to 10 values each. One dimension may
                have `*` as its only value, for all values.
            metrics: The 1 to 10 metrics to export; one without an aggregation is exported as a
                `VOLUME`.
            start_date: The first day, at 00:00 UTC and at most 60 days ago.
            end_date: The day after the last day, at 00:00 UTC and at most 60 days after
                `start_date`.
            by_day: Whether to return figures for each day.
            checkpoint: A directory to keep jobs and files in, as for `export_message_insights`.

        Returns:
            The records in order, each with the period that it covers; `to_arrow`, `to_pandas` and
            `to_polars` make a table of them.

        Raises:
            ValueError: `checkpoint` is empty, or belongs to another export.
            RuntimeError: The checkpoint is in use by a running export.
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: A job was cancelled.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read.
            LimitExceededError: No slot for an export job became free within an hour.
            WaitTimeoutError: A job did not end within an hour.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        from sesinsights.exports.async_metrics_export import AsyncMetricsExport
        from sesinsights.exports.metrics import MetricsByWindow
        from sesinsights.exports.tables.metrics import MetricsRecords

        source = models.MetricsDataSource(
            dimensions=dimensions,
            namespace=models.MetricNamespace.VDM,
            **checked_by_shape(metrics=metrics),
            start_date=start_date,
            end_date=end_date,
        )
        metrics_by_window = MetricsByWindow(self._pipeline, source, by_day=by_day)
        export = AsyncMetricsExport(self._driver, metrics_by_window, checkpoint=checkpoint)
        return MetricsRecords(
            await export.take_all(), dimensions=source.dimensions, metrics=source.columns
        )
