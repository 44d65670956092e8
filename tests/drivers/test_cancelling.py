"""A task that is cancelled ends at once, and nothing is sent for it afterwards."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from sesinsights import AsyncSESInsights, RetryPolicy
from sesinsights.drivers.sending_threads import ThreadCall
from sesinsights.pacing import LocalPacer
from tests.drivers.waiting_tasks import KEY, RATE, begin, busy_threads, end, one_slot_used, until

if TYPE_CHECKING:
    from sesinsights.testing import SESEmulator


def test_a_cancelled_wait_gives_its_slot_back(service: SESEmulator) -> None:
    """A task that is cancelled sends nothing, and the next caller gets its slot."""
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
    """A request that waits for a thread is never begun after its task was cancelled."""
    sent = len(service.requests)

    async def story() -> None:
        async with one_slot_used(service, LocalPacer()) as ses:
            with busy_threads() as sending:
                tasks = begin(ses.get_configuration_set_event_destinations("news"))
                await asyncio.sleep(0.01)
                await end(tasks)
            last = ThreadCall(lambda _: None)
            sending.begin(last)
            await last.outcome()

    asyncio.run(story())
    assert len(service.requests) == sent + 1


def test_what_is_not_sent_yet_is_not_sent_after_the_cancel(service: SESEmulator) -> None:
    """A thread that has yet to connect, sign or shake hands gives up before the first byte."""
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
    """A task that is cancelled between two attempts makes no other."""
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
