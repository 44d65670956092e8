"""Import jobs: watching and listing them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sesinsights.testing.fault_queue import EmptyPage
from sesinsights.testing.pages import Pager
from sesinsights.testing.refusal import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.testing.fault_queue import FaultQueue
    from sesinsights.testing.job_progress import JobProgress
    from sesinsights.testing.settings import Settings

__all__ = ["ImportJob", "ImportJobHandlers"]

_DESTINATION_TYPES = {
    "SUPPRESSION_LIST": "SuppressionListDestination",
    "CONTACT_LIST": "ContactListDestination",
}


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import job.

    Attributes:
        job_id: Its identifier.
        number: Which one it is; later ones have higher numbers.
        destination: The ImportDestination, checked.
        data_source: The ImportDataSource, checked.
        progress: How far it is.
        processed_records: How many records it processes in all.
        failed_records: How many of them fail.
    """

    job_id: str
    number: int
    destination: Mapping[str, Any]
    data_source: Mapping[str, Any]
    progress: JobProgress
    processed_records: int
    failed_records: int

    @property
    def position(self) -> tuple[float, int]:
        """Where it stands in a list."""
        return self.progress.created_at.timestamp(), self.number


class ImportJobHandlers:
    """Answers for import jobs, and keeps them."""

    def __init__(self, settings: Settings, faults: FaultQueue) -> None:
        self._settings = settings
        self._faults = faults
        self._jobs: dict[str, ImportJob] = {}
        self._numbers = itertools.count()
        self._pager = Pager()

    def add(
        self,
        destination: Mapping[str, Any],
        data_source: Mapping[str, Any],
        progress: JobProgress,
        *,
        job_id: str | None,
        processed_records: int,
        failed_records: int,
    ) -> str:
        """Keep a job and return its identifier.

        Raises:
            ValueError: There is a job with this identifier.
        """
        job_id = job_id or self._settings.new_id()
        if job_id in self._jobs:
            message = f"there is an import job {job_id}"
            raise ValueError(message)
        self._jobs[job_id] = ImportJob(
            job_id,
            next(self._numbers),
            destination,
            data_source,
            progress,
            processed_records,
            failed_records,
        )
        return job_id

    def get_import_job(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Describe a job."""
        job = self._jobs.get(parameters["JobId"])
        if job is None:
            message = "Invalid JobId"
            raise bad_request(message)
        now = self._settings.now()
        return {
            **self._summary(job),
            "ImportDataSource": job.data_source,
            "FailureInfo": job.progress.failure(now),
            "CompletedTimestamp": job.progress.completed_at(now),
        }

    def list_import_jobs(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """List jobs, newest first."""
        kind = parameters.get("ImportDestinationType")
        jobs = [
            job
            for job in self._jobs.values()
            if kind is None or _DESTINATION_TYPES[kind] in job.destination
        ]
        empty = self._faults.take(EmptyPage, "ListImportJobs") is not None
        page, token = self._pager.page(jobs, parameters, empty=empty)
        return {"ImportJobs": [self._summary(job) for job in page], "NextToken": token}

    def _summary(self, job: ImportJob) -> dict[str, Any]:
        now = self._settings.now()
        finished = job.progress.is_finished(now)
        return {
            "JobId": job.job_id,
            "ImportDestination": job.destination,
            "JobStatus": job.progress.status(now),
            "CreatedTimestamp": job.progress.created_at,
            "ProcessedRecordsCount": job.processed_records if finished else 0,
            "FailedRecordsCount": job.failed_records if finished else 0,
        }
