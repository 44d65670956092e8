"""The implementation of `export messages`."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

import click
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from sesinsights.cli.connection import connect
from sesinsights.cli.export.filters import BadArgumentsError, filters
from sesinsights.cli.export.progress import ExportProgress, show_summary
from sesinsights.cli.export.resuming import Checkpoint
from sesinsights.cli.export.writers import writer_for
from sesinsights.cli.failures import exit_code_of, show_failure
from sesinsights.cli.places import Place
from sesinsights.cli.settings import settings_of
from sesinsights.errors import ExportIncompleteError, SESInsightsError
from sesinsights.flows.retry import is_transient
from sesinsights.models import MessageInsightsDataSource

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.exports import ExportReport


_OPTIONS = {"start_date": "--start", "end_date": "--end"}


class MessageExport:
    """An export of messages to a file, which can be resumed until the file is there.

    Args:
        context: The command.
        start: Start of the window.
        end: End of the window, included; None for now.
        include: The filters of the messages to export.
        exclude: The filters of the messages to leave out.
        out: Where to write.
        for_spreadsheets: Whether to put an apostrophe before texts that a spreadsheet would run.
        resume: Whether to continue an export that ended early.
        restart: Whether to discard an export that ended early.
        allow_sampling: Whether to accept a random sample.
        checkpoint: The directory to keep jobs and files in.
        force: Whether to replace an existing file.
    """

    def __init__(
        self,
        context: click.Context,
        *,
        start: datetime,
        end: datetime | None,
        include: tuple[str, ...],
        exclude: tuple[str, ...],
        out: str,
        for_spreadsheets: bool,
        resume: bool,
        restart: bool,
        allow_sampling: bool,
        checkpoint: Path | None,
        force: bool,
    ) -> None:
        if resume and restart:
            raise click.UsageError("--resume continues and --restart starts over: pass one of them")
        self._context = context
        self._place = Place("--out", out)
        self._writer = writer_for(self._place, "--out", for_spreadsheets=for_spreadsheets)
        self._allow_sampling = allow_sampling
        self._force = force
        self._resume = resume
        self._restart = restart
        self._has_end = end is not None
        self._checkpoint: Checkpoint | None = None
        directory = checkpoint or self._usual_checkpoint()
        if directory:
            given = {
                "--for-spreadsheets": for_spreadsheets,
                "--allow-sampling": allow_sampling,
                "--force": force,
            }
            words = ["--out", out, *(option for option, is_given in given.items() if is_given)]
            if checkpoint:
                words += ("--checkpoint", str(checkpoint))
            self._checkpoint = Checkpoint(context, directory, words)
        elif resume or restart:
            raise click.UsageError("--resume and --restart need --checkpoint with standard output")
        try:
            self._source = MessageInsightsDataSource(
                start_date=start,
                end_date=end or datetime.now(UTC),
                include=filters("--include", include),
                exclude=filters("--exclude", exclude),
            )
        except ValidationError as error:
            raise BadArgumentsError(error, _OPTIONS) from error

    def run(self) -> None:
        """Export, and say what was written or how to continue."""
        source, checkpoint = self._source, self._checkpoint
        if checkpoint:
            source = checkpoint.source_to_export(
                source, has_end=self._has_end, resume=self._resume, restart=self._restart
            )
        self._place.check(may_exist=self._force)
        if checkpoint and self._restart:
            checkpoint.remove()
        is_resumed = checkpoint is not None and checkpoint.source is not None
        progress = ExportProgress(settings_of(self._context))
        began = monotonic()
        try:
            report = self._write(source, progress)
        except BrokenPipeError:
            raise  # the reader of standard output has enough
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - all are reported alike
            self._fail(error, is_worth_keeping=is_resumed or progress.has_begun)
        for sampled in report.sampled:
            click.echo(
                f"Only a sample: {sampled.exported_records:,} records at "
                f"{sampled.window.start.isoformat()}, which has more than a job returns.",
                err=True,
            )
        show_summary(report.records, report.jobs, monotonic() - began, self._place)

    def _usual_checkpoint(self) -> Path | None:
        """Return where jobs and files are kept by default: beside the file."""
        if self._place.is_stdout:
            return None
        return self._place.folder / f".{self._place.name}.sesinsights"

    def _write(self, source: MessageInsightsDataSource, progress: ExportProgress) -> ExportReport:
        with (
            self._place.whole_file() as path,
            connect(settings_of(self._context)) as ses,
            progress.display,
            ses.export_message_insights(
                start_date=source.start_date,
                end_date=source.end_date,
                include=source.include,
                exclude=source.exclude,
                allow_sampling=self._allow_sampling,
                checkpoint=self._checkpoint.directory if self._checkpoint else None,
                on_progress=progress.show,
            ) as export,
        ):
            self._writer.write_messages(export, path)
            report = export.report
        if self._checkpoint:
            self._checkpoint.remove()
        return report

    def _fail(self, error: BaseException, *, is_worth_keeping: bool) -> NoReturn:
        checkpoint = self._checkpoint
        if checkpoint and isinstance(error, RuntimeError):
            # Another process may have begun the same export since this one looked.
            checkpoint.check_unused()
        if isinstance(error, KeyboardInterrupt):
            click.echo("Interrupted.", err=True)
        else:
            show_failure(error, settings_of(self._context))
        if isinstance(error, ExportIncompleteError) and error.exported_records is not None:
            click.echo("Narrow the export with --include, or add --allow-sampling.", err=True)
        if checkpoint and not is_worth_keeping and _is_refusal(error):
            checkpoint.remove()  # there is no job, so the next run can start from the beginning
        elif checkpoint and checkpoint.source is not None:
            click.echo(checkpoint.how_to_continue(), err=True)
        self._context.exit(exit_code_of(error))


def _is_refusal(error: BaseException) -> bool:
    """Return whether the service has certainly not begun the export."""
    if isinstance(error, SESInsightsError) and is_transient(error):
        return False
    return isinstance(error, ClientError | BotoCoreError | ExportIncompleteError)
