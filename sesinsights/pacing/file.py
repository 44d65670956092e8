"""The pace that all processes of a host share through one file."""

from __future__ import annotations

import errno
import os
import stat
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from typing_extensions import override

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.errors import PacingStoreError
from sesinsights.forks import after_fork_in_child
from sesinsights.locked_files import require_locks
from sesinsights.pacing.file_log import ForeignFileError, LaneLog
from sesinsights.pacing.lane import Lane, holds_after
from sesinsights.pacing.protocol import Pacer

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from typing import Self

    from sesinsights.pacing.protocol import Reservation

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

_LONGEST_WAIT_FOR_LOCK = 10.0
_SHORTEST_WAIT_FOR_LOCK = 0.1
"""A caller that accepts no wait for a slot still waits this many seconds for the file's lock, which
others hold for microseconds."""

_WAIT_TO_GIVE_BACK = 1.0
"""How many seconds to wait for the lock once a slot was granted: to check it, give it back or
report that it was throttled."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.0002, 0.01

_ADVICE = {
    "used": "Its directory must exist, and every process must be able to read and write the file.",
    "foreign": "Give FilePacer a file of its own: this one was not changed.",
    "locked": "A stopped process may be holding its lock: end that process, or use another file.",
}


class FilePacer(Pacer):
    """Keeps one pace for all processes of a host, including forked ones.

    A slot is taken under a lock on the file, which the kernel releases when its holder dies. A
    caller that does not get the lock within 10 seconds, or within `max_wait` if that is less, gets
    a `PacingStoreError`. Slots are measured on the clock that callers wait on, so neither setting
    the date nor suspending the machine moves them.

    The file is created when it is first needed, readable and writable only by its owner (mode
    0600). To share it with other users, create it beforehand, empty, with the mode that you want. A
    file with any other content, a symbolic link or a device is rejected. Put the file on a local
    disk of the host; `/run` and `/dev/shm` are the fastest. Do not put it on a network file system:
    hosts do not share a clock. Requires Unix, for the lock.

    Args:
        path: The file, which must not be used for anything else.
        namespace: The name of the quota's owner, such as the account. Each Region has a pace of its
            own in any case.

    Raises:
        ImportError: The operating system is not Unix.
    """

    def __init__(self, path: str | os.PathLike[str], *, namespace: str = "default") -> None:
        require_locks("FilePacer")
        import fcntl

        self._flock = fcntl.flock
        self._try_exclusive, self._unlocked = fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.LOCK_UN
        self._path = Path(path)
        self._namespace = namespace
        self._prefix = quote(namespace, safe="")
        self._boot = _boot_id()
        self._descriptor: int | None = None
        self._start_over()
        after_fork_in_child(self._start_over_after_fork)

    @override
    def __repr__(self) -> str:
        """Show the file."""
        return f"FilePacer({str(self._path)!r}, namespace={self._namespace!r})"

    @override
    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot; see `Pacer.reserve`."""
        patience = _LONGEST_WAIT_FOR_LOCK
        if max_wait is not None:
            patience = min(patience, max(max_wait, _SHORTEST_WAIT_FOR_LOCK))
        with self._locked(patience) as descriptor:
            now = self._now()
            longest = None if max_wait is None else float(max_wait)
            numbers = (now, float(rate), int(cost), longest)
            reservation = self._log.step(descriptor, now, self._name(key), "reserve", *numbers)
        assert reservation is not None  # noqa: S101 - the step either grants or raises
        return reservation

    def holds(self, reservation: Reservation, late: float) -> bool:
        """Return whether a slot may still be used, now that its wait is over.

        Args:
            reservation: The slot.
            late: How many seconds ago the wait ended.
        """
        try:
            with self._locked(_WAIT_TO_GIVE_BACK):
                lane = self._log.lanes.get(self._name(reservation.key), Lane())
                since = lane.seconds_since(self._now(), reservation.slot, reservation.era)
        except PacingStoreError:
            # It was granted while the file could be used, and no other slot is granted now.
            return True
        return holds_after(reservation, since, late)

    @override
    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; see `Pacer.release`."""
        with suppress(PacingStoreError):
            self._release([reservation], _WAIT_TO_GIVE_BACK)

    def release_at_once(self, reservations: Iterable[Reservation]) -> bool:
        """Give back slots under one lock; return False if another caller holds it."""
        try:
            self._release(reservations, patience=0.0)
        except PacingStoreError:
            return False
        return True

    def _release(self, reservations: Iterable[Reservation], patience: float) -> None:
        with self._locked(patience) as descriptor:
            for reservation in reservations:
                numbers = (reservation.slot, reservation.end, reservation.era)
                name = self._name(reservation.key)
                self._log.step(descriptor, self._now(), name, "release", *numbers)

    @override
    def penalize(self, key: str, seconds: float) -> None:
        """Pause a key after a throttled call; see `Pacer.penalize`."""
        with suppress(PacingStoreError), self._locked(_WAIT_TO_GIVE_BACK) as descriptor:
            now = self._now()
            self._log.step(descriptor, now, self._name(key), "penalize", now, float(seconds))

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _now(self) -> float:
        """Return the seconds since the host was started, the same in all its processes."""
        return SYSTEM_CLOCK.monotonic()

    def _name(self, key: str) -> str:
        return f"{self._prefix}/{key}"

    @contextmanager
    def _locked(self, patience: float = _LONGEST_WAIT_FOR_LOCK) -> Generator[int]:
        """Hold the file's lock, with the lanes brought up to date, and provide its descriptor."""
        ends_at = SYSTEM_CLOCK.monotonic() + patience
        if not self._lock.acquire(timeout=patience):
            raise self._error("it is locked", "locked")
        try:
            descriptor = self._open_and_lock(ends_at)
            try:
                self._log.catch_up(descriptor)
                yield descriptor
            finally:
                # A process forked in the meantime has the descriptor too, so closing it would not
                # release the lock.
                self._flock(descriptor, self._unlocked)
        except ForeignFileError as error:
            self._close()
            raise self._error(error.strerror or "", "foreign") from error
        except OSError as error:
            advice = "locked" if isinstance(error, BlockingIOError) else "used"
            raise self._error(error.strerror or type(error).__name__, advice) from error
        finally:
            self._lock.release()

    def _open_and_lock(self, ends_at: float) -> int:
        while True:
            descriptor = self._open()
            self._wait_for_lock(descriptor, ends_at)
            # If the file is removed or replaced, all processes must move to the new one.
            if _is_at(descriptor, self._path):
                return descriptor
            self._close()
            if SYSTEM_CLOCK.monotonic() > ends_at:
                raise OSError(errno.ESTALE, "it keeps being replaced")

    def _wait_for_lock(self, descriptor: int, ends_at: float) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                self._flock(descriptor, self._try_exclusive)
            except BlockingIOError:
                left = ends_at - SYSTEM_CLOCK.monotonic()
                if left <= 0:
                    raise BlockingIOError(errno.EAGAIN, "another process keeps it locked") from None
                SYSTEM_CLOCK.sleep(min(pause, left))
                pause = min(pause * 1.5, _LONGEST_PAUSE)
            else:
                return

    def _open(self) -> int:
        if self._descriptor is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK
            try:
                descriptor = os.open(self._path, flags, 0o600)
            except OSError as error:
                if self._path.is_symlink():
                    raise ForeignFileError(error.errno, "it is a symbolic link") from error
                raise
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise ForeignFileError(errno.EINVAL, "it is not a regular file")
            self._descriptor = descriptor
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)
        self._log = LaneLog(self._path, self._boot)

    def _start_over(self) -> None:
        self._lock = threading.Lock()
        self._descriptor = None
        self._log = LaneLog(self._path, self._boot)

    def _start_over_after_fork(self) -> None:
        # Parent and child would share the descriptor's lock, and each would believe it holds it.
        # Another thread may hold the other lock, or be in the middle of a step, while the process
        # forks.
        descriptor = self._descriptor
        self._start_over()
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def _error(self, problem: str, advice: str) -> PacingStoreError:
        return PacingStoreError(f"the file {self._path}", problem, _ADVICE[advice])


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _boot_id() -> str:
    """Return an id of the host's current boot; empty if the system has none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
