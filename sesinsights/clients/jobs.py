"""The methods of `SESInsights` for export jobs and import jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import (
    CANCEL_EXPORT_JOB,
    CREATE_EXPORT_JOB,
    CREATE_IMPORT_JOB,
    GET_EXPORT_JOB,
    GET_IMPORT_JOB,
    LIST_EXPORT_JOBS,
    LIST_IMPORT_JOBS,
)
from sesinsights.flows.waiters import DEFAULT_TIMEOUT, EXPORT_JOB, IMPORT_JOB, wait_for_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.clients.iterators import ItemIterator


class Jobs(Facade["SESV2Client"]):
    """Export jobs and import jobs."""

    _service = "sesv2"

    def create_export_job(
        self,
        *,
        export_data_source: models.ExportDataSource | models.ExportDataSourceDict,
        export_destination: models.ExportDestination | models.ExportDestinationDict,
    ) -> models.CreateExportJobResponse:
        """Create a job that exports message insights or metrics to a file.

        Paced at 1 call per second. Retried only if it was throttled or certainly never arrived, so
        it never creates a second job. Requires Virtual Deliverability Manager.

        Mirrors
        [CreateExportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateExportJob.html).

        Args:
            export_data_source: What to export.
            export_destination: The format of the file.

        Raises:
            LimitExceededError: 20 export jobs are running already.
            BadRequestError: The service rejected the request.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
            TransportError: No response came back; `maybe_delivered` says whether a job may exist.
            ResponseValidationError: The response cannot be read; a job may exist.
        """
        return self._call(
            CREATE_EXPORT_JOB,
            models.CreateExportJobRequest(
                **checked_by_shape(
                    export_data_source=export_data_source, export_destination=export_destination
                )
            ).checked_at(self._pipeline.clock.now()),
        )

    def get_export_job(self, job_id: str) -> models.GetExportJobResponse:
        """Get an export job.

        The response for a completed job contains a link to its file, valid for 5 minutes; each call
        returns a new link. Fetch it without credentials, or with `download_export_job`.

        Mirrors
        [GetExportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetExportJob.html).

        Args:
            job_id: The job's id.

        Raises:
            BadRequestError: The job does not exist in this account and Region.
        """
        return self._call(GET_EXPORT_JOB, models.GetExportJobRequest(job_id=job_id))

    def wait_for_export_job(
        self,
        job_id: str,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        on_update: Callable[[models.GetExportJobResponse], object] | None = None,
    ) -> models.GetExportJobResponse:
        """Wait until an export job is completed, and return the last response.

        Polls immediately, then at increasing, jittered intervals of 1 to 20 seconds. A transient
        polling failure does not end the wait.

        Args:
            job_id: The job's id.
            timeout: The longest wait, in seconds. A request that was sent is not interrupted: it
                ends by its own timeouts, which `config` sets.
            on_update: Called with every response. An error that it raises ends the wait and is
                raised; `StopIteration` is raised as a `RuntimeError`.

        Raises:
            ExportJobFailedError: The job failed; `error_message` says why.
            ExportJobCancelledError: The job was cancelled.
            WaitTimeoutError: The job was not seen to end in time; it may still run at the service.
            BadRequestError: The job does not exist in this account and Region.
        """
        return self._driver.run(
            wait_for_job(self._pipeline, EXPORT_JOB, job_id, timeout=timeout, on_update=on_update)
        )

    def download_export_job(self, job_id: str, path: str | PathLike[str]) -> int:
        """Download the file of a completed export job, and return its size in bytes.

        A failed download is retried, each time with a new link and without credentials. The file
        appears only once it is complete.

        Args:
            job_id: The job's id.
            path: Where to put the file; an existing file is replaced.

        Raises:
            ExportDownloadError: The job is not completed yet, or no attempt got the complete file.
            ExportJobFailedError: The job failed; `error_message` says why.
            ExportJobCancelledError: The job was cancelled.
            BadRequestError: The job does not exist in this account and Region.
            FileNotFoundError: The directory of `path` does not exist; nothing was sent.
            IsADirectoryError: `path` is a directory; nothing was sent.
        """
        from sesinsights.exports.jobs import download_export_job

        return self._driver.run(download_export_job(self._pipeline, job_id, path))

    def list_export_jobs(
        self,
        *,
        next_token: str | None = None,
        page_size: int | None = None,
        export_source_type: models.ExportSourceTypeInput | None = None,
        job_status: models.JobStatusInput | None = None,
    ) -> models.ListExportJobsResponse:
        """Get one page of export jobs, newest first; `iter_export_jobs` iterates over all.

        Mirrors
        [ListExportJobs](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListExportJobs.html).

        Args:
            next_token: The token of the page to get; by default, the first page.
            page_size: The maximum number of jobs on the page, 1 to 100.
            export_source_type: Only jobs that export this kind of data.
            job_status: Only jobs with this status.
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
        export_source_type: models.ExportSourceTypeInput | None = None,
        job_status: models.JobStatusInput | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[models.ExportJobSummary, models.ListExportJobsResponse]:
        """Iterate over all export jobs, newest first, however many pages that takes.

        Mirrors
        [ListExportJobs](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListExportJobs.html).

        Args:
            page_size: The maximum number of jobs on a page, 1 to 100.
            export_source_type: Only jobs that export this kind of data.
            job_status: Only jobs with this status.
            max_items: The maximum number of jobs to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        request = models.ListExportJobsRequest(
            page_size=page_size, export_source_type=export_source_type, job_status=job_status
        )
        return self._iterate(
            LIST_EXPORT_JOBS, request, starting_token=starting_token, max_items=max_items
        )

    def cancel_export_job(self, job_id: str) -> models.CancelExportJobResponse:
        """Cancel an export job that has not ended.

        Mirrors
        [CancelExportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CancelExportJob.html).

        Args:
            job_id: The job's id.

        Raises:
            BadRequestError: The job has ended, or does not exist in this account and Region.
        """
        return self._call(CANCEL_EXPORT_JOB, models.CancelExportJobRequest(job_id=job_id))

    def create_import_job(
        self,
        *,
        import_destination: models.ImportDestination | models.ImportDestinationDict,
        import_data_source: models.ImportDataSource | models.ImportDataSourceDict,
    ) -> models.CreateImportJobResponse:
        """Create a job that imports a file from Amazon S3 into a list.

        Not paced: no limit is documented. Retried only if it was throttled or certainly never
        arrived, so it never creates a second job. Amazon SES reads the file itself, so the bucket
        must allow `ses.amazonaws.com` to do so.

        Mirrors
        [CreateImportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateImportJob.html).

        Args:
            import_destination: Which list to fill.
            import_data_source: Where the file is, and its format. A file for the suppression list
                has up to 100,000 addresses: a CSV file has the address and, to add it, the reason
                on each line and no header; a JSON file one object per line, with `emailAddress`
                and `reason`.

        Raises:
            LimitExceededError: Too many import jobs run already.
            BadRequestError: The service rejected the request, as it does for an account in the
                sandbox.
            NotFoundError: The contact list does not exist.
            TransportError: No response came back; `maybe_delivered` says whether a job may exist.
            ResponseValidationError: The response cannot be read; a job may exist.
        """
        return self._call(
            CREATE_IMPORT_JOB,
            models.CreateImportJobRequest(
                **checked_by_shape(
                    import_destination=import_destination, import_data_source=import_data_source
                )
            ),
        )

    def get_import_job(self, job_id: str) -> models.GetImportJobResponse:
        """Get an import job.

        Mirrors
        [GetImportJob](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetImportJob.html).

        Args:
            job_id: The job's id.

        Raises:
            BadRequestError: The job does not exist in this account and Region.
            NotFoundError: The same; the service's model allows both errors.
        """
        return self._call(GET_IMPORT_JOB, models.GetImportJobRequest(job_id=job_id))

    def wait_for_import_job(
        self,
        job_id: str,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        on_update: Callable[[models.GetImportJobResponse], object] | None = None,
    ) -> models.GetImportJobResponse:
        """Wait until an import job is completed, and return the last response.

        Polls immediately, then at increasing, jittered intervals of 1 to 20 seconds. A transient
        polling failure does not end the wait.

        Args:
            job_id: The job's id.
            timeout: The longest wait, in seconds. A request that was sent is not interrupted: it
                ends by its own timeouts, which `config` sets.
            on_update: Called with every response. An error that it raises ends the wait and is
                raised; `StopIteration` is raised as a `RuntimeError`.

        Raises:
            ImportJobFailedError: The job failed; `error_message` says why.
            ImportJobCancelledError: The job was cancelled.
            WaitTimeoutError: The job was not seen to end in time; it may still run at the service.
            BadRequestError: The job does not exist in this account and Region.
            NotFoundError: The same; the service's model allows both errors.
        """
        return self._driver.run(
            wait_for_job(self._pipeline, IMPORT_JOB, job_id, timeout=timeout, on_update=on_update)
        )

    def list_import_jobs(
        self,
        *,
        import_destination_type: models.ImportDestinationTypeInput | None = None,
        next_token: str | None = None,
        page_size: int | None = None,
    ) -> models.ListImportJobsResponse:
        """Get one page of import jobs, newest first; `iter_import_jobs` iterates over all.

        Mirrors
        [ListImportJobs](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListImportJobs.html).

        Args:
            import_destination_type: Only jobs that fill this kind of list.
            next_token: The token of the page to get; by default, the first page.
            page_size: The maximum number of jobs on the page, 1 to 100.
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
        import_destination_type: models.ImportDestinationTypeInput | None = None,
        page_size: int | None = None,
        max_items: int | None = None,
        starting_token: str | None = None,
    ) -> ItemIterator[models.ImportJobSummary, models.ListImportJobsResponse]:
        """Iterate over all import jobs, newest first, however many pages that takes.

        Mirrors
        [ListImportJobs](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListImportJobs.html).

        Args:
            import_destination_type: Only jobs that fill this kind of list.
            page_size: The maximum number of jobs on a page, 1 to 100.
            max_items: The maximum number of jobs to return.
            starting_token: Where to begin: an iterator's `resume_token`, or a `next_token`.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        request = models.ListImportJobsRequest(
            import_destination_type=import_destination_type, page_size=page_size
        )
        return self._iterate(
            LIST_IMPORT_JOBS, request, starting_token=starting_token, max_items=max_items
        )
