"""What it costs to cancel thousands of asyncio tasks that wait for their slots.

    python benchmarks/cancelling.py

Each has reserved a slot, which it gives back. Needs `redis-server`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from own_redis import redis_server

from sesinsights import AsyncSESInsights
from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer

if TYPE_CHECKING:
    from sesinsights.pacing import Pacer

TASKS = 5000
RATE = 0.01
KEY = "us-east-1/GetMessageInsights"


def next_wait(pacer: Pacer) -> float:
    """Return how long the next caller would have to wait."""
    reservation = pacer.reserve(KEY, RATE)
    pacer.release(reservation)
    return reservation.wait


async def cancel_all(name: str, pacer: Pacer) -> None:
    """Let tasks wait, cancel them, and print the time that each took."""
    pacer.reserve(KEY, RATE)
    paces = {"GetMessageInsights": RATE}
    async with AsyncSESInsights(region_name="us-east-1", pacer=pacer, paces=paces) as ses:
        calls = [asyncio.create_task(ses.get_message_insights("0100")) for _ in range(TASKS)]
        while next_wait(pacer) < TASKS / RATE:  # noqa: ASYNC110 - other threads reserve
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)
        # Else a full collection falls into the measured time or not, by chance.
        gc.collect()
        cpu, began = time.process_time(), time.perf_counter()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        cpu = (time.process_time() - cpu) / TASKS * 1e6
        print(f"{name:<12}{cpu:>9.0f} µs{time.perf_counter() - began:>9.2f} s")


def main() -> None:
    """Print the table."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    print(f"{'pace':<12}{'cpu, each':>12}{'all':>11}")
    asyncio.run(cancel_all("process", LocalPacer()))
    with tempfile.TemporaryDirectory() as folder, redis_server(folder) as url:
        with FilePacer(Path(folder, "pace")) as file_pacer:
            asyncio.run(cancel_all("one file", file_pacer))
        with RedisPacer.from_url(url) as redis_pacer:
            asyncio.run(cancel_all("one Redis", redis_pacer))


if __name__ == "__main__":
    main()
