"""`RetryPolicy.deadline`: it holds for a whole operation, whatever that is made of."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, RetryPolicy, SESInsights, errors
from sesinsights.drivers.downloads import download
from sesinsights.drivers.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.flows.flow import Send
    from sesinsights.testing import FakeClock, SESEmulator

# No attempt waits for more than 2 seconds, so the last begins in the last 2 seconds.
PATIENT = RetryPolicy(max_attempts=1000, deadline=10, max_backoff=2)


@pytest.fixture
def ask_emulator(
    ask: Callable[..., Any], ses_emulator: SESEmulator, fake_clock: FakeClock
) -> Callable[..., float]:
    """Call a method that must fail, and return how many seconds it took."""

    def ask_emulator(method: str, *args: Any, raises: Any) -> float:
        began = fake_clock.monotonic()
        with pytest.raises(raises):
            ask(
                method,
                *args,
                clock=fake_clock,
                retry=PATIENT,
                endpoint_url=ses_emulator.endpoint_url,
                region_name="us-east-1",
            )
        return fake_clock.monotonic() - began

    return ask_emulator


@pytest.fixture
def fail_later(
    ses_emulator: SESEmulator, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Have an operation fail that is called between attempts, once half of the time is over."""

    def fail_later(operation: str) -> None:
        began, send = fake_clock.monotonic(), Transport.send

        def send_later(transport: Transport, step: Send) -> Any:
            if step.operation.name == operation and fake_clock.monotonic() - began > 5:
                ses_emulator.faults.server_error(operation)
            return send(transport, step)

        monkeypatch.setattr(Transport, "send", send_later)

    return fail_later


@pytest.mark.parametrize("also", [None, "GetExportJob"])
def test_a_download_is_not_repeated_after_the_deadline(
    ask_emulator: Any, ses_emulator: SESEmulator, fail_later: Any, tmp_path: Path, also: str | None
) -> None:
    """Its failures and those of the calls for fresh links count together."""
    ses_emulator.add_export_job(job_id="job", job_status="COMPLETED")
    ses_emulator.faults.download_error(times=None)
    if also:
        fail_later(also)
    took = ask_emulator(
        "download_export_job", "job", tmp_path / "file", raises=errors.SESInsightsError
    )
    assert len(ses_emulator.downloads) > 3
    assert 8 < took <= 10


def test_a_download_that_fails_late_is_still_repeated(
    ask: Any, ses_emulator: SESEmulator, fake_clock: FakeClock, tmp_path: Path, monkeypatch: Any
) -> None:
    """The deadline counts from the first failure, however long the first attempt took."""
    ses_emulator.add_export_job(job_id="job", job_status="COMPLETED")
    ses_emulator.faults.truncate_download()

    def slow(*args: Any) -> int:
        fake_clock.advance(100)
        return download(*args)

    monkeypatch.setattr("sesinsights.drivers.transport.download", slow)
    ask(
        "download_export_job",
        "job",
        tmp_path / "file",
        clock=fake_clock,
        retry=PATIENT,
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
    )
    assert len(ses_emulator.downloads) == 2


@pytest.mark.parametrize("also", [None, "ListExportJobs"])
def test_a_job_is_not_created_after_the_deadline(
    scripted: Any,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    fail_later: Any,
    also: str | None,
) -> None:
    """The creations whose responses are lost and the searches for their jobs count together."""
    ses_emulator.faults.drop_connection("CreateExportJob", times=None)
    if also:
        fail_later(also)
    began = fake_clock.monotonic()
    with pytest.raises(errors.SESInsightsError):
        export_with(scripted, ses_emulator, fake_clock)
    created = [asked for asked in ses_emulator.requests if asked.operation == "CreateExportJob"]
    assert len(created) > 3
    assert 8 < fake_clock.monotonic() - began <= 10


def export_with(scripted: Any, emulator: SESEmulator, clock: FakeClock) -> None:
    """Export a day with a client of the kind that the fixture stands for."""
    end = clock.now()
    window: Any = {"start_date": end - timedelta(days=1), "end_date": end}
    given: Any = {
        "clock": clock,
        "retry": PATIENT,
        "endpoint_url": emulator.endpoint_url,
        "region_name": "us-east-1",
        # Waiting for a slot would not count.
        "paces": {"CreateExportJob": None},
    }

    async def story() -> None:
        async with (
            AsyncSESInsights(**given) as ses,
            ses.export_message_insights(**window) as export,
        ):
            [record async for record in export]

    if scripted.__name__.startswith("Async"):
        asyncio.run(story())
        return
    with SESInsights(**given) as ses, ses.export_message_insights(**window) as export:
        list(export)
