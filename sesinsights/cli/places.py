"""Where a command may put a file: one rule for all commands."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sesinsights.cli.values import BadValueError

__all__ = ["check_place", "followed"]

_KINDS = {
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
}


def followed(text: str) -> str:
    """Return the path that a symlink leads to, so that a file is put there and the link stays."""
    return os.path.realpath(text) if Path(text).is_symlink() else text


def check_place(option: str, text: str, *, may_exist: bool, stdout: str = "") -> None:
    """Raise when no file may or can be put there.

    Args:
        option: The option that names the place, for the text of an error.
        text: What it was given.
        may_exist: Whether a file or a symlink that is there may be written over.
        stdout: What to give the option for standard output, if it takes that.

    Raises:
        BadValueError: The name is none of a file, something is there, or its directory is not.
    """
    if not text:
        raise BadValueError(option, "the name of the file is empty")
    if text.endswith(tuple(filter(None, (os.sep, os.altsep)))):
        raise BadValueError(option, f"{text} names a directory: name a file in it")
    try:
        mode = Path(text).stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    except OSError as error:
        raise BadValueError(option, f"cannot look at {text}: {error.strerror}") from error
    if mode is not None and stat.S_ISDIR(mode):
        raise BadValueError(option, f"{text} is a directory: name a file in it")
    if mode is not None and not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
        hint = f"; {stdout} is standard output" if stdout else ""
        raise BadValueError(option, f"{text} is {kind}, and only a regular file is written{hint}")
    if os.path.lexists(text) and not may_exist:
        raise BadValueError(option, f"{text} exists; --force replaces it")
    # Not of a Path: that drops a final dot, and so takes a directory for a file.
    folder = os.path.dirname(followed(text)) or "."  # noqa: PTH120 - the same
    if not Path(folder).is_dir():
        raise BadValueError(option, f"there is no directory {folder}")
