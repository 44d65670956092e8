"""What became of all mail: numbers, and a report to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.report.page import write_html
    from sesinsights.report.summarizing import summarize
    from sesinsights.report.summary import (
        BOUNCE_LINES,
        COMPLAINT_LINES,
        BounceGroup,
        Breakdown,
        Counts,
        Day,
        Diagnostic,
        EngagementHour,
        Group,
        Latency,
        LatencyBin,
        Level,
        Lines,
        StatusGroup,
        Summary,
    )

__all__ = [
    "BOUNCE_LINES",
    "COMPLAINT_LINES",
    "BounceGroup",
    "Breakdown",
    "Counts",
    "Day",
    "Diagnostic",
    "EngagementHour",
    "Group",
    "Latency",
    "LatencyBin",
    "Level",
    "Lines",
    "StatusGroup",
    "Summary",
    "summarize",
    "write_html",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        dict.fromkeys(__all__, "summary") | {"summarize": "summarizing", "write_html": "page"},
    )
