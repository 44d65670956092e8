"""`RetryPolicy.deadline`: it holds for a whole operation, whatever that is made of."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, RetryPolicy, SESInsights, errors
from sesinsights.drivers.downloads import download

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator

PATIENT = RetryPolicy(max_attempts=1000, deadline=10)


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


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("also", ["", "the links, too"])
def test_a_download_is_not_repeated_after_the_deadline(
    ask_emulator: Any, ses_emulator: SESEmulator, tmp_path: Path, seed: int, also: str
) -> None:
    """Its failures and those of the calls for fresh links count together."""
    random.seed(seed)
    ses_emulator.add_export_job(job_id="job", job_status="COMPLETED")
    ses_emulator.faults.download_error(times=None)
    if also:
        for _ in range(40):
            ses_emulator.faults.server_error("GetExportJob", times=1)
    took = ask_emulator(
        "download_export_job", "job", tmp_path / "file", raises=errors.SESInsightsError
    )
    assert 0 < took <= 10


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


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("also", ["", "the search"])
def test_a_job_is_not_created_after_the_deadline(
    scripted: Any, ses_emulator: SESEmulator, fake_clock: FakeClock, seed: int, also: str
) -> None:
    """The creations whose answers are lost and the searches for their jobs count together."""
    random.seed(seed)
    ses_emulator.faults.drop_connection("CreateExportJob", times=None)
    if also:
        for _ in range(40):
            ses_emulator.faults.server_error("ListExportJobs", times=1)
    began = fake_clock.monotonic()
    with pytest.raises(errors.SESInsightsError):
        export_with(scripted, ses_emulator, fake_clock)
    assert 0 < fake_clock.monotonic() - began <= 10


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
