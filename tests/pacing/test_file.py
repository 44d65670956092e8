"""The pace in a file: robust against everything that becomes of the file and its users."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from sesinsights.errors import PaceTimeoutError, PacingStoreError
from sesinsights.pacing import FilePacer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    """Whoever is throttled, everybody who shares the file rests."""
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


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"\x00\xff" * 2000,
        b"zzzzzzzz {}\n",
        b"00000000 {}\n",
        b"%08x %b\n" % (crc32(b"[1]"), b"[1]"),
        b"%08x %b\n" % (crc32(b"{}"), b"{}"),
        b"%08x %b\n" % (crc32(b"{"), b"{"),
    ],
)
def test_a_file_that_cannot_be_read_is_begun_anew(
    path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the file holds, slots are granted, and those after it are kept."""
    path.write_bytes(content)
    with FilePacer(path) as pacer:
        assert pacer.reserve("op", 0.1).wait == 0
        assert pacer.reserve("op", 0.1).wait > 1
    assert caplog.messages == [] or "begun anew" in caplog.text
    assert len(caplog.messages) == (1 if content else 0)


@pytest.mark.parametrize(
    "lane", [[1, 2], ["1"] * 7, [[], 0, 0, 0, 0, 0, []], [0, 0, 0, 0, 0, 0, 0], [0.0] * 6 + [["x"]]]
)
def test_slots_that_make_no_sense_are_begun_anew(
    pacer: FilePacer, path: Path, lane: list[object]
) -> None:
    """A file that another version wrote is read as far as it can be."""
    pacer.reserve("op", 0.1)
    state = json.loads(path.read_bytes().split(b" ", 1)[1])
    state["lanes"]["default/op"] = lane
    text = json.dumps(state).encode()
    path.write_bytes(b"%08x %b\n" % (crc32(text), text))
    assert pacer.reserve("op", 0.1).wait == 0
    assert pacer.reserve("op", 0.1).wait > 1


@pytest.mark.parametrize("length", [1, 10, 60])
def test_a_torn_write_is_noticed(pacer: FilePacer, path: Path, length: int) -> None:
    """A file that was written in part is begun anew."""
    pacer.reserve("op", 0.1)
    path.write_bytes(path.read_bytes()[:length])
    assert pacer.reserve("op", 0.1).wait == 0


def test_what_a_longer_state_leaves_behind_is_not_read(pacer: FilePacer, path: Path) -> None:
    """Bytes below the line are nobody's."""
    pacer.reserve("op", 0.1)
    path.write_bytes(path.read_bytes() + b"left over\n")
    assert pacer.reserve("op", 0.1).wait > 1


def test_a_start_of_the_host_begins_anew(pacer: FilePacer, path: Path) -> None:
    """Slots of a clock that ran before the last start mean nothing."""
    pacer.reserve("op", 0.001)
    pacer.reserve("op", 0.001)
    with FilePacer(path) as restarted:
        restarted._boot = "another start"
        assert restarted.reserve("op", 0.001).wait == 0


def test_a_clock_that_begins_anew_keeps_the_distance(pacer: FilePacer, path: Path) -> None:
    """Where nothing tells one start from another, nobody waits for the old clock to come round."""
    pacer.reserve("op", 0.1)

    class Restarted(FilePacer):
        def _now(self) -> float:
            return 5.0

    with Restarted(path) as restarted:
        assert restarted.reserve("op", 0.1).wait == pytest.approx(10.2, abs=1)


def test_keys_that_are_idle_for_long_leave_the_file(path: Path) -> None:
    """The file does not grow with keys that nobody uses any more."""

    class Timed(FilePacer):
        now = 0.0

        def _now(self) -> float:
            return self.now

    with Timed(path) as pacer:
        for n in range(100):
            pacer.reserve(f"op{n}", 1)
        pacer.now = 4000
        pacer.reserve("op", 1)
    assert b"default/op" in path.read_bytes().split(b"\n")[0]
    assert b"op7" not in path.read_bytes().split(b"\n")[0]


def test_a_holder_that_is_killed_blocks_nobody(pacer: FilePacer, path: Path) -> None:
    """The lock of a process that dies is free."""
    context: Any = multiprocessing.get_context("spawn" if sys.version_info >= (3, 12) else "fork")
    here, there = context.Pipe()
    child = context.Process(target=_hold, args=(path, there))
    child.start()
    assert here.recv() == "held"
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert pacer.reserve("op", 1).wait == 0


def _hold(path: Path, pipe: Any) -> None:
    with FilePacer(path)._locked():
        pipe.send("held")
        signal.pause()


def test_a_file_that_is_removed_divides_nobody(pacer: FilePacer, path: Path) -> None:
    """Who had the file open goes on with the one that is made in its place."""
    pacer.reserve("op", 0.1)
    path.unlink()
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
    """Who gives a slot back has an error to tell already."""
    granted = pacer.reserve("op", 1)
    broken = FilePacer(tmp_path / "missing" / "pace")
    broken.release(granted)
    broken.penalize("op", 1)
    assert not (tmp_path / "missing").exists()


def test_a_pacer_shows_its_file(pacer: FilePacer, path: Path) -> None:
    """The repr tells pacers apart."""
    assert repr(pacer) == f"FilePacer({str(path)!r}, namespace='default')"
