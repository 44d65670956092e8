"""Jobs and their progress; export jobs, and the operations on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typing_extensions import override

from sesinsights.models.enums import FINAL_JOB_STATUSES
from sesinsights.testing.exchange import RefusalError, bad_request
from sesinsights.testing.export_results import export_insights, export_metrics
from sesinsights.testing.faults import EmptyPage, FailedJob
from sesinsights.testing.pages import Pager

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sesinsights.testing.downloads import Links
    from sesinsights.testing.export_request import ExportRequestRules
    from sesinsights.testing.export_results import ExportResult
    from sesinsights.testing.faults import FaultQueue
    from sesinsights.testing.messages import Mailbox, Message
    from sesinsights.testing.options import Options


_SOURCE_TYPES = {
    "MetricsDataSource": "METRICS_DATA",
    "MessageInsightsDataSource": "MESSAGE_INSIGHTS",
}

_numbers = itertools.count()


@dataclass(slots=True, kw_only=True)
class JobProgress:
    """The life of a job, by the clock alone.

    Attributes:
        created_at: When it was created, in UTC.
        duration: How long it takes.
        created_for: How much of that time its status is CREATED.
        error_message: Why it is going to fail; None when it is not.
        fixed_status: A status that it keeps, regardless of the clock.
        cancelled_at: When it was cancelled.
    """

    created_at: datetime
    duration: timedelta
    created_for: timedelta = timedelta()
    error_message: str | None = None
    fixed_status: str | None = None
    cancelled_at: datetime | None = None

    def status(self, now: datetime) -> str:
        """Return the status at a moment."""
        if self.cancelled_at:
            return "CANCELLED"
        if self.fixed_status:
            return self.fixed_status
        elapsed = now - self.created_at
        if elapsed >= self.duration:
            return "FAILED" if self.error_message else "COMPLETED"
        return "CREATED" if elapsed < self.created_for else "PROCESSING"

    def is_finished(self, now: datetime) -> bool:
        """Return whether the job has ended."""
        return self.status(now) in FINAL_JOB_STATUSES

    def completed_at(self, now: datetime) -> datetime | None:
        """Return when the job ended; None while it runs."""
        if not self.is_finished(now):
            return None
        return self.cancelled_at or self.created_at + self.duration

    def failure(self, now: datetime) -> dict[str, str] | None:
        """Return the FailureInfo of a job that failed and says why."""
        if self.status(now) == "FAILED" and self.error_message:
            return {"ErrorMessage": self.error_message}
        return None


def progress_of_new_job(options: Options, faults: FaultQueue, now: datetime) -> JobProgress:
    """Return the progress of a job that is created now; it fails if a fault says so."""
    failure = faults.take(FailedJob)
    return JobProgress(
        created_at=now,
        duration=timedelta(seconds=options.job_seconds),
        created_for=timedelta(seconds=options.created_seconds),
        error_message=failure.message if failure else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The base of all jobs.

    Attributes:
        job_id: Its identifier.
        progress: Its progress.
        number: A number that is higher for later jobs.
    """

    job_id: str
    progress: JobProgress
    number: int = field(default_factory=_numbers.__next__)

    @property
    def position(self) -> tuple[float, int]:
        """Its position in a list."""
        return self.progress.created_at.timestamp(), self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportJob(Job):
    """An export job.

    Attributes:
        data_source: The ExportDataSource, checked.
        data_format: `CSV` or `JSON`.
    """

    data_source: Mapping[str, Any]
    data_format: str

    @property
    def source_type(self) -> str:
        """What kind of data it exports."""
        return _source_type(self.data_source)


JobT = TypeVar("JobT", bound=Job)


class JobStore(Generic[JobT]):
    """Keeps the jobs of one kind, and lists them."""

    def __init__(self, faults: FaultQueue) -> None:
        self._faults = faults
        self._jobs: dict[str, JobT] = {}
        self._pager = Pager()

    def add(self, job: JobT) -> str:
        """Keep a job and return its identifier.

        Raises:
            ValueError: There is a job with this identifier.
        """
        if job.job_id in self._jobs:
            raise ValueError(f"there is already a job {job.job_id}")
        self._jobs[job.job_id] = job
        return job.job_id

    def _page(
        self, operation: str, jobs: Iterable[JobT], parameters: Mapping[str, Any]
    ) -> tuple[list[JobT], str | None]:
        """Return a page of jobs, newest first, and the token of the next one."""
        empty = self._faults.take(EmptyPage, operation) is not None
        return self._pager.page(jobs, parameters, empty=empty)


