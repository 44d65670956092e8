"""Why an address is suppressed, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from sesinsights.cli.connection import connect
from sesinsights.cli.failures import text_of
from sesinsights.cli.message.timeline import failed_lookup, timeline
from sesinsights.cli.output.json_lines import print_json_line
from sesinsights.cli.output.plain import plain
from sesinsights.cli.settings import settings_of
from sesinsights.cli.terminal import console, print_lines, printable
from sesinsights.cli.times import second, zoned

if TYPE_CHECKING:
    import click
    from rich.console import RenderableType

    from sesinsights.suppression import SuppressedAddress


def show_address(
    context: click.Context, address: str, tenant_name: str | None, *, as_json: bool, local: bool
) -> None:
    """Print whether an address is suppressed, and why."""
    settings = settings_of(context)
    found = connect(settings).suppression_of(address, tenant_name=tenant_name)
    if as_json:
        print_json_line(_members(found))
        return
    out = console(settings)
    if found is None:
        print_lines(
            out, Text(f"{printable(address)} is not on the suppression list.", overflow="fold")
        )
    else:
        print_lines(out, _told(found, local=local))


def _members(found: SuppressedAddress | None) -> Any:
    if found is None:
        return None
    members: dict[str, Any] = {"SuppressedDestination": plain(found.entry)}
    if found.lookup and found.lookup.message:
        members["Message"] = plain(found.lookup.message)
    elif found.lookup and found.lookup.error:
        members["Error"] = {"Message": text_of(found.lookup.error)}
    return members


def _told(found: SuppressedAddress, *, local: bool) -> RenderableType:
    since = second(zoned(found.last_update_time, local=local))
    lines: list[RenderableType] = [
        Text.assemble(
            (printable(found.entry.email_address), "underline"),
            " is suppressed: ",
            (printable(found.reason), "bold red"),
            f", {since}",
            overflow="fold",
        )
    ]
    if found.feedback_id:
        lines.append(Text(f"Feedback {printable(found.feedback_id)}", "dim", overflow="fold"))
    if found.lookup is None:
        lines.append(Text("No message is named: the address may have been added by hand.", "dim"))
    elif found.lookup.error is None:
        lines.append(Padding(timeline(found.lookup.message, local=local), (1, 0, 0, 0)))
    else:
        told = failed_lookup(found.lookup.message_id, text_of(found.lookup.error))
        lines.append(Padding(told, (1, 0, 0, 0)))
    return Group(*lines)
