"""One export job from its creation to its file."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
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
    from pathlib import Path

    from sesinsights import models
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

logger = logging.getLogger("sesinsights")

_CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far this machine's clock may be off: the service refuses what is signed farther away."""

_CLOCKS_AGREE_WITHIN = timedelta(seconds=2)
"""How far a clock that is set over the network is off; a job that is older still is not ours."""

_CANCEL_WITHIN = 5.0
"""For how long cancelling a job is repeated, in seconds: an error waits until it is done."""

_LONGEST_DELAY = 5.0
"""How many seconds may pass between two looks at a job, for which others may be waiting."""


class ExportJobs:
    """Creates export jobs, waits for them and downloads their files.

    Args:
        pipeline: The way of every call.
        on_retry: Called when a download is repeated or a creation waits for a free slot.
    """

    def __init__(self, pipeline: Pipeline, on_retry: Callable[[], object] | None = None) -> None:
        self._pipeline = pipeline
        self._on_retry = on_retry or (lambda: None)

    def create(
        self, request: models.CreateExportJobRequest, *, is_unique: bool = False
    ) -> Flow[str]:
        """Create a job, and return its id.

        While other jobs hold all the slots that the account has, it waits for one. When an answer
        was lost, it looks for the job before it creates another.

        Args:
            request: What to create it with.
            is_unique: Whether no other export can have asked for the same.

        Raises:
            LimitExceededError: No slot became free in an hour.
        """
        clock = self._pipeline.clock
        began = clock.monotonic()
        delays = poll_delays()
        time = RetryTime(clock)
        retries: Retries | None = None
        while True:
            since = clock.now()
            try:
                answer = yield from self._pipeline.within(time).call(CREATE_EXPORT_JOB, request)
                if not answer.job_id:
                    raise ResponseValidationError(type(answer).__name__, answer, "it has no JobId")
            except LimitExceededError:
                if clock.monotonic() - began > DEFAULT_TIMEOUT:
                    raise
                # The service has answered, so what failed before it is over.
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
                return answer.job_id
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

        A job of the same request that is older belongs to another export, and knows less. Where
        nobody else can have asked for the same, this machine's clock may be off as far as the
        service allows.

        Args:
            request: What the job was created with.
            since: When it was created at the earliest, by this machine's clock.
            is_unique: Whether no other export can have asked for the same.
            known: Jobs that were created with other requests, and need no look.
        """
        tolerance = _CLOCKS_DIFFER_BY if is_unique else _CLOCKS_AGREE_WITHIN
        jobs = _JobsSince(self._pipeline, since - tolerance)
        while (summary := (yield from jobs.next())) is not None:
            if summary.job_status in UNSUCCESSFUL_JOB_STATUSES or summary.job_id in known:
                continue
            if (yield from _is_of(self._pipeline, summary.job_id, [request])):
                return summary.job_id
        return None

    def find_running(
        self,
        requests: Sequence[models.CreateExportJobRequest],
        since: datetime,
        known: Collection[str],
    ) -> Flow[list[str]]:
        """Return the ids of jobs that run and were created with one of these requests.

        It is asked after a failure, so a call that fails is neither repeated nor raised: what was
        found by then is returned.

        Args:
            requests: What the jobs were created with.
            since: When they were created at the earliest, by this machine's clock.
            known: Jobs that are not looked for.
        """
        found: list[str] = []
        pipeline = self._pipeline.once()
        jobs = _JobsSince(pipeline, since - _CLOCKS_AGREE_WITHIN)
        with suppress(Exception):
            while (summary := (yield from jobs.next())) is not None:
                if summary.job_status in FINAL_JOB_STATUSES or summary.job_id in known:
                    continue
                if (yield from _is_of(pipeline, summary.job_id, requests)):
                    found.append(summary.job_id)
        return found

    def cancel(self, job_ids: Iterable[str]) -> Flow[None]:
        """Cancel jobs; what fails is not raised."""
        yield from Gather(map(self._cancel, job_ids), MAX_RUNNING_EXPORT_JOBS)

    def _cancel(self, job_id: str) -> Flow[None]:
        request = CANCEL_EXPORT_JOB.request.from_service({"JobId": job_id})
        # One that has ended meanwhile is refused, and need not be cancelled.
        with suppress(Exception):
            yield from self._pipeline.call(CANCEL_EXPORT_JOB, request, deadline=_CANCEL_WITHIN)
            logger.info("export job %s cancelled: nobody waits for it", job_id)

    def is_usable(self, job_id: str) -> Flow[bool]:
        """Return whether a job of an earlier run is known and has not ended in vain."""
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
        """Wait until a job is completed, and return the last answer."""
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
        """Download the file of a completed job, and return how many bytes it has.

        A download that fails is repeated, each time with a fresh link.

        Args:
            job_id: The job.
            job: The answer that says that it is completed.
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
    """Walks through the jobs of the account that were created since a time, newest first."""

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
            created = summary.created_timestamp
            if created and created < self._earliest:
                break
            if summary.job_id is not None:
                return _Listed(summary.job_id, summary.job_status)
        return None


@dataclass(frozen=True, slots=True)
class _Listed:
    """A job of a list that has an id."""

    job_id: str
    job_status: models.JobStatus | str | None


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
        status = job.job_status or "in no known state"
        reason = f"the job is {status}, and wait_for_export_job waits until it is completed"
        raise ExportDownloadError(request.job_id, reason)
    return (yield from ExportJobs(pipeline).download(request.job_id, job, path))


def _request_for(job_id: str) -> models.GetExportJobRequest:
    """Return what asks for a job by the id that the service gave it, whatever that looks like."""
    return GET_EXPORT_JOB.request.from_service({"JobId": job_id})


def _link_to(job_id: str, job: models.GetExportJobResponse) -> SignedLink:
    if job.export_destination and job.export_destination.s3_url:
        return SignedLink(job.export_destination.s3_url)
    raise ExportDownloadError(job_id, "the service gave no link to it")


def may_have_been_created(error: SESInsightsError) -> bool:
    """Return whether a creation that ended so may have made a job."""
    if isinstance(error, ResponseValidationError):
        return True
    return is_transient(error) and not may_be_repeated(error, repeatable=False)


def _is_of(
    pipeline: Pipeline, job_id: str, requests: Iterable[models.CreateExportJobRequest]
) -> Flow[bool]:
    """Return whether a job was created with one of these requests."""
    job = yield from pipeline.call(GET_EXPORT_JOB, _request_for(job_id))
    echo = _created_with(job)
    return any(_agrees(echo, request.to_service()) for request in requests)


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
