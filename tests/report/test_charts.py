"""What is drawn is what was counted: shapes are measured against the axis that names numbers."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import log10
from typing import TYPE_CHECKING, TypeAlias

import pytest

from sesinsights.report.summary import Counts, Day, Lines, Summary

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

Page: TypeAlias = Callable[..., "ET.Element"]
Read: TypeAlias = Callable[[float], float]


def chart(root: ET.Element, title: str) -> ET.Element:
    """Return the chart whose caption begins so."""
    (figure,) = (
        figure
        for figure in root.iter("figure")
        if re.fullmatch(rf"{title}(, .*)?", figure.findtext("figcaption") or "")
    )
    svg = figure.find("svg")
    assert svg is not None
    return svg


def number(label: str) -> float:
    """Return what a label of an axis says."""
    return float(label.rstrip("%").replace(",", "")) / (100 if label.endswith("%") else 1)


def of_class(svg: ET.Element, name: str) -> list[ET.Element]:
    """Return the shapes of a class."""
    return [shape for shape in svg.iter() if name in (shape.get("class") or "").split()]


def coordinate(shape: ET.Element, name: str) -> float:
    """Return a coordinate of a shape."""
    return float(shape.get(name, "nan"))


def heights(svg: ET.Element) -> Read:
    """Return what reads a number from its height, by the first and the last named number."""
    named = [(coordinate(t, "y") - 4, number(t.text or "")) for t in of_class(svg, "tick")]
    (low_y, low), (high_y, high) = named[0], named[-1]
    assert low == 0
    return lambda y: (low_y - y) / (low_y - high_y) * high


def days_across(svg: ET.Element, first: date, year: int) -> Callable[[float], date]:
    """Return what reads a day from its place, by the days that the axis names."""
    named = [
        (coordinate(t, "x"), datetime.strptime(f"{t.text} {year}", "%d %b %Y").replace(tzinfo=UTC))
        for t in svg.iter("text")
        if re.fullmatch(r"\d+ \w{3}", t.text or "")
    ]
    (x0, day0), (x1, day1) = named[0], named[-1]
    assert day0.date() == first
    return lambda x: (
        day0 + timedelta(days=round((x - x0) / (x1 - x0) * (day1 - day0).days))
    ).date()


def test_a_bar_is_as_high_as_the_mail_of_its_day(page: Page, summary: Summary) -> None:
    """The bars of all days with mail stand at their days, and have the height of their number."""
    svg = chart(page(summary), "Sent")
    read, day_at = heights(svg), days_across(svg, date(2026, 11, 2), 2026)
    drawn = {
        day_at(coordinate(bar, "x") + coordinate(bar, "width") / 2): read(coordinate(bar, "y"))
        for bar in of_class(svg, "bar")
    }
    counted = {each.day: each.counts.sent for each in summary.by_day}
    assert drawn == {day: pytest.approx(sent, abs=2) for day, sent in counted.items()}
    for bar in of_class(svg, "bar"):
        assert read(coordinate(bar, "y") + coordinate(bar, "height")) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("title", "rate"),
    [
        ("Bounced permanently", lambda counts: counts.bounce_rate),
        ("Complained", lambda counts: counts.complaint_rate),
        ("Bounced temporarily", lambda counts: counts.transient_bounce_rate),
        ("Opened by people", lambda counts: counts.opened_by_people / counts.delivered),
        ("Clicked by people", lambda counts: counts.clicked_by_people / counts.delivered),
    ],
)
def test_a_dot_is_where_the_rate_of_its_day_is(
    page: Page, summary: Summary, title: str, rate: Callable[[Counts], float]
) -> None:
    """Each day with mail has a dot at its rate, and a title that says it."""
    svg = chart(page(summary), title)
    read, day_at = heights(svg), days_across(svg, date(2026, 11, 2), 2026)
    drawn = {
        day_at(coordinate(dot, "cx")): read(coordinate(dot, "cy")) for dot in of_class(svg, "dot")
    }
    expected = {each.day: rate(each.counts) for each in summary.by_day}
    assert drawn == {
        day: pytest.approx(share, abs=2e-4, rel=5e-3) for day, share in expected.items()
    }


def test_the_curve_is_the_last_seven_days_together(page: Page, summary: Summary) -> None:
    """From the seventh day on, every day with mail has the rate of all mail of seven days."""
    svg = chart(page(summary), "Bounced permanently")
    read, day_at = heights(svg), days_across(svg, date(2026, 11, 2), 2026)
    (curve,) = of_class(svg, "curve")
    points = [point.split(",") for point in (curve.get("points") or "").split()]
    drawn = {day_at(float(x)): read(float(y)) for x, y in points}
    by_day = {each.day: each.counts for each in summary.by_day if each.day}
    expected = {}
    for day in by_day:
        week = [by_day[d] for n in range(7) if (d := day - timedelta(days=n)) in by_day]
        if day - timedelta(days=6) >= min(by_day):
            bounced = sum(counts.bounced_permanent for counts in week)
            expected[day] = pytest.approx(bounced / sum(each.sent for each in week), abs=1e-4)
    assert len(expected) == 13
    assert drawn == expected


@pytest.mark.parametrize(
    ("title", "lines"),
    [("Bounced permanently", Lines(0.05, 0.10)), ("Complained", Lines(0.001, 0.005))],
)
def test_the_lines_of_amazon_ses_are_drawn_at_their_rates(
    page: Page, summary: Summary, title: str, lines: Lines
) -> None:
    """However low the rates, both lines are within the chart."""
    svg = chart(page(summary), title)
    read = heights(svg)
    for name, rate in (("review", lines.review), ("pause", lines.pause)):
        (line,) = (shape for shape in of_class(svg, name) if shape.tag == "line")
        assert read(coordinate(line, "y1")) == pytest.approx(rate, rel=0.01)
        assert coordinate(line, "y1") > 0


def test_a_day_of_little_mail_does_not_flatten_the_others(page: Page, summary: Summary) -> None:
    """A rate above the axis is an arrow with its number; the axis ends near the other rates."""
    lone = Day(date(2026, 11, 8), Counts(sent=2, delivered=1, bounced_permanent=1))
    days = sorted([*summary.by_day, lone], key=lambda each: str(each.day))
    svg = chart(page(dataclasses.replace(summary, by_day=days)), "Bounced permanently")
    (arrow,) = of_class(svg, "beyond")
    assert arrow.findtext("title") == "Sun 8 Nov 2026: 50%, 1 of 2"
    assert max(number(tick.text or "") for tick in of_class(svg, "tick")) <= 0.12


def test_latency_stands_on_an_axis_on_which_each_step_multiplies(
    page: Page, summary: Summary
) -> None:
    """Bars stand between the bounds of their bins, as high as their number; quantiles too."""
    assert summary.latency
    svg = chart(page(summary), "From sending to delivery")
    read = heights(svg)
    named = {"1 s": 1, "10 s": 10, "1 min": 60}
    ticks = {
        named[text.text]: coordinate(text, "x") for text in svg.iter("text") if text.text in named
    }
    assert {1, 10} <= set(ticks)

    def seconds(x: float) -> float:
        return float(10 ** ((x - ticks[1]) / (ticks[10] - ticks[1])))

    bars = of_class(svg, "bar")
    assert len(bars) == len(summary.latency.bins)
    for bar, each in zip(bars, summary.latency.bins, strict=True):
        left = coordinate(bar, "x")
        assert log10(seconds(left)) == pytest.approx(log10(each.low), abs=0.02)
        assert log10(seconds(left + coordinate(bar, "width"))) == pytest.approx(
            log10(each.high), abs=0.02
        )
        assert read(coordinate(bar, "y")) == pytest.approx(each.count, abs=0.5)
    drawn = [seconds(coordinate(line, "x1")) for line in of_class(svg, "quantile")]
    assert drawn == pytest.approx([1.3, 8.9, 40.0], rel=0.02)


@pytest.mark.parametrize("verb", ["opened", "clicked"])
def test_an_hour_is_as_dark_as_much_happened(page: Page, summary: Summary, verb: str) -> None:
    """168 squares stand at their hour and weekday, the darker the more happened then."""
    svg = chart(page(summary), verb.capitalize())
    squares = of_class(svg, "hour")
    expected = {(each.weekday, each.hour): getattr(each, verb) for each in summary.engagement}
    most = max(expected.values())
    columns = sorted({coordinate(square, "x") for square in squares})
    rows = sorted({coordinate(square, "y") for square in squares})
    assert (len(rows), len(columns)) == (7, 24)
    drawn = {
        (rows.index(coordinate(each, "y")), columns.index(coordinate(each, "x"))): (
            0
            if "none" in (each.get("class") or "")
            else (coordinate(each, "fill-opacity") - 0.12) / 0.88 * most
        )
        for each in squares
    }
    assert drawn == {place: pytest.approx(n, abs=most * 0.006) for place, n in expected.items()}


def test_a_bar_in_a_cell_is_as_long_as_its_number(page: Page, summary: Summary) -> None:
    """Bars of a column can be compared, and lines stand where Amazon SES acts."""
    assert summary.by_provider
    (section,) = (
        each for each in page(summary).iter("section") if each.findtext("h2") == "Mailbox providers"
    )
    rows = [[*row] for row in section.iter("tr")][1:]
    groups = [*(each.counts for each in summary.by_provider.groups), summary.by_provider.rest]
    for column, of, rates in (
        (1, 700, [each.sent for each in groups if each]),
        (2, 0.12, [each.bounce_rate for each in groups if each]),
        (3, 2 / 90, [each.complaint_rate for each in groups if each]),
    ):
        bars = [next(iter(of_class(row[column], "fill"))) for row in rows]
        lengths = [coordinate(bar, "width") / 100 * of for bar in bars]
        assert lengths == pytest.approx(rates, rel=0.01, abs=1e-6)
    (review, pause) = of_class(rows[0][2], "mark")
    assert [coordinate(mark, "x1") / 100 * 0.12 for mark in (review, pause)] == pytest.approx(
        [0.05, 0.10], rel=0.01
    )
