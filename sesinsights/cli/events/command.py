"""The command that shows and converts events that Amazon SES pushed."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Any

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.event_type import EVENT_TYPE
from sesinsights.cli.file_options import FOR_SPREADSHEETS, FORCE, out_option
from sesinsights.cli.settings import settings_of
from sesinsights.cli.times import LOCAL

if TYPE_CHECKING:
    from collections.abc import Sequence


_STDIN = "-"


@click.command(
    "events",
    cls=ConnectedCommand,
    examples=[
        "sesinsights events mail-events/ --type bounce --type complaint",
        "sesinsights events s3://my-bucket/mail-events/2026/10/31/ -o events.parquet",
        "zcat mail-events-1.gz | sesinsights events --json --message 0100018f2b7c1d3e-…",
    ],
)
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option(
    "--message", "messages", multiple=True, metavar="ID", help="Only events of this message."
)
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="ADDRESS",
    help=(
        "Only events about this recipient. Opens and clicks of messages with several recipients do "
        "not say whose they are, so they never match."
    ),
)
@click.option(
    "--type",
    "types",
    multiple=True,
    type=EVENT_TYPE,
    metavar="TYPE",
    help="Only events of this type: send, delivery, bounce, complaint, reject, open, click, "
    "rendering-failure, delivery-delay or subscription.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@out_option(required=False)
@FOR_SPREADSHEETS
@FORCE
@LOCAL
@click.pass_context
def events(  # noqa: PLR0917 - click passes options by name
    context: click.Context,
    files: tuple[str, ...],
    messages: tuple[str, ...],
    recipients: tuple[str, ...],
    types: tuple[str, ...],
    as_json: bool,
    out: str | None,
    for_spreadsheets: bool,
    force: bool,
    local: bool,
) -> None:
    """Show or convert events that Amazon SES pushed.

    FILE is a file, a directory, s3://BUCKET/PREFIX, or - for standard input, which is the default.
    It contains records from Firehose, or any other pushed records in any envelope, with or without
    gzip. Filters can be repeated; an event must match one of each kind.

    With --out, writes a row for each event and recipient, without notices. Records that cannot be
    read are reported on stderr and left out; the exit code is then 252.
    """
    if out is not None and as_json:
        raise click.UsageError("--json prints events and --out writes a file: pass one of them")
    if out is None and (force or for_spreadsheets):
        raise click.UsageError("--force and --for-spreadsheets need --out")
    sources = _sources(context, files)
    settings = settings_of(context)
    from sesinsights.cli.events.selection import Selection
    from sesinsights.cli.events.sources import Incoming

    selection = Selection(messages, recipients, types)
    incoming = Incoming(sources, settings)
    if out is not None:
        from sesinsights.cli.events.conversion import Conversion

        Conversion(out, for_spreadsheets=for_spreadsheets, force=force).run(incoming, selection)
    elif as_json:
        from sesinsights.cli.events.json_form import json_form
        from sesinsights.cli.output.json_lines import print_json_line

        for arrival in filter(selection.has, incoming):
            print_json_line(json_form(arrival))
    else:
        from sesinsights.cli.events.feed import Feed

        feed = Feed(settings, local=local)
        for arrival in filter(selection.has, incoming):
            feed.show(arrival)
    if incoming.bad:
        if incoming.bad > 1:
            click.echo(f"{incoming.bad:,} records could not be read.", err=True)
        from sesinsights.cli.exit_codes import BAD_INPUT

        context.exit(BAD_INPUT)


def _sources(context: click.Context, files: Sequence[str]) -> Sequence[str | IO[bytes]]:
    """Return the sources to read; missing files are reported before anything is printed."""
    import os

    if not files:
        if not sys.stdin or sys.stdin.isatty():
            raise click.UsageError("pass files, or events on standard input", context)
        files = [_STDIN]
    for file in files:
        if file != _STDIN and "://" not in file and not os.path.exists(file):  # noqa: PTH110 - as for the library
            raise click.UsageError(f"FILE: {file} does not exist", context)
    return [_standard_input() if file == _STDIN else file for file in files]


def _standard_input() -> IO[bytes]:
    """Return standard input, unbuffered, so that a pipe is read as data arrives."""
    buffer: Any = sys.stdin.buffer
    stream: IO[bytes] = getattr(buffer, "raw", buffer)
    return stream
