"""The example of a web endpoint, over HTTP and against the emulator."""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESInsights
from sesinsights.testing import MessageEvent

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sesinsights.testing import FakeClock, SESEmulator

httpx = pytest.importorskip("httpx")
uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("fastapi")


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The example's module, which looks again without a pause."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "examples"))
    module = import_module("fastapi_timeline")
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", 0.001)
    yield module
    del sys.modules["fastapi_timeline"]


@contextmanager
def served(app: Any) -> Generator[str]:
    """Serve an application on a free port of the loopback interface, in another thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.001)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    # It waits for every response that is not complete.
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def url(example: Any, ses_emulator: SESEmulator, fake_clock: FakeClock) -> Iterator[str]:
    """Where the example is served; its lookups have no pace, so that they move no clock."""
    ses = AsyncSESInsights(
        endpoint_url=ses_emulator.endpoint_url,
        region_name="us-east-1",
        clock=fake_clock,
        paces={"GetMessageInsights": None},
    )
    with served(example.make_app(ses)) as where:
        yield f"{where}/messages"


def on_its_way(service: SESEmulator, clock: FakeClock) -> str:
    """Add a message that is delivered in an hour."""
    delivery = MessageEvent("DELIVERY", at=clock.now().replace(hour=clock.now().hour + 1))
    return service.add_message(sent_at=clock.now(), events=["SEND", delivery])


@pytest.fixture
def ses_emulator(fake_clock: FakeClock) -> Iterator[SESEmulator]:
    """An emulator that keeps no pace."""
    from sesinsights.testing import SESEmulator

    with SESEmulator(clock=fake_clock, paces={"GetMessageInsights": None}) as service:
        yield service


def test_a_timeline_is_streamed_as_it_happens(
    url: str, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """The first event arrives before the last one has happened; then the response ends."""
    message_id = on_its_way(ses_emulator, fake_clock)
    fake_clock.advance(1)
    with httpx.stream("GET", f"{url}/{message_id}/timeline") as answer:
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        events = map(json.loads, answer.iter_lines())
        assert next(events)["type"] == "SEND"
        fake_clock.advance(3600)
        assert [event["type"] for event in events] == ["DELIVERY"]


def test_a_reader_who_leaves_ends_the_lookups(
    url: str, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """The server, which waits for every response, can be shut down."""
    message_id = on_its_way(ses_emulator, fake_clock)
    fake_clock.advance(1)
    with httpx.stream("GET", f"{url}/{message_id}/timeline") as answer:
        assert next(answer.iter_lines())


@pytest.mark.parametrize(("message_id", "status"), [("unknown", 404), ("a@example.com", 422)])
def test_what_is_no_message_is_refused(url: str, message_id: str, status: int) -> None:
    """The status distinguishes an unknown message from an invalid id, without an address."""
    answer = httpx.get(f"{url}/{message_id}/timeline")
    assert answer.status_code == status
    assert "@" not in answer.text
