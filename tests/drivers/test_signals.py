"""Handlers of signals that raise, such as at a time limit: the program must stop at once."""

from __future__ import annotations

import asyncio
import functools
import signal
import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.httpsession import URLLib3Session
from redis import Redis

from sesinsights import AsyncSESInsights, RetryPolicy, SESClassic, SESInsights, errors
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.events import CertificateStore, iter_queue
from sesinsights.exports.journal import Journal
from sesinsights.flows.flow import Fetch
from sesinsights.pacing import FilePacer, LocalPacer, RedisPacer, local
from sesinsights.pacing.lane import Lane
from tests.drivers.waiting_tasks import RATE, next_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sesinsights.flows.flow import Flow
    from sesinsights.testing import SESEmulator

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGUSR1"), reason="this system has no such signals"
)

FREE = {"GetMessageInsights": None}


class TimeLimitExceeded(Exception):  # noqa: N818 - as in Celery
    """What a worker's time limit raises; any library may take it for a failure of its own."""


class Limit:
    """A time limit: an object whose method handles the signal."""

    def __init__(self, error: BaseException) -> None:
        self.errors = [error]

    def exceed(self, *_: object) -> None:
        """Handle the signal: once, since a test may have to repeat it."""
        if self.errors:
            raise self.errors.pop()

    __call__ = exceed


HANDLERS: dict[str, Callable[[BaseException], Any]] = {
    "method": lambda error: Limit(error).exceed,
    "object": Limit,
    "partial": lambda error: functools.partial(Limit(error).exceed, "limit"),
}


@pytest.fixture
def limit() -> Iterator[Callable[..., None]]:
    """Sets what the handler of SIGUSR1 raises; the former one is restored after the test."""
    before = signal.getsignal(signal.SIGUSR1)

    def set_limit(error: BaseException, kind: str = "method") -> None:
        signal.signal(signal.SIGUSR1, HANDLERS[kind](error))

    yield set_limit
    signal.signal(signal.SIGUSR1, before)


def time_is_over() -> None:
    """Send the signal to the main thread, which handles it."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)


@pytest.fixture
def silent(wire: Any, limit: Any) -> Iterator[dict[str, Any]]:
    """Options of a client whose service answers nothing; time is over when it is asked."""
    over, sending = threading.Event(), threading.Lock()

    def keep_silent(*_: object) -> None:
        # Python does not see a signal that comes in the moment before it waits for an answer.
        while not over.wait(0.02):
            with sending:
                if not over.is_set():
                    time_is_over()

    wire.reply = keep_silent
    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    yield {"session": session, "endpoint_url": wire.url}
    with sending:
        over.set()


@pytest.fixture
def over_while_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is over during the first sleep."""
    sleep = SYSTEM_CLOCK.sleep

    def sleep_until_over(seconds: float) -> None:
        signal.raise_signal(signal.SIGUSR1)
        sleep(seconds)

    monkeypatch.setattr(SYSTEM_CLOCK, "sleep", sleep_until_over)


ERRORS = [TimeLimitExceeded("soft"), TimeoutError("soft"), SystemExit(3)]


@pytest.mark.parametrize("kind", HANDLERS)
@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_what_a_handler_raises_ends_a_call(
    silent: dict[str, Any], wire: Any, limit: Any, error: BaseException, kind: str
) -> None:
    """It is raised as it is, and the request is not repeated."""
    limit(error, kind)
    with SESInsights(**silent, paces=FREE) as ses, pytest.raises(type(error)) as caught:
        ses.get_message_insights("0100")
    assert caught.value is error
    assert len(wire.requests) == 1


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_what_a_handler_raises_ends_calls_at_the_same_time(
    silent: dict[str, Any], wire: Any, limit: Any, error: BaseException
) -> None:
    """It waits for none of the requests that were sent."""
    limit(error)
    with SESInsights(**silent, paces=FREE) as ses, pytest.raises(type(error)) as caught:
        list(ses.iter_message_insights([f"0100{number}" for number in range(4)]))
    assert caught.value is error
    assert len(wire.requests) <= 4


def test_what_a_handler_raises_ends_a_bulk_send(
    silent: dict[str, Any], wire: Any, limit: Any
) -> None:
    """It is not the result of a call, after which the next one would be sent."""
    limit(TimeLimitExceeded("soft"))
    paces = {"SendBulkTemplatedEmail": 10_000}
    with SESClassic(**silent, paces=paces) as ses, pytest.raises(TimeLimitExceeded):
        ses.send_bulk(
            source="a@example.com",
            template="t",
            default_template_data={},
            destinations=[{"destination": {"to_addresses": ["b@example.com"]}}] * 150,
        )
    assert len(wire.requests) == 1


