"""Tasks that wait for a slot or a thread, and how they end."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from sesinsights import AsyncSESInsights
from sesinsights.drivers import event_loop
from sesinsights.drivers.sending_threads import SendingThreads, ThreadCall

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator

    from sesinsights.pacing import Pacer
    from sesinsights.testing import SESEmulator

KEY = "us-east-1/GetMessageInsights"

RATE = 0.01
"""At this rate the second slot is 102 seconds away, so what waits for it never gets it."""


@asynccontextmanager
async def one_slot_used(
    service: SESEmulator, pacer: Any, **arguments: Any
) -> AsyncGenerator[AsyncSESInsights]:
    """Connect a client in real time that has sent a call, so that the next one has to wait."""
    async with AsyncSESInsights(
        endpoint_url=service.endpoint_url,
        region_name="us-east-1",
        paces={"GetMessageInsights": RATE},
        pacer=pacer,
        **arguments,
    ) as ses:
        await ses.get_message_insights("m")
        yield ses


def begin(*calls: Coroutine[Any, Any, object]) -> list[asyncio.Task[object]]:
    """Begin calls in their order."""
    return [asyncio.create_task(call) for call in calls]


async def end(tasks: list[asyncio.Task[object]]) -> None:
    """Cancel tasks, and see that this is how they end."""
    for task in tasks:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that other threads or tasks bring about."""
    while not condition():  # noqa: ASYNC110 - threads do not set events of a loop
        await asyncio.sleep(0.001)


@contextmanager
def busy_threads() -> Generator[SendingThreads]:
    """Keep the only thread that sends, and the only one of the running loop's executor, busy."""
    executor, sending = ThreadPoolExecutor(1), SendingThreads(1)
    asyncio.get_running_loop().set_default_executor(executor)
    go_on = threading.Event()
    executor.submit(go_on.wait)
    sending.begin(ThreadCall(lambda _: go_on.wait()))
    with mock.patch.object(event_loop, "SENDING_THREADS", sending):
        try:
            yield sending
        finally:
            go_on.set()


def next_wait(pacer: Pacer) -> float:
    """Return how long the next caller would have to wait."""
    reservation = pacer.reserve(KEY, RATE)
    pacer.release(reservation)
    return reservation.wait
