"""Flows on event loops: cancelled at once, waiting without threads, on any loop."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from typing_extensions import override

from sesinsights import AsyncSESInsights, RetryPolicy
from sesinsights.clock import SystemClock
from sesinsights.drivers import event_loop
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.drivers.sending_threads import SendingThreads, ThreadCall
from sesinsights.flows.flow import Gather, Release, Sleep
from sesinsights.flows.pipeline import Pace
from sesinsights.pacing import FilePacer, LocalPacer
from sesinsights.testing import FakeClock, SESEmulator

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
    from pathlib import Path

    from sesinsights.flows.flow import Flow
    from sesinsights.pacing import Pacer, Reservation

RATE = 0.01
KEY = "us-east-1/GetMessageInsights"
"""At this rate the second slot is 102 seconds away, so whoever waits for it waits for good."""


@pytest.fixture(scope="module")
def service() -> Iterator[SESEmulator]:
    """An emulator in real time that knows a message and keeps no pace."""
    with SESEmulator(paces={"GetMessageInsights": None}) as emulator:
        emulator.add_message(message_id="m")
        yield emulator


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
    sending.begin(ThreadCall(go_on.wait))
    with mock.patch.object(event_loop, "SENDING_THREADS", sending):
        try:
            yield sending
        finally:
            go_on.set()


# Cancelling


def test_a_cancelled_wait_gives_its_slot_back(service: SESEmulator) -> None:
    """The next caller gets the slot, and nothing was sent for the one who left."""
    pacer = LocalPacer()
    sent = len(service.requests)

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            tasks = begin(*(ses.get_message_insights("m") for _ in range(3)))
            await asyncio.sleep(0.01)
            await end(tasks[:1])
            assert pacer.reserve(KEY, RATE).wait == pytest.approx(102, abs=10)
            assert pacer.reserve(KEY, RATE).wait == pytest.approx(408, abs=10)
            await end(tasks[1:])

    asyncio.run(story())
    assert len(service.requests) == sent + 1


def test_what_waits_for_a_thread_is_not_sent_after_the_cancel(service: SESEmulator) -> None:
    """A request that no thread has begun with is never begun with."""
    sent = len(service.requests)

    async def story() -> None:
        async with one_slot_used(service, LocalPacer()) as ses:
            with busy_threads() as sending:
                tasks = begin(ses.get_configuration_set_event_destinations("news"))
                await asyncio.sleep(0.01)
                await end(tasks)
            last = ThreadCall(lambda: None)
            sending.begin(last)
            await last.outcome()

    asyncio.run(story())
    assert len(service.requests) == sent + 1


def test_what_is_not_sent_yet_is_not_sent_after_the_cancel(service: SESEmulator) -> None:
    """A thread is about to connect, sign or shake hands for it, and gives up before the first byte.

    So no job is created, and no mail sent, for a task that has ended long before.
    """
    held, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def hold(**_: object) -> None:
        held.set()
        go_on.wait(20)

    async def story() -> None:
        async with AsyncSESInsights(
            endpoint_url=service.endpoint_url, region_name="us-east-1"
        ) as ses:
            await ses.get_configuration_set_event_destinations("news")
            observed = ses.client.meta.events
            observed.register("before-send.sesv2.CancelExportJob", hold)
            for outcome in ("after-call", "after-call-error"):
                observed.register(f"{outcome}.sesv2.CancelExportJob", lambda **_: ended.set())
            tasks = begin(ses.cancel_export_job("job"))
            await asyncio.to_thread(held.wait, 20)
            await end(tasks)
            go_on.set()
            assert await asyncio.to_thread(ended.wait, 20)

    service.add_configuration_set("news")
    asyncio.run(story())
    assert service.requests[-1].operation == "GetConfigurationSetEventDestinations"


def test_a_pause_between_two_attempts_can_be_cancelled(service: SESEmulator) -> None:
    """The next attempt is not made."""
    sent = len(service.requests)
    service.faults.server_error("GetExportJob", times=None)
    patient = RetryPolicy(backoff=1000, max_backoff=1000, deadline=10_000)

    async def story() -> None:
        async with one_slot_used(service, LocalPacer(), retry=patient) as ses:
            tasks = begin(ses.get_export_job("job"))
            await until(lambda: len(service.requests) == sent + 2)
            await asyncio.sleep(0.05)
            await end(tasks)

    asyncio.run(story())
    service.faults.clear()
    assert len(service.requests) == sent + 2


class BlockingPacer:
    """Stands for a pacer that asks another host, and may have to wait for its response."""

    def __init__(self) -> None:
        self.slots = LocalPacer()
        self.answers = threading.Event()
        self.answers.set()
        self.asked = threading.Event()
        self.threads: dict[str, threading.Thread] = {}

    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next slot, and response when that is allowed."""
        self.threads["reserve"] = threading.current_thread()
        reservation = self.slots.reserve(key, rate, cost, max_wait)
        self.asked.set()
        self.answers.wait()
        return reservation

    def release(self, reservation: Reservation) -> None:
        """Give a slot back."""
        self.threads["release"] = threading.current_thread()
        self.slots.release(reservation)

    def penalize(self, key: str, seconds: float) -> None:
        """Let the key rest."""
        self.threads["penalize"] = threading.current_thread()
        self.slots.penalize(key, seconds)

    @property
    def next_wait(self) -> float:
        """How long the next caller would have to wait."""
        return next_wait(self.slots)


