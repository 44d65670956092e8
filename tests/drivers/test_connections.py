"""Connections: whether a request was sent, what limits a response, and how links stay private."""

from __future__ import annotations

import asyncio
import logging
import queue
import socket
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from sesinsights import (
    AsyncSESInsights,
    RetryPolicy,
    SESClassic,
    SESInsights,
    errors,
    models,
)
from sesinsights.flows.flow import Send, SignedLink
from sesinsights.flows.operations import LIST_EXPORT_JOBS
from sesinsights.models import classic

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator

ONCE = RetryPolicy(max_attempts=1)


def options(wire: Any, **config: Any) -> dict[str, Any]:
    """Return how to make a client that asks this server, or any other address."""
    return {
        "session": boto3.session.Session("key", "secret", region_name="us-east-1"),
        "endpoint_url": wire if isinstance(wire, str) else wire.url,
        "config": Config(**config),
    }


def test_a_certificate_that_is_not_trusted_is_told_before_anything_is_sent(
    ask: Any, tls_wire: Any
) -> None:
    """An untrusted certificate is retried at most twice, and nothing is sent."""
    with pytest.raises(errors.TransportError, match="AWS_CA_BUNDLE") as caught:
        ask("list_export_jobs", **options(tls_wire))
    assert not caught.value.maybe_delivered
    assert caught.value.attempts == 3
    assert tls_wire.requests == []


def test_no_mail_may_have_been_sent_to_a_server_that_is_not_trusted(tls_wire: Any) -> None:
    """Every destination of a bulk send is known not to have been accepted."""
    message = classic.BulkEmailDestination(
        destination=classic.Destination(to_addresses=["bob@example.com"])
    )
    with SESClassic(**options(tls_wire), paces={"SendBulkTemplatedEmail": None}, retry=ONCE) as ses:
        result = ses.send_bulk(
            source="a@example.com",
            template="t",
            default_template_data="{}",
            destinations=[message] * 3,
        )
        assert not any(entry.may_be_accepted for entry in result)
    assert tls_wire.requests == []


def test_a_trusted_certificate_is_used_as_boto3_uses_it(
    ask: Any, tls_wire: Any, trust: None
) -> None:
    """Our own connections keep the trust of the client."""
    assert ask("list_export_jobs", **options(tls_wire)).export_jobs is not None
    assert len(tls_wire.requests) == 1


@pytest.mark.parametrize("how", ["silence", "hang up"])
def test_a_handshake_that_fails_sends_nothing(ask: Any, wire_class: Any, how: str) -> None:
    """A failed handshake sent nothing, whichever error botocore raises for it."""

    class Stubborn(wire_class):  # type: ignore[misc] # the class is a fixture's
        def _serve(self, connection: Any) -> None:
            with connection:
                if how == "silence":
                    time.sleep(1)

    server = Stubborn()
    url = server.url.replace("http:", "https:")
    with pytest.raises(errors.TransportError) as caught:
        ask("list_export_jobs", retry=ONCE, **options(url, read_timeout=0.2, connect_timeout=0.2))
    server.close()
    assert not caught.value.maybe_delivered


