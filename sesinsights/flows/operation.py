"""What the table of operations says about each: its name, request, response and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeGuard, TypeVar

from typing_extensions import override

from sesinsights import models
from sesinsights.models import classic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sesinsights.models.shape import Shape

_SHAPES = {"ses": classic, "sesv2": models}

RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")
ItemT = TypeVar("ItemT")


# Not frozen: every process makes these classes, and frozen ones take three times as long.
@dataclass(kw_only=True, eq=False)
class Operation(Generic[RequestT, ResponseT]):
    """One operation of a service.

    Attributes:
        name: Its name in botocore's service model.
        service: boto3's name of the service.
        repeatable: Whether it may be sent again after its response was lost.
        calls_per_second: The documented limit per account and Region; None without a limit.
        is_billed: Whether each call costs money, so that only its own method ever makes it.
        not_found_advice: The advice to add to a `NotFoundError`.
        is_written_back: Whether its response is changed and written back, so that it must also keep
            the members that botocore leaves out.
    """

    name: str
    service: str
    repeatable: bool
    calls_per_second: float | None = None
    is_billed: bool = False
    not_found_advice: str = ""
    is_written_back: bool = False

    @cached_property
    def request(self) -> type[RequestT]:
        """The shape that the operation takes."""
        return self._shape("Request")

    @cached_property
    def response(self) -> type[ResponseT]:
        """The shape that the operation returns."""
        return self._shape("Response")

    @override
    def __str__(self) -> str:
        return f"{self.service}.{self.name}"

    def _shape(self, role: str) -> type[Any]:
        shape: type[Any] = getattr(_SHAPES[self.service], self.name + role)
        return shape


@dataclass(kw_only=True, eq=False)
class PaginatedOperation(Operation[RequestT, ResponseT], Generic[RequestT, ResponseT, ItemT]):
    """An operation that returns a list page by page.

    Attributes:
        items: Returns the items of a page.
        next_token: Returns the token of the page that follows.
        identity: Returns the part of an item that identifies it.
        limit_key: The member of the request that limits the number of items on a page.
    """

    items: Callable[[ResponseT], Sequence[ItemT]]
    next_token: Callable[[ResponseT], str | None]
    identity: Callable[[ItemT], str | None]
    limit_key: str = "page_size"


@dataclass(kw_only=True, eq=False)
class QuotaOperation(Operation[RequestT, ResponseT]):
    """An operation that returns the account's sending limits.

    Attributes:
        max_send_rate: Returns the account's rate from a response, in recipients per second.
    """

    max_send_rate: Callable[[ResponseT], float | None]


@dataclass(kw_only=True, eq=False)
class SendOperation(Operation[RequestT, ResponseT]):
    """An operation that sends mail, at the account's own rate.

    Attributes:
        recipients: Returns the number of recipients of a request; each counts towards the rate.
        quota: The operation that returns the rate.
        was_throttled: Returns whether a response says that a recipient was throttled.
    """

    recipients: Callable[[RequestT], int]
    quota: QuotaOperation[Any, Any]
    was_throttled: Callable[[ResponseT], bool] = lambda _: False
    repeatable: bool = field(default=False, init=False)


def operations_among(values: Iterable[object]) -> tuple[Operation[Any, Any], ...]:
    """Return the operations among the values of a module, in the order of definition."""
    return tuple(filter(_is_operation, values))


def _is_operation(value: object) -> TypeGuard[Operation[Any, Any]]:
    return isinstance(value, Operation)
