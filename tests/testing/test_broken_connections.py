"""Broken connections are not errors of the emulator."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest
import urllib3
from urllib3.exceptions import HTTPError

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.testing import FakeClock

START = b"POST /v2/email/list-export-jobs HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\n"


@pytest.fixture(autouse=True)
def _quiet(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever happens, nothing is printed."""
    yield
    assert capsys.readouterr() == ("", "")


def _answer(emulator: SESEmulator, *parts: bytes) -> bytes:
    """Send bytes and no more, and return what comes back."""
    port = int(emulator.endpoint_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while more := connection.recv(65536):
            received += more
        return received


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"Content-Length: 100\r\n\r\n{", id="too short"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", id="chunk too short"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\nfive\r\n{}", id="no chunk"),
    ],
)
def test_a_request_that_breaks_off_is_not_answered(rest: bytes, emulator: SESEmulator) -> None:
    """A truncated request is not a call, and the emulator continues."""
    assert _answer(emulator, START + rest) == b""
    assert emulator.requests == []
    whole = b"Content-Length: 2\r\n\r\n{}"
    assert _answer(emulator, START + whole).startswith(b"HTTP/1.1 200")


def test_a_target_that_is_no_url_is_a_bad_request(emulator: SESEmulator) -> None:
    """A target that is not a URL gets a 400, and the connection ends."""
    answer = _answer(emulator, b"GET http://[x/ HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")


def test_a_client_may_leave_without_its_answer(
    emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A client may close the connection before its response is complete."""
    for _ in range(1000):
        emulator.add_message(subject="s" * 900, sent_at=fake_clock.now())
    job_id = emulator.add_export_job()
    port = int(emulator.endpoint_url.rpartition(":")[2])
    with urllib3.PoolManager(retries=False) as http:
        answer = http.request(
            "GET",
            f"{emulator.endpoint_url}/v2/email/export-jobs/{job_id}",
            headers={"Authorization": "x"},
        )
        link = answer.json()["ExportDestination"]["S3Url"]
    target = link.removeprefix(emulator.endpoint_url).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(1) == b"H"
    emulator.stop()
    assert [download.status_code for download in emulator.downloads] == [200]


def test_stopping_under_load_is_silent() -> None:
    """Stopping under load cuts off running requests silently."""

    def call_until_cut_off() -> None:
        body = b'{"Novelty": "' + b"x" * 1_000_000 + b'"}'
        with urllib3.PoolManager(retries=False) as http, contextlib.suppress(HTTPError, OSError):
            while True:
                http.request("POST", url, body=body, headers={"Authorization": "x"})
                answered.set()

    emulator = SESEmulator()
    for _ in range(5):
        answered = threading.Event()
        with emulator:
            url = emulator.endpoint_url + "/v2/email/list-export-jobs"
            callers = [threading.Thread(target=call_until_cut_off) for _ in range(4)]
            for caller in callers:
                caller.start()
            assert answered.wait(10)
        for caller in callers:
            caller.join()
