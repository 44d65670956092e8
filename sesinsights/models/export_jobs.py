"""The shapes of CreateExportJob, GetExportJob, ListExportJobs and CancelExportJob."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.errors.service import redacted
from sesinsights.models.enums import (
    DataFormatInput,
    ExportSourceType,
    ExportSourceTypeInput,
    JobStatus,
    JobStatusInput,
)
from sesinsights.models.export_sources import (
    MessageInsightsDataSource,
    MetricsDataSource,
)
from sesinsights.models.fields import Given, ListOf, Open, Timestamp, refuse_unless_one
from sesinsights.models.identifiers import Identifier, ReturnedId
from sesinsights.models.jobs import (
    FailureInfo,
    NextToken,
    PageSize,
    is_final,
    page_caption,
    time_between,
)
from sesinsights.models.metric_days import refuse_days_no_longer_kept
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import instant, length, line, page, table
from sesinsights.notebook import notebook_table

__all__ = [
    "CancelExportJobRequest",
    "CancelExportJobResponse",
    "CreateExportJobRequest",
    "CreateExportJobResponse",
    "ExportDataSource",
    "ExportDestination",
    "ExportJobSummary",
    "ExportStatistics",
    "GetExportJobRequest",
    "GetExportJobResponse",
    "ListExportJobsRequest",
    "ListExportJobsResponse",
]


class ExportDataSource(Shape, frozen=True):
    """What to export: metrics or message insights, one of the two."""

    metrics_data_source: MetricsDataSource | None = None
    """Metrics over whole days."""
    message_insights_data_source: MessageInsightsDataSource | None = None
    """A record for each message and recipient."""

    @model_validator(mode="after")
    def _has_exactly_one_source(self, info: ValidationInfo) -> Self:
        if not read_from_service(info):
            refuse_unless_one(self, "metrics_data_source", "message_insights_data_source")
        return self


class ExportDestination(Shape, frozen=True):
    """The file that an export job writes."""

    data_format: Given[DataFormatInput]
    """The file's format."""
    s3_url: Annotated[str | None, Field(repr=False)] = None
    """The link to the file of a completed job, valid for 5 minutes; set by the service."""

    @model_validator(mode="after")
    def _leaves_the_link_to_the_service(self, info: ValidationInfo) -> Self:
        if self.s3_url is not None and not read_from_service(info):
            raise ValueError(
                "s3_url must not be given: the service fills it once the job is completed"
            )
        return self


class ExportStatistics(Shape, frozen=True):
    """The progress of an export job."""

    processed_records_count: int | None = None
    """How many records were examined; a hint of how many match."""
    exported_records_count: int | None = None
    """How many records were written; in practice, the service leaves it empty."""


class CreateExportJobRequest(Shape, frozen=True):
    """What to export, and how."""

    export_data_source: ExportDataSource
    """What to export."""
    export_destination: ExportDestination
    """The file to write."""

    def checked_at(self, now: datetime) -> Self:
        """Return this request, if it may be sent now.

        Raises:
            pydantic.ValidationError: It asks for metrics of days that are no longer kept.
        """
        source = self.export_data_source.metrics_data_source
        if source:
            place = ("export_data_source", "metrics_data_source", "start_date")
            refuse_days_no_longer_kept(source.start_date, now, type(self).__name__, *place)
        return self


class CreateExportJobResponse(Shape, frozen=True):
    """The export job that was created."""

    job_id: ReturnedId
    """The job's id."""

    @override
    def __str__(self) -> str:
        return f"Export job {self.job_id}"


class GetExportJobRequest(Shape, frozen=True):
    """A request for an export job."""

    job_id: Identifier
    """The job's id."""


