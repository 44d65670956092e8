"""What the service allows, where more than one place needs to know."""

from __future__ import annotations

__all__ = [
    "MAX_EXPORT_ROWS",
    "MAX_METRICS_DAYS",
    "MAX_RUNNING_EXPORT_JOBS",
    "MESSAGE_INSIGHTS_DAYS",
]

MAX_EXPORT_ROWS = 10_000
"""How many rows one export job can return; of more matches the service takes a sample."""

MAX_METRICS_DAYS = 60
"""How many days a metrics export can span, and how far back it can begin."""

MAX_RUNNING_EXPORT_JOBS = 20
"""How many export jobs an account may have under way in a Region."""

MESSAGE_INSIGHTS_DAYS = 30
"""For how many days the service knows what happened to a message."""
