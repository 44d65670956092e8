"""Exports are created, and refused before anything is sent if they are broken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pydantic
import pytest

from sesinsights import RetryPolicy, SESInsights, errors, models
from tests.clients.calls import statuses
from tests.clients.export_of_a_day import NOON, create_export

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Connect = Callable[..., SESInsights]


def test_a_create_whose_answer_is_lost_makes_one_job(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A creation whose response is lost is not sent again, and its error says that it may exist."""
    ses_emulator.faults.drop_connection("CreateExportJob", processed=True)
    with pytest.raises(errors.TransportError) as caught:
        create_export(ses)
    assert caught.value.maybe_delivered
    assert statuses(ses_emulator, "CreateExportJob") == [None]
    assert len(list(ses.iter_export_jobs())) == 1


def test_a_create_that_failed_at_the_service_is_not_sent_again(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A creation that failed with status 500 is not sent again, as its job may exist."""
    ses_emulator.faults.server_error("CreateExportJob")
    with pytest.raises(errors.ServiceError):
        create_export(ses)
    assert statuses(ses_emulator, "CreateExportJob") == [500]


def test_a_throttled_create_makes_one_job(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """A creation that was throttled has made no job, and is sent again."""
    ses_emulator.faults.throttle("CreateExportJob", times=2)
    create_export(ses)
    assert statuses(ses_emulator, "CreateExportJob") == [429, 429, 200]
    assert len(list(ses.iter_export_jobs())) == 1


def test_a_create_that_reached_nobody_is_tried_again(
    connect: Connect, unused_endpoint: str, fake_clock: FakeClock, ses_emulator: SESEmulator
) -> None:
    """A creation that was not sent is tried as often as allowed, and the error says so."""
    with (
        connect(
            endpoint_url=unused_endpoint,
            region_name="us-east-1",
            clock=fake_clock,
            retry=RetryPolicy(max_attempts=3),
        ) as ses,
        pytest.raises(errors.TransportError, match="was not sent") as caught,
    ):
        create_export(ses)
    assert (caught.value.attempts, caught.value.maybe_delivered) == (3, False)


def test_twenty_jobs_at_once_are_the_limit(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Too many running jobs are not throttling, and the creation is not sent again."""
    ses_emulator.add_export_jobs(20, job_status="PROCESSING")
    with pytest.raises(errors.LimitExceededError):
        create_export(ses)
    assert statuses(ses_emulator, "CreateExportJob") == [400]


@pytest.mark.parametrize(
    "source", [{"end_date": NOON - timedelta(days=2)}, {"max_results": 10_001}]
)
def test_a_broken_export_is_refused_before_anything_is_sent(
    ses: SESInsights, ses_emulator: SESEmulator, source: dict[str, object]
) -> None:
    """A broken export is refused before anything is sent."""
    with pytest.raises(pydantic.ValidationError):
        create_export(ses, **source)
    assert ses_emulator.requests == []


def test_an_export_is_made_again_from_its_job(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """The data source of a job can be used to create another."""
    job_id = create_export(ses, include={"isp": ["Gmail"]}, max_results=5).job_id
    assert job_id
    source = ses.get_export_job(job_id).export_data_source
    assert source
    ses.create_export_job(
        export_data_source=source, export_destination=models.ExportDestination(data_format="JSON")
    )
    first, _, second = ses_emulator.requests
    assert second.parameters["ExportDataSource"] == first.parameters["ExportDataSource"]


def test_a_member_that_is_new_at_the_service_is_not_sent_back(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A member that botocore cannot send is named, and nothing is sent."""
    source = models.ExportDataSource.from_service(
        {"MessageInsightsDataSource": {"StartDate": NOON, "EndDate": NOON}, "Priority": 3}
    )
    with pytest.raises(errors.BotocoreTooOldError, match=r"ExportDataSource\.Priority"):
        ses.create_export_job(
            export_data_source=source,
            export_destination=models.ExportDestination(data_format="JSON"),
        )
    assert ses_emulator.requests == []


@pytest.mark.parametrize(("days_back", "is_kept"), [(60, True), (61, False)])
def test_metrics_that_are_no_longer_kept_are_refused_before_anything_is_sent(
    ses: SESInsights, ses_emulator: SESEmulator, days_back: int, *, is_kept: bool
) -> None:
    """Metrics of days that the service no longer keeps are refused before anything is sent."""
    first_day = NOON.replace(hour=0) - timedelta(days=days_back)
    source = models.ExportDataSource(
        metrics_data_source=models.MetricsDataSource(
            dimensions={"ISP": ["*"]},
            namespace="VDM",
            metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
            start_date=first_day,
            end_date=first_day + timedelta(days=1),
        )
    )
    destination = models.ExportDestination(data_format="CSV")
    if is_kept:
        assert ses.create_export_job(
            export_data_source=source, export_destination=destination
        ).job_id
    else:
        with pytest.raises(pydantic.ValidationError, match=r"metrics_data_source\.start_date"):
            ses.create_export_job(export_data_source=source, export_destination=destination)
        assert ses_emulator.requests == []
