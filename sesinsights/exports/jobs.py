"""One export job from its creation to its file."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
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
from sesinsights.flows.flow import Fetch, Gather, Run, SignedLink, Sleep
from sesinsights.flows.operations import (
    CANCEL_EXPORT_JOB,
    CREATE_EXPORT_JOB,
    GET_EXPORT_JOB,
    LIST_EXPORT_JOBS,
)
from sesinsights.flows.pages import PageCursor
from sesinsights.flows.retry import Retries, RetryTime, is_transient, may_be_repeated
from sesinsights.flows.waiters import DEFAULT_TIMEOUT, EXPORT_JOB, poll_delays, poll_job
from sesinsights.models.enums import FINAL_JOB_STATUSES, UNSUCCESSFUL_JOB_STATUSES
from sesinsights.models.limits import MAX_RUNNING_EXPORT_JOBS
from sesinsights.whole_files import check_place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from os import PathLike

    from sesinsights import models
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

logger = logging.getLogger("sesinsights")

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far this machine's clock may be off: the service refuses requests that are further off."""

_CLOCKS_AGREE_WITHIN = timedelta(seconds=2)
"""How far a clock that is set over the network may be off; an older job is not ours."""

_CANCEL_WITHIN = 5.0
"""For how many seconds cancelling a job is tried, and each call that looks for a job to cancel; the
error to raise waits for that."""

_LONGEST_DELAY = 5.0
"""The longest interval between two polls of a job, in seconds; windows may wait for its slot."""


class ExportJobs:
    """Creates export jobs, waits for them and downloads their files.

    Args:
        pipeline: The pipeline that makes the calls.
        on_retry: Called when a download is retried or a creation waits for a free slot.
    """

    def __init__(self, pipeline: Pipeline, on_retry: Callable[[], object] | None = None) -> None:
        self._pipeline = pipeline
        self._on_retry = on_retry or (lambda: None)

    def create(
        self, request: models.CreateExportJobRequest, *, is_unique: bool = False
    ) -> Flow[str]:
        """Create a job, and return its id.

        If other jobs use all slots of the account, it waits for a free one. If a response was lost,
        it looks for the job before it creates another.

        Args:
            request: The request that creates it.
            is_unique: Whether no other export can have made the same request.

        Raises:
            LimitExceededError: No slot became free within an hour.
        """
        clock = self._pipeline.clock
        began = clock.monotonic()
        delays = poll_delays()
        time = RetryTime(clock)
        retries: Retries | None = None
        while True:
            since = clock.now()
            try:
                response = yield from self._pipeline.within(time).call(CREATE_EXPORT_JOB, request)
            except LimitExceededError:
                if clock.monotonic() - began > DEFAULT_TIMEOUT:
                    raise
                # A response has arrived, so earlier failures no longer count.
                time, retries = RetryTime(clock), None
                delay = next(delays)
            except SESInsightsError as error:
                if not may_have_been_created(error):
                    raise
                time.begin()
                jobs = ExportJobs(self._pipeline.within(time))
                job_id = yield from jobs.find(request, since, is_unique=is_unique)
                if job_id is not None:
                    return job_id
                what = "creation of an export job"
                retries = retries or Retries(what, self._pipeline.retry, time)
                delay = retries.delay_after(error)
            else:
                return response.job_id
            self._on_retry()
            yield from Sleep(delay)

    def find(
        self,
        request: models.CreateExportJobRequest,
        since: datetime,
        *,
        is_unique: bool,
        known: Collection[str] = (),
    ) -> Flow[str | None]:
        """Return the id of a job that was created with this request, if there is one.

        An older job of the same request belongs to another export, and may lack newer records. If
        no other export can have made the same request, this machine's clock may be off as far as
        the service allows.

        Args:
            request: The request that created the job.
            since: The earliest time at which it was created, by this machine's clock.
            is_unique: Whether no other export can have made the same request.
            known: The ids of jobs that other requests created; they are skipped.
        """
        tolerance = CLOCKS_DIFFER_BY if is_unique else _CLOCKS_AGREE_WITHIN
        jobs = _JobsSince(self._pipeline, since - tolerance)
        while (summary := (yield from jobs.next())) is not None:
            if summary.job_status in UNSUCCESSFUL_JOB_STATUSES or summary.job_id in known:
                continue
            if (yield from _was_created_with(self._pipeline, summary.job_id, [request])):
                return summary.job_id
        return None

    def find_running(
        self,
        requests: Sequence[models.CreateExportJobRequest],
        since: datetime,
        known: Collection[str],
    ) -> Flow[list[str]]:
        """Return the ids of running jobs that were created with one of these requests.

        Called after a failure, so a failing call is neither retried nor raised: the jobs found by
        then are returned.

        Args:
            requests: The requests that created the jobs.
            since: The earliest time at which they were created, by this machine's clock.
            known: The ids of jobs to leave out.
        """
        found: list[str] = []
        pipeline = self._pipeline.once(_CANCEL_WITHIN)
        jobs = _JobsSince(pipeline, since - _CLOCKS_AGREE_WITHIN)
        with suppress(Exception):
            while (summary := (yield from jobs.next())) is not None:
                if summary.job_status in FINAL_JOB_STATUSES or summary.job_id in known:
                    continue
                if (yield from _was_created_with(pipeline, summary.job_id, requests)):
                    found.append(summary.job_id)
        return found

    def cancel(self, job_ids: Iterable[str]) -> Flow[None]:
        """Cancel jobs; errors are not raised."""
        yield from Gather(map(self._cancel, job_ids), MAX_RUNNING_EXPORT_JOBS)

    def _cancel(self, job_id: str) -> Flow[None]:
        request = CANCEL_EXPORT_JOB.request.from_service({"JobId": job_id})
        # A job that has ended in the meantime is refused, and need not be cancelled.
        with suppress(Exception):
            yield from self._pipeline.call(CANCEL_EXPORT_JOB, request, deadline=_CANCEL_WITHIN)
            logger.info("export job %s cancelled: its export ended", job_id)

    def is_usable(self, job_id: str) -> Flow[bool]:
        """Return whether a job of an earlier run exists and did not fail and was not cancelled."""
        try:
            job = yield from self._pipeline.call(GET_EXPORT_JOB, _request_for(job_id))
        except (BadRequestError, NotFoundError):
            return False
        return job.job_status not in UNSUCCESSFUL_JOB_STATUSES

    def wait(
        self,
        job_id: str,
        on_update: Callable[[models.GetExportJobResponse], object] | None = None,
    ) -> Flow[models.GetExportJobResponse]:
        """Wait until a job is completed, and return the last response."""
        return (
            yield from poll_job(
                self._pipeline,
                EXPORT_JOB,
                _request_for(job_id),
                timeout=DEFAULT_TIMEOUT,
                on_update=on_update,
                longest_delay=_LONGEST_DELAY,
            )
        )

    def download(
        self,
        job_id: str,
        job: models.GetExportJobResponse,
        path: Path,
        *,
        is_private: bool = False,
    ) -> Flow[int]:
        """Download the file of a completed job, and return its size in bytes.

        A failed download is retried, each time with a new link.

        Args:
            job_id: The job.
            job: The response that says that it is completed.
            path: Where to put the file.
            is_private: Whether only its owner may read it.
        """
        time = RetryTime(self._pipeline.clock)
        retries: Retries | None = None
        while True:
            try:
                return (yield from Fetch(job_id, _link_to(job_id, job), path, is_private))
            except ExportDownloadError as error:
                what = f"download of export job {job_id}"
                retries = retries or Retries(what, self._pipeline.retry, time)
                delay = retries.delay_after(error)
            self._on_retry()
            yield from Sleep(delay)
            job = yield from self._pipeline.within(time).call(GET_EXPORT_JOB, _request_for(job_id))