def test_what_a_handler_raises_ends_a_download(
    silent: dict[str, Any], wire: Any, limit: Any, tmp_path: Path
) -> None:
    """It is not a broken download, and leaves no file."""
    limit(TimeoutError("soft"))

    def fetching() -> Flow[int]:
        return (yield from Fetch("job", wire.url, tmp_path / "file"))

    with SESInsights(**silent) as ses, pytest.raises(TimeoutError, match="soft"):
        ses._driver.run(fetching())
    assert len(wire.requests) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_a_handler_raises_during_a_wait_gives_the_slot_back(
    service: SESEmulator, limit: Any, over_while_asleep: None
) -> None:
    """A call that waits for its slot ends, and the next caller gets the slot."""
    limit(TimeLimitExceeded("soft"))
    pacer = LocalPacer()
    with SESInsights(
        endpoint_url=service.endpoint_url,
        region_name="us-east-1",
        pacer=pacer,
        paces={"GetMessageInsights": RATE},
    ) as ses:
        ses.get_message_insights("m")
        with pytest.raises(TimeLimitExceeded):
            ses.get_message_insights("m")
    assert next_wait(pacer) < 110


def test_what_a_handler_raises_ends_a_wait_for_a_locked_file(
    service: SESEmulator, limit: Any, over_while_asleep: None, tmp_path: Path
) -> None:
    """It is not a failure of the pacer, which can be used afterwards."""
    limit(TimeoutError("soft"))
    pacer, other = (FilePacer(tmp_path / "pace") for _ in range(2))
    with SESInsights(
        endpoint_url=service.endpoint_url,
        region_name="us-east-1",
        pacer=pacer,
        paces={"GetMessageInsights": 1000},
    ) as ses:
        with other._locked(), pytest.raises(TimeoutError, match="soft"):
            ses.get_message_insights("m")
        ses.get_message_insights("m")


def test_an_error_after_the_time_is_over_is_raised_as_itself(limit: Any) -> None:
    """What a handler raised before a call is not taken for the call's error."""
    limit(TimeLimitExceeded("soft"))
    with SESInsights(
        session=boto3.session.Session("key", "secret", region_name="us-east-1"),
        endpoint_url="http://127.0.0.1:9",
        retry=RetryPolicy(max_attempts=1),
    ) as ses:
        try:
            signal.raise_signal(signal.SIGUSR1)
        except TimeLimitExceeded:
            with pytest.raises(errors.TransportError):
                ses.list_export_jobs()


def test_what_a_handler_raises_after_an_error_of_its_own_is_raised(
    silent: dict[str, Any], limit: Any
) -> None:
    """What it handled itself before is not raised, also if it is no longer the handler."""

    def exceed(_: int, __: object) -> None:
        signal.signal(signal.SIGUSR1, lambda *_: None)
        try:
            int("no number")
        except ValueError as error:
            raise TimeLimitExceeded("soft") from error

    signal.signal(signal.SIGUSR1, exceed)
    with SESInsights(**silent, paces=FREE) as ses, pytest.raises(TimeLimitExceeded):
        ses.get_message_insights("0100")


def test_a_handler_may_make_a_call_during_another(
    service: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that a handler makes does not wait for the call that it interrupts."""
    ses = SESInsights(
        endpoint_url=service.endpoint_url,
        region_name="us-east-1",
        pacer=LocalPacer(),
        paces={"GetMessageInsights": 1000},
    )
    made: list[str] = []
    interrupted: set[str] = set()

    def call(*_: object) -> None:
        made.append(ses.get_message_insights("m").message_id)

    def interrupt_each(owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def interrupted_once(*arguments: Any, **named: Any) -> Any:
            if name not in interrupted:
                interrupted.add(name)
                signal.raise_signal(signal.SIGUSR1)
            return function(*arguments, **named)

        monkeypatch.setattr(owner, name, interrupted_once)

    interrupt_each(URLLib3Session, "_get_pool_manager_kwargs")
    interrupt_each(Lane, "reserve")
    before = signal.signal(signal.SIGUSR1, call)
    try:
        with ses:
            ses.get_message_insights("m")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert made == ["m"] * len(interrupted)


def test_a_handler_may_use_what_it_interrupts(tmp_path: Path) -> None:
    """The thread that holds a lock gets it again."""
    journal = Journal(tmp_path / "checkpoint", {})
    locks: list[Any] = [
        LocalPacer()._lock,
        local._default_pacers._lock,
        CertificateStore()._lock,
        RedisPacer(Redis())._lock,
        iter_queue("https://sqs.eu-west-1.amazonaws.com/1/mail")._reading._lock,
        journal._writing,
    ]
    for lock in locks:
        with lock:
            assert lock.acquire(blocking=False)
            lock.release()
    journal.close()


def test_what_a_handler_raises_ends_a_loop(silent: dict[str, Any], wire: Any, limit: Any) -> None:
    """Tasks end with the loop, which waits for no request."""
    limit(TimeLimitExceeded("soft"))
    ended: list[str] = []

    async def look_up(ses: AsyncSESInsights) -> None:
        try:
            await ses.get_message_insights("0100")
        finally:
            ended.append("look-up")

    async def story() -> None:
        async with AsyncSESInsights(**silent, paces=FREE) as ses:
            await asyncio.gather(*(look_up(ses) for _ in range(3)))

    with pytest.raises(TimeLimitExceeded):
        asyncio.run(story())
    assert "look-up" in ended
    assert len(wire.requests) <= 3
