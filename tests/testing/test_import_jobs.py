"""Import jobs can be created, watched and listed, and change the suppression list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

    from sesinsights.testing import FakeClock

    Connect = Callable[[SESEmulator], Any]
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
    """The reason for a failure is in the response once the job has failed."""
    job_id = emulator.add_import_job(error_message="No such bucket")
    assert "FailureInfo" not in client.get_import_job(JobId=job_id)
    fake_clock.advance(4)
    answer = client.get_import_job(JobId=job_id)
    assert answer["JobStatus"] == "FAILED"
    assert answer["FailureInfo"] == {"ErrorMessage": "No such bucket"}


def test_jobs_are_listed_by_destination(client: Any, emulator: SESEmulator) -> None:
    """Jobs are listed by destination, newest first."""
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
    """A mistake in a test is refused at once."""
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


def created(client: Any, action: str, data_format: str = "CSV", url: str = "s3://b/k") -> str:
    """Create a job, and return its id."""
    destination = {"SuppressionListDestination": {"SuppressionListImportAction": action}}
    answer = client.create_import_job(
        ImportDestination=destination,
        ImportDataSource={"S3Url": url, "DataFormat": data_format},
    )
    return str(answer["JobId"])


def listed(client: Any) -> dict[str, str]:
    """Return the reason of each suppressed address."""
    answer = client.list_suppressed_destinations()
    return {
        each["EmailAddress"]: each["Reason"] for each in answer["SuppressedDestinationSummaries"]
    }


PUT_FILES = {
    "CSV": b'\xef\xbb\xbfA@Example.com,BOUNCE\r\nb@example.com, COMPLAINT\r\n\r\n"c,d"@e.com,X\r\n',
    "JSON": (
        b'{"emailAddress": "A@Example.com", "reason": "BOUNCE"}\n\n'
        b'{"emailAddress": "b@example.com", "reason": "COMPLAINT"}\n[1]\n'
    ),
}


@pytest.mark.parametrize("data_format", PUT_FILES)
def test_a_job_puts_the_addresses_of_a_file(
    client: Any,
    emulator: SESEmulator,
    fake_clock: FakeClock,
    http: urllib3.PoolManager,
    data_format: str,
) -> None:
    """The list changes when the job is complete, and what failed can be downloaded."""
    emulator.s3.put_object(Bucket="b", Key="k", Body=PUT_FILES[data_format])
    job_id = created(client, "PUT", data_format)
    fake_clock.advance(3)
    assert listed(client) == {}
    fake_clock.advance(1)
    assert listed(client) == {"A@example.com": "BOUNCE", "b@example.com": "COMPLAINT"}
    job = client.get_import_job(JobId=job_id)
    assert job["JobStatus"] == "COMPLETED"
    assert (job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == (3, 1)
    link = job["FailureInfo"]["FailedRecordsS3Url"]
    assert http.request("GET", link).data.decode().count("\n") == 1
    fake_clock.advance(301)
    assert http.request("GET", link).status == 403


def test_a_job_takes_addresses_off(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Also one with a slash; an address that is not on the list fails."""
    emulator.add_suppressed_destination("a/b@example.com")
    emulator.add_suppressed_destination("c@example.com")
    emulator.s3.put_object(Bucket="b", Key="k", Body=b"a/b@example.com\nd@example.com\n")
    job_id = created(client, "DELETE")
    fake_clock.advance(4)
    assert client.get_import_job(JobId=job_id)["FailedRecordsCount"] == 1
    assert listed(client) == {"c@example.com": "BOUNCE"}


@pytest.mark.parametrize("body", [None, b"\xff", b"a@example.com,BOUNCE\n" * 100_001])
def test_a_file_that_cannot_be_read_fails_the_job(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock, body: bytes | None
) -> None:
    """An unreadable file fails the job with a reason, and nothing is imported."""
    if body is not None:
        emulator.s3.put_object(Bucket="b", Key="k", Body=body)
    job_id = created(client, "PUT")
    fake_clock.advance(4)
    job = client.get_import_job(JobId=job_id)
    assert job["JobStatus"] == "FAILED"
    assert "The file" in job["FailureInfo"]["ErrorMessage"]
    assert listed(client) == {}


def test_files_may_be_in_another_emulators_bucket(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock, session: Any, moto_url: str
) -> None:
    """Jobs read files with the client that `read_imports_from` was given."""
    s3 = session.client("s3", endpoint_url=moto_url)
    s3.create_bucket(Bucket="lists")
    s3.put_object(Bucket="lists", Key="a/b.csv", Body=b"a@example.com,BOUNCE")
    emulator.read_imports_from(s3)
    created(client, "PUT", url="s3://lists/a/b.csv")
    fake_clock.advance(4)
    assert listed(client) == {"a@example.com": "BOUNCE"}
    s3.close()


def test_a_job_for_contacts_reads_a_header(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Rows without an address fail; the emulator keeps no contacts."""
    body = b"unsubscribeAll,emailAddress\ntrue,a@example.com\nfalse,\n"
    emulator.s3.put_object(Bucket="b", Key="k", Body=body)
    answer = client.create_import_job(
        ImportDestination=CONTACTS, ImportDataSource={"S3Url": "s3://b/k", "DataFormat": "CSV"}
    )
    fake_clock.advance(4)
    job = client.get_import_job(JobId=answer["JobId"])
    assert (job["ProcessedRecordsCount"], job["FailedRecordsCount"]) == (2, 1)
    assert listed(client) == {}


def test_a_new_job_can_be_made_to_fail(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A failed import job changes nothing."""
    emulator.s3.put_object(Bucket="b", Key="k", Body=b"a@example.com,BOUNCE")
    emulator.faults.fail_job("No luck")
    job_id = created(client, "PUT")
    fake_clock.advance(4)
    assert client.get_import_job(JobId=job_id)["FailureInfo"] == {"ErrorMessage": "No luck"}
    assert listed(client) == {}


def test_an_account_in_the_sandbox_imports_nothing(
    connect: Connect, fake_clock: FakeClock, refused: Refused
) -> None:
    """Jobs can be neither created nor listed, as at the service."""
    with SESEmulator(clock=fake_clock, production_access=False) as emulator:
        client = connect(emulator)
        assert refused(client.list_import_jobs)[:2] == (400, "BadRequestException")
        answer = refused(
            client.create_import_job,
            ImportDestination=CONTACTS,
            ImportDataSource={"S3Url": "s3://b/k", "DataFormat": "CSV"},
        )
        assert answer[:2] == (400, "BadRequestException")
