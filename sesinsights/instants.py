"""Instants as this library holds them, from datetimes of any class."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def plain_utc(value: datetime) -> datetime:
    """Return an instant as a plain datetime in UTC; a naive one is taken as UTC.

    Subclasses, such as those of pendulum and pandas, compare and print in ways of their own.

    Raises:
        ValueError: It is not an instant, or has no date in UTC.
    """
    try:
        if type(value) is datetime:
            is_naive = value.utcoffset() is None
            return value.replace(tzinfo=UTC) if is_naive else value.astimezone(UTC)
        # Their own astimezone() would return one of theirs.
        offset = value.utcoffset() or timedelta()
        local = datetime(  # noqa: DTZ001 - the offset makes it one in UTC
            value.year,
            value.month,
            value.day,
            value.hour,
            value.minute,
            value.second,
            value.microsecond,
        )
        return (local - offset).replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("has no date in UTC") from None
    except (TypeError, ValueError):  # pandas has a datetime that is not a time
        raise ValueError("is not an instant") from None
