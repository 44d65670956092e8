"""Times on the command line: parsing and formatting."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable


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
    """Return a duration in one unit: `45 s`, `11 min`, `1.5 h`, `4 d`."""
    if span < _MINUTE:
        return f"{span.total_seconds():.0f} s"
    if span < _HOUR:
        return f"{span / _MINUTE:.0f} min"
    if span < 2 * _DAY:
        return f"{span / _HOUR:.2g} h"
    return f"{span / _DAY:.0f} d"


_AGO = re.compile(r"-(\d{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def in_utc(given: object, *, is_silent: bool = False) -> object:
    """Return an ISO date or time as an instant; without a time zone, say that it is taken as UTC.

    Anything but an ISO date is returned as it is.
    """
    moment = given
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            return given
    elif isinstance(given, date) and not isinstance(given, datetime):
        moment = datetime.combine(given, time())
    if not isinstance(moment, datetime) or moment.utcoffset() is not None:
        return moment
    moment = moment.replace(tzinfo=UTC)
    if not is_silent:
        text = f"{given} has no time zone; it is taken as {moment:%Y-%m-%d %H:%M} UTC"
        click.echo(text, err=True)
    return moment


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


_WORDS: dict[str, Callable[[datetime], datetime]] = {
    "now": lambda now: now,
    "today": _midnight,
    "yesterday": lambda now: _midnight(now) - timedelta(days=1),
}


class _Moment(click.ParamType["datetime"]):
    """A time; words and days ago count from midnight in UTC."""

    name = "date"

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant."""
        now = datetime.now(UTC)
        if value in _WORDS:
            return _WORDS[value](now)
        ago = _AGO.fullmatch(str(value))
        if ago:
            gap = timedelta(**{_UNITS[ago[2]]: int(ago[1])})
            return (_midnight(now) if ago[2] == "d" else now) - gap
        moment = in_utc(value, is_silent=bool(ctx and ctx.resilient_parsing))
        if not isinstance(moment, datetime):
            self.fail(
                f"{value!r} is not a date: write 2026-10-31, 2026-10-31T08:00:00Z, today, "
                "yesterday, now, -7d (that many days before today), -12h or -30m.",
                param,
                ctx,
            )
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            self.fail(f"{value!r} has no date in UTC", param, ctx)


MOMENT = _Moment()

END_OF_METRICS = click.option(
    "--end",
    type=MOMENT,
    help=(
        "The day after the last one. By default, tomorrow, or 60 days after --start if that is "
        "earlier."
    ),
)
