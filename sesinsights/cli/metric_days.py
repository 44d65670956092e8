"""The days of metrics in options."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sesinsights.cli.option_values import BadValueError
from sesinsights.models.limits import MAX_METRICS_DAYS

DAY = timedelta(days=1)
LONGEST = timedelta(days=MAX_METRICS_DAYS)


def check_whole_day(option: str, moment: datetime) -> None:
    """Refuse a time that is not the start of a UTC day.

    Args:
        option: The option, for the text of the error.
        moment: What it was given, in UTC.
    """
    if moment.time() != time.min:
        raise BadValueError(
            option,
            f"metrics are counted by UTC day, and no day starts at {moment:%Y-%m-%dT%H:%M:%SZ}: "
            f"write {moment:%Y-%m-%d}, today or -7d",
        )


def today() -> datetime:
    """Return the start of the UTC day."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def usual_end(start: datetime) -> datetime:
    """Return the default end of a period: the end of today, or as late as one may end."""
    return min(today() + DAY, start + LONGEST)
