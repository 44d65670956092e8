"""The slots of a file, kept as a log of steps, so that each step is one short line.

Each process keeps the lanes in memory and catches up with the lines that others have written. So a
step costs the same however many slots were given back. An incomplete line, left by a full disk or a
killed process, does no harm: it is not read, and the next line replaces it.

The file begins with a head, which says where the log begins. When the log has grown, a new one
starts with the state of the lanes: before the old one if there is room, else after it. The head is
overwritten last, so it always points to a complete log.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sesinsights.errors import PaceTimeoutError
from sesinsights.pacing.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sesinsights.pacing.protocol import Reservation

logger = logging.getLogger("sesinsights")

_MARK = b"sesinsights pace 1 "
"""The beginning of every file of a FilePacer. The number changes with the format of a line or with
the rule of `lane.py`: processes that read the same lines must compute the same slots."""

_HEAD_LENGTH = 128

_TO_JSON = json.JSONEncoder(separators=(",", ":"))

_ROOM_TO_GROW = 1 << 16
"""How many bytes a log may grow beyond twice its first size before a new one starts."""


class ForeignFileError(OSError):
    """The file was not written by FilePacer."""


class LaneLog:
    """The lanes of one open file; the caller holds its lock.

    Args:
        path: The file's path, for log lines.
        boot: The id of the host's current boot: slots do not survive a reboot.
    """

    def __init__(self, path: Path, boot: str) -> None:
        self._path = path
        self._boot = boot or "-"
        self._head = b""
        self._generation = 0
        self._begin = self._end = self._first_length = 0
        self.lanes: dict[str, Lane] = {}

    def catch_up(self, descriptor: int) -> None:
        """Apply the steps that other processes have logged in the meantime.

        Raises:
            ForeignFileError: The file was not written by FilePacer.
        """
        head = os.pread(descriptor, _HEAD_LENGTH, 0)
        size = os.fstat(descriptor).st_size
        if head and head == self._head and size == self._end:
            return
        if not head or head != self._head or size < self._end:
            if not self._read_head(head):
                self._start_over(descriptor)
                return
            self._head, self._end, self.lanes = head, self._begin, {}
        try:
            for line in self._lines(os.pread(descriptor, max(0, size - self._end), self._end)):
                self._replay(*json.loads(line))
            is_whole = self._end >= self._begin + self._first_length
        except (ValueError, TypeError, KeyError, AttributeError):
            is_whole = False
        if not is_whole:
            self._warn()
            self._start_over(descriptor)

    def step(
        self, descriptor: int, now: float, name: str, action: str, *numbers: float | None
    ) -> Reservation | None:
        """Apply a step to a lane, for all processes that share the file.

        Raises:
            PaceTimeoutError: A reservation was refused.
            OSError: The step could not be written, and was not applied.
        """
        text = self._line([name, action, *numbers], self._generation)
        _write(descriptor, text, self._end)
        self._end += len(text)
        try:
            return self._apply(name, action, *numbers)
        finally:
            if self._end - self._begin > 2 * self._first_length + _ROOM_TO_GROW:
                # The step itself is done; the next one tries again.
                with suppress(OSError):
                    self._shorten(descriptor, now)

    def _read_head(self, head: bytes) -> bool:
        """Read a head, and return whether it points to a log of the current boot.

        Raises:
            ForeignFileError: The head was not written by FilePacer.
        """
        if not head.startswith(_MARK) and not _MARK.startswith(head):
            raise ForeignFileError(errno.EEXIST, "it exists and was not made by FilePacer")
        try:
            boot, generation, begin, first_length = head[len(_MARK) : _HEAD_LENGTH - 1].split()
            if head[_HEAD_LENGTH - 1 :] != b"\n":
                raise ValueError("it is cut off")  # noqa: TRY301 - reported like the others
            numbers = int(generation), int(begin), int(first_length)
        except ValueError:
            if head and not _MARK.startswith(head):
                self._warn()
            return False
        if boot.decode("ascii", "replace") != self._boot:
            return False
        self._generation, self._begin, self._first_length = numbers
        return True

    def _start_over(self, descriptor: int) -> None:
        os.ftruncate(descriptor, 0)
        self._head, self.lanes = b"", {}
        self._end = _HEAD_LENGTH
        # No other log has the same number, so every process that has the file open notices.
        self._write_head(descriptor, secrets.randbits(31), _HEAD_LENGTH, 0)

    def _write_head(self, descriptor: int, generation: int, begin: int, first_length: int) -> None:
        """Make the head point to a log."""
        text = b"%b%b %d %d %d" % (_MARK, self._boot.encode(), generation, begin, first_length)
        head = text.ljust(_HEAD_LENGTH - 1) + b"\n"
        _write(descriptor, head, 0)
        self._head = head
        self._generation, self._begin, self._first_length = generation, begin, first_length

    def _shorten(self, descriptor: int, now: float) -> None:
        """Start a new log with the current lanes, except those that are no longer used."""
        kept = {name: lane for name, lane in self.lanes.items() if not lane.is_forgotten(now)}
        generation = self._generation + 1
        text = self._line([{name: astuple(lane) for name, lane in kept.items()}], generation)
        begin = _HEAD_LENGTH if _HEAD_LENGTH + len(text) <= self._begin else self._end
        _write(descriptor, text, begin)
        self._write_head(descriptor, generation, begin, len(text))
        self.lanes, self._end = kept, begin + len(text)
        os.ftruncate(descriptor, self._end)

    def _line(self, content: list[Any], generation: int) -> bytes:
        text = _TO_JSON.encode(content).encode()
        # The generation marks lines that a longer, earlier log left behind as not part of this one.
        return b"%08x %b\n" % (crc32(text, generation), text)

    def _lines(self, text: bytes) -> Iterator[bytes]:
        """Yield the contents of complete lines, and stop at anything else."""
        *lines, _ = text.split(b"\n")
        for line in lines:
            checksum, _, content = line.partition(b" ")
            if checksum != b"%08x" % crc32(content, self._generation):
                return
            self._end += len(line) + 1
            yield content

    def _warn(self) -> None:
        logger.warning("The pace in %s cannot be read: starting over", self._path)

    def _replay(self, first: Any, action: str = "", *numbers: Any) -> None:
        """Apply the step, or restore the lanes, that a line holds."""
        if isinstance(first, str):
            # A step that failed in the process that wrote it fails here in the same way.
            with suppress(PaceTimeoutError, ArithmeticError):
                self._apply(first, action, *numbers)
        else:
            self.lanes = {name: _lane_of(*values) for name, values in first.items()}

    def _apply(self, name: str, action: str, *numbers: Any) -> Reservation | None:
        lane = self.lanes.setdefault(name, Lane())
        match action:
            case "reserve":
                return lane.reserve(name.partition("/")[2], *numbers)
            case "release":
                lane.release(*numbers)
            case "penalize":
                lane.penalize(*numbers)
            case _:
                raise ValueError(action)
        return None


def _lane_of(*values: Any) -> Lane:
    """Return a lane from its `astuple` form."""
    *numbers, gaps = values
    names = [field.name for field in fields(Lane)][:-1]
    floats = dict(zip(names, map(float, numbers), strict=True))
    return Lane(**floats, gaps=[(float(begin), float(end)) for begin, end in gaps])


def _write(descriptor: int, text: bytes, place: int) -> None:
    """Write a whole text, or raise."""
    written = 0
    while written < len(text):
        count = os.pwrite(descriptor, text[written:], place + written)
        if not count:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written += count
