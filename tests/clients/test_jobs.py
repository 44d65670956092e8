"""Waits end when jobs end, with an error for each way to fail."""

from __future__ import annotations

import csv
import io
import urllib.request
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sesinsights import SESInsights, errors, models
from sesinsights.testing import FakeClock, SESEmulator
from tests.clients.calls import statuses
from tests.clients.export_of_a_day import NOON, create_export

if TYPE_CHECKING:
    from collections.abc import Callable

    Connect = Callable[..., SESInsights]


def test_an_export_is_created_waited_for_and_downloaded(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """An export can be created, waited for and downloaded, and has all messages of its window."""
    for number in range(3):
        ses_emulator.add_message(message_id=f"0100-{number}", sent_at=NOON - timedelta(hours=2))
    job_id = create_export(ses).job_id
    assert job_id
    seen: list[models.JobStatus | str | None] = []
    job = ses.wait_for_export_job(job_id, on_update=lambda update: seen.append(update.job_status))
    assert (seen[0], seen[-1]) == (models.JobStatus.PROCESSING, models.JobStatus.COMPLETED)
    assert job.export_destination
    assert job.export_destination.s3_url
    with urllib.request.urlopen(job.export_destination.s3_url) as file:
        rows = list(csv.DictReader(io.StringIO(file.read().decode())))
    assert {row["messageid"] for row in rows} == {"0100-0", "0100-1", "0100-2"}


def test_a_job_of_half_an_hour_takes_no_time_on_the_fake_clock(
    connect: Connect, fake_clock: FakeClock
) -> None:
    """A wait sleeps on the client's clock, and polls rarely."""
    with (
        SESEmulator(clock=fake_clock, job_seconds=1800) as emulator,
        connect(
            endpoint_url=emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
        ) as ses,
    ):
        job_id = create_export(ses).job_id
        assert job_id
        job = ses.wait_for_export_job(job_id)
        assert job.job_status is models.JobStatus.COMPLETED
        assert fake_clock.now() - NOON >= timedelta(minutes=30)
        assert len(statuses(emulator, "GetExportJob")) < 130


def test_a_failed_export_says_why(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """The error of a failed job has the reason that the service gives."""
    ses_emulator.faults.fail_job("Internal trouble.")
    job_id = create_export(ses).job_id
    assert job_id
    with pytest.raises(errors.ExportJobFailedError, match="Internal trouble") as caught:
        ses.wait_for_export_job(job_id)
    assert caught.value.last_response.failure_info is not None


def test_a_cancelled_export_ends_the_wait(ses: SESInsights) -> None:
    """A cancelled job raises its own error, and cannot be cancelled twice."""
    job_id = create_export(ses).job_id
    assert job_id
    assert isinstance(ses.cancel_export_job(job_id), models.CancelExportJobResponse)
    with pytest.raises(errors.ExportJobCancelledError):
        ses.wait_for_export_job(job_id)
    with pytest.raises(errors.BadRequestError):
        ses.cancel_export_job(job_id)


def test_an_unknown_job_is_a_bad_request(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """An unknown job is a bad request, as the service has it, and is not looked at twice."""
    with pytest.raises(errors.BadRequestError, match="Invalid JobId"):
        ses.wait_for_export_job("nothing")
    assert statuses(ses_emulator, "GetExportJob") == [400]


def test_a_status_that_is_new_at_the_service_is_waited_through(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """A status that is new at the service is a plain string, and does not end a wait."""
    job_id = ses_emulator.add_export_job()
    ses_emulator.faults.unknown_enum_value("GetExportJob", "JobStatus", "PAUSED", times=2)
    assert ses.get_export_job(job_id).job_status == "PAUSED"
    seen: list[object] = []
    ses.wait_for_export_job(job_id, on_update=lambda update: seen.append(update.job_status))
    assert seen == ["PAUSED", "COMPLETED"]


def test_import_jobs_are_listed_looked_at_and_waited_for(
    ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """Import jobs are listed, looked at and waited for as export jobs are."""
    job_id = ses_emulator.add_import_job(processed_records=5, failed_records=1)
    assert ses.get_import_job(job_id).job_status is models.JobStatus.PROCESSING
    done = ses.wait_for_import_job(job_id)
    assert (done.processed_records_count, done.failed_records_count) == (5, 1)
    assert [job.job_id for job in ses.iter_import_jobs()] == [job_id]
    assert [job.job_id for job in ses.list_import_jobs(page_size=1).import_jobs] == [job_id]
    kept = ses.iter_import_jobs(import_destination_type="CONTACT_LIST")
    assert list(kept) == []
    assert [len(page.import_jobs) for page in ses.iter_import_jobs().pages()] == [1]
