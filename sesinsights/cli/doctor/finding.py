"""What a check of `doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
        check: The subject of the check.
        status: The result of the check.
        found: What the check found.
        advice: What to do about a problem.
        exit_code: The exit code for the problem; 0 if it is not a problem.
    """

    check: str
    status: Status
    found: str
    advice: str = ""
    exit_code: int = 0
