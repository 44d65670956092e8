"""What an export has done, kept in a directory so that it survives the process."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sesinsights.exports.windows import Window

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Journal", "WindowState"]

_VERSION = 1


@dataclass(slots=True)
class WindowState:
    """How far a window is.

    Attributes:
        window: The window.
        creating_since: When its job was first about to be created.
        job_id: Its job.
        file: Its file, once that is here whole.
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
        ValueError: The directory holds another export.
        RuntimeError: Another process uses the directory.
    """

    def __init__(self, directory: Path, request: Mapping[str, Any]) -> None:
        self._directory = directory
        self._states: dict[Window, WindowState] = {}
        directory.mkdir(parents=True, exist_ok=True)
        path = directory / "journal.jsonl"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._lock()
            self._begin(path.read_bytes(), {"version": _VERSION, "request": request})
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
        """Record that the file of a window is here."""
        self._record(window, {"file": path.name, "processed": processed})

    def split(self, window: Window, into: list[Window]) -> None:
        """Record the parts of a window."""
        self._record(window, {"into": [_plain(part) for part in into]})

    def forget(self, window: Window) -> None:
        """Record that the job of a window came to nothing."""
        self._record(window, {"job_id": None})

    def close(self) -> None:
        """Let another process use the directory. May be called twice."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _record(self, window: Window, facts: dict[str, Any]) -> None:
        self._append({"window": _plain(window), **facts})
        self._take_in(window, facts)

    def _append(self, line: Mapping[str, Any]) -> None:
        os.write(self._file, json.dumps(line).encode() + b"\n")
        os.fsync(self._file)

    def _begin(self, content: bytes, head: Mapping[str, Any]) -> None:
        begun = self._read(content)
        if begun is None:
            self._append(head)
        elif begun != json.loads(json.dumps(head)):
            raise ValueError(
                f"the checkpoint {self._directory} belongs to an export with other arguments: "
                "use an empty directory, or the arguments that it was begun with"
            )

    def _read(self, content: bytes) -> Any:
        """Take in what was recorded, and return the first line, if there is one."""
        whole, _, unfinished = content.rpartition(b"\n")
        if unfinished:
            os.truncate(self._file, len(content) - len(unfinished))
        head, *lines = [json.loads(line) for line in whole.splitlines()] or [None]
        for line in lines:
            self._take_in(_window(line.pop("window")), line)
        return head

    def _take_in(self, window: Window, facts: dict[str, Any]) -> None:
        state = self.state(window)
        match facts:
            case {"creating_since": str(since)}:
                state.creating_since = datetime.fromisoformat(since)
            case {"job_id": job_id}:
                state.job_id = job_id
            case {"file": name, "processed": processed}:
                path = self._directory / name
                state.file = path if path.exists() else None
                state.processed = processed
            case {"into": parts}:
                state.into = tuple(map(_window, parts))
            case _:
                raise ValueError(f"the checkpoint {self._directory} is of another version")

    def _lock(self) -> None:
        with suppress(ImportError):  # where there is no such lock, nobody guards the directory
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RuntimeError(
                    f"the checkpoint {self._directory} is in use by another process"
                ) from error


def _plain(window: Window) -> list[str]:
    return [window.start.isoformat(), window.end.isoformat()]


def _window(plain: list[str]) -> Window:
    start, end = map(datetime.fromisoformat, plain)
    return Window(start, end)