def next_wait(pacer: Pacer) -> float:
    """Return how long the next caller would have to wait."""
    reservation = pacer.reserve(KEY, RATE)
    pacer.release(reservation)
    return reservation.wait


def test_a_pacer_that_may_block_is_asked_in_a_thread(service: SESEmulator) -> None:
    """Reserving, releasing and penalizing leave the event loop to others."""
    pacer = BlockingPacer()

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            tasks = begin(ses.get_message_insights("m"))
            await until(lambda: pacer.next_wait > 150)
            await end(tasks)
            assert pacer.next_wait < 110
            service.faults.throttle("GetMessageInsights")
            name = "GetMessageInsights"
            ses._pipeline._paces[name] = Pace(name, 1000.0)
            pacer.slots = LocalPacer()
            await ses.get_message_insights("m")

    asyncio.run(story())
    assert pacer.threads.keys() == {"reserve", "release", "penalize"}
    assert threading.current_thread() not in pacer.threads.values()


def test_a_slot_that_is_granted_after_the_cancel_is_given_back(service: SESEmulator) -> None:
    """The store's response is no longer awaited, and nothing is lost."""
    pacer = BlockingPacer()

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            pacer.asked.clear()
            pacer.answers.clear()
            tasks = begin(ses.get_message_insights("m"))
            await until(pacer.asked.is_set)
            await end(tasks)
            assert pacer.next_wait > 150
            pacer.answers.set()
            await until(lambda: pacer.next_wait < 110)

    asyncio.run(story())


def test_a_slot_that_is_granted_in_the_moment_of_the_cancel_is_given_back(
    service: SESEmulator,
) -> None:
    """The loop has not yet seen that the slot is there when the task is cancelled."""
    pacer = BlockingPacer()

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            pacer.asked.clear()
            tasks = begin(ses.get_message_insights("m"))
            await asyncio.sleep(0)
            pacer.asked.wait()
            time.sleep(0.05)  # noqa: ASYNC251 - so that the loop does not see it
            await end(tasks)
            assert pacer.next_wait < 110

    asyncio.run(story())


def test_tasks_that_end_together_give_their_slots_back_in_a_few_threads(
    service: SESEmulator,
) -> None:
    """Each slot is given back once, before its task ends, also if that is cancelled again."""
    pacer = BlockingPacer()
    together = threading.Barrier(4, timeout=10)
    given_back: list[Reservation] = []
    threads: set[int] = set()
    release = pacer.release

    def slow_release(reservation: Reservation) -> None:
        if threading.get_ident() not in threads:
            threads.add(threading.get_ident())
            together.wait()
        given_back.append(reservation)
        release(reservation)

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            tasks = begin(*(ses.get_message_insights("m") for _ in range(30)))
            await until(lambda: pacer.next_wait > 31 * 102 - 50)
            pacer.release = slow_release  # type: ignore[method-assign] # from now on
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)
            await end(tasks)
            await until(lambda: len(given_back) == 30)
            assert pacer.next_wait < 110

    asyncio.run(story())
    assert len({reservation.slot for reservation in given_back}) == 30
    assert len(threads) == 4


def count_locks(pacer: FilePacer) -> list[int]:
    """Count how often the pacer tries to lock its file from now on."""
    tries: list[int] = []
    flock: Any = pacer._flock

    def counting(descriptor: Any, operation: int) -> None:
        if operation != pacer._unlocked:
            tries.append(operation)
        flock(descriptor, operation)

    pacer._flock = counting
    return tries


def test_tasks_that_end_together_give_their_slots_back_under_one_lock_of_a_file(
    service: SESEmulator, tmp_path: Path
) -> None:
    """Whoever sees that they have ended finds their slots free."""
    pacer = FilePacer(tmp_path / "pace")

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            tasks = begin(*(ses.get_message_insights("m") for _ in range(30)))
            await asyncio.wait(tasks, timeout=0.1)
            await until(lambda: next_wait(pacer) > 31 * 102 - 50)
            tries = count_locks(pacer)
            await end(tasks)
            assert len(tries) == 1
            assert next_wait(pacer) < 110

    asyncio.run(story())


def test_a_locked_file_does_not_hold_up_the_loop(service: SESEmulator, tmp_path: Path) -> None:
    """Cancelled tasks end while another process holds the lock; it gets the slots afterwards."""
    pacer, other = (FilePacer(tmp_path / "pace") for _ in range(2))

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            tasks = begin(*(ses.get_message_insights("m") for _ in range(3)))
            await until(lambda: next_wait(other) > 4 * 102 - 50)
            with other._locked():
                await end(tasks)
            await until(lambda: next_wait(other) < 110)

    asyncio.run(story())