class ExportJobs(JobStore[ExportJob]):
    """Serves the operations on export jobs.

    A job exports the messages that are there when it completes. So `settle()` must be called before
    anything is changed in the mailbox.
    """

    def __init__(
        self,
        options: Options,
        mailbox: Mailbox,
        links: Links,
        faults: FaultQueue,
        rules: ExportRequestRules,
    ) -> None:
        super().__init__(faults)
        self._options = options
        self._mailbox = mailbox
        self._links = links
        self._rules = rules
        self._unsettled: list[ExportJob] = []
        self._messages: dict[str, Sequence[Message]] = {}
        self._results: dict[str, ExportResult] = {}

    @override
    def add(self, job: ExportJob) -> str:
        """Keep a job and return its identifier.

        Raises:
            ValueError: There is a job with this identifier.
        """
        super().add(job)
        self._unsettled.append(job)
        return job.job_id

    def settle(self, now: datetime) -> None:
        """Keep the messages as they are for every job that is complete by now."""
        finished = [job for job in self._unsettled if job.progress.is_finished(now)]
        if finished:
            messages = self._mailbox.all()
            self._messages.update((job.job_id, messages) for job in finished)
            self._unsettled = [j for j in self._unsettled if not j.progress.is_finished(now)]

    def result(self, job: ExportJob, now: datetime) -> ExportResult:
        """Return what a completed job exported; it is computed once."""
        if job.job_id not in self._results:
            self.settle(now)
            messages = self._messages.pop(job.job_id)
            (source,) = job.data_source.values()
            self._results[job.job_id] = (
                export_metrics(source, job.data_format, messages)
                if job.source_type == "METRICS_DATA"
                else export_insights(
                    source,
                    job.data_format,
                    messages,
                    created_at=job.progress.created_at,
                    sampler=self._options.sampler(job.job_id),
                )
            )
        return self._results[job.job_id]

    def file(self, job_id: str, now: datetime) -> tuple[str, bytes]:
        """Return the format and the content of the file of a job that is known to be complete."""
        job = self._known(job_id)
        return job.data_format, self.result(job, now).file

    def create_export_job(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Start a job, unless too many run already."""
        self._rules.check(parameters, now, vdm_enabled=self._options.vdm_enabled)
        source = parameters["ExportDataSource"]
        running = sum(not job.progress.is_finished(now) for job in self._jobs.values())
        if running >= self._options.max_running_jobs:
            raise RefusalError(
                "LimitExceededException",
                f"There are too many <{_source_type(source)}> export jobs running - either cancel"
                " one of the jobs or wait for it to complete before resubmitting.",
            )
        job = ExportJob(
            job_id=self._options.new_id(),
            progress=progress_of_new_job(self._options, self._faults, now),
            data_source=source,
            data_format=parameters["ExportDestination"]["DataFormat"],
        )
        return {"JobId": self.add(job)}

    def get_export_job(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Describe a job; one that is completed comes with a fresh link to its file."""
        job = self._known(parameters["JobId"])
        destination = {"DataFormat": job.data_format}
        statistics = None
        if job.progress.status(now) == "COMPLETED":
            destination["S3Url"] = self._links.new(job.job_id, job.data_format, now)
            statistics = {"ProcessedRecordsCount": self.result(job, now).examined}
        return {
            **_export_summary(job, now),
            "ExportDestination": destination,
            "ExportDataSource": job.data_source,
            "FailureInfo": job.progress.failure(now),
            "Statistics": statistics,
        }

    def list_export_jobs(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """List jobs, newest first."""
        summaries = {job.job_id: _export_summary(job, now) for job in self._jobs.values()}
        wanted = {k: v for k, v in parameters.items() if k in {"ExportSourceType", "JobStatus"}}
        jobs = [
            job
            for job in self._jobs.values()
            if all(summaries[job.job_id][member] == value for member, value in wanted.items())
        ]
        page, token = self._page("ListExportJobs", jobs, parameters)
        return {"ExportJobs": [summaries[job.job_id] for job in page], "NextToken": token}

    def cancel_export_job(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Cancel a job that is not finished."""
        job = self._known(parameters["JobId"])
        if job.progress.is_finished(now):
            status = job.progress.status(now)
            raise bad_request(f"Cannot cancel an export job that has a <{status}> status.")
        job.progress.cancelled_at = now
        return {}

    def _known(self, job_id: str) -> ExportJob:
        job = self._jobs.get(job_id)
        if job is None:
            message = "Invalid JobId"
            raise bad_request(message)
        return job


def _source_type(data_source: Mapping[str, Any]) -> str:
    (name,) = data_source
    return _SOURCE_TYPES[name]


def _export_summary(job: ExportJob, now: datetime) -> dict[str, Any]:
    return {
        "JobId": job.job_id,
        "ExportSourceType": job.source_type,
        "JobStatus": job.progress.status(now),
        "CreatedTimestamp": job.progress.created_at,
        "CompletedTimestamp": job.progress.completed_at(now),
    }
