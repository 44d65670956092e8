"""Dates and times as the emulator keeps them: aware and in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["in_utc"]


def in_utc(name: str, value: datetime) -> datetime:
    """Return the same instant in UTC.

    Args:
        name: What to call the value when it is refused.
        value: An aware date and time.

    Raises:
        ValueError: The value has no time zone.
    """
    if value.utcoffset() is None:
        message = f"{name} must be an aware datetime: give it a time zone, such as datetime.UTC"
        raise ValueError(message)
    return value.astimezone(UTC)
