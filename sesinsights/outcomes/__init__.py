"""How mail ended: every source of one message and recipient, folded into one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.outcomes.sources import timelines
    from sesinsights.outcomes.states import Status
    from sesinsights.outcomes.tables import from_arrow, write_parquet
    from sesinsights.outcomes.timeline import Engagement, Timeline, TimelineEvent

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
            "Engagement": "timeline",
            "Status": "states",
            "Timeline": "timeline",
            "TimelineEvent": "timeline",
            "from_arrow": "tables",
            "timelines": "sources",
            "write_parquet": "tables",
        },
    )
