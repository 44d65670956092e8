"""Calls of many clients and threads keep one pace, and wait no longer than they may."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sesinsights import SESInsights, errors
from sesinsights.testing import FakeClock, SESEmulator
from tests.clients.calls import arrivals, statuses

if TYPE_CHECKING:
    from collections.abc import Callable

    Connect = Callable[..., SESInsights]


def test_many_lookups_keep_the_pace(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Each lookup of many waits for its slot."""
    list(ses.iter_message_insights(f"0100-{number}" for number in range(5)))
    assert arrivals(ses_emulator) == pytest.approx([0, 1.02, 2.04, 3.06, 4.08], abs=1e-5)


def test_lookups_that_would_wait_too_long_stop_and_can_be_gone_on_with(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Lookups that would wait too long stop, and no id is lost or requested twice."""
    ids = [ses_emulator.add_message() for _ in range(3)]
    lookups = ses.iter_message_insights(ids, max_wait=0.5)
    found = [next(lookups).message_id]
    with pytest.raises(errors.PaceTimeoutError) as caught:
        next(lookups)
    assert fake_clock.sleeps == []
    assert lookups.pending == ids[1]
    for _ in range(2):
        fake_clock.advance(caught.value.wait)
        found.append(next(lookups).message_id)
        assert lookups.pending is None
    assert found == ids
    assert list(lookups) == []
    assert statuses(ses_emulator, "GetMessageInsights") == [200, 200, 200]


def test_the_longest_wait_holds_for_every_call_of_a_client(
    connect: Connect, fake_clock: FakeClock
) -> None:
    """The longest wait of a client holds for each call that has none of its own."""
    with (
        SESEmulator(clock=fake_clock) as service,
        connect(
            endpoint_url=service.endpoint_url,
            region_name="us-east-1",
            clock=fake_clock,
            max_wait=0,
        ) as ses,
    ):
        ids = [service.add_message() for _ in range(2)]
        ses.get_message_insights(ids[0])
        with pytest.raises(errors.PaceTimeoutError):
            ses.get_message_insights(ids[1])
        with pytest.raises(errors.PaceTimeoutError):
            next(ses.iter_message_insights(ids))
        assert next(ses.iter_message_insights(ids, max_wait=2)).message
        assert len(service.requests) == 2


@pytest.mark.parametrize("max_wait", [-1, float("nan"), "1"])
def test_a_longest_wait_that_means_nothing_is_refused(
    connect: Connect, ses: SESInsights, max_wait: float
) -> None:
    """A longest wait that is negative or not a number is refused."""
    with pytest.raises(ValueError, match="max_wait must be"):
        connect(region_name="us-east-1", max_wait=max_wait)
    with pytest.raises(ValueError, match="max_wait must be"):
        ses.iter_message_insights([], max_wait=max_wait)


def test_clients_of_one_process_share_the_pace(connect: Connect, fake_clock: FakeClock) -> None:
    """Clients of one account and Region take turns, and another Region has its own pace."""
    with SESEmulator(clock=fake_clock, paces={"GetMessageInsights": None}) as emulator:
        for region in ("us-east-1", "us-east-1", "eu-west-1"):
            with connect(
                endpoint_url=emulator.endpoint_url, region_name=region, clock=fake_clock
            ) as ses:
                list(ses.iter_message_insights(["0100-a"]))
        assert arrivals(emulator) == pytest.approx([0, 1.02, 1.02], abs=1e-5)


def test_threads_never_send_before_their_slot_and_lose_nothing() -> None:
    """Threads with one client send every lookup, and none earlier than the pace allows."""
    rate, lookups = 50, 40
    with (
        SESEmulator(paces={"GetMessageInsights": None}) as emulator,
        SESInsights(
            endpoint_url=emulator.endpoint_url,
            region_name="us-east-1",
            paces={"GetMessageInsights": rate},
        ) as ses,
    ):
        ids = [emulator.add_message() for _ in range(lookups)]
        found: list[str | None] = []
        started = datetime.now(UTC)

        def work(share: list[str]) -> None:
            found.extend(ses.get_message_insights(message_id).message_id for message_id in share)

        threads = [threading.Thread(target=work, args=(ids[n::8],)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(map(str, found)) == sorted(ids)
        waited = sorted((call.at - started).total_seconds() for call in emulator.requests)
        assert len(waited) == lookups
        assert all(at >= number * 1.02 / rate for number, at in enumerate(waited))


def test_a_waiter_sleeps_once_for_its_slot(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A call that waits for its slot sleeps once."""
    list(ses.iter_message_insights(["0100-a"] * 4))
    assert fake_clock.sleeps == pytest.approx([1.02, 1.02, 1.02], abs=1e-5)
    assert len(ses_emulator.requests) == 4
