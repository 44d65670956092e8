"""Connections of our own: one pool per process, each response limited in time and size.

They are made as the session of a boto3 client would make them, with its trust, proxies, timeouts
and classes, but never shared with it. Only a connection can tell us whether a byte
of a request was sent.
"""

# The classes of a session's pools and connections are known only at run time.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import functools
import http.client
import io
import queue
import threading
import time
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSConnection, HeadersDict
from botocore.httpsession import URLLib3Session
from typing_extensions import override
from urllib3.connectionpool import ConnectionPool
from urllib3.poolmanager import PoolManager
from urllib3.util.timeout import Timeout

from sesinsights.drivers.copies import shallow_copy
from sesinsights.forks import no_fork

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, ItemsView

    from botocore.awsrequest import AWSPreparedRequest

_left_to_parent: list[object] = []
"""Pools that a forked process inherited. They are never closed or used: the parent keeps using the
connections, and a thread that the child does not have may hold the locks."""


@dataclass(slots=True)
class Exchange:
    """One HTTP request: the limits of its response, and what happened to it.

    Attributes:
        seconds: How many seconds the response may take from its first byte to its last.
        max_bytes: The largest size of the response; None for no limit.
        timeout: The longest time to connect, and then to wait for the first byte, in seconds.
        query: The query that the connection adds to the target, so that no layer above logs it.
        is_wanted: Called before the first byte; if it returns False, nothing is sent.
        was_sent: Whether a byte of the request was sent; None if that is not known.
        is_too_long: Whether the response was longer than `max_bytes`.
    """

    seconds: float
    max_bytes: int | None = None
    timeout: float = inf
    query: str = field(default="", repr=False)
    is_wanted: Callable[[], bool] = field(default=lambda: True, repr=False)
    was_sent: bool | None = None
    is_too_long: bool = False

    def accompany(self, request: AWSPreparedRequest) -> None:
        """Let the connection that sends the request find this exchange."""
        headers: Any = _HeadersOfExchange(self, request.headers)
        request.headers = headers


