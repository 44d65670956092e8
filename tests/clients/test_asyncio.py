"""The asyncio client's calls, over HTTP and on a fake clock."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, SESInsights, errors, models
from sesinsights.drivers.transport import Transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Connect = Callable[..., AsyncSESInsights]


@pytest.fixture
def connect(ses_emulator: SESEmulator, fake_clock: FakeClock) -> Connect:
    """Make clients of the emulator that wait on its clock."""

    def client(**arguments: Any) -> AsyncSESInsights:
        where: Any = {"endpoint_url": ses_emulator.endpoint_url, "region_name": "us-east-1"}
        return AsyncSESInsights(**where, **{"clock": fake_clock} | arguments)

    return client


def called(service: SESEmulator) -> list[str]:
    """Return the operations that were called."""
    return [request.operation for request in service.requests]


def looked_up(service: SESEmulator) -> list[Any]:
    """Return the messages that were asked for."""
    return [request.parameters["MessageId"] for request in service.requests]


def test_tasks_of_a_group_keep_the_pace_in_the_order_of_asking(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Ten tasks that begin together, before there is a connection, leave one by one, 1.02 s apart.

    The emulator refuses what comes too soon, and time stands still while a request is on its way.
    """
    ids = [ses_emulator.add_message() for _ in range(10)]

    async def story() -> None:
        async with connect() as ses, asyncio.TaskGroup() as group:
            for message_id in ids:
                group.create_task(ses.get_message_insights(message_id))

    asyncio.run(story())
    assert looked_up(ses_emulator) == ids
    assert {request.status_code for request in ses_emulator.requests} == {200}
    assert fake_clock.monotonic() == pytest.approx(9 * 1.02)


def test_a_task_that_fails_ends_the_others_of_its_group(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """A task that waits for a slot sends nothing once another task of its group has failed."""
    message_id = ses_emulator.add_message()
    ses_emulator.faults.access_denied("GetMessageInsights")

    async def story() -> None:
        async with connect() as ses, asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(ses.get_message_insights(message_id))

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(story())
    assert [type(error) for error in caught.value.exceptions] == [errors.AccessDeniedError]
    assert looked_up(ses_emulator) == [message_id]


def test_a_sync_and_an_async_client_share_one_pace(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """In turns, as one client: every call 1.02 seconds after the one before it, none refused."""
    message_id = ses_emulator.add_message()
    ses = SESInsights(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )

    async def story() -> None:
        async with connect() as aio:
            for _ in range(3):
                await aio.get_message_insights(message_id)
                await asyncio.to_thread(ses.get_message_insights, message_id)

    with ses:
        asyncio.run(story())
    assert [request.status_code for request in ses_emulator.requests] == [200] * 6
    assert fake_clock.monotonic() == pytest.approx(5 * 1.02)


def test_a_throttled_call_is_repeated(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A throttled call is retried with asyncio as with threads."""
    message_id = ses_emulator.add_message()
    ses_emulator.faults.throttle("GetMessageInsights", times=3)

    async def story() -> models.GetMessageInsightsResponse:
        async with connect() as ses:
            return await ses.get_message_insights(message_id)

    assert asyncio.run(story()).message_id == message_id
    assert [request.status_code for request in ses_emulator.requests] == [429, 429, 429, 200]
    assert fake_clock.monotonic() > 3 * 1.02


async def endless(ids: list[str]) -> AsyncIterator[str]:
    """Yield ids again and again, as a queue might."""
    while True:
        for id_ in ids:
            await asyncio.sleep(0)
            yield id_


def test_many_messages_are_looked_up(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Ids come from a list, a generator or an asynchronous one, and are taken as results are."""
    known = [ses_emulator.add_message() for _ in range(2)]

    async def story() -> None:
        async with connect() as ses:
            lookups = [found async for found in ses.iter_message_insights([*known, "unknown"])]
            assert [found.message_id for found in lookups] == [*known, "unknown"]
            assert isinstance(lookups[2].error, errors.NotFoundError)
            async for found in ses.iter_message_insights(id_ for id_ in known):
                assert found.message
            taken: list[str] = []
            async for found in ses.iter_message_insights(endless(known)):
                taken.append(found.message_id)
                if len(taken) == 5:
                    break
            assert taken == [*known, *known, known[0]]

    asyncio.run(story())
    assert fake_clock.monotonic() == pytest.approx((3 + 2 + 5 - 1) * 1.02)


def test_the_client_underneath_is_the_way_out(connect: Connect) -> None:
    """`client` is boto3's own client, for operations without a method."""
    assert connect().client.meta.region_name == "us-east-1"


def test_what_blocks_is_done_in_threads(
    connect: Connect, ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building the client, finding credentials, sending and closing do not block the loop."""
    where: dict[str, threading.Thread] = {}

    def noting(name: str) -> None:
        original = getattr(Transport, name)

        def noted(*arguments: Any) -> Any:
            where.setdefault(name, threading.current_thread())
            return original(*arguments)

        monkeypatch.setattr(Transport, name, noted)

    names = ["_build_client", "quota_owner", "send", "close"]
    for name in names:
        noting(name)

    async def story() -> None:
        async with connect() as ses:
            await ses.get_message_insights(ses_emulator.add_message())

    asyncio.run(story())
    assert where.keys() == set(names)
    assert threading.current_thread() not in where.values()


def test_what_a_thread_raises_reaches_the_task(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error in a thread is raised in every task that waits for it."""
    monkeypatch.setattr(Transport, "quota_owner", _refuse)

    async def story() -> None:
        async with connect() as ses:
            await ses.get_message_insights("0100")

    with pytest.raises(LookupError, match="no credentials"):
        asyncio.run(story())


def _refuse(_: Transport) -> str:
    raise LookupError("no credentials")


class Queue:
    """A source of ids that has nothing at first, and survives a cancelled wait."""

    def __init__(self, ids: list[str]) -> None:
        self._ids = ids
        self.filled = asyncio.Event()

    def __aiter__(self) -> Queue:
        return self

    async def __anext__(self) -> str:
        await self.filled.wait()
        if not self._ids:
            raise StopAsyncIteration
        return self._ids.pop(0)


async def generated(queue: Queue) -> AsyncIterator[str]:
    """The same as an asynchronous generator, which a cancellation that reached it would end."""
    async for message_id in queue:
        yield message_id


@pytest.mark.parametrize("source", [lambda queue: queue, generated], ids=["iterator", "generator"])
def test_a_wait_for_the_next_id_that_is_cancelled_loses_no_id(
    connect: Connect, ses_emulator: SESEmulator, source: Callable[[Queue], AsyncIterator[str]]
) -> None:
    """A timeout around a step ends neither the lookups nor the source of their ids."""
    ids = [ses_emulator.add_message() for _ in range(3)]

    async def story() -> list[str]:
        queue = Queue([*ids])
        async with connect() as ses:
            lookups = ses.iter_message_insights(source(queue))
            for _ in range(2):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(anext(lookups), 0.001)
            queue.filled.set()
            return [lookup.message_id async for lookup in lookups]

    assert asyncio.run(story()) == ids
    assert looked_up(ses_emulator) == ids
