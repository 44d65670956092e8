"""What a caller does to a client holds for our calls, but for botocore's retries."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from sesinsights import AsyncSESInsights, RetryPolicy, SESInsights, errors
from sesinsights.flows.flow import Gather
from sesinsights.flows.operations import LIST_EXPORT_JOBS
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from types_boto3_sesv2 import SESV2Client

    from sesinsights.testing import FakeClock

WINDOW: Any = {
    "start_date": datetime.now(UTC) - timedelta(days=2),
    "end_date": datetime.now(UTC) - timedelta(days=1),
}
FOUND = {"MessageId": "0100", "Subject": "from the mock"}


@pytest.fixture
def client(ses_emulator: SESEmulator) -> SESV2Client:
    """A client as a caller would make it."""
    return boto3.client("sesv2", region_name="us-east-1", endpoint_url=ses_emulator.endpoint_url)


def adaptive(emulator: SESEmulator) -> SESV2Client:
    """Return a client that slows down after a throttled call."""
    return boto3.client(
        "sesv2",
        region_name="us-east-1",
        endpoint_url=emulator.endpoint_url,
        config=Config(retries={"mode": "adaptive", "total_max_attempts": 1}),
    )


def test_a_throttled_call_of_the_callers_does_not_slow_ours_down(
    ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adaptive client's limiter neither delays our calls nor counts them."""
    client = adaptive(ses_emulator)
    ses_emulator.faults.throttle("GetExportJob")
    with pytest.raises(client.exceptions.TooManyRequestsException):
        client.get_export_job(JobId="job")
    for event in ("on_sending_request", "on_receiving_response"):
        path = f"botocore.retries.adaptive.ClientRateLimiter.{event}"
        monkeypatch.setattr(path, lambda *_, **__: pytest.fail("botocore's limiter is at work"))
    monkeypatch.setattr(
        "botocore.retries.bucket.TokenBucket.acquire",
        lambda *_, **__: pytest.fail("a call of ours waits for botocore's limiter"),
    )
    with SESInsights(client=client) as ses:
        for _ in range(3):
            ses.list_export_jobs()
    client.close()


