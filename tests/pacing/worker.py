"""What a process of a test does; run with `runpy`, so that a spawned process finds it, too.

Its globals are given: `task` is a store and where it is, how many slots to take, how many seconds
its date is off, and a queue for what was granted.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sesinsights.pacing import FilePacer, RedisPacer

if TYPE_CHECKING:
    from collections.abc import Callable


def take_slots(kind: str, place: str, count: int, shift: float, queue: Any) -> None:
    """Take slots as fast as they are granted, with the date set wrong."""
    real_time = time.time
    time.time = lambda: real_time() + shift
    make: dict[str, Callable[[str], Any]] = {"file": FilePacer, "redis": RedisPacer.from_url}
    with make[kind](place) as pacer:
        queue.put([pacer.reserve("op", 50).slot for _ in range(count)])


take_slots(*globals()["task"])
