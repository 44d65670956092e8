"""Jobs and files of an export: slots, lost answers, links and downloads that fail."""

from __future__ import annotations

import json
import socket
import threading
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import RetryPolicy, SESInsights, errors
from sesinsights.exports import jobs
from sesinsights.flows.flow import Fetch
from sesinsights.testing import SESEmulator
from tests.models.responses import EXPORT_JOB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sesinsights.flows.flow import Send
    from sesinsights.testing import FakeClock

    Sent = Callable[[Iterable[int]], set[str]]


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of the emulator, for threads and for event loops."""
    return connect()


def count(service: SESEmulator, operation: str, status_code: int | None = 200) -> int:
    """Return how many such calls were answered so."""
    return sum(
        request.operation == operation and request.status_code == status_code
        for request in service.requests
    )


@pytest.fixture
def crowded(fake_clock: FakeClock, rare_polls: None) -> Any:
    """A service that runs two jobs at once."""
    with SESEmulator(clock=fake_clock, max_running_jobs=2) as service:
        yield service


@pytest.fixture
def crowded_ses(crowded: SESEmulator, fake_clock: FakeClock) -> Any:
    """A client of the crowded service."""
    with SESInsights(
        endpoint_url=crowded.endpoint_url, region_name="us-east-1", clock=fake_clock
    ) as ses:
        yield ses


def test_an_export_waits_for_slots_that_its_own_jobs_hold(
    crowded: SESEmulator, crowded_ses: SESInsights, month: dict[str, Any], small_jobs: int
) -> None:
    """More jobs than the account may run at once are made one after the other."""
    ids = {
        crowded.add_message(sent_at=month["start_date"] + timedelta(hours=n)) for n in range(250)
    }
    with crowded_ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids
        assert export.report.retries > 0
    assert count(crowded, "CreateExportJob", 400) > 0


def test_an_export_waits_for_slots_that_others_hold(
    crowded: SESEmulator, crowded_ses: SESInsights, month: dict[str, Any]
) -> None:
    """An export waits until jobs of other programs free a slot."""
    crowded.add_message(sent_at=month["start_date"])
    for _ in range(2):
        crowded.add_export_job(job_status=None)
    with crowded_ses.export_message_insights(**month) as export:
        assert len(list(export)) == 1
    assert count(crowded, "CreateExportJob", 400) > 0


def test_waiting_for_a_slot_ends(
    crowded: SESEmulator,
    crowded_ses: SESInsights,
    month: dict[str, Any],
    fake_clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After an hour without a free slot, the service's own refusal is raised.

    It is asked for rarely here, so that the hour has few requests.
    """
    monkeypatch.setattr(jobs, "poll_delays", lambda: repeat(90.0))
    for _ in range(2):
        crowded.add_export_job(job_status="PROCESSING")
    began = fake_clock.monotonic()
    with (
        crowded_ses.export_message_insights(**month) as export,
        pytest.raises(errors.LimitExceededError),
    ):
        list(export)
    assert 3600 <= fake_clock.monotonic() - began < 3700


def test_slow_jobs_are_asked_for_often_enough_and_not_too_often(
    connect: Callable[..., Any], fake_clock: FakeClock, month: dict[str, Any]
) -> None:
    """Polls are at most five seconds apart, and the pace; a slot is asked for ever less often."""
    with SESEmulator(clock=fake_clock, job_seconds=60, max_running_jobs=1) as service:
        service.add_export_job(job_status=None)
        ses = connect(endpoint_url=service.endpoint_url)
        with ses.export_message_insights(**month) as export:
            assert list(export) == []
        polls = [each.at for each in service.requests if each.operation == "GetExportJob"]
        gaps = [(after - before).total_seconds() for before, after in pairwise(polls)]
        assert max(gaps) < 6.1
        assert 3 < count(service, "CreateExportJob", 400) < 20