def test_our_throttled_calls_do_not_slow_the_callers_down(
    ses_emulator: SESEmulator, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limiter of the caller's client learns from the caller's own calls alone."""
    client = adaptive(ses_emulator)
    ses_emulator.faults.throttle("GetExportJob", times=3)
    with SESInsights(client=client, clock=fake_clock, retry=RetryPolicy(max_attempts=3)) as ses:
        with pytest.raises(errors.ThrottledError):
            ses.get_export_job("job")
        monkeypatch.setattr(
            "botocore.retries.bucket.TokenBucket.acquire",
            lambda *_, **__: pytest.fail("a call of the caller's is held up"),
        )
        client.list_export_jobs()
    client.close()


@pytest.mark.parametrize("used_before", ["used before", "not used before"])
@pytest.mark.parametrize("owner", ["ours", "the caller's"])
def test_a_patched_method_is_called_as_long_as_it_is_patched(
    ses_emulator: SESEmulator, client: SESV2Client, owner: str, used_before: str
) -> None:
    """A mock applies for as long as it is in place."""
    given: Any = (
        {"client": client}
        if owner == "the caller's"
        else {"region_name": "us-east-1", "endpoint_url": ses_emulator.endpoint_url}
    )
    with SESInsights(**given, paces={"GetMessageInsights": None}) as ses:
        if used_before == "used before":
            ses.list_export_jobs()
        sent = len(ses_emulator.requests)
        with mock.patch.object(ses.client, "get_message_insights", return_value=FOUND) as patched:
            assert ses.get_message_insights("0100").subject == "from the mock"
        patched.assert_called_once_with(MessageId="0100")
        assert len(ses_emulator.requests) == sent
        with pytest.raises(errors.NotFoundError):
            ses.get_message_insights("0100")
        assert len(ses_emulator.requests) == sent + 1
    client.close()


@pytest.mark.parametrize(
    "place",
    [
        lambda client: (client, "_make_api_call"),
        lambda _: (botocore.client.BaseClient, "_make_api_call"),
        lambda client: (type(client), "get_message_insights"),
    ],
    ids=["the client", "every client", "its class"],
)
def test_patches_of_any_kind_hold(client: SESV2Client, place: Callable[[Any], Any]) -> None:
    """On the client, on its class, or on all clients, as instrumentation does it."""
    with SESInsights(client=client, paces={"GetMessageInsights": None}) as ses:
        ses.list_export_jobs()
        target, name = place(client)
        with mock.patch.object(target, name, return_value=FOUND):
            assert ses.get_message_insights("0100").subject == "from the mock"
        with pytest.raises(errors.NotFoundError):
            ses.get_message_insights("0100")
    client.close()


@pytest.mark.parametrize(
    ("place", "method"),
    [
        (lambda client: client._serializer, "serialize_to_request"),
        (lambda client: client._serializer._serializer, "serialize_to_request"),
        (lambda client: client._serializer._param_validator, "validate"),
        (lambda client: client._request_signer, "sign"),
        (lambda client: client._endpoint, "prepare_request"),
        (lambda client: client._endpoint.http_session, "send"),
    ],
    ids=["serializer", "serializer within", "validator", "signer", "endpoint", "session"],
)
def test_what_a_client_is_made_of_may_be_patched_between_calls(
    client: SESV2Client, place: Callable[[Any], Any], method: str
) -> None:
    """A patch is called by the calls that begin while it is there."""
    target = place(client)
    with SESInsights(client=client) as ses:
        ses.list_export_jobs()
        with mock.patch.object(target, method, wraps=getattr(target, method)) as patched:
            ses.list_export_jobs()
        ses.list_export_jobs()
    patched.assert_called_once()
    client.close()


@pytest.mark.parametrize("place", ["client", "endpoint", "session"])
def test_a_fault_that_a_patch_raises_may_have_been_delivered(
    client: SESV2Client, place: str
) -> None:
    """Only a connection can tell that nothing left: a mock may stand for one that did."""
    endpoint: Any = client._endpoint  # type: ignore[attr-defined] # nothing public leads there
    target, name = {
        "client": (client, "_make_api_call"),
        "endpoint": (endpoint, "_send"),
        "session": (endpoint.http_session, "send"),
    }[place]
    lost = ReadTimeoutError(endpoint_url="https://email.example")
    with (
        SESInsights(client=client, retry=RetryPolicy(max_attempts=1)) as ses,
        mock.patch.object(target, name, side_effect=lost) as patched,
        pytest.raises(errors.TransportError) as caught,
    ):
        ses.list_export_jobs()
    assert caught.value.maybe_delivered
    patched.assert_called_once()
    client.close()


@pytest.mark.parametrize(
    "event", ["before-parse", "response-received", "needs-retry", "after-call"]
)
def test_another_host_that_a_handler_cannot_reach_does_not_make_a_call_unsent(
    ses_emulator: SESEmulator, client: SESV2Client, event: str
) -> None:
    """What was sent stays sent, even if the handler of the response fails to connect elsewhere."""

    def report(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://logs.example")

    client.meta.events.register(f"{event}.sesv2", report)
    with SESInsights(client=client) as ses:
        with pytest.raises(errors.TransportError, match=r"logs\.example") as caught:
            ses.create_export_job(
                export_data_source={"message_insights_data_source": WINDOW},
                export_destination={"data_format": "JSON"},
            )
        assert caught.value.maybe_delivered
    assert len(ses_emulator.requests) == 1
    client.close()


EVENTS = [
    "provide-client-params",
    "before-parameter-build",
    "before-call",
    "request-created",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
    "after-call",
]


def test_every_event_is_heard_of_our_calls_too(client: SESV2Client) -> None:
    """Handlers apply whether they are registered before or after the first call."""
    heard: list[str] = []

    def hear(event_name: str, **_: object) -> None:
        heard.append(event_name.partition(".")[0])

    with SESInsights(client=client) as ses:
        for event in EVENTS[::2]:
            client.meta.events.register(f"{event}.sesv2", hear)
        ses.list_export_jobs()
        assert heard == EVENTS[::2]
        for event in EVENTS[1::2]:
            client.meta.events.register(f"{event}.sesv2", hear)
        heard.clear()
        client.list_export_jobs()
        of_the_callers = list(heard)
        heard.clear()
        ses.list_export_jobs()
        assert heard == of_the_callers
        assert set(heard) == set(EVENTS)
    client.close()


def test_handlers_see_and_change_answers_before_and_after_they_are_parsed(
    client: SESV2Client, ses_emulator: SESEmulator
) -> None:
    """Handlers can change a response before and after parsing, and see it as botocore parses it."""
    ses_emulator.add_export_job(job_id="job")
    seen: list[dict[str, Any]] = []

    def before(response_dict: dict[str, Any], **_: object) -> None:
        response_dict["body"] = response_dict["body"].replace(b'"job"', b'"other job"')

    def after(parsed: dict[str, Any], **_: object) -> None:
        seen.append({**parsed})
        parsed["CreatedTimestamp"] += timedelta(days=1)

    client.meta.events.register("before-parse.sesv2", before)
    with SESInsights(client=client) as ses:
        plain: Any = client.get_export_job(JobId="job")
        client.meta.events.register("after-call.sesv2", after)
        job = ses.get_export_job("job")
    assert job.job_id == plain["JobId"] == "other job"
    assert job.created_timestamp == plain["CreatedTimestamp"] + timedelta(days=1)
    for answer in (*seen, plain):
        # Each call has an id and a link of its own.
        del answer["ResponseMetadata"], answer["ExportDestination"]["S3Url"]
    assert seen == [plain]
    client.close()


def test_no_handler_makes_botocore_repeat_a_call(
    ses_emulator: SESEmulator, client: SESV2Client
) -> None:
    """No handler can make botocore retry our calls."""
    repeat: Any = lambda **_: 0  # noqa: E731 - the stubs want a handler that returns nothing
    client.meta.events.register("needs-retry.sesv2", repeat)
    with SESInsights(client=client) as ses:
        ses.list_export_jobs()
    assert len(ses_emulator.requests) == 1
    client.close()


CALLER: ContextVar[str] = ContextVar("caller", default="nobody")


def test_handlers_see_the_callers_context_variables_in_every_thread(client: SESV2Client) -> None:
    """Handlers see the caller's context variables in every thread that sends."""
    seen: list[str] = []
    client.meta.events.register("before-call.sesv2", lambda **_: seen.append(CALLER.get()))

    def calls(ses: Any) -> Any:
        flows = [ses._pipeline.call(LIST_EXPORT_JOBS, LIST_EXPORT_JOBS.request()) for _ in range(3)]
        return (yield from Gather(flows, 3))

    async def story() -> None:
        async with AsyncSESInsights(client=client) as ses:
            await ses._driver.run(calls(ses))
            await ses.list_export_jobs()

    token = CALLER.set("the request of Ada")
    with SESInsights(client=client) as ses:
        ses._driver.run(calls(ses))
        ses.list_export_jobs()
    asyncio.run(story())
    CALLER.reset(token)
    assert seen == ["the request of Ada"] * 8
    client.close()


# How often a call is sent


def attempts(emulator: SESEmulator, clock: FakeClock, **given: Any) -> int:
    """Return how often a call that always fails is sent."""
    emulator.faults.server_error("GetExportJob", times=None)
    before = len(emulator.requests)
    if "client" not in given:
        session = boto3.session.Session(region_name="us-east-1")
        given = {"session": session, "endpoint_url": emulator.endpoint_url, **given}
    with SESInsights(clock=clock, **given) as ses, pytest.raises(errors.ServiceError):
        ses.get_export_job("job")
    return len(emulator.requests) - before


@pytest.mark.parametrize("retries", [{"total_max_attempts": 3}, {"max_attempts": 2}])
def test_the_number_of_attempts_is_what_the_nearest_says(
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    retries: Any,
) -> None:
    """The number of attempts comes from `retry`, else `config`, the environment, the profile."""
    config, policy = Config(retries=retries), RetryPolicy(max_attempts=2)

    def sent(**given: Any) -> int:
        return attempts(ses_emulator, fake_clock, **given)

    assert sent() == 8
    profile = tmp_path / "config"
    profile.write_text("[default]\nmax_attempts = 5\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(profile))
    assert sent() == 5
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
    assert sent() == 4
    assert sent(config=config) == 3
    assert sent(config=Config(read_timeout=7)) == 4
    assert sent(config=config, retry=policy) == 2


def test_the_number_of_attempts_of_a_callers_client_is_the_clients(
    ses_emulator: SESEmulator, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was made with, be it by its configuration or the environment."""
    made: dict[str, Any] = {"region_name": "us-east-1", "endpoint_url": ses_emulator.endpoint_url}
    plain = boto3.client("sesv2", **made)
    told = boto3.client("sesv2", **made, config=Config(retries={"total_max_attempts": 3}))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
    by_environment = boto3.client("sesv2", **made)
    sent = [
        attempts(ses_emulator, fake_clock, client=client)
        for client in (plain, told, by_environment)
    ]
    assert sent == [8, 3, 4]
    assert attempts(ses_emulator, fake_clock, client=told, retry=RetryPolicy(max_attempts=1)) == 1
    for client in (plain, told, by_environment):
        client.close()


# Credentials


def session_with(refresh: Callable[[], dict[str, str]]) -> boto3.session.Session:
    """Return a session whose credentials come from this function."""
    base: Any = botocore.session.Session()
    base._credentials = DeferredRefreshableCredentials(refresh, "a role")
    return boto3.session.Session(botocore_session=base, region_name="us-east-1")


def fresh_credentials() -> dict[str, str]:
    """Return credentials as a provider of botocore's gets them."""
    expires = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    return {"access_key": "key", "secret_key": "secret", "token": "token", "expiry_time": expires}


class Order:
    """A pacer that grants every slot, and remembers when."""

    def __init__(self, happened: list[str]) -> None:
        self._happened = happened

    def reserve(self, key: str, *_: object) -> Any:
        """Grant a slot at once."""
        self._happened.append("slot")
        return mock.Mock(key=key, wait=0.0)

    def release(self, _: object) -> None:
        """Take a slot back."""

    def penalize(self, *_: object) -> None:
        """Do nothing."""


def test_credentials_are_fetched_before_a_slot_is_taken(
    ask: Any, ses_emulator: SESEmulator
) -> None:
    """A slot is for sending at once: however slow the refresh, calls leave at the pace."""
    happened: list[str] = []

    def refresh() -> dict[str, str]:
        happened.append("credentials")
        return fresh_credentials()

    message_id = ses_emulator.add_message(events=["SEND"])
    ask(
        "get_message_insights",
        message_id,
        session=session_with(refresh),
        endpoint_url=ses_emulator.endpoint_url,
        pacer=Order(happened),
    )
    assert happened == ["credentials", "slot"]


def test_a_slow_refresh_holds_up_no_event_loop() -> None:
    """Credentials are refreshed in a thread, once for all tasks that wait for them."""
    threads: list[threading.Thread] = []
    begun, may_end = threading.Event(), threading.Event()

    def refresh() -> dict[str, str]:
        begun.set()
        threads.append(threading.current_thread())
        may_end.wait(20)
        return fresh_credentials()

    async def story(service: SESEmulator) -> None:
        message_id = service.add_message(events=["SEND"])
        async with AsyncSESInsights(
            session=session_with(refresh),
            endpoint_url=service.endpoint_url,
            pacer=Order([]),
        ) as ses:
            lookups = [asyncio.create_task(ses.get_message_insights(message_id)) for _ in range(5)]
            # The loop is free meanwhile: nobody else lets the refresh end.
            await asyncio.to_thread(begun.wait, 20)
            may_end.set()
            await asyncio.gather(*lookups)

    with SESEmulator(paces={"GetMessageInsights": None}) as service:
        asyncio.run(story(service))
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


@pytest.mark.parametrize("method", ["get_export_job", "get_message_insights"])
def test_credentials_that_come_too_late_are_no_reason_to_doubt_a_call(
    ask: Any, ses_emulator: SESEmulator, method: str
) -> None:
    """A read that timed out on the way to them is not one of the service's: nothing was sent."""

    def refresh() -> dict[str, str]:
        raise ReadTimeoutError(endpoint_url="https://sts.amazonaws.com")

    with pytest.raises(errors.TransportError) as caught:
        ask(
            method,
            "0100",
            session=session_with(refresh),
            endpoint_url=ses_emulator.endpoint_url,
            retry=RetryPolicy(max_attempts=2),
        )
    assert not caught.value.maybe_delivered
    assert caught.value.attempts == 2
    assert ses_emulator.requests == []


def test_closing_in_mid_call_does_not_hide_what_the_call_ended_with(
    ses_emulator: SESEmulator, client: SESV2Client
) -> None:
    """Closing the client during a call does not hide the service's error."""
    ses_emulator.faults.throttle("GetMessageInsights")
    ses = SESInsights(client=client, retry=RetryPolicy(max_attempts=1))
    client.meta.events.register("after-call.sesv2", lambda **_: ses.close())
    with pytest.raises(errors.TooManyRequestsError):
        ses.get_message_insights("0100")
    client.close()
