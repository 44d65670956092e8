"""Exports are resumed from their checkpoints alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights, SESInsights, errors, models
from sesinsights.exports import (
    AsyncMessageInsightsExport,
    AsyncMetricsExport,
    MessageInsightsExport,
    MetricsExport,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator

    Sent = Callable[[Iterable[int]], set[str]]

SENDS = models.ExportMetric(name="SEND")


@pytest.fixture
def aio(ses_emulator: SESEmulator, fake_clock: FakeClock) -> AsyncSESInsights:
    """An asyncio client of the emulator that waits on its clock."""
    return AsyncSESInsights(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )


@pytest.fixture
def days(fake_clock: FakeClock) -> dict[str, Any]:
    """What an export of metrics asks for, day by day."""
    today = fake_clock.now().replace(hour=0)
    return {
        "dimensions": {"ISP": ["*"]},
        "metrics": [SENDS],
        "start_date": today - timedelta(days=5),
        "end_date": today,
        "by_day": True,
    }


def jobs_created(service: SESEmulator) -> int:
    """Return how many jobs there are."""
    return sum(
        request.operation == "CreateExportJob" and request.status_code == 200
        for request in service.requests
    )


@pytest.mark.parametrize("data_format", ["CSV", "JSON"])
def test_an_export_of_messages_goes_on_from_its_directory(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    aio: AsyncSESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    small_jobs: int,
    tmp_path: Path,
    data_format: str,
) -> None:
    """Dates, filters and format come from the checkpoint; finished jobs are not created again."""
    ids = sent(range(0, 300_000, 1000))
    include = models.MessageInsightsFilters(destination=["user*"])
    asked: dict[str, Any] = {
        **month,
        "include": include,
        "data_format": data_format,
        "checkpoint": tmp_path,
    }
    ses_emulator.faults.fail_job()
    with (
        ses.export_message_insights(**asked) as export,
        pytest.raises(errors.ExportJobFailedError),
    ):
        list(export)
    with ses.resume_export(tmp_path) as again:
        assert isinstance(again, MessageInsightsExport)
        assert {record.message_id for record in again} == ids
    made = jobs_created(ses_emulator)

    async def read() -> set[str | None]:
        async with aio.resume_export(tmp_path) as export:
            assert isinstance(export, AsyncMessageInsightsExport)
            return {record.message_id async for record in export}

    assert asyncio.run(read()) == ids
    assert jobs_created(ses_emulator) == made


def test_an_export_of_metrics_goes_on_from_its_directory(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    aio: AsyncSESInsights,
    ses_emulator: SESEmulator,
    days: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
) -> None:
    """Days in the checkpoint are not requested again, and the records are those of one run."""
    sent(range(0, 27 * 86_400_000, 3_600_000))
    expected = ses.export_metrics(**days)
    assert jobs_created(ses_emulator) == 5
    ses_emulator.faults.fail_job()
    with pytest.raises(errors.ExportJobFailedError):
        ses.export_metrics(**days, checkpoint=tmp_path)
    with ses.resume_export(tmp_path) as export:
        assert isinstance(export, MetricsExport)
        assert list(export) == expected
        assert export.report.records == len(expected)
    assert jobs_created(ses_emulator) <= 5 + 5 + 1
    made = jobs_created(ses_emulator)

    async def read() -> list[Any]:
        async with aio.resume_export(tmp_path) as export:
            assert isinstance(export, AsyncMetricsExport)
            return [record async for record in export]

    assert asyncio.run(read()) == expected
    assert asyncio.run(aio.export_metrics(**days, checkpoint=tmp_path)) == expected
    assert jobs_created(ses_emulator) == made


def test_a_checkpoint_of_messages_is_not_one_of_metrics(
    ses: SESInsights, month: dict[str, Any], days: dict[str, Any], tmp_path: Path
) -> None:
    """The error says that it is a checkpoint of messages, and how to continue."""
    with ses.export_message_insights(**month, checkpoint=tmp_path) as export:
        list(export)
    with pytest.raises(ValueError, match="exports metrics, and the other message insights"):
        ses.export_metrics(**days, checkpoint=tmp_path)


@pytest.mark.parametrize("name", ["", "nowhere", "empty"])
def test_a_directory_that_is_not_a_checkpoint_is_refused_at_once(
    ses: SESInsights, aio: AsyncSESInsights, tmp_path: Path, name: str
) -> None:
    """A directory that is not a checkpoint is refused, and stays unchanged."""
    (tmp_path / "empty").mkdir()
    directory = str(tmp_path / name) if name else ""
    for client in (ses, aio):
        with pytest.raises(ValueError, match="not the checkpoint of an export"):
            client.resume_export(directory)
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]
