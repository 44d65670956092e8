"""What a test can make go wrong, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectionClosedError
from urllib3.exceptions import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

    from sesinsights.testing import FakeClock, SESEmulator

    Refused = Callable[..., tuple[int, str, str]]

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EXPORT: dict[str, Any] = {
    "ExportDataSource": {"MessageInsightsDataSource": {"StartDate": NOON - DAY, "EndDate": NOON}},
    "ExportDestination": {"DataFormat": "CSV"},
}


def _statuses(emulator: SESEmulator) -> list[int | None]:
    return [request.status_code for request in emulator.requests]


def test_throttle(client: Any, emulator: SESEmulator, refused: Refused) -> None:
    """The call is refused once, and the next is not."""
    emulator.faults.throttle("ListExportJobs")
    refusal = refused(client.list_export_jobs)
    assert refusal[:2] == (429, "TooManyRequestsException")
    client.list_export_jobs()
    assert _statuses(emulator) == [429, 200]


def test_a_fault_hits_its_operation_only(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """A fault affects only its operation."""
    emulator.faults.throttle("ListExportJobs")
    client.list_import_jobs()
    assert refused(client.list_export_jobs)[0] == 429


def test_a_fault_happens_as_often_as_asked(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """Faults of one kind happen one after the other."""
    emulator.faults.server_error("ListExportJobs", times=2)
    emulator.faults.server_error("ListExportJobs", status_code=503)
    seen = [refused(client.list_export_jobs)[0] for _ in range(3)]
    assert seen == [500, 500, 503]
    client.list_export_jobs()


def test_a_fault_can_last_until_it_is_cleared(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """With `times=None`, a fault lasts until `clear`."""
    emulator.faults.access_denied("ListExportJobs", times=None)
    for _ in range(5):
        status, code, message = refused(client.list_export_jobs)
        assert (status, code) == (403, "AccessDeniedException")
        assert "ses:ListExportJobs" in message
    emulator.faults.clear()
    client.list_export_jobs()


def test_a_server_error_changes_nothing(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """A call that fails with a server error creates no job."""
    emulator.faults.server_error("CreateExportJob")
    status, code, _ = refused(client.create_export_job, **EXPORT)
    assert (status, code) == (500, "InternalServiceErrorException")
    assert client.list_export_jobs()["ExportJobs"] == []


@pytest.mark.parametrize(("processed", "jobs"), [(False, 0), (True, 1)])
def test_drop_connection(*, processed: bool, jobs: int, client: Any, emulator: SESEmulator) -> None:
    """A dropped connection hides whether the call took effect, which the test chooses."""
    emulator.faults.drop_connection("CreateExportJob", processed=processed)
    with pytest.raises(ConnectionClosedError):
        client.create_export_job(**EXPORT)
    assert len(client.list_export_jobs()["ExportJobs"]) == jobs
    assert _statuses(emulator) == [None, 200]
    assert emulator.requests[0].parameters["ExportDestination"] == {"DataFormat": "CSV"}


def test_malformed_response(client: Any, emulator: SESEmulator) -> None:
    """Any bytes can be the response of a call that took effect."""
    emulator.faults.malformed_response("CreateExportJob", b'{"JobId": 7}')
    emulator.faults.malformed_response("CreateExportJob", b"{half")
    assert client.create_export_job(**EXPORT)["JobId"] == 7
    assert "JobId" not in client.create_export_job(**EXPORT)
    assert len(client.list_export_jobs()["ExportJobs"]) == 2


def test_unknown_enum_value_at_the_top(client: Any, emulator: SESEmulator) -> None:
    """The value is in one response, and not in the emulator's state."""
    job_id = emulator.add_export_job()
    emulator.faults.unknown_enum_value("GetExportJob", "JobStatus", "PAUSED")
    assert client.get_export_job(JobId=job_id)["JobStatus"] == "PAUSED"
    assert client.get_export_job(JobId=job_id)["JobStatus"] == "COMPLETED"


def test_unknown_enum_value_in_lists(client: Any, emulator: SESEmulator) -> None:
    """Every entry has the value, where the member is present."""
    emulator.add_export_jobs(2)
    emulator.faults.unknown_enum_value("ListExportJobs", "ExportJobs.JobStatus", "PAUSED")
    listed = client.list_export_jobs()["ExportJobs"]
    assert [job["JobStatus"] for job in listed] == ["PAUSED", "PAUSED"]
    bounced = emulator.add_message(events=["SEND", "PERMANENT_BOUNCE"])
    path = "Insights.Events.Details.Bounce.BounceType"
    emulator.faults.unknown_enum_value("GetMessageInsights", path, "MAYBE")
    send, bounce = client.get_message_insights(MessageId=bounced)["Insights"][0]["Events"]
    assert "Details" not in send
    assert bounce["Details"] == {"Bounce": {"BounceType": "MAYBE"}}


def test_unknown_enum_value_in_a_list_of_values(client: Any, emulator: SESEmulator) -> None:
    """Every item of a list of plain values is replaced."""
    destination = {"Name": "a", "Enabled": True, "MatchingEventTypes": ["SEND", "OPEN"]}
    emulator.add_configuration_set("news", event_destinations=[destination])
    operation = "GetConfigurationSetEventDestinations"
    path = "EventDestinations.MatchingEventTypes"
    emulator.faults.unknown_enum_value(operation, path, "FORWARD")
    answer = client.get_configuration_set_event_destinations(ConfigurationSetName="news")
    assert answer["EventDestinations"][0]["MatchingEventTypes"] == ["FORWARD", "FORWARD"]


