"""How far a job has come, by the clock alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

__all__ = ["JobProgress"]

_FINISHED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})

_CREATED_SHARE = 0.25
"""The share of its time that a job is CREATED, before it is PROCESSING."""


@dataclass(slots=True)
class JobProgress:
    """The life of a job.

    Attributes:
        created_at: When it was created, in UTC.
        duration: How long it takes.
        error_message: Why it is going to fail; None when it is not.
        fixed_status: A status that it keeps whatever the clock says.
        cancelled_at: When it was cancelled.
    """

    created_at: datetime
    duration: timedelta
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
        if elapsed < self.duration * _CREATED_SHARE:
            return "CREATED"
        if elapsed < self.duration:
            return "PROCESSING"
        return "FAILED" if self.error_message else "COMPLETED"

    def is_finished(self, now: datetime) -> bool:
        """Tell whether the job will change no more."""
        return self.status(now) in _FINISHED

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
