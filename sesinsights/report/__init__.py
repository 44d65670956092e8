"""Reports: what happened to your mail, as numbers and as an HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.report.from_metrics import METRICS
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

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "BOUNCE_LINES",
    "COMPLAINT_LINES",
    "METRICS",
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
        {
            "BOUNCE_LINES": "sesinsights.report.summary",
            "COMPLAINT_LINES": "sesinsights.report.summary",
            "METRICS": "sesinsights.report.from_metrics",
            "BounceGroup": "sesinsights.report.summary",
            "Breakdown": "sesinsights.report.summary",
            "Counts": "sesinsights.report.summary",
            "Day": "sesinsights.report.summary",
            "Diagnostic": "sesinsights.report.summary",
            "EngagementHour": "sesinsights.report.summary",
            "Group": "sesinsights.report.summary",
            "Latency": "sesinsights.report.summary",
            "LatencyBin": "sesinsights.report.summary",
            "Level": "sesinsights.report.summary",
            "Lines": "sesinsights.report.summary",
            "StatusGroup": "sesinsights.report.summary",
            "Summary": "sesinsights.report.summary",
            "summarize": "sesinsights.report.summarizing",
            "write_html": "sesinsights.report.page",
        },
    )
