"""The command that downloads the file of an export job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.jobs.options import JOB, TIMEOUT
from sesinsights.cli.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesinsights import SESInsights


@click.command(
    "download",
    cls=ConnectedCommand,
    examples=[
        "sesinsights download 9b9a1f0e-… -o mail.csv",
        "sesinsights download 9b9a1f0e-… | head",
    ],
)
@JOB
@click.option(
    "-o",
    "--out",
    default="-",
    metavar="FILE",
    help="Where to put the file: standard output by default, or with -.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option(
    "--no-wait", is_flag=True, help="Fail instead of waiting if the job is still running."
)
@TIMEOUT
@click.pass_context
def download(  # noqa: PLR0917 - click passes options by name
    context: click.Context, job_id: str, out: str, force: bool, no_wait: bool, timeout: float
) -> None:
    """Download the file of an export job as the service wrote it.

    Waits for a job that is still running. FILE appears when it is complete.
    """
    from sesinsights.cli.places import Place

    place = Place("-o", out)
    place.check(may_exist=force)
    ses = connect(settings_of(context))
    again = ["sesinsights", "download", job_id]
    if not place.is_stdout:
        again += ("--out", out)
    if force:
        again.append("--force")
    _complete(context, ses, job_id, None if no_wait else timeout, again)
    with place.whole_file() as path:
        size = ses.download_export_job(job_id, path)
    if not place.is_stdout:
        click.echo(f"{size:,} bytes: {path}", err=True)


def _complete(
    context: click.Context,
    ses: SESInsights,
    job_id: str,
    timeout: float | None,
    again: Sequence[str],
) -> None:
    """Wait for the job if it is still running; raise if `timeout` is None."""
    from sesinsights.cli.jobs.waiting import wait_for_export
    from sesinsights.models.enums import UNSUCCESSFUL_JOB_STATUSES, JobStatus

    status = ses.get_export_job(job_id).job_status
    if status == JobStatus.COMPLETED:
        return
    if timeout is None and status not in UNSUCCESSFUL_JOB_STATUSES:
        raise click.ClickException(
            f"Job {job_id} is {status}, so there is no file yet. Download it later, or without "
            "--no-wait."
        )
    wait_for_export(ses, settings_of(context), job_id, timeout or 0, again)
