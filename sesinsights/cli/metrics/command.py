"""The command that counts messages day by day."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.output.json_lines import print_json_line
from sesinsights.cli.settings import settings_of
from sesinsights.cli.times import END_OF_METRICS, MOMENT

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.cli.settings import Settings
    from sesinsights.metrics import MetricSeriesList

_OPTIONS = {
    "start_date": "--start",
    "end_date": "--end",
    "dimensions": "--dimension",
    "metrics": "--metric",
}


@click.command(
    "metrics",
    cls=ConnectedCommand,
    examples=[
        "sesinsights metrics",
        "sesinsights metrics --start -60d --dimension ISP=Gmail,Yahoo --metric SEND",
        "sesinsights metrics --json > metrics.jsonl",
    ],
)
@click.option(
    "--start",
    type=MOMENT,
    default="-13d",
    show_default=True,
    help="The first day, at most 60 days ago.",
)
@END_OF_METRICS
@click.option(
    "--metric",
    multiple=True,
    metavar="NAME",
    help=(
        "What to count, such as SEND or DELIVERY; by default, all but DELIVERY_OPEN, "
        "DELIVERY_CLICK and DELIVERY_COMPLAINT. Repeatable."
    ),
)
@click.option(
    "--dimension",
    multiple=True,
    metavar="NAME=VALUE,…",
    help=(
        "Count mail separately for each of these values of EMAIL_IDENTITY, CONFIGURATION_SET, ISP "
        "or TENANT_NAME. Up to 3 dimensions; without any, all mail is counted."
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print each series as a line of JSON.")
@click.pass_context
def metrics(  # noqa: PLR0917 - click passes options by name
    context: click.Context,
    start: datetime,
    end: datetime | None,
    metric: tuple[str, ...],
    dimension: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show metrics per day: messages sent, delivered, bounced, and so on.

    Counts all mail with one recipient, over whole UTC days. Draws the days in a terminal; elsewhere
    it prints a table with a line for each day on which anything was counted, its columns separated
    by tabs.
    """
    from pydantic import ValidationError

    from sesinsights.cli.export.filters import (
        BadArgumentsError,
        dimensions,
        metric_named,
    )
    from sesinsights.cli.metric_days import check_whole_day, usual_end
    from sesinsights.errors import MetricsIncompleteError
    from sesinsights.report import METRICS

    end = end or usual_end(start)
    check_whole_day("--start", start)
    check_whole_day("--end", end)
    settings = settings_of(context)
    try:
        series = connect(settings).metric_series(
            [metric_named("--metric", name) for name in metric or METRICS],
            dimensions("--dimension", dimension),
            start_date=start,
            end_date=end,
        )
    except ValidationError as error:
        raise BadArgumentsError(error, _OPTIONS) from error
    except MetricsIncompleteError as error:
        _show(error.series, settings, as_json=as_json)
        raise
    _show(series, settings, as_json=as_json)


def _show(series: MetricSeriesList, settings: Settings, *, as_json: bool) -> None:
    if as_json:
        for one in series:
            print_json_line(
                {
                    "Metric": one.metric,
                    "Dimensions": dict(one.dimensions),
                    "StartDate": one.start_date.isoformat(),
                    "EndDate": one.end_date.isoformat(),
                    "Total": one.total,
                    "Points": [
                        {"Day": f"{point.day:%Y-%m-%d}", "Value": point.value}
                        for point in one.points
                    ],
                }
            )
        return
    from sesinsights.cli.metrics.drawing import can_draw, draw, write_lines

    if sys.stdout.isatty() and can_draw(sys.stdout.encoding):
        draw(series, settings)
    else:
        write_lines(series)
