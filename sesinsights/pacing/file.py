"""The pace of all processes of a host, in one file."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sesinsights.errors import PacingStoreError
from sesinsights.forks import after_fork_in_child
from sesinsights.pacing.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Self

    from sesinsights.pacing.protocol import Reservation

__all__ = ["FilePacer"]

logger = logging.getLogger("sesinsights")

_LARGEST = 1 << 20
"""How many bytes of the file are read; each key takes about a hundred."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_ADVICE = "Its folder must exist, and every process must be allowed to read and write it."


class FilePacer:
    """Keeps one pace for all processes of a host, also across forks.

    A slot is taken under a lock on the file, which the kernel drops when its holder dies. Slots
    are counted on the clock that runs since the host was started, so setting the date moves
    nothing. A file that cannot be read is begun anew.

    The file is made when it is first needed. Put it on a disk of the host, `/run` or `/dev/shm`
    being the fastest: hosts that share a network file system do not share a clock. Only Unix has
    the lock.

    Args:
        path: The file, for this alone.
        namespace: What has the quota, such as the account's name. The Region is told apart
            anyway.

    Raises:
        ImportError: This is not a Unix.
    """

    def __init__(self, path: str | os.PathLike[str], *, namespace: str = "default") -> None:
        import fcntl

        self._flock = fcntl.flock
        self._exclusive, self._unlocked = fcntl.LOCK_EX, fcntl.LOCK_UN
        self._path = Path(path)
        self._namespace = namespace
        self._boot = _boot_id()
        self._descriptor: int | None = None
        self._lock = threading.Lock()
        after_fork_in_child(self._begin_anew_after_fork)

    def __repr__(self) -> str:
        """Show the file."""
        return f"FilePacer({str(self._path)!r}, namespace={self._namespace!r})"

    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot.

        Args:
            key: What is paced; every key has slots of its own.
            rate: How many slots a second has.
            cost: How many slots to take in a row.
            max_wait: The longest wait to accept, in seconds; no limit when None.

        Raises:
            PaceTimeoutError: The slot is farther away than `max_wait`; none was taken.
            PacingStoreError: The file cannot be read, written or locked.
        """
        with self._lane(key) as (lane, now):
            return lane.reserve(key, now, rate, cost, max_wait)

    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; it is lost when the file cannot be used."""
        with suppress(PacingStoreError), self._lane(reservation.key) as (lane, _):
            lane.release(reservation.slot)

    def penalize(self, key: str, seconds: float) -> None:
        """Grant no slot for this many seconds, and space the slots after them a little more."""
        with suppress(PacingStoreError), self._lane(key) as (lane, now):
            lane.penalize(now, seconds)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _now(self) -> float:
        """Return the seconds since the host was started, sleep of the machine included."""
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    @contextmanager
    def _lane(self, key: str) -> Generator[tuple[Lane, float]]:
        """Lend a key's slots and the time, and keep what became of them."""
        with self._locked() as descriptor:
            now = self._now()
            lanes = self._load(descriptor)
            name = f"{self._namespace}/{key}"
            lane = lanes.setdefault(name, Lane())
            try:
                yield lane, now
            finally:  # also of a reservation that was refused: the lane followed the clock
                kept = {name: lane for name, lane in lanes.items() if not lane.is_forgotten(now)}
                self._save(descriptor, kept)

    @contextmanager
    def _locked(self) -> Generator[int]:
        with self._lock, self._errors_told():
            descriptor = self._open()
            self._flock(descriptor, self._exclusive)
            try:
                # Whoever removes the file must not divide the processes into two groups.
                while not os.fstat(descriptor).st_nlink:
                    self._close()
                    descriptor = self._open()
                    self._flock(descriptor, self._exclusive)
                yield descriptor
            finally:
                # A process that was forked meanwhile has the descriptor too, so closing it would
                # not be enough.
                if self._descriptor is not None:
                    self._flock(self._descriptor, self._unlocked)

    @contextmanager
    def _errors_told(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            problem = error.strerror or type(error).__name__
            raise PacingStoreError(f"the file {self._path}", problem, _ADVICE) from error

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def _begin_anew_after_fork(self) -> None:
        # Parent and child would share the descriptor's lock, and each think that it has it.
        # Another thread may hold the other lock while the process forks.
        self._lock = threading.Lock()
        with suppress(OSError):
            self._close()

    def _load(self, descriptor: int) -> dict[str, Lane]:
        """Return the slots of every key; of none when the file is new, broken or of another boot.

        The file holds one line: a checksum, and what it is of. What stands below the line is left
        from a longer one.
        """
        line, _, _ = os.pread(descriptor, _LARGEST, 0).partition(b"\n")
        if not line:
            return {}
        checksum, _, text = line.partition(b" ")
        try:
            if int(checksum, 16) != crc32(text):
                raise ValueError("the checksum differs")  # noqa: TRY301 - told as the others are
            state = json.loads(text)
            if state["boot"] != self._boot:
                return {}
            return {name: _lane_of(values) for name, values in state["lanes"].items()}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            logger.warning(
                "%s holds no pace (%s): it is begun anew", self._path, type(error).__name__
            )
            return {}

    def _save(self, descriptor: int, lanes: dict[str, Lane]) -> None:
        state = {
            "boot": self._boot,
            "lanes": {name: astuple(lane) for name, lane in lanes.items()},
        }
        text = json.dumps(state, separators=(",", ":")).encode()
        os.pwrite(descriptor, b"%08x %b\n" % (crc32(text), text), 0)


def _lane_of(values: list[Any]) -> Lane:
    """Return a key's slots as `astuple` gave them."""
    *numbers, released = values
    names = [field.name for field in fields(Lane)]
    floats = dict(zip(names[:-1], map(float, numbers), strict=True))
    return Lane(**floats, released=[float(slot) for slot in released])


def _boot_id() -> str:
    """Return what tells this start of the host from others; empty where nothing does."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
