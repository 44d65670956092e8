"""The command that downloads the file of an export job."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from sesinsights.cli.commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.jobs.options import JOB, TIMEOUT
from sesinsights.cli.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesinsights import SESInsights

__all__ = ["download"]


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
    help="Where to put the file; - or nothing is standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@click.option("--no-wait", is_flag=True, help="Refuse a job that still runs instead of waiting.")
@TIMEOUT
@click.pass_context
def download(  # noqa: PLR0917 - click passes options by name
    context: click.Context, job_id: str, out: str, force: bool, no_wait: bool, timeout: float
) -> None:
    """Download the file of an export job as the service wrote it.

    A job that still runs is waited for. FILE appears when it is whole.
    """
    is_file = out != "-"
    if is_file:
        _check_place(out, may_exist=force)
    ses = connect(settings_of(context))
    again = ["sesinsights", "download", job_id]
    if is_file:
        again += ("--out", out)
    if force:
        again.append("--force")
    _complete(context, ses, job_id, None if no_wait else timeout, again)
    if is_file:
        size = ses.download_export_job(job_id, out)
        click.echo(f"{size:,} bytes: {out}", err=True)
    else:
        _pass_on(ses, job_id)


def _check_place(out: str, *, may_exist: bool) -> None:
    """Raise before anything is sent when the file cannot be put there."""
    place = "-o"
    if os.path.isdir(out):  # noqa: PTH112 - pathlib is slow to import
        raise click.BadParameter(f"{out} is a directory", param_hint=place)
    if os.path.lexists(out) and not may_exist:
        raise click.BadParameter(f"{out} exists; --force replaces it", param_hint=place)
    folder = os.path.dirname(out) or "."  # noqa: PTH120 - the same
    if not os.path.isdir(folder):  # noqa: PTH112 - the same
        raise click.BadParameter(f"there is no directory {folder}", param_hint=place)


def _complete(
    context: click.Context,
    ses: SESInsights,
    job_id: str,
    timeout: float | None,
    again: Sequence[str],
) -> None:
    """Wait for the job if it still runs; None refuses to."""
    from sesinsights.cli.jobs.waiting import wait_for_export
    from sesinsights.models import JobStatus

    status = ses.get_export_job(job_id).job_status
    if status == JobStatus.COMPLETED:
        return
    if timeout is None and status not in {JobStatus.FAILED, JobStatus.CANCELLED}:
        raise click.ClickException(
            f"Job {job_id} is {status}, so there is no file yet. Download it later, or without "
            "--no-wait."
        )
    wait_for_export(ses, settings_of(context), job_id, timeout or 0, again)


def _pass_on(ses: SESInsights, job_id: str) -> None:
    """Write the file to stdout, from a copy: a download that breaks off is begun anew."""
    import shutil
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="sesinsights-") as folder:
        path = Path(folder, "export")
        ses.download_export_job(job_id, path)
        with path.open("rb") as file, click.open_file("-", "wb") as stdout:
            shutil.copyfileobj(file, stdout)
            stdout.flush()