def test_a_call_that_follows_a_cancelled_one_gets_its_slot(
    service: SESEmulator, tmp_path: Path
) -> None:
    """It asks for a slot before the loop has gone on to other tasks."""
    pacer = FilePacer(tmp_path / "pace")
    waits: list[float] = []
    reserve = pacer.reserve

    def noting(*arguments: Any, **named: Any) -> Reservation:
        reservation = reserve(*arguments, **named)
        waits.append(reservation.wait)
        return reservation

    async def story() -> None:
        async with one_slot_used(service, pacer) as ses:
            pacer.reserve = noting  # type: ignore[method-assign] # from now on
            (first,) = begin(ses.get_message_insights("m"))
            await until(lambda: len(waits) == 1)
            await asyncio.sleep(0.01)
            first.cancel()
            (second,) = begin(ses.get_message_insights("m"))
            await until(lambda: len(waits) == 2)
            await end([second])

    asyncio.run(story())
    assert max(waits) < 110


# Waiting


def test_a_thousand_waiting_tasks_hold_no_threads_and_use_no_time(
    service: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are timers of a loop that wakes for nothing else, and give all their slots back."""
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
    """A task asks at once, also while all threads are busy, so no thread can overtake it."""
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


# Event loops


def test_one_client_serves_several_loops_one_after_the_other(service: SESEmulator) -> None:
    """Nothing of a loop that has ended is left in the client."""
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
    """Loops of different threads share the connection, the pacer and the clock."""
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
    """Calls, waits and cancelling are the same on another kind of loop."""
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


# A clock that is moved by hand


def sleeper(seconds: float, woken: list[float]) -> Flow[None]:
    """Sleep, and remember it."""
    yield from Sleep(seconds)
    woken.append(seconds)


def driver_on(clock: Any) -> AsyncDriver:
    """Return a driver of flows that only sleep."""
    transport: Any = Connected()
    return AsyncDriver(transport, clock, LocalPacer(clock))


class Connected:
    """Stands for a transport that is never used."""

    is_connected = True

    def refresh_credentials(self) -> None:
        """Do nothing."""

    def connect(self) -> None:
        """Do nothing."""


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.11 has none")
def test_it_runs_with_eager_tasks() -> None:
    """Such a task runs before its creator knows of it, and may end without a wait."""
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


def test_flows_wake_in_the_order_of_their_time() -> None:
    """In any order and with any number of clients, the clock goes from wake to wake."""
    clock = FakeClock()
    woken: list[float] = []

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for seconds in (5, 1, 3):
                group.create_task(driver_on(clock).run(sleeper(seconds, woken)))

    asyncio.run(story())
    assert woken == [1, 3, 5]
    assert clock.sleeps == [1, 2, 2]


def test_a_sleeper_that_is_cancelled_moves_no_clock() -> None:
    """Only those who are still asleep let time pass."""
    clock = FakeClock()
    woken: list[float] = []

    async def story() -> None:
        driver = driver_on(clock)
        tasks = [asyncio.create_task(driver.run(sleeper(n, woken))) for n in (9, 1)]
        tasks[0].add_done_callback(lambda _: woken.append(-1))
        asyncio.get_running_loop().call_soon(tasks[0].cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        await driver.run(sleeper(2, woken))

    asyncio.run(story())
    assert [seconds for seconds in woken if seconds > 0] == [1, 2]
    assert clock.monotonic() == 3


class BrokenClock(FakeClock):
    """A clock that ends a test where it would wait."""

    @override
    def sleep(self, seconds: float) -> None:
        """Raise instead."""
        raise LookupError(seconds)


def test_what_a_clock_raises_reaches_who_sleeps() -> None:
    """A clock that ends endless waits by an error does so here too."""
    with pytest.raises(LookupError, match="7"):
        asyncio.run(driver_on(BrokenClock()).run(sleeper(7, [])))


class BlockingClock:
    """A custom clock: a sleep lasts until it is released."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return a fixed date."""
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        """Return a fixed time."""
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Block."""
        self.slept.append(seconds)
        assert self.let_go.wait(10)


def test_any_other_clock_blocks_no_event_loop() -> None:
    """Its sleep holds a thread, and tasks of the loop go on meanwhile."""
    clock = BlockingClock()

    async def story() -> None:
        sleeping = asyncio.create_task(driver_on(clock).run(sleeper(5, [])))
        await asyncio.sleep(0)
        assert not sleeping.done()
        clock.let_go.set()
        await sleeping

    asyncio.run(story())
    assert clock.slept == [5]


def test_sleeping_by_this_machines_clock_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a clock that is made of it."""

    class Named(SystemClock):
        name = "mine"

    async def refuse(*_: object) -> None:
        raise AssertionError("a thread sleeps")

    monkeypatch.setattr(asyncio, "to_thread", refuse)
    for clock in (SystemClock(), Named()):
        woken: list[float] = []
        asyncio.run(driver_on(clock).run(sleeper(0.001, woken)))
        assert woken == [0.001]
