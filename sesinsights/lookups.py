"""Many messages looked up one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    from sesinsights.driver import ThreadDriver
    from sesinsights.flow import Flow
    from sesinsights.pipeline import Pipeline

__all__ = ["MessageLookup", "MessageLookups", "look_up"]


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


class MessageLookups(Iterator[MessageLookup]):
    """The lookups of many messages, one at each step; may be gone on with after an error.

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
        self,
        driver: ThreadDriver,
        pipeline: Pipeline,
        message_ids: Iterable[str],
        max_wait: float | None,
    ) -> None:
        self.pending: str | None = None
        self._driver = driver
        self._pipeline = pipeline
        self._ids = iter(message_ids)
        self._max_wait = checked_wait(max_wait)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> MessageLookup:
        pending, self.pending = self.pending, None
        message_id = next(self._ids) if pending is None else pending
        try:
            return self._driver.run(look_up(self._pipeline, message_id, self._max_wait))
        except BaseException:
            self.pending = message_id
            raise


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
