"""The command that lists jobs."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.jobs.options import SOURCE_TYPES, STATUSES
from sesinsights.cli.output.json_lines import print_json_line
from sesinsights.cli.output.plain import plain
from sesinsights.cli.settings import settings_of
from sesinsights.cli.times import LOCAL
from sesinsights.models.limits import MAX_PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from sesinsights.models import JobStatusInput

    T = TypeVar("T")


@click.command(
    "jobs",
    cls=ConnectedCommand,
    examples=[
        "sesinsights jobs --status PROCESSING",
        "sesinsights jobs --imports --all --json > imports.jsonl",
    ],
)
@click.option(
    "--status",
    type=click.Choice([*STATUSES], case_sensitive=False),
    help="Only export jobs with this status.",
)
@click.option(
    "--type", "kind", type=click.Choice([*SOURCE_TYPES]), help="Only exports of this type."
)
@click.option("--imports", is_flag=True, help="List import jobs instead of export jobs.")
@click.option(
    "--max-items",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="The maximum number of jobs to list.",
)
@click.option("--all", "is_all", is_flag=True, help="List all jobs.")
@click.option("--json", "as_json", is_flag=True, help="Print each job as a line of JSON.")
@LOCAL
@click.pass_context
def jobs(  # noqa: PLR0917 - click passes options by name
    context: click.Context,
    status: JobStatusInput | None,
    kind: str | None,
    imports: bool,
    max_items: int,
    is_all: bool,
    as_json: bool,
    local: bool,
) -> None:
    """List export jobs, or import jobs, newest first."""
    if imports and (status or kind):
        raise click.UsageError("import jobs cannot be filtered by --status or --type", context)
    settings = settings_of(context)
    ses = connect(settings)
    limit = None if is_all else max_items
    page_size = MAX_PAGE_SIZE if limit is None else min(limit + 1, MAX_PAGE_SIZE)
    from sesinsights.cli.jobs.tables import export_jobs_table, import_jobs_table, show
    from sesinsights.cli.terminal import console

    if imports:
        imported, has_more = _first(ses.iter_import_jobs(page_size=page_size), limit)
        found, table = [*map(plain, imported)], import_jobs_table(imported, local=local)
    else:
        walk = ses.iter_export_jobs(
            page_size=page_size,
            export_source_type=SOURCE_TYPES[kind] if kind else None,
            job_status=status,
        )
        exported, has_more = _first(walk, limit)
        found, table = [*map(plain, exported)], export_jobs_table(exported, local=local)
    if as_json:
        for job in found:
            print_json_line(job)
    elif found:
        show(table, console(settings))
    if not found:
        click.echo("No jobs were found in this account and Region.", err=True)
    if has_more:
        click.echo(f"There are more than {max_items:,}: --all lists them.", err=True)


def _first(items: Iterator[T], limit: int | None) -> tuple[list[T], bool]:
    """Return as many items as are wanted, and whether there are more."""
    found = [*islice(items, limit)]
    return found, next(items, None) is not None
