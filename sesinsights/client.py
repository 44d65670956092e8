"""The client of SES API v2 for threads and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.facade import Facade
from sesinsights.limits import MAX_RUNNING_EXPORT_JOBS
from sesinsights.lookups import MessageLookups
from sesinsights.operations import (
    CANCEL_EXPORT_JOB,
    CREATE_EXPORT_JOB,
    GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
    GET_EXPORT_JOB,
    GET_IMPORT_JOB,
    GET_MESSAGE_INSIGHTS,
    LIST_EXPORT_JOBS,
    LIST_IMPORT_JOBS,
)
from sesinsights.pagination import ItemIterator
from sesinsights.waiters import DEFAULT_TIMEOUT, EXPORT_JOB, IMPORT_JOB, wait_for_job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from os import PathLike

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.exports.message_insights import MessageInsightsExport
    from sesinsights.exports.progress import ExportEvent
    from sesinsights.exports.reading import OnBadRecord
    from sesinsights.exports.records import MetricsRecord

__all__ = ["SESInsights"]


class SESInsights(Facade["SESV2Client"]):
    """Amazon SES v2's message insights and export operations: typed, paced, retried.

    Made, shared and closed as `Facade` says.

    Every method may raise `pydantic.ValidationError` for bad input before anything is sent,
    `ThrottledError`, `AccessDeniedError` or another `ServiceError` when the service refuses,
    `TransportError` when no answer comes back, and `ResponseValidationError` when an answer cannot
    be read. The methods name only what is particular to them.
    """

    _service = "sesv2"

    def get_message_insights(self, message_id: str) -> models.GetMessageInsightsResponse:
        """Look up what happened to a message.

        Paced at 1 call a second. A message is found from a few minutes after it was sent until
        30 days later, if it had one recipient. Needs Virtual Deliverability Manager.

        Mirrors `GetMessageInsights
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetMessageInsights.html>`_.

        Args:
            message_id: The id that sending returned, or a Message-ID header made from it, such as
                `<0100…@email.amazonses.com>`.

        Raises:
            NotFoundError: There is no such message in this account and Region, yet or any more.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
            pydantic.ValidationError: The id is empty or not one of Amazon SES; nothing was sent.
        """
        return self._call(
            GET_MESSAGE_INSIGHTS, models.GetMessageInsightsRequest(message_id=message_id)
        )

    def iter_message_insights(
        self, message_ids: Iterable[str], *, max_wait: float | None = None
    ) -> MessageLookups:
        """Look up many messages, one after the other, at the pace and in order.

        Ids are taken as results are consumed, so any iterable will do, also an endless one.
        Paced at 1 call a second. After an error that is raised the iterator may be gone on with:
        it has the id in `pending`, and looks it up again.

        Args:
            message_ids: The ids, as `get_message_insights` takes them.
            max_wait: The longest that a lookup may wait for its slot, in seconds, in place of the
                client's.

        Yields:
            A `MessageLookup` for each id. Its `error` is set when this message is not found, its
            id is refused, its answer cannot be read or the service failed or throttled it to the
            last attempt.

        Raises:
            ServiceError: The service refused in a way that holds for all messages, such as
                `AccessDeniedError` or `VdmNotEnabledError`.
            PaceTimeoutError: The next slot is farther away than `max_wait`.
            TypeError: A single string was given instead of several.
        """
        return MessageLookups(self._driver, self._pipeline, message_ids, max_wait)

    def create_export_job(
        self,
        *,
        export_data_source: models.ExportDataSource,
        export_destination: models.ExportDestination,
    ) -> models.CreateExportJobResponse:
        """Create a job that exports message insights or metrics to a file.

        Paced at 1 call a second. Sent again only when it was throttled or certainly never
        arrived, so it never makes a second job. Needs Virtual Deliverability Manager.

        Mirrors `CreateExportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html>`_.

        Args:
            export_data_source: What to export.
            export_destination: The format of the file.

        Raises:
            LimitExceededError: 20 export jobs are running already.
            BadRequestError: The service refuses what is asked for.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
            TransportError: No answer came back; `maybe_delivered` tells whether a job may exist.
            ResponseValidationError: The answer cannot be read; a job may exist.
        """
        return self._call(
            CREATE_EXPORT_JOB,
            models.CreateExportJobRequest(
                export_data_source=export_data_source, export_destination=export_destination
            ).checked_at(self._pipeline.clock.now()),
        )

    def get_export_job(self, job_id: str) -> models.GetExportJobResponse:
        """Look at an export job.

        The answer for a completed job holds a link to its file, valid for 5 minutes; every look
        gives a fresh one. Fetch it without credentials.

        Mirrors `GetExportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetExportJob.html>`_.

        Args:
            job_id: The job's id.

        Raises:
            BadRequestError: There is no such job in this account and Region.
        """
        return self._call(GET_EXPORT_JOB, models.GetExportJobRequest(job_id=job_id))

    def wait_for_export_job(
        self,
        job_id: str,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        on_update: Callable[[models.GetExportJobResponse], object] | None = None,
    ) -> models.GetExportJobResponse:
        """Wait until an export job is completed, and return the last answer.

        Looks at once, then after growing, slightly random gaps of 1 to 20 seconds. A look that
        fails in passing does not end the wait.

        Args:
            job_id: The job's id.
            timeout: The longest wait, in seconds. A request under way is not broken off: its
                own timeouts, which `config` sets, end it.
            on_update: Called with the answer of every look. What it raises ends the wait and is
                raised; only `StopIteration` comes out as a `RuntimeError`.

        Raises:
            ExportJobFailedError: The job failed; `error_message` says why.
            ExportJobCancelledError: The job was cancelled.
            WaitTimeoutError: The job was not seen to end in time; it may go on at the service.
            BadRequestError: There is no such job in this account and Region.
        """
        return self._driver.run(
            wait_for_job(self._pipeline, EXPORT_JOB, job_id, timeout=timeout, on_update=on_update)
        )

    def list_export_jobs(
        self,
        *,
        next_token: str | None = None,
        page_size: int | None = None,
        export_source_type: models.ExportSourceType | str | None = None,
        job_status: models.JobStatus | str | None = None,
    ) -> models.ListExportJobsResponse:
        """Get one page of export jobs, newest first; `iter_export_jobs` goes through all.

        Mirrors `ListExportJobs
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListExportJobs.html>`_.

        Args:
            next_token: The token of the page; the first page when None.
            page_size: How many jobs the page may hold, 1 to 100.
            export_source_type: Only jobs that export this.
            job_status: Only jobs that are here.
        """
        return self._call(
            LIST_EXPORT_JOBS,
            models.ListExportJobsRequest(
                next_token=next_token,
                page_size=page_size,
                export_source_type=export_source_type,
                job_status=job_status,
            ),
        )

    def iter_export_jobs(
        self,
        *,
        page_size: int | None = None,
        export_source_type: models.ExportSourceType | str | None = None,
        job_status: models.JobStatus | str | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[models.ExportJobSummary, models.ListExportJobsResponse]:
        """Iterate over all export jobs, newest first, whatever number of pages that takes.

        Mirrors `ListExportJobs
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListExportJobs.html>`_.

        Args:
            page_size: How many jobs a page may hold, 1 to 100.
            export_source_type: Only jobs that export this.
            job_status: Only jobs that are here.
            max_items: After how many jobs to stop.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service gave the same token twice.
        """
        request = models.ListExportJobsRequest(
            page_size=page_size, export_source_type=export_source_type, job_status=job_status
        )
        return ItemIterator(
            self._driver,
            self._cursors(
                LIST_EXPORT_JOBS, request, starting_token=starting_token, max_items=max_items
            ),
        )

    def cancel_export_job(self, job_id: str) -> models.CancelExportJobResponse:
        """Cancel an export job that has not ended.

        Mirrors `CancelExportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CancelExportJob.html>`_.

        Args:
            job_id: The job's id.

        Raises:
            BadRequestError: The job has ended, or there is no such job in this account and Region.
        """
        return self._call(CANCEL_EXPORT_JOB, models.CancelExportJobRequest(job_id=job_id))

    def get_import_job(self, job_id: str) -> models.GetImportJobResponse:
        """Look at an import job.

        Mirrors `GetImportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetImportJob.html>`_.

        Args:
            job_id: The job's id.

        Raises:
            BadRequestError: There is no such job in this account and Region.
            NotFoundError: The same: the service's model allows both answers.
        """
        return self._call(GET_IMPORT_JOB, models.GetImportJobRequest(job_id=job_id))

    def wait_for_import_job(
        self,
        job_id: str,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        on_update: Callable[[models.GetImportJobResponse], object] | None = None,
    ) -> models.GetImportJobResponse:
        """Wait until an import job is completed, and return the last answer.

        Looks at once, then after growing, slightly random gaps of 1 to 20 seconds. A look that
        fails in passing does not end the wait.

        Args:
            job_id: The job's id.
            timeout: The longest wait, in seconds. A request under way is not broken off: its
                own timeouts, which `config` sets, end it.
            on_update: Called with the answer of every look. What it raises ends the wait and is
                raised; only `StopIteration` comes out as a `RuntimeError`.

        Raises:
            ImportJobFailedError: The job failed; `error_message` says why.
            ImportJobCancelledError: The job was cancelled.
            WaitTimeoutError: The job was not seen to end in time; it may go on at the service.
            BadRequestError: There is no such job in this account and Region.
            NotFoundError: The same: the service's model allows both answers.
        """
        return self._driver.run(
            wait_for_job(self._pipeline, IMPORT_JOB, job_id, timeout=timeout, on_update=on_update)
        )

    def list_import_jobs(
        self,
        *,
        import_destination_type: models.ImportDestinationType | str | None = None,
        next_token: str | None = None,
        page_size: int | None = None,
    ) -> models.ListImportJobsResponse:
        """Get one page of import jobs, newest first; `iter_import_jobs` goes through all.

        Mirrors `ListImportJobs
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListImportJobs.html>`_.

        Args:
            import_destination_type: Only jobs that fill this kind of list.
            next_token: The token of the page; the first page when None.
            page_size: How many jobs the page may hold, 1 to 100.
        """
        return self._call(
            LIST_IMPORT_JOBS,
            models.ListImportJobsRequest(
                import_destination_type=import_destination_type,
                next_token=next_token,
                page_size=page_size,
            ),
        )

    def iter_import_jobs(
        self,
        *,
        import_destination_type: models.ImportDestinationType | str | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[models.ImportJobSummary, models.ListImportJobsResponse]:
        """Iterate over all import jobs, newest first, whatever number of pages that takes.

        Mirrors `ListImportJobs
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListImportJobs.html>`_.

        Args:
            import_destination_type: Only jobs that fill this kind of list.
            page_size: How many jobs a page may hold, 1 to 100.
            max_items: After how many jobs to stop.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service gave the same token twice.
        """
        request = models.ListImportJobsRequest(
            import_destination_type=import_destination_type, page_size=page_size
        )
        return ItemIterator(
            self._driver,
            self._cursors(
                LIST_IMPORT_JOBS, request, starting_token=starting_token, max_items=max_items
            ),
        )

    def get_configuration_set_event_destinations(
        self, configuration_set_name: str
    ) -> models.GetConfigurationSetEventDestinationsResponse:
        """Get the event destinations of a configuration set.

        Mirrors `GetConfigurationSetEventDestinations
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSetEventDestinations.html>`_.

        Args:
            configuration_set_name: The configuration set's name.

        Raises:
            NotFoundError: There is no such configuration set in this account and Region.
        """
        return self._call(
            GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
            models.GetConfigurationSetEventDestinationsRequest(
                configuration_set_name=configuration_set_name
            ),
        )

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
        """Export every record of a window of time, once each, whatever number of jobs that takes.

        A job returns at most 10,000 records, and a random sample of more. So a window whose job is
        full is split where its messages are, and its parts are exported again. Nothing is sent
        before the records are first wanted. Creating jobs is paced at 1 call a second. The service
        keeps records for 30 days, and has those of a message a few minutes after it was sent.
        Needs Virtual Deliverability Manager.

        Mirrors `CreateExportJob
        <https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html>`_.

        Args:
            start_date: The first instant, aware.
            end_date: The last instant, aware; it is included.
            include: Only messages that match.
            exclude: No message that matches.
            data_format: The format of the files in between, `CSV` or `JSON`.
            max_concurrent_jobs: How many jobs may be under way, 1 to 20.
            allow_sampling: Whether a random sample will do for an instant with more records than a
                job returns; the report names such instants. Otherwise they are an error.
            on_bad_record: `raise` ends with an error at a record that cannot be read; `collect`
                goes on without it, and the report has it.
            checkpoint: A directory to keep jobs and files in. An export that is begun again with
                the same arguments goes on where the process ended, however it ended. The directory
                stays when the export is closed; it holds mail addresses and subjects. Use one for
                each account.
            on_progress: Called with each event of `sesinsights.exports.progress`, in the thread
                that runs the export.
            progress: Whether to show a progress display; needs the extra `progress`.

        Returns:
            The export, to be iterated over, written to files or turned into tables.

        Raises:
            ValueError: `max_concurrent_jobs` or `on_bad_record` is something else, or
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
    ) -> list[MetricsRecord]:
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
            The records in order, each with the time that it is about.

        Raises:
            ExportJobFailedError: A job failed; `error_message` says why.
            ExportJobCancelledError: Somebody cancelled a job.
            ExportDownloadError: A file could not be downloaded.
            BadRecordError: A record could not be read.
            LimitExceededError: No slot for a job became free in an hour.
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
