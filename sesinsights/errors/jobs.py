"""The errors of jobs, of their files and of exports; `sesinsights.errors` shows the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from sesinsights.errors.service import SESInsightsError, redacted

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.models.export_jobs import GetExportJobResponse
    from sesinsights.models.import_jobs import GetImportJobResponse

JobT = TypeVar("JobT", bound="GetExportJobResponse | GetImportJobResponse")


class JobDownloadError(SESInsightsError):
    """A file of a job could not be downloaded; the job itself is not affected.

    Attributes:
        job_id: The job's id.
        status_code: The HTTP status of the response; None without a response.
    """

    _file = "The file of job"
    _operation = "Get"

    def __init__(self, job_id: str, reason: str, status_code: int | None = None) -> None:
        self.job_id = job_id
        self.status_code = status_code
        super().__init__(
            f"{self._file} {job_id} could not be downloaded: {redacted(reason)}. "
            f"Try again: every {self._operation} call returns a new link."
        )


class ExportDownloadError(JobDownloadError):
    """The file of an export job could not be downloaded; the job itself is not affected."""

    _file = "The file of export job"
    _operation = "GetExportJob"


class ImportDownloadError(JobDownloadError):
    """The failed records of an import job could not be downloaded; the job itself has ended."""

    _file = "The failed records of import job"
    _operation = "GetImportJob"


class ExportIncompleteError(SESInsightsError):
    """Some records of a time window could not be exported.

    Attributes:
        start_date: Start of the window, in UTC.
        end_date: End of the window, in UTC; included.
        exported_records: How many of the window's records a job returned, as a random sample; None
            if no job was created for the window.
        processed_records: How many records the service examined; None if it did not say.
    """

    def __init__(
        self,
        start_date: datetime,
        end_date: datetime,
        problem: str,
        *,
        exported_records: int | None = None,
        processed_records: int | None = None,
    ) -> None:
        self.start_date = start_date
        self.end_date = end_date
        self.exported_records = exported_records
        self.processed_records = processed_records
        super().__init__(
            f"Some records from {start_date.isoformat()} to {end_date.isoformat()} could not be "
            f"exported: {problem}."
        )


class BadRecordError(SESInsightsError):
    """A record of an export file cannot be read.

    Attributes:
        line_number: The line of the file on which the record begins; the first is 1.
        raw: The record's text; it may contain addresses.
        problem: What is wrong with the record.
    """

    def __init__(self, line_number: int, raw: str, problem: str) -> None:
        self.line_number = line_number
        self.raw = raw
        self.problem = problem
        super().__init__(
            f"Line {line_number} of the export file cannot be read: {problem}. Its text is in "
            ".raw; on_bad_record='collect' skips and collects such records."
        )


class WaitTimeoutError(SESInsightsError, TimeoutError):
    """A job was not seen to end in time.

    Attributes:
        job_id: The job's id.
        timeout: How long the wait was, in seconds.
        last_response: The last response; None if every poll failed. The `__cause__` then says why
            the last poll failed.
    """

    def __init__(
        self,
        job_id: str,
        timeout: float,
        last_response: GetExportJobResponse | GetImportJobResponse | None,
    ) -> None:
        self.job_id = job_id
        self.timeout = timeout
        self.last_response = last_response
        if last_response is None:
            text = (
                f"Job {job_id} could not be polled within {timeout:g} seconds, so its status is "
                "unknown. The cause says why the last poll failed: fix that, and wait again."
            )
        else:
            text = (
                f"Job {job_id} was {last_response.job_status} after {timeout:g} seconds. It "
                "continues at the service: wait again, with a longer timeout."
            )
        super().__init__(text)


class JobFailedError(SESInsightsError, Generic[JobT]):
    """A job ended with FAILED.

    Attributes:
        last_response: The last response.
        error_message: The service's reason, word for word; it may contain addresses.
    """

    def __init__(self, last_response: JobT) -> None:
        self.last_response: JobT = last_response
        self.error_message = last_response.error_message
        reason = redacted(self.error_message or "the service gave no reason")
        super().__init__(f"Job {last_response.job_id} failed: {reason}")


class ExportJobFailedError(JobFailedError["GetExportJobResponse"]):
    """An export job ended with FAILED."""


class ImportJobFailedError(JobFailedError["GetImportJobResponse"]):
    """An import job ended with FAILED."""


class JobCancelledError(SESInsightsError, Generic[JobT]):
    """A job ended with CANCELLED.

    Attributes:
        last_response: The last response.
        error_message: The service's reason, word for word, if it gave one.
    """

    def __init__(self, last_response: JobT) -> None:
        self.last_response: JobT = last_response
        self.error_message = last_response.error_message
        super().__init__(f"Job {last_response.job_id} was cancelled.")


class ExportJobCancelledError(JobCancelledError["GetExportJobResponse"]):
    """An export job ended with CANCELLED."""


class ImportJobCancelledError(JobCancelledError["GetImportJobResponse"]):
    """An import job ended with CANCELLED."""
