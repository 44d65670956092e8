"""What a check of `doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Status"]


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        check: What was looked at.
        status: How it ended.
        found: What there is.
        advice: What to do about a problem.
        exit_code: What a run ends with because of it, 0 when it is no problem.
    """

    check: str
    status: Status
    found: str
    advice: str = ""
    exit_code: int = 0
