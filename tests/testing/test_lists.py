"""Lists come page by page, newest first."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Refused = Callable[..., tuple[int, str, str]]


def _pages(client: Any, **parameters: Any) -> list[list[str]]:
    """Return the job ids of each page, following the tokens."""
    pages: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        answer = client.list_export_jobs(**parameters, **token)
        pages.append([job["JobId"] for job in answer["ExportJobs"]])
        if "NextToken" not in answer:
            return pages
        token = {"NextToken": answer["NextToken"]}


def test_nothing_is_an_empty_page(client: Any) -> None:
    """An empty list has no token."""
    answer = client.list_export_jobs()
    assert answer["ExportJobs"] == []
    assert "NextToken" not in answer


def test_a_summary_has_no_source_and_no_link(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A summary has id, type, status and times, but no source and link."""
    created = fake_clock.now() - timedelta(hours=1)
    job_id = emulator.add_export_job(created_at=created)
    assert client.list_export_jobs()["ExportJobs"] == [
        {
            "JobId": job_id,
            "ExportSourceType": "MESSAGE_INSIGHTS",
            "JobStatus": "COMPLETED",
            "CreatedTimestamp": created,
            "CompletedTimestamp": created + timedelta(seconds=4),
        }
    ]


def test_pages_hold_ten_when_nothing_is_said(client: Any, emulator: SESEmulator) -> None:
    """The newest job comes first."""
    jobs = emulator.add_export_jobs(25)
    newest_first = jobs[::-1]
    assert _pages(client) == [newest_first[:10], newest_first[10:20], newest_first[20:]]


def test_jobs_of_one_moment_are_listed_latest_first(client: Any, emulator: SESEmulator) -> None:
    """Jobs of the same time are listed latest first."""
    jobs = [emulator.add_export_job() for _ in range(3)]
    assert _pages(client, PageSize=2) == [[jobs[2], jobs[1]], [jobs[0]]]


@pytest.mark.parametrize(("size", "lengths"), [(1, [1, 1, 1]), (3, [3]), (100, [3])])
def test_pages_are_as_long_as_asked(
    size: int, lengths: list[int], client: Any, emulator: SESEmulator
) -> None:
    """The last full page has no token."""
    emulator.add_export_jobs(3)
    assert [len(page) for page in _pages(client, PageSize=size)] == lengths


@pytest.mark.parametrize("size", [0, 101, -1])
def test_page_sizes_have_limits(size: int, client: Any, refused: Refused) -> None:
    """Page sizes are 1 to 100."""
    status, code, message = refused(client.list_export_jobs, PageSize=size)
    assert (status, code) == (400, "BadRequestException")
    assert message == "PageSize must be between 1 and 100"


def test_filters_hold_on_every_page(client: Any, emulator: SESEmulator) -> None:
    """Only jobs of that status and source are listed."""
    for _ in range(3):
        emulator.add_export_job(job_status="FAILED")
        emulator.add_export_job(job_status="COMPLETED")
    pages = _pages(client, JobStatus="FAILED", PageSize=2)
    assert [len(page) for page in pages] == [2, 1]
    assert _pages(client, ExportSourceType="METRICS_DATA") == [[]]


def test_a_job_that_is_created_meanwhile_disturbs_nothing(
    client: Any, emulator: SESEmulator
) -> None:
    """No job is lost or repeated between two pages."""
    jobs = emulator.add_export_jobs(4)
    first = client.list_export_jobs(PageSize=2)
    emulator.add_export_job()
    second = client.list_export_jobs(PageSize=2, NextToken=first["NextToken"])
    assert [job["JobId"] for job in second["ExportJobs"]] == [jobs[1], jobs[0]]


def test_a_token_is_good_for_its_filters_only(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """A token works with another page size, but not with other filters."""
    emulator.add_export_jobs(5)
    token = client.list_export_jobs(PageSize=2, JobStatus="COMPLETED")["NextToken"]
    answer = client.list_export_jobs(PageSize=3, JobStatus="COMPLETED", NextToken=token)
    assert len(answer["ExportJobs"]) == 3
    for parameters in ({}, {"JobStatus": "FAILED"}):
        refusal = refused(client.list_export_jobs, NextToken=token, **parameters)
        assert refusal == (400, "BadRequestException", "NextToken is invalid")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "made up",
        "ä",
        pytest.param(base64.b64encode(b"[]").decode(), id="base64"),
        pytest.param(base64.b64encode(b"[" * 100_000).decode(), id="nested"),
    ],
)
def test_tokens_that_were_never_given_are_refused(
    token: str, client: Any, refused: Refused
) -> None:
    """Unknown and empty tokens are refused."""
    refusal = refused(client.list_export_jobs, NextToken=token)
    assert refusal == (400, "BadRequestException", "NextToken is invalid")
