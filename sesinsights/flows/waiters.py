"""Waits for jobs: each ends with the job's last answer, or with an error that says why."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sesinsights.arguments import is_number
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
from sesinsights.models.enums import JobStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights import models
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.operations import Operation
    from sesinsights.flows.pipeline import Pipeline

__all__ = ["DEFAULT_TIMEOUT", "EXPORT_JOB", "IMPORT_JOB", "gaps", "wait_for_job"]

JobT = TypeVar("JobT", bound="models.GetExportJobResponse | models.GetImportJobResponse")

DEFAULT_TIMEOUT = 3600.0
"""How long a wait may take by default, in seconds."""

_FIRST_GAP = 1.0
_GROWTH = 1.5
_LONGEST_GAP = 20.0
_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class JobWaiter(Generic[JobT]):
    """The differences between waiting for the two kinds of jobs."""

    operation: Operation[Any, JobT]
    failed: type[JobFailedError[JobT]]
    cancelled: type[JobCancelledError[JobT]]

    def is_completed(self, job: JobT) -> bool:
        """Return whether the job is completed; raise if it failed or was cancelled."""
        match job.job_status:
            case JobStatus.FAILED:
                raise self.failed(job)
            case JobStatus.CANCELLED:
                raise self.cancelled(job)
            case status:
                return status == JobStatus.COMPLETED


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


def gaps(longest: float = _LONGEST_GAP) -> Iterator[float]:
    """Yield the seconds between two polls: increasing up to `longest`, minus a random share."""
    gap = _FIRST_GAP
    while True:
        yield gap * (1 - random.uniform(0, _JITTER))  # noqa: S311 - spreads load, guards nothing
        gap = min(gap * _GROWTH, longest)


def wait_for_job(
    pipeline: Pipeline,
    waiter: JobWaiter[JobT],
    job_id: str,
    *,
    timeout: float,
    on_update: Callable[[JobT], object] | None,
    longest_gap: float = _LONGEST_GAP,
) -> Flow[JobT]:
    """Return the flow that polls a job until it has ended, and returns the last answer.

    A poll with a transient failure is retried like any call. If it still fails, the next poll comes
    as planned. A job with an unknown status is taken to be running.

    Raises:
        ValueError: `timeout` is negative or not a number.
        pydantic.ValidationError: `job_id` is not a job id.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    if not is_number(timeout) or timeout < 0:
        raise ValueError(
            f"timeout must be a number of seconds and must not be negative, not {timeout!r}"
        )
    request = waiter.operation.request(job_id=job_id)
    return _wait(pipeline, waiter, request, timeout, on_update, waiting=gaps(longest_gap))


def _wait(
    pipeline: Pipeline,
    waiter: JobWaiter[JobT],
    request: models.GetExportJobRequest | models.GetImportJobRequest,
    timeout: float,
    on_update: Callable[[JobT], object] | None,
    *,
    waiting: Iterator[float],
) -> Flow[JobT]:
    ends_at = pipeline.clock.monotonic() + timeout
    last: JobT | None = None
    while True:
        failed_look: SESInsightsError | None = None
        left = ends_at - pipeline.clock.monotonic()
        try:
            last = yield from pipeline.call(waiter.operation, request, deadline=left)
        except PaceTimeoutError as error:
            raise WaitTimeoutError(request.job_id, timeout, last) from error
        except SESInsightsError as error:
            if not is_transient(error):
                raise
            failed_look = error
        else:
            if on_update is not None:
                on_update(last)
            if waiter.is_completed(last):
                return last
        left = ends_at - pipeline.clock.monotonic()
        if left <= 0:
            raise WaitTimeoutError(request.job_id, timeout, last) from failed_look
        yield from Sleep(min(next(waiting), left))