class ConnectionPools:
    """The connections of one transport in one process.

    Args:
        size: How many idle connections to a host are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.RLock()
        self._manager: PoolManager | None = None
        self._proxy_managers: dict[str, Any] = {}
        # Pools refer to this alone, so that they are freed with their owner, not by a collection.
        self._closed = threading.Event()

    def session_like(self, session: Any) -> Any:
        """Return a copy of a session that differs only in its connections.

        Use it for one request, so that changes to the original apply to the next. A session that
        is not botocore's own is returned unchanged.
        """
        if not issubclass(type(session), URLLib3Session):
            return session
        ours = shallow_copy(session)
        ours._max_pool_connections = self._size  # noqa: SLF001 - nothing public takes a pool
        manager = self._manager or self._new_manager(ours)
        ours._pool_classes_by_scheme = manager.pool_classes_by_scheme  # noqa: SLF001 - as above
        ours._manager, ours._proxy_managers = manager, self._proxy_managers  # noqa: SLF001 - as above
        return ours

    def _new_manager(self, session: Any) -> PoolManager:
        with self._lock:
            if self._manager is None:
                with no_fork():  # OpenSSL has locks for the context that this makes
                    manager = PoolManager(**session._get_pool_manager_kwargs())  # noqa: SLF001 - as above
                classes: Any = {
                    scheme: functools.partial(_observed_pool(pool), self._closed)
                    for scheme, pool in session._pool_classes_by_scheme.items()  # noqa: SLF001 - as above
                }
                manager.pool_classes_by_scheme = classes
                self._manager = manager
            return self._manager

    def leave_to_parent(self) -> None:
        """Keep a forked process from using or closing them."""
        _left_to_parent.append(self)

    def close(self) -> None:
        """Close each connection as soon as no request is using it."""
        self._closed.set()
        for manager in filter(None, (self._manager, *self._proxy_managers.values())):
            manager.clear()


def leave_connections_to_parent(session: URLLib3Session) -> None:
    """Give a botocore session new connections in a forked process."""
    ours: Any = session
    _left_to_parent.extend((ours._manager, ours._proxy_managers))  # noqa: SLF001 - nothing public starts over
    manager = PoolManager(**ours._get_pool_manager_kwargs())  # noqa: SLF001 - as above
    manager.pool_classes_by_scheme = ours._pool_classes_by_scheme  # noqa: SLF001 - as above
    ours._manager, ours._proxy_managers = manager, {}  # noqa: SLF001 - as above


class _HeadersOfExchange(HeadersDict):
    """Headers that tell a connection which exchange they are sent in.

    They are copied and sent all at once: botocore's own look up each header by itself.
    """

    _dict: dict[Any, Any]

    def __init__(self, exchange: Exchange, headers: Any) -> None:
        if isinstance(headers, HeadersDict):
            vars(self).update(vars(headers))
        else:
            super().__init__(headers.items())
        self.exchange = exchange

    @override
    def copy(self) -> _HeadersOfExchange:
        """Return a copy, as urllib3 makes one for each request."""
        copied = _HeadersOfExchange(self.exchange, self)
        copied._dict = self._dict.copy()
        return copied

    @override
    def items(self) -> ItemsView[str, Any]:
        """Return the names and values."""
        return {str(name): value for name, value in self._dict.items()}.items()


def _exchange_of(headers: object) -> Exchange | None:
    return headers.exchange if isinstance(headers, _HeadersOfExchange) else None


class _IdleConnections(queue.LifoQueue[Any]):
    """The connections of a pool that no request is using.

    Each None in it stands for one that is not open yet. urllib3 fills a pool with these for callers
    that must wait instead of opening another. Ours open another, and filling and emptying our large
    pools would take longer than a request.
    """

    @override
    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        # A request that failed puts back None. The next one then opens a connection, since those
        # that have been idle for longer are likely to be as dead.
        if item is not None or self.queue:
            super().put(item, block, timeout)


@functools.lru_cache(maxsize=16)
def _observed_pool(pool: Any) -> Any:
    """Return this class of pool, with connections that know their exchange."""

    class ObservedPool(pool):  # type: ignore[misc] # only the session knows the class
        QueueCls = _IdleConnections if pool.QueueCls is ConnectionPool.QueueCls else pool.QueueCls

        def __init__(self, closed: threading.Event, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._closed = closed

        # Looked up each time, because tests replace botocore's class of connections for a while.
        @property
        def ConnectionCls(self) -> type[Any]:  # noqa: N802 - urllib3's name
            connection: Any = pool.ConnectionCls
            is_botocores = issubclass(connection, AWSConnection)
            return _observed(connection) if is_botocores else connection

        def urlopen(self, *args: Any, **kwargs: Any) -> Any:
            exchange = _exchange_of(kwargs.get("headers"))
            if exchange and issubclass(pool.ConnectionCls, AWSConnection):
                exchange.was_sent = False
            if exchange and exchange.timeout < inf:
                kwargs["timeout"] = _at_most(exchange.timeout, self.timeout)
            return super().urlopen(*args, **kwargs)

        def _put_conn(self, conn: Any) -> None:
            if conn is not None and self._closed.is_set():
                conn.close()
            else:
                super()._put_conn(conn)

    return ObservedPool


def _at_most(seconds: float, timeout: Timeout) -> Timeout:
    """Return timeouts of which none is longer."""
    known = (timeout.connect_timeout, timeout.read_timeout)
    connect, read = (
        min(each, seconds) if isinstance(each, int | float) else seconds for each in known
    )
    return Timeout(connect=connect, read=read)


@functools.lru_cache(maxsize=16)
def _observed(connection: Any) -> type[Any]:
    """Return this class of connections, extended to know the exchange of each request."""

    class ObservedConnection(connection):  # type: ignore[misc] # only the pool knows the class
        response_class: Any
        _exchange: Exchange | None = None

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            self._exchange = _exchange_of(kwargs.get("headers"))
            return super().request(method, url, *args, **kwargs)

        def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            query = self._exchange.query if self._exchange else ""
            return super().putrequest(method, f"{url}?{query}" if query else url, *args, **kwargs)

        def send(self, data: Any) -> Any:
            if self.sock is None:
                # Sending would do it too, but then a failure to connect could not be recognized.
                self.connect()
            if self._exchange and not self._exchange.was_sent:
                if not self._exchange.is_wanted():
                    raise ConnectionAbortedError("what was to be sent is no longer wanted")
                self._exchange.was_sent = True
            return super().send(data)

        def getresponse(self, *args: Any, **kwargs: Any) -> Any:
            if self._exchange and self.response_class is http.client.HTTPResponse:
                self.response_class = functools.partial(_BoundedResponse, self._exchange)
            return super().getresponse(*args, **kwargs)

    return ObservedConnection


class _BoundedResponse(http.client.HTTPResponse):
    """A response that ends in time, and whose headers must be complete."""

    def __init__(
        self, exchange: Exchange, connection: socket.socket, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(connection, *args, **kwargs)
        unbounded: Any = self.fp
        self._bounded = _BoundedReader(exchange, connection, unbounded.detach())
        self.fp = io.BufferedReader(self._bounded)

    @override
    def begin(self) -> None:
        """Read the status and the headers."""
        super().begin()
        if self._bounded.is_at_end:
            # http.client takes the end of the connection as the end of the headers.
            raise http.client.RemoteDisconnected("the connection ended within the headers")


class _BoundedReader(io.RawIOBase):
    def __init__(self, exchange: Exchange, connection: socket.socket, unbounded: Any) -> None:
        self._exchange = exchange
        self._connection = connection
        self._unbounded = unbounded
        self._size = 0
        self._ends_at: float | None = None
        self.is_at_end = False

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int | None:
        if self._ends_at is not None:
            self._leave_time_until(self._ends_at)
        count: int | None = self._unbounded.readinto(buffer)
        if self._ends_at is None:
            self._ends_at = time.monotonic() + self._exchange.seconds
        self.is_at_end = count == 0
        self._size += count or 0
        max_bytes = self._exchange.max_bytes
        if max_bytes is not None and self._size > max_bytes:
            self._exchange.is_too_long = True
            raise OSError(f"the response is longer than {max_bytes} bytes")
        return count

    def _leave_time_until(self, ends_at: float) -> None:
        """Make the next read end in time, however few bytes each read returns."""
        left = ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"the response took longer than {self._exchange.seconds:g} seconds")
        timeout = self._connection.gettimeout()
        if timeout is None or timeout > left:
            self._connection.settimeout(left)

    @override
    def close(self) -> None:
        self._unbounded.close()
        super().close()
