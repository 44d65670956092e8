"""Waits for jobs, with their status on stderr; a wait that fails says what to do."""

from __future__ import annotations

import shlex
import sys
import time
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from sesinsights.cli.exit_codes import INTERRUPTED
from sesinsights.cli.failures import text_of
from sesinsights.cli.jobs.tables import status_text
from sesinsights.cli.settings import command_to_run
from sesinsights.cli.terminal import console
from sesinsights.cli.times import length
from sesinsights.errors import (
    BadRequestError,
    ExportJobCancelledError,
    ExportJobFailedError,
    ImportJobCancelledError,
    ImportJobFailedError,
    NotFoundError,
    WaitTimeoutError,
)
from sesinsights.flows.waiters import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from rich.console import Console

    from sesinsights import SESInsights
    from sesinsights.cli.settings import Settings
    from sesinsights.models import GetExportJobResponse, GetImportJobResponse

    Show = Callable[[GetExportJobResponse | GetImportJobResponse], None]


_OTHER_KINDS = {"export": "import", "import": "export"}


def wait_for_export(
    ses: SESInsights, settings: Settings, job_id: str, timeout: float, again: Sequence[str]
) -> GetExportJobResponse:
    """Wait for an export job.

    Args:
        ses: The client.
        settings: Whether there are colours, and how to connect.
        job_id: The job.
        timeout: The longest wait, in seconds.
        again: The command to run again when the wait ends early, but for time and connection.

    Raises:
        click.ClickException: The job failed, was cancelled or did not end in time.
        click.exceptions.Exit: The wait was interrupted.
    """
    with _advising("export", settings, job_id, timeout, again), watching(settings) as show:
        return ses.wait_for_export_job(job_id, timeout=timeout, on_update=show)


def wait_for_import(
    ses: SESInsights, settings: Settings, job_id: str, timeout: float, again: Sequence[str]
) -> GetImportJobResponse:
    """Wait for an import job, as `wait_for_export` does for others."""
    with _advising("import", settings, job_id, timeout, again), watching(settings) as show:
        return ses.wait_for_import_job(job_id, timeout=timeout, on_update=show)


@contextmanager
def watching(settings: Settings) -> Generator[Show]:
    """Provide a display of a job's status: a line for each change, with a clock in a terminal."""
    began = time.monotonic()
    out = console(settings, stderr=True)
    clock = _clock(out) if sys.stderr.isatty() else None
    shown: str | None = None

    def show(job: GetExportJobResponse | GetImportJobResponse) -> None:
        nonlocal shown
        if job.job_status != shown:
            shown = job.job_status
            elapsed = length(timedelta(seconds=time.monotonic() - began))
            out.print(f"{elapsed:>6} ", status_text(shown))

    with clock or nullcontext():
        yield show


def _clock(out: Console) -> Progress:
    clock = Progress(
        SpinnerColumn(), TextColumn("Waiting"), TimeElapsedColumn(), console=out, transient=True
    )
    clock.add_task("", total=None)
    return clock


@contextmanager
def _advising(
    kind: str, settings: Settings, job_id: str, timeout: float, again: Sequence[str]
) -> Generator[None]:
    """Say what to do when a wait fails."""
    try:
        yield
    except KeyboardInterrupt:
        told = _advice(settings, again)
        click.echo(f"The job continues at the service. {told}", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except (ExportJobFailedError, ImportJobFailedError) as error:
        words = ("sesinsights", f"get-{kind}-job", "--job-id", job_id)
        look = command_to_run(settings, words) or f"sesinsights get-{kind}-job"
        raise click.ClickException(
            f"{error}\nCheck what the job was meant to do, correct it, and create the job "
            f"again:\n  {look}"
        ) from error
    except (ExportJobCancelledError, ImportJobCancelledError) as error:
        raise click.ClickException(f"{error} If you still need it, create it again.") from error
    except WaitTimeoutError as error:
        cause = f"\n{text_of(error.__cause__)}" if error.__cause__ else ""
        longer = max(2 * timeout, DEFAULT_TIMEOUT)
        told = _advice(settings, again, "--timeout", f"{longer:.0f}")
        raise click.ClickException(f"{error}{cause}\n{told}") from error
    except (BadRequestError, NotFoundError) as error:
        other = "add --import" if kind == "export" else "leave out --import"
        error.add_note(f"If it is an {_OTHER_KINDS[kind]} job, {other}.")
        raise


def _advice(settings: Settings, again: Sequence[str], *last: str) -> str:
    command = command_to_run(settings, again, *last)
    if command is None:
        return f"Run the same command again{f' with {shlex.join(last)}' if last else ''}."
    return f"To continue, run:\n  {command}"
