"""The pace in a file is kept whatever happens to the file and its users."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from typing_extensions import override

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.errors import PaceTimeoutError, PacingStoreError
from sesinsights.pacing import FilePacer, Reservation
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "pace"


@pytest.fixture
def pacer(path: Path) -> Iterator[FilePacer]:
    """A pacer on the file."""
    with FilePacer(path) as pacer:
        yield pacer


def test_pacers_on_one_file_share_the_slots(pacer: FilePacer, path: Path) -> None:
    """What one pacer granted another one does not grant again."""
    first = pacer.reserve("op", 1)
    with FilePacer(path) as other:
        assert other.reserve("op", 1).slot - first.slot == pytest.approx(1.02)


def test_a_slot_that_one_gives_back_goes_to_another(pacer: FilePacer, path: Path) -> None:
    """A released slot is free for all who share the file."""
    granted = [pacer.reserve("op", 0.1) for _ in range(3)]
    pacer.release(granted[1])
    with FilePacer(path) as other:
        assert other.reserve("op", 0.1).slot == granted[1].slot


def test_a_penalty_holds_for_all(pacer: FilePacer, path: Path) -> None:
    """If any process is throttled, all that share the file pause."""
    pacer.penalize("op", 100)
    with FilePacer(path) as other, pytest.raises(PaceTimeoutError) as caught:
        other.reserve("op", 1, max_wait=1)
    assert 90 < caught.value.wait <= 100


def test_keys_and_namespaces_do_not_wait_for_each_other(pacer: FilePacer, path: Path) -> None:
    """Each account has a quota of its own, and so has each operation."""
    pacer.reserve("op", 0.1)
    assert pacer.reserve("another", 0.1).wait == 0
    with FilePacer(path, namespace="staging") as other:
        assert other.reserve("op", 0.1).wait == 0
    assert pacer.reserve("op", 0.1).wait > 1


@pytest.mark.parametrize("content", [b"", b"sesins", b"sesinsights pace 1 "])
def test_an_empty_file_is_begun(path: Path, content: bytes) -> None:
    """An empty file is accepted: one made for others, or after an interrupted first write."""
    path.write_bytes(content)
    with FilePacer(path) as pacer:
        assert pacer.reserve("op", 0.1).wait == 0
        assert pacer.reserve("op", 0.1).wait > 1


@pytest.mark.parametrize(
    "content", [b"nonsense", b"\x00\xff" * 2000, b"[mail]\nkeep = this\n", b"sesinsights log 1 "]
)
def test_a_file_with_anything_else_in_it_is_refused(path: Path, content: bytes) -> None:
    """A wrong path does not destroy data, and no call is sent unpaced."""
    path.write_bytes(content)
    with FilePacer(path) as pacer:
        for _ in range(2):
            with pytest.raises(PacingStoreError, match=r"not made by FilePacer.* file of its own"):
                pacer.reserve("op", 0.1)
        pacer.penalize("op", 1)
    assert path.read_bytes() == content


def test_a_pace_that_is_written_over_is_refused(pacer: FilePacer, path: Path) -> None:
    """A pace that something else has overwritten is refused."""
    pacer.reserve("op", 0.1)
    path.write_bytes(b"nonsense, and more of it" * 100)
    with pytest.raises(PacingStoreError, match="not made by FilePacer"):
        pacer.reserve("op", 0.1)


def test_a_link_is_refused(tmp_path: Path) -> None:
    """Where it points to could be changed under the processes, one after the other."""
    target = tmp_path / "target"
    target.touch()
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(PacingStoreError, match="it is a symbolic link"):
        FilePacer(link).reserve("op", 1)
    assert target.read_bytes() == b""


@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_what_is_not_a_file_is_refused(tmp_path: Path, kind: str) -> None:
    """In a device or a pipe there would be no pace at all."""
    place = tmp_path / "place"
    if kind == "device":
        place = Path(os.devnull)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    with pytest.raises(PacingStoreError, match=r"regular file|directory"):
        FilePacer(place).reserve("op", 1)


def test_the_file_is_its_owners_alone(pacer: FilePacer, path: Path) -> None:
    """The file is readable and writable only by its owner."""
    pacer.reserve("op", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_keeps_its_mode(pacer: FilePacer, path: Path) -> None:
    """An existing file keeps its mode, so a group can share it."""
    path.touch()
    path.chmod(0o660)
    for _ in range(3000):
        pacer.reserve("op", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660


@pytest.mark.parametrize("length", [1, 10, 60, 127])
def test_a_head_that_is_cut_off_is_begun_anew(pacer: FilePacer, path: Path, length: int) -> None:
    """A truncated head is replaced: it does not say where the slots are."""
    pacer.reserve("op", 0.1)
    path.write_bytes(path.read_bytes()[:length])
    assert pacer.reserve("op", 0.1).wait == 0
    assert pacer.reserve("op", 0.1).wait > 1


@pytest.mark.parametrize("left", [0, 1, 30, -1])
def test_a_step_that_was_written_in_part_takes_no_other_along(
    pacer: FilePacer, path: Path, left: int
) -> None:
    """It was not done, and those before it were."""
    first, second, _ = (pacer.reserve("op", 0.1) for _ in range(3))
    *whole, last = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(whole) + last[:left])
    assert pacer.reserve("op", 0.1).slot - second.slot == pytest.approx(second.slot - first.slot)
    with FilePacer(path) as other:
        assert other.reserve("op", 0.1).wait > 25


@pytest.mark.parametrize(
    "step",
    [
        b"[1]",
        b"[]",
        b"{}",
        b'["default/op"]',
        b'["default/op","shift",1]',
        b'["default/op","reserve",1]',
        b'["default/op","reserve","a","b","c","d"]',
        b'[{"default/op":[1,2]}]',
        b'[{"default/op":[0,0,0,0,0,0,0,["x"]]}]',
        b'[{"default/op":[0,0,0,0,0,0,0,0]}]',
    ],
)
def test_after_invalid_steps_the_log_starts_over(
    pacer: FilePacer, path: Path, step: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever wrote them, slots are granted, and those after them are kept."""
    pacer.reserve("op", 0.1)
    number = int(path.read_bytes().split()[4])
    path.write_bytes(path.read_bytes() + b"%08x %b\n" % (crc32(step, number), step))
    assert pacer.reserve("op", 0.1).wait == 0
    assert pacer.reserve("op", 0.1).wait > 1
    assert "starting over" in caplog.text


