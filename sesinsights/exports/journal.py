"""What an export has done, kept in a directory so that it survives the process."""

from __future__ import annotations

import json
import os
import re
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from sesinsights.exports.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Journal", "WindowState", "remove_checkpoint", "request_in"]

_VERSION = 1
_NAME = "journal.jsonl"
_TIME = r"\d{8}T\d{6}\.\d{6}"
_FILE = re.compile(rf"{_TIME}-{_TIME}\.\w+(\.\w+\.part)?")
"""How the files of windows are called, those that did not come whole among them."""


@dataclass(slots=True)
class WindowState:
    """How far a window is.

    Attributes:
        window: The window.
        creating_since: When its job was first about to be created.
        job_id: Its job.
        file: Its file, once that is here whole.
        processed: How many records the service examined for it, when it said so.
        into: Its parts, when it was split.
    """

    window: Window
    creating_since: datetime | None = None
    job_id: str | None = None
    file: Path | None = None
    processed: int | None = None
    into: tuple[Window, ...] = field(default=())


class Journal:
    """A file to which a line is added for every step, before the next one is taken.

    One process may use it at a time. The steps of a process that was killed are read again; a line
    that it did not finish tells of a step that it had not taken.

    Args:
        directory: Where it is, with the files of the windows.
        request: What is exported, as wire names and plain values.

    Raises:
        ValueError: The directory holds another export, or its journal is damaged.
        RuntimeError: Another process uses the directory.
    """

    def __init__(self, directory: Path, request: Mapping[str, Any]) -> None:
        self._directory = directory
        self._states: dict[Window, WindowState] = {}
        self._writing = threading.Lock()
        # What is exported holds addresses, so it is for its owner alone.
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = directory / _NAME
        self._file = open(  # noqa: SIM115 - open until this is closed
            self._path, "ab", buffering=0, opener=partial(os.open, mode=0o600)
        )
        try:
            self._lock()
            self._begin({"version": _VERSION, "request": request})
        except BaseException:
            self.close()
            raise

    def state(self, window: Window) -> WindowState:
        """Return how far a window is."""
        return self._states.setdefault(window, WindowState(window))

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
        """Record that the file of a window is here, and can be read."""
        size = path.stat().st_size
        self._record(window, {"file": path.name, "size": size, "processed": processed})

    def split(self, window: Window, into: list[Window]) -> None:
        """Record the parts of a window."""
        self._record(window, {"into": [_plain(part) for part in into]})

    def forget(self, window: Window) -> None:
        """Record that the job of a window came to nothing."""
        self._record(window, {"job_id": None})

    def close(self) -> None:
        """Let another export use the directory. May be called twice."""
        # A write that is under way in a thread would keep the directory locked.
        with self._writing:
            self._file.close()

    def _record(self, window: Window, facts: dict[str, Any]) -> None:
        with self._writing:
            self._append({"window": _plain(window), **facts})
            self._take_in(window, facts)

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
            raise OSError(f"{self._path} could not be written whole: is the disk full?")

    def _begin(self, head: dict[str, Any]) -> None:
        """Read what earlier runs have done, or begin."""
        whole, _, unfinished = self._path.read_bytes().rpartition(b"\n")
        if unfinished:
            self._file.truncate(len(whole) + 1 if whole else 0)
        steps = list(self._steps(whole))
        if not steps:
            self._append(head)
        elif steps[0] != json.loads(json.dumps(head)):
            raise ValueError(
                f"the checkpoint {self._directory} belongs to an export with other arguments or of "
                "another Region: use an empty directory, or what it was begun with"
            )

    def _steps(self, content: bytes) -> Iterator[Any]:
        """Yield what each line says, and take in all but the first."""
        for number, line in enumerate(content.splitlines()):
            try:
                step = json.loads(line)
                if number > 0:
                    self._take_in(_window(step.pop("window")), step)
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ValueError(
                    f"line {number + 1} of {self._path} cannot be read: it is damaged or of "
                    "another version. Begin again in an empty directory"
                ) from None
            yield step

    def _take_in(self, window: Window, facts: dict[str, Any]) -> None:
        state = self.state(window)
        match facts:
            case {"creating_since": str(since)}:
                state.creating_since = datetime.fromisoformat(since)
            case {"job_id": None}:
                state.job_id = state.creating_since = None
            case {"job_id": str(job_id)}:
                state.job_id = job_id
            case {"file": str(name), "size": size, "processed": processed}:
                path = self._directory / name
                is_whole = path.exists() and path.stat().st_size == size
                state.file = path if is_whole else None
                state.processed = processed
            case {"into": parts}:
                state.into = tuple(map(_window, parts))
            case _:
                raise ValueError(facts)

    def _lock(self) -> None:
        with suppress(ImportError):  # where there is no such lock, nobody guards the directory
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RuntimeError(
                    f"the checkpoint {self._directory} is in use by an export that is not closed"
                ) from error


def request_in(directory: Path) -> dict[str, Any] | None:
    """Return what the export asks for whose checkpoint a directory is; None when it is none."""
    try:
        with (directory / _NAME).open("rb") as journal:
            head = journal.readline()
    except FileNotFoundError:
        return None
    try:
        request: dict[str, Any] = json.loads(head)["request"]
    except (ValueError, KeyError, TypeError):
        return None  # it was being begun, or is damaged: opening it tells
    return request


def remove_checkpoint(directory: Path) -> None:
    """Remove a checkpoint, and its directory unless other things are there, too."""
    # First what makes it one: what is left of a removal that is interrupted is none.
    (directory / _NAME).unlink(missing_ok=True)
    for path in directory.glob("*"):
        if _FILE.fullmatch(path.name):
            path.unlink()
    with suppress(OSError):
        directory.rmdir()


def _plain(window: Window) -> list[str]:
    return [window.start.isoformat(), window.end.isoformat()]


def _window(plain: list[str]) -> Window:
    start, end = map(datetime.fromisoformat, plain)
    return Window(start, end)
