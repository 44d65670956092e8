"""Times and lengths of time, as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

__all__ = ["LOCAL", "length", "minute", "second", "zoned"]

LOCAL = click.option(
    "--local", is_flag=True, help="Show times in this machine's time zone instead of in UTC."
)

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def zoned(moment: datetime, *, local: bool) -> datetime:
    """Return an instant in the time zone in which it is shown."""
    return moment.astimezone(None if local else UTC)


def minute(moment: datetime) -> str:
    """Return the date and the time of day, to the minute."""
    return f"{moment:%Y-%m-%d %H:%M}"


def second(moment: datetime) -> str:
    """Return the date and the time of day with its zone, to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"


def length(span: timedelta) -> str:
    """Return how long a time is, in one unit: `45 s`, `11 min`, `1.5 h`, `4 d`."""
    if span < _MINUTE:
        return f"{span.total_seconds():.0f} s"
    if span < _HOUR:
        return f"{span / _MINUTE:.0f} min"
    if span < 2 * _DAY:
        return f"{span / _HOUR:.2g} h"
    return f"{span / _DAY:.0f} d"
