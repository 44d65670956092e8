"""What `report` does."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from sesinsights.arguments import check_tag_name
from sesinsights.cli.connection import connect
from sesinsights.cli.export.filters import BadArgumentsError
from sesinsights.cli.export.progress import ExportProgress
from sesinsights.cli.option_values import BadValueError
from sesinsights.cli.places import Place
from sesinsights.cli.report.by_metrics import of_metrics, with_change
from sesinsights.cli.settings import settings_of
from sesinsights.events import write_parquet
from sesinsights.extras import require_extra
from sesinsights.models import MessageInsightsDataSource
from sesinsights.report import summarize, write_html
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sesinsights.cli.settings import Settings
    from sesinsights.outcomes.relations import TableSource
    from sesinsights.report import Summary

_OPTIONS = {"start_date": "--start", "end_date": "--end"}


def make_report(
    context: click.Context,
    *,
    start: datetime | None,
    end: datetime | None,
    tables: tuple[str, ...],
    events: tuple[str, ...],
    more: tuple[str, ...],
    metrics: bool,
    campaign_tag: str,
    show_addresses: bool,
    out: str,
    force: bool,
) -> None:
    """Write a report, and say what it covers.

    Args:
        context: The command.
        start: Start of the period.
        end: End of the period, not included.
        tables: The paths of Parquet files.
        events: The paths of files of events.
        more: Further paths of either: what a shell makes of a pattern.
        metrics: Whether to use metrics instead of messages.
        campaign_tag: The tag that names the campaign.
        show_addresses: Whether addresses are shown.
        out: Where to write.
        force: Whether to replace what is there.
    """
    if sum((bool(tables), bool(events), metrics)) > 1:
        raise click.UsageError("pass one of --from, --events and --metrics", context)
    if more and not tables and not events:
        raise click.UsageError(f"{more[0]!r} is not an option: pass files with --from", context)
    if not tables and not events and start is None:
        raise click.UsageError("pass --start, or files with --from or --events", context)
    check_tag_name("--campaign-tag", campaign_tag)
    place = Place("--out", out)
    if place.is_remote:
        raise BadValueError("--out", "the page is written to a file, not to a URI")
    if not metrics:
        require_extra("report")
    place.check(may_exist=force)
    with place.whole_file() as path:
        if start is not None and metrics:
            summary = of_metrics(settings_of(context), start, end)
        elif start is not None and not tables and not events:
            summary = _of_messages(settings_of(context), start, end, campaign_tag)
        else:
            with _files([*tables, *more] if tables else (), [*events, *more]) as source:
                summary = summarize(source, start=start, end=end, campaign_tag=campaign_tag)
        write_html(summary, path, show_addresses=show_addresses)
    click.echo(f"{counted(summary.counts.sent, 'message')} sent: {place}", err=True)


def _of_messages(
    settings: Settings, start: datetime, end: datetime | None, campaign_tag: str
) -> Summary:
    """Export messages, and summarize what happened to them."""
    end = end or datetime.now(UTC)
    try:
        window = MessageInsightsDataSource(start_date=start, end_date=end)
    except ValidationError as error:
        raise BadArgumentsError(error, _OPTIONS) from error
    progress = ExportProgress(settings)
    with (
        connect(settings) as ses,
        progress.display,
        ses.export_message_insights(
            start_date=window.start_date, end_date=window.end_date, on_progress=progress.show
        ) as export,
    ):
        summary = summarize(export, start=start, end=end, campaign_tag=campaign_tag)
        return with_change(summary, ses, start, end)


@contextmanager
def _files(tables: Sequence[str], events: Sequence[str]) -> Generator[TableSource]:
    """Provide the source of the report for as long as it is needed."""
    if tables:
        yield tables
        return
    with TemporaryDirectory(prefix="sesinsights-") as directory:
        for number, path in enumerate(events):
            write_parquet(path, Path(directory, f"{number}.parquet"))
        yield directory
