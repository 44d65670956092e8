"""A process that was forked: it shares neither connections nor locks with its parent."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import Credentials, DeferredRefreshableCredentials
from botocore.httpsession import URLLib3Session
from pydantic_core import SchemaValidator, core_schema

from sesinsights import AsyncSESInsights, SESInsights, forks
from sesinsights.drivers import parsing, transport
from sesinsights.events import CertificateStore
from sesinsights.exports import checkpoints
from sesinsights.loading import load_each_on_first_use
from sesinsights.pacing import LocalPacer, local
from sesinsights.testing import FakeClock, FirehoseFiles, SESEmulator
from sesinsights.testing.environment import SDK_ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    # What the warning is about is what is tested.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

WORKERS = 4
LOOKUPS = 6
FREE = {"GetMessageInsights": None}
DAY = timedelta(days=1)
END = datetime(2026, 1, 15, tzinfo=UTC)


def reply_with_what_was_asked(request: bytes, connection: Any) -> bool:
    """Answer a lookup with the id that it asks for, a moment later."""
    time.sleep(random.uniform(0, 0.005))
    message_id = request.split(b"/v2/email/insights/")[1].split(b"/")[0]
    body = b'{"MessageId": "%s"}' % message_id
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return True


def in_children(work: Callable[[int], object], count: int = WORKERS) -> list[int | None]:
    """Do something in forked processes at the same moment, and return how each ended."""
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(count)

    def begin(number: int) -> None:
        # End a child that hangs, even where no handler of Python's would run.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(20)
        together.wait()
        work(number)

    children = [fork.Process(target=begin, args=(number,)) for number in range(count)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    return [child.exitcode for child in children]


def look_up(ses: SESInsights, number: int) -> None:
    """Look many messages up; fail unless each response is about the one that was asked for."""
    for lookup in range(LOOKUPS):
        message_id = f"0100{number:04}{lookup:04}"
        assert ses.get_message_insights(message_id).message_id == message_id


@pytest.mark.parametrize("owner", ["ours", "the caller's"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_forked_workers_get_their_own_answers(
    wire: Any, tls_wire: Any, trust: None, owner: str, scheme: str
) -> None:
    """A used client continues in four forked processes at once, as with gunicorn's preload."""
    server = tls_wire if scheme == "https" else wire
    server.reply = reply_with_what_was_asked
    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    client: Any = session.client("sesv2", endpoint_url=server.url)
    given: Any = (
        {"client": client}
        if owner == "the caller's"
        else {"session": session, "endpoint_url": server.url}
    )
    with SESInsights(**given, paces=FREE) as ses:
        look_up(ses, 9000)
        mine = client._endpoint.http_session._manager
        connections = server.connections

        def work(number: int) -> None:
            look_up(ses, number)
            assert client._endpoint.http_session._manager is mine
            ses.close()

        assert in_children(work) == [0] * WORKERS
        look_up(ses, 9001)
    # Each child opened one of its own, and the parent's is the one that it had.
    assert server.connections == connections + WORKERS
    client.close()


def test_a_closed_client_stands_in_no_ones_way(wire: Any) -> None:
    """Forked children can use a client although others were closed."""
    wire.reply = reply_with_what_was_asked
    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    clients = [SESInsights(session=session, endpoint_url=wire.url, paces=FREE) for _ in range(6)]
    for number, ses in enumerate(clients):
        look_up(ses, 9000 + number)
        if number % 2:
            ses.close()

    def work(number: int) -> None:
        for ses in clients[::2]:
            look_up(ses, number)

    assert in_children(work) == [0] * WORKERS
    for ses in clients:
        ses.close()


def test_the_way_out_of_a_client_of_ours_is_safe_in_a_fork(wire: Any) -> None:
    """The client underneath that we built has a pool of its own in the child."""
    wire.reply = reply_with_what_was_asked
    with SESInsights(
        session=boto3.session.Session("key", "secret", region_name="us-east-1"),
        endpoint_url=wire.url,
        config=Config(max_pool_connections=7),
    ) as ses:

        def work(number: int) -> None:
            for lookup in range(LOOKUPS):
                message_id = f"0100{number:04}{lookup:04}"
                answer = ses.client.get_message_insights(MessageId=message_id)
                assert answer["MessageId"] == message_id
            assert ses.client._endpoint.http_session._max_pool_connections == 7  # type: ignore[attr-defined] # not in the stubs

        work(9000)
        assert in_children(work) == [0] * WORKERS


