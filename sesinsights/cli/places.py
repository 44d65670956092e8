"""Where a command puts a file: one rule for all commands."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sesinsights.cli.option_values import BadValueError
from sesinsights.cli.terminal import printable_lines

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["STDOUT", "Place"]

STDOUT = "-"
"""What an option is given for standard output."""

_KINDS = {
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
}


class Place:
    """A file, standard output, or a URI such as s3://bucket/key.

    Args:
        option: The option that names it.
        text: What the option was given.

    Attributes:
        text: Where to write: what a symlink leads to, or else what was given.
        name: The name of the file.
        is_stdout: Whether this is standard output.
        is_remote: Whether this is a URI.
    """

    def __init__(self, option: str, text: str) -> None:
        self._option = option
        self._given = text
        self.is_stdout = text == STDOUT
        self.is_remote = "://" in text
        self.text = text if self.is_remote or self.is_stdout else _followed(text)
        self.name = PurePosixPath(urlsplit(text).path).name if self.is_remote else Path(text).name

    def __str__(self) -> str:
        return "standard output" if self.is_stdout else self.text

    @property
    def folder(self) -> Path:
        """The directory of the file; for a URI the current one."""
        return Path() if self.is_remote else Path(self._given).parent

    def check(self, *, may_exist: bool) -> None:
        """Raise when nothing may or can be written there.

        Args:
            may_exist: Whether a file or a symlink that is there may be written over.

        Raises:
            BadValueError: The name is not a file's, something is there, or its directory is not.
        """
        if self.is_stdout:
            return
        if not self.is_remote:
            self._check_local(may_exist=may_exist)
        elif not may_exist and self.size() is not None:
            raise BadValueError(self._option, f"{self.text} exists; --force replaces it")

    def _check_local(self, *, may_exist: bool) -> None:
        option, text = self._option, self._given
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
            kind = _KINDS.get(stat.S_IFMT(mode), "not a regular file")
            hint = f"only a regular file is written; {STDOUT} is standard output"
            raise BadValueError(option, f"{text} is {kind}, and {hint}")
        if os.path.lexists(text) and not may_exist:
            raise BadValueError(option, f"{text} exists; --force replaces it")
        # Not of a Path: that drops a final dot, and so takes a directory for a file.
        folder = os.path.dirname(self.text) or "."  # noqa: PTH120 - the same
        if not Path(folder).is_dir():
            raise BadValueError(option, f"there is no directory {folder}")

    def size(self) -> int | None:
        """Return how many bytes are there; None when there is nothing."""
        if self.is_remote:
            from sesinsights.exports.tables.parquet import size_of

            return size_of(self.text)
        try:
            return Path(self.text).stat().st_size
        except FileNotFoundError:
            return None

    @contextmanager
    def whole_file(self) -> Generator[str]:
        """Give the path or URI to write to; standard output gets the file once it is whole."""
        if not self.is_stdout:
            yield self.text
            return
        import tempfile

        with tempfile.TemporaryDirectory(prefix="sesinsights-") as folder:
            path = Path(folder, "file")
            yield str(path)
            _pass_on(path)


def _followed(text: str) -> str:
    """Return the path that a symlink leads to, so that a file is put there and the link stays."""
    return os.path.realpath(text) if Path(text).is_symlink() else text


def _pass_on(path: Path) -> None:
    """Write a file to standard output, to a terminal as text that does not steer it."""
    import shutil

    sys.stdout.flush()
    if sys.stdout.isatty():
        with path.open(encoding="utf-8", errors="backslashreplace", newline="\n") as lines:
            sys.stdout.writelines(map(printable_lines, lines))
    else:
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    sys.stdout.flush()
