"""The implementation of `export metrics`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from time import monotonic
from typing import TYPE_CHECKING

from pydantic import ValidationError

from sesinsights.cli.connection import connect
from sesinsights.cli.export.filters import BadArgumentsError, dimensions, metrics
from sesinsights.cli.export.progress import show_summary
from sesinsights.cli.export.writers import writer_for
from sesinsights.cli.metric_days import check_whole_day, usual_end
from sesinsights.cli.places import Place
from sesinsights.cli.settings import settings_of
from sesinsights.cli.terminal import console
from sesinsights.wording import counted

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    import click

    from sesinsights.cli.settings import Settings


_OPTIONS = {
    "start_date": "--start",
    "end_date": "--end",
    "dimensions": "--dimension",
    "metrics": "--metric",
}


def write_metrics(
    context: click.Context,
    *,
    start: datetime,
    end: datetime | None,
    dimension: tuple[str, ...],
    metric: tuple[str, ...],
    by_day: bool,
    out: str,
    for_spreadsheets: bool,
    force: bool,
) -> None:
    """Export metrics to a file.

    Args:
        context: The command.
        start: The first day.
        end: The day after the last; None for the usual end.
        dimension: The dimensions and their values.
        metric: The metrics to export.
        by_day: Whether to export figures for each day.
        out: Where to write.
        for_spreadsheets: Whether to put an apostrophe before texts that a spreadsheet would run.
        force: Whether to replace an existing file.
    """
    end = end or usual_end(start)
    check_whole_day("--start", start)
    check_whole_day("--end", end)
    place = Place("--out", out)
    writer = writer_for(place, "--out", for_spreadsheets=for_spreadsheets)
    breakdown = dimensions("--dimension", dimension)
    wanted = metrics("--metric", metric)
    place.check(may_exist=force)
    settings = settings_of(context)
    jobs = (end - start).days if by_day else 1
    began = monotonic()
    with connect(settings) as ses, _waiting(settings, jobs):
        try:
            records = ses.export_metrics(
                dimensions=breakdown,
                metrics=wanted,
                start_date=start,
                end_date=end,
                by_day=by_day,
            )
        except ValidationError as error:
            raise BadArgumentsError(error, _OPTIONS) from error
    with place.whole_file() as path:
        writer.write_metrics(records, path)
    show_summary(len(records), jobs, monotonic() - began, place)


def _waiting(settings: Settings, jobs: int) -> AbstractContextManager[object]:
    """Show on a terminal that jobs are running."""
    if not sys.stderr.isatty():
        return nullcontext()
    return console(settings, stderr=True).status(f"Waiting for {counted(jobs, 'export job')}")
