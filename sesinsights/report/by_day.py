"""The section of the report that shows the mail day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sesinsights.markup import Column, Content, Markup, element, joined, table
from sesinsights.report.daily_charts import Calendar, DailyShare, rate_chart, volume_chart
from sesinsights.report.layout import figure, folded, section
from sesinsights.report.numbers import UNKNOWN, count, day_name, percent
from sesinsights.report.rates import rates_of
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sesinsights.report.rates import Rate
    from sesinsights.report.summary import Counts, Day, Summary

_HOW_TO_READ = (
    "By the UTC day of sending. A dot is a day, larger the more mail it had; an arrow is a day "
    "above the axis. The curve {curve}."
)


def by_day(summary: Summary) -> Iterator[Markup]:
    """Yield small charts of the same days: how much was sent, and each rate."""
    days = [(each.day, each.counts) for each in summary.by_day if each.day is not None]
    timeless = sum(each.counts.sent for each in summary.by_day if each.day is None)
    missing = (
        element("p", f"Not shown: {counted(timeless, 'message')} without a time.", class_="muted")
        if timeless
        else None
    )
    if days:
        calendar = _calendar(summary, days)
        curve = "shows the last seven days together" if calendar.rolls else "joins the days"
        yield section(
            "Day by day",
            element("p", _HOW_TO_READ.format(curve=curve), class_="muted"),
            missing,
            element("div", *_figures(calendar, days), class_="multiples"),
            folded(_table(summary.by_day)),
        )
    elif missing:
        yield section("Day by day", missing)


def _calendar(summary: Summary, days: Sequence[tuple[date, Counts]]) -> Calendar:
    """Return the requested days, and any other days with mail."""
    first, last = days[0][0], days[-1][0]
    if summary.start is not None and summary.end is not None:
        first = min(first, summary.start.date())
        last = max(last, (summary.end - timedelta(microseconds=1)).date())
    return Calendar(first, last)


def _figures(calendar: Calendar, days: Sequence[tuple[date, Counts]]) -> Iterator[Markup]:
    sent = [(day, counts.sent) for day, counts in days]
    yield figure("Sent", volume_chart("Messages sent each day", calendar, sent))
    for rate in rates_of([counts for _, counts in days]):
        shares = [
            DailyShare(day, part, whole)
            for day, counts in days
            if (part := rate.part(counts)) is not None and (whole := rate.whole(counts)) > 0
        ]
        if shares:
            chart = rate_chart(f"{rate.title}, each day", calendar, shares, rate.lines)
            yield figure(rate.title, chart)


def _table(days: Sequence[Day]) -> Markup:
    rates = rates_of([each.counts for each in days])
    columns = [Column("Day"), *(Column(name, is_number=True) for name in ("Sent", "Delivered"))]
    columns += [Column(rate.title, is_number=True) for rate in rates]
    return table(
        "What happened to the mail sent each day",
        columns,
        (
            [
                day_name(each.day) if each.day else "not known",
                count(each.counts.sent),
                count(each.counts.delivered),
                *(_cell(rate, each.counts) for rate in rates),
            ]
            for each in days
        ),
    )


def _cell(rate: Rate, counts: Counts) -> Content:
    part = rate.part(counts)
    if part is None:
        return UNKNOWN
    return joined([count(part), " ", element("small", percent(rate.of(counts)))])
