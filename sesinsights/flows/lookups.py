"""Many messages looked up one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.errors import (
    BadRequestError,
    NotFoundError,
    ResponseValidationError,
    ServiceError,
)
from sesinsights.flows.operations import GET_MESSAGE_INSIGHTS
from sesinsights.flows.retry import is_transient
from sesinsights.service_errors import redacted

if TYPE_CHECKING:
    import pydantic

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

__all__ = ["MessageLookup", "look_up"]


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
