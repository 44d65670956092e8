"""What the clients of both APIs share: how they are made, used and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.driver import Driver, ThreadDriver
from sesinsights.pagination import PageCursor
from sesinsights.pipeline import Pipeline
from sesinsights.retry import RetryPolicy
from sesinsights.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from boto3.session import Session
    from botocore.client import BaseClient
    from botocore.config import Config

    from sesinsights.clock import Clock
    from sesinsights.models.shape import Shape
    from sesinsights.operations import Operation, PaginatedOperation
    from sesinsights.pacing import Pacer

__all__ = ["BaseFacade", "Facade"]

ClientT = TypeVar("ClientT", bound="BaseClient")
RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")
ItemT = TypeVar("ItemT")
DriverT = TypeVar("DriverT", bound=Driver)


class BaseFacade(Generic[ClientT, DriverT]):
    """A client, whoever runs its flows."""

    _service: ClassVar[str]
    _driver_type: type[DriverT]

    def __init__(
        self,
        *,
        region_name: str | None = None,
        profile_name: str | None = None,
        endpoint_url: str | None = None,
        session: Session | None = None,
        client: ClientT | None = None,
        config: Config | None = None,
        retry: RetryPolicy | None = None,
        pacer: Pacer | None = None,
        paces: Mapping[str, float | None] | None = None,
        max_wait: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Prepare a client; nothing is built or sent before its first call.

        Args:
            region_name: The AWS Region.
            profile_name: The profile of the AWS configuration to use.
            endpoint_url: Where to send requests instead of to AWS.
            session: A boto3 session to take credentials and configuration from. Without one or a
                profile it is boto3's default session, if the program has one.
            client: A boto3 client of the service to send with. It stays yours: its own calls keep
                their retries, and closing leaves it open. Excludes the arguments above and
                `config`.
            config: Further botocore configuration. Of its retries only the number of attempts
                holds, where `retry` is not given.
            retry: How failing calls are repeated. Without it, the number of attempts is the one
                of `config` or `client`, else of `AWS_MAX_ATTEMPTS` or the profile's
                `max_attempts`, else 8.
            pacer: What keeps the pace, such as one of `sesinsights.pacing` that processes or hosts
                share; it stays yours, and closing leaves it open. By default all clients of this
                process that have the same credentials, Region, endpoint and clock share one.
            paces: Calls a second by operation, such as `{"GetMessageInsights": 5}`, in place of the
                documented ones; None lifts an operation's pace. For operations that send mail they
                are recipients a second, and all such operations keep one pace together.
            max_wait: The longest that a call may wait for its slot of the pace, in seconds. One
                that would wait longer raises `PaceTimeoutError` at once. No limit when None.
            clock: The clock to read and to sleep on. An event loop must not be blocked, so for
                asyncio the `sleep` of a clock of your own returns at once, as `FakeClock`'s does.

        Raises:
            TypeError: Arguments exclude each other.
            ValueError: `paces` names an unknown operation, or a rate that is no positive number,
                or `max_wait` is negative.
        """
        clock = clock or SYSTEM_CLOCK
        self._transport = Transport(
            self._service,
            client=client,
            session=session,
            region_name=region_name,
            profile_name=profile_name,
            endpoint_url=endpoint_url,
            config=config,
        )
        self._pipeline = Pipeline(
            self._service, clock, retry or self._default_policy, paces or {}, max_wait
        )
        self._driver = self._driver_type(self._transport, clock, pacer)

    def _default_policy(self) -> RetryPolicy:
        attempts = self._transport.max_attempts
        return RetryPolicy() if attempts is None else RetryPolicy(max_attempts=max(1, attempts))

    @property
    def client(self) -> ClientT:
        """The boto3 client underneath, for every operation that has no method here.

        What is called on it directly is not paced. It is not retried either, unless the client was
        passed in: then its own retries stay.
        """
        return cast("ClientT", self._transport.client)

    def _cursors(
        self,
        operation: PaginatedOperation[RequestT, ResponseT, ItemT],
        request: RequestT,
        *,
        starting_token: str | None,
        max_items: int | None,
    ) -> Callable[[], PageCursor[ResponseT, ItemT]]:
        """Return what opens a walk through a list, from its start each time."""
        return lambda: PageCursor(
            self._pipeline,
            operation,
            request,
            starting_token=starting_token,
            max_items=max_items,
        )


class Facade(BaseFacade[ClientT, ThreadDriver]):
    """A client for threads and scripts.

    Nothing is built or sent before the first call. One client serves any number of threads;
    share it, and use it with `with` or call `close` at the end.

    Without arguments the Region and the credentials are found as boto3 finds them.
    """

    _driver_type = ThreadDriver

    def close(self) -> None:
        """Close the connections; a client that was passed in stays open. May be called twice.

        Whatever is called afterwards raises `RuntimeError`.
        """
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _call(self, operation: Operation[RequestT, ResponseT], request: RequestT) -> ResponseT:
        return self._driver.run(self._pipeline.call(operation, request))
