"""The shapes of the operations on import jobs."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.errors.service import redacted
from sesinsights.models.enums import DataFormatInput, JobStatus, NewValue
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
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import counted, instant, length, line, page, table
from sesinsights.notebook import notebook_table

__all__ = [
    "ContactListDestination",
    "ContactListImportAction",
    "ContactListImportActionInput",
    "CreateImportJobRequest",
    "CreateImportJobResponse",
    "GetImportJobRequest",
    "GetImportJobResponse",
    "ImportDataSource",
    "ImportDestination",
    "ImportDestinationType",
    "ImportDestinationTypeInput",
    "ImportJobSummary",
    "ListImportJobsRequest",
    "ListImportJobsResponse",
    "SuppressionListDestination",
    "SuppressionListImportAction",
    "SuppressionListImportActionInput",
]

_S3_URL = re.compile(r"s3://[^/\s]+/(?:.*[^/])/?")


class ImportDestinationType(StrEnum):
    """The kind of list that an import job fills."""

    SUPPRESSION_LIST = "SUPPRESSION_LIST"
    CONTACT_LIST = "CONTACT_LIST"


ImportDestinationTypeInput: TypeAlias = (
    ImportDestinationType | Literal["SUPPRESSION_LIST", "CONTACT_LIST"] | NewValue
)
"""What a request takes for `ImportDestinationType`."""


class SuppressionListImportAction(StrEnum):
    """Whether an import adds addresses to the suppression list or removes them."""

    DELETE = "DELETE"
    PUT = "PUT"


SuppressionListImportActionInput: TypeAlias = (
    SuppressionListImportAction | Literal["DELETE", "PUT"] | NewValue
)
"""What a request takes for `SuppressionListImportAction`."""


class ContactListImportAction(StrEnum):
    """Whether an import adds contacts to a contact list or removes them."""

    DELETE = "DELETE"
    PUT = "PUT"


ContactListImportActionInput: TypeAlias = (
    ContactListImportAction | Literal["DELETE", "PUT"] | NewValue
)
"""What a request takes for `ContactListImportAction`."""


class SuppressionListDestination(Shape, frozen=True):
    """An import into the account's suppression list."""

    suppression_list_import_action: Given[SuppressionListImportActionInput]
    """Whether addresses are added or removed."""


class ContactListDestination(Shape, frozen=True):
    """An import into a contact list."""

    contact_list_name: str
    """The contact list's name."""
    contact_list_import_action: Given[ContactListImportActionInput]
    """Whether contacts are added or removed."""


class ImportDestination(Shape, frozen=True):
    """Which list an import job fills."""

    suppression_list_destination: SuppressionListDestination | None = None
    """Set when it is the suppression list."""
    contact_list_destination: ContactListDestination | None = None
    """Set when it is a contact list."""

    @model_validator(mode="after")
    def _has_exactly_one_list(self, info: ValidationInfo) -> Self:
        if not read_from_service(info):
            refuse_unless_one(self, "suppression_list_destination", "contact_list_destination")
        return self


def _in_a_bucket(s3_url: str, info: ValidationInfo) -> str:
    if not read_from_service(info) and not _S3_URL.fullmatch(s3_url):
        raise ValueError("must name an object in a bucket, such as s3://bucket/key")
    return s3_url


class ImportDataSource(Shape, frozen=True):
    """The file that an import job reads."""

    s3_url: Annotated[str, AfterValidator(_in_a_bucket), Field(repr=False)]
    """Where the file is, as `s3://bucket/key`."""
    data_format: Given[DataFormatInput]
    """The file's format."""


class CreateImportJobRequest(Shape, frozen=True):
    """A request to import a file into a list."""

    import_destination: ImportDestination
    """Which list to fill."""
    import_data_source: ImportDataSource
    """The file to read."""


class CreateImportJobResponse(Shape, frozen=True):
    """The import job that was created."""

    job_id: ReturnedId
    """The job's id."""

    @override
    def __str__(self) -> str:
        return f"Import job {self.job_id}"


class GetImportJobRequest(Shape, frozen=True):
    """A request for an import job."""

    job_id: Identifier
    """The job's id."""


class GetImportJobResponse(Shape, frozen=True):
    """An import job."""

    job_id: str
    """The job's id."""
    import_destination: ImportDestination | None = None
    """Which list the job fills."""
    import_data_source: ImportDataSource | None = None
    """The file that it reads."""
    failure_info: FailureInfo | None = None
    """Why the job or some of its records failed."""
    job_status: Open[JobStatus]
    """The job's status."""
    created_timestamp: Timestamp
    """When the job was created, in UTC."""
    completed_timestamp: Timestamp | None = None
    """When the job ended, in UTC; None until then."""
    processed_records_count: int | None = None
    """How many records were read so far."""
    failed_records_count: int | None = None
    """How many of the records could not be imported."""

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
        return line(
            f"Import job {self.job_id}: {self.job_status}",
            f"created {instant(self.created_timestamp)}",
            f"took {length(self.duration)}" if self.duration is not None else "",
            counted(self.processed_records_count, "records read"),
            counted(self.failed_records_count, "failed"),
            f"failed: {redacted(self.error_message)}" if self.error_message else "",
        )


class ListImportJobsRequest(Shape, frozen=True):
    """A request for a page of import jobs."""

    import_destination_type: Given[ImportDestinationTypeInput] | None = None
    """Only jobs that fill this kind of list."""
    next_token: NextToken | None = None
    """The token of the page to get; by default, the first page."""
    page_size: PageSize | None = None
    """The maximum number of jobs on the page, 1 to 100."""


class ImportJobSummary(Shape, frozen=True):
    """An import job in a list."""

    job_id: str
    """The job's id."""
    import_destination: ImportDestination | None = None
    """Which list the job fills."""
    job_status: Open[JobStatus]
    """The job's status."""
    created_timestamp: Timestamp
    """When the job was created, in UTC."""
    processed_records_count: int | None = None
    """How many records were read so far."""
    failed_records_count: int | None = None
    """How many of the records could not be imported."""

    @property
    def is_finished(self) -> bool:
        """Whether the job has ended: completed, failed or cancelled."""
        return is_final(self.job_status)

    @override
    def __str__(self) -> str:
        return line(
            f"Import job {self.job_id}: {self.job_status}",
            f"created {instant(self.created_timestamp)}",
            counted(self.processed_records_count, "records read"),
            counted(self.failed_records_count, "failed"),
        )


class ListImportJobsResponse(Shape, frozen=True):
    """One page of import jobs, newest first."""

    import_jobs: ListOf[ImportJobSummary] = ()
    """The jobs of this page; an empty page is not always the last one."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""

    @override
    def __str__(self) -> str:
        rows = (
            (
                job.job_id,
                job.job_status,
                instant(job.created_timestamp),
                counted(job.processed_records_count),
                counted(job.failed_records_count),
            )
            for job in self.import_jobs
        )
        titles = ("Import job", "Status", "Created", "Read", "Failed")
        return page(table(titles, rows, none="No import jobs."), self.next_token)

    def _repr_html_(self) -> str:
        """Show the jobs as a table."""
        rows = [
            (
                job.job_id,
                job.job_status,
                job.created_timestamp,
                job.processed_records_count,
                job.failed_records_count,
            )
            for job in self.import_jobs
        ]
        columns = ("Job", "Status", "Created (UTC)", "Records", "Failed")
        return notebook_table(page_caption("import job", rows, self.next_token), columns, rows)
