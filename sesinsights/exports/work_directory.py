"""Directories for work in progress: new, private, and if left behind, removed by the next one."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sesinsights.forks import after_fork_in_child
from sesinsights.locked_files import create_locked, is_own, taken_over

if TYPE_CHECKING:
    from io import FileIO
    from types import TracebackType
    from typing import Self

_LOCK = "sesinsights.lock"
_FILES = "files"
_REMOVED = "removed"


class WorkDirectory:
    """A new directory that other users cannot read or guess, removed with all its files.

    It is removed when it is closed, when there is no reference to this object any more, or when the
    process ends; never in a forked process. A directory that a killed process left behind is
    removed when the next one is made in the same place with the same prefix.

    Args:
        prefix: The beginning of its name.
        parent: The directory to make it in; the one for temporary files by default.

    Attributes:
        path: The path of the directory.
    """

    def __init__(self, prefix: str = "sesinsights-", parent: Path | None = None) -> None:
        parent = parent or Path(tempfile.gettempdir())
        _remove_abandoned(parent, prefix)
        outer = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        self.path = outer / _FILES
        try:
            self._lock = os.fdopen(create_locked(outer / _LOCK), "rb", buffering=0)
            self.path.mkdir(mode=0o700)
        except BaseException:
            shutil.rmtree(outer, ignore_errors=True)
            raise
        self._finalizer = weakref.finalize(self, _remove, outer, self._lock, os.getpid())
        after_fork_in_child(self._leave_to_parent)

    def close(self) -> None:
        """Remove the directory. May be called twice."""
        call = self._finalizer.peek()
        if call is None:
            return
        _, remove, arguments, _ = call
        try:
            remove(*arguments)
        except BaseException:
            # An interruption, such as Ctrl-C, leaves nothing behind.
            remove(*arguments)
            raise
        finally:
            if not self.path.parent.exists():
                self._finalizer.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _leave_to_parent(self) -> None:
        # An inherited descriptor would keep the lock after the parent has ended.
        self._lock.close()


def _remove(directory: Path, lock: FileIO, maker: int) -> None:
    if os.getpid() != maker:
        return
    with suppress(OSError):
        # Then a thread that is still downloading cannot create another file in it.
        (directory / _FILES).rename(directory / _REMOVED)
    shutil.rmtree(directory, ignore_errors=True)
    lock.close()


def _remove_abandoned(parent: Path, prefix: str) -> None:
    names: list[str] = []
    with suppress(PermissionError), os.scandir(parent) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(prefix)]
    for name in names:
        directory = parent / name
        with suppress(OSError), taken_over(directory / _LOCK) as is_abandoned:
            if is_abandoned and _is_ours(directory):
                shutil.rmtree(directory, ignore_errors=True)


def _is_ours(directory: Path) -> bool:
    names = {path.name for path in directory.iterdir()}
    return names <= {_LOCK, _FILES, _REMOVED} and is_own(directory.lstat())
