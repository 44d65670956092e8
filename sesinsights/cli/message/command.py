"""The command that shows what happened to messages."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Any

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.connection import connect
from sesinsights.cli.output.json_lines import print_json_line
from sesinsights.cli.output.plain import plain
from sesinsights.cli.settings import settings_of
from sesinsights.cli.times import LOCAL, length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sesinsights.cli.settings import Settings
    from sesinsights.flows.lookups import MessageLookup


_SHORT_WAIT = 20.0
"""A wait up to this many seconds is not announced."""

# Files that Windows writes begin with a mark.
_ENCODING = "utf-8-sig"


@click.command(
    "message",
    cls=ConnectedCommand,
    examples=[
        "sesinsights message 0100018f2b7c1d3e-…",
        "sesinsights message --ids-from ids.txt --json > messages.jsonl",
        "grep -o '0100[0-9a-f-]*' mail.log | sesinsights message",
    ],
)
@click.argument("message_ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--ids-from",
    type=click.File(encoding=_ENCODING),
    metavar="FILE",
    help="A file with one id per line and # comments; - is standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each message as a line of JSON.")
@LOCAL
@click.pass_context
def message(
    context: click.Context,
    message_ids: tuple[str, ...],
    ids_from: IO[str] | None,
    as_json: bool,
    local: bool,
) -> None:
    """Show what happened to messages.

    Shows each event with its time, and explains bounces and complaints. The ids are those that
    sending returned, or the Message-ID headers made from them. Without arguments, ids are read from
    standard input and looked up as they arrive.
    """
    settings = settings_of(context)
    ids = _ids(context, message_ids, ids_from)
    show = _print_json if as_json else _printer(settings, local=local)
    failures = _Failures()
    count = 0
    for count, lookup in enumerate(connect(settings).iter_message_insights(ids), 1):  # noqa: B007 - counts
        show(lookup)
        failures.add(lookup)
    if not count:
        click.echo("There were no message ids to look up.", err=True)
    if failures.worst:
        from sesinsights.cli.failures import exit_code_of

        if count > 1:
            click.echo(f"{failures.count:,} of {count:,} lookups failed.", err=True)
        context.exit(exit_code_of(failures.worst))


class _Failures:
    """How many lookups failed, and the error that decides how the run ends."""

    def __init__(self) -> None:
        self.count = 0
        self.worst: Exception | None = None

    def add(self, lookup: MessageLookup) -> None:
        """Count a lookup if it failed; a refusal of the service weighs more than a bad id."""
        if lookup.error is None:
            return
        self.count += 1
        if self.worst is None or _weight(lookup.error) > _weight(self.worst):
            self.worst = lookup.error


def _weight(error: Exception) -> int:
    from sesinsights.errors import ServiceError, SESInsightsError

    return isinstance(error, SESInsightsError) + isinstance(error, ServiceError)


def _ids(context: click.Context, given: Sequence[str], file: IO[str] | None) -> Iterable[str]:
    """Return the ids; those of a pipe as they come."""
    if given and file:
        raise click.UsageError("pass ids or --ids-from, not both", context)
    if not given:
        lines = file or _standard_input(context)
        if not lines.seekable():
            return _ids_in(lines)
        given = [*_ids_in(lines)]
    _announce(len(given))
    return given


def _standard_input(context: click.Context) -> IO[str]:
    if not sys.stdin or sys.stdin.isatty():
        raise click.UsageError("pass message ids, or a file of them with --ids-from", context)
    return click.open_file("-", encoding=_ENCODING)


def _ids_in(file: Iterable[str]) -> Iterator[str]:
    try:
        for line in file:
            message_id = line.partition("#")[0].strip()
            if message_id:
                yield message_id
    except UnicodeDecodeError as error:
        raise click.UsageError("the ids are not UTF-8 text: save the file as UTF-8") from error


def _announce(count: int) -> None:
    """Say how long many lookups take, if standard error is a terminal."""
    from datetime import timedelta

    from sesinsights.flows.operations import GET_MESSAGE_INSIGHTS

    seconds = count / (GET_MESSAGE_INSIGHTS.calls_per_second or count)
    if seconds > _SHORT_WAIT and sys.stderr.isatty():
        took = length(timedelta(seconds=seconds))
        click.echo(f"{count:,} messages at the service's pace: about {took}.", err=True)


def _print_json(lookup: MessageLookup) -> None:
    from sesinsights.cli.failures import text_of

    if lookup.error is None:
        found: dict[str, Any] = plain(lookup.message)
    else:
        error = {"Code": _code_of(lookup.error), "Message": text_of(lookup.error)}
        found = {"MessageId": lookup.message_id, "Error": error}
    print_json_line(found)


def _printer(settings: Settings, *, local: bool) -> Callable[[MessageLookup], None]:
    from sesinsights.cli.failures import text_of
    from sesinsights.cli.message.timeline import failed_lookup, timeline
    from sesinsights.cli.terminal import console, print_lines

    out = console(settings)
    is_first = True

    def show(lookup: MessageLookup) -> None:
        nonlocal is_first
        if not is_first:
            out.print()
        is_first = False
        if lookup.error is None:
            print_lines(out, timeline(lookup.message, local=local))
        else:
            print_lines(out, failed_lookup(lookup.message_id, text_of(lookup.error)))

    return show


def _code_of(error: Exception) -> str:
    """Return the service's name of an error, or ours."""
    return str(getattr(error, "code", type(error).__name__))
