"""An emulator starts, stops and leaves nothing behind."""

from __future__ import annotations

import errno
import inspect
import math
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import pytest
from urllib3 import HTTPConnectionPool

from sesinsights.testing import SESEmulator
from sesinsights.testing.server import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

    Connect = Callable[[SESEmulator], Any]


@pytest.fixture
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment of a machine that has no AWS account, restored whatever the test does."""
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
    ):
        _unset(monkeypatch, name)


def _unset(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Unset variables; they are restored even where they were unset before and are set later."""
    for name in names:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_has_an_address_only_while_it_runs() -> None:
    """The endpoint is on loopback and unknown before the start and after the end."""
    emulator = SESEmulator()
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.endpoint_url
    with emulator:
        assert emulator.endpoint_url.startswith("http://127.0.0.1:")
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.endpoint_url


def test_listens_on_the_port_that_is_asked_for(connect: Connect) -> None:
    """It is there at every start, also when connections of the last run were still open."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    emulator = SESEmulator(port=port)
    for calls in (1, 2, 3):
        with emulator:
            assert emulator.endpoint_url == f"http://127.0.0.1:{port}"
            connect(emulator).list_export_jobs()
            assert len(emulator.requests) == calls


def test_says_that_a_port_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """The error names the port and the way out, nothing is left behind, and it may start later."""
    before, threads_before = dict(os.environ), threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        emulator = SESEmulator(port=port)
        with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port}: .* or 0 for a free") as raised:
            emulator.start()
    assert raised.value.errno == errno.EADDRINUSE
    assert (dict(os.environ), threading.active_count()) == (before, threads_before)
    assert capsys.readouterr() == ("", "")
    with emulator:
        assert emulator.endpoint_url.endswith(f":{port}")


@pytest.mark.parametrize("port", [-1, 65536, True, 80.0, "8080"])
def test_refuses_what_is_no_port(port: Any) -> None:
    """A port is a whole number that a machine has, and it is said before anything starts."""
    with pytest.raises(ValueError, match="port must be a whole number from 0 to 65535"):
        SESEmulator(port=port)


def test_starts_once_and_stops_as_often_as_asked() -> None:
    """A second start is an error, a second stop is not."""
    emulator = SESEmulator()
    emulator.start()
    try:
        with pytest.raises(RuntimeError, match="running"):
            emulator.start()
    finally:
        emulator.stop()
        emulator.stop()


def test_keeps_what_it_knows_when_it_starts_again(connect: Connect) -> None:
    """A restarted emulator keeps its data."""
    emulator = SESEmulator(paces={"GetMessageInsights": None})
    with emulator:
        message_id = emulator.add_message()
    with emulator:
        answer = connect(emulator).get_message_insights(MessageId=message_id)
    assert answer["MessageId"] == message_id
    assert len(emulator.requests) == 1


def test_stopping_ends_every_thread_and_open_connection(
    http: urllib3.PoolManager,
) -> None:
    """Stopping ends every thread and closes connections that clients keep open."""
    before = threading.active_count()
    with SESEmulator() as emulator:
        http.request("GET", emulator.endpoint_url + "/v2/email/export-jobs/a")
        assert threading.active_count() == before + 2
    assert threading.active_count() == before


def test_a_connection_that_comes_too_late_is_closed(capsys: pytest.CaptureFixture[str]) -> None:
    """One that was accepted just before the stop is not served any more, and no error either."""
    server = LoopbackServer(lambda _: None)
    server.start()
    server.stop()
    served, caller = socket.socketpair()
    with caller:
        server.process_request_thread(served, ("127.0.0.1", 0))
        assert caller.recv(1) == b""
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_leaves_it_alone() -> None:
    """A child may stop it for itself; the parent's connections go on, and its port is its own."""
    fork = multiprocessing.get_context("fork")
    lives, may_end = fork.Event(), fork.Event()

    def live() -> None:
        lives.set()
        may_end.wait(20)

    with SESEmulator() as emulator:
        pool = HTTPConnectionPool("127.0.0.1", int(emulator.endpoint_url.rpartition(":")[2]))
        pool.request("GET", "/v2/email/account", retries=False)
        stopping = fork.Process(target=emulator.stop)
        stopping.start()
        stopping.join(20)
        assert stopping.exitcode == 0
        pool.request("GET", "/v2/email/account", retries=False)
        assert pool.num_connections == 1
        living = fork.Process(target=live)
        living.start()
        assert lives.wait(20)
    try:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", pool.port or 0))
    finally:
        may_end.set()
        living.join(20)
        pool.close()


def test_answers_many_requests_on_one_connection(http: urllib3.PoolManager) -> None:
    """Connections stay open between requests, as the service's do."""
    with SESEmulator() as emulator:
        url = emulator.endpoint_url
        for _ in range(5):
            http.request("POST", url + "/v2/email/list-export-jobs", body=b"{}")
        pool = http.connection_from_url(url)
        assert isinstance(pool, HTTPConnectionPool)
        assert (pool.num_requests, pool.num_connections) == (5, 1)