def test_a_pool_of_processes_shares_a_client(wire: Any) -> None:
    """Workers of multiprocessing, like those of Celery's prefork, can inherit a client."""
    wire.reply = reply_with_what_was_asked
    global _inherited  # noqa: PLW0603 - workers get what the module has
    _inherited = SESInsights(
        session=boto3.session.Session("key", "secret", region_name="us-east-1"),
        endpoint_url=wire.url,
        paces=FREE,
    )
    look_up(_inherited, 9000)
    with multiprocessing.get_context("fork").Pool(WORKERS) as workers:
        ids = [f"0100{number:08}" for number in range(WORKERS * LOOKUPS)]
        assert workers.map(_id_found, ids, chunksize=1) == ids
    _inherited.close()


_inherited: SESInsights


def _id_found(message_id: str) -> str | None:
    return _inherited.get_message_insights(message_id).message_id


def test_a_fork_while_another_thread_builds_the_client_does_not_hang() -> None:
    """The lock that the thread holds is a new one in the child."""
    with SESEmulator(paces=FREE) as emulator:
        message_id = emulator.add_message(events=["SEND"])
        ses = SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1")
        forked, building = threading.Event(), threading.Event()
        build = ses._transport._build_client

        def build_slowly() -> Any:
            if not forked.is_set():
                building.set()
                forked.wait(20)
            return build()

        ses._transport._build_client = build_slowly  # type: ignore[method-assign] # as slow as a first import
        thread = threading.Thread(target=lambda: ses.client)
        thread.start()
        building.wait(20)

        def work(_: int) -> None:
            forked.set()
            assert ses.get_message_insights(message_id).message_id == message_id

        try:
            assert in_children(work, 1) == [0]
        finally:
            forked.set()
            thread.join()
        ses.close()


def test_a_fork_while_another_thread_refreshes_credentials_does_not_hang(wire: Any) -> None:
    """The lock of botocore's that the thread holds is a new one in the child."""
    wire.reply = reply_with_what_was_asked
    forked, refreshing = threading.Event(), threading.Event()

    def refresh() -> dict[str, str]:
        if not forked.is_set():
            refreshing.set()
            forked.wait(20)
        expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        return {"access_key": "k", "secret_key": "s", "token": "t", "expiry_time": expires}

    base: Any = botocore.session.Session()
    base._credentials = DeferredRefreshableCredentials(refresh, "a role")
    session = boto3.session.Session(botocore_session=base, region_name="us-east-1")
    with SESInsights(session=session, endpoint_url=wire.url, paces=FREE) as ses:
        assert ses.client.meta.region_name
        thread = threading.Thread(target=look_up, args=(ses, 9000))
        thread.start()
        refreshing.wait(20)

        def work(number: int) -> None:
            forked.set()
            look_up(ses, number)

        try:
            assert in_children(work, 1) == [0]
        finally:
            forked.set()
            thread.join()


def test_credentials_of_a_class_of_ones_own_hinder_no_fork(wire: Any) -> None:
    """They may be fetched anew as botocore's are, and yet have none of their locks."""
    wire.reply = reply_with_what_was_asked

    class OwnCredentials(Credentials):
        def refresh_needed(self) -> bool:
            return False

    base: Any = botocore.session.Session()
    base._credentials = OwnCredentials("key", "secret")
    session = boto3.session.Session(botocore_session=base, region_name="us-east-1")
    clients = [SESInsights(session=session, endpoint_url=wire.url, paces=FREE) for _ in range(2)]

    def work(number: int) -> None:
        for ses in clients:
            look_up(ses, number)

    work(9000)
    assert in_children(work, 1) == [0]
    assert wire.connections == 2 * len(clients), "the child shares a connection with its parent"
    for ses in clients:
        ses.close()


def test_a_fork_while_another_thread_parses_does_not_hang(wire: Any) -> None:
    """The lock that the thread holds is a new one in the child, whose call succeeds."""
    wire.reply = reply_with_what_was_asked
    forked, reading = threading.Event(), threading.Event()

    def read(_: object) -> dict[str, Any]:
        reading.set()
        forked.wait(20)
        return {}

    slow = SchemaValidator(core_schema.no_info_plain_validator_function(read))
    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    with SESInsights(session=session, endpoint_url=wire.url, paces=FREE) as ses:
        look_up(ses, 9000)
        thread = threading.Thread(target=parsing._validation.members, args=(slow, b"{}"))
        thread.start()
        reading.wait(20)
        try:
            assert in_children(lambda number: look_up(ses, number), 1) == [0]
        finally:
            forked.set()
            thread.join()


