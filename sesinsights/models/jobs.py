"""What export jobs and import jobs share."""

from collections.abc import Sized
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from sesinsights.models.enums import FINAL_JOB_STATUSES, JobStatus, NewValue
from sesinsights.models.fields import Length, Range
from sesinsights.models.limits import MAX_PAGE_SIZE
from sesinsights.models.shape import Shape
from sesinsights.wording import counted

__all__ = ["FailureInfo"]

NextToken = Annotated[str, Length(min=1)]
PageSize = Annotated[int, Range(1, MAX_PAGE_SIZE)]


class FailureInfo(Shape, frozen=True):
    """Why a job failed."""

    failed_records_s3_url: str | None = Field(default=None, repr=False)
    """A link to the records that could not be imported, valid for a short time."""
    error_message: str | None = Field(default=None, repr=False)
    """The service's reason."""


def page_caption(noun: str, jobs: Sized, next_token: str | None) -> str:
    """Return what a page of jobs is, and whether there are more.

    Args:
        noun: What a job is.
        jobs: The jobs of the page.
        next_token: The token of the next page.
    """
    found = counted(len(jobs), noun)
    return f"{found}; the next page may have more" if next_token else found


def is_final(status: JobStatus | NewValue) -> bool:
    """Return whether a job with this status has ended, in whatever way."""
    return status in FINAL_JOB_STATUSES


def time_between(created: datetime, completed: datetime | None) -> timedelta | None:
    """Return how long a job took; None while it has not ended."""
    return completed - created if completed else None