@pytest.mark.usefixtures("no_credentials")
def test_lends_credentials_to_a_machine_without() -> None:
    """An SDK finds placeholder credentials while any emulator runs, and none afterwards."""
    with SESEmulator():
        with SESEmulator():
            assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
        assert os.environ["AWS_SECRET_ACCESS_KEY"] == "testing"
        assert boto3.session.Session().get_credentials() is not None
    assert "AWS_ACCESS_KEY_ID" not in os.environ
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


@pytest.mark.usefixtures("no_credentials")
def test_gives_back_what_it_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret without an access key is of no use, and is put back all the same."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    with SESEmulator():
        assert os.environ["AWS_SECRET_ACCESS_KEY"] == "testing"
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "mine"


@pytest.mark.usefixtures("no_credentials")
def test_leaves_what_changed_in_the_meantime(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials that appear while it runs stay."""
    with SESEmulator():
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"


@pytest.mark.usefixtures("no_credentials")
@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_leaves_credentials_alone_that_are_there(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An environment that names an access key or a profile gets no other credentials."""
    monkeypatch.setenv(name, "mine")
    before = _credentials()
    with SESEmulator():
        assert _credentials() == before
    assert _credentials() == before


def _credentials() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


@pytest.mark.parametrize("spelling", ["HTTP_PROXY", "http_proxy"])
def test_is_reached_past_a_proxy(
    spelling: str, unused_endpoint: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests of an SDK come straight to the emulator though the environment names a proxy."""
    _unset(monkeypatch, "NO_PROXY", "no_proxy")
    monkeypatch.setenv(spelling, unused_endpoint)
    with SESEmulator() as emulator:
        connect(emulator).list_export_jobs()
        assert len(emulator.requests) == 1


@pytest.mark.parametrize(
    ("before", "while_it_runs"),
    [
        pytest.param({}, ("127.0.0.1", "127.0.0.1"), id="nothing"),
        pytest.param(
            {"NO_PROXY": "a.example"},
            ("a.example,127.0.0.1", "a.example,127.0.0.1"),
            id="the lower case does not hide the upper",
        ),
        pytest.param(
            {"NO_PROXY": "a.example", "no_proxy": "b.example"},
            ("a.example,127.0.0.1", "b.example,127.0.0.1"),
            id="each keeps its own",
        ),
        pytest.param({"no_proxy": "*"}, ("*", "*"), id="every host"),
        pytest.param(
            {"no_proxy": "127.0.0.1, a.example"},
            ("127.0.0.1, a.example", "127.0.0.1, a.example"),
            id="this machine already",
        ),
    ],
)
def test_excepts_this_machine_from_proxies(
    before: dict[str, str], while_it_runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exceptions that are there stay, loopback joins them, and all is put back."""
    _unset(monkeypatch, "NO_PROXY", "no_proxy")
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    with SESEmulator():
        assert (os.environ["NO_PROXY"], os.environ["no_proxy"]) == while_it_runs
    assert {name: os.environ[name] for name in ("NO_PROXY", "no_proxy") if name in os.environ} == (
        before
    )


def test_a_start_that_fails_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is as before, and a later start succeeds."""

    def fail(_: LoopbackServer) -> None:
        raise RuntimeError("can't start new thread")

    emulator = SESEmulator()
    before = dict(os.environ)
    with monkeypatch.context() as failing:
        failing.setattr(LoopbackServer, "start", fail)
        with pytest.raises(RuntimeError, match="new thread"):
            emulator.start()
    assert dict(os.environ) == before
    with pytest.raises(RuntimeError, match="not running"):
        _ = emulator.endpoint_url
    with emulator:
        assert emulator.endpoint_url
    assert dict(os.environ) == before


def test_of_two_threads_one_starts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start is a mistake while another is under way, and no second server is left behind."""
    begun, go_on = threading.Event(), threading.Event()
    make_server = LoopbackServer.__init__

    def make_slowly(server: LoopbackServer, respond: Any, port: int) -> None:
        begun.set()
        go_on.wait(10)
        make_server(server, respond, port)

    def start_too() -> None:
        try:
            emulator.start()
        except RuntimeError as error:
            refusals.append(str(error))

    monkeypatch.setattr(LoopbackServer, "__init__", make_slowly)
    refusals: list[str] = []
    emulator = SESEmulator()
    before, threads_before = dict(os.environ), threading.active_count()
    threads = [threading.Thread(target=start_too) for _ in range(2)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    threads[1].join(0.2)
    go_on.set()
    for thread in threads:
        thread.join()
    emulator.stop()
    assert refusals == ["the emulator is already running"]
    assert threading.active_count() == threads_before
    assert dict(os.environ) == before


def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, the error names it."""
    monkeypatch.delitem(sys.modules, "sesinsights.testing.server", raising=False)
    monkeypatch.setitem(sys.modules, "werkzeug.serving", None)
    with pytest.raises(ImportError) as caught:
        SESEmulator()
    assert str(caught.value) == "SESEmulator needs an extra: pip install 'sesinsights[testing]'"


def test_importing_is_light() -> None:
    """The fake clock needs neither the server nor botocore's client machinery."""
    program = (
        "import sys; sys.modules['werkzeug'] = None\n"
        "from sesinsights.testing import FakeClock; FakeClock()\n"
        "assert not {'botocore.client', 'botocore.session', 'boto3'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_attribute_takes_effect_or_cannot_be_set() -> None:
    """So do the two that can be set; all others are refused, those of the constructor too."""
    emulator: Any = SESEmulator()
    for name in ("vdm_enabled", "production_access"):
        setattr(emulator, name, False)
        assert getattr(emulator, name) is False
        with pytest.raises(TypeError, match=f"^{name} must be True or False"):
            setattr(emulator, name, "no")
    public = {name for name in dir(emulator) if not name.startswith("_")}
    options = {*inspect.signature(SESEmulator).parameters}
    for name in (public | options) - {"vdm_enabled", "production_access"}:
        with pytest.raises(AttributeError, match=name):
            setattr(emulator, name, 1)


def test_a_method_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a user's test can let one fail, or see how it is called; each undoes that in its way."""
    emulator = SESEmulator()

    def fail() -> None:
        raise OSError("no more ports")

    with monkeypatch.context() as patch:
        patch.setattr(emulator, "start", fail)
        with pytest.raises(OSError, match="no more ports"):
            emulator.__enter__()
    with mock.patch.object(emulator, "add_message") as added:
        emulator.add_message(destination="reader@example.net")
    added.assert_called_once_with(destination="reader@example.net")
    with emulator:
        assert emulator.add_message()


def test_a_subclass_has_attributes_of_its_own() -> None:
    """They are set as in any class."""

    class Recorder(SESEmulator):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []

    assert Recorder().seen == []


def test_refuses_a_pace_of_no_operation() -> None:
    """An unknown operation in `paces` is refused, since it would pace nothing."""
    with pytest.raises(ValueError, match=r"does not have: GetMessageInsight$"):
        SESEmulator(paces={"GetMessageInsight": 2.0})


@pytest.mark.parametrize("pace", [0.0, -1, math.nan, math.inf, "1"])
def test_refuses_a_pace_of_nothing(pace: Any) -> None:
    """A pace is a number of calls a second, or None for unlimited."""
    with pytest.raises(ValueError, match="GetMessageInsights must be more than 0 calls a second"):
        SESEmulator(paces={"GetMessageInsights": pace})


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf, 1e300, "4", None, True])
@pytest.mark.parametrize("name", ["job_seconds", "created_seconds", "link_seconds"])
def test_refuses_a_time_that_cannot_pass(name: str, seconds: Any) -> None:
    """Seconds are a number that is finite and not negative, and the argument is named."""
    with pytest.raises(ValueError, match=f"{name} must be a number of seconds from 0"):
        SESEmulator(**{name: seconds})


@pytest.mark.parametrize("number", [-1, 1.5, True, "20"])
def test_refuses_a_number_of_jobs_that_cannot_be(number: Any) -> None:
    """A limit is a whole number from 0, and so is what counts things that are added."""
    with pytest.raises(ValueError, match="max_running_jobs must be a whole number"):
        SESEmulator(max_running_jobs=number)
    emulator = SESEmulator()
    with pytest.raises(ValueError, match="count must be a whole number"):
        emulator.add_export_jobs(number)
    for counts in ({"processed_records": number}, {"failed_records": number}):
        with pytest.raises(ValueError, match="processed_records and failed_records must be"):
            emulator.add_import_job(**counts)
    with pytest.raises(ValueError, match="failed_records must not exceed processed_records"):
        emulator.add_import_job(processed_records=2, failed_records=3)


@pytest.mark.parametrize("seed", [1.5, True, "x", None])
def test_refuses_a_seed_that_is_not_a_number(seed: Any) -> None:
    """Randomness is repeatable by a whole number."""
    with pytest.raises(ValueError, match="seed must be a whole number"):
        SESEmulator(seed=seed)


def test_zero_is_a_setting(connect: Connect) -> None:
    """Jobs may take no time, links may not work, and no job may run at all."""
    with SESEmulator(job_seconds=0, link_seconds=0) as emulator:
        job_id = emulator.add_export_job(job_status=None)
        assert connect(emulator).get_export_job(JobId=job_id)["JobStatus"] == "COMPLETED"


def test_the_seed_decides_the_identifiers() -> None:
    """Runs with the same seed repeat each other, other seeds do not."""
    assert SESEmulator(seed=1).add_message() == SESEmulator(seed=1).add_message()
    assert SESEmulator(seed=1).add_message() != SESEmulator(seed=2).add_message()
