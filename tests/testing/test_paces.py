"""The emulator keeps the documented paces, by its clock."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock

    Connect = Callable[[SESEmulator], Any]
    Refused = Callable[..., tuple[int, str, str]]


def test_looks_up_one_message_a_second(
    ses_emulator: SESEmulator, fake_clock: FakeClock, connect: Connect, refused: Refused
) -> None:
    """Accepted lookups are at least a second apart."""
    client = connect(ses_emulator)
    message_id = ses_emulator.add_message()
    client.get_message_insights(MessageId=message_id)
    fake_clock.advance(0.999)
    throttled = refused(client.get_message_insights, MessageId=message_id)
    assert throttled[:2] == (429, "TooManyRequestsException")
    fake_clock.advance(0.001)
    client.get_message_insights(MessageId=message_id)
    statuses = [request.status_code for request in ses_emulator.requests]
    assert repr(statuses) == "[200, 429, 200]"


def test_each_operation_has_a_pace_of_its_own(
    ses_emulator: SESEmulator, connect: Connect, refused: Refused
) -> None:
    """Looking up does not slow down watching jobs, which has no documented pace."""
    client = connect(ses_emulator)
    job_id = ses_emulator.add_export_job()
    client.get_message_insights(MessageId=ses_emulator.add_message())
    for _ in range(5):
        client.get_export_job(JobId=job_id)
    assert refused(client.get_message_insights, MessageId="a")[0] == 429


def test_a_call_that_fails_counts(
    ses_emulator: SESEmulator, connect: Connect, refused: Refused
) -> None:
    """A failed call counts towards the pace."""
    client = connect(ses_emulator)
    assert refused(client.get_message_insights, MessageId="a")[0] == 404
    assert refused(client.get_message_insights, MessageId="a")[0] == 429


def test_threads_share_the_pace(ses_emulator: SESEmulator, connect: Connect) -> None:
    """Of calls at the same time, one is accepted."""
    client = connect(ses_emulator)
    message_id = ses_emulator.add_message()

    def look_up(_: int) -> None:
        with contextlib.suppress(client.exceptions.TooManyRequestsException):
            client.get_message_insights(MessageId=message_id)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(look_up, range(80)))
    statuses = [request.status_code for request in ses_emulator.requests]
    assert statuses == [200] + [429] * 79


def test_requests_carry_the_time_of_the_clock(
    ses_emulator: SESEmulator, fake_clock: FakeClock, connect: Connect
) -> None:
    """Recorded requests have the time of the clock."""
    client = connect(ses_emulator)
    client.list_export_jobs()
    fake_clock.advance(2.5)
    client.list_export_jobs()
    first, second = (request.at for request in ses_emulator.requests)
    assert (second - first).total_seconds() == 2.5


@pytest.mark.parametrize(("rate", "accepted"), [(50.0, 11), (None, 21)])
def test_paces_can_be_replaced(
    rate: float | None, accepted: int, fake_clock: FakeClock, connect: Connect
) -> None:
    """Another rate holds instead, and None lifts the limit."""
    with SESEmulator(clock=fake_clock, paces={"ListExportJobs": rate}) as emulator:
        client = connect(emulator)
        for _ in range(21):
            with contextlib.suppress(client.exceptions.TooManyRequestsException):
                client.list_export_jobs()
            fake_clock.advance(0.01)
        assert [r.status_code for r in emulator.requests].count(200) == accepted