def test_a_child_that_is_forked_while_its_parent_ends_parses_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the process that ends leaves what it receives to botocore's parser."""
    anything = SchemaValidator(core_schema.any_schema())

    def work(_: int) -> None:
        assert parsing._validation.members(anything, b"{}") == {}

    monkeypatch.setattr(parsing._validation, "_is_over", True)
    with pytest.raises(RuntimeError, match="is ending"):
        work(0)
    assert in_children(work, 1) == [0]


def test_a_fork_while_another_thread_imports_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ses_emulator: SESEmulator
) -> None:
    """A fork waits for imports that another thread has begun."""
    for name in ("slow_part", "slow_package"):
        text = "import time\ntime.sleep(0.05)\nDONE = True\n"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    needed = (*transport._IMPORTED_BY_CALLS, "slow_part")
    monkeypatch.setattr(transport, "_IMPORTED_BY_CALLS", needed)
    load, _ = load_each_on_first_use(__name__, {"DONE": "slow_package"})
    with SESInsights(endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1") as ses:
        for name, use in (
            ("slow_part", ses.list_export_jobs),
            ("slow_package", lambda: load("DONE")),
        ):
            thread = threading.Thread(target=use)
            thread.start()
            while name not in sys.modules:
                time.sleep(0.001)
            assert in_children(lambda _, use=use: use(), 1) == [0]  # type: ignore[misc] # the defaults' types
            thread.join()


def test_a_fork_waits_until_a_thread_has_made_what_encrypts(
    wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenSSL's locks cannot be renewed: those of the client, and of our connections."""
    make: Any = URLLib3Session._get_ssl_context  # type: ignore[attr-defined] # not in the stubs
    making = threading.Event()

    def make_slowly(session: URLLib3Session) -> Any:
        making.set()
        time.sleep(0.02)
        made = make(session)
        making.clear()
        return made

    def work(_: int) -> None:
        assert not making.is_set()

    monkeypatch.setattr(URLLib3Session, "_get_ssl_context", make_slowly)
    wire.reply = reply_with_what_was_asked
    session = boto3.session.Session("key", "secret", region_name="us-east-1")
    with SESInsights(session=session, endpoint_url=wire.url, paces=FREE) as ses:
        for use in (lambda: ses.client, lambda: look_up(ses, 1)):
            thread = threading.Thread(target=use)
            thread.start()
            assert making.wait(20)
            assert in_children(work, 1) == [0]
            thread.join()


def test_a_fork_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that waits for the fork itself, or that forks, is not waited for."""
    monkeypatch.setattr(forks, "_LONGEST_WAIT", 0.02)
    inside, forked = threading.Event(), threading.Event()

    def wait_for_fork() -> None:
        with forks.no_fork():
            inside.set()
            forked.wait(20)

    thread = threading.Thread(target=wait_for_fork)
    thread.start()
    inside.wait(20)
    with forks.no_fork():
        assert in_children(lambda _: wait_for_nothing(), 2) == [0, 0]
    forked.set()
    thread.join()


def test_a_fork_and_a_thread_do_not_wait_for_each_other_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fork and a thread that holds the lock of logging do not wait for each other forever."""
    monkeypatch.setattr(forks, "_LONGEST_WAIT", 0.02)
    lock: Any = logging._lock  # type: ignore[attr-defined] # not in the stubs
    holding, gate = threading.Event(), forks._gate()

    def use_what_must_be_imported() -> None:
        with lock:
            holding.set()
            while not gate._forking:
                time.sleep(0.001)
            with forks.no_fork():
                pass

    thread = threading.Thread(target=use_what_must_be_imported)
    thread.start()
    holding.wait(20)
    assert in_children(lambda _: wait_for_nothing(), 1) == [0]
    thread.join()
    assert not gate._forking


INTERRUPTED = """
import os, signal, sys, threading
from sesinsights import forks

inside = threading.Event()

def interrupt_the_fork():
    with forks.no_fork():
        inside.set()
        while not forks._gate()._changed._waiters:
            pass
        signal.pthread_kill(threading.main_thread().ident, signal.{signal})

def fork():
    if not os.fork():
        assert signal.getsignal(signal.SIGINT) is handler
        os._exit(0)

def end(*_):
    {handler}

signal.signal(signal.SIGTERM, end)
handler = signal.getsignal(signal.SIGINT)
threading.Thread(target=interrupt_the_fork).start()
inside.wait(20)
try:
    fork()
except BaseException as error:
    print(repr(error))
fork()
print([os.wait()[1] for _ in range(2)], signal.getsignal(signal.SIGINT) is handler)
"""


@pytest.mark.parametrize(
    ("number", "handler", "raised"),
    [
        ("SIGINT", "pass", "KeyboardInterrupt()\n"),
        ("SIGTERM", "sys.exit(3)", "SystemExit(3)\n"),
        ("SIGTERM", "raise TimeoutError('over')", "TimeoutError('over')\n"),
        ("SIGTERM", "pass", ""),
    ],
)
def test_what_a_signal_raises_while_a_fork_waits_is_raised_when_it_is_done(
    number: str, handler: str, raised: str
) -> None:
    """What the handler of a signal raises reaches the parent, once, and not the child."""
    script = INTERRUPTED.format(signal=number, handler=handler)
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", script]
    ended = subprocess.run(command, check=True, capture_output=True, text=True, timeout=50)
    assert ended.stdout == f"{raised}[0, 0] True\n"
    assert not ended.stderr


def wait_for_nothing() -> None:
    """Fork from a child, which does not have the thread that its parent waited for."""
    forks._LONGEST_WAIT = 60  # longer than a child may take
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def test_locks_that_another_thread_holds_are_free_in_a_fork(tmp_path: Path) -> None:
    """A fork renews the locks of objects that are shared or often created before it."""
    emulator = SESEmulator()
    owners: list[tuple[Any, str]] = [
        (FakeClock(), "_lock"),
        (emulator, "_starting_or_stopping"),
        (emulator._state, "lock"),
        (emulator._state.faults, "_lock"),
        (emulator.s3, "_lock"),
        (FirehoseFiles(tmp_path), "_lock"),
        (SDK_ENVIRONMENT, "_lock"),
        (CertificateStore(), "_lock"),
        (LocalPacer(), "_lock"),
        (local._default_pacers, "_lock"),
        (checkpoints, "_claiming"),
        (SESInsights().export_message_insights(start_date=END - DAY, end_date=END), "_lock"),
    ]
    held, forked = threading.Event(), threading.Event()

    def hold_all() -> None:
        with ExitStack() as locks:
            for owner, name in owners:
                locks.enter_context(getattr(owner, name))
            held.set()
            forked.wait(20)

    thread = threading.Thread(target=hold_all)
    thread.start()
    held.wait(20)

    def work(_: int) -> None:
        for owner, name in owners:
            assert getattr(owner, name).acquire(timeout=1), (owner, name)

    try:
        assert in_children(work, 1) == [0]
    finally:
        forked.set()
        thread.join()


def test_each_lock_of_an_object_is_a_new_one_in_a_fork() -> None:
    """A fork renews each lock of an object, including those of its base classes."""

    class Owner:
        first: object = None
        second: object = None

    owner = Owner()
    forks.renew_in_child(owner, first=threading.Lock)
    forks.renew_in_child(owner, second=threading.Lock)

    def work(_: int) -> None:
        assert owner.first
        assert owner.second

    assert in_children(work, 1) == [0]


def test_a_renewal_that_fails_keeps_no_other_from_being_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A fork renews every lock that it can, and Python reports the failure."""

    class Owner:
        first: object = None
        second: object = None
        third: object = None

        def fail(self) -> None:
            raise ValueError("cannot be renewed")

    owner, reported = Owner(), list[Any]()
    forks.renew_in_child(owner, first=threading.Lock)
    forks.after_fork_in_child(owner.fail)
    forks.renew_in_child(owner, second=int)
    forks.renew_in_child(owner, third=lambda: owner.second)
    monkeypatch.setattr(sys, "unraisablehook", reported.append)

    def work(_: int) -> None:
        assert owner.first
        assert (owner.second, owner.third) == (0, 0), "they are renewed in another order"
        assert str(reported[0].exc_value) == "cannot be renewed"

    assert in_children(work, 1) == [0]


def test_an_asyncio_client_goes_on_in_a_fork(wire: Any) -> None:
    """It is used in the child as in the parent, on a loop of the child's."""
    wire.reply = reply_with_what_was_asked
    ses = AsyncSESInsights(
        session=boto3.session.Session("key", "secret", region_name="us-east-1"),
        endpoint_url=wire.url,
        paces=FREE,
    )

    async def look_up_at_once(number: int) -> None:
        # A single call comes first: the parent has a thread for it that the child lacks.
        for count in (1, LOOKUPS):
            ids = [f"0100{number:04}{lookup:04}" for lookup in range(count)]
            answers = await asyncio.gather(*map(ses.get_message_insights, ids))
            assert [answer.message_id for answer in answers] == ids

    def work(number: int) -> None:
        asyncio.run(look_up_at_once(number))

    work(9000)
    assert in_children(work) == [0] * WORKERS
    work(9001)
    asyncio.run(ses.close())