def test_a_request_that_left_may_have_been_delivered(ask: Any, wire: Any) -> None:
    """A request of which one byte was sent may have been delivered."""
    wire.reply = lambda *_: None
    with pytest.raises(errors.TransportError) as caught:
        ask("list_export_jobs", retry=ONCE, **options(wire))
    assert caught.value.maybe_delivered


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://no-such-host.invalid:80", "https://127.0.0.1:1"]
)
def test_an_endpoint_that_cannot_be_reached_is_told_soon(
    ask: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three requests at most, and the error names the endpoint and what the system said."""
    resolve = socket.getaddrinfo

    def resolve_addresses(host: str, *args: Any, **kwargs: Any) -> Any:
        if host.endswith(".invalid"):
            # No resolver is asked.
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_addresses)
    with pytest.raises(errors.TransportError) as caught:
        ask("get_export_job", "job", **options(url))
    assert caught.value.attempts == 3
    assert caught.value.is_unreachable
    for told in (url, "Region", "emulator", "("):
        assert told in str(caught.value)


@pytest.mark.parametrize("where", ["status", "headers", "body", "chunks"])
def test_an_answer_that_comes_drop_by_drop_ends_in_time(wire: Any, where: str) -> None:
    """However little time passes between two bytes, the whole has a limit: these never end."""
    head = b"HTTP/1.1 200 OK\r\n"
    begun = {
        "status": b"HTTP/1.1 ",
        "headers": head + b"X: ",
        "body": head + b"Content-Length: 1000000\r\n\r\n{",
        "chunks": head + b"Transfer-Encoding: chunked\r\n\r\n",
    }[where]
    drop = b"1\r\na\r\n" if where == "chunks" else b"2"
    ended = threading.Event()

    def reply(_: bytes, connection: Any) -> None:
        connection.sendall(begun)
        while not ended.wait(0.05):
            connection.sendall(drop)

    wire.reply = reply
    with SESInsights(**options(wire)) as ses:
        with pytest.raises(Exception, match=r"(?i)timeout|closed"):
            ses._transport.send(Send(LIST_EXPORT_JOBS, {}, 0.3))
        ended.set()


def test_a_deadline_bounds_one_answer(scripted: Any) -> None:
    """A response may take what is left of the deadline, but 2 seconds at least, also to begin."""
    seconds: list[tuple[float, float]] = []
    service = scripted(lambda _: {"ExportJobs": []}, retry=RetryPolicy(deadline=30))
    send = service.send

    def record(step: Send) -> Any:
        seconds.append((step.seconds, step.timeout))
        return send(step)

    service.send = record
    for deadline in (None, 10, 0):
        request = models.ListExportJobsRequest()
        service.run(service.pipeline.call(LIST_EXPORT_JOBS, request, deadline=deadline))
    assert seconds == [(30, inf), (10, 10), (2, 2)]


@pytest.mark.parametrize("timeout", [0.05, 60])
def test_a_response_that_does_not_begin_is_not_awaited_for_longer(
    wire: Any, timeout: float
) -> None:
    """The timeout of a call counts if it is less than the client's own."""
    ended = threading.Event()
    wire.reply = lambda *_: ended.wait(20)
    with SESInsights(**options(wire, read_timeout=60 if timeout < 60 else 0.05)) as ses:
        with pytest.raises(ReadTimeoutError):
            ses._transport.send(Send(LIST_EXPORT_JOBS, {}, timeout=timeout))
        assert not ended.is_set()
        ended.set()


@pytest.mark.parametrize("framing", ["Content-Length: 99999999999", "Transfer-Encoding: chunked"])
def test_an_answer_without_end_is_not_read_whole(ask: Any, wire: Any, framing: str) -> None:
    """A response without an end is refused at a size limit, and not retried."""
    piece = b"x" * 0x10000
    sent = 0

    def reply(_: bytes, connection: Any) -> None:
        nonlocal sent
        connection.sendall(f"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n".encode())
        while True:
            connection.sendall(b"10000\r\n" + piece + b"\r\n" if "chunked" in framing else piece)
            sent += len(piece)

    wire.reply = reply
    with pytest.raises(errors.ResponseValidationError, match="longer than"):
        ask("list_export_jobs", **options(wire))
    assert sent < 64 * 1024 * 1024
    assert len(wire.requests) == 1


# The pool


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what urllib3 warned of."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("urllib3") and record.levelno >= logging.WARNING
    ]


def crowd(wire: Any, ses: SESInsights) -> None:
    """Let 40 threads call at the same moment, twice."""
    together = threading.Barrier(40)

    def reply(_: bytes, connection: Any) -> bool:
        together.wait(30)
        body = b"{}"
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        return True

    wire.reply = reply
    with ThreadPoolExecutor(40) as threads:
        for _ in range(2):
            list(threads.map(lambda _: ses.list_export_jobs(), range(40)))


@pytest.mark.parametrize("owner", ["ours", "the caller's"])
def test_the_pool_is_as_large_as_what_is_sent_at_once(
    wire: Any, caplog: pytest.LogCaptureFixture, owner: str
) -> None:
    """No connection is thrown away, and urllib3 warns of nothing."""
    given = options(wire)
    del given["config"]
    client = given["session"].client("sesv2", endpoint_url=wire.url)
    with SESInsights(**(given if owner == "ours" else {"client": client})) as ses:
        crowd(wire, ses)
    assert warnings_of(caplog) == []
    assert wire.connections == 40
    client.close()


@pytest.mark.parametrize("owner", ["ours", "the caller's", "the session's"])
def test_a_pool_is_as_small_as_the_caller_wants(
    wire: Any, caplog: pytest.LogCaptureFixture, owner: str
) -> None:
    """The pool has the size that the configuration sets."""
    given = options(wire, max_pool_connections=5)
    if owner == "the session's":
        given["session"]._session.set_default_client_config(given.pop("config"))
    client = given["session"].client("sesv2", endpoint_url=wire.url, config=given.get("config"))
    with SESInsights(**({"client": client} if owner == "the caller's" else given)) as ses:
        crowd(wire, ses)
    assert len(warnings_of(caplog)) > 0
    client.close()


def test_a_pool_holds_connections_alone(wire: Any) -> None:
    """However large it may grow: room for what is never opened costs time."""
    wire.reply = lambda _, connection: (
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") or True
    )
    with SESInsights(**options(wire)) as ses:
        for _ in range(2):
            ses.list_export_jobs()
        pools: Any = ses._transport._connect()[1]
        pool = pools._manager.connection_from_url(wire.url)
        assert pool.pool.maxsize > 40
        assert [type(kept).__name__ for kept in pool.pool.queue] == ["ObservedConnection"]
    assert wire.connections == 1


