"""The command that checks whether the other commands can work."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from sesinsights.cli.base_commands import ConnectedCommand
from sesinsights.cli.settings import settings_of
from sesinsights.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sesinsights.cli.doctor.finding import Finding


_SIGNS = {"ok": "✓", "warning": "!", "problem": "✗", "skipped": "–"}  # noqa: RUF001 - a dash is meant
_PLAIN_SIGNS = {"ok": "+", "warning": "!", "problem": "x", "skipped": "-"}
_INDENT = "    "
_COLORS = {"ok": "green", "warning": "yellow", "problem": "red", "skipped": None}


@click.command(
    cls=ConnectedCommand,
    examples=[
        "sesinsights doctor --profile work --region eu-west-1",
        "sesinsights doctor --events my-configuration-set",
    ],
)
@click.option(
    "--events",
    "configuration_set",
    metavar="SET",
    help="Check how this configuration set publishes events, instead of the permissions.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(context: click.Context, configuration_set: str | None, as_json: bool) -> None:
    """Check credentials, Region, endpoint, clock, account and permissions.

    Also checks that Virtual Deliverability Manager is on, shows plan, quota and open
    recommendations, and says how to fix each problem. With --events, it checks a configuration set
    and the targets of its events instead of the permissions, as far as the credentials may read
    them. Changes nothing: operations that would change something are not tried. The exit code is 0
    if there is no problem, 253 for a problem of the configuration, 254 if the service refuses, and
    255 for anything else.
    """
    from sesinsights.cli.doctor.checkup import examine

    settings = settings_of(context)
    findings = examine(settings, configuration_set)
    if as_json:
        found = list(findings)
        shown = [
            {name: value for name, value in asdict(f).items() if name != "exit_code"} for f in found
        ]
        exit_code = _exit_code(found)
        click.echo(json.dumps({"checks": shown, "exit_code": exit_code}, indent=4))
    else:
        found = [*_shown(findings, settings.has_colors)]
        exit_code = _exit_code(found)
    context.exit(exit_code)


def _exit_code(findings: Iterable[Finding]) -> int:
    """Return the code of the most serious problem; the configuration comes first."""
    return min((finding.exit_code for finding in findings if finding.exit_code), default=0)


def _shown(findings: Iterable[Finding], color: bool | None) -> Iterable[Finding]:
    """Print each finding as soon as it is known."""
    from sesinsights.cli.failures import wrapped

    fits = _fits(sys.stdout.encoding or "utf-8")
    signs = _SIGNS if fits else _PLAIN_SIGNS
    width = min(get_terminal_size().columns, 100)
    for finding in findings:
        line = f"{signs[finding.status]} {finding.check}: {finding.found}"
        text = wrapped(printable(line), width)
        click.secho(text if fits else _plain(text), fg=_COLORS[finding.status], color=color)
        if finding.advice:
            advice = wrapped(finding.advice, width, _INDENT)
            click.echo(advice if fits else _plain(advice), color=color)
        yield finding


def _fits(encoding: str) -> bool:
    """Return whether an encoding has all the characters that are printed here."""
    try:
        "".join([*_SIGNS.values(), "…"]).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _plain(text: str) -> str:
    return text.replace("…", "...").encode("ascii", "replace").decode()
