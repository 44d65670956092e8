"""The limits of the service, each in one place for checks, defaults and the emulator."""

from __future__ import annotations

MAX_BULK_DESTINATIONS = 50
"""How many destinations one bulk call can have."""

MAX_EXPORT_ROWS = 10_000
"""How many rows one export job can return; if more match, the service returns a sample."""

MAX_IMPORT_ADDRESSES = 100_000
"""How many addresses the file of one import job into the suppression list can have."""

MAX_METRIC_QUERIES = 10
"""How many metrics one call can ask for."""

MAX_METRICS_DAYS = 60
"""How many days metrics can span, and how far back they can begin."""

MAX_PAGE_SIZE = 100
"""How many items one page of a list can hold."""

MAX_RECIPIENTS = 50
"""How many recipients one destination can have, over To, Cc and Bcc, and one call in all."""

MAX_RUNNING_EXPORT_JOBS = 20
"""How many export jobs can run at once in an account and Region."""

MAX_TEMPLATE_DATA = 262_144
"""How many characters the variables of a template can have, as JSON."""

MESSAGE_INSIGHTS_DAYS = 30
"""For how many days the service knows what happened to a message."""
