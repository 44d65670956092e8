"""Every slot is granted once to the threads and processes that share a pace."""

from __future__ import annotations

import itertools
import multiprocessing
import runpy
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import RetryPolicy, SESInsights
from sesinsights.pacing import FilePacer, RedisPacer
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from sesinsights.pacing import Reservation

FORKING = str(Path(__file__).with_name("forking.py"))
WORKER = str(Path(__file__).with_name("worker.py"))
SPACING = 0.0204

# Newer Pythons warn of forks beside threads: that is what is tried here.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(params=["file", "redis"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A store, and where it is."""
    if request.param == "redis":
        return "redis", request.getfixturevalue("redis_server").url
    return request.param, str(tmp_path / "pace")


@pytest.fixture
def pacer(store: tuple[str, str]) -> Any:
    """A pacer on the store."""
    kind, place = store
    return FilePacer(place) if kind == "file" else RedisPacer.from_url(place)


def processes(method: str, store: tuple[str, str], shifts: list[float]) -> list[list[float]]:
    """Let processes take 40 slots each, and return what each was granted."""
    context: Any = multiprocessing.get_context(method)
    queue = context.Queue()
    workers = []
    for shift in shifts:
        given = {"task": (*store, 40, shift, queue)}
        workers.append(
            context.Process(target=runpy.run_path, args=(WORKER,), kwargs={"init_globals": given})
        )
    for worker in workers:
        worker.start()
    granted = [queue.get(timeout=50) for _ in workers]
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    return granted


def assert_apart(slots: list[float]) -> None:
    """Check that no two slots are closer than the pace allows."""
    gaps = [late - early for early, late in itertools.pairwise(sorted(slots))]
    assert min(gaps) >= SPACING - 1e-5


@pytest.mark.parametrize(("method", "count"), [("fork", 4), ("spawn", 2)])
def test_processes_share_the_slots(method: str, count: int, store: tuple[str, str]) -> None:
    """Processes that ask at the same time are never granted the same slot."""
    granted = processes(method, store, [0] * count)
    assert_apart([slot for slots in granted for slot in slots])
    for slots in granted:
        assert slots == sorted(slots)
        assert len(slots) == 40


def test_the_clocks_of_hosts_do_not_matter(store: tuple[str, str]) -> None:
    """Processes whose date is a second off or a day take part as all others do."""
    granted = processes("fork", store, [0, 1, -1, 86_400])
    assert_apart([slot for slots in granted for slot in slots])


def test_a_pacer_that_was_used_before_a_fork_is_used_after_it(pacer: Any) -> None:
    """Parent and children go on with one pacer, each by a lock and connection of its own."""
    before = [pacer.reserve("op", 50).slot for _ in range(3)]
    context: Any = multiprocessing.get_context("fork")
    queue = context.Queue()

    def take() -> None:
        queue.put([pacer.reserve("op", 50).slot for _ in range(200)])

    children = [context.Process(target=take) for _ in range(3)]
    for child in children:
        child.start()
    here = [pacer.reserve("op", 50).slot for _ in range(200)]
    theirs = [queue.get(timeout=50) for _ in children]
    for child in children:
        child.join()
    assert_apart(before + here + [slot for slots in theirs for slot in slots])


@pytest.mark.parametrize("store", ["local", "file", "redis"], indirect=True)
def test_a_fork_while_another_thread_asks_blocks_nobody(store: tuple[str, str]) -> None:
    """A lock that another thread held during a fork is free in the child."""
    done = subprocess.run(
        [sys.executable, FORKING, *store], capture_output=True, check=True, text=True, timeout=50
    )
    assert done.stdout.split() == ["0"] * 10


FORK_WHILE_LOCKED = """
import os, signal, threading
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.pacing import default_pacer, local

known = default_pacer(SYSTEM_CLOCK, None, "eu-west-1", "")
for lock in (local._default_pacers._lock, known._lock):
    held = threading.Thread(target=lock.acquire)
    held.start()
    held.join()
child = os.fork()
if child == 0:
    signal.alarm(10)
    for region in ("eu-west-1", "eu-west-2"):
        default_pacer(SYSTEM_CLOCK, None, region, "").reserve("op", 1)
    os._exit(0)
raise SystemExit(os.waitpid(child, 0)[1])
"""


