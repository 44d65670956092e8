"""The chart of how long deliveries took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.markup import Markup, element
from sesinsights.report.numbers import count, duration
from sesinsights.report.scales import LinearScale, LogScale
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.report.summary import Latency

_WIDTH, _HEIGHT = 400, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 392, 44, 190
_ROW = 13
_NAMED = (0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 6 * 3_600, 86_400, 7 * 86_400)
_LABEL_WIDTH = 26
_SHORTEST = 1e-6
_LEAST_RANGE = 100
"""The smallest ratio of the end of the axis to its start."""


def latency_chart(title: str, latency: Latency) -> Markup:
    """Return a histogram of how long deliveries took, on a logarithmic axis.

    Args:
        title: The description of the chart, for screen readers.
        latency: The times of deliveries, with bins.
    """
    bins = latency.bins
    lowest = max(bins[0].low, _SHORTEST)
    across = LogScale(lowest, max(bins[-1].high, lowest * _LEAST_RANGE), _LEFT, _RIGHT)
    up = LinearScale(max(each.count for each in bins) * 1.05 or 1, _BOTTOM, _TOP)
    bars = [
        element(
            "rect",
            element(
                "title",
                f"{duration(each.low)} to {duration(each.high)}: {counted(each.count, 'message')}",
            ),
            x=across(each.low) + 0.5,
            y=up(each.count),
            width=max(across(each.high) - across(each.low) - 1, 0.5),
            height=_BOTTOM - up(each.count),
            class_="bar",
        )
        for each in bins
    ]
    return element(
        "svg",
        element("title", title),
        *_grid(up),
        *bars,
        *_axis(across),
        *_quantiles(latency, across),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
    )


def _grid(up: LinearScale) -> Iterator[Markup]:
    for tick in up.ticks(step=1):
        y = up(tick)
        if tick:
            yield element("line", x1=_LEFT, x2=_RIGHT, y1=y, y2=y, class_="grid")
        yield element(
            "text", count(round(tick)), x=_LEFT - 6, y=y + 4, text_anchor="end", class_="tick"
        )


def _axis(across: LogScale) -> Iterator[Markup]:
    yield element("line", x1=_LEFT, x2=_RIGHT, y1=_BOTTOM, y2=_BOTTOM, class_="axis")
    last = float("-inf")
    for seconds in _NAMED:
        x = across(seconds)
        if across.lowest <= seconds <= across.highest and x - last > 2 * _LABEL_WIDTH - 14:
            yield element("line", x1=x, x2=x, y1=_BOTTOM, y2=_BOTTOM + 4, class_="axis")
            yield element("text", duration(seconds), x=x, y=_BOTTOM + 18, text_anchor="middle")
            last = x


def _quantiles(latency: Latency, across: LogScale) -> Iterator[Markup]:
    """Yield a line for each quantile; names that would overlap are placed in rows."""
    names: list[Markup] = []
    last, row = float("-inf"), 0
    for name, seconds in (("p50", latency.p50), ("p90", latency.p90), ("p99", latency.p99)):
        x = across(seconds)
        row = row + 1 if x - last < _LABEL_WIDTH else 0
        last = x
        y = _TOP - 6 - _ROW * row
        title = element("title", f"{name}: {duration(seconds)}")
        yield element("line", title, x1=x, x2=x, y1=y + 3, y2=_BOTTOM, class_="quantile")
        names.append(element("text", name, x=x, y=y, text_anchor="middle", class_="label"))
    yield from names
