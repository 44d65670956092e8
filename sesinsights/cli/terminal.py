"""Where people read: coloured text and tables."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from sesinsights.cli.settings import Settings

__all__ = ["console"]

_WIDTH_OF_A_FILE = 200
"""How wide text may be where no terminal says: wide enough for a table with ids."""


def console(settings: Settings, *, stderr: bool = False) -> Console:
    """Return what writes to stdout or stderr, in colours if the options and the terminal say so."""
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            """Leave it to who runs the command, to whom a closed pipe is no error."""
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    is_known = stream.isatty() or "COLUMNS" in os.environ
    return Output(
        stderr=stderr,
        width=None if is_known else _WIDTH_OF_A_FILE,
        force_terminal=settings.has_colors or None,
        no_color=True if settings.has_colors is False else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
