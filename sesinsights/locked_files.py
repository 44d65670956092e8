"""New files that show whether the process that made them still runs, by a lock on each.

The kernel releases the lock when its holder ends, however it ends. On a system without such locks,
the state is unknown, and every file is left alone.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

UNFOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
"""Flags for opening a file that must not be a symlink, and that no program started here gets."""

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | UNFOLLOWED | getattr(os, "O_BINARY", 0)


def require_locks(needed_by: str) -> None:
    """Raise an error that says what needs such locks, on a system without them.

    Raises:
        ImportError: This is such a system.
    """
    try:
        import_module("fcntl")
    except ImportError as error:
        raise ImportError(
            f"{needed_by} needs locks on files as Unix has them: use Linux, macOS or WSL",
            name=error.name,
        ) from error


def create_locked(path: Path) -> int:
    """Make a file that only its owner may read, lock it and return its descriptor.

    Raises:
        FileExistsError: Something is there.
    """
    while True:
        descriptor = os.open(path, _NEW, 0o600)
        try:
            is_locked = _lock(descriptor, wait=True)
            if not is_locked or _is_at(descriptor, path):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        # It was removed as abandoned in the moment before it was locked.
        os.close(descriptor)


@contextmanager
def taken_over(path: Path) -> Generator[bool]:
    """Tell whether the process that made a file has ended, and hold its lock meanwhile.

    Also False if that cannot be determined, and for a file that this user does not own.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | UNFOLLOWED)
    except (OSError, AttributeError):
        yield False
        return
    try:
        yield is_own_file(descriptor) and try_lock(descriptor)
    finally:
        os.close(descriptor)


def try_lock(descriptor: int) -> bool:
    """Lock an open file, and return whether that was possible."""
    return _lock(descriptor, wait=False)


def unlock(descriptor: int) -> None:
    """Drop the lock of an open file, even if a forked process has the file open too."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_own_file(descriptor: int) -> bool:
    """Return whether an open file is a regular one that this user owns."""
    status = os.fstat(descriptor)
    return stat.S_ISREG(status.st_mode) and is_own(status)


def is_own(status: os.stat_result) -> bool:
    """Return whether this user owns a file; True where files have no owners."""
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def _lock(descriptor: int, *, wait: bool) -> bool:
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):  # not every system and not every file system has locks
        return False
    return True


def holder_of_lock(descriptor: int) -> int | None:
    """Return the id of the process that has locked a file, if the system reveals it."""
    status = os.fstat(descriptor)
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    try:
        locks = Path("/proc/locks").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return None
    for lock in locks:
        match lock.split():
            case [_, "FLOCK", _, "WRITE", process, found, *_] if found == place:
                return int(process) if int(process) > 0 else None
            case _:
                pass
    return None
