"""One export job from its creation to its file."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from sesinsights.errors import (
    BadRequestError,
    ExportDownloadError,
    LimitExceededError,
    NotFoundError,
    ResponseValidationError,
    SESInsightsError,
)
from sesinsights.exports.windows import INSTANT
from sesinsights.flows.flow import Fetch, Run, Sleep
from sesinsights.flows.operations import CREATE_EXPORT_JOB, GET_EXPORT_JOB, LIST_EXPORT_JOBS
from sesinsights.flows.pages import PageCursor
from sesinsights.flows.retry import Retries, is_transient, may_be_repeated
from sesinsights.flows.waiters import DEFAULT_TIMEOUT, EXPORT_JOB, gaps, wait_for_job
from sesinsights.models.enums import JobStatus
from sesinsights.whole_files import check_place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights import models
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

__all__ = ["ExportJobs", "download_export_job"]

_CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far this machine's clock may be off: the service refuses what is signed farther away."""

_ENDED_IN_VAIN = (JobStatus.FAILED, JobStatus.CANCELLED)


class ExportJobs:
    """Creates export jobs, waits for them and downloads their files.

    Args:
        pipeline: The way of every call.
        on_retry: Called when a download is repeated or a creation waits for a free slot.
    """

    def __init__(self, pipeline: Pipeline, on_retry: Callable[[], object] | None = None) -> None:
        self._pipeline = pipeline
        self._on_retry = on_retry or (lambda: None)

    def create(self, request: models.CreateExportJobRequest) -> Flow[str]:
        """Create a job, and return its id.

        While other jobs hold all the slots that the account has, it waits for one. When an answer
        was lost, it looks for the job before it creates another.

        Raises:
            LimitExceededError: No slot became free in an hour.
        """
        clock = self._pipeline.clock
        began = clock.monotonic()
        waiting = gaps()
        retries: Retries | None = None
        while True:
            since = clock.now()
            try:
                answer = yield from self._pipeline.call(CREATE_EXPORT_JOB, request)
            except LimitExceededError:
                if clock.monotonic() - began > DEFAULT_TIMEOUT:
                    raise
                delay = next(waiting)
            except SESInsightsError as error:
                if not _may_have_been_created(error):
                    raise
                job_id = yield from self.find(request, since)
                if job_id is not None:
                    return job_id
                retries = retries or Retries(self._pipeline.retry)
                delay = retries.delay_after(error, 0.0)
            else:
                return answer.job_id
            self._on_retry()
            yield from Sleep(delay)

    def find(self, request: models.CreateExportJobRequest, since: datetime) -> Flow[str | None]:
        """Return the id of a job that was created with this request, if there is one.

        Args:
            request: What the job was created with.
            since: When it was created at the earliest, by this machine's clock.
        """
        wanted = request.to_service()
        jobs = PageCursor(
            self._pipeline,
            LIST_EXPORT_JOBS,
            LIST_EXPORT_JOBS.request(),
            starting_token=None,
            max_items=None,
        )
        while (summary := (yield from jobs.next_item())) is not None:
            if summary.created_timestamp < since - _CLOCKS_DIFFER_BY:
                break
            if summary.job_status in _ENDED_IN_VAIN:
                continue
            job = yield from self._pipeline.call(
                GET_EXPORT_JOB, GET_EXPORT_JOB.request(job_id=summary.job_id)
            )
            if _agrees(_created_with(job), wanted):
                return summary.job_id
        return None

    def is_usable(self, job_id: str) -> Flow[bool]:
        """Return whether a job of an earlier run is known and has not ended in vain."""
        try:
            job = yield from self._pipeline.call(
                GET_EXPORT_JOB, GET_EXPORT_JOB.request(job_id=job_id)
            )
        except (BadRequestError, NotFoundError):
            return False
        return job.job_status not in _ENDED_IN_VAIN

    def wait(
        self,
        job_id: str,
        on_update: Callable[[models.GetExportJobResponse], object] | None = None,
    ) -> Flow[models.GetExportJobResponse]:
        """Wait until a job is completed, and return the last answer."""
        return (
            yield from wait_for_job(
                self._pipeline, EXPORT_JOB, job_id, timeout=DEFAULT_TIMEOUT, on_update=on_update
            )
        )

    def download(self, job_id: str, job: models.GetExportJobResponse, path: Path) -> Flow[int]:
        """Download the file of a completed job, and return how many bytes it has.

        A download that fails is repeated, each time with a fresh link.
        """
        retries: Retries | None = None
        while True:
            try:
                return (yield from Fetch(job_id, _link_to(job_id, job), path))
            except ExportDownloadError as error:
                retries = retries or Retries(self._pipeline.retry)
                delay = retries.delay_after(error, 0.0)
            self._on_retry()
            yield from Sleep(delay)
            job = yield from self._pipeline.call(
                GET_EXPORT_JOB, GET_EXPORT_JOB.request(job_id=job_id)
            )


def download_export_job(pipeline: Pipeline, job_id: str, path: Path) -> Flow[int]:
    """Return the flow that downloads the file of a job, if it is completed.

    Raises:
        pydantic.ValidationError: `job_id` is no id of a job.
    """
    # Checked here and not in the flow, which a driver only begins when it has connected.
    return _download(pipeline, GET_EXPORT_JOB.request(job_id=job_id), path)


def _download(pipeline: Pipeline, request: models.GetExportJobRequest, path: Path) -> Flow[int]:
    yield from Run(partial(check_place, path))
    job = yield from pipeline.call(GET_EXPORT_JOB, request)
    if not EXPORT_JOB.is_completed(job):
        reason = f"the job is {job.job_status}, and wait_for_export_job waits until it is completed"
        raise ExportDownloadError(request.job_id, reason)
    return (yield from ExportJobs(pipeline).download(request.job_id, job, path))


def _link_to(job_id: str, job: models.GetExportJobResponse) -> str:
    if job.s3_url:
        return job.s3_url
    raise ExportDownloadError(job_id, "the service gave no link to it")


def _may_have_been_created(error: SESInsightsError) -> bool:
    if isinstance(error, ResponseValidationError):
        return True
    return is_transient(error) and not may_be_repeated(error, repeatable=False)


def _agrees(echo: object, wanted: object) -> bool:
    """Return whether the service shows what was sent: it may add members and round times."""
    match wanted, echo:
        case dict(), dict():
            sent, shown = cast("dict[str, object]", wanted), cast("dict[str, object]", echo)
            return all(_agrees(shown.get(name), value) for name, value in sent.items())
        case datetime(), datetime():
            return abs(echo - wanted) < INSTANT
        case _:
            return echo == wanted


def _created_with(job: models.GetExportJobResponse) -> dict[str, object]:
    """Return the parameters that a job was created with, as far as the service tells them."""
    source, destination = job.export_data_source, job.export_destination
    return {
        "ExportDataSource": source.to_service() if source else None,
        "ExportDestination": {"DataFormat": destination.data_format} if destination else None,
    }
