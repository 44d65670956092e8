"""What export jobs and import jobs share."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from sesinsights.models.enums import JobStatus, NewValue
from sesinsights.models.fields import Length, Range
from sesinsights.models.limits import MAX_PAGE_SIZE
from sesinsights.models.shape import Shape

__all__ = ["FailureInfo"]

_FINAL = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)

NextToken = Annotated[str, Length(min=1)]
PageSize = Annotated[int, Range(1, MAX_PAGE_SIZE)]


class FailureInfo(Shape, frozen=True):
    """Why a job failed."""

    failed_records_s3_url: str | None = Field(default=None, repr=False)
    """A link to the records that could not be imported, valid for a short time."""
    error_message: str | None = Field(default=None, repr=False)
    """What the service says about it."""


def is_final(status: JobStatus | NewValue) -> bool:
    """Return whether a job with this status has ended, in whatever way."""
    return status in _FINAL


def time_between(created: datetime, completed: datetime | None) -> timedelta | None:
    """Return how long a job took; None while it has not ended."""
    return completed - created if completed else None
