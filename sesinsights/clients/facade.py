"""The base of the clients of both APIs: how they are made, used and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from sesinsights.clients.iterators import ItemIterator
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.drivers.threads import ThreadDriver
from sesinsights.drivers.transport import Transport
from sesinsights.flows.pipeline import Pipeline
from sesinsights.flows.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from boto3.session import Session
    from botocore.client import BaseClient
    from botocore.config import Config

    from sesinsights.clock import Clock
    from sesinsights.flows.operation import Operation, PaginatedOperation
    from sesinsights.flows.pages import PageCursor
    from sesinsights.models.shape import Shape
    from sesinsights.pacing import Pacer

ClientT = TypeVar("ClientT", bound="BaseClient")
RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")
ItemT = TypeVar("ItemT")


class Facade(Generic[ClientT]):
    """The base class of all clients."""

    _service: ClassVar[str]

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
            endpoint_url: Where to send requests, instead of to AWS.
            session: A boto3 session to take credentials and configuration from. Without one and
                without a profile, boto3's default session is used if the program has set one up.
            client: A boto3 client of the service to send with. You remain responsible for closing
                it, and its own calls keep their retries. Cannot be combined with the arguments
                above or with `config`.
            config: Further botocore configuration. Of its retry settings, only the number of
                attempts is used, and only without `retry`.
            retry: How failed calls are retried. By default, the number of attempts comes from
                `config` or `client`, else from `AWS_MAX_ATTEMPTS` or the profile's `max_attempts`,
                else it is 8.
            pacer: The pacer that grants slots to calls, such as one from `sesinsights.pacing` that
                processes or hosts share. You remain responsible for closing it. By default, all
                clients of this process with the same account, Region, endpoint and clock share one.
                The account is taken from the credentials. If they do not reveal it, clients with
                the same profile share one pacer, and all clients with other credentials, such as
                plain keys, share another. To separate those, give the clients of each account a
                `LocalPacer` of their own.
            paces: The pace of operations, in calls per second, such as `{"GetMessageInsights": 5}`,
                in place of the documented limits; None disables pacing for the operation. For
                operations that send mail, the pace is in recipients per second, and all of them
                share it. By default, theirs is the account's own rate, which is read once for all
                clients that share the pace.
            max_wait: The longest time that a call may wait for its slot, in seconds. A call that
                would have to wait longer raises `PaceTimeoutError` at once. No limit when None.
            clock: The clock to read and to sleep on. An event loop must not be blocked, so with
                asyncio the `sleep` of your own clock must return at once, as `FakeClock`'s does.

        Raises:
            TypeError: Arguments were given that cannot be combined.
            ValueError: `paces` names an unknown operation or has a rate that is not a positive
                number, or `max_wait` is negative.
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
        policy = self._default_policy if retry is None else retry
        self._pipeline = Pipeline(self._service, clock, policy, paces or {}, max_wait)
        self._driver = ThreadDriver(self._transport, clock, pacer)

    def _default_policy(self) -> RetryPolicy:
        attempts = self._transport.max_attempts
        return RetryPolicy() if attempts is None else RetryPolicy(max_attempts=max(1, attempts))

    @property
    def client(self) -> ClientT:
        """The underlying boto3 client, for operations that have no method here.

        Its own calls are not paced. They are not retried either, unless the client was passed in:
        then it keeps its own retries.
        """
        return cast("ClientT", self._transport.client)

    def close(self) -> None:
        """Close the connections; a client that was passed in stays open. May be called twice.

        Calls after that raise `RuntimeError`.
        """
        self._driver.close()

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

    def _iterate(
        self,
        operation: PaginatedOperation[RequestT, ResponseT, ItemT],
        request: RequestT,
        *,
        starting_token: str | None,
        max_items: int | None,
    ) -> ItemIterator[ItemT, ResponseT]:
        """Return the items of all pages."""
        from sesinsights.flows.pages import PageCursor

        def open_cursor() -> PageCursor[ResponseT, ItemT]:
            return PageCursor(
                self._pipeline,
                operation,
                request,
                starting_token=starting_token,
                max_items=max_items,
            )

        return ItemIterator(self._driver, open_cursor)