def test_a_job_whose_answer_was_lost_is_found_not_made_again(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """The service made the job, and the connection broke before it could say so."""
    ids = sent([1, 2, 3])
    ses_emulator.faults.drop_connection("CreateExportJob", processed=True)
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids
    assert count(ses_emulator, "CreateExportJob", None) == 1
    assert count(ses_emulator, "CreateExportJob") == 0


def test_a_lost_job_is_found_though_the_service_shows_other_times(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
) -> None:
    """Times that come back in milliseconds are those that were sent in microseconds."""
    sent([1])
    ses_emulator.faults.drop_connection("CreateExportJob", processed=True)
    window = {**month, "start_date": month["start_date"].replace(microsecond=123_456)}
    with ses.export_message_insights(**window) as export:
        list(export)
    assert count(ses_emulator, "CreateExportJob") == 0


def test_a_job_that_was_never_made_is_made_again(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """When no such job is listed, the lost call did not make one."""
    ids = sent([1, 2, 3])
    ses_emulator.faults.server_error("CreateExportJob", times=2)
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids
        assert export.report.retries == 2
    assert count(ses_emulator, "CreateExportJob") == 1


def test_a_job_of_another_request_is_not_taken_for_the_lost_one(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """Only a job that was created with the very same request has the same records."""
    ids = sent([1, 2, 3])
    half = {**month, "end_date": month["start_date"]}
    with ses.export_message_insights(**half) as export:
        assert list(export) == []
    ses_emulator.faults.server_error("CreateExportJob")
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids


@pytest.mark.parametrize("age", [0, 60, 600])
def test_an_earlier_job_with_the_same_request_is_not_taken_for_the_lost_one(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    month: dict[str, Any],
    sent: Sent,
    age: int,
) -> None:
    """What it found is older than what is asked for now, if only by seconds."""
    ids = sent([1, 2])
    with ses.export_message_insights(**month) as export:
        assert len(list(export)) == 2
    fake_clock.advance(age)
    ids |= {ses_emulator.add_message(sent_at=month["start_date"])}
    ses_emulator.faults.server_error("CreateExportJob")
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids


def test_a_job_that_failed_is_not_taken_for_the_lost_one(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """A failed job is not mistaken for the one whose response was lost."""
    ids = sent([1, 2])
    ses_emulator.faults.fail_job()
    with ses.export_message_insights(**month) as export:
        with pytest.raises(errors.ExportJobFailedError):
            list(export)
        ses_emulator.faults.server_error("CreateExportJob")
        assert {record.message_id for record in export} == ids


@pytest.mark.parametrize("answer", [b"{}", b'{"JobId": ""}'])
def test_a_job_that_was_answered_without_an_id_is_found(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    answer: bytes,
) -> None:
    """The model does not require the id, and without it the job is as good as lost."""
    ids = sent([1, 2])
    ses_emulator.faults.malformed_response("CreateExportJob", answer)
    page = {"ExportJobs": [{**EXPORT_JOB, "JobId": "", "CreatedTimestamp": 1e10}]}
    ses_emulator.faults.malformed_response("ListExportJobs", json.dumps(page).encode())
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids


def test_a_completed_job_without_a_link_is_looked_at_again(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent
) -> None:
    """A link that is missing is as good as one that has expired."""
    ids = sent([1, 2])
    body = json.dumps({**EXPORT_JOB, "JobStatus": "COMPLETED", "CreatedTimestamp": 1}).encode()
    ses_emulator.faults.malformed_response("GetExportJob", body)
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids


def test_creating_is_given_up_after_the_attempts_of_the_policy(
    ses_emulator: SESEmulator, fake_clock: FakeClock, month: dict[str, Any]
) -> None:
    """A service that never responds ends the export with its own error."""
    ses_emulator.faults.server_error("CreateExportJob", times=None)
    with (
        SESInsights(
            endpoint_url=ses_emulator.endpoint_url,
            region_name="us-east-1",
            clock=fake_clock,
            retry=RetryPolicy(max_attempts=3),
        ) as ses,
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.ServiceError, match="500"),
    ):
        list(export)
    assert count(ses_emulator, "CreateExportJob", 500) == 3


def test_a_refusal_ends_the_export_at_once(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any]
) -> None:
    """An error that a retry cannot help is raised at once."""
    ses_emulator.vdm_enabled = False
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.VdmNotEnabledError),
    ):
        list(export)
    assert len(ses_emulator.requests) == 1


