"""Waits also end in tests that freeze or move the time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from freezegun import freeze_time

from sesinsights import AsyncSESInsights, SESInsights, models
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.errors import WaitTimeoutError
from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

LONG_AGO = datetime(2020, 2, 2, tzinfo=UTC)


def freezegun() -> AbstractContextManager[Any]:
    """Freeze the time; an event loop's own clock must be left alone, or nothing on it wakes."""
    return freeze_time(LONG_AGO, real_asyncio=True)


def frozen_by_time_machine() -> AbstractContextManager[Any]:
    """Freeze the date."""
    return time_machine.travel(LONG_AGO, tick=False)


def moved_by_time_machine() -> AbstractContextManager[Any]:
    """Set the date."""
    return time_machine.travel(LONG_AGO, tick=True)


TOOLS = [freezegun, frozen_by_time_machine, moved_by_time_machine]


@pytest.fixture(params=TOOLS, ids=lambda tool: tool.__name__)
def stopped(request: pytest.FixtureRequest) -> Any:
    """What stops the time."""
    return request.param


def test_seconds_pass_while_the_time_is_frozen(stopped: Callable[[], Any]) -> None:
    """The system clock waits, and sees that it did."""
    with stopped():
        before = SYSTEM_CLOCK.monotonic()
        SYSTEM_CLOCK.sleep(0.02)
        assert SYSTEM_CLOCK.monotonic() - before >= 0.02


def test_freezegun_does_not_reach_the_date_and_time_machine_does() -> None:
    """That is how the two differ; a test that wants to set it passes a clock of its own."""
    real = SYSTEM_CLOCK.now()
    with freezegun():
        assert SYSTEM_CLOCK.now() >= real
        assert type(SYSTEM_CLOCK.now()) is type(real)
    with frozen_by_time_machine():
        assert SYSTEM_CLOCK.now() == LONG_AGO
    assert SYSTEM_CLOCK.now() >= real


@pytest.mark.parametrize("kind", ["process", "file", "redis"])
def test_slots_pass_while_the_time_is_frozen(
    stopped: Callable[[], Any], kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A slot comes nearer as it is waited for, whatever keeps it."""
    pacer: Any = LocalPacer()
    if kind == "file":
        pacer = FilePacer(tmp_path / "pace")
    if kind == "redis":
        pacer = RedisPacer.from_url(request.getfixturevalue("redis_server").url)
    with stopped():
        pacer.reserve("op", 20)
        time.sleep(0.06)
        assert pacer.reserve("op", 20).wait == 0


@pytest.fixture
def emulator() -> Iterator[SESEmulator]:
    """A service whose jobs do not end."""
    with SESEmulator(paces={"GetMessageInsights": None}, job_seconds=3600) as emulator:
        yield emulator


@pytest.fixture
def where(emulator: SESEmulator) -> dict[str, Any]:
    """The arguments of a client of it."""
    return {
        "endpoint_url": emulator.endpoint_url,
        "region_name": "us-east-1",
        "paces": {"GetMessageInsights": 20},
    }


@pytest.fixture
def job_id(where: dict[str, Any]) -> str:
    """A job of it."""
    source = models.ExportDataSource(
        message_insights_data_source=models.MessageInsightsDataSource(
            start_date=datetime.now(UTC) - timedelta(days=1), end_date=datetime.now(UTC)
        )
    )
    with SESInsights(**where) as ses:
        job = ses.create_export_job(
            export_data_source=source,
            export_destination=models.ExportDestination(data_format="CSV"),
        )
    return str(job.job_id)


def test_lookups_and_waits_end_while_the_time_is_frozen(
    stopped: Callable[[], Any], emulator: SESEmulator, where: dict[str, Any], job_id: str
) -> None:
    """Lookups keep their pace, and a wait ends when its time is over."""
    with stopped(), SESInsights(**where) as ses:
        ids = [emulator.add_message() for _ in range(3)]
        before = SYSTEM_CLOCK.monotonic()
        assert len([lookup for lookup in ses.iter_message_insights(ids) if lookup.message]) == 3
        assert SYSTEM_CLOCK.monotonic() - before >= 0.1
        with pytest.raises(WaitTimeoutError):
            ses.wait_for_export_job(job_id, timeout=0.2)


def test_asyncio_lookups_and_waits_end_while_the_time_is_frozen(
    stopped: Callable[[], Any], emulator: SESEmulator, where: dict[str, Any], job_id: str
) -> None:
    """The same on an event loop."""

    async def story() -> None:
        async with AsyncSESInsights(**where) as ses:
            ids = [emulator.add_message() for _ in range(3)]
            before = SYSTEM_CLOCK.monotonic()
            found = [lookup async for lookup in ses.iter_message_insights(ids) if lookup.message]
            assert len(found) == 3
            assert SYSTEM_CLOCK.monotonic() - before >= 0.1
            with pytest.raises(WaitTimeoutError):
                await ses.wait_for_export_job(job_id, timeout=0.2)

    with stopped():
        asyncio.run(story())
