"""The asyncio client: the same calls, and tasks that wait without holding anything."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, SESInsights, errors, models
from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
from sesinsights.exports.message_insights import MessageInsightsExport
from sesinsights.pacing import LocalPacer, PaceTimeoutError, Reservation
from sesinsights.pagination import AsyncItemIterator, ItemIterator
from sesinsights.testing import FakeClock, SESEmulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

REGION = "us-east-1"

SLOW = {"GetMessageInsights": 0.01}
"""A slot every 102 seconds, so that whoever waits for the second one waits for good."""


@pytest.fixture
def connected(ses_emulator: SESEmulator, fake_clock: FakeClock) -> Callable[..., AsyncSESInsights]:
    """Make clients of the emulator that wait on its clock."""

    def connect(**arguments: Any) -> AsyncSESInsights:
        where: Any = {"endpoint_url": ses_emulator.endpoint_url, "region_name": REGION}
        return AsyncSESInsights(**where | {"clock": fake_clock} | arguments)

    return connect


@contextmanager
def real_time() -> Generator[SESEmulator]:
    """Run an emulator that knows a message and keeps no pace, in real time."""
    with SESEmulator(paces={}) as service:
        service.add_message(message_id="m")
        yield service


@asynccontextmanager
async def in_real_time(service: SESEmulator, **arguments: Any) -> AsyncGenerator[AsyncSESInsights]:
    """Connect a client that has used up its first slot, on the machine's clock."""
    pacer = arguments.setdefault("pacer", LocalPacer())
    async with AsyncSESInsights(
        endpoint_url=service.endpoint_url, region_name=REGION, **{"paces": SLOW} | arguments
    ) as ses:
        await ses.get_message_insights("m")
        assert ses._driver._pacer is pacer
        yield ses


async def cancelled(task: asyncio.Task[Any]) -> None:
    """Cancel a task, and see it end so."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# The twin


TWINS = [
    (SESInsights, AsyncSESInsights),
    (ItemIterator, AsyncItemIterator),
    (MessageInsightsExport, AsyncMessageInsightsExport),
]

SPECIAL = {
    "__iter__": "__aiter__",
    "__next__": "__anext__",
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
}


def members(client: type) -> dict[str, Any]:
    """Return what users see of a class, under the names of the synchronous one."""
    names = {twin: name for name, twin in SPECIAL.items()}
    found = {names.get(name, name): member for name, member in inspect.getmembers(client)}
    return {
        name: member
        for name, member in found.items()
        if name in SPECIAL or name == "__init__" or not name.startswith("_")
    }


@pytest.mark.parametrize(("client", "twin"), TWINS, ids=lambda cls: cls.__name__)
def test_the_twins_have_the_same_members(client: type, twin: type) -> None:
    """Neither class has a method or property that the other has not."""
    # An iterator returns itself, which the base classes do.
    inherited = {"__iter__"} if issubclass(client, Iterator) else set()
    assert members(client).keys() - inherited == members(twin).keys() - inherited
