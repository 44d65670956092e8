"""The command that waits for a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.jobs.options import IMPORT, JOB, TIMEOUT
from sesinsights.cli.settings import settings_of

if TYPE_CHECKING:
    from sesinsights.models import GetExportJobResponse, GetImportJobResponse


@click.command(
    "wait",
    cls=ConnectedCommand,
    examples=[
        "sesinsights wait 9b9a1f0e-… && sesinsights download 9b9a1f0e-… -o mail.csv",
        "sesinsights wait 4f1c2d3e-… --import --timeout 600",
    ],
)
@JOB
@IMPORT
@TIMEOUT
@click.pass_context
def wait(context: click.Context, job_id: str, is_import: bool, timeout: float) -> None:
    """Wait until a job is completed.

    Changes in the job's status go to stderr, and the result to stdout. The exit code is 0 only if
    the job was completed.
    """
    from sesinsights.cli.jobs.waiting import wait_for_export, wait_for_import

    settings = settings_of(context)
    ses = connect(settings)
    again = ["sesinsights", "wait", job_id]
    if is_import:
        again.append("--import")
        click.echo(_import_line(wait_for_import(ses, settings, job_id, timeout, again)))
    else:
        click.echo(_export_line(wait_for_export(ses, settings, job_id, timeout, again)))


def _export_line(job: GetExportJobResponse) -> str:
    exported = job.statistics.exported_records_count if job.statistics else None
    examined = job.statistics.processed_records_count if job.statistics else None
    line = f"{job.job_id} {job.job_status}"
    if exported is not None:
        return f"{line} {exported:,} records"
    # The service counts the records that it examined, which may be more than the file has.
    return line if examined is None else f"{line} {examined:,} records examined"


def _import_line(job: GetImportJobResponse) -> str:
    read, failed = job.processed_records_count, job.failed_records_count
    line = f"{job.job_id} {job.job_status}"
    return line if read is None else f"{line} {read:,} records, {failed or 0:,} failed"
