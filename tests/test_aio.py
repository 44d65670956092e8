"""The asyncio client's calls, over HTTP and on a clock that nobody waits for."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import AsyncSESInsights, SESInsights, errors, models
from sesinsights.transport import Transport

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


def test_a_message_is_looked_up(connect: Connect, ses_emulator: SESEmulator) -> None:
    """A call that is awaited returns the same model as the synchronous one."""
    message_id = ses_emulator.add_message(events=["SEND", "DELIVERY"], subject="Hello")

    async def story() -> models.GetMessageInsightsResponse:
        async with connect() as ses:
            return await ses.get_message_insights(message_id)

    message = asyncio.run(story())
    assert (message.message_id, message.subject) == (message_id, "Hello")
    assert [event.type for event in message.insights[0].events] == ["SEND", "DELIVERY"]


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
    """Who waits for a slot while another task learns that it may not ask sends nothing."""
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
    ses: SESInsights, connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """In turns, as one client: every call 1.02 seconds after the one before it, none refused."""
    message_id = ses_emulator.add_message()

    async def story() -> None:
        async with connect() as aio:
            for _ in range(3):
                await aio.get_message_insights(message_id)
                await asyncio.to_thread(ses.get_message_insights, message_id)

    asyncio.run(story())
    assert [request.status_code for request in ses_emulator.requests] == [200] * 6
    assert fake_clock.monotonic() == pytest.approx(5 * 1.02)


def test_a_throttled_call_is_repeated(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Retries are the pipeline's, so they are the same here."""
    message_id = ses_emulator.add_message()
    ses_emulator.faults.throttle("GetMessageInsights", times=3)

    async def story() -> models.GetMessageInsightsResponse:
        async with connect() as ses:
            return await ses.get_message_insights(message_id)

    assert asyncio.run(story()).message_id == message_id
    assert [request.status_code for request in ses_emulator.requests] == [429, 429, 429, 200]
    assert fake_clock.monotonic() > 3 * 1.02


def test_lists_are_walked_with_async_for(connect: Connect, ses_emulator: SESEmulator) -> None:
    """Items come from all pages; pages come whole; a resume token goes on where it says."""
    ids = ses_emulator.add_export_jobs(25)[::-1]

    async def story() -> None:
        async with connect() as ses:
            jobs = ses.iter_export_jobs(page_size=10)
            assert [job.job_id async for job in jobs] == ids
            assert jobs.resume_token is None
            sizes = [len(page.export_jobs) async for page in jobs.pages()]
            assert sizes == [10, 10, 5]
            jobs = ses.iter_export_jobs(page_size=10, max_items=13)
            assert len([job async for job in jobs]) == 13
            rest = ses.iter_export_jobs(page_size=10, starting_token=jobs.resume_token)
            assert [job.job_id async for job in rest] == ids[13:]
            assert [job async for job in ses.iter_import_jobs()] == []

    asyncio.run(story())


def test_a_job_is_created_waited_for_and_cancelled(
    connect: Connect, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """`on_update` is a plain function that sees every look."""
    now = fake_clock.now()
    seen: list[object] = []

    async def story() -> None:
        async with connect() as ses:
            created = await ses.create_export_job(
                export_data_source=models.ExportDataSource(
                    message_insights_data_source=models.MessageInsightsDataSource(
                        start_date=now, end_date=now
                    )
                ),
                export_destination=models.ExportDestination(data_format="CSV"),
            )
            job = await ses.wait_for_export_job(
                str(created.job_id), on_update=lambda job: seen.append(job.job_status)
            )
            assert job.job_status is models.JobStatus.COMPLETED
            assert (await ses.get_export_job(str(job.job_id))).job_id == job.job_id
            with pytest.raises(errors.BadRequestError):
                await ses.cancel_export_job(str(job.job_id))

    asyncio.run(story())
    assert seen[-1] is models.JobStatus.COMPLETED
    assert len(seen) > 1


def test_a_wait_ends_in_time(connect: Connect, ses_emulator: SESEmulator) -> None:
    """The timeout counts on the client's clock, and its error has the last answer."""
    ses_emulator.add_import_job(job_id="slow", job_status="PROCESSING")

    async def story() -> None:
        async with connect() as ses:
            with pytest.raises(errors.WaitTimeoutError) as caught:
                await ses.wait_for_import_job("slow", timeout=30)
            assert caught.value.last_response == await ses.get_import_job("slow")

    asyncio.run(story())


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
                assert found.insights
            taken: list[str] = []
            async for found in ses.iter_message_insights(endless(known)):
                taken.append(found.message_id)
                if len(taken) == 5:
                    break
            assert taken == [*known, *known, known[0]]

    asyncio.run(story())
    assert fake_clock.monotonic() == pytest.approx((3 + 2 + 5 - 1) * 1.02)


def test_a_single_id_is_no_list_of_ids(connect: Connect) -> None:
    """The mistake shows at the call, before anything is awaited."""
    with pytest.raises(TypeError, match="not one string"):
        connect().iter_message_insights("0100")


def test_bad_input_is_refused_before_anything_is_sent(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """The models' rules hold here too."""

    async def story() -> None:
        async with connect() as ses:
            with pytest.raises(pydantic.ValidationError):
                await ses.get_message_insights("")
            with pytest.raises(ValueError, match="timeout"):
                await ses.wait_for_export_job("job", timeout=-1)

    asyncio.run(story())
    assert called(ses_emulator) == []


def test_a_closed_client_sends_nothing(connect: Connect, ses_emulator: SESEmulator) -> None:
    """Closing may be repeated; what comes after it is an error."""

    async def story() -> None:
        ses = connect()
        await ses.get_export_job(ses_emulator.add_export_job())
        await ses.close()
        await ses.close()
        with pytest.raises(RuntimeError, match="closed"):
            await ses.get_export_job("job")

    asyncio.run(story())
    assert called(ses_emulator) == ["GetExportJob"]


def test_the_client_underneath_is_the_way_out(connect: Connect) -> None:
    """It is boto3's own, for what has no method here."""
    assert connect().client.meta.region_name == "us-east-1"


def test_what_blocks_is_done_in_threads(
    connect: Connect, ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building the client, finding credentials, sending and closing leave the loop to others."""
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
    """Also where all tasks wait for the same thread, as for the first credentials."""
    monkeypatch.setattr(Transport, "quota_owner", _refuse)

    async def story() -> None:
        async with connect() as ses:
            await ses.get_message_insights("0100")

    with pytest.raises(LookupError, match="no credentials"):
        asyncio.run(story())


def _refuse(_: Transport) -> str:
    raise LookupError("no credentials")


def test_lookups_go_on_after_an_error_with_the_id_that_it_struck(
    ses_emulator: SESEmulator, connect: Connect
) -> None:
    """An id whose slot was too far away is pending, and is looked up at the next step."""
    ids = [ses_emulator.add_message() for _ in range(3)]

    async def story() -> list[str]:
        aio = connect()
        lookups = aio.iter_message_insights(ids, max_wait=0.5)
        found = [(await anext(lookups)).message_id]
        with pytest.raises(errors.PaceTimeoutError):
            await anext(lookups)
        assert lookups.pending == ids[1]
        lookups = aio.iter_message_insights([str(lookups.pending), ids[2]])
        return [*found, *[lookup.message_id async for lookup in lookups]]

    assert asyncio.run(story()) == ids
