"""Eight workers that share one slot per second, with our pacers and with other limiters.

    pip install 'limits[redis]' 'pyrate-limiter[redis,filelock]' 'throttled-py[redis]' aiolimiter
    python benchmarks/limiters.py [--clocks-apart]

Takes four minutes. Needs redis-server, and an environment apart from that of the checks: some of
the limiters want an older `redis`. One that is not installed is left out.

The pace is the service's own, one slot a second. The workers are 8 threads (of aiolimiter: tasks)
where the state lives in the process, else 2 threads in each of 4 processes. They begin within a
second, and from slot to slot each is busy for as long as a call takes. Every slot granted is told
to one counter, as it would be to one service; gaps are between arrivals there, by its clock, and
the service may throttle what comes less than a second after the slot before. The spread is how
many of 20 slots the workers got, fewest to most: two or three each is fair.

A limiter is used as its documentation says, by its call that blocks if it has one. With
`--clocks-apart` the clocks of the 4 processes differ, as those of hosts do; then only what keeps
its state in Redis runs.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import multiprocessing
import random
import socket
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from own_redis import redis_server

from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sesinsights.pacing import Pacer

    Acquire = Callable[[], Any]
    """Returns when the caller has a slot; a coroutine function if the limiter is for asyncio."""

    Grant = tuple[float, int]
    """When a granted slot arrived at the counter, and which worker got it."""

WORKERS = 8
PROCESSES = 4
GRANTS = 20
PERIOD = 1.0
CALL_SECONDS = (0.05, 0.15)
STUCK = 30.0
"""The number of seconds without a slot after which a limiter is abandoned."""

SHIFTS = (0.0, 0.3, -0.3, 0.7)
"""How many seconds the clocks of the processes are off with `--clocks-apart`."""

SPAWN = multiprocessing.get_context("spawn")

# The limiters: each adapter takes the place of the state, and returns how a worker waits.


def paced(pacer: Pacer) -> Acquire:
    """Wait for a slot of a pacer of this library."""
    return lambda: time.sleep(pacer.reserve("GetMessageInsights", 1 / PERIOD).wait)


def aiolimiter(_: str) -> Acquire:
    """Wait as aiolimiter does, in one event loop."""
    library: Any = import_module("aiolimiter")
    acquire: Acquire = library.AsyncLimiter(1, PERIOD).acquire
    return acquire


def pyrate(bucket: str, place: str) -> Acquire:
    """Wait as pyrate-limiter does, on one of its buckets."""
    library: Any = import_module("pyrate_limiter")
    rates = [library.Rate(1, library.Duration.SECOND)]

    def redis() -> Any:
        return import_module("redis").Redis.from_url(place)

    buckets: dict[str, Callable[[], Any]] = {
        "memory": lambda: library.InMemoryBucket(rates),
        "sqlite": lambda: library.SQLiteBucket.init_from_file(
            rates, db_path=f"{place}.sqlite", use_file_lock=True
        ),
        "redis": lambda: library.RedisBucket.init(rates, redis(), "pyrate"),
        "gcra": lambda: library.StateBucket(
            rates, algorithm=library.GCRA(), store=library.RedisStateStore(redis(), "pyrate-gcra")
        ),
    }
    limiter = library.Limiter(buckets[bucket]())
    return lambda: limiter.try_acquire("insights")


def limits(strategy: str, place: str) -> Acquire:
    """Wait with a strategy of limits.

    It has no call that blocks: this is one of the two loops in its documentation. The other, which
    sleeps until the window is reset, did no better.
    """
    library: Any = import_module("limits")
    storage = library.storage.storage_from_string(place)
    limiter = library.strategies.STRATEGIES[strategy](storage)
    rate = library.parse("1/second")

    def acquire() -> None:
        while not limiter.hit(rate, strategy):
            time.sleep(0.01)

    return acquire


def throttled(algorithm: str, place: str) -> Acquire:
    """Wait as throttled-py does, with one of its algorithms."""
    library: Any = import_module("throttled")
    store = library.store.RedisStore(server=place)
    limiter = library.Throttled(
        key="insights", using=algorithm, quota="1/s burst 1", store=store, timeout=STUCK
    )

    def acquire() -> None:
        while limiter.limit().limited:
            pass

    return acquire


@dataclass(frozen=True)
class Limiter:
    """What is compared: where its state lives, its adapter, and the modules it needs."""

    state: str
    adapter: Callable[[str], Acquire]
    needs: tuple[str, ...] = ()


PYRATE = ("pyrate_limiter", "redis", "filelock")
LIMITS = ("limits", "redis")
THROTTLED = ("throttled", "redis")

LIMITERS = {
    "sesinsights, LocalPacer": Limiter("process", lambda _: paced(LocalPacer())),
    "pyrate-limiter, InMemoryBucket": Limiter("process", partial(pyrate, "memory"), PYRATE),
    "aiolimiter": Limiter("process", aiolimiter, ("aiolimiter",)),
    "sesinsights, FilePacer": Limiter("file", lambda place: paced(FilePacer(place))),
    "pyrate-limiter, SQLiteBucket": Limiter("file", partial(pyrate, "sqlite"), PYRATE),
    "sesinsights, RedisPacer": Limiter(
        "redis", lambda place: paced(RedisPacer.from_url(place)), ("redis",)
    ),
    "pyrate-limiter, RedisBucket": Limiter("redis", partial(pyrate, "redis"), PYRATE),
    "pyrate-limiter, GCRA": Limiter("redis", partial(pyrate, "gcra"), PYRATE),
    "limits, moving window": Limiter("redis", partial(limits, "moving-window"), LIMITS),
    "limits, sliding window counter": Limiter(
        "redis", partial(limits, "sliding-window-counter"), LIMITS
    ),
    "throttled-py, GCRA": Limiter("redis", partial(throttled, "gcra"), THROTTLED),
    "throttled-py, token bucket": Limiter("redis", partial(throttled, "token_bucket"), THROTTLED),
}


# The load


def work(
    *, name: str, place: str, workers: range, shift: float, ready: Any, counter: tuple[str, int]
) -> None:
    """Take slots for good in this process, and tell the counter of each."""
    real_time = time.time
    real_time_ns = time.time_ns
    time.time = lambda: real_time() + shift
    time.time_ns = lambda: real_time_ns() + int(shift * 1e9)
    acquire = LIMITERS[name].adapter(place)
    told = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def take_slots(worker: int) -> None:
        chance = random.Random(worker)  # noqa: S311 - the same load for every limiter
        time.sleep(chance.uniform(0, PERIOD))
        while True:
            acquire()
            told.sendto(bytes([worker]), counter)
            time.sleep(chance.uniform(*CALL_SECONDS))

    async def take_slots_in_loop(worker: int) -> None:
        chance = random.Random(worker)  # noqa: S311 - the same load for every limiter
        await asyncio.sleep(chance.uniform(0, PERIOD))
        while True:
            await acquire()
            told.sendto(bytes([worker]), counter)
            await asyncio.sleep(chance.uniform(*CALL_SECONDS))

    async def take_slots_in_tasks() -> None:
        await asyncio.gather(*map(take_slots_in_loop, workers))

    ready.wait()
    if inspect.iscoroutinefunction(acquire):
        asyncio.run(take_slots_in_tasks())
    for worker in workers:
        threading.Thread(target=take_slots, args=(worker,)).start()


def grants_of(name: str, place: str, shifts: Sequence[float]) -> list[Grant]:
    """Return what a limiter grants to workers in as many processes as there are shifts."""
    ready = SPAWN.Barrier(len(shifts) + 1)
    share = WORKERS // len(shifts)
    grants: list[Grant] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as counter:
        counter.bind(("127.0.0.1", 0))
        counter.settimeout(STUCK)
        processes = [
            SPAWN.Process(
                target=work,
                kwargs={
                    "name": name,
                    "place": place,
                    "workers": range(number * share, (number + 1) * share),
                    "shift": shift,
                    "ready": ready,
                    "counter": counter.getsockname(),
                },
            )
            for number, shift in enumerate(shifts)
        ]
        for process in processes:
            process.start()
        try:
            ready.wait(STUCK)
            while len(grants) < GRANTS:
                worker = counter.recv(1)[0]
                grants.append((time.monotonic(), worker))
        finally:
            for process in processes:
                process.kill()
                process.join()
    return grants


def compare(name: str, place: str, shifts: Sequence[float]) -> None:
    """Print how a limiter does."""
    limiter = LIMITERS[name]
    row = f"{name:<32}{limiter.state:<9}"
    if not all(map(find_spec, limiter.needs)):
        print(f"{row}not installed", flush=True)
        return
    grants = grants_of(name, place, shifts)
    gaps = [later - earlier for (earlier, _), (later, _) in pairwise(grants)]
    too_soon = sum(gap < PERIOD for gap in gaps)
    owners = [owner for _, owner in grants]
    counts = [owners.count(worker) for worker in range(WORKERS)]
    print(
        f"{row}{len(grants):>6}{min(gaps):>11.4f}{too_soon:>10}"
        f"{f'{min(counts)}..{max(counts)}':>9}{sum(gaps):>9.1f}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clocks-apart", action="store_true", help="let the hosts' clocks differ")
    apart = parser.parse_args().clocks_apart
    print(
        f"{'limiter':<32}{'state':<9}{'grants':>6}{'min gap, s':>11}{'too soon':>10}{'spread':>9}"
        f"{'seconds':>9}"
    )
    with tempfile.TemporaryDirectory() as folder, redis_server(folder) as url:
        places = {"process": "", "file": str(Path(folder) / "state"), "redis": url}
        for name, limiter in LIMITERS.items():
            if not apart:
                hosts = 1 if limiter.state == "process" else PROCESSES
                compare(name, places[limiter.state], (0.0,) * hosts)
            elif limiter.state == "redis":
                compare(name, places["redis"], SHIFTS)


if __name__ == "__main__":
    main()
