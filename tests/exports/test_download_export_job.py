"""The file of one job: whole, from a fresh link, or an error that says what to do."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pydantic
import pytest
from typing_extensions import override

from sesinsights import AsyncSESInsights, RetryPolicy, SESInsights, errors
from sesinsights.exports import read_message_insights
from sesinsights.testing import FakeClock, SESEmulator
from tests.models.responses import EXPORT_JOB

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from pathlib import Path

    Download = Callable[[str, str | PathLike[str]], int]


@pytest.fixture(params=[SESInsights, AsyncSESInsights], ids=["thread", "asyncio"])
def download(
    request: pytest.FixtureRequest,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    outcome: Callable[[Any], Any],
) -> Download:
    """What both clients do, run to its end."""
    client = request.param(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )
    return lambda job_id, path: outcome(client.download_export_job(job_id, path))


@pytest.fixture
def job_id(ses_emulator: SESEmulator) -> str:
    """A completed job over three messages."""
    for number in range(3):
        ses_emulator.add_message(message_id=f"m-{number}")
    return ses_emulator.add_export_job()


def looks(service: SESEmulator) -> int:
    """Return how often the job was looked at; there must have been no other call."""
    assert {request.operation for request in service.requests} <= {"GetExportJob"}
    return len(service.requests)


def test_the_file_is_in_its_place(
    download: Download, job_id: str, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """One poll and one download without credentials replace the file."""
    path = tmp_path / "export.csv"
    path.write_text("of yesterday")
    assert download(job_id, str(path)) == path.stat().st_size
    found = {record.message_id for record in read_message_insights(path)}
    assert found == {"m-0", "m-1", "m-2"}
    assert looks(ses_emulator) == 1
    # The storage refuses a link that comes with credentials.
    assert [tried.status_code for tried in ses_emulator.downloads] == [200]
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_of_an_earlier_look_is_not_used(
    download: Download,
    job_id: str,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    tmp_path: Path,
) -> None:
    """A job that was completed long ago has a fresh link, at every time of asking."""
    for _ in range(2):
        download(job_id, tmp_path / "export.csv")
        fake_clock.advance(301)
    assert looks(ses_emulator) == 2
    assert [tried.status_code for tried in ses_emulator.downloads] == [200, 200]


FAULTS: dict[str, tuple[Callable[[SESEmulator], None], int | None]] = {
    "expired": (lambda service: service.faults.expire_link(times=2), 403),
    "broken off": (lambda service: service.faults.truncate_download(times=2), 200),
    "dropped": (lambda service: service.faults.drop_download(times=2), None),
    "5xx": (lambda service: service.faults.download_error(times=2), 503),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_in_passing_is_repeated(
    download: Download, job_id: str, ses_emulator: SESEmulator, tmp_path: Path, fault: str
) -> None:
    """Every attempt gets the job first, and only the complete file is left."""
    fail, status_code = FAULTS[fault]
    fail(ses_emulator)
    path = tmp_path / "export.csv"
    assert download(job_id, path) == path.stat().st_size
    assert len(list(read_message_insights(path))) == 3
    assert looks(ses_emulator) == 3
    statuses = [tried.status_code for tried in ses_emulator.downloads]
    assert statuses == [status_code, status_code, 200]
    assert list(tmp_path.iterdir()) == [path]


class SlowClock(FakeClock):
    """A clock whose sleeps take longer than a link lives."""

    @override
    def sleep(self, seconds: float) -> None:
        """Sleep more than five minutes longer."""
        super().sleep(seconds + 301)


def test_a_link_that_expires_between_two_attempts_does_no_harm(tmp_path: Path) -> None:
    """The second attempt has a link of its own, and needs no third."""
    clock = SlowClock()
    with (
        SESEmulator(clock=clock) as service,
        SESInsights(endpoint_url=service.endpoint_url, region_name="us-east-1", clock=clock) as ses,
    ):
        service.faults.drop_download()
        ses.download_export_job(service.add_export_job(), tmp_path / "export.csv")
        assert [tried.status_code for tried in service.downloads] == [None, 200]


def test_a_download_is_given_up_after_the_attempts_of_the_policy(
    job_id: str, ses_emulator: SESEmulator, fake_clock: FakeClock, tmp_path: Path
) -> None:
    """What was in the place is still there, and the error shows no link."""
    path = tmp_path / "export.csv"
    path.write_text("of yesterday")
    ses_emulator.faults.truncate_download(times=None)
    with (
        SESInsights(
            endpoint_url=ses_emulator.endpoint_url,
            region_name="us-east-1",
            clock=fake_clock,
            retry=RetryPolicy(max_attempts=3),
        ) as ses,
        pytest.raises(errors.ExportDownloadError, match="it ended after") as caught,
    ):
        ses.download_export_job(job_id, path)
    assert len(ses_emulator.downloads) == 3
    assert caught.value.job_id == job_id
    assert "http" not in f"{caught.value} {caught.value.__cause__}"
    assert path.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("job_status", ["CREATED", "PROCESSING"])
def test_a_job_that_runs_has_no_file_yet(
    download: Download, ses_emulator: SESEmulator, tmp_path: Path, job_status: str
) -> None:
    """The error names the status and the method that waits, after one request."""
    running = ses_emulator.add_export_job(job_status=job_status)
    told = rf"{running} .* the job is {job_status}, and wait_for_export_job waits"
    with pytest.raises(errors.ExportDownloadError, match=told):
        download(running, tmp_path / "export.csv")
    assert looks(ses_emulator) == 1
    assert ses_emulator.downloads == []


def test_a_status_that_is_new_at_the_service_is_no_completion(
    download: Download,
    job_id: str,
    ses_emulator: SESEmulator,
    tmp_path: Path,
) -> None:
    """A job with an unknown status has no file."""
    body = json.dumps({**EXPORT_JOB, "JobStatus": "PAUSED", "CreatedTimestamp": 1}).encode()
    ses_emulator.faults.malformed_response("GetExportJob", body)
    with pytest.raises(errors.ExportDownloadError, match="the job is PAUSED"):
        download(job_id, tmp_path / "export.csv")
    assert ses_emulator.downloads == []


@pytest.mark.parametrize(
    ("job_status", "error"),
    [
        ("FAILED", errors.ExportJobFailedError),
        ("CANCELLED", errors.ExportJobCancelledError),
    ],
)
def test_a_job_that_ended_in_vain_has_no_file(
    download: Download,
    ses_emulator: SESEmulator,
    tmp_path: Path,
    job_status: str,
    error: type[errors.SESInsightsError],
) -> None:
    """The error is the one that waiting for the job would raise."""
    ended = ses_emulator.add_export_job(job_status=job_status)
    with pytest.raises(error):
        download(ended, tmp_path / "export.csv")
    assert looks(ses_emulator) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_job_is_refused_by_the_service(
    download: Download, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """The service's own error is raised, and not tried again."""
    with pytest.raises(errors.BadRequestError, match="Invalid JobId"):
        download("nobody-made-it", tmp_path / "export.csv")
    assert looks(ses_emulator) == 1


def test_a_place_that_cannot_be_is_refused_before_anything_is_sent(
    download: Download, job_id: str, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """A missing directory and a directory in the file's place are named."""
    missing = tmp_path / "missing"
    with pytest.raises(FileNotFoundError, match=re.escape(f"create it first: {str(missing)!r}")):
        download(job_id, missing / "export.csv")
    with pytest.raises(FileNotFoundError, match="only Parquet files can be written to a URI"):
        download(job_id, "s3://mails/export.csv")
    with pytest.raises(IsADirectoryError, match=re.escape(repr(str(tmp_path)))):
        download(job_id, tmp_path)
    assert looks(ses_emulator) == 0


def test_what_is_no_id_is_refused_before_anything_is_sent(
    download: Download, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """An empty id would ask for something else."""
    with pytest.raises(pydantic.ValidationError, match="job_id"):
        download("", tmp_path / "export.csv")
    assert looks(ses_emulator) == 0
