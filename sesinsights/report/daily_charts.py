"""Charts by day: how much was sent, and rates next to the limits of Amazon SES."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from sesinsights.markup import Markup, element
from sesinsights.report.numbers import count, day_name, percent, short_day
from sesinsights.report.scales import LinearScale, spread
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sesinsights.report.summary import Lines

WIDTH, HEIGHT = 400, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 392, 14, 166
_SMALLEST_DOT, _LARGEST_DOT = 1.6, 4.6
_ROLLING_DAYS = 7
_LEAST_DAYS_TO_ROLL = 14
_LARGE_DAY = 0.1
"""The share of the largest day's mail from which a day counts for the length of the axis."""

_FAR_ABOVE = 2
"""A day with less mail is above the axis if it is this many times as high as the days that
count."""


class DailyShare(NamedTuple):
    """A share of one day's mail.

    Attributes:
        day: The day.
        part: The number of messages in the share.
        whole: The number of all messages.
    """

    day: date
    part: int
    whole: int

    @property
    def rate(self) -> float:
        """The share of 1."""
        return self.part / self.whole


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a report.

    Attributes:
        first: The first day.
        last: The last day, not before `first`.
    """

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def rolls(self) -> bool:
        """Whether there are enough days for curves to show seven days together."""
        return self.length >= _LEAST_DAYS_TO_ROLL

    @property
    def step(self) -> float:
        """The width of a day."""
        return (_RIGHT - _LEFT) / self.length

    def x(self, day: date) -> float:
        """Return the position of the middle of a day."""
        return _LEFT + ((day - self.first).days + 0.5) * self.step

    def axis(self) -> Iterator[Markup]:
        """Yield the axis, with the names of some days."""
        yield element("line", x1=_LEFT, x2=_RIGHT, y1=_BOTTOM, y2=_BOTTOM, class_="axis")
        for index in spread(self.length, 5):
            day = self.first + timedelta(days=index)
            yield element(
                "text", short_day(day), x=self.x(day), y=_BOTTOM + 15, text_anchor="middle"
            )


def volume_chart(title: str, calendar: Calendar, days: Sequence[tuple[date, int]]) -> Markup:
    """Return a bar chart of the mail sent each day.

    Args:
        title: The description of the chart, for screen readers.
        calendar: The days.
        days: The number of messages of each day.
    """
    scale = LinearScale(max(number for _, number in days) * 1.05 or 1, _BOTTOM, _TOP)
    width = max(calendar.step * 0.72, 0.5)
    bars = [
        element(
            "rect",
            element("title", f"{day_name(day)}: {counted(number, 'message')}"),
            x=calendar.x(day) - width / 2,
            y=scale(number),
            width=width,
            height=_BOTTOM - scale(number),
            class_="bar",
        )
        for day, number in days
    ]
    labels = _grid(scale, [(tick, count(round(tick))) for tick in scale.ticks(step=1)])
    return _chart(title, *labels, *bars, *calendar.axis())


def rate_chart(
    title: str, calendar: Calendar, days: Sequence[DailyShare], lines: Lines | None = None
) -> Markup:
    """Return a chart of a rate by day; days without mail have none.

    A dot is a day, larger the more mail it had. For two weeks or more, the curve is the rate of the
    last seven days together, because a day with little mail says little; for less, it joins the
    days.

    Args:
        title: The description of the chart, for screen readers.
        calendar: The days.
        days: The shares by day, for days with mail.
        lines: The rates at which Amazon SES may act.
    """
    curve = [*_rolling(days)] if calendar.rolls else [(each.day, each.rate) for each in days]
    scale = LinearScale(_highest(days, curve, lines), _BOTTOM, _TOP)
    most = max((each.whole for each in days), default=1)
    ticks = _grid(scale, [(tick, percent(tick)) for tick in scale.ticks()])
    named = (("review", lines.review), ("pause", lines.pause)) if lines else ()
    return _chart(
        title,
        *ticks,
        *(_line(scale, name, rate) for name, rate in named),
        *(_dot(calendar, scale, each, most) for each in days),
        *_curve(calendar, scale, curve, gap=not calendar.rolls),
        *(_label(scale, name, rate) for name, rate in named),
        *calendar.axis(),
    )


def _rolling(days: Sequence[DailyShare]) -> Iterator[tuple[date, float]]:
    """Yield the rate of the last seven days, for each day with mail from the seventh on."""
    first = days[0].day if days else None
    for index, each in enumerate(days):
        since = each.day - timedelta(days=_ROLLING_DAYS - 1)
        if first is None or since < first:
            continue
        window = days[max(0, index - _ROLLING_DAYS + 1) : index + 1]
        window = [one for one in window if one.day >= since]
        yield each.day, sum(one.part for one in window) / sum(one.whole for one in window)


def _highest(
    days: Sequence[DailyShare], curve: Sequence[tuple[date, float]], lines: Lines | None
) -> float:
    """Return the end of the axis; a day with little mail must not flatten all others."""
    most = max((each.whole for each in days), default=0)
    rates = [each.rate for each in days if each.whole >= most * _LARGE_DAY]
    highest = max([*rates, *(rate for _, rate in curve)], default=0.0)
    highest = max([highest, *(each.rate for each in days if each.rate <= highest * _FAR_ABOVE)])
    return max(highest * 1.1, lines.pause * 1.1 if lines else 0.0) or 0.01


def _grid(scale: LinearScale, ticks: Sequence[tuple[float, str]]) -> Iterator[Markup]:
    for tick, label in ticks:
        y = scale(tick)
        if tick:
            yield element("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_="grid")
        yield element("text", label, x=_LEFT - 6, y=y + 4, text_anchor="end", class_="tick")


def _line(scale: LinearScale, name: str, rate: float) -> Markup:
    y = scale(rate)
    title = element("title", f"{name.capitalize()} from {percent(rate)} on")
    return element("line", title, x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_=f"line {name}")


def _label(scale: LinearScale, name: str, rate: float) -> Markup:
    y = scale(rate) - 4
    return element("text", name, x=_RIGHT, y=y, text_anchor="end", class_=f"label {name}")


def _dot(calendar: Calendar, scale: LinearScale, each: DailyShare, most: int) -> Markup:
    x = calendar.x(each.day)
    title = element(
        "title",
        f"{day_name(each.day)}: {percent(each.rate)}, {count(each.part)} of {count(each.whole)}",
    )
    if each.rate > scale.highest:
        # Too high for the axis: an arrow says so, and the title how much it is.
        return element("path", title, d=f"M{x:.2f} {_TOP - 8}l4 7h-8z", class_="beyond")
    radius = _SMALLEST_DOT + (_LARGEST_DOT - _SMALLEST_DOT) * sqrt(each.whole / most)
    return element("circle", title, cx=x, cy=scale(each.rate), r=radius, class_="dot")


def _curve(
    calendar: Calendar, scale: LinearScale, curve: Sequence[tuple[date, float]], *, gap: bool
) -> Iterator[Markup]:
    """Yield the curve, in pieces if days without mail must not be joined."""
    pieces: list[list[str]] = []
    last: date | None = None
    for day, rate in curve:
        if last is None or (gap and (day - last).days > 1):
            pieces.append([])
        pieces[-1].append(f"{calendar.x(day):.2f},{scale(min(rate, scale.highest)):.2f}")
        last = day
    for points in pieces:
        if len(points) > 1:
            yield element("polyline", points=" ".join(points), class_="curve")


def _chart(title: str, *shapes: Markup) -> Markup:
    return element(
        "svg",
        element("title", title),
        *shapes,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
    )
