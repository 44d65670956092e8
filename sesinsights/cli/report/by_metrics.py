"""What a report takes from metrics: all of its numbers, or the change from the previous period."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from sesinsights.cli.connection import connect
from sesinsights.cli.export.filters import BadArgumentsError
from sesinsights.cli.failures import text_of
from sesinsights.cli.metric_days import DAY, LONGEST, check_whole_day, today, usual_end
from sesinsights.errors import SESInsightsError
from sesinsights.report import METRICS, summarize

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights import SESInsights
    from sesinsights.cli.settings import Settings
    from sesinsights.report import Summary

_OPTIONS = {"start_date": "--start", "end_date": "--end"}


def of_metrics(settings: Settings, start: datetime, end: datetime | None) -> Summary:
    """Summarize the metrics of a period, with those of the previous one if they are still kept.

    Days come from series of all mail, and providers from one export job, which lists them all.
    """
    end = end or usual_end(start)
    check_whole_day("--start", start)
    check_whole_day("--end", end)
    before = start - (end - start)
    is_kept = _is_kept(before, end)
    try:
        with connect(settings) as ses:
            series = ses.metric_series(
                METRICS, start_date=before if is_kept else start, end_date=end
            )
            by_provider = ses.export_metrics(
                dimensions={"ISP": ["*"]},
                metrics=[{"name": metric} for metric in METRICS],
                start_date=start,
                end_date=end,
            )
    except ValidationError as error:
        raise BadArgumentsError(error, _OPTIONS) from error
    summary = summarize([*series.to_records(), *by_provider], start=start, end=end)
    return replace(summary, previous=summarize(series, start=start, end=end).previous)


def with_change(summary: Summary, ses: SESInsights, start: datetime, end: datetime) -> Summary:
    """Return a summary with the change from the previous period, as metrics show it.

    Both periods have as many whole days as the summary has. Without a whole day, without metrics of
    both, or if the service refuses, the summary stays as it is.
    """
    days = (end - start).days
    before = start - days * DAY
    if start.time() != time.min or days < 1 or not _is_kept(before, start + days * DAY):
        return summary
    try:
        series = ses.metric_series(METRICS, start_date=before, end_date=start + days * DAY)
    except SESInsightsError as error:
        click.echo(
            f"The page does not show the change from the previous period: {text_of(error)}",
            err=True,
        )
        return summary
    both = summarize(series, start=start, end=start + days * DAY)
    return replace(summary, previous=both.previous, compared=both.counts)


def _is_kept(start: datetime, end: datetime) -> bool:
    """Return whether one call can request these days, and the service still keeps them."""
    return start >= today() - LONGEST and end - start <= LONGEST