class GetExportJobResponse(Shape, frozen=True):
    """An export job."""

    job_id: str
    """The job's id."""
    export_source_type: Open[ExportSourceType]
    """What the job exports."""
    job_status: Open[JobStatus]
    """The job's status."""
    export_destination: ExportDestination | None = None
    """The file that it writes, with the link to it once the job is completed."""
    export_data_source: ExportDataSource | None = None
    """What the job was asked to export."""
    created_timestamp: Timestamp
    """When the job was created, in UTC."""
    completed_timestamp: Timestamp | None = None
    """When the job ended, in UTC; None until then."""
    failure_info: FailureInfo | None = None
    """Why the job failed."""
    statistics: ExportStatistics | None = None
    """How many records the job has examined and exported."""

    @property
    def s3_url(self) -> str | None:
        """The link to the file, valid for 5 minutes; None until the job is completed."""
        return self.export_destination.s3_url if self.export_destination else None

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended: completed, failed or cancelled."""
        return is_final(self.job_status)

    @property
    def duration(self) -> timedelta | None:
        """How long the job took; None if it has not ended yet."""
        return time_between(self.created_timestamp, self.completed_timestamp)

    @property
    def error_message(self) -> str | None:
        """The service's reason for the failure; None if it did not fail."""
        return self.failure_info.error_message if self.failure_info else None

    @override
    def __str__(self) -> str:
        statistics = self.statistics or ExportStatistics()
        examined = statistics.processed_records_count
        return line(
            f"Export job {self.job_id}: {self.job_status}",
            self.export_source_type,
            f"created {instant(self.created_timestamp)}",
            f"took {length(self.duration)}" if self.duration is not None else "",
            f"{examined:,} records examined" if examined is not None else "",
            f"failed: {redacted(self.error_message)}" if self.error_message else "",
        )


class ListExportJobsRequest(Shape, frozen=True):
    """A request for a page of export jobs."""

    next_token: NextToken | None = None
    """The token of the page to get; by default, the first page."""
    page_size: PageSize | None = None
    """The maximum number of jobs on the page, 1 to 100."""
    export_source_type: Given[ExportSourceTypeInput] | None = None
    """Only jobs that export this kind of data."""
    job_status: Given[JobStatusInput] | None = None
    """Only jobs with this status."""


class ExportJobSummary(Shape, frozen=True):
    """An export job in a list."""

    job_id: str
    """The job's id."""
    export_source_type: Open[ExportSourceType]
    """What the job exports."""
    job_status: Open[JobStatus]
    """The job's status."""
    created_timestamp: Timestamp
    """When the job was created, in UTC."""
    completed_timestamp: Timestamp | None = None
    """When the job ended, in UTC; None until then."""

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended: completed, failed or cancelled."""
        return is_final(self.job_status)

    @property
    def duration(self) -> timedelta | None:
        """How long the job took; None if it has not ended yet."""
        return time_between(self.created_timestamp, self.completed_timestamp)

    @override
    def __str__(self) -> str:
        return line(
            f"Export job {self.job_id}: {self.job_status}",
            self.export_source_type,
            f"created {instant(self.created_timestamp)}",
            f"took {length(self.duration)}" if self.duration is not None else "",
        )


class ListExportJobsResponse(Shape, frozen=True):
    """One page of export jobs, newest first."""

    export_jobs: ListOf[ExportJobSummary] = ()
    """The jobs of this page; an empty page is not always the last one."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""

    @override
    def __str__(self) -> str:
        rows = (
            (
                job.job_id,
                job.job_status,
                job.export_source_type,
                instant(job.created_timestamp),
                length(job.duration),
            )
            for job in self.export_jobs
        )
        titles = ("Export job", "Status", "Type", "Created", "Took")
        return page(table(titles, rows, none="No export jobs."), self.next_token)

    def _repr_html_(self) -> str:
        """Show the jobs as a table."""
        rows = [
            (
                job.job_id,
                job.export_source_type,
                job.job_status,
                job.created_timestamp,
                job.completed_timestamp,
            )
            for job in self.export_jobs
        ]
        columns = ("Job", "Exports", "Status", "Created (UTC)", "Completed (UTC)")
        return notebook_table(page_caption("export job", rows, self.next_token), columns, rows)


class CancelExportJobRequest(Shape, frozen=True):
    """Which export job to cancel."""

    job_id: Identifier
    """The job's id."""


class CancelExportJobResponse(Shape, frozen=True):
    """The empty response to a cancellation."""
