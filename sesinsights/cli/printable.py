"""Text that others wrote, made safe to show in a terminal."""

from __future__ import annotations

import re

__all__ = ["printable", "printable_lines"]

# What moves the cursor, or turns the direction of the text around it.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def printable(text: str) -> str:
    """Return a line of text that a terminal shows and does not obey."""
    return _CONTROLS.sub(" ", text)


def printable_lines(text: str) -> str:
    """Return lines of text, with tabs in them, that a terminal shows and does not obey."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))