def test_a_failed_job_says_why(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any]
) -> None:
    """A failed job is an error with the service's reason."""
    ses_emulator.faults.fail_job("The bucket is gone.")
    with (
        ses.export_message_insights(**month) as export,
        pytest.raises(errors.ExportJobFailedError, match="The bucket is gone"),
    ):
        list(export)


FAULTS: dict[str, Callable[[SESEmulator], None]] = {
    "expired": lambda service: service.faults.expire_link(times=2),
    "truncated": lambda service: service.faults.truncate_download(times=2),
    "dropped": lambda service: service.faults.drop_download(times=2),
    "5xx": lambda service: service.faults.download_error(times=2),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_download_that_fails_is_repeated_with_a_fresh_link(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any], sent: Sent, fault: str
) -> None:
    """Expired, cut, dropped or refused: the third time the whole file is there."""
    ids = sent(range(100))
    FAULTS[fault](ses_emulator)
    with ses.export_message_insights(**month) as export:
        assert {record.message_id for record in export} == ids
        assert export.report.retries == 2
    assert len(ses_emulator.downloads) == 3
    assert count(ses_emulator, "CreateExportJob") == 1


@pytest.mark.parametrize("fault", ["truncate_download", "expire_link"])
def test_a_download_that_never_succeeds_is_an_error_and_leaves_no_file(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    month: dict[str, Any],
    sent: Sent,
    tmp_path: Path,
    fault: str,
) -> None:
    """The error names the job, never the link, and nothing half-written has the file's name."""
    sent(range(100))
    getattr(ses_emulator.faults, fault)(times=None)
    with (
        ses.export_message_insights(**month, checkpoint=tmp_path) as export,
        pytest.raises(errors.ExportDownloadError, match="could not be downloaded") as caught,
    ):
        list(export)
    assert list(tmp_path.glob("*.csv")) == []
    assert caught.value.job_id in str(caught.value)
    assert "Signature" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


def test_the_link_is_followed_without_credentials(
    ses: SESInsights, ses_emulator: SESEmulator, month: dict[str, Any]
) -> None:
    """The storage refuses a link that comes with a signature of its own in a header."""
    with ses.export_message_insights(**month) as export:
        list(export)
    assert [download.status_code for download in ses_emulator.downloads] == [200]


def test_a_large_file_does_not_fill_the_memory(ses: SESInsights, tmp_path: Path) -> None:
    """50 MB pass through a few."""
    size, chunk = 50_000_000, bytes(1_000_000)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
                for _ in range(size // len(chunk)):
                    connection.sendall(chunk)

        server = threading.Thread(target=serve)
        server.start()
        ses.client  # noqa: B018 - so that building it is not counted
        tracemalloc.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/file?X-Amz-Signature=c0ffee"
        received = ses._transport.fetch(Fetch("job", url, tmp_path / "file"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        server.join()
    assert received == (tmp_path / "file").stat().st_size == size
    assert peak < 5_000_000


def test_jobs_to_cancel_are_not_waited_for_long(scripted: Any) -> None:
    """An export that is interrupted while nothing answers ends within seconds."""
    running = {**EXPORT_JOB, "JobStatus": "PROCESSING"}
    service = scripted(lambda asked: running if asked else {"ExportJobs": [running]})
    timeouts: dict[str, float] = {}
    send = service.send

    def record(step: Send) -> Any:
        timeouts[step.operation.name] = step.timeout
        return send(step)

    service.send = record
    of_service = jobs.ExportJobs(service.pipeline)
    service.run(of_service.find_running([], datetime(2000, 1, 1, tzinfo=UTC), ()))
    service.run(of_service.cancel(["job"]))
    asked = ("ListExportJobs", "GetExportJob", "CancelExportJob")
    assert timeouts == pytest.approx(dict.fromkeys(asked, 5))
