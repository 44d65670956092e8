"""The underlying boto3 client: built once, when it is first needed, with its retries off.

What building it needs is imported only then: a program may import this library and make no call.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sesinsights.drivers.downloads import LONGEST_DOWNLOAD, download
from sesinsights.flows.classification import hints_added
from sesinsights.flows.flow import ClosedError, SignedLink
from sesinsights.forks import after_fork_in_child, no_fork
from sesinsights.pacing.owner import quota_owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from boto3.session import Session
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.client import BaseClient
    from botocore.config import Config
    from botocore.credentials import RefreshableCredentials

    from sesinsights.drivers.calls import Calls
    from sesinsights.drivers.connections import ConnectionPools, Exchange
    from sesinsights.flows.flow import Fetch, Send, WireResponse

_IDLE_CONNECTIONS = 512
"""More than we use at once: urllib3 warns about every connection that it cannot keep."""

_IMPORTED_BY_CLIENTS = ("botocore.session", "encodings.idna", "sesinsights.drivers.connections")
_IMPORTED_BY_CALLS = ("sesinsights.drivers.calls",)
"""What is imported first by a client that is built, and by a call."""


def _import_together(modules: Iterable[str]) -> None:
    """Import modules while nothing forks: a child could not wait for an unfinished import."""
    with no_fork():
        for module in modules:
            import_module(module)


class _SessionOfDownload:
    """Sends the request of a download; the connection adds the link's query, which grants access.

    So the query is not in what the layers above may log.
    """

    def __init__(self, session: Any, exchange: Exchange) -> None:
        self._session = session
        self._exchange = exchange

    def send(self, request: AWSPreparedRequest) -> AWSResponse:
        self._exchange.accompany(request)
        response: AWSResponse = self._session.send(request)
        return response


class Transport:
    """Sends requests with a boto3 client.

    Args:
        service: boto3's name of the service.
        client: The caller's client; the other arguments must then be None.
        session: The caller's boto3 session.
        region_name: The Region; the session's own when None.
        profile_name: The profile of the AWS configuration to take credentials from.
        endpoint_url: Where to send requests, in place of AWS.
        config: Further botocore configuration; its retries are not used.
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
            raise TypeError(
                "client cannot be combined with session, region_name, profile_name, "
                "endpoint_url or config, since it has its own"
            )
        if session is not None and profile_name is not None:
            raise TypeError(
                "session cannot be combined with profile_name, since it has a profile of its own"
            )
        if client is not None and client.meta.service_model.service_name != service:
            raise TypeError(f"client must be created with boto3.client({service!r})")
        self._service = service
        self._session = session
        self._region_name = region_name
        self._given_profile = profile_name
        self._profile_in_use: str | None = None
        self._endpoint_url = endpoint_url
        self._config = config
        self._client = client
        self._owns_client = client is None
        self._max_attempts: int | None = None
        self._idle_connections = _IDLE_CONNECTIONS
        if client is not None:
            from botocore.httpsession import MAX_POOL_CONNECTIONS

            config_of_client: Any = client.meta.config
            self._max_attempts = _attempts_of(config_of_client.retries)
            if config_of_client.max_pool_connections != MAX_POOL_CONNECTIONS:
                self._idle_connections = config_of_client.max_pool_connections
        self._pools: ConnectionPools | None = None
        self._calls: Calls | None = None
        # A signal handler that closes the client may interrupt its building.
        self._lock = threading.RLock()
        self._closed = False
        after_fork_in_child(self._start_over_in_child)

    @property
    def client(self) -> BaseClient:
        """The client, built when it is first needed."""
        return self._connect()[0]

    @property
    def is_connected(self) -> bool:
        """Whether `connect` returns at once."""
        return self._calls is not None

    def connect(self) -> None:
        """Build the client, and import what a call needs, when they are first needed.

        Raises:
            ClosedError: The transport is closed.
        """
        if self._calls is None:
            self._connected_calls()

    def _connected_calls(self) -> Calls:
        _import_together(_IMPORTED_BY_CALLS)
        from sesinsights.drivers.calls import Calls

        client, pools = self._connect()
        with self._lock:
            self._refuse_if_closed()
            calls = self._calls = self._calls or Calls(client, pools)
            return calls

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise ClosedError("this client is closed")

    def _connect(self) -> tuple[BaseClient, ConnectionPools]:
        if self._client is None or self._pools is None or self._closed:
            with self._lock:
                self._refuse_if_closed()
                _import_together(_IMPORTED_BY_CLIENTS)
                from sesinsights.drivers.connections import ConnectionPools

                if self._client is None:
                    self._client = self._build_client()
                    if self._closed:
                        self._client.close()
                self._refuse_if_closed()
                if self._pools is None:
                    self._pools = ConnectionPools(self._idle_connections)
                return self._client, self._pools
        return self._client, self._pools

    @property
    def region_name(self) -> str:
        """The Region that requests go to."""
        return self._built_client().meta.region_name

    @property
    def endpoint_url(self) -> str:
        """The URL that requests go to."""
        return self._built_client().meta.endpoint_url

    def _built_client(self) -> BaseClient:
        # A call may end after the transport was closed, and its error still needs the client.
        return self.client if self._client is None else self._client

    @property
    def max_attempts(self) -> int | None:
        """How many requests a call may send, by the caller's boto3 configuration."""
        self._connect()
        return self._max_attempts

    @property
    def has_fresh_credentials(self) -> bool:
        """Whether the credentials are fresh, so that signing does not wait for new ones."""
        credentials = _refreshable_credentials(self.client)
        return credentials is None or not credentials.refresh_needed()

    def refresh_credentials(self) -> None:
        """Fetch new credentials if they are due; a slot, once taken, must be used at once."""
        credentials = _refreshable_credentials(self.client)
        if credentials is not None and credentials.refresh_needed():
            with hints_added():
                credentials.get_frozen_credentials()

    def quota_owner(self) -> str | None:
        """Return the owner of the quotas that requests use, as far as the credentials reveal it."""
        client: Any = self.client
        with hints_added():
            credentials = client._get_credentials()  # noqa: SLF001 - not available in public
            return quota_owner(credentials, self._profile_in_use)

    def account_id(self) -> str | None:
        """Return the account that the credentials belong to; None if they do not reveal it."""
        client: Any = self.client
        with hints_added():
            credentials = client._get_credentials()  # noqa: SLF001 - not available in public
            frozen = credentials.get_frozen_credentials() if credentials else None
        account: str | None = getattr(frozen, "account_id", None)
        return account

    def send(self, step: Send) -> WireResponse:
        """Send one request, and return the response.

        Raises:
            BotocoreTooOldError: The installed botocore lacks the operation or a member.
            NotSentError: The connection failed before any byte was sent.
            ResponseValidationError: The response is not in the service's format.
        """
        calls = self._calls or self._connected_calls()
        return calls.send(step)

    def fetch(self, step: Fetch) -> int:
        """Download a file of a job, with the same proxies and trust as calls.

        Raises:
            JobDownloadError: The complete file could not be downloaded.
        """
        from sesinsights.drivers.connections import Exchange

        client, pools = self._connect()
        link = SignedLink(step.url) if isinstance(step.url, str) else step.url
        client_of_session: Any = client
        http_session = client_of_session._endpoint.http_session  # noqa: SLF001 - nothing public leads to its proxies and trust
        session = pools.session_like(http_session)
        if session is http_session:
            # The connections of a session that is not botocore's own cannot add the query.
            return download(session, link.url, step)
        exchange = Exchange(LONGEST_DOWNLOAD, query=link.query)
        observed: Any = _SessionOfDownload(session, exchange)
        return download(observed, link.target, step)

    def close(self) -> None:
        """Close the client, unless it is the caller's."""
        with self._lock:
            self._closed = True
            self._calls = None
            if self._pools is not None:
                self._pools.close()
            if self._client is not None and self._owns_client:
                self._client.close()

    def _start_over_in_child(self) -> None:
        """Stop sharing connections and locks with the process that this one was forked from."""
        self._lock = threading.RLock()
        self._calls = None
        if self._pools is not None:
            self._pools.leave_to_parent()
            self._pools = None
        client: Any = self._client
        if client is None:
            return
        if self._owns_client:
            from sesinsights.drivers.connections import leave_connections_to_parent

            leave_connections_to_parent(client._endpoint.http_session)  # noqa: SLF001 - nothing public leads there
        credentials: Any = client._get_credentials()  # noqa: SLF001 - nothing public leads there
        lock = getattr(credentials, "_refresh_lock", None)
        if lock is not None and lock.locked():
            # The child does not have the thread that may be refreshing them.
            credentials._refresh_lock = threading.Lock()  # noqa: SLF001 - as above

    def _build_client(self) -> BaseClient:
        from botocore.config import Config
        from botocore.session import Session as BotocoreSession

        session: Any = self._session
        if session is None and self._given_profile is None:
            # As with boto3.client(): the session of setup_default_session() is used.
            session = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
        once = Config(retries={"total_max_attempts": 1, "mode": "standard"})
        with hints_added():
            base: Any
            if session is None:
                # What boto3 builds its session on; boto3 adds nothing here, and is slow to import.
                base = BotocoreSession(profile=self._given_profile)
                make_client = base.create_client
            else:
                base = session._session  # noqa: SLF001 - nothing public leads to it
                make_client = session.client
            self._profile_in_use = str(base.profile or "default")
            config: Any = self._config
            default_config = base.get_default_client_config()
            if default_config is not None:
                config = default_config.merge(config) if config else default_config
            with no_fork():  # OpenSSL has locks for the context that this makes
                client: BaseClient = make_client(
                    self._service,
                    region_name=self._region_name,
                    endpoint_url=self._endpoint_url,
                    config=config.merge(once) if config else once,
                )
        given: dict[str, Any] = config._user_provided_options if config else {}  # noqa: SLF001 - a default looks the same otherwise
        self._idle_connections = given.get("max_pool_connections", _IDLE_CONNECTIONS)
        self._max_attempts = _attempts_of(given.get("retries"))
        if self._max_attempts is None:
            self._max_attempts = base.get_config_variable("max_attempts")
        return client


def _refreshable_credentials(client: Any) -> RefreshableCredentials | None:
    credentials = client._get_credentials()  # noqa: SLF001 - not available in public
    return credentials if hasattr(credentials, "refresh_needed") else None


def _attempts_of(retries: Mapping[str, Any] | None) -> int | None:
    """Return how many requests this botocore retry configuration allows; None if not set."""
    if not retries:
        return None
    if "max_attempts" in retries and "total_max_attempts" not in retries:
        # That name counts the attempts after the first.
        return int(retries["max_attempts"]) + 1
    return retries.get("total_max_attempts")
