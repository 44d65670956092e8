"""The cost of an asyncio call compared with a synchronous one, over loopback.

    python benchmarks/asyncio_cost.py
    python benchmarks/asyncio_cost.py --aiobotocore .venv-aiobotocore/bin/python

A process of its own answers, so the processor time is the client's alone. Both clients sign, send
and parse for real, and look messages up one after the other. The other rows make the synchronous
call in a thread: in the way that costs least, which is a queue and a wake-up of the loop, and in
asyncio's executor.

With the Python of an environment that has aiobotocore, which needs an older botocore, 200 calls at
once are compared too, with as many connections each, at a service that answers at once and at one
that takes 50 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from call_cost import INSIGHTS
from typing_extensions import override

from sesinsights import AsyncSESInsights, SESInsights

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection

ROUNDS = 30
CALLS = 50
LATE = 0.05
BODY = json.dumps(INSIGHTS).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: benchmark\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class Service(asyncio.Protocol):
    """Answers every request, which has no body, with the same message."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, ANSWER)


def serve(urls: Connection) -> None:
    """Answer until the process ends, at once and late, and send both URLs first."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for seconds in (0, LATE):
            server = await loop.create_server(partial(Service, seconds), "127.0.0.1", 0)
            urls.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await asyncio.Event().wait()

    asyncio.run(run())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--aiobotocore", metavar="PYTHON", help="the Python that has aiobotocore")
    pythons = {"sesinsights": sys.executable, "aiobotocore": parser.parse_args().aiobotocore}
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    at_once, late = ours.recv(), ours.recv()
    asyncio.run(compare_one_by_one(at_once))
    if pythons["aiobotocore"]:
        compare_many("200 calls, answered at once", at_once, pythons)
        compare_many(f"200 calls, answered in {LATE * 1e3:.0f} ms", late, pythons)
    server.terminate()


async def compare_one_by_one(url: str) -> None:
    """Time each way in turn, and print the best of each and its ratio."""
    options: Any = {
        "region_name": "us-east-1",
        "endpoint_url": url,
        "paces": {"GetMessageInsights": 1e6},
    }
    loop = asyncio.get_running_loop()
    queue: SimpleQueue[asyncio.Future[None]] = SimpleQueue()
    with SESInsights(**options) as ses:
        async with AsyncSESInsights(**options) as async_ses:
            look_up = partial(ses.get_message_insights, "0100")

            def work() -> None:
                while True:
                    answered = queue.get()
                    look_up()
                    loop.call_soon_threadsafe(answered.set_result, None)

            async def call() -> None:
                look_up()

            async def call_asyncio() -> None:
                await async_ses.get_message_insights("0100")

            async def call_in_thread() -> None:
                answered = loop.create_future()
                queue.put(answered)
                await answered

            async def call_in_executor() -> None:
                await loop.run_in_executor(None, look_up)

            threading.Thread(target=work, daemon=True).start()
            ways = {
                "SESInsights": call,
                "AsyncSESInsights": call_asyncio,
                "SESInsights in a thread": call_in_thread,
                "SESInsights in an executor": call_in_executor,
            }
            best = dict.fromkeys(ways, math.inf)
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    best[name] = min(best[name], await seconds_per_call(way) * 1e6)
    print(f"{'one call after the other':<32}{'cpu':>12}{'ratio':>8}")
    for name, cost in best.items():
        print(f"{name:<32}{cost:>9.0f} µs{cost / best['SESInsights']:>7.2f}x")


async def seconds_per_call(way: Callable[[], Awaitable[None]]) -> float:
    """Return the processor seconds that one of many calls takes."""
    started = time.process_time()
    for _ in range(CALLS):
        await way()
    return (time.process_time() - started) / CALLS


AT_ONCE = """
import asyncio, sys, time
{imports}

async def main():
    async with {client} as client:
        for _ in sys.stdin:
            wall, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*({call} for _ in range(200)))
            print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)

asyncio.run(main())
"""
CLIENTS = {
    "sesinsights": {
        "imports": "from sesinsights import AsyncSESInsights",
        "client": "AsyncSESInsights(region_name='us-east-1', endpoint_url={url!r}, "
        "paces={{'GetMessageInsights': None}})",
        "call": "client.get_message_insights('0100')",
    },
    "aiobotocore": {
        "imports": "from aiobotocore.session import get_session\n"
        "from aiobotocore.config import AioConfig",
        "client": "get_session().create_client('sesv2', 'us-east-1', endpoint_url={url!r}, "
        "config=AioConfig(max_pool_connections=64))",
        "call": "client.get_message_insights(MessageId='0100')",
    },
}


def compare_many(title: str, url: str, pythons: dict[str, str]) -> None:
    """Time 200 calls at once of each client in turn, and print the best and their ratios."""
    processes: dict[str, Any] = {}
    for name, parts in CLIENTS.items():
        code = AT_ONCE.format(**{**parts, "client": parts["client"].format(url=url)})
        processes[name] = subprocess.Popen(  # noqa: S603 - what the caller names
            [pythons[name], "-c", code], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    best = dict.fromkeys(processes, (math.inf, math.inf))
    for _ in range(ROUNDS):
        for name, process in processes.items():
            print(file=process.stdin, flush=True)
            wall, cpu = map(float, process.stdout.readline().split())
            best[name] = min(best[name][0], wall), min(best[name][1], cpu)
    for process in processes.values():
        process.communicate()
    print(f"\n{title:<32}{'wall':>12}{'ratio':>8}{'cpu':>12}{'ratio':>8}")
    for name, costs in best.items():
        cells = (
            f"{cost * 1e3:>9.0f} ms{cost / least:>7.2f}x"
            for cost, least in zip(costs, best["aiobotocore"], strict=True)
        )
        print(f"{name:<32}{''.join(cells)}")


if __name__ == "__main__":
    main()
