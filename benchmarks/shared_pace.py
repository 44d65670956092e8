"""40 lookups by 4 processes of 3 threads at a service that allows one a second.

    python benchmarks/shared_pace.py

Takes about six minutes: nothing can be faster than 39 seconds. Needs redis-server. Calls a
second are counted by the service's clock, from the first request to the last; a throttled call is
one, too. The spread is how many lookups the 12 threads made, fewest to most. At the end it shows
what CPU time 8 threads take that wait a minute for their slots.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from own_redis import redis_server

from sesinsights import SESInsights
from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKUPS = 40
PROCESSES = 4
THREADS = 3
THROTTLED = 429
SHIFTS = (0.0, 1.0, -1.0, 2.5)
"""How many seconds the clocks of the hosts are off in one of the races."""

SPAWN = multiprocessing.get_context("spawn")


def lookup_of(client: str, url: str, place: str) -> Callable[[str], object]:
    """Return a lookup with one of the clients that race."""
    if client in ("standard", "adaptive"):
        mode: Any = client
        config = Config(retries={"mode": mode})
        raw = boto3.client("sesv2", region_name="us-east-1", endpoint_url=url, config=config)
        return lambda message_id: raw.get_message_insights(MessageId=message_id)
    pacers: dict[str, Callable[[], Any]] = {
        "local": LocalPacer,
        "file": lambda: FilePacer(place),
        "redis": lambda: RedisPacer.from_url(place),
    }
    ses = SESInsights(endpoint_url=url, region_name="us-east-1", pacer=pacers[client]())
    ses.client  # noqa: B018 - built before the race, as boto3's is
    return ses.get_message_insights


def work(
    *,
    client: str,
    url: str,
    place: str,
    threads: int,
    shift: float,
    ids: Any,
    ready: Any,
    done: Any,
) -> None:
    """Look up in several threads what is in the queue, and tell how it went."""
    real_time = time.time
    time.time = lambda: real_time() + shift
    look_up = lookup_of(client, url, place)
    outcomes: list[tuple[int, int]] = []

    def look_up_all() -> None:
        found = failed = 0
        while True:
            try:
                message_id = ids.get(timeout=0.2)
            except Empty:
                outcomes.append((found, failed))
                return
            try:
                look_up(message_id)
                found += 1
            except ClientError:
                failed += 1

    workers = [threading.Thread(target=look_up_all) for _ in range(threads)]
    ready.wait()
    cpu = time.process_time()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done.put((time.process_time() - cpu, outcomes))


def race(
    emulator: SESEmulator, client: str, place: str, shape: tuple[int, int, int], shifts: Any
) -> tuple[list[tuple[int, int]], float, float]:
    """Run a race; return what each thread found and failed at, the seconds and the CPU time."""
    processes, threads, lookups = shape
    ids, done = SPAWN.Queue(), SPAWN.Queue()
    ready = SPAWN.Barrier(processes + 1)
    for _ in range(lookups):
        ids.put(emulator.add_message())
    workers = [
        SPAWN.Process(
            target=work,
            kwargs={
                "client": client,
                "url": emulator.endpoint_url,
                "place": place,
                "threads": threads,
                "shift": shift,
                "ids": ids,
                "ready": ready,
                "done": done,
            },
        )
        for shift in shifts
    ]
    for worker in workers:
        worker.start()
    # The last call of one race must not throttle the first of the next.
    time.sleep(2)
    ready.wait()
    started = time.monotonic()
    told = [done.get() for _ in workers]
    seconds = time.monotonic() - started
    for worker in workers:
        worker.join()
    return [outcome for _, outcomes in told for outcome in outcomes], seconds, told[0][0]


def compare(emulator: SESEmulator, name: str, client: str, place: str = "", *shifts: float) -> None:
    """Run a race of several processes, and print how it went."""
    before = len(emulator.requests)
    shape = (PROCESSES, THREADS, LOOKUPS)
    outcomes, seconds, _ = race(emulator, client, place, shape, shifts or (0.0,) * PROCESSES)
    requests = emulator.requests[before:]
    throttled = sum(request.status_code == THROTTLED for request in requests)
    pace = (len(requests) - throttled - 1) / (requests[-1].at - requests[0].at).total_seconds()
    made = [found + failed for found, failed in outcomes]
    print(
        f"{name:<36}{len(requests):>6}{throttled:>11}{sum(failed for _, failed in outcomes):>8}"
        f"{seconds:>9.1f}{pace:>9.3f}{f'{min(made)}..{max(made)}':>9}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    print(
        f"{'client':<36}{'calls':>6}{'throttled':>11}{'failed':>8}{'seconds':>9}"
        f"{'found/s':>9}{'spread':>9}"
    )
    with (
        SESEmulator() as emulator,
        tempfile.TemporaryDirectory() as folder,
        redis_server(folder) as url,
    ):
        file = str(Path(folder) / "pace")
        compare(emulator, "sesinsights, one file", "file", file)
        compare(emulator, "sesinsights, one Redis", "redis", url)
        compare(emulator, "the same, clocks 1 to 3.5 s apart", "redis", url, *SHIFTS)
        compare(emulator, "sesinsights, a pace in each process", "local")
        compare(emulator, "boto3, standard", "standard")
        compare(emulator, "boto3, adaptive", "adaptive")
        for store, place in (("file", file), ("redis", url)):
            _, seconds, cpu = race(emulator, store, place, (1, 8, 60), (0.0,))
            print(f"8 threads, 60 lookups, one {store}: {cpu:.2f} s of CPU in {seconds:.1f} s")


if __name__ == "__main__":
    main()
