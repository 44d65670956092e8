"""Where a command writes: by the library's rules, and with --force over an existing file."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from typing_extensions import override

from sesinsights.cli.option_values import BadValueError
from sesinsights.cli.terminal import printable_lines
from sesinsights.whole_files import check_place

if TYPE_CHECKING:
    from collections.abc import Generator


STDOUT = "-"
"""The value of an option that means standard output."""


class Place:
    """A file, standard output, or a URI such as s3://bucket/key.

    Args:
        option: The option that names it.
        text: What the option was given.

    Attributes:
        text: Where to write, as the option says.
        name: The name of the file.
        is_stdout: Whether this is standard output.
        is_remote: Whether this is a URI.
    """

    def __init__(self, option: str, text: str) -> None:
        self._option = option
        self.is_stdout = text == STDOUT
        self.is_remote = "://" in text
        self.text = text
        self.name = PurePosixPath(urlsplit(text).path).name if self.is_remote else Path(text).name

    @override
    def __str__(self) -> str:
        return "standard output" if self.is_stdout else self.text

    @property
    def folder(self) -> Path:
        """The directory of the file; for a URI, the current directory."""
        return Path() if self.is_remote else Path(self.text).parent

    def check(self, *, may_exist: bool) -> None:
        """Raise if nothing may or can be written there.

        Args:
            may_exist: Whether a file or a symlink that is there may be written over.

        Raises:
            BadValueError: No file can be put there, or one is there and must not be replaced.
        """
        if self.is_stdout:
            return
        if not self.is_remote:
            self._check_local(may_exist=may_exist)
        elif not may_exist and self.size() is not None:
            raise BadValueError(self._option, f"{self.text} exists; --force replaces it")

    def _check_local(self, *, may_exist: bool) -> None:
        try:
            check_place(self.text)
        except OSError as error:
            said = ": ".join(filter(None, (str(error.filename or ""), error.strerror)))
            hint = f"; {STDOUT} is standard output" if error.errno == errno.EINVAL else ""
            raise BadValueError(self._option, said + hint) from error
        if os.path.lexists(self.text) and not may_exist:
            raise BadValueError(self._option, f"{self.text} exists; --force replaces it")

    def size(self) -> int | None:
        """Return the size of the file in bytes; None if there is no file."""
        if self.is_remote:
            from sesinsights.exports.tables.parquet import size_of

            return size_of(self.text)
        try:
            return Path(self.text).stat().st_size
        except FileNotFoundError:
            return None

    @contextmanager
    def whole_file(self) -> Generator[str]:
        """Provide the path or URI to write to; standard output gets the complete file."""
        if not self.is_stdout:
            yield self.text
            return
        import tempfile

        with tempfile.TemporaryDirectory(prefix="sesinsights-") as folder:
            path = Path(folder, "file")
            yield str(path)
            _pass_on(path)


def _pass_on(path: Path) -> None:
    """Write a file to standard output; on a terminal, control characters are escaped."""
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
