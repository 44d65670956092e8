"""Downloads: whole or not at all, and never a link in what is shown."""

from __future__ import annotations

import gzip
import socket
import threading
import traceback
from typing import TYPE_CHECKING

import pytest

from sesinsights import SESInsights, errors
from sesinsights.flows.flow import Fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BODY = b'"messageid",\n"m-1",\n'
QUERY = "X-Amz-Signature=c0ffee"


@pytest.fixture
def storage() -> Iterator[Callable[[bytes], str]]:
    """A storage that answers once with the bytes it is given; returns the link."""
    threads: list[threading.Thread] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(answer: bytes) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(answer)

    def answering(answer: bytes) -> str:
        threads.append(threading.Thread(target=serve, args=(answer,)))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/file?{QUERY}"

    with listener:
        yield answering
        for thread in threads:
            thread.join()


def answer(*headers: bytes, body: bytes = BODY, status: bytes = b"200 OK") -> bytes:
    """Return an HTTP response."""
    lines = [b"HTTP/1.1 " + status, *headers, b"Connection: close", b"", body]
    return b"\r\n".join(lines)


LENGTH = b"Content-Length: %d" % len(BODY)
CHUNK = b"%x\r\n%b\r\n" % (len(BODY), BODY)


@pytest.mark.parametrize(
    "whole",
    [answer(LENGTH), answer(b"Transfer-Encoding: chunked", body=CHUNK + b"0\r\n\r\n")],
    ids=["length", "chunked"],
)
def test_a_whole_file_is_kept(
    ses: SESInsights, storage: Callable[[bytes], str], tmp_path: Path, whole: bytes
) -> None:
    """By its length or by its last chunk, a file is known to be whole."""
    path = tmp_path / "file"
    assert ses._transport.fetch(Fetch("job", storage(whole), path)) == len(BODY)
    assert path.read_bytes() == BODY
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("broken", "problem"),
    {
        "shorter": (answer(b"Content-Length: 1000"), "20 (of 1000 bytes|bytes read, 980 more)"),
        "no length": (answer(), "has no length"),
        "odd length": (answer(b"Content-Length: many"), "has no length"),
        "no last chunk": (
            answer(b"Transfer-Encoding: chunked", body=CHUNK),
            "ended prematurely|InvalidChunkLength",  # as urllib3 2 and 1.26 say it
        ),
        "compressed": (
            answer(b"Content-Encoding: gzip", LENGTH, body=gzip.compress(BODY)),
            "compressed",
        ),
        "elsewhere": (
            answer(b"Location: http://127.0.0.1:9/", b"Content-Length: 0", status=b"302 Found"),
            "HTTP 302",
        ),
        "part": (answer(LENGTH, status=b"206 Partial Content"), "HTTP 206"),
        "no HTTP": (b"\0\1\r\n\r\n", "Connection was closed"),
        "nothing": (b"", "Connection was closed"),
    }.values(),
)
def test_what_is_not_the_whole_file_is_refused_and_not_kept(
    ses: SESInsights, storage: Callable[[bytes], str], tmp_path: Path, broken: bytes, problem: str
) -> None:
    """An incomplete or foreign file is refused with the reason, and not kept."""
    with pytest.raises(errors.ExportDownloadError, match=problem) as caught:
        ses._transport.fetch(Fetch("job", storage(broken), tmp_path / "file"))
    assert "c0ffee" not in "".join(traceback.format_exception(caught.value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_storage_that_cannot_be_reached_is_no_leak(
    ses: SESInsights, unused_endpoint: str, tmp_path: Path, scheme: str
) -> None:
    """Nothing listens there: the error is retried, and shows no signature."""
    link = unused_endpoint.replace("http", scheme) + f"/file?{QUERY}"
    with pytest.raises(errors.ExportDownloadError, match="Could not connect") as caught:
        ses._transport.fetch(Fetch("job", link, tmp_path / "file"))
    assert "c0ffee" not in "".join(traceback.format_exception(caught.value))