class _JobsSince:
    """Iterates over the account's jobs that were created since a time, newest first."""

    def __init__(self, pipeline: Pipeline, earliest: datetime) -> None:
        self._earliest = earliest
        self._jobs = PageCursor(
            pipeline,
            LIST_EXPORT_JOBS,
            LIST_EXPORT_JOBS.request(),
            starting_token=None,
            max_items=None,
        )

    def next(self) -> Flow[_Listed | None]:
        """Return the next job; None after the last."""
        while (summary := (yield from self._jobs.next_item())) is not None:
            if summary.created_timestamp < self._earliest:
                break
            if summary.job_id:
                return _Listed(summary.job_id, summary.job_status)
        return None


@dataclass(frozen=True, slots=True)
class _Listed:
    """A job of a list that has an id."""

    job_id: str
    job_status: models.JobStatus | str | None


def download_export_job(pipeline: Pipeline, job_id: str, path: str | PathLike[str]) -> Flow[int]:
    """Return the flow that downloads the file of a job, if it is completed.

    Raises:
        pydantic.ValidationError: `job_id` is not a job id.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    return _download(pipeline, GET_EXPORT_JOB.request(job_id=job_id), Path(path))


def _download(pipeline: Pipeline, request: models.GetExportJobRequest, path: Path) -> Flow[int]:
    yield from Run(partial(check_place, path))
    job = yield from pipeline.call(GET_EXPORT_JOB, request)
    if not EXPORT_JOB.is_completed(job):
        reason = f"the job is {job.job_status}, and wait_for_export_job waits until it is completed"
        raise ExportDownloadError(request.job_id, reason)
    return (yield from ExportJobs(pipeline).download(request.job_id, job, path))


def _request_for(job_id: str) -> models.GetExportJobRequest:
    """Return the request that gets a job; its id is from the service, so any id is accepted."""
    return GET_EXPORT_JOB.request.from_service({"JobId": job_id})


def _link_to(job_id: str, job: models.GetExportJobResponse) -> SignedLink:
    if job.s3_url:
        return SignedLink(job.s3_url)
    raise ExportDownloadError(job_id, "the service returned no link to it")


def may_have_been_created(error: SESInsightsError) -> bool:
    """Return whether a creation with this error may have created a job."""
    if isinstance(error, ResponseValidationError):
        return True
    return is_transient(error) and not may_be_repeated(error, repeatable=False)


def _was_created_with(
    pipeline: Pipeline, job_id: str, requests: Iterable[models.CreateExportJobRequest]
) -> Flow[bool]:
    """Return whether a job was created with one of these requests."""
    job = yield from pipeline.call(GET_EXPORT_JOB, _request_for(job_id))
    echo = _parameters_of(job)
    return any(_matches(echo, request.to_service()) for request in requests)


def _matches(echo: object, wanted: object) -> bool:
    """Return whether the service's parameters match ours: it may add members and round times."""
    match wanted, echo:
        case dict(), dict():
            sent, shown = cast("dict[str, object]", wanted), cast("dict[str, object]", echo)
            return all(_matches(shown.get(name), value) for name, value in sent.items())
        case datetime(), datetime():
            return abs(echo - wanted) < INSTANT
        case _:
            return echo == wanted


def _parameters_of(job: models.GetExportJobResponse) -> dict[str, object]:
    """Return the parameters that a job was created with, as far as the service shows them."""
    source, destination = job.export_data_source, job.export_destination
    return {
        "ExportDataSource": source.to_service() if source else None,
        "ExportDestination": {"DataFormat": destination.data_format} if destination else None,
    }
