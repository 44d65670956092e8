"""Terminal output: coloured text and tables, with other people's text made safe."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from sesinsights.cli.settings import Settings


_WIDTH_OF_A_FILE = 200
"""The width of text without a terminal: wide enough for a table with ids."""


_LINE_ENDS = re.compile(r"[\t\r\n\x85\u2028\u2029]+")
# Characters that move the cursor or change the direction of the text around them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return a line of text without characters that control a terminal."""
    return _CONTROLS.sub(_escaped, _LINE_ENDS.sub(" ", text))


def printable_lines(text: str) -> str:
    """Return lines of text, with their tabs, without characters that control a terminal."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in lines)


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def print_lines(out: Console, content: RenderableType, *, width: int | None = None) -> None:
    """Print lines without the spaces that rich pads them with.

    Args:
        out: Where to print.
        content: What to print.
        width: How wide the lines may be, instead of as wide as the terminal.
    """
    from rich.segment import Segment, Segments

    options = out.options.update(max_width=width) if width else out.options
    shown: list[Segment] = []
    for line in out.render_lines(content, options, pad=False):
        while line and not line[-1].text.rstrip():
            line.pop()
        if line:
            last = line.pop()
            shown += (*line, Segment(last.text.rstrip(), last.style))
        shown.append(Segment.line())
    out.print(Segments(shown), end="", crop=False, soft_wrap=True)


def console(settings: Settings, *, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr, in colours if the options and the terminal say so."""
    from rich.console import Console

    class Output(Console):
        @override
        def on_broken_pipe(self) -> None:
            """Let the caller decide: for a command, a reader that has enough is not an error."""
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    is_known = stream.isatty() or "COLUMNS" in os.environ
    return Output(
        stderr=stderr,
        width=None if is_known else _WIDTH_OF_A_FILE,
        force_terminal=settings.has_colors or None,
        color_system=None if settings.has_colors is False else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )
