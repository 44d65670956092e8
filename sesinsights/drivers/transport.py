"""The boto3 client underneath: built once, when it is first needed, with its retries off."""

from __future__ import annotations

import copy
import json
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, IncompleteReadError

from sesinsights.botocore_versions import precise_serializer, refuse_unknown
from sesinsights.drivers.downloads import download
from sesinsights.errors import ResponseValidationError
from sesinsights.flows.classification import hints_added
from sesinsights.pacing.owner import quota_owner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from boto3.session import Session
    from botocore.client import BaseClient
    from botocore.config import Config

    from sesinsights.flows.flow import Answer
    from sesinsights.flows.operations import Operation

__all__ = ["Transport"]


@dataclass(slots=True)
class _Call:
    """A call of ours that is under way, and its HTTP answer once there is one."""

    status_code: int | None = None
    body: bytes = b""


_call: ContextVar[_Call | None] = ContextVar("sesinsights_call", default=None)


class _EventsOfOurCalls:
    """A client's events as calls of ours take part in them.

    No handler is asked whether to repeat one of our calls: even when the answer were no,
    botocore's own would count the failure against the retry quota of the client, which may be the
    caller's.
    """

    def __init__(self, events: Any) -> None:
        self._events = events

    def emit(self, event_name: str, **details: Any) -> list[Any]:
        """Tell the client's handlers, and keep each answer before it is parsed."""
        if event_name.startswith("needs-retry."):
            return []
        if event_name.startswith("before-parse."):
            _keep_answer(details["response_dict"])
        handled: list[Any] = self._events.emit(event_name, **details)
        return handled

    def __getattr__(self, name: str) -> Any:
        return getattr(self._events, name)


def _sender_for(client: BaseClient) -> BaseClient:
    """Return a client that shares everything with this one but retries and timestamps.

    It is a copy, because a client that was passed in stays as it is, and so does its session.
    """
    from botocore.parsers import ResponseParserFactory

    parsers = ResponseParserFactory()
    parsers.set_parser_defaults(timestamp_parser=_parse_timestamp)
    original: Any = client
    endpoint = copy.copy(original._endpoint)  # noqa: SLF001 - nothing public sends without retries
    endpoint._event_emitter = _EventsOfOurCalls(endpoint._event_emitter)  # noqa: SLF001 - as above
    endpoint._response_parser_factory = parsers  # noqa: SLF001 - as above
    # A client answers for any attribute, so it cannot be copied while it is empty.
    sender = object.__new__(type(client))
    vars(sender).update(vars(client), _endpoint=endpoint, _serializer=precise_serializer(client))
    return sender


def _keep_answer(response: Mapping[str, Any]) -> None:
    call = _call.get()
    if call is None:
        return
    call.status_code = response["status_code"]
    call.body = response["body"]
    headers = response["headers"]
    promised = headers.get("Content-Length", "")
    if promised.isdigit() and int(promised) != len(call.body):
        raise IncompleteReadError(actual_bytes=len(call.body), expected_bytes=int(promised))


def _parse_timestamp(value: Any) -> datetime:
    """Return the instant that botocore's own parser would return, in UTC and much sooner."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    from botocore.utils import parse_timestamp

    instant = parse_timestamp(value)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def _unparsed_refusal(operation: str, status_code: int) -> ClientError:
    """Return the error of an answer that only its status tells anything about."""
    return ClientError(
        {
            "Error": {"Code": str(status_code), "Message": ""},
            "ResponseMetadata": {"HTTPStatusCode": status_code},  # type: ignore[typeddict-item] # the rest is unknown
        },
        operation,
    )


def _refuse_unless_object(shape: str, body: bytes) -> None:
    """Raise when botocore took something else for an answer without members."""
    try:
        is_object = isinstance(json.loads(body), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise ResponseValidationError(shape, body, "it is not a JSON object")


_FIRST_REFUSAL = 300


class Transport:
    """Sends requests with a boto3 client.

    Args:
        service: The service, as boto3 calls it.
        client: A client of the caller's; the other arguments must then be None.
        session: A boto3 session of the caller's.
        region_name: The Region; the session's own when None.
        profile_name: The profile of the AWS configuration to take credentials from.
        endpoint_url: Where to send requests instead of to AWS.
        config: Further botocore configuration; its retries do not apply.
    """

    def __init__(
        self,
        service: str,
        *,
        client: BaseClient | None,
        session: Session | None,
        region_name: str | None,
        profile_name: str | None,
        endpoint_url: str | None,
        config: Config | None,
    ) -> None:
        if client is not None and any((session, region_name, profile_name, endpoint_url, config)):
            raise TypeError("a client brings its own session, Region, profile, endpoint and config")
        if session is not None and profile_name is not None:
            raise TypeError("a session brings its own profile")
        if client is not None and client.meta.service_model.service_name != service:
            raise TypeError(f"the client must be made by boto3.client({service!r})")
        self._service = service
        self._session = session
        self._region_name = region_name
        self._profile_name = profile_name
        self._endpoint_url = endpoint_url
        self._config = config
        self._client = client
        self._owns_client = client is None
        self._lock = threading.Lock()
        self._sender: BaseClient | None = None
        self._closed = False

    @property
    def client(self) -> BaseClient:
        """The client, built when it is first needed."""
        self.connect()
        client: BaseClient = self._client  # type: ignore[assignment] # connecting has set it
        return client

    @property
    def is_connected(self) -> bool:
        """Whether connecting does not take long."""
        return self._sender is not None and not self._closed

    def connect(self) -> BaseClient:
        """Return what sends for the client, built when it is first needed."""
        if self._sender is None or self._closed:
            with self._lock:
                if self._closed:
                    raise RuntimeError("this client is closed")
                if self._client is None:
                    self._client = self._build_client()
                if self._sender is None:
                    self._sender = _sender_for(self._client)
        return self._sender

    @property
    def region_name(self) -> str:
        """The Region that requests go to."""
        return self.connect().meta.region_name

    @property
    def endpoint_url(self) -> str:
        """Where requests go."""
        return self.connect().meta.endpoint_url

    def quota_owner(self) -> str | None:
        """Return what the credentials tell of the account whose quotas requests use up."""
        client: Any = self.connect()
        with hints_added():
            credentials = client._get_credentials()  # noqa: SLF001 - nothing public tells
            return quota_owner(credentials, self._profile_name)

    def account_id(self) -> str | None:
        """Return the id of the account that the credentials are of, if they tell."""
        client: Any = self.connect()
        with hints_added():
            credentials = client._get_credentials()  # noqa: SLF001 - nothing public tells
            frozen = credentials.get_frozen_credentials() if credentials else None
        account: str | None = getattr(frozen, "account_id", None)
        return account

    def send(self, operation: Operation[Any, Any], parameters: dict[str, Any]) -> Answer:
        """Send one request, and return the answer.

        Raises:
            BotocoreTooOldError: The installed botocore lacks the operation or a member.
            ResponseValidationError: botocore could not parse the answer.
        """
        sender = self.connect()
        refuse_unknown(sender.meta.service_model, operation.name, parameters)
        method = getattr(sender, xform_name(operation.name))
        call = _Call()
        token = _call.set(call)
        try:
            with hints_added():
                answer: Answer = method(**parameters)
        except (BotoCoreError, ClientError):
            raise
        except Exception as error:
            if call.status_code is None:
                raise
            if call.status_code >= _FIRST_REFUSAL:
                raise _unparsed_refusal(operation.name, call.status_code) from error
            # botocore's parser trips over an unexpected answer in many ways.
            problem = f"botocore cannot parse it ({type(error).__name__})"
            raise ResponseValidationError(
                operation.response.__name__, call.body, problem
            ) from error
        finally:
            _call.reset(token)
        is_json = sender.meta.service_model.protocol == "rest-json"
        if is_json and call.body and not answer.keys() - {"ResponseMetadata"}:
            _refuse_unless_object(operation.response.__name__, call.body)
        return answer

    def fetch(
        self, job_id: str, url: str, path: Path, is_wanted: Callable[[], bool] = lambda: True
    ) -> int:
        """Download the file of an export job, over the same proxies and trust as calls.

        It ends early when `is_wanted` returns False.

        Raises:
            ExportDownloadError: It could not be downloaded as it is.
        """
        sender: Any = self.connect()
        session = sender._endpoint.http_session  # noqa: SLF001 - nothing public leads there
        return download(session, job_id, url, path, is_wanted)

    def close(self) -> None:
        """Close the client, or leave the caller's open."""
        with self._lock:
            self._closed = True
            if self._client is not None and self._owns_client:
                self._client.close()

    def _build_client(self) -> BaseClient:
        import boto3
        from botocore.config import Config

        once = Config(retries={"total_max_attempts": 1, "mode": "standard"})
        with hints_added():
            session: Any = self._session
            if session is None and self._profile_name is None:
                # As for boto3.client(): what setup_default_session() was given holds.
                session = boto3.DEFAULT_SESSION
            if session is None:
                session = boto3.session.Session(profile_name=self._profile_name)
            self._profile_name = session.profile_name
            client: BaseClient = session.client(
                self._service,
                region_name=self._region_name,
                endpoint_url=self._endpoint_url,
                config=self._config.merge(once) if self._config else once,
            )
        return client
