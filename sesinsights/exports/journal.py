"""The steps of an export, kept in a directory so that they survive the process."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sesinsights.exports.windows import Window
from sesinsights.forks import after_fork_in_child
from sesinsights.locked_files import UNFOLLOWED, holder_of_lock, is_own, is_own_file, unlock
from sesinsights.whole_files import remove_abandoned

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import FileIO
    from pathlib import Path

_VERSION = 2
_NAME = "journal.jsonl"
_TIME = r"\d{8}T\d{6}\.\d{6}"
_FILE = re.compile(rf"{_TIME}-{_TIME}\.\w+")
"""The names of the files of windows."""

_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(slots=True)
class WindowState:
    """The progress of a window.

    Attributes:
        window: The window.
        creating_since: When the first attempt to create its job began.
        job_id: The id of its job.
        file: The name of its file, once that is completely downloaded.
        processed: How many records the service examined for it; None if it did not say.
        into: The parts that it was split into, if it was.
    """

    window: Window
    creating_since: datetime | None = None
    job_id: str | None = None
    file: Path | None = None
    processed: int | None = None
    into: tuple[Window, ...] = field(default=())


class Journal:
    """A file with a line for every step, which is written before the next step is taken.

    One process may use it at a time. The steps of a process that was killed are read again; an
    unfinished last line is a step that was not taken.

    A new directory is private to its owner. An existing one must be owned by this user and not
    writable by others. A directory that cannot be used is rejected before anything in it changes.

    Args:
        directory: The directory of the journal and of the files of the windows.
        request: The request of the export, by wire names and in plain values.

    Raises:
        ValueError: The directory belongs to another export, or its journal is damaged, of another
            version, or not a journal.
        PermissionError: The directory belongs to another user, or others may write to it.
        RuntimeError: Another process uses the directory.
    """

    def __init__(self, directory: Path, request: Mapping[str, Any]) -> None:
        self._directory = directory
        self._states: dict[Window, WindowState] = {}
        self._writing = threading.RLock()
        self._maker = os.getpid()
        # The request may contain addresses, so only the owner may read it.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_owner(directory)
        self._path = directory / _NAME
        self._file = _opened(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            self._lock()
            self._begin({"version": _VERSION, "request": request})
        except BaseException:
            self.close()
            raise
        after_fork_in_child(self._leave_to_parent)

    def state(self, window: Window) -> WindowState:
        """Return the progress of a window."""
        return self._states.setdefault(window, WindowState(window))

    @property
    def job_ids(self) -> set[str]:
        """The jobs of all windows."""
        return {state.job_id for state in [*self._states.values()] if state.job_id is not None}

    def path(self, window: Window, suffix: str) -> Path:
        """Return where the file of a window belongs."""
        name = "-".join(f"{at:%Y%m%dT%H%M%S.%f}" for at in (window.start, window.end))
        return self._directory / f"{name}.{suffix.lower()}"

    def creating(self, window: Window, since: datetime) -> None:
        """Record that a job is about to be created."""
        self._record(window, {"creating_since": since.isoformat()})

    def created(self, window: Window, job_id: str) -> None:
        """Record the job of a window."""
        self._record(window, {"job_id": job_id})

    def downloaded(self, window: Window, path: Path, processed: int | None) -> None:
        """Record that the file of a window was downloaded and can be read."""
        facts = {"file": path.name, "size": path.stat().st_size, "sha256": _checksum(path)}
        self._record(window, {**facts, "processed": processed})

    def split(self, window: Window, into: list[Window]) -> None:
        """Record the parts of a window."""
        self._record(window, {"into": [_plain(part) for part in into]})

    def forget(self, window: Window) -> None:
        """Record that the job of a window did not return a file."""
        self._record(window, {"job_id": None})

    def close(self) -> None:
        """Let another export use the directory. May be called twice."""
        # A thread that is writing would keep the directory locked.
        with self._writing:
            if not self._file.closed and os.getpid() == self._maker:
                # A forked process has the file open too, and must not keep the lock.
                unlock(self._file.fileno())
            self._file.close()

    def _leave_to_parent(self) -> None:
        # Without the lock: another thread may have held it when the process was forked.
        self._file.close()

    def _record(self, window: Window, facts: dict[str, Any]) -> None:
        with self._writing:
            self._append({"window": _plain(window), **facts})
            self._apply(window, facts)

    def _append(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line).encode() + b"\n"
        whole = self._file.seek(0, os.SEEK_END)
        try:
            written = self._file.write(data)
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(whole)
            raise
        if written < len(data):
            self._file.truncate(whole)
            raise OSError(f"{self._path} could not be written completely: is the disk full?")

    def _begin(self, head: dict[str, Any]) -> None:
        """Read the steps of earlier runs, or begin a journal."""
        self._file.seek(0)
        content = self._file.readall()
        whole, _, unfinished = content.rpartition(b"\n")
        if not whole:
            if not json.dumps(head).encode().startswith(unfinished):
                raise ValueError(self._is_unreadable(1))
            # An earlier run was interrupted while it began the journal.
            self._file.truncate(0)
            self._append(head)
            return
        self._check_head(whole.partition(b"\n")[0], head)
        for number, line in enumerate(whole.splitlines()[1:], 2):
            self._read_step(number, line)
        if unfinished:
            self._file.truncate(len(whole) + 1)

    def _check_head(self, line: bytes, head: dict[str, Any]) -> None:
        try:
            found: Any = json.loads(line)
            version = found["version"]
            found["request"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ValueError(self._is_unreadable(1)) from None
        if version != _VERSION:
            raise ValueError(
                f"the checkpoint {self._directory} was written by an earlier or later version of "
                f"sesinsights (its version is {version}, and this one reads {_VERSION}). Finish "
                "it with the version that started it, or start again in an empty directory"
            )
        if found != json.loads(json.dumps(head)):
            raise ValueError(
                f"the checkpoint {self._directory} belongs to an export with other arguments or "
                "for another Region: use an empty directory, or the arguments it was started with"
            )

    def _read_step(self, number: int, line: bytes) -> None:
        try:
            step = json.loads(line)
            self._apply(_window(step.pop("window")), step)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError(self._is_unreadable(number)) from None

    def _is_unreadable(self, number: int) -> str:
        return (
            f"line {number} of {self._path} cannot be read: it is damaged, has another version, "
            "or does not belong to an export. Start again in an empty directory"
        )

    def _apply(self, window: Window, facts: dict[str, Any]) -> None:
        state = self.state(window)
        match facts:
            case {"creating_since": str(since)}:
                state.creating_since = datetime.fromisoformat(since)
            case {"job_id": None}:
                state.job_id = state.creating_since = None
            case {"job_id": str(job_id)}:
                state.job_id = job_id
            case {"file": str(name), "size": size, "sha256": str(checksum), "processed": processed}:
                if not _FILE.fullmatch(name):
                    raise ValueError(facts)
                path = self._directory / name
                is_whole = path.is_file() and path.stat().st_size == size
                state.file = path if is_whole and _checksum(path) == checksum else None
                state.processed = processed
            case {"into": parts}:
                state.into = tuple(map(_window, parts))
            case _:
                raise ValueError(facts)

    def _lock(self) -> None:
        with suppress(ImportError):  # without such locks, the directory is not guarded
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                process = holder_of_lock(self._file.fileno())
                raise RuntimeError(
                    f"the checkpoint {self._directory} is in use by an export that is not closed, "
                    f"in {f'process {process}' if process else 'another process'}"
                ) from error


def request_in(directory: Path) -> dict[str, Any] | None:
    """Return the request of the export that a checkpoint belongs to; None if it is not one."""
    try:
        with _opened(directory / _NAME, os.O_RDONLY) as journal:
            head = journal.readall().partition(b"\n")[0]
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        request: Any = json.loads(head)["request"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None  # an interrupted beginning, or damaged: opening it tells which
    return cast("dict[str, Any]", request) if isinstance(request, dict) else None


def remove_checkpoint(directory: Path) -> None:
    """Remove a checkpoint, and its directory unless it contains other files.

    Raises:
        PermissionError: The directory belongs to another user, or others may write to it.
    """
    _check_owner(directory)
    # The journal first, so that the rest of an interrupted removal is not a checkpoint.
    (directory / _NAME).unlink(missing_ok=True)
    for path in [path for path in directory.iterdir() if _FILE.fullmatch(path.name)]:
        remove_abandoned(path)
        path.unlink()
    with suppress(OSError):
        directory.rmdir()


def _check_owner(directory: Path) -> None:
    """Reject a directory whose files other users could read or write."""
    own_link, own_directory = is_own(directory.lstat()), is_own(directory.stat())
    if not (own_link and own_directory):
        raise PermissionError(
            errno.EPERM, "this belongs to another user: use a directory of your own", str(directory)
        )
    if os.name != "nt" and directory.stat().st_mode & _WRITABLE_BY_OTHERS:
        raise PermissionError(
            errno.EPERM,
            "others can write to this directory: use one of your own, or prevent that with `chmod "
            "go-w`",
            str(directory),
        )


def _opened(path: Path, flags: int) -> FileIO:
    """Open a journal, but nothing else that has its name.

    Raises:
        ValueError: It is a symbolic link, not a regular file, or owned by another user.
    """
    flags |= UNFOLLOWED | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    problem = f"{path} is not a journal of this user: use an empty directory for the checkpoint"
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:
            raise ValueError(problem) from error
        raise
    if not is_own_file(descriptor):
        os.close(descriptor)
        raise ValueError(problem)
    return os.fdopen(descriptor, "a+b" if flags & os.O_RDWR else "rb", buffering=0)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(window: Window) -> list[str]:
    return [window.start.isoformat(), window.end.isoformat()]


def _window(plain: list[str]) -> Window:
    start, end = map(datetime.fromisoformat, plain)
    return Window(start, end)
