"""Whole suppression lists: written to files, compared with files, filled from files."""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.connection import connect, open_client, open_session
from sesinsights.cli.exit_codes import INTERRUPTED, REFUSED
from sesinsights.cli.file_formats import CSV, format_for
from sesinsights.cli.jobs.waiting import watching
from sesinsights.cli.places import STDOUT, Place
from sesinsights.cli.settings import settings_of
from sesinsights.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from datetime import datetime

    from sesinsights.cli.settings import Settings
    from sesinsights.suppression import AddressImport, ListedAddress, SuppressionSync


_CHANGES_STAY = "Changes that were made stay; the same command makes the others."
_JOB_CONTINUES = "A job that was created continues: `sesinsights jobs --imports`."


def export_list(
    context: click.Context,
    *,
    reasons: tuple[str, ...],
    start: datetime | None,
    end: datetime | None,
    tenant_name: str | None,
    out: str,
    for_spreadsheets: bool,
    force: bool,
) -> None:
    """Write a suppression list to a file."""
    place = Place("--out", out)
    suffix = format_for(place, "--out", for_spreadsheets=for_spreadsheets)
    place.check(may_exist=force)
    ses = connect(settings_of(context))
    filters: dict[str, Any] = {"reasons": reasons, "start_date": start, "end_date": end}
    with place.whole_file() as path:
        # Standard output gets what is written to a file that has no ending.
        target = Path(path).with_suffix(suffix) if place.is_stdout else path
        count = ses.export_suppressed(
            target, tenant_name=tenant_name, for_spreadsheets=for_spreadsheets, **filters
        )
        if place.is_stdout:
            Path(target).replace(path)
    click.echo(f"{_addresses(count)}: {place}", err=True)


def sync_list(
    context: click.Context,
    *,
    file: str,
    apply: bool,
    remove: bool,
    reason: Any,
    tenant_name: str | None,
    bucket: str | None,
    prefix: str,
    timeout: float,
) -> None:
    """Compare a file with a suppression list and, on request, change the list to match."""
    if bucket and tenant_name:
        raise click.UsageError(
            "--bucket is for import jobs, which cannot change a tenant's list", context
        )
    settings = settings_of(context)
    left = [_CHANGES_STAY] if apply else []
    left += [_JOB_CONTINUES] if apply and bucket else []
    with _read(file) as path, _told_if_interrupted(left), watching(settings) as show:
        done = connect(settings).sync_suppressed(
            path,
            apply=apply,
            remove=remove,
            reason=reason,
            tenant_name=tenant_name,
            s3_client=_s3(settings) if bucket else None,
            bucket=bucket,
            prefix=prefix,
            timeout=timeout,
            on_update=show,
        )
    _print_changes(done)
    click.echo(str(done), err=True)
    if not apply and (done.additions or done.changes or done.removals):
        click.echo("Nothing was changed: --apply makes these changes.", err=True)
    _end(context, [(each.email_address, each.problem) for each in done.failures], done.imports)


def import_file(
    context: click.Context,
    *,
    file: str,
    bucket: str,
    prefix: str,
    delete: bool,
    reason: Any,
    timeout: float,
) -> None:
    """Import the addresses of a file, and print those that could not be imported."""
    settings = settings_of(context)
    with _read(file) as path, _told_if_interrupted([_JOB_CONTINUES]), watching(settings) as show:
        done = connect(settings).import_suppressed(
            path,
            s3_client=_s3(settings),
            bucket=bucket,
            prefix=prefix,
            action="DELETE" if delete else "PUT",
            reason=reason,
            timeout=timeout,
            on_update=show,
        )
    click.echo(str(done), err=True)
    _end(context, [], [done])


def _s3(settings: Settings) -> Any:
    from boto3.session import Session

    session = open_session(settings)
    # Its clients of Amazon S3 get the methods for files of any size.
    Session(botocore_session=session)
    return open_client("s3", settings, session)


@contextmanager
def _read(file: str) -> Generator[str]:
    """Yield the path of a file; standard input is copied to a CSV file."""
    if file != STDOUT:
        yield file
        return
    with tempfile.TemporaryDirectory(prefix="sesinsights-") as folder:
        path = Path(folder, f"addresses{CSV}")
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield str(path)


@contextmanager
def _told_if_interrupted(left: Sequence[str]) -> Generator[None]:
    """Say what an interrupted command leaves behind."""
    try:
        yield
    except KeyboardInterrupt:
        if not left:
            raise
        for line in left:
            click.echo(line, err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


def _print_changes(done: SuppressionSync) -> None:
    _print_each("+", done.additions)
    _print_each("~", done.changes)
    for each in done.removals:
        click.echo(f"- {printable(each.email_address)}")


def _print_each(sign: str, addresses: Iterable[ListedAddress]) -> None:
    for each in addresses:
        click.echo(f"{sign} {printable(each.email_address)} {each.reason}")


def _end(
    context: click.Context, failed: list[tuple[str, str]], imports: Iterable[AddressImport]
) -> None:
    """Print the addresses that could not be changed, and exit with the code for refusals."""
    for address, problem in failed:
        click.echo(f"! {printable(address)}: {printable(problem)}")
    refused = len(failed)
    for done in imports:
        refused += done.failed_records_count
        for record in done.failed_records:
            click.echo(f"! {printable(record.raw)}")
        for error in done.download_errors:
            click.echo(printable(str(error)), err=True)
    if refused:
        context.exit(REFUSED)


def _addresses(count: int) -> str:
    return "1 address" if count == 1 else f"{count:,} addresses"
