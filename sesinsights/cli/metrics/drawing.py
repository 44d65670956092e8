"""Metrics for people: drawn in a terminal, or as a plain table."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from sesinsights.cli.terminal import console, print_lines, printable
from sesinsights.report.numbers import count, percent, period, short_day
from sesinsights.report.summary import BOUNCE_LINES, COMPLAINT_LINES, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rich.console import Console

    from sesinsights.cli.settings import Settings
    from sesinsights.metrics import MetricSeries
    from sesinsights.report.summary import Lines

_BARS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"

_WORDS = {
    "SEND": "Sent",
    "DELIVERY": "Delivered",
    "PERMANENT_BOUNCE": "Bounced permanently",
    "TRANSIENT_BOUNCE": "Bounced temporarily",
    "COMPLAINT": "Complained",
    "OPEN": "Opened",
    "CLICK": "Clicked",
    "DELIVERY_OPEN": "Delivered, opens tracked",
    "DELIVERY_CLICK": "Delivered, clicks tracked",
    "DELIVERY_COMPLAINT": "Delivered, complaints reported",
}
_WHOLES = {"OPEN": "DELIVERY", "CLICK": "DELIVERY"}
"""Of what a metric is a share, where that is not what was sent; as in reports."""

_LINES = {"PERMANENT_BOUNCE": BOUNCE_LINES, "COMPLAINT": COMPLAINT_LINES}
_STYLES = {Level.GOOD: "green", Level.REVIEW: "yellow", Level.PAUSE: "bold red"}

_BESIDE = 36
"""About how many columns the other cells of a row take."""

_LEAST_BARS = 7


def can_draw(encoding: str | None) -> bool:
    """Return whether an encoding has the bars."""
    try:
        f"{_BARS}{_NOTHING}".encode(encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def draw(series: Sequence[MetricSeries], settings: Settings) -> None:
    """Draw each metric as a row of bars, one for a day or for several where there is no room."""
    out = console(settings)
    for place, (dimensions, group) in enumerate(_by_dimensions(series).items()):
        if place:
            out.print()
        values = ", ".join(value for _, value in dimensions)
        when = period(group[0].start_date, group[0].end_date)
        title = Text(printable(values) or "All mail", "bold")
        out.print(title.append(f"  {when}, UTC", "not bold dim"))
        print_lines(out, _table(group, out))


def write_lines(series: Sequence[MetricSeries]) -> None:
    """Write a line for each day on which anything was counted, with tabs between its cells."""
    names = [*dict.fromkeys(name for one in series for name in one.dimensions)]
    metrics = [*dict.fromkeys(str(one.metric) for one in series)]
    click.echo("\t".join(["DAY", *names, *metrics]))
    for dimensions, group in _by_dimensions(series).items():
        answered = {str(one.metric): dict(one.points) for one in group}
        values = dict(dimensions)
        for day in sorted({day for points in answered.values() for day in points}):
            # A metric whose query failed has no number.
            numbers = [
                str(answered[metric].get(day, 0)) if metric in answered else ""
                for metric in metrics
            ]
            cells = [f"{day:%Y-%m-%d}", *(printable(values[name]) for name in names), *numbers]
            click.echo("\t".join(cells))


def _by_dimensions(
    series: Iterable[MetricSeries],
) -> dict[tuple[tuple[str, str], ...], list[MetricSeries]]:
    groups: dict[tuple[tuple[str, str], ...], list[MetricSeries]] = {}
    for one in series:
        groups.setdefault(tuple(one.dimensions.items()), []).append(one)
    return groups


def _table(group: Sequence[MetricSeries], out: Console) -> Table:
    totals = {str(one.metric): one.total for one in group}
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    for one in group:
        metric = str(one.metric)
        share = _share(totals, metric)
        table.add_row(
            Text(_WORDS.get(metric, printable(metric))),
            Text(count(one.total), "bold"),
            Text("" if share is None else percent(share), _style(share, _LINES.get(metric))),
            _bars(one, max(_LEAST_BARS, out.width - _BESIDE)),
        )
    return table


def _share(totals: Mapping[str, int], metric: str) -> float | None:
    whole = _WHOLES.get(metric, "SEND")
    if metric == whole or not totals.get(whole):
        return None
    return totals[metric] / totals[whole]


def _style(share: float | None, lines: Lines | None) -> str:
    level = lines.level(share) if lines else None
    return _STYLES[level] if level else "dim"


def _bars(series: MetricSeries, room: int) -> Text:
    """Return a bar for each day, or for several, and the highest one in words where they fit."""
    values = dict(series.points)
    days = [*_days(series)]
    many = ceil(len(days) / room)
    starts = days[::many]
    numbers = [
        sum(values.get(day, 0) for day in days[at : at + many]) for at in range(0, len(days), many)
    ]
    most = max(numbers)
    bars = Text("".join(_bar(number, most) for number in numbers))
    when = short_day(starts[numbers.index(most)])
    peak = f"  {count(most)} {f'on {when}' if many == 1 else f'in {many} days from {when}'}"
    return bars.append(peak, "dim") if most and len(bars) + len(peak) <= room else bars


def _bar(number: int, most: int) -> str:
    if not number:
        return _NOTHING
    return _BARS[ceil(number * len(_BARS) / most) - 1]


def _days(series: MetricSeries) -> Iterator[datetime]:
    day = series.start_date
    while day < series.end_date:
        yield day
        day += timedelta(days=1)
