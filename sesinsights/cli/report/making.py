"""What `report` does."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from sesinsights.cli.connection import connect
from sesinsights.cli.export.filters import BadArgumentsError
from sesinsights.cli.export.progress import ExportProgress
from sesinsights.cli.option_values import BadValueError
from sesinsights.cli.places import Place
from sesinsights.cli.settings import settings_of
from sesinsights.events import write_parquet
from sesinsights.extras import require_extra
from sesinsights.models import MessageInsightsDataSource
from sesinsights.report import summarize, write_html
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sesinsights.outcomes.relations import TableSource

_OPTIONS = {"start_date": "--start", "end_date": "--end"}


def make_report(
    context: click.Context,
    *,
    start: datetime | None,
    end: datetime | None,
    tables: tuple[str, ...],
    events: tuple[str, ...],
    more: tuple[str, ...],
    campaign_tag: str,
    show_addresses: bool,
    out: str,
    force: bool,
) -> None:
    """Write a report, and say what of.

    Args:
        context: The command.
        start: The first instant.
        end: The first instant that is not counted any more.
        tables: Where Parquet files are.
        events: Where events are.
        more: More of either: what a shell makes of a pattern.
        campaign_tag: The tag that tells campaigns apart.
        show_addresses: Whether addresses are shown.
        out: Where to write.
        force: Whether to replace what is there.
    """
    if tables and events:
        raise click.UsageError("give --from or --events, not both", context)
    if more and not tables and not events:
        raise click.UsageError(f"{more[0]!r} is not an option: give files by --from", context)
    if not tables and not events and start is None:
        raise click.UsageError("give --start, or files by --from or --events", context)
    place = Place("--out", out)
    if place.is_remote:
        raise BadValueError("--out", "the page is written to a file, not to a URI")
    require_extra("report")
    place.check(may_exist=force)
    if not tables and not events:
        end = end or datetime.now(UTC)
    with (
        place.whole_file() as path,
        _source(
            context,
            start=start,
            end=end,
            tables=[*tables, *more] if tables else (),
            events=[*events, *more] if events else (),
        ) as source,
    ):
        summary = summarize(source, start=start, end=end, campaign_tag=campaign_tag)
        write_html(summary, path, show_addresses=show_addresses)
    click.echo(f"{counted(summary.counts.sent, 'message')} sent: {place}", err=True)


@contextmanager
def _source(
    context: click.Context,
    *,
    start: datetime | None,
    end: datetime | None,
    tables: Sequence[str],
    events: Sequence[str],
) -> Generator[TableSource]:
    """Give what the report is about, as long as it is needed."""
    if tables:
        yield _one_table(tables)
    elif events:
        with TemporaryDirectory(prefix="sesinsights-") as directory:
            for number, path in enumerate(events):
                write_parquet(path, Path(directory, f"{number}.parquet"))
            yield directory
    else:
        try:
            window = MessageInsightsDataSource.model_validate(
                {"start_date": start, "end_date": end}
            )
        except ValidationError as error:
            raise BadArgumentsError(error, _OPTIONS) from error
        progress = ExportProgress(settings_of(context))
        with (
            connect(settings_of(context)) as ses,
            progress.display,
            ses.export_message_insights(
                start_date=window.start_date, end_date=window.end_date, on_progress=progress.show
            ) as export,
        ):
            yield export


def _one_table(paths: Sequence[str]) -> TableSource:
    """Return all files as one table; their columns may differ, as those of exports do."""
    if len(paths) == 1:
        return paths[0]
    import pyarrow as pa
    from pyarrow import dataset

    # The stubs say that `replace_schema` returns nothing.
    parts: list[Any] = [
        dataset.dataset(path, format="parquet", partitioning="hive") for path in paths
    ]
    schema = pa.unify_schemas([part.schema for part in parts])
    return dataset.dataset([part.replace_schema(schema) for part in parts])
