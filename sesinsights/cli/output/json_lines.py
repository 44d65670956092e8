"""Output for programs: one JSON object per line."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from sesinsights.cli.output.pager import takes_any_character
from sesinsights.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Mapping


def print_json_line(members: Mapping[str, Any]) -> None:
    """Print a line and flush it, so that the reader of a pipe gets it at once."""
    line = json.dumps(members, ensure_ascii=not takes_any_character())
    click.echo(printable(line) if sys.stdout.isatty() else line)
