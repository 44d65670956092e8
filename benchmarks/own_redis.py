"""A Redis for the time of a benchmark."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def redis_server(folder: str) -> Iterator[str]:
    """Run a Redis of our own, and yield its URL."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
    with subprocess.Popen(  # noqa: S603 - the arguments are ours
        ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", ""],  # noqa: S607 - wherever it is
        stdout=subprocess.DEVNULL,
    ) as server:
        time.sleep(1)
        try:
            yield f"redis://127.0.0.1:{port}"
        finally:
            server.terminate()