def test_a_fork_while_a_default_pacer_is_found_blocks_nobody() -> None:
    """A child finds the pacer of its process although another thread was looking for one."""
    subprocess.run([sys.executable, "-c", FORK_WHILE_LOCKED], check=True, timeout=50)


AT_EXIT = """
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer, default_pacer
from sesinsights.flows.send_rate import SendRate
import redis, sys

kept = [
    LocalPacer(),
    FilePacer(sys.argv[1]),
    RedisPacer(redis.Redis()),
    default_pacer(SYSTEM_CLOCK, None, "r", ""),
    SendRate(SYSTEM_CLOCK),
]
alone = LocalPacer()
"""


def test_a_pacer_of_a_module_says_nothing_at_the_end(tmp_path: Path) -> None:
    """The interpreter takes it apart as it takes apart all else."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", AT_EXIT, str(tmp_path / "pace")],
        capture_output=True,
        check=True,
        text=True,
        timeout=50,
    )
    assert done.stderr == ""


def test_threads_share_the_slots(pacer: Any) -> None:
    """Threads that ask one pacer at the same time are never granted the same slot."""
    granted: list[float] = []
    threads = [
        threading.Thread(
            target=lambda: granted.extend(pacer.reserve("op", 50).slot for _ in range(50))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 300
    assert_apart(granted)


class Recording:
    """Notes what each thread was granted last, and whether a call left before its slot."""

    def __init__(self, pacer: Any) -> None:
        self._pacer = pacer
        self._granted = threading.local()
        self.slots: list[float] = []
        self.early: list[float] = []
        self.given_back = 0
        self.penalize = pacer.penalize

    def reserve(self, key: str, rate: float, cost: int = 1, max_wait: Any = None) -> Reservation:
        """Reserve, and note when the slot begins on the clock that is slept on."""
        reservation: Reservation = self._pacer.reserve(key, rate, cost, max_wait)
        asked = time.monotonic()
        self._granted.at = asked + reservation.wait
        self.slots.append(reservation.slot)
        return reservation

    def release(self, reservation: Reservation) -> None:
        """Release, and note that the slot is not used: its waiter woke too late."""
        self._pacer.release(reservation)
        self.given_back += 1

    def sends(self, **_: Any) -> None:
        """Note how much too early a call leaves."""
        before = self._granted.at - time.monotonic()
        if before > 0.001:
            self.early.append(before)


def test_every_lookup_of_many_threads_is_made_and_none_too_early(pacer: Any) -> None:
    """Clients with a pacer each look everything up, and no call leaves before its slot."""
    pacers = [Recording(pacer), Recording(pacer)]
    found: list[str] = []
    with SESEmulator(paces={"GetMessageInsights": 50}) as emulator:
        ids = [emulator.add_message() for _ in range(40)]

        def look_up(recording: Recording, mine: list[str]) -> None:
            with SESInsights(
                endpoint_url=emulator.endpoint_url,
                region_name="us-east-1",
                paces={"GetMessageInsights": 50},
                # A machine that stands still for a moment is throttled; that loses nothing.
                retry=RetryPolicy(max_attempts=50),
                pacer=recording,
            ) as ses:
                ses.client.meta.events.register("before-send", recording.sends)
                found.extend(str(ses.get_message_insights(id_).message_id) for id_ in mine)

        threads = [
            threading.Thread(target=look_up, args=(pacers[n % 2], ids[n::4])) for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        calls = len(emulator.requests)
    assert sorted(found) == sorted(ids)
    assert [recording.early for recording in pacers] == [[], []]
    granted = pacers[0].slots + pacers[1].slots
    assert len(granted) == calls + pacers[0].given_back + pacers[1].given_back
    assert_apart(granted)
