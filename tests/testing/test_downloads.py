"""Links to export files work for a while, and for anyone who has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

    from sesinsights.testing import FakeClock

    NewLink = Callable[..., str]
    Connect = Callable[[SESEmulator], Any]


@pytest.fixture
def new_link(client: Any, emulator: SESEmulator) -> NewLink:
    """The link of a completed job."""

    def make(data_format: str = "CSV") -> str:
        job_id = emulator.add_export_job(data_format=data_format, job_id=f"job-{data_format}")
        link: str = client.get_export_job(JobId=job_id)["ExportDestination"]["S3Url"]
        return link

    return make


def test_a_link_looks_like_a_signed_one(new_link: NewLink) -> None:
    """A link shows its lifetime and a signature."""
    query = parse_qs(urlsplit(new_link()).query)
    assert query["X-Amz-Expires"] == ["300"]
    assert query["X-Amz-Date"] == ["20260115T120000Z"]
    assert query["X-Amz-Signature"]


def test_each_look_at_a_job_gives_a_fresh_link(client: Any, emulator: SESEmulator) -> None:
    """Each call for a job returns a new link."""
    job_id = emulator.add_export_job()
    links = {client.get_export_job(JobId=job_id)["ExportDestination"]["S3Url"] for _ in range(3)}
    assert len(links) == 3


@pytest.mark.parametrize(
    ("data_format", "kind"), [("CSV", "text/csv"), ("JSON", "application/json")]
)
def test_a_file_says_what_it_is(
    data_format: str, kind: str, new_link: NewLink, http: urllib3.PoolManager
) -> None:
    """The content type follows the format."""
    answer = http.request("GET", new_link(data_format))
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_link_expires_after_five_minutes(
    new_link: NewLink, fake_clock: FakeClock, http: urllib3.PoolManager
) -> None:
    """A link works until 300 seconds are over, and not after."""
    link = new_link()
    fake_clock.advance(299.999)
    assert http.request("GET", link).status == 200
    fake_clock.advance(0.001)
    answer = http.request("GET", link)
    assert answer.status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in answer.data
    assert answer.headers["Content-Type"] == "application/xml"


def test_the_life_of_links_is_an_option(
    fake_clock: FakeClock, connect: Connect, http: urllib3.PoolManager
) -> None:
    """`link_seconds` sets how long links are valid."""
    with SESEmulator(clock=fake_clock, link_seconds=2) as emulator:
        job_id = emulator.add_export_job()
        link = connect(emulator).get_export_job(JobId=job_id)["ExportDestination"]["S3Url"]
        assert "X-Amz-Expires=2&" in link
        fake_clock.advance(2)
        assert http.request("GET", link).status == 403


def test_a_download_must_not_be_signed_twice(new_link: NewLink, http: urllib3.PoolManager) -> None:
    """The link is the permission; a header that claims another is refused."""
    answer = http.request("GET", new_link(), headers={"Authorization": "AWS4-HMAC-SHA256 x"})
    assert answer.status == 400
    assert b"<Code>InvalidArgument</Code>" in answer.data


def test_a_link_with_another_signature_is_refused(
    new_link: NewLink, http: urllib3.PoolManager
) -> None:
    """A link with another signature or method is refused."""
    link = new_link()
    assert http.request("GET", link + "0").status == 403
    assert http.request("GET", link.split("?")[0]).status == 403
    signature = link[link.index("X-Amz-Signature") :]
    assert http.request("GET", f"{link}&{signature}").status == 403
    answer = http.request("PUT", link, body=b"mine")
    assert answer.status == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in answer.data


def test_downloads_are_recorded(
    new_link: NewLink, emulator: SESEmulator, fake_clock: FakeClock, http: urllib3.PoolManager
) -> None:
    """Downloads are recorded, separately from calls."""
    link = new_link()
    http.request("GET", link)
    fake_clock.advance(300)
    http.request("GET", link)
    http.request("GET", emulator.endpoint_url + "/exports/unknown.csv")
    seen = [(download.job_id, download.status_code) for download in emulator.downloads]
    assert seen == [("job-CSV", 200), ("job-CSV", 403), (None, 403)]
    assert emulator.downloads[1].at == fake_clock.now()
    assert [request.operation for request in emulator.requests] == ["GetExportJob"]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=5-", slice(5, None)),
        ("bytes=-7", slice(-7, None)),
        ("bytes=0-999999", slice(None)),
        ("bytes=-999999", slice(None)),
    ],
)
def test_a_part_of_a_file_can_be_fetched(
    asked: str, part: slice, new_link: NewLink, http: urllib3.PoolManager
) -> None:
    """A Range returns those bytes with their position in the file."""
    link = new_link()
    whole = http.request("GET", link)
    answer = http.request("GET", link, headers={"Range": asked})
    assert (answer.status, answer.data) == (206, whole.data[part])
    start, stop, _ = part.indices(len(whole.data))
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole.data)}"
    assert (whole.headers["Accept-Ranges"], whole.headers["ETag"]) == (
        "bytes",
        answer.headers["ETag"],
    )


@pytest.mark.parametrize(
    "asked",
    ["bytes=9-3", "bytes=-", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", f"bytes={'9' * 5000}-"],
)
def test_a_range_that_cannot_be_read_is_ignored(
    asked: str, new_link: NewLink, http: urllib3.PoolManager
) -> None:
    """An invalid Range returns the whole file."""
    link = new_link()
    answer = http.request("GET", link, headers={"Range": asked})
    assert (answer.status, answer.data) == (200, http.request("GET", link).data)


@pytest.mark.parametrize("asked", ["bytes=999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(
    asked: str, new_link: NewLink, http: urllib3.PoolManager
) -> None:
    """The response says how long the file is."""
    link = new_link()
    size = len(http.request("GET", link).data)
    answer = http.request("GET", link, headers={"Range": asked})
    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert b"<Code>InvalidRange</Code>" in answer.data
