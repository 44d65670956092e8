"""Tasks that are cancelled give back their slots, also to pacers that may block."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any

from sesinsights.flows.pipeline import Pace
from sesinsights.pacing import FilePacer, LocalPacer
from tests.drivers.waiting_tasks import begin, end, next_wait, one_slot_used, until

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.pacing import Reservation
    from sesinsights.testing import SESEmulator


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
        """Take the next slot, and return it when that is allowed."""
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


def test_a_pacer_that_may_block_is_asked_in_a_thread(service: SESEmulator) -> None:
    """A pacer that may block is asked, released and penalized outside of the event loop."""
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
    """A slot that is granted after the cancel is given back, though nothing awaits it."""
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
    """A slot that the loop has not yet seen when the task is cancelled is given back."""
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
    """Tasks that end together give back their slots under one lock, before they end."""
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
    """Cancelled tasks end while another process holds the lock, which gets their slots later."""
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
    """A call that is made right after another was cancelled gets the slot of that."""
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
