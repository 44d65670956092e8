"""The boto3 client underneath: how it is made, whose it is and how often it sends."""

from __future__ import annotations

import signal
import socket
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from unittest import mock
from urllib.parse import urlsplit

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from botocore.retries.quota import RetryQuota

from sesinsights import RetryPolicy, SESInsights, errors, models
from sesinsights.drivers.transport import Transport
from sesinsights.flows.flow import ClosedError, Send
from sesinsights.flows.operations import GET_EXPORT_JOB

if TYPE_CHECKING:
    from pathlib import Path

    from types_boto3_sesv2 import SESV2Client

    from sesinsights.testing import FakeClock, SESEmulator

MODES: dict[str, dict[str, Any]] = {
    "standard": {"mode": "standard"},
    "legacy": {"mode": "legacy"},
    "adaptive": {"mode": "adaptive", "total_max_attempts": 4},
}
ONCE = RetryPolicy(max_attempts=1)


@pytest.fixture
def no_aws_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let botocore find nothing: no default session, environment, files or instance metadata."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def raw_client(emulator: SESEmulator, **retries: Any) -> SESV2Client:
    """Return a boto3 client as a caller would make it."""
    return boto3.client(
        "sesv2",
        region_name="us-east-1",
        endpoint_url=emulator.endpoint_url,
        config=Config(retries=cast("Any", retries)) if retries else None,
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fault", ["throttle", "server_error", "drop_connection"])
def test_a_callers_client_repeats_nothing_of_ours(
    ses_emulator: SESEmulator, fake_clock: FakeClock, mode: str, fault: str
) -> None:
    """In every retry mode of the client, one attempt is one request."""
    client = raw_client(ses_emulator, **MODES[mode])
    getattr(ses_emulator.faults, fault)("GetExportJob", times=None)
    with (
        SESInsights(client=client, retry=ONCE, clock=fake_clock) as ses,
        pytest.raises(errors.SESInsightsError),
    ):
        ses.get_export_job("job")
    assert len(ses_emulator.requests) == 1
    client.close()


@pytest.mark.parametrize("when", ["while the facade is open", "after it was closed"])
def test_a_callers_own_calls_keep_their_retries(
    ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Passing a client in changes nothing for the caller, neither now nor later."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    client = raw_client(ses_emulator, mode="standard", total_max_attempts=3)
    ses_emulator.faults.server_error("GetExportJob", times=None)
    ses = SESInsights(client=client, retry=ONCE)
    with pytest.raises(errors.ServiceError):
        ses.get_export_job("job")
    if when == "after it was closed":
        ses.close()
    with pytest.raises(ClientError):
        client.get_export_job(JobId="job")
    assert len(ses_emulator.requests) == 1 + 3
    ses.close()
    client.close()


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_our_failures_leave_the_callers_retry_quota_alone(
    ses_emulator: SESEmulator, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """However often our calls failed, the caller's next one is repeated as ever."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    # A tenth of what a new client may use: each repetition takes 5.
    monkeypatch.setattr("botocore.retries.quota.RetryQuota", lambda: RetryQuota(50))
    client = raw_client(ses_emulator, mode=mode, total_max_attempts=3)
    ses_emulator.faults.server_error("GetExportJob", times=None)
    ours = 13  # so the quota would be used up by fewer
    with SESInsights(client=client, retry=ONCE, clock=fake_clock) as ses:
        for _ in range(ours):
            with pytest.raises(errors.ServiceError):
                ses.get_export_job("job")
        with pytest.raises(ClientError):
            client.get_export_job(JobId="job")
    assert len(ses_emulator.requests) == ours + 3
    client.close()


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_our_successes_leave_the_callers_retry_quota_alone(
    ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """It is filled up by the caller's own calls alone."""
    quota = RetryQuota(50)
    quota.acquire(20)
    monkeypatch.setattr("botocore.retries.quota.RetryQuota", lambda: quota)
    client = raw_client(ses_emulator, mode=mode, total_max_attempts=3)
    with SESInsights(client=client) as ses:
        ses.list_export_jobs()
        assert quota.available_capacity == 30
        client.list_export_jobs()
        assert quota.available_capacity == 31
    client.close()


@pytest.mark.parametrize("mode", MODES)
def test_closing_during_a_call_does_not_let_it_be_repeated(
    ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """A create call that is running when the client is closed is still sent once."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    client = raw_client(ses_emulator, **MODES[mode])
    ses_emulator.faults.drop_connection("CreateExportJob", times=None)
    ses = SESInsights(client=client)
    client.meta.events.register("before-send.sesv2", lambda **_: ses.close())
    with pytest.raises(errors.TransportError, match="may or may not"):
        ses.create_export_job(
            export_data_source=models.ExportDataSource.model_validate(
                {
                    "message_insights_data_source": {
                        "start_date": datetime(2026, 1, 14, tzinfo=UTC),
                        "end_date": datetime(2026, 1, 15, tzinfo=UTC),
                    }
                }
            ),
            export_destination=models.ExportDestination(data_format="CSV"),
        )
    assert [call.operation for call in ses_emulator.requests] == ["CreateExportJob"]
    client.close()


def test_facades_that_share_a_client_do_not_disturb_each_other(
    ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Closing one of two leaves the other's retries as they were."""
    client = raw_client(ses_emulator, mode="legacy")
    ses_emulator.faults.server_error("GetExportJob", times=None)
    first = SESInsights(client=client, retry=ONCE, clock=fake_clock)
    second = SESInsights(client=client, retry=ONCE, clock=fake_clock)
    for ses in (first, second):
        with pytest.raises(errors.ServiceError):
            ses.get_export_job("job")
    first.close()
    with pytest.raises(errors.ServiceError):
        second.get_export_job("job")
    assert len(ses_emulator.requests) == 3
    second.close()
    client.close()


@pytest.mark.parametrize("retries", [{"mode": "legacy"}, {"total_max_attempts": 9}])
def test_a_client_of_our_own_sends_once_whatever_the_config_says(
    ses_emulator: SESEmulator, fake_clock: FakeClock, retries: Any
) -> None:
    """`retry` takes the place of botocore's retries, and the rest of the config is kept."""
    ses_emulator.faults.server_error("GetExportJob", times=None)
    with SESInsights(
        region_name="us-east-1",
        endpoint_url=ses_emulator.endpoint_url,
        config=Config(retries=retries, read_timeout=7),
        retry=ONCE,
        clock=fake_clock,
    ) as ses:
        with pytest.raises(errors.ServiceError):
            ses.get_export_job("job")
        assert ses.client.meta.config.read_timeout == 7  # type: ignore[attr-defined] # not in the stubs
    assert len(ses_emulator.requests) == 1


def test_the_environment_cannot_multiply_requests(
    ses_emulator: SESEmulator, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_MAX_ATTEMPTS does not multiply with our retries, and `retry` overrides it."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    ses_emulator.faults.server_error("GetExportJob", times=None)
    with (
        SESInsights(
            region_name="us-east-1",
            endpoint_url=ses_emulator.endpoint_url,
            retry=ONCE,
            clock=fake_clock,
        ) as ses,
        pytest.raises(errors.ServiceError),
    ):
        ses.get_export_job("job")
    assert len(ses_emulator.requests) == 1


def test_the_environment_cannot_make_our_client_adaptive(
    ses_emulator: SESEmulator, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With AWS_RETRY_MODE=adaptive each attempt is one request, and botocore paces none."""

    def pace(*_: object, **__: object) -> None:
        pytest.fail("botocore's own limiter is at work")

    monkeypatch.setattr("botocore.retries.adaptive.ClientRateLimiter.on_sending_request", pace)
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    ses_emulator.faults.throttle("GetExportJob", times=None)
    with (
        SESInsights(
            region_name="us-east-1",
            endpoint_url=ses_emulator.endpoint_url,
            retry=RetryPolicy(max_attempts=3),
            clock=fake_clock,
        ) as ses,
        pytest.raises(errors.ThrottledError),
    ):
        ses.get_export_job("job")
    assert len(ses_emulator.requests) == 3


def access_key_of(ses: SESInsights) -> str:
    """Return what requests are signed with."""
    client: Any = ses.client
    return str(client._get_credentials().access_key)


def test_a_callers_session_is_used_and_left_as_it_was(ses_emulator: SESEmulator) -> None:
    """Credentials and Region come from the session; its timestamps stay botocore's."""
    base = botocore.session.Session()
    session = boto3.session.Session(
        aws_access_key_id="AKIAMINE",
        aws_secret_access_key="mine",
        region_name="eu-west-3",
        botocore_session=base,
    )
    parsers = base.get_component("response_parser_factory")
    before = dict(parsers._defaults)
    with SESInsights(session=session, endpoint_url=ses_emulator.endpoint_url) as ses:
        assert ses.client.meta.region_name == "eu-west-3"
        assert access_key_of(ses) == "AKIAMINE"
    assert parsers._defaults == before


@pytest.fixture
def default_session(monkeypatch: pytest.MonkeyPatch) -> boto3.session.Session:
    """A default session that a program has set up, for as long as the test runs."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    boto3.setup_default_session(
        aws_access_key_id="AKIADEFAULT", aws_secret_access_key="default", region_name="eu-west-3"
    )
    session = boto3.DEFAULT_SESSION
    assert session
    return session


def test_boto3s_default_session_is_used_as_boto3_does(
    ses_emulator: SESEmulator, default_session: boto3.session.Session
) -> None:
    """Credentials and Region come from it; a Region that is given goes before its own."""
    for asked, region in ((None, "eu-west-3"), ("eu-west-1", "eu-west-1")):
        with SESInsights(region_name=asked, endpoint_url=ses_emulator.endpoint_url) as ses:
            assert ses.client.meta.region_name == region
            assert access_key_of(ses) == "AKIADEFAULT"


def test_a_session_or_profile_goes_before_the_default_session(
    no_aws_configuration: None, tmp_path: Path, default_session: boto3.session.Session
) -> None:
    """A given session or profile takes precedence over boto3's default session."""
    (tmp_path / "credentials").write_text(
        "[mine]\naws_access_key_id = AKIAMINE\naws_secret_access_key = mine\n"
    )
    session = boto3.session.Session(aws_access_key_id="AKIAMINE", aws_secret_access_key="mine")
    for source in ({"profile_name": "mine"}, {"session": session}):
        with SESInsights(region_name="us-east-1", **cast("Any", source)) as ses:
            assert access_key_of(ses) == "AKIAMINE"


@pytest.mark.parametrize("whose", ["ours", "the default", "the caller's"])
def test_timestamps_are_parsed_fast_whoever_made_the_session(
    ses_emulator: SESEmulator,
    default_session: boto3.session.Session,
    monkeypatch: pytest.MonkeyPatch,
    whose: str,
) -> None:
    """Our calls get times in UTC from the fast parser; other clients keep botocore's."""
    if whose == "ours":
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    endpoint: Any = {"region_name": "us-east-1", "endpoint_url": ses_emulator.endpoint_url}
    ses_emulator.add_export_job(job_id="job")
    session = default_session if whose == "the caller's" else None
    with SESInsights(**endpoint, session=session) as ses:
        answer = ses._transport.send(Send(GET_EXPORT_JOB, {"JobId": "job"}))
        assert answer["CreatedTimestamp"].tzinfo is UTC
    other = default_session.client("sesv2", **endpoint)
    assert other.get_export_job(JobId="job")["CreatedTimestamp"].tzinfo is not UTC
    other.close()


def test_a_client_of_ones_own_is_the_one_that_sends(ses_emulator: SESEmulator) -> None:
    """The way out leads to the very client that was passed in, and closing leaves it open."""
    client = raw_client(ses_emulator)
    with SESInsights(client=client) as ses:
        assert ses.client is client
    assert client.list_export_jobs()["ExportJobs"] == []
    client.close()


@pytest.mark.parametrize(
    "also",
    [
        {"region_name": "us-east-1"},
        {"profile_name": "mine"},
        {"endpoint_url": "http://127.0.0.1:1"},
        {"session": boto3.session.Session()},
        {"config": Config()},
    ],
)
def test_a_client_excludes_what_would_make_another(
    ses_emulator: SESEmulator, also: dict[str, Any]
) -> None:
    """Arguments that would have no effect are refused."""
    client = raw_client(ses_emulator)
    with pytest.raises(TypeError, match="client cannot be combined"):
        SESInsights(client=client, **also)
    client.close()


def test_a_session_excludes_a_profile() -> None:
    """The session has a profile already."""
    with pytest.raises(
        TypeError,
        match="session cannot be combined with profile_name, since it has a profile of its own",
    ):
        SESInsights(session=boto3.session.Session(), profile_name="mine")


def test_a_client_of_another_service_is_refused(ses_emulator: SESEmulator) -> None:
    """SES v1 is another service with another client."""
    client: Any = boto3.client("ses", region_name="us-east-1")
    with pytest.raises(TypeError, match=r"boto3\.client\('sesv2'\)"):
        SESInsights(client=client)
    client.close()


def test_nothing_is_built_before_the_first_call(no_aws_configuration: None) -> None:
    """A client can be made at import time, before the environment is there."""
    SESInsights(profile_name="not there yet")


def test_a_closed_facade_refuses_to_send(ses_emulator: SESEmulator) -> None:
    """A closed client refuses to send; closing it twice is allowed."""
    ses = SESInsights(region_name="us-east-1", endpoint_url=ses_emulator.endpoint_url)
    ses.list_export_jobs()
    ses.close()
    ses.close()
    with pytest.raises(RuntimeError, match="closed"):
        ses.list_export_jobs()
    assert len(ses_emulator.requests) == 1


def test_a_signal_handler_may_close_a_client_that_is_being_built(
    ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not wait for what it interrupts, which then sends nothing and keeps nothing."""
    ses = SESInsights(region_name="us-east-1", endpoint_url=ses_emulator.endpoint_url)
    build, built = Transport._build_client, mock.Mock()

    def build_slowly(transport: Transport) -> Any:
        signal.raise_signal(signal.SIGUSR1)
        client = build(transport)
        monkeypatch.setattr(client, "close", built.close)
        return client

    monkeypatch.setattr(Transport, "_build_client", build_slowly)
    before = signal.signal(signal.SIGUSR1, lambda *_: ses.close())
    try:
        with pytest.raises(ClosedError):
            ses.list_export_jobs()
    finally:
        signal.signal(signal.SIGUSR1, before)
    built.close.assert_called_once()
    assert ses_emulator.requests == []


def test_a_facade_that_never_sent_can_be_closed() -> None:
    """Closing builds nothing."""
    ses = SESInsights()
    ses.close()
    with pytest.raises(RuntimeError, match="closed"):
        ses.list_export_jobs()


def test_missing_credentials_are_botocores_error_with_a_hint(
    no_aws_configuration: None, unused_endpoint: str
) -> None:
    """The note says where credentials come from."""
    with (
        SESInsights(region_name="us-east-1", endpoint_url=unused_endpoint) as ses,
        pytest.raises(NoCredentialsError) as caught,
    ):
        ses.get_export_job("job")
    assert "profile_name=" in caught.value.__notes__[0]


def test_a_missing_region_is_botocores_error_with_a_hint(no_aws_configuration: None) -> None:
    """The note says how to give one, however often a call is made."""
    ses = SESInsights()
    for _ in range(2):
        with pytest.raises(NoRegionError) as caught:
            ses.get_export_job("job")
        assert "region_name=" in caught.value.__notes__[0]


def test_an_unknown_profile_is_botocores_error_with_a_hint(no_aws_configuration: None) -> None:
    """The note about an unknown profile says what to pass."""
    with pytest.raises(ProfileNotFound) as caught:
        SESInsights(profile_name="nobody").get_export_job("job")
    assert "profile_name=" in caught.value.__notes__[0]


class Refreshing(RefreshableCredentials):
    """Credentials of a role that have run out.

    Args:
        outcome: What comes of fetching new ones.
    """

    def __init__(self, outcome: Exception) -> None:
        def refresh() -> dict[str, str]:
            raise outcome

        past = datetime.now(UTC) - timedelta(hours=1)
        super().__init__("key", "secret", "token", past, refresh, "assume-role")


def session_with(credentials: RefreshableCredentials) -> boto3.session.Session:
    """Return a session whose calls are signed with these."""
    base: Any = botocore.session.Session()
    base._credentials = credentials
    return boto3.session.Session(botocore_session=base, region_name="us-east-1")


def test_credentials_that_cannot_be_had_are_botocores_error_with_a_hint(
    ses_emulator: SESEmulator,
) -> None:
    """Credentials that cannot be fetched are botocore's error with a hint, also for paced calls."""
    session = session_with(
        Refreshing(CredentialRetrievalError(provider="custom-process", error_msg="exit 1"))
    )
    with (
        SESInsights(session=session, endpoint_url=ses_emulator.endpoint_url) as ses,
        pytest.raises(CredentialRetrievalError) as caught,
    ):
        ses.get_message_insights("0100")
    assert len(caught.value.__notes__) == 1
    assert ses_emulator.requests == []


@pytest.mark.parametrize("operation", ["get_export_job", "get_message_insights"])
def test_a_role_that_may_not_be_assumed_is_not_blamed_on_ses(
    ses_emulator: SESEmulator, fake_clock: FakeClock, operation: str
) -> None:
    """The other service's error comes out as it is, with a hint, for paced calls too."""
    answer: Any = {
        "Error": {"Code": "AccessDenied", "Message": "not authorized to perform: sts:AssumeRole"},
        "ResponseMetadata": {"HTTPStatusCode": 403},
    }
    session = session_with(Refreshing(ClientError(answer, "AssumeRole")))
    with (
        SESInsights(
            session=session, endpoint_url=ses_emulator.endpoint_url, clock=fake_clock
        ) as ses,
        pytest.raises(ClientError, match="AssumeRole") as caught,
    ):
        getattr(ses, operation)("0100")
    assert not isinstance(caught.value, errors.SESInsightsError)
    assert "credentials" in caught.value.__notes__[0]
    assert ses_emulator.requests == []


@pytest.mark.parametrize("operation", ["get_export_job", "get_message_insights"])
def test_credentials_that_cannot_be_reached_are_tried_again(
    ses_emulator: SESEmulator, fake_clock: FakeClock, operation: str
) -> None:
    """A connection fault on the way to them is one as any other: nothing was delivered."""
    session = session_with(Refreshing(EndpointConnectionError(endpoint_url="https://sts")))
    with (
        SESInsights(
            session=session,
            endpoint_url=ses_emulator.endpoint_url,
            clock=fake_clock,
            retry=RetryPolicy(max_attempts=3),
        ) as ses,
        pytest.raises(errors.TransportError) as caught,
    ):
        getattr(ses, operation)("0100")
    assert caught.value.attempts == 3
    assert not caught.value.maybe_delivered
    assert ses_emulator.requests == []


@pytest.mark.parametrize("body", [b'{"JobId": "job"', b"{}"])
def test_an_answer_that_broke_off_is_a_connection_fault(
    unused_endpoint: str, fake_clock: FakeClock, body: bytes
) -> None:
    """Fewer bytes than were promised are not a response, even if they could be read as one."""
    promised = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n"
    address = urlsplit(unused_endpoint)
    accepted = 0
    with socket.create_server((address.hostname, address.port)) as listener:

        def serve() -> None:
            nonlocal accepted
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    accepted += 1
                    connection.recv(65536)
                    connection.sendall(promised + body)

        server = threading.Thread(target=serve)
        server.start()
        with (
            SESInsights(
                region_name="us-east-1",
                endpoint_url=unused_endpoint,
                clock=fake_clock,
                retry=RetryPolicy(max_attempts=2),
                session=boto3.session.Session("key", "secret"),
            ) as ses,
            pytest.raises(errors.TransportError) as caught,
        ):
            ses.get_export_job("job")
        listener.shutdown(socket.SHUT_RDWR)
        server.join()
    assert caught.value.maybe_delivered
    assert accepted == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"CreatedTimestamp": "the day bob@example.com joined"}',
        b'{"ExportDestination": "text"}',
        b'{"ExportDataSource": {"MetricsDataSource": {"Metrics": 5}}}',
        b'{"Statistics": {"ProcessedRecordsCount": "many"}}',
        b'["a", "list"]',
        b'{"JobId": "cut of',
        b"<html>Please log in, bob@example.com.</html>",
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("owner", ["ours", "the caller's"])
def test_an_answer_that_no_model_allows_is_our_error_with_what_came(
    ses_emulator: SESEmulator, fake_clock: FakeClock, body: bytes, owner: str
) -> None:
    """Any response that botocore's parser cannot read raises `ResponseValidationError`."""
    ses_emulator.add_export_job(job_id="job")
    ses_emulator.faults.malformed_response("GetExportJob", body)
    client = raw_client(ses_emulator)
    options: dict[str, Any] = (
        {"region_name": "us-east-1", "endpoint_url": ses_emulator.endpoint_url}
        if owner == "ours"
        else {"client": client}
    )
    with (
        SESInsights(**options, clock=fake_clock) as ses,
        pytest.raises(errors.ResponseValidationError) as caught,
    ):
        ses.get_export_job("job")
    assert caught.value.shape == "GetExportJobResponse"
    assert caught.value.response is not None
    assert "bob@" not in str(caught.value)
    assert len(ses_emulator.requests) == 1
    client.close()


@pytest.mark.parametrize("raised", [ValueError, KeyError])
def test_an_error_before_the_answer_is_left_alone(
    ses_emulator: SESEmulator, raised: type[Exception]
) -> None:
    """What a caller's own event handler raises is the caller's."""
    client = raw_client(ses_emulator)

    def handler(**_: object) -> None:
        raise raised

    client.meta.events.register("before-call.sesv2", handler)
    with SESInsights(client=client) as ses, pytest.raises(raised):
        ses.get_export_job("job")
    client.close()
