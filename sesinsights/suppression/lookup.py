"""Why an address is suppressed: its entry, and what happened to the message that caused it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from typing_extensions import override

from sesinsights import models
from sesinsights.errors import NotFoundError, SESInsightsError
from sesinsights.flows.lookups import FailedLookup, MessageLookup, look_up
from sesinsights.flows.operations import GET_SUPPRESSED_DESTINATION
from sesinsights.outcomes.sources import timelines
from sesinsights.outcomes.timeline import Timeline

if TYPE_CHECKING:
    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline

_NOT_LISTED = "suppression list"
"""In the service's error if the list lacks the address, but not if the tenant does not exist."""


@dataclass(frozen=True, slots=True)
class SuppressedAddress:
    """Why an address is suppressed.

    Attributes:
        entry: What the suppression list says.
        lookup: The lookup of the message that put the address there; None if no message did.
    """

    entry: models.SuppressedDestination
    lookup: MessageLookup | None = None

    @override
    def __str__(self) -> str:
        return str(self.entry)

    @property
    def reason(self) -> models.SuppressionListReason | models.NewValue:
        """Why the address is on the list."""
        return self.entry.reason

    @property
    def last_update_time(self) -> datetime:
        """When the entry was last updated, in UTC."""
        return self.entry.last_update_time

    @property
    def message_id(self) -> str | None:
        """The id of the message that bounced or was complained about; None if no message did."""
        return self.entry.attributes.message_id if self.entry.attributes else None

    @property
    def feedback_id(self) -> str | None:
        """The id of the bounce or complaint, as in events; None if no message caused it."""
        return self.entry.attributes.feedback_id if self.entry.attributes else None

    @property
    def timeline(self) -> Timeline | None:
        """What happened to that message at this address; None if it could not be looked up."""
        if self.lookup is None or self.lookup.message is None:
            return None
        found = list(timelines(self.lookup.message))
        address = self.entry.email_address.lower()
        return next((each for each in found if (each.recipient or "").lower() == address), None)


def suppression_of(
    pipeline: Pipeline, email_address: str, *, tenant_name: str | None
) -> Flow[SuppressedAddress | None]:
    """Return the flow that finds out why an address is suppressed; its result is None if it is not.

    Raises:
        pydantic.ValidationError: `email_address` is not a mail address, or `tenant_name` is empty.
    """
    # Checked here and not in the flow, which a driver starts only after it has connected.
    request = models.GetSuppressedDestinationRequest(
        email_address=email_address, tenant_name=tenant_name
    )
    return _suppression_of(pipeline, request)


def _suppression_of(
    pipeline: Pipeline, request: models.GetSuppressedDestinationRequest
) -> Flow[SuppressedAddress | None]:
    entry = yield from _entry_of(pipeline, request)
    if entry is None:
        return None
    message_id = entry.attributes.message_id if entry.attributes else None
    if not message_id:
        return SuppressedAddress(entry)
    try:
        lookup = yield from look_up(pipeline, message_id)
    except SESInsightsError as error:
        # Whatever keeps the message from being looked up, the entry has the reason.
        lookup = FailedLookup(message_id, error)
    return SuppressedAddress(entry, lookup)


def _entry_of(
    pipeline: Pipeline, request: models.GetSuppressedDestinationRequest
) -> Flow[models.SuppressedDestination | None]:
    """Return the entry of an address as it is spelled, else of the address all in lower case.

    Sending ignores case, while the list distinguishes it before the @.
    """
    lower = request.email_address.lower()
    for spelling in dict.fromkeys((request.email_address, lower)):
        asked = request.model_copy(update={"email_address": spelling})
        try:
            response = yield from pipeline.call(GET_SUPPRESSED_DESTINATION, asked)
        except NotFoundError as error:
            if request.tenant_name is not None and _NOT_LISTED not in error.message:
                raise
        else:
            return response.suppressed_destination
    return None
