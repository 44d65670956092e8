"""Waits for jobs: each ends with the job's last response, or with an error that says why."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sesinsights import models
from sesinsights.arguments import check_callback, checked_seconds
from sesinsights.errors import (
    ExportJobCancelledError,
    ExportJobFailedError,
    ImportJobCancelledError,
    ImportJobFailedError,
    JobCancelledError,
    JobFailedError,
    PaceTimeoutError,
    SESInsightsError,
    WaitTimeoutError,
)
from sesinsights.flows.flow import Sleep
from sesinsights.flows.operations import GET_EXPORT_JOB, GET_IMPORT_JOB
from sesinsights.flows.retry import is_transient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.operation import Operation
    from sesinsights.flows.pipeline import Pipeline

JobT = TypeVar("JobT", bound="models.GetExportJobResponse | models.GetImportJobResponse")

DEFAULT_TIMEOUT = 3600.0
"""How long a wait may take by default, in seconds."""

_FIRST_DELAY = 1.0
_GROWTH = 1.5
_LONGEST_DELAY = 20.0
_JITTER = 0.2


class JobWaiter(NamedTuple, Generic[JobT]):
    """The differences between waiting for the two kinds of jobs."""

    operation: Operation[Any, JobT]
    failed: type[JobFailedError[JobT]]
    cancelled: type[JobCancelledError[JobT]]

    def is_completed(self, job: JobT) -> bool:
        """Return whether the job is completed; raise if it failed or was cancelled."""
        match job.job_status:
            case models.JobStatus.FAILED:
                raise self.failed(job)
            case models.JobStatus.CANCELLED:
                raise self.cancelled(job)
            case status:
                return status == models.JobStatus.COMPLETED


EXPORT_JOB = JobWaiter(
    GET_EXPORT_JOB,
    ExportJobFailedError,
    ExportJobCancelledError,
)
IMPORT_JOB = JobWaiter(
    GET_IMPORT_JOB,
    ImportJobFailedError,
    ImportJobCancelledError,
)


def poll_delays(longest: float = _LONGEST_DELAY) -> Iterator[float]:
    """Yield the seconds between two polls: increasing up to `longest`, minus a random share."""
    delay = _FIRST_DELAY
    while True:
        yield delay * (1 - random.uniform(0, _JITTER))  # noqa: S311 - spreads load, guards nothing
        delay = min(delay * _GROWTH, longest)


def wait_for_job(
    pipeline: Pipeline,
    waiter: JobWaiter[JobT],
    job_id: str,
    *,
    timeout: float,
    on_update: Callable[[JobT], object] | None,
) -> Flow[JobT]:
    """Check the arguments, and return the flow that polls the job.

    Raises:
        ValueError: `timeout` is negative or not a number.
        TypeError: `on_update` is not an ordinary function.
        pydantic.ValidationError: `job_id` is not a job id.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    checked_seconds("timeout", timeout)
    check_callback("on_update", on_update)
    request = waiter.operation.request(job_id=job_id)
    return poll_job(pipeline, waiter, request, timeout=timeout, on_update=on_update)


def poll_job(
    pipeline: Pipeline,
    waiter: JobWaiter[JobT],
    request: models.GetExportJobRequest | models.GetImportJobRequest,
    *,
    timeout: float,
    on_update: Callable[[JobT], object] | None,
    longest_delay: float = _LONGEST_DELAY,
) -> Flow[JobT]:
    """Poll a job until it has ended, and return the last response.

    A transient failure is retried like that of any call; if it outlasts the retries, the next poll
    comes as planned. A status that is newer than this library does not end the wait.

    Args:
        pipeline: The pipeline that makes the calls.
        waiter: The kind of job.
        request: The request that gets the job.
        timeout: How long to poll, in seconds.
        on_update: Called with every response.
        longest_delay: The longest time between two polls, in seconds.

    Raises:
        JobFailedError: The job failed.
        JobCancelledError: The job was cancelled.
        WaitTimeoutError: The job did not end within `timeout`.
    """
    delays = poll_delays(longest_delay)
    ends_at = pipeline.clock.monotonic() + timeout
    last: JobT | None = None
    while True:
        failed_poll: SESInsightsError | None = None
        left = ends_at - pipeline.clock.monotonic()
        try:
            last = yield from pipeline.call(waiter.operation, request, deadline=left)
        except PaceTimeoutError as error:
            raise WaitTimeoutError(request.job_id, timeout, last) from error
        except SESInsightsError as error:
            if not is_transient(error):
                raise
            failed_poll = error
        else:
            if on_update is not None:
                on_update(last)
            if waiter.is_completed(last):
                return last
        left = ends_at - pipeline.clock.monotonic()
        if left <= 0:
            raise WaitTimeoutError(request.job_id, timeout, last) from failed_poll
        yield from Sleep(min(next(delays), left))
