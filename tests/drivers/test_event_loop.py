"""Flows on event loops of any kind, one or several, waiting without threads."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from typing_extensions import override

from sesinsights import AsyncSESInsights, RetryPolicy
from sesinsights.clock import SystemClock
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.flows.flow import Gather, Release
from sesinsights.pacing import LocalPacer
from sesinsights.testing import FakeClock, SESEmulator
from tests.drivers.waiting_tasks import KEY, RATE, begin, busy_threads, end, one_slot_used

if TYPE_CHECKING:
    from sesinsights.flows.flow import Flow
    from sesinsights.pacing import Reservation


def test_a_thousand_waiting_tasks_hold_no_threads_and_use_no_time(
    service: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand tasks that wait are timers of the loop, which wakes for nothing else."""
    pacer = LocalPacer()

    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with one_slot_used(service, pacer) as ses:
            threads = threading.active_count()
            tasks = begin(*(ses.get_message_insights("m") for _ in range(1000)))
            await asyncio.sleep(0.5)
            assert pacer.reserve(KEY, RATE).wait > 1000 * 100
            assert threading.active_count() <= threads
            rounds = mock.Mock(side_effect=loop._run_once)  # type: ignore[attr-defined] # not public
            monkeypatch.setattr(loop, "_run_once", rounds)
            await asyncio.sleep(0.5)
            assert rounds.call_count < 10
            await end(tasks)
            assert pacer.reserve(KEY, RATE).wait == pytest.approx(102, abs=10)

    asyncio.run(story())


class RecordingPacer(LocalPacer):
    """Remembers who asked for slots, in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.slots: list[float] = []

    @override
    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next slot."""
        reservation = super().reserve(key, rate, cost, max_wait)
        self.slots.append(reservation.slot)
        return reservation


def test_slots_come_in_the_order_of_asking_over_tasks_and_threads(service: SESEmulator) -> None:
    """A task asks for its slot at once, so that no thread can overtake it."""
    pacer = RecordingPacer()

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            with busy_threads():
                tasks: list[asyncio.Task[object]] = []
                for number in range(3):
                    tasks += begin(ses.get_message_insights("m"))
                    await asyncio.sleep(0)
                    assert len(pacer.slots) == 2 * number + 2
                    thread = threading.Thread(target=pacer.reserve, args=(KEY, RATE))
                    thread.start()
                    thread.join()
                await end(tasks)

    asyncio.run(story())
    assert pacer.slots == sorted(pacer.slots)
    assert len(set(pacer.slots)) == 7


def test_one_client_serves_several_loops_one_after_the_other(service: SESEmulator) -> None:
    """A client keeps nothing of a loop that has ended."""
    ses = AsyncSESInsights(
        endpoint_url=service.endpoint_url,
        region_name="us-east-1",
        paces={"GetMessageInsights": None},
    )

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(ses.get_message_insights("m"))

    for _ in range(3):
        asyncio.run(story())
    asyncio.run(ses.close())


def test_one_client_serves_several_loops_at_the_same_time(
    ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Loops of different threads share a client's connection, its pacer and its clock."""
    message_id = ses_emulator.add_message()
    ses = AsyncSESInsights(
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
        clock=fake_clock,
        retry=RetryPolicy(max_attempts=20, deadline=1000),
    )

    async def story() -> list[str]:
        lookups = ses.iter_message_insights([message_id] * 5)
        return [found.message_id async for found in lookups if found.message]

    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(asyncio.run, story()) for _ in range(4)]
        assert [future.result() for future in found] == [[message_id] * 5] * 4
    asyncio.run(ses.close())


def test_it_runs_under_uvloop(ses_emulator: SESEmulator, fake_clock: FakeClock) -> None:
    """Calls, waits and cancelling are the same under uvloop."""
    uvloop = pytest.importorskip("uvloop")
    message_id = ses_emulator.add_message()
    ids = ses_emulator.add_export_jobs(12)

    async def story() -> None:
        assert type(asyncio.get_running_loop()).__module__.startswith("uvloop")
        async with AsyncSESInsights(
            endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
        ) as ses:
            tasks = [asyncio.create_task(ses.get_message_insights(message_id)) for _ in range(5)]
            assert {found.message_id for found in await asyncio.gather(*tasks)} == {message_id}
            jobs = [job async for job in ses.iter_export_jobs(page_size=5)]
            assert [job.job_id for job in jobs] == ids[::-1]
        async with one_slot_used(service_in_real_time, LocalPacer()) as ses:
            waiting = begin(*(ses.get_message_insights("m") for _ in range(10)))
            await asyncio.sleep(0.01)
            await end(waiting)

    with SESEmulator(paces={"GetMessageInsights": None}) as service_in_real_time:
        service_in_real_time.add_message(message_id="m")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(story())
        assert len(service_in_real_time.requests) == 1
    assert fake_clock.monotonic() == pytest.approx(4 * 1.02)


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.11 has none")
def test_it_runs_with_eager_tasks() -> None:
    """A task that runs before its creator knows of it may end without a wait."""
    given_back: list[object] = []
    pacer: Any = mock.Mock(spec=["release"], release=given_back.append)
    transport: Any = mock.Mock(is_connected=True)

    def end_at_once() -> Flow[int]:
        yield from ()
        return 1

    def gather() -> Flow[list[int]]:
        results: list[int] = yield Gather([end_at_once(), end_at_once()], 2)
        return results

    def release(reservation: Any) -> Flow[None]:
        yield Release(reservation)

    async def story() -> None:
        factory: Any = vars(asyncio)["eager_task_factory"]
        asyncio.get_running_loop().set_task_factory(factory)
        driver = AsyncDriver(transport, SystemClock(), pacer)
        assert await driver.run(gather()) == [1, 1]
        await asyncio.gather(*(driver.run(release(number)) for number in range(9)))

    asyncio.run(story())
    assert sorted(given_back, key=str) == [*range(9)]