@pytest.mark.parametrize("kind", ["thread", "asyncio"])
def test_a_client_that_is_closed_keeps_no_connection(wire: Any, kind: str) -> None:
    """Nor one that a call opens afterwards: it is closed when the response has come."""
    ended: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def reply(_: bytes, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        connection.settimeout(20)
        ended.put(connection.recv(1))
        return False

    wire.reply = reply
    ses: Any = (AsyncSESInsights if kind == "asyncio" else SESInsights)(**options(wire))
    close = ses.close

    async def story() -> None:
        nonlocal close
        loop = asyncio.get_running_loop()
        close = lambda: asyncio.run_coroutine_threadsafe(ses.close(), loop).result()  # noqa: E731
        await ses.list_export_jobs()

    ses.client.meta.events.register("before-send.sesv2", lambda **_: close())
    if kind == "asyncio":
        asyncio.run(story())
    else:
        ses.list_export_jobs()
    assert ended.get(timeout=30) == b""


@pytest.mark.parametrize("kind", ["thread", "asyncio"])
def test_a_call_is_repeated_on_a_new_connection(
    wire: Any, fake_clock: FakeClock, kind: str
) -> None:
    """A gateway may forget idle connections without a word, and if one is dead, others are."""
    together, known = threading.Barrier(3), set[socket.socket]()

    def reply(_: bytes, connection: socket.socket) -> bool:
        if connection in known:
            return False  # it hangs up, without a response
        known.add(connection)
        if len(known) <= 3:
            together.wait(30)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        return True

    wire.reply = reply
    given = {**options(wire), "clock": fake_clock, "retry": RetryPolicy(max_attempts=2)}

    async def story() -> None:
        async with AsyncSESInsights(**given) as ses:
            await asyncio.gather(*(ses.list_export_jobs() for _ in range(3)))
            await ses.list_export_jobs()

    if kind == "asyncio":
        asyncio.run(story())
    else:
        with SESInsights(**given) as ses, ThreadPoolExecutor(3) as threads:
            list(threads.map(lambda _: ses.list_export_jobs(), range(3)))
            ses.list_export_jobs()
    assert (wire.connections, len(wire.requests)) == (4, 5)


# Links


@pytest.fixture
def failed_download(
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    tmp_path: Path,
    ask: Any,
    caplog: pytest.LogCaptureFixture,
) -> pytest.ExceptionInfo[errors.ExportDownloadError]:
    """A download that failed because its link was answered with an error."""
    caplog.set_level(logging.DEBUG, logger="urllib3")
    ses_emulator.add_export_job(job_id="job", job_status="COMPLETED")
    ses_emulator.faults.download_error(times=None)
    with pytest.raises(errors.ExportDownloadError) as caught:
        ask(
            "download_export_job",
            "job",
            tmp_path / "file.csv",
            retry=RetryPolicy(max_attempts=2, backoff=0),
            clock=fake_clock,
            endpoint_url=ses_emulator.endpoint_url,
            region_name="us-east-1",
        )
    return caught


SIGNATURE = "X-Amz-Signature"


@pytest.mark.usefixtures("failed_download")
def test_no_log_line_shows_what_signs_a_link(
    caplog: pytest.LogCaptureFixture, ses_emulator: SESEmulator
) -> None:
    """No log line shows a link's signature, although urllib3 logs targets at DEBUG."""
    logged = caplog.get_records("setup")
    lines = [record.getMessage() for record in logged if record.name.startswith("urllib3")]
    assert [download.job_id for download in ses_emulator.downloads] == ["job", "job"]
    assert any("GET /" in line and " 503 " in line for line in lines)
    assert not any(SIGNATURE in line for line in lines)


def test_no_frame_of_ours_shows_what_signs_a_link(
    failed_download: pytest.ExceptionInfo[errors.ExportDownloadError], ses_emulator: SESEmulator
) -> None:
    """A traceback may print all variables of the frames that it goes through."""
    shown = [
        f"{frame.f_code.co_qualname}.{name} = {value!r}"
        for frame, _ in traceback.walk_tb(failed_download.tb)
        if "/sesinsights/" in frame.f_code.co_filename
        for name, value in frame.f_locals.items()
    ]
    assert [download.job_id for download in ses_emulator.downloads] == ["job", "job"]
    assert shown
    assert [text for text in shown if SIGNATURE in text] == []


def test_a_signed_link_shows_where_it_leads_alone() -> None:
    """Only the attributes that say so show the part of a link that grants access."""
    link = SignedLink("https://bucket.example/key.csv?X-Amz-Signature=c0ffee")
    assert repr(link) == f"{link}" == "SignedLink('https://bucket.example/key.csv')"
    assert (link.target, link.query) == (
        "https://bucket.example/key.csv",
        "X-Amz-Signature=c0ffee",
    )
    assert link.url.endswith("?X-Amz-Signature=c0ffee")
