"""Outcomes: what happened to each message at each recipient, combined from all sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.outcomes.sources import timelines
    from sesinsights.outcomes.states import Status
    from sesinsights.outcomes.tables import from_arrow, write_parquet
    from sesinsights.outcomes.timeline import Engagement, Timeline, TimelineEvent

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "Engagement",
    "Status",
    "Timeline",
    "TimelineEvent",
    "from_arrow",
    "timelines",
    "write_parquet",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "Engagement": "sesinsights.outcomes.timeline",
            "Status": "sesinsights.outcomes.states",
            "Timeline": "sesinsights.outcomes.timeline",
            "TimelineEvent": "sesinsights.outcomes.timeline",
            "from_arrow": "sesinsights.outcomes.tables",
            "timelines": "sesinsights.outcomes.sources",
            "write_parquet": "sesinsights.outcomes.tables",
        },
    )
