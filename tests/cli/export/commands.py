"""Commands that export, and the command that they print to continue."""

from __future__ import annotations

import shlex

WINDOW = ("--start", "-2d", "--end", "now")
MESSAGES = ("export", "messages", *WINDOW)
COUNTED = ("--dimension", "isp=*", "--metric", "SEND:RATE")
METRICS = ("export", "metrics", "--start", "-2d", "--end", "today")


def command_in(text: str) -> list[str]:
    """Return the words of the command that an export prints to continue with."""
    (line,) = (line for line in text.splitlines() if line.endswith("--resume"))
    return shlex.split(line)