def test_a_step_that_failed_where_it_was_asked_for_harms_nobody(
    pacer: FilePacer, path: Path
) -> None:
    """A step that failed in one process fails in the same way in the others."""
    pacer.reserve("op", 0.1)
    with pytest.raises(ZeroDivisionError):
        pacer.reserve("op", 0)
    with FilePacer(path) as other:
        assert other.reserve("op", 0.1).wait > 1


class Disk:
    """Stands in for a disk that is full, or has room for so many bytes more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def pwrite(self, descriptor: int, text: bytes, place: int) -> int:
        """Write as much as there is room for."""
        text = text[: self.room]
        if not text:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.room -= len(text)
        return REAL_PWRITE(descriptor, text, place)


REAL_PWRITE = os.pwrite


@pytest.mark.parametrize("room", [0, 1, 40])
def test_a_full_disk_does_not_reset_the_pace(
    path: Path, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is an error, and all slots that were granted before remain."""
    with FilePacer(path) as pacer, FilePacer(path) as other:
        first = pacer.reserve("op", 0.1)
        with monkeypatch.context() as full:
            full.setattr(os, "pwrite", Disk(room).pwrite)
            for _ in range(2):
                with pytest.raises(PacingStoreError, match="No space left"):
                    pacer.reserve("op", 0.1)
        slots = [each.reserve("op", 0.1).slot for each in (other, pacer, FilePacer(path))]
        distances = [slot - first.slot for slot in slots]
        assert distances == pytest.approx([10.2, 20.4, 30.6])


