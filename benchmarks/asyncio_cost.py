"""The cost of an asyncio call compared with a synchronous one, over loopback.

    python benchmarks/asyncio_cost.py

A process of its own answers, so the processor time is the client's alone. Both clients sign, send
and parse for real, and look messages up one after the other. The third row is the least that any
answer from a thread costs: the synchronous call, made by a thread of asyncio's executor.
"""

from __future__ import annotations

import asyncio
import json
import math
import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

from call_cost import INSIGHTS
from typing_extensions import override

from sesinsights import AsyncSESInsights, SESInsights

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection

ROUNDS = 30
CALLS = 50
BODY = json.dumps(INSIGHTS).encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nx-amzn-RequestId: benchmark\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
)


class Service(asyncio.Protocol):
    """Answers every request, which has no body, with the same message."""

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._received = b""

    @override
    def data_received(self, data: bytes) -> None:
        *requests, self._received = (self._received + data).split(b"\r\n\r\n")
        self._transport.write(ANSWER * len(requests))


def serve(address: Connection) -> None:
    """Answer until the process ends, and send the URL first."""

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Service, "127.0.0.1", 0)
        address.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await server.serve_forever()

    asyncio.run(run())


def main() -> None:
    """Print the table."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    asyncio.run(compare(ours.recv()))
    server.terminate()


async def compare(url: str) -> None:
    """Time each way in turn, and print the best of each and its ratio."""
    options: Any = {
        "region_name": "us-east-1",
        "endpoint_url": url,
        "paces": {"GetMessageInsights": 1e6},
    }
    loop = asyncio.get_running_loop()
    with SESInsights(**options) as ses:
        async with AsyncSESInsights(**options) as async_ses:

            async def call() -> None:
                ses.get_message_insights("0100")

            async def call_in_thread() -> None:
                await loop.run_in_executor(None, ses.get_message_insights, "0100")

            async def call_asyncio() -> None:
                await async_ses.get_message_insights("0100")

            ways = {
                "SESInsights": call,
                "AsyncSESInsights": call_asyncio,
                "SESInsights in a thread": call_in_thread,
            }
            best = dict.fromkeys(ways, math.inf)
            for _ in range(ROUNDS):
                for name, way in ways.items():
                    best[name] = min(best[name], await seconds_per_call(way) * 1e6)
    for name, cost in best.items():
        print(f"{name:<32}{cost:>9.0f} µs{cost / best['SESInsights']:>7.2f}x")


async def seconds_per_call(way: Callable[[], Awaitable[None]]) -> float:
    """Return the processor seconds that one of many calls takes."""
    started = time.process_time()
    for _ in range(CALLS):
        await way()
    return (time.process_time() - started) / CALLS


if __name__ == "__main__":
    main()
