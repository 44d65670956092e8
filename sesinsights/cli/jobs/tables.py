"""Tables of jobs for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from sesinsights.cli.jobs.options import SOURCE_TYPES, STATUSES
from sesinsights.cli.terminal import print_lines, printable
from sesinsights.cli.times import length, minute, zoned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from rich.console import Console

    from sesinsights.models import ExportJobSummary, ImportDestination, ImportJobSummary


_NO_LIMIT = 10_000
"""Wider than any table, in characters."""

_KINDS = {name: kind for kind, name in SOURCE_TYPES.items()}
_IMPORT_ACTIONS = {"PUT": "puts on", "DELETE": "takes off"}


def export_jobs_table(jobs: Sequence[ExportJobSummary], *, local: bool) -> Table:
    """Return a table of export jobs.

    Args:
        jobs: The jobs.
        local: Whether times are in the zone of this machine.
    """
    created = [zoned(job.created_timestamp, local=local) for job in jobs]
    table = _table("Job", "What", "Status", _titled("Created", created), "Took")
    for job, at in zip(jobs, created, strict=True):
        table.add_row(
            Text(printable(job.job_id)),
            _KINDS.get(job.export_source_type, printable(job.export_source_type)),
            status_text(job.job_status),
            minute(at),
            "" if job.duration is None else length(job.duration),
        )
    return table


def import_jobs_table(jobs: Sequence[ImportJobSummary], *, local: bool) -> Table:
    """Return a table of import jobs, with what each does below its id.

    Args:
        jobs: The jobs.
        local: Whether times are in the zone of this machine.
    """
    created = [zoned(job.created_timestamp, local=local) for job in jobs]
    table = _table("Job", "Status", _titled("Created", created), "Read", "Failed")
    for column in table.columns[-2:]:
        column.justify = "right"
    for job, at in zip(jobs, created, strict=True):
        failed = _count(job.failed_records_count)
        table.add_row(
            Text(printable(job.job_id)).append(_purpose(job.import_destination), "dim"),
            status_text(job.job_status),
            minute(at),
            _count(job.processed_records_count),
            Text(failed, "red" if job.failed_records_count else ""),
        )
    return table


def show(table: Table, out: Console) -> None:
    """Print a table at its full width, so that no id is cut: people copy them."""
    table.width = Measurement.get(out, out.options.update(max_width=_NO_LIMIT), table).maximum
    print_lines(out, table, width=table.width)


def status_text(status: str) -> Text:
    """Return the status of a job, in its colour."""
    return Text(printable(status), STATUSES.get(status, ""))


def _table(*titles: str) -> Table:
    table = Table(*titles, box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in table.columns:
        column.no_wrap = True
    return table


def _titled(title: str, moments: Iterable[datetime]) -> str:
    """Return the title of a column of times, with their zone, or zones if the clocks changed."""
    zones = dict.fromkeys(f"{moment:%Z}" for moment in moments)
    return f"{title} ({', '.join(zones)})" if zones else title


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _purpose(destination: ImportDestination | None) -> str:
    action: str
    if destination and destination.suppression_list_destination:
        action = destination.suppression_list_destination.suppression_list_import_action
        target = "the suppression list"
    elif destination and destination.contact_list_destination:
        action = destination.contact_list_destination.contact_list_import_action
        target = f"the contact list {destination.contact_list_destination.contact_list_name}"
    else:
        return ""
    return "\n  " + printable(f"{_IMPORT_ACTIONS.get(action, action)} {target}")