def test_a_disk_that_is_full_when_the_log_is_begun_anew_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old log stays until the new one is complete, and no process notices."""
    monkeypatch.setattr("sesinsights.pacing.file_log._ROOM_TO_GROW", 400)
    clock = Timed(path)
    slots = []
    for n in range(30):
        with monkeypatch.context() as full:
            full.setattr(os, "pwrite", Disk(room=60 + n * 10).pwrite)
            with suppress(PacingStoreError):
                slots.append(clock.reserve("op", 1).slot)
    with FilePacerAt0(path) as other:
        slots.append(other.reserve("op", 1).slot)
    assert slots == pytest.approx([n * 1.02 for n in range(len(slots))])
    assert len(slots) > 5


class Timed(FilePacer):
    """A pacer whose clock a test sets."""

    now = 0.0

    @override
    def _now(self) -> float:
        return self.now


class FilePacerAt0(Timed):
    """Another one."""


def test_the_file_stays_small_and_loses_no_slot(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is shortened without losing slots, even for processes that rarely read it."""
    monkeypatch.setattr("sesinsights.pacing.file_log._ROOM_TO_GROW", 1000)
    pacers = [Timed(path), Timed(path), Timed(path)]
    slots = []
    for n in range(600):
        pacer = pacers[0] if n % 50 else pacers[n // 50 % 2]
        slots.append(pacer.reserve("op", 1).slot)
    slots.append(pacers[2].reserve("op", 1).slot)
    assert slots == pytest.approx([n * 1.02 for n in range(601)])
    assert path.stat().st_size < 4000


def test_giving_back_writes_one_short_line(path: Path) -> None:
    """Giving a slot back writes one short line, however many were given back before."""
    pacer = FilePacer(path)
    granted = [pacer.reserve("op", 1) for _ in range(401)]
    for reservation in granted[:400:2]:
        before = path.stat().st_size
        pacer.release(reservation)
        assert 0 < path.stat().st_size - before < 120
    with FilePacer(path) as other:
        assert other.reserve("op", 1).slot in {each.slot for each in granted[:400:2]}


def test_a_start_of_the_host_begins_anew(
    pacer: FilePacer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slots of a clock that ran before the last start mean nothing."""
    pacer.reserve("op", 0.001)
    pacer.reserve("op", 0.001)
    monkeypatch.setattr("sesinsights.pacing.file._boot_id", lambda: "another-start")
    with FilePacer(path) as restarted:
        assert restarted.reserve("op", 0.001).wait == 0


def test_slots_are_counted_on_the_clock_that_callers_wait_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both stand still while the machine is suspended; another clock would let all go at once."""
    clock = FakeClock()
    clock.advance(500)
    monkeypatch.setattr("sesinsights.pacing.file.SYSTEM_CLOCK", clock)
    assert FilePacer(path).reserve("op", 1).slot == clock.monotonic()
    if sys.platform == "linux":
        counted = time.clock_gettime(time.CLOCK_MONOTONIC)
        assert SYSTEM_CLOCK.monotonic() - counted == pytest.approx(0, abs=5)


def test_a_clock_that_begins_anew_keeps_the_distance(pacer: FilePacer, path: Path) -> None:
    """If starts of the host cannot be told apart, no process waits for the old clock's time."""
    pacer.reserve("op", 0.1)

    class Restarted(FilePacer):
        @override
        def _now(self) -> float:
            return 5.0

    with Restarted(path) as restarted:
        assert restarted.reserve("op", 0.1).wait == pytest.approx(10.2, abs=1)


def test_keys_that_are_idle_for_long_leave_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file does not grow with keys that are no longer used."""
    monkeypatch.setattr("sesinsights.pacing.file_log._ROOM_TO_GROW", 100)
    with Timed(path) as pacer:
        for n in range(100):
            pacer.reserve(f"op{n}", 1)
        pacer.now = 4000
        for _ in range(200):
            pacer.reserve("op", 1)
    assert b"default/op" in path.read_bytes()
    assert b"op7" not in path.read_bytes()


@contextmanager
def held_by(script: str, path: Path) -> Iterator[None]:
    """Run a program that locks the file and says `held`; kill it in the end."""
    with subprocess.Popen(
        [sys.executable, "-c", script, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            yield
        finally:
            holder.kill()


def test_a_holder_that_is_killed_blocks_nobody(pacer: FilePacer, path: Path) -> None:
    """The lock of a process that dies is free."""
    script = (
        "import sys\n"
        "from sesinsights.pacing import FilePacer\n"
        "with FilePacer(sys.argv[1])._locked():\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with held_by(script, path):
        pass
    assert pacer.reserve("op", 1).wait == 0


@pytest.fixture
def held_file(pacer: FilePacer, path: Path) -> Iterator[Path]:
    """A file that another process keeps locked, which may only read it."""
    pacer.reserve("op", 1)
    pacer.close()
    script = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1])\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with held_by(script, path):
        yield path


def test_a_lock_that_is_never_free_is_not_waited_for(held_file: Path) -> None:
    """A caller with a short `max_wait` does not wait long for the lock, and gets an error."""
    with FilePacer(held_file) as pacer:
        threads = [
            threading.Thread(target=lambda: failures.append(failure_of(pacer))) for _ in range(3)
        ]
        failures: list[PacingStoreError] = []
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(failures) == 3
        for failure in failures:
            assert "lock" in str(failure)


def failure_of(pacer: FilePacer) -> PacingStoreError:
    """Return what a reservation fails with."""
    with pytest.raises(PacingStoreError) as caught:
        pacer.reserve("op", 1, max_wait=0.2)
    return caught.value


def test_without_a_limit_the_lock_is_waited_for_ten_seconds(
    held_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a limit, the lock is waited for 10 seconds; giving back then raises nothing."""
    clock = FakeClock()
    monkeypatch.setattr("sesinsights.pacing.file.SYSTEM_CLOCK", clock)
    with FilePacer(held_file) as pacer:
        with pytest.raises(PacingStoreError, match="another process keeps it locked"):
            pacer.reserve("op", 1)
        assert clock.monotonic() == pytest.approx(10)
        pacer.release(Reservation("op", 0.0, 0.0, 1.0, 0.0))
        pacer.penalize("op", 1)
        assert clock.monotonic() <= 20
        with pytest.raises(PacingStoreError):
            pacer.reserve("op", 1, max_wait=0)


def test_a_slot_of_a_file_that_was_removed_is_lost(pacer: FilePacer, path: Path) -> None:
    """A slot of a removed file is lost, and its waiter takes another."""
    granted = [pacer.reserve("op", 0.1) for _ in range(3)]
    assert [pacer.holds(each, 0) for each in granted] == [True] * 3
    path.unlink()
    assert [pacer.holds(each, 0) for each in granted] == [False] * 3


@pytest.mark.parametrize("how", ["removed", "moved away"])
def test_a_file_that_is_gone_divides_nobody(pacer: FilePacer, path: Path, how: str) -> None:
    """A process that had the file open continues with the one that replaces it."""
    pacer.reserve("op", 0.1)
    if how == "removed":
        path.unlink()
    else:
        path.rename(path.with_name("old"))
    with FilePacer(path) as other:
        assert other.reserve("op", 0.1).wait == 0
    assert pacer.reserve("op", 0.1).wait > 1


def test_a_closed_pacer_opens_the_file_again(pacer: FilePacer) -> None:
    """Closing gives the descriptor back, and ends nothing."""
    pacer.reserve("op", 0.1)
    pacer.close()
    pacer.close()
    assert pacer.reserve("op", 0.1).wait > 1


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """The error says which file, why, and what to do."""
    pacer = FilePacer(tmp_path / "missing" / "pace")
    with pytest.raises(
        PacingStoreError, match=r"missing/pace: No such file .* must exist"
    ) as caught:
        pacer.reserve("op", 1)
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert str(tmp_path) in caught.value.store


def test_giving_back_and_resting_tell_nothing_of_a_file_that_cannot_be_used(
    pacer: FilePacer, tmp_path: Path
) -> None:
    """Releasing and penalizing raise no error if the store cannot be used."""
    granted = pacer.reserve("op", 1)
    broken = FilePacer(tmp_path / "missing" / "pace")
    broken.release(granted)
    broken.penalize("op", 1)
    assert not (tmp_path / "missing").exists()


def test_a_pacer_shows_its_file(pacer: FilePacer, path: Path) -> None:
    """The repr of a pacer shows its file."""
    assert repr(pacer) == f"FilePacer({str(path)!r}, namespace='default')"


def test_a_system_without_locks_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where files cannot be locked, the error says what is needed."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(ImportError, match="FilePacer needs locks on files as Unix has them"):
        FilePacer(path)
