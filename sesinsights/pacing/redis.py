"""The pace that many hosts share through Redis or Valkey."""

from __future__ import annotations

import inspect
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from typing_extensions import override

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.errors import PaceTimeoutError, PacingStoreError
from sesinsights.errors.service import redacted
from sesinsights.extras import needs_extra
from sesinsights.forks import after_fork_in_child
from sesinsights.pacing.lane import holds_after
from sesinsights.pacing.local import LocalPacer
from sesinsights.pacing.protocol import Pacer, Reservation
from sesinsights.pacing.redis_script import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from redis import Redis
    from redis.cluster import RedisCluster

logger = logging.getLogger("sesinsights")

_REST_AFTER_FAILURE = 1.0
"""How many seconds to wait before a failed store is tried again while this process paces alone."""

_LOCKS = {"_lock", "_initialization_lock"}
"""The names of the locks in the package `redis`, which has no public way to renew them."""

_ADVICE = (
    "Check that it is running and reachable, or pass on_store_error='local' to keep the pace "
    "within each process while it is not."
)


class RedisPacer(Pacer):
    """Keeps one pace for many hosts, in Redis (5 or newer) or Valkey.

    A slot is taken in one atomic step on the server and measured on the server's clock, so the
    clocks of the hosts may differ. Each key of the pace uses two keys of the store: one for the
    slots, and one for those that were given back. Their names make a cluster keep both on one node.
    They expire after an idle hour.

    A caller that had to wait asks the store again before it sends. So if the store was flushed or
    restarted in the meantime, or its clock was set forward, at most one slot per key is used too
    early.

    You remain responsible for closing the client. Give it short timeouts, because every caller that
    needs a slot waits for the store; or use `from_url`, which makes a client with short timeouts.

    Args:
        client: A synchronous client of the package `redis`; any number of pacers may share it.
        namespace: The name of the quota's owner, such as the account. Each Region has a pace of its
            own in any case.
        on_store_error: What to do while the store cannot be used. `"raise"` raises a
            `PacingStoreError`. `"local"` keeps a pace in each process until the store can be used
            again; this is logged once, and the processes together may then be throttled.

    Raises:
        ImportError: The extra `redis` is not installed.
        TypeError: The client is an asyncio client.
        ValueError: `on_store_error` is neither `"raise"` nor `"local"`.
    """

    def __init__(
        self,
        client: Redis | RedisCluster,
        *,
        namespace: str = "default",
        on_store_error: Literal["raise", "local"] = "raise",
    ) -> None:
        with needs_extra("redis", needed_by="RedisPacer"):
            from redis.exceptions import RedisClusterException, RedisError
        # Much of what the package's methods take and return is untyped.
        untyped: Any = client
        if inspect.iscoroutinefunction(untyped.execute_command):
            raise TypeError("client must be a synchronous client, such as redis.Redis")
        if on_store_error not in ("raise", "local"):
            raise ValueError(f"on_store_error must be 'raise' or 'local', not {on_store_error!r}")
        self._client = untyped
        self._owns_client = False
        self._namespace = namespace
        self._on_store_error = on_store_error
        self._errors: tuple[type[Exception], ...] = (
            RedisError,
            RedisClusterException,  # is not a RedisError
            OSError,
        )
        self._script = untyped.register_script(SCRIPT)
        self._local = LocalPacer()
        self._alone_until: float | None = None
        self._lock = threading.RLock()
        after_fork_in_child(self._renew_locks)

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        namespace: str = "default",
        on_store_error: Literal["raise", "local"] = "raise",
        timeout: float = 1.0,
    ) -> Self:
        """Make a pacer with a client of its own, which `close` closes.

        Args:
            url: The URL of the store, as for `redis.Redis.from_url`: `redis://`, `rediss://` or
                `unix://`.
            namespace: The name of the quota's owner, such as the account. Each Region has a pace of
                its own in any case.
            on_store_error: What to do while the store cannot be used: `"raise"` raises a
                `PacingStoreError`, and `"local"` keeps a pace in each process.
            timeout: How many seconds to wait for a connection, and again for a response.
        """
        with needs_extra("redis", needed_by="RedisPacer"):
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.exceptions import ConnectionError  # noqa: A004 - the package's own name
            from redis.retry import Retry
        untyped: Any = Redis
        client = untyped.from_url(
            url,
            socket_connect_timeout=timeout,
            socket_timeout=timeout,
            # One retry, for connections that broke while they were idle; a slow store is not
            # asked again.
            retry=Retry(NoBackoff(), 1, (ConnectionError,)),
        )
        pacer = cls(client, namespace=namespace, on_store_error=on_store_error)
        pacer._owns_client = True
        return pacer

    @override
    def __repr__(self) -> str:
        """Show only the namespace: the URL of the store may contain a password."""
        return f"RedisPacer(namespace={self._namespace!r})"

    @override
    def reserve(
        self, key: str, rate: float, cost: int = 1, max_wait: float | None = None
    ) -> Reservation:
        """Take the next free slot; see `Pacer.reserve`."""
        longest = "" if max_wait is None else max_wait
        response = self._run_script(key, "reserve", rate, cost, longest)
        if response is None:
            return self._local.reserve(key, rate, cost, max_wait)
        outcome, slot, wait, *rest = response
        if outcome in (b"refused", "refused"):
            raise PaceTimeoutError(key, float(wait), float(longest))
        return Reservation(key, float(slot), float(wait), *map(float, rest))

    def holds(self, reservation: Reservation, late: float) -> bool:
        """Return whether a slot may still be used, now that its wait is over.

        Args:
            reservation: The slot.
            late: How many seconds ago the wait ended.
        """
        asked = SYSTEM_CLOCK.monotonic()
        try:
            response = self._run_script(
                reservation.key, "seconds_since", reservation.slot, reservation.era
            )
        except PacingStoreError:
            # It was granted while the store could be used, and no other slot is granted now.
            return True
        if response is None:
            return True
        taken = SYSTEM_CLOCK.monotonic() - asked
        return bool(response) and holds_after(reservation, float(response[0]), late + taken)

    @override
    def release(self, reservation: Reservation) -> None:
        """Give back a slot that will not be used; see `Pacer.release`."""
        with suppress(PacingStoreError):
            place = (reservation.slot, reservation.end, reservation.era)
            if self._run_script(reservation.key, "release", *place) is None:
                self._local.release(reservation)

    @override
    def penalize(self, key: str, seconds: float) -> None:
        """Pause a key after a throttled call; see `Pacer.penalize`."""
        with suppress(PacingStoreError):
            if self._run_script(key, "penalize", seconds) is None:
                self._local.penalize(key, seconds)

    def close(self) -> None:
        """Close the client, if `from_url` made it."""
        if self._owns_client:
            self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _now(self) -> float | None:
        """Return the time to measure slots by; None for the server's, which tests replace."""
        return None

    def _run_script(self, key: str, action: str, *numbers: float | str) -> Sequence[Any] | None:
        """Run an action of the script; return None if this process must pace alone.

        Raises:
            PacingStoreError: The store cannot be used, and no local pace replaces it.
        """
        if self._alone_until is not None and SYSTEM_CLOCK.monotonic() < self._alone_until:
            return None
        lane = f"sesinsights:pace:{{{self._namespace}/{key}}}"
        now = self._now()
        # A float's repr is exact, so nothing is lost on the way to the store and back.
        values = [action, "" if now is None else repr(now), *map(str, numbers)]
        try:
            response: Sequence[Any] = self._script(keys=[lane, f"{lane}:gaps"], args=values)
        except self._errors as error:
            if self._on_store_error == "raise":
                raise PacingStoreError(
                    self._place(), redacted(str(error)).rstrip("."), _ADVICE
                ) from error
            self._go_on_alone(error)
            return None
        self._go_on_together()
        return response

    def _go_on_alone(self, error: Exception) -> None:
        with self._lock:
            if self._alone_until is None:
                logger.warning(
                    "The pace cannot be shared through %s (%s): this process keeps one of its own "
                    "until it can",
                    self._place(),
                    type(error).__name__,
                )
            self._alone_until = SYSTEM_CLOCK.monotonic() + _REST_AFTER_FAILURE

    def _go_on_together(self) -> None:
        with self._lock:
            if self._alone_until is not None:
                logger.info("The pace is shared through %s again", self._place())
                self._alone_until = None

    def _renew_locks(self) -> None:
        # Another thread may hold a lock while the process forks. The child does not have that
        # thread, and the client's pool would wait for the lock before it starts over.
        self._lock = threading.RLock()
        for holder in _lock_holders(self._client):
            for name in _LOCKS:
                if hasattr(holder, name):
                    setattr(holder, name, threading.RLock())

    def _place(self) -> str:
        """Name the server and its address, without the password that its URL may contain."""
        options: dict[str, Any] = self._client.get_connection_kwargs()
        if "path" in options:
            return f"the Redis server at {options['path']}"
        if "host" in options:
            return f"the Redis server at {options['host']}:{options.get('port')}"
        return "the Redis server"


def _lock_holders(client: Any) -> list[Any]:
    """Return the parts of a client, including a cluster client, that a fork may leave locked."""
    manager = getattr(client, "nodes_manager", None)
    nodes = [node.redis_connection for node in manager.nodes_cache.values()] if manager else []
    pools = [getattr(part, "connection_pool", None) for part in (client, *nodes)]
    return [part for part in (client, manager, *nodes, *pools) if part is not None]
