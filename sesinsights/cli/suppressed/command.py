"""The commands for suppression lists, with their options."""

from __future__ import annotations

from typing import Any

import click

from sesinsights.cli.base_commands import ConnectedCommand, ExampleGroup
from sesinsights.cli.file_options import FOR_SPREADSHEETS, FORCE, out_option
from sesinsights.cli.settings import CONNECTION_OPTIONS
from sesinsights.cli.times import LOCAL, MOMENT

REASONS = ("BOUNCE", "COMPLAINT")

_TENANT = click.option(
    "--tenant-name", metavar="NAME", help="Use this tenant's list instead of the account's."
)
_ADDRESSES = click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
_REASON = click.option(
    "--reason",
    type=click.Choice(REASONS, case_sensitive=False),
    default="BOUNCE",
    show_default=True,
    help="The reason for addresses that have none in FILE.",
)
_PREFIX = click.option(
    "--prefix",
    default="sesinsights/",
    show_default=True,
    metavar="TEXT",
    help="The prefix of the keys of uploaded files.",
)
_TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=3600.0,
    metavar="SECONDS",
    help="The longest wait for each job: 3600 seconds by default.",
)


@click.group(
    cls=ExampleGroup,
    params=[*CONNECTION_OPTIONS],
    examples=["sesinsights suppressed show reader@example.com"],
)
def suppressed() -> None:
    """Show, export, compare or fill a suppression list."""


@suppressed.command(
    "show",
    cls=ConnectedCommand,
    examples=[
        "sesinsights suppressed show reader@example.com",
        "sesinsights suppressed show reader@example.com --json",
    ],
)
@click.argument("address", metavar="ADDRESS")
@_TENANT
@click.option(
    "--json", "as_json", is_flag=True, help="Print a line of JSON: null if it is not suppressed."
)
@LOCAL
@click.pass_context
def show(
    context: click.Context, address: str, tenant_name: str | None, as_json: bool, local: bool
) -> None:
    """Show whether an address is suppressed, and why.

    Shows the entry of the list, and what happened to the message that put the address there.
    """
    from sesinsights.cli.suppressed.showing import show_address

    show_address(context, address, tenant_name, as_json=as_json, local=local)


@suppressed.command(
    "export",
    cls=ConnectedCommand,
    examples=[
        "sesinsights suppressed export -o suppressed.parquet",
        "sesinsights suppressed export --reason COMPLAINT --start -30d -o - | wc -l",
    ],
)
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    type=click.Choice(REASONS, case_sensitive=False),
    help="Only addresses that are on the list for this reason.",
)
@click.option(
    "--start", type=MOMENT, help="Only addresses added after this time: -7d, 2026-10-31, …"
)
@click.option(
    "--end", type=MOMENT, help="Only addresses added before this time: today, 2026-10-31."
)
@_TENANT
@out_option(required=True)
@FOR_SPREADSHEETS
@FORCE
@click.pass_context
def export(context: click.Context, /, **given: Any) -> None:
    """Write a whole suppression list to a file."""
    from sesinsights.cli.suppressed.files import export_list

    export_list(context, **given)


@suppressed.command(
    "sync",
    cls=ConnectedCommand,
    examples=[
        "sesinsights suppressed sync wanted.csv",
        "sesinsights suppressed sync wanted.csv --apply",
        "sesinsights suppressed sync wanted.csv --apply --remove --bucket my-lists",
    ],
)
@_ADDRESSES
@click.option("--apply", is_flag=True, help="Make the changes, instead of only showing them.")
@click.option("--remove", is_flag=True, help="Also remove addresses that FILE does not have.")
@_REASON
@_TENANT
@click.option(
    "--bucket",
    metavar="NAME",
    help="Change more than 500 addresses by import jobs, and upload their files to this bucket.",
)
@_PREFIX
@_TIMEOUT
@click.pass_context
def sync(context: click.Context, /, **given: Any) -> None:
    """Compare a suppression list with FILE.

    Nothing is changed without --apply. FILE is CSV, JSON Lines (.jsonl) or Parquet with a column
    `email_address` and, optionally, one named `reason`, or a text file with one address per line; -
    is standard input. Each line on standard output begins with + for an address to add, ~ for a
    reason to change, or - for an address to remove.
    """
    from sesinsights.cli.suppressed.files import sync_list

    sync_list(context, **given)


@suppressed.command(
    "import",
    cls=ConnectedCommand,
    examples=[
        "sesinsights suppressed import addresses.csv --bucket my-lists",
        "sesinsights suppressed import addresses.csv --bucket my-lists --delete",
    ],
)
@_ADDRESSES
@click.option("--bucket", required=True, metavar="NAME", help="The bucket to upload FILE to.")
@_PREFIX
@click.option("--delete", is_flag=True, help="Remove the addresses from the list instead.")
@_REASON
@_TIMEOUT
@click.pass_context
def import_(context: click.Context, /, **given: Any) -> None:
    """Put the addresses of FILE on the account's list.

    FILE has the same formats as for `sync`. It is uploaded to a bucket that Amazon SES may read,
    and imported by jobs of up to 100,000 addresses each. Addresses that could not be imported are
    printed to standard output.
    """
    from sesinsights.cli.suppressed.files import import_file

    import_file(context, **given)
