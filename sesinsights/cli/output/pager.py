"""Writes output to standard output, or through a pager if that is a terminal."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from itertools import chain
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


_USUAL_PAGER = "less"
_LESS_OPTIONS = "FRX"


def pager_command(profile: dict[str, str]) -> list[str]:
    """Return the command of the pager, as the AWS CLI finds it; an empty list means no pager.

    Args:
        profile: The values of the profile in the AWS configuration.

    Raises:
        InvalidConfigError: The setting is not a command, or the command is not there.
    """
    choices = (os.environ.get("AWS_PAGER"), profile.get("cli_pager"), os.environ.get("PAGER"))
    chosen = next((choice for choice in choices if choice is not None), None)
    if chosen is None:
        return [_USUAL_PAGER] if shutil.which(_USUAL_PAGER) else []
    try:
        command = shlex.split(chosen)
    except ValueError as error:
        raise _wrong(chosen, str(error)) from error
    if command and not shutil.which(command[0]):
        raise _wrong(chosen, "the command was not found")
    return command


def takes_any_character() -> bool:
    """Return whether standard output accepts characters beyond ASCII."""
    return (sys.stdout.encoding or "utf-8").lower().startswith("utf")


def show(pieces: Iterable[str], pager: list[str]) -> None:
    """Show text piece by piece; quitting the pager early is not an error.

    Args:
        pieces: The text.
        pager: The command of the pager; with an empty one the text goes to standard output.

    Raises:
        BrokenPipeError: The reader of standard output has closed it.
    """
    if not pager:
        for piece in pieces:
            sys.stdout.write(piece)
            sys.stdout.flush()
        return
    rest = iter(pieces)
    first = next(rest, None)
    if first is None:
        return
    # Where click looks for the pager; this process starts no other.
    os.environ["PAGER"] = shlex.join(pager)
    os.environ.setdefault("LESS", _LESS_OPTIONS)
    click.echo_via_pager(_without_last_line_end(chain([first], rest)))


def _without_last_line_end(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the same text but for its last line end, which click adds."""
    held = ""
    for piece in pieces:
        text = held + piece
        held = "\n" if text.endswith("\n") else ""
        yield text.removesuffix("\n")


def _wrong(pager: str, problem: str) -> Exception:
    from botocore.exceptions import InvalidConfigError

    advice = "Name another in AWS_PAGER, or set it to nothing"
    text = f"the pager {pager!r} cannot be started: {problem}. {advice}"
    return InvalidConfigError(error_msg=text)
