"""What the docstrings of methods say, for the help of the commands that call them."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Docs", "docs_of"]

_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)
_LINK = re.compile(r"Mirrors `\w+\s+<([^>]+)>`_\.")


@dataclass(frozen=True, slots=True)
class Docs:
    """A docstring.

    Attributes:
        text: What comes before the sections.
        arguments: What is said of each argument.
    """

    text: str
    arguments: dict[str, str]


def docs_of(method: Callable[..., object]) -> Docs:
    """Return what the docstring of a method says, its link in a line that click leaves alone."""
    text, _, sections = (inspect.getdoc(method) or "").partition("\nArgs:\n")
    arguments = sections.partition("\n\n")[0]
    return Docs(
        text=_LINK.sub("\b\nSee \\1", text).strip(),
        arguments={name: " ".join(said.split()) for name, said in _ARGUMENT.findall(arguments)},
    )