@pytest.mark.parametrize("kind", ["Export", "Import"])
def test_empty_page(kind: str, client: Any, emulator: SESEmulator) -> None:
    """Pages without items carry tokens, each another, and lead to the items."""
    job_id = emulator.add_export_job() if kind == "Export" else emulator.add_import_job()
    list_jobs = client.list_export_jobs if kind == "Export" else client.list_import_jobs
    emulator.faults.empty_page(f"List{kind}Jobs", times=2)
    first = list_jobs()
    second = list_jobs(NextToken=first["NextToken"])
    third = list_jobs(NextToken=second["NextToken"])
    assert first[f"{kind}Jobs"] == second[f"{kind}Jobs"] == []
    assert first["NextToken"] != second["NextToken"]
    assert [job["JobId"] for job in third[f"{kind}Jobs"]] == [job_id]


def test_an_empty_page_in_the_middle_loses_nothing(client: Any, emulator: SESEmulator) -> None:
    """The token of an empty page continues where the previous page ended."""
    old, new = emulator.add_export_jobs(2)
    first = client.list_export_jobs(PageSize=1)
    emulator.faults.empty_page("ListExportJobs")
    second = client.list_export_jobs(PageSize=1, NextToken=first["NextToken"])
    third = client.list_export_jobs(PageSize=1, NextToken=second["NextToken"])
    pages = [[job["JobId"] for job in page["ExportJobs"]] for page in (first, second, third)]
    assert pages == [[new], [], [old]]


def test_fail_job(client: Any, emulator: SESEmulator, fake_clock: FakeClock) -> None:
    """The next job fails when its time is over, the one after does not."""
    emulator.faults.fail_job(message="Out of paper")
    failing, fine = (client.create_export_job(**EXPORT)["JobId"] for _ in range(2))
    assert client.get_export_job(JobId=failing)["JobStatus"] == "PROCESSING"
    fake_clock.advance(4)
    answer = client.get_export_job(JobId=failing)
    assert answer["JobStatus"] == "FAILED"
    assert answer["FailureInfo"] == {"ErrorMessage": "Out of paper"}
    assert "S3Url" not in answer["ExportDestination"]
    assert client.get_export_job(JobId=fine)["JobStatus"] == "COMPLETED"


def _link(client: Any, emulator: SESEmulator) -> str:
    link: str = client.get_export_job(JobId=emulator.add_export_job())["ExportDestination"]["S3Url"]
    return link


def test_expire_link(client: Any, emulator: SESEmulator, http: urllib3.PoolManager) -> None:
    """The download finds its link expired before its time."""
    link = _link(client, emulator)
    emulator.faults.expire_link()
    answer = http.request("GET", link)
    assert answer.status == 403
    assert b"Request has expired" in answer.data
    assert http.request("GET", link).status == 200


def test_download_error(client: Any, emulator: SESEmulator, http: urllib3.PoolManager) -> None:
    """A download can fail with any error status."""
    link = _link(client, emulator)
    emulator.faults.download_error()
    emulator.faults.download_error(status_code=500)
    assert [http.request("GET", link).status for _ in range(3)] == [503, 500, 200]


def test_truncate_download(client: Any, emulator: SESEmulator, http: urllib3.PoolManager) -> None:
    """Fewer bytes come than were promised, then the connection ends."""
    link = _link(client, emulator)
    emulator.faults.truncate_download()
    answer = http.request("GET", link, preload_content=False)
    with pytest.raises(ProtocolError, match="IncompleteRead"):
        answer.read()
    answer.close()
    assert http.request("GET", link).data.startswith(b'"messageid"')


def test_drop_download(client: Any, emulator: SESEmulator, http: urllib3.PoolManager) -> None:
    """A dropped download sends no byte, and the link still works afterwards."""
    link = _link(client, emulator)
    emulator.faults.drop_download(times=2)
    for _ in range(2):
        with pytest.raises(ProtocolError, match="without response"):
            http.request("GET", link)
    assert http.request("GET", link).data.startswith(b'"messageid"')
    assert [download.status_code for download in emulator.downloads] == [None, None, 200]


def test_names_that_do_not_exist_are_refused(emulator: SESEmulator) -> None:
    """Faults for unknown operations or members are refused."""
    with pytest.raises(ValueError, match="no operation ListExportJob"):
        emulator.faults.throttle("ListExportJob")
    for member in ("Status", "JobStatus.Deeper", "ExportDestination.Colour"):
        with pytest.raises(ValueError, match="GetExportJob has no member"):
            emulator.faults.unknown_enum_value("GetExportJob", member, "x")
    with pytest.raises(ValueError, match="GetExportJob has no member NextToken"):
        emulator.faults.empty_page("GetExportJob")


@pytest.mark.parametrize("times", [0, -1, 1.5, True, "2"])
def test_numbers_of_times_that_cannot_be_are_refused(times: Any, emulator: SESEmulator) -> None:
    """A fault happens once or more often, or until it is cleared."""
    with pytest.raises(ValueError, match="times must be a whole number, at least 1"):
        emulator.faults.throttle("ListExportJobs", times=times)


@pytest.mark.parametrize("status_code", [-1, 0, 200, 302, 399, 600, "500", None])
def test_only_errors_are_errors(status_code: Any, emulator: SESEmulator) -> None:
    """A status that is not an error is refused."""
    with pytest.raises(ValueError, match="status_code must be from 400 to 599"):
        emulator.faults.server_error("ListExportJobs", status_code=status_code)
    with pytest.raises(ValueError, match="status_code must be from 400 to 599"):
        emulator.faults.download_error(status_code=status_code)
