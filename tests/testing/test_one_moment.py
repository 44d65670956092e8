"""Each request reads the clock once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from typing_extensions import override

from sesinsights.testing import FakeClock, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import urllib3

    Connect = Callable[[SESEmulator], Any]


class RunningClock(FakeClock):
    """A clock on which time passes with every look at it."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    @override
    def now(self) -> datetime:
        """Return the time, and let a second pass."""
        self.looks += 1
        self.advance(1)
        return super().now()


@pytest.fixture
def clock() -> RunningClock:
    """A clock that runs."""
    return RunningClock()


@pytest.fixture
def emulator(clock: RunningClock) -> Iterator[SESEmulator]:
    """An emulator whose jobs end while they are looked at."""
    with SESEmulator(clock=clock, job_seconds=3, paces={"CreateExportJob": None}) as running:
        yield running


def _create(client: Any, clock: FakeClock) -> str:
    end = clock.now()
    job_id: str = client.create_export_job(
        ExportDataSource={
            "MessageInsightsDataSource": {"StartDate": end - timedelta(days=1), "EndDate": end}
        },
        ExportDestination={"DataFormat": "CSV"},
    )["JobId"]
    return job_id


def test_a_completed_job_always_has_its_link(client: Any, clock: RunningClock) -> None:
    """At no look is a job completed without link, end and statistics, or the other way round."""
    job_id = _create(client, clock)
    seen: list[tuple[bool, ...]] = []
    for _ in range(5):
        answer = client.get_export_job(JobId=job_id)
        seen.append(
            (
                answer["JobStatus"] == "COMPLETED",
                "S3Url" in answer["ExportDestination"],
                "CompletedTimestamp" in answer,
                "Statistics" in answer,
            )
        )
    assert set(seen) == {(False,) * 4, (True,) * 4}


def test_every_request_looks_at_the_clock_once(
    client: Any, clock: RunningClock, emulator: SESEmulator, http: urllib3.PoolManager
) -> None:
    """Whichever call it is, with however many jobs, and a download too."""
    message_id = emulator.add_message()
    export_id, import_id = emulator.add_export_job(), emulator.add_import_job()
    emulator.add_export_jobs(5, job_status=None)
    emulator.add_configuration_set("news")
    link = client.get_export_job(JobId=export_id)["ExportDestination"]["S3Url"]
    calls: list[Callable[[], object]] = [
        lambda: client.get_message_insights(MessageId=message_id),
        lambda: client.get_export_job(JobId=export_id),
        client.list_export_jobs,
        lambda: client.get_import_job(JobId=import_id),
        client.list_import_jobs,
        lambda: client.get_configuration_set_event_destinations(ConfigurationSetName="news"),
        lambda: http.request("GET", link),
    ]
    running = emulator.add_export_job(job_status="PROCESSING")
    calls.append(lambda: client.cancel_export_job(JobId=running))
    for call in calls:
        before = clock.looks
        call()
        assert clock.looks == before + 1
    before = clock.looks
    _create(client, clock)
    assert clock.looks == before + 2  # one of them is the test's own
