"""60 lookups by 8 threads at a service that allows one a second, beside naive boto3.

    python benchmarks/race.py

Takes about five minutes: nothing can be faster than 59 seconds. Calls a second are counted by the
service's clock, from the first request to the last.
"""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from sesinsights import SESInsights
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

LOOKUPS = 60
THREADS = 8
MODES = ("standard", "legacy", "adaptive")


def race(name: str, emulator: SESEmulator, look_up: Callable[[str], object]) -> None:
    """Let all threads look up all messages once, and print how it went."""
    ids: SimpleQueue[str] = SimpleQueue()
    for _ in range(LOOKUPS):
        ids.put(emulator.add_message())
    found: list[object] = []

    def work() -> None:
        while True:
            try:
                message_id = ids.get_nowait()
            except Empty:
                return
            try:
                found.append(look_up(message_id))
            except ClientError:
                continue

    before = len(emulator.requests)
    started = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    requests = emulator.requests[before:]
    throttled = sum(request.status_code == 429 for request in requests)  # noqa: PLR2004 - HTTP's number
    span = (requests[-1].at - requests[0].at).total_seconds()
    pace = (len(requests) - throttled - 1) / span
    print(
        f"{name:<28}{seconds:>8.1f}{len(found):>8}{LOOKUPS - len(found):>8}"
        f"{throttled:>11}{pace:>9.3f}",
        flush=True,
    )


def raw_lookup(url: str, mode: Any) -> Callable[[str], object]:
    """Return a lookup with boto3 in one of its retry modes."""
    config = Config(retries={"mode": mode})
    client = boto3.client("sesv2", region_name="us-east-1", endpoint_url=url, config=config)
    return lambda message_id: client.get_message_insights(MessageId=message_id)


def main() -> None:
    """Print the table."""
    print(f"{'client':<28}{'seconds':>8}{'found':>8}{'failed':>8}{'throttled':>11}{'calls/s':>9}")
    with SESEmulator() as emulator:
        url = emulator.endpoint_url
        with SESInsights(endpoint_url=url, region_name="us-east-1") as ses:
            race("sesinsights", emulator, ses.get_message_insights)
        for mode in MODES:
            race(f"boto3, {mode}", emulator, raw_lookup(url, mode))


if __name__ == "__main__":
    main()
