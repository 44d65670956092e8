"""Files that appear only once they are complete, and the rule for what they may replace.

A regular file is replaced and its mode is kept, a symbolic link is followed and kept, and anything
else is refused. The content is written to a hidden file in the same directory, which only its owner
can read, and that file is then renamed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sesinsights.locked_files import create_locked, is_own, taken_over

if TYPE_CHECKING:
    from collections.abc import Generator

_KINDS = {
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}

_PERMISSIONS = 0o777

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
"""The beginning of a URI; a Path of it has only one slash."""

_LONGEST_START = 50
"""How many characters of a file's name the name of the hidden file has: it must not be too long."""


def check_place(path: str | os.PathLike[str]) -> None:
    """Raise early what `whole_file` would raise, before the work that takes long.

    Raises:
        FileNotFoundError: The directory does not exist.
        IsADirectoryError: The path is a directory.
        PermissionError: No file can be made or replaced there.
        OSError: The path is a device, a pipe or a socket, or nothing can be written there.
    """
    place = _place_of(path)
    _mode_of_new_file(place)


def check_directory(directory: Path) -> None:
    """Raise early if no file can be made in a directory.

    Raises:
        OSError: No file can be made there.
    """
    _mode_of_new_file(directory / "file")


@contextmanager
def whole_file(path: str | os.PathLike[str], *, is_private: bool = False) -> Generator[BinaryIO]:
    """Open a file that is written beside its place and moved there if nothing goes wrong.

    A file that an earlier, killed process left beside it is removed.

    Args:
        path: Where to put the file; an existing regular file is replaced.
        is_private: Whether only its owner may read it, whatever the mask and the file before.

    Raises:
        OSError: Nothing can be written there; see `check_place`.
    """
    place = _place_of(path)
    new_mode = _mode_of_new_file(place)
    remove_abandoned(place)
    maker = os.getpid()
    aside = _beside(place)
    try:
        with os.fdopen(create_locked(aside), "w+b") as file:
            yield file
            file.flush()
            if not is_private:
                _set_mode(file.fileno(), aside, place, new_mode)
            if os.name != "nt":
                # While it is locked, so that no process takes it for abandoned.
                aside.replace(place)
        if os.name == "nt":  # pragma: no cover - there, a file that is open cannot be renamed
            aside.replace(place)
    finally:
        # A process that was forked meanwhile may end in here too, and it is not its file.
        if os.getpid() == maker:
            aside.unlink(missing_ok=True)


def remove_abandoned(place: Path) -> None:
    """Remove files that killed processes left beside a place."""
    pattern = re.compile(re.escape(beginning(place)) + r"[0-9a-f]{32}\.part")
    with suppress(PermissionError):  # a directory may be writable but not readable
        for path in [path for path in place.parent.iterdir() if pattern.fullmatch(path.name)]:
            with taken_over(path) as is_abandoned:
                if is_abandoned:
                    path.unlink(missing_ok=True)


def _place_of(path: str | os.PathLike[str]) -> Path:
    """Return where to put a file: what a symlink leads to."""
    text = os.fspath(path)
    if not text:
        raise FileNotFoundError(errno.ENOENT, "the name of the file is empty", text)
    # Not of a Path: that drops a final slash or dot, and so takes a directory for a file.
    is_directory = os.path.basename(text) in {"", ".", ".."}  # noqa: PTH119 - the same
    status = None
    with suppress(FileNotFoundError, NotADirectoryError):
        status = Path(text).stat()
        is_directory = is_directory or stat.S_ISDIR(status.st_mode)
    if is_directory:
        raise IsADirectoryError(errno.EISDIR, "this is a directory; name a file in it", text)
    if status and not stat.S_ISREG(status.st_mode):
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "not a regular file")
        problem = f"this is {kind}, and only a regular file can be replaced"
        raise OSError(errno.EINVAL, problem, text)
    place = Path(os.path.realpath(text) if Path(text).is_symlink() else text)
    if not place.parent.is_dir():
        if _URI.match(text):
            problem = "this is not a local path; only Parquet files can be written to a URI"
            raise FileNotFoundError(errno.ENOENT, problem, text)
        problem = "the directory does not exist; create it first"
        raise FileNotFoundError(errno.ENOENT, problem, str(place.parent))
    if status:
        _check_replaceable(place, status)
    return place


def _check_replaceable(place: Path, status: os.stat_result) -> None:
    """Refuse what only its owner may rename, as in /tmp."""
    folder = place.parent.stat()
    is_others = not is_own(status) and not is_own(folder)
    if folder.st_mode & stat.S_ISVTX and is_others and os.geteuid() != 0:
        raise PermissionError(errno.EPERM, "only its owner can replace this file", str(place))


def _mode_of_new_file(place: Path) -> int:
    """Return the mode that a new file gets there; the umask cannot be read without setting it.

    Raises:
        OSError: No file can be made there.
    """
    empty = _beside(place)
    try:
        descriptor = os.open(empty, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except OSError as error:
        problem = f"no file can be made in this directory: {error.strerror}"
        raise OSError(error.errno, problem, str(place.parent)) from error
    try:
        return os.fstat(descriptor).st_mode & _PERMISSIONS
    finally:
        os.close(descriptor)
        empty.unlink(missing_ok=True)


def _set_mode(descriptor: int, aside: Path, place: Path, new_mode: int) -> None:
    """Give a file the mode and, where that is allowed, the owner of the one it replaces."""
    try:
        replaced = place.lstat()
    except FileNotFoundError:
        mode = new_mode
    else:
        mode = replaced.st_mode & _PERMISSIONS
        if hasattr(os, "fchown"):
            with suppress(OSError):
                os.fchown(descriptor, replaced.st_uid, replaced.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, mode)
    else:  # pragma: no cover - Windows
        aside.chmod(mode)


def _beside(place: Path) -> Path:
    return place.with_name(f"{beginning(place)}{uuid.uuid4().hex}.part")


def beginning(place: Path) -> str:
    """Return the beginning of the names of files that are hidden beside a place."""
    return f".{place.name[:_LONGEST_START]}."
