"""Forks ten times while other threads ask for slots; run as a script: `forking.py STORE PLACE`.

It has an interpreter of its own, because what measures coverage has a lock, too, that no fork
renews. It writes how the children ended: None for one that did not.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from typing import TYPE_CHECKING, Any

from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer

if TYPE_CHECKING:
    from collections.abc import Callable

MAKE: dict[str, Callable[[str], Any]] = {
    "local": lambda _: LocalPacer(),
    "file": FilePacer,
    "redis": RedisPacer.from_url,
}
pacer = MAKE[sys.argv[1]](sys.argv[2])
# A first call imports modules, and an import that a fork interrupts is not to be mended.
pacer.reserve("op", 50)


def keep_asking() -> None:
    """Hold each of the pacer's locks again and again."""
    while True:
        pacer.release(pacer.reserve("op", 50))


for _ in range(2):
    threading.Thread(target=keep_asking, daemon=True).start()
context: Any = multiprocessing.get_context("fork")
children = [context.Process(target=pacer.reserve, args=("op", 50)) for _ in range(10)]
for child in children:
    child.start()
for child in children:
    child.join(10)
sys.stdout.write(" ".join(str(child.exitcode) for child in children))
for child in children:
    child.kill()
