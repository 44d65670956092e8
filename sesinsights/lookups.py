"""Many messages looked up one after the other."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from sesinsights import models
from sesinsights.arguments import checked_wait
from sesinsights.errors import (
    BadRequestError,
    NotFoundError,
    ResponseValidationError,
    ServiceError,
)
from sesinsights.operations import GET_MESSAGE_INSIGHTS
from sesinsights.retry import is_transient
from sesinsights.service_errors import redacted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    import pydantic

    from sesinsights.async_driver import AsyncDriver
    from sesinsights.driver import Driver, ThreadDriver
    from sesinsights.flow import Flow
    from sesinsights.pipeline import Pipeline

__all__ = ["AsyncMessageLookups", "MessageLookup", "MessageLookups"]

DriverT = TypeVar("DriverT", bound="Driver")


@dataclass(frozen=True, slots=True)
class MessageLookup:
    """What came of looking up one message: either `insights` or `error` is set.

    Attributes:
        message_id: The id as it was given.
        insights: What happened to the message.
        error: Why this message could not be looked up, while others may be.
    """

    message_id: str
    insights: models.GetMessageInsightsResponse | None = None
    error: ServiceError | ResponseValidationError | pydantic.ValidationError | None = None

    def __repr__(self) -> str:
        """Show no address, which may have been given for an id."""
        given = redacted(str(self.message_id))
        return (
            f"MessageLookup(message_id={given!r}, insights={self.insights!r}, error={self.error!r})"
        )


class _Lookups(Generic[DriverT]):
    """Lookups that may be gone on with after an error.

    An id whose lookup raised is not lost: it is `pending`, and the next step looks it up again.

    Args:
        driver: What runs flows.
        pipeline: The way of every call.
        message_ids: The ids.
        max_wait: The longest wait for a slot, in seconds; the pipeline's when None.

    Attributes:
        pending: The id whose lookup raised an error; None when there is none.
    """

    def __init__(
        self, driver: DriverT, pipeline: Pipeline, message_ids: object, max_wait: float | None
    ) -> None:
        if isinstance(message_ids, str):
            raise TypeError("message_ids must be an iterable of ids, not one string")
        self.pending: str | None = None
        self._driver = driver
        self._pipeline = pipeline
        self._max_wait = checked_wait(max_wait)


class MessageLookups(_Lookups["ThreadDriver"], Iterator[MessageLookup]):
    """The lookups of many messages, one at each step; may be gone on with after an error.

    An id whose lookup raised is not lost: it is `pending`, and the next step looks it up again.
    Not for several threads at once.
    """

    def __init__(
        self,
        driver: ThreadDriver,
        pipeline: Pipeline,
        message_ids: Iterable[str],
        max_wait: float | None,
    ) -> None:
        super().__init__(driver, pipeline, message_ids, max_wait)
        self._ids = iter(message_ids)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> MessageLookup:
        if self.pending is None:
            self.pending = next(self._ids)
        lookup = self._driver.run(look_up(self._pipeline, self.pending, self._max_wait))
        self.pending = None
        return lookup


class AsyncMessageLookups(_Lookups["AsyncDriver"], AsyncIterator[MessageLookup]):
    """The lookups of many messages, one at each step; may be gone on with after an error.

    An id whose lookup raised is not lost: it is `pending`, and the next step looks it up again.
    Not for several tasks at once.
    """

    def __init__(
        self,
        driver: AsyncDriver,
        pipeline: Pipeline,
        message_ids: Iterable[str] | AsyncIterable[str],
        max_wait: float | None,
    ) -> None:
        super().__init__(driver, pipeline, message_ids, max_wait)
        self._ids = _each(message_ids)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> MessageLookup:
        if self.pending is None:
            self.pending = await anext(self._ids)
        lookup = await self._driver.run(look_up(self._pipeline, self.pending, self._max_wait))
        self.pending = None
        return lookup


async def _each(message_ids: Iterable[str] | AsyncIterable[str]) -> AsyncIterator[str]:
    if isinstance(message_ids, AsyncIterable):
        async for message_id in message_ids:
            yield message_id
    else:
        for message_id in message_ids:
            yield message_id


def look_up(
    pipeline: Pipeline, message_id: str, max_wait: float | None = None
) -> Flow[MessageLookup]:
    """Look up one of many messages.

    What concerns this message alone becomes its error, and so does an error of the service that
    outlasted all attempts. What would fail every other message too is raised.
    """
    import pydantic

    try:
        request = models.GetMessageInsightsRequest(message_id=message_id)
        insights = yield from pipeline.call(GET_MESSAGE_INSIGHTS, request, max_wait=max_wait)
    except (
        pydantic.ValidationError,
        BadRequestError,
        NotFoundError,
        ResponseValidationError,
    ) as error:
        return MessageLookup(message_id, error=error)
    except ServiceError as error:
        if is_transient(error):
            return MessageLookup(message_id, error=error)
        raise
    return MessageLookup(message_id, insights)
