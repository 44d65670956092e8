"""Export jobs: making, watching, listing and cancelling them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.testing.export_request import check_export_request
from sesinsights.testing.fault_queue import EmptyPage, FailedJob
from sesinsights.testing.job_progress import JobProgress
from sesinsights.testing.pages import Pager
from sesinsights.testing.refusal import VDM_DISABLED, RefusalError, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.testing.export_results import ExportResults
    from sesinsights.testing.fault_queue import FaultQueue
    from sesinsights.testing.links import Links
    from sesinsights.testing.settings import Settings

__all__ = ["ExportJob", "ExportJobHandlers"]

_SOURCE_TYPES = {
    "MetricsDataSource": "METRICS_DATA",
    "MessageInsightsDataSource": "MESSAGE_INSIGHTS",
}


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export job.

    Attributes:
        job_id: Its identifier.
        number: Which one it is; later ones have higher numbers.
        data_source: The ExportDataSource, checked.
        data_format: `CSV` or `JSON`.
        progress: How far it is.
    """

    job_id: str
    number: int
    data_source: Mapping[str, Any]
    data_format: str
    progress: JobProgress

    @property
    def position(self) -> tuple[float, int]:
        """Where it stands in a list."""
        return self.progress.created_at.timestamp(), self.number

    @property
    def source_type(self) -> str:
        """What kind of data it exports."""
        return next(_SOURCE_TYPES[name] for name in self.data_source)


class ExportJobHandlers:
    """Answers for export jobs, and keeps them."""

    def __init__(
        self, settings: Settings, results: ExportResults, links: Links, faults: FaultQueue
    ) -> None:
        self._settings = settings
        self._results = results
        self._links = links
        self._faults = faults
        self._jobs: dict[str, ExportJob] = {}
        self._numbers = itertools.count()
        self._pager = Pager()

    def add(
        self,
        data_source: Mapping[str, Any],
        data_format: str,
        progress: JobProgress,
        job_id: str | None = None,
    ) -> str:
        """Keep a job and return its identifier.

        Raises:
            ValueError: There is a job with this identifier.
        """
        job_id = job_id or self._settings.new_id()
        if job_id in self._jobs:
            message = f"there is an export job {job_id}"
            raise ValueError(message)
        job = ExportJob(job_id, next(self._numbers), data_source, data_format, progress)
        self._jobs[job_id] = job
        self._results.expect(job)
        return job_id

    def create_export_job(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Start a job, unless too many run already."""
        if not self._settings.vdm_enabled:
            raise bad_request(VDM_DISABLED)
        now = self._settings.now()
        check_export_request(parameters, now)
        running = sum(not job.progress.is_finished(now) for job in self._jobs.values())
        if running >= self._settings.max_running_jobs:
            code = "LimitExceededException"
            raise RefusalError(code, f"{running} export jobs are running, which is the limit")
        failure = self._faults.take(FailedJob)
        progress = JobProgress(
            created_at=now,
            duration=timedelta(seconds=self._settings.job_seconds),
            error_message=failure.message if failure else None,
        )
        data_format = parameters["ExportDestination"]["DataFormat"]
        return {"JobId": self.add(parameters["ExportDataSource"], data_format, progress)}

    def get_export_job(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Describe a job; one that is completed comes with a fresh link to its file."""
        job = self._find(parameters)
        now = self._settings.now()
        destination = {"DataFormat": job.data_format}
        statistics = None
        if job.progress.status(now) == "COMPLETED":
            destination["S3Url"] = self._links.new(job.job_id, job.data_format, now)
            statistics = {"ProcessedRecordsCount": self._results.of(job).examined}
        return {
            **_summary(job, self._settings),
            "ExportDestination": destination,
            "ExportDataSource": job.data_source,
            "FailureInfo": job.progress.failure(now),
            "Statistics": statistics,
        }

    def list_export_jobs(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """List jobs, newest first."""
        summaries = {job.job_id: _summary(job, self._settings) for job in self._jobs.values()}
        wanted = {k: v for k, v in parameters.items() if k in {"ExportSourceType", "JobStatus"}}
        jobs = [
            job
            for job in self._jobs.values()
            if all(summaries[job.job_id][member] == value for member, value in wanted.items())
        ]
        empty = self._faults.take(EmptyPage, "ListExportJobs") is not None
        page, token = self._pager.page(jobs, parameters, empty=empty)
        return {"ExportJobs": [summaries[job.job_id] for job in page], "NextToken": token}

    def cancel_export_job(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Cancel a job that is not finished."""
        job = self._find(parameters)
        now = self._settings.now()
        if job.progress.is_finished(now):
            message = f"The job is {job.progress.status(now)} and cannot be cancelled"
            raise bad_request(message)
        job.progress.cancelled_at = now
        return {}

    def find(self, job_id: str) -> ExportJob:
        """Return a job that is known to exist."""
        return self._jobs[job_id]

    def _find(self, parameters: dict[str, Any]) -> ExportJob:
        job = self._jobs.get(parameters["JobId"])
        if job is None:
            message = "Invalid JobId"
            raise bad_request(message)
        return job


def _summary(job: ExportJob, settings: Settings) -> dict[str, Any]:
    now = settings.now()
    return {
        "JobId": job.job_id,
        "ExportSourceType": job.source_type,
        "JobStatus": job.progress.status(now),
        "CreatedTimestamp": job.progress.created_at,
        "CompletedTimestamp": job.progress.completed_at(now),
    }
