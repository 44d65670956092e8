"""A Redis of the tests' own, which may be stopped and started."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
import redis

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """A server on a free port of the loopback interface, without persistence.

    Args:
        folder: A folder of its own.
        cluster: Whether it is a cluster of its own.
    """

    def __init__(self, folder: Path, *, cluster: bool = False) -> None:
        self._folder = folder
        self.port, self._bus = free_port(), free_port()
        self._cluster = cluster
        self.url = f"redis://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert PROGRAM is not None
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self._folder, "appendonly": "no"}
        if self._cluster:
            options |= {"cluster-enabled": "yes", "cluster-port": self._bus}
        flags = [f"--{name} {value}" for name, value in options.items()]
        arguments = [part for flag in flags for part in flag.split(" ", 1)]
        self._process = subprocess.Popen(
            [PROGRAM, *arguments, "--save", ""], stdout=subprocess.DEVNULL
        )
        ends_at = time.monotonic() + 20
        with redis.Redis.from_url(self.url) as client:
            while time.monotonic() < ends_at:
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    if self._cluster:
                        self._make_cluster(client)
                    return
                time.sleep(0.02)
        raise TimeoutError("redis-server does not answer")

    def _make_cluster(self, client: Any) -> None:
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        while b"cluster_state:ok" not in client.execute_command("CLUSTER", "INFO"):
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it where it stands."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def free_port() -> int:
    """Return an unused port of the loopback interface."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A cluster of one server, for all tests of a module."""
    yield from run_cluster(tmp_path_factory.mktemp("cluster"))


@pytest.fixture
def doomed_cluster(tmp_path: Path) -> Iterator[RedisServer]:
    """A cluster of one server that a test may kill."""
    yield from run_cluster(tmp_path)


def run_cluster(folder: Path) -> Iterator[RedisServer]:
    """Start a cluster of one server, and kill it in the end."""
    if PROGRAM is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    server = RedisServer(folder, cluster=True)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A server for all tests."""
    if PROGRAM is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def redis_server(redis_process: RedisServer) -> Iterator[RedisServer]:
    """The running server, with nothing in it."""
    with redis.Redis.from_url(redis_process.url) as client:
        client.flushall()
    yield redis_process
    if redis_process._process is None:
        redis_process.start()
