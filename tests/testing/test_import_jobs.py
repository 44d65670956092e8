"""Import jobs can be watched and listed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Refused = Callable[..., tuple[int, str, str]]

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
CONTACTS = {"ContactListDestination": {"ContactListName": "news", "ContactListImportAction": "PUT"}}


def test_a_job_goes_on_by_the_clock(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Records are counted when it is finished."""
    job_id = emulator.add_import_job(processed_records=500, failed_records=3)
    answer = client.get_import_job(JobId=job_id)
    del answer["ResponseMetadata"]
    assert answer == {
        "JobId": job_id,
        "ImportDestination": {"SuppressionListDestination": {"SuppressionListImportAction": "PUT"}},
        "ImportDataSource": {"S3Url": "s3://example-bucket/addresses.csv", "DataFormat": "CSV"},
        "JobStatus": "PROCESSING",
        "CreatedTimestamp": NOON,
        "ProcessedRecordsCount": 0,
        "FailedRecordsCount": 0,
    }
    fake_clock.advance(4)
    answer = client.get_import_job(JobId=job_id)
    assert answer["JobStatus"] == "COMPLETED"
    assert answer["CompletedTimestamp"] == NOON + timedelta(seconds=4)
    assert (answer["ProcessedRecordsCount"], answer["FailedRecordsCount"]) == (500, 3)


def test_a_job_can_be_going_to_fail(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """The reason is told when it has failed."""
    job_id = emulator.add_import_job(error_message="No such bucket")
    assert "FailureInfo" not in client.get_import_job(JobId=job_id)
    fake_clock.advance(4)
    answer = client.get_import_job(JobId=job_id)
    assert answer["JobStatus"] == "FAILED"
    assert answer["FailureInfo"] == {"ErrorMessage": "No such bucket"}


def test_jobs_are_listed_by_destination(client: Any, emulator: SESEmulator) -> None:
    """Newest first, and only of the kind that is asked for."""
    suppression = emulator.add_import_job(job_status="COMPLETED")
    contacts = emulator.add_import_job(job_id="c", import_destination=CONTACTS, created_at=NOON)
    listed = client.list_import_jobs()["ImportJobs"]
    assert [job["JobId"] for job in listed] == [contacts, suppression]
    assert listed[0]["ImportDestination"] == CONTACTS
    for kind, job_id in (("CONTACT_LIST", contacts), ("SUPPRESSION_LIST", suppression)):
        answer = client.list_import_jobs(ImportDestinationType=kind)
        assert [job["JobId"] for job in answer["ImportJobs"]] == [job_id]


def test_jobs_are_listed_page_by_page(client: Any, emulator: SESEmulator) -> None:
    """Tokens work as they do for export jobs."""
    jobs = [emulator.add_import_job() for _ in range(3)]
    first = client.list_import_jobs(PageSize=2)
    second = client.list_import_jobs(PageSize=2, NextToken=first["NextToken"])
    assert [job["JobId"] for job in second["ImportJobs"]] == jobs[:1]
    assert "NextToken" not in second


def test_an_unknown_job_is_not_found(client: Any, refused: Refused) -> None:
    """Unlike an unknown export job, which is a bad request."""
    assert refused(client.get_import_job, JobId="unknown")[:2] == (404, "NotFoundException")


def test_seeds_that_cannot_be_are_refused(emulator: SESEmulator) -> None:
    """A slip in a test is told at once."""
    with pytest.raises(ValueError, match="job_status must be None or one of"):
        emulator.add_import_job(job_status="DONE")
    with pytest.raises(
        ValueError,
        match=r"contactListDestination\.contactListName' .* not be null",
    ):
        emulator.add_import_job(import_destination={"ContactListDestination": {}})
    with pytest.raises(ValueError, match=r"'importDataSource\.dataFormat' .* must not be null"):
        emulator.add_import_job(import_data_source={"S3Url": "s3://bucket/key"})
    taken = emulator.add_import_job()
    with pytest.raises(ValueError, match=f"there is already a job {taken}"):
        emulator.add_import_job(job_id=taken)
