"""Lookups of many messages, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from typing_extensions import override

from sesinsights import models
from sesinsights.errors import (
    BadRequestError,
    NotFoundError,
    ResponseValidationError,
    ServiceError,
    SESInsightsError,
)
from sesinsights.errors.service import redacted
from sesinsights.flows.operations import GET_MESSAGE_INSIGHTS
from sesinsights.flows.retry import is_transient

if TYPE_CHECKING:
    import pydantic

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message that was found.

    Attributes:
        message_id: The id as it was given.
        message: What happened to the message.
        error: Always None: there was no error.
    """

    message_id: str
    message: models.GetMessageInsightsResponse
    error: None = None

    def result(self) -> models.GetMessageInsightsResponse:
        """Return what happened to the message."""
        return self.message

    def _repr_html_(self) -> str:
        """Show what happened as a table, without addresses and subject."""
        from sesinsights.models.message_insights import insights_table

        return insights_table(self.message)


@dataclass(frozen=True, slots=True)
class FailedLookup:
    """A message that could not be looked up; lookups of others may still succeed.

    Attributes:
        message_id: The id as it was given; not shown in the repr, as it may be an address.
        error: Why the lookup failed.
        message: Always None: nothing is known about the message.
    """

    message_id: str
    error: SESInsightsError | pydantic.ValidationError
    message: None = None

    def result(self) -> NoReturn:
        """Raise the error."""
        raise self.error

    @override
    def __repr__(self) -> str:
        """Hide an address that may have been given as the id."""
        return f"FailedLookup(message_id={redacted(str(self.message_id))!r}, error={self.error!r})"

    def _repr_html_(self) -> str:
        """Show why the message could not be looked up."""
        from sesinsights.notebook import notebook_line

        return notebook_line(f"{self.message_id} could not be looked up. {self.error}")


MessageLookup: TypeAlias = FoundMessage | FailedLookup
"""The outcome of one lookup: either `message` or `error` is set, and the other is None."""


def look_up(
    pipeline: Pipeline, message_id: str, max_wait: float | None = None
) -> Flow[MessageLookup]:
    """Look up one of many messages.

    An error that concerns only this message becomes its `error`, and so does a service error that
    outlasted all attempts. An error that every other message would get too is raised.
    """
    import pydantic

    try:
        request = models.GetMessageInsightsRequest(message_id=message_id)
        message = yield from pipeline.call(GET_MESSAGE_INSIGHTS, request, max_wait=max_wait)
    except (
        pydantic.ValidationError,
        BadRequestError,
        NotFoundError,
        ResponseValidationError,
    ) as error:
        return FailedLookup(message_id, error)
    except ServiceError as error:
        if is_transient(error):
            return FailedLookup(message_id, error)
        raise
    return FoundMessage(message_id, message)
