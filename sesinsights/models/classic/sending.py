"""The shapes of the v1 operations that send templated mail."""

from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.models.classic.enums import BulkEmailStatus
from sesinsights.models.classic.fields import (
    EmailAddress,
    MessageTagText,
    TemplateData,
    TemplateName,
)
from sesinsights.models.fields import Length, ListOf, Open
from sesinsights.models.limits import MAX_BULK_DESTINATIONS, MAX_RECIPIENTS
from sesinsights.models.names import ConfigurationSetName
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import table

__all__ = [
    "MAX_BULK_DESTINATIONS",
    "MAX_RECIPIENTS",
    "BulkEmailDestination",
    "BulkEmailDestinationStatus",
    "Destination",
    "GetSendQuotaRequest",
    "GetSendQuotaResponse",
    "MessageTag",
    "SendBulkTemplatedEmailRequest",
    "SendBulkTemplatedEmailResponse",
    "SendTemplatedEmailRequest",
    "SendTemplatedEmailResponse",
]

Addresses = Annotated[ListOf[EmailAddress], Field(repr=False)]


class Destination(Shape, frozen=True):
    """The recipients of one message: 1 to 50 recipients in all."""

    to_addresses: Addresses = ()
    """The recipients in To."""
    cc_addresses: Addresses = ()
    """The recipients in Cc."""
    bcc_addresses: Addresses = ()
    """The recipients in Bcc."""

    @property
    def recipients(self) -> int:
        """How many recipients there are in all."""
        return len(self.to_addresses) + len(self.cc_addresses) + len(self.bcc_addresses)

    @model_validator(mode="after")
    def _has_recipients(self, info: ValidationInfo) -> Self:
        if not 1 <= self.recipients <= MAX_RECIPIENTS and not read_from_service(info):
            raise ValueError(
                f"to_addresses, cc_addresses and bcc_addresses must have 1 to {MAX_RECIPIENTS} "
                f"recipients in all, not {self.recipients}"
            )
        return self


class MessageTag(Shape, frozen=True):
    """A name and value to attach to a message."""

    name: MessageTagText
    """The tag's name."""
    value: MessageTagText
    """The tag's value."""


class SendTemplatedEmailRequest(Shape, frozen=True):
    """A message to send from a template."""

    source: Annotated[EmailAddress, Field(repr=False)]
    """The sender's address."""
    destination: Destination
    """The recipients of the message."""
    reply_to_addresses: Addresses = ()
    """The addresses that replies go to."""
    return_path: Annotated[EmailAddress | None, Field(repr=False)] = None
    """The address that bounces and complaints go to."""
    source_arn: str | None = Field(default=None, repr=False)
    """The ARN of the identity whose policy lets you send as `source`."""
    return_path_arn: str | None = Field(default=None, repr=False)
    """The ARN of the identity whose policy lets you use `return_path`."""
    tags: ListOf[MessageTag] = ()
    """The tags of the message."""
    configuration_set_name: ConfigurationSetName | None = None
    """The configuration set to send with."""
    template: TemplateName
    """The template's name."""
    template_arn: str | None = None
    """The template's ARN."""
    template_data: Annotated[TemplateData, Field(repr=False)]
    """The variables of the template."""


class SendTemplatedEmailResponse(Shape, frozen=True):
    """The message that was accepted."""

    message_id: str
    """The message's id."""

    @override
    def __str__(self) -> str:
        return f"Message {self.message_id}"


class BulkEmailDestination(Shape, frozen=True):
    """The recipients of one of many messages, and its own data."""

    destination: Destination
    """The recipients of the message."""
    replacement_tags: ListOf[MessageTag] = ()
    """Tags that replace or extend the default tags."""
    replacement_template_data: Annotated[TemplateData | None, Field(repr=False)] = None
    """Variables that replace or extend the default variables."""


class SendBulkTemplatedEmailRequest(Shape, frozen=True):
    """Up to 50 messages to send from a template."""

    source: Annotated[EmailAddress, Field(repr=False)]
    """The sender's address."""
    source_arn: str | None = Field(default=None, repr=False)
    """The ARN of the identity whose policy lets you send as `source`."""
    reply_to_addresses: Addresses = ()
    """The addresses that replies go to."""
    return_path: Annotated[EmailAddress | None, Field(repr=False)] = None
    """The address that bounces and complaints go to."""
    return_path_arn: str | None = Field(default=None, repr=False)
    """The ARN of the identity whose policy lets you use `return_path`."""
    configuration_set_name: ConfigurationSetName | None = None
    """The configuration set to send with."""
    default_tags: ListOf[MessageTag] = ()
    """The tags of every message."""
    template: TemplateName
    """The template's name."""
    template_arn: str | None = None
    """The template's ARN."""
    default_template_data: Annotated[TemplateData, Field(repr=False)]
    """The variables of every message."""
    destinations: Annotated[ListOf[BulkEmailDestination], Length(1, MAX_BULK_DESTINATIONS)]
    """The 1 to 50 destinations, each of which gets a message."""

    @override
    def to_service(self) -> dict[str, Any]:
        """Return the parameters of a boto3 call, with data for every destination.

        The service was seen to refuse a whole call because a destination had none.
        """
        parameters = super().to_service()
        for destination in parameters["Destinations"]:
            destination.setdefault("ReplacementTemplateData", "{}")
        return parameters


class BulkEmailDestinationStatus(Shape, frozen=True):
    """The result of one destination."""

    status: Open[BulkEmailStatus] | None = None
    """Whether the message was accepted."""
    error: str | None = Field(default=None, repr=False)
    """Why the message was not accepted."""
    message_id: str | None = None
    """The message's id, if the message was accepted."""


class SendBulkTemplatedEmailResponse(Shape, frozen=True):
    """The result of each destination, in the order of the request."""

    status: ListOf[BulkEmailDestinationStatus]
    """One for each destination."""

    @override
    def __str__(self) -> str:
        rows = (
            (str(place), each.status or "", each.message_id or "")
            for place, each in enumerate(self.status)
        )
        return table(("Destination", "Status", "Message"), rows, none="No destinations.")


class GetSendQuotaRequest(Shape, frozen=True):
    """The empty request for the account's quota."""


class GetSendQuotaResponse(Shape, frozen=True):
    """How much the account may send."""

    max24_hour_send: float
    """The maximum number of recipients in 24 hours."""
    max_send_rate: float
    """The maximum number of recipients per second."""
    sent_last24_hours: float
    """The number of recipients in the last 24 hours."""

    @override
    def __str__(self) -> str:
        return (
            f"{self.sent_last24_hours:,.0f} of {self.max24_hour_send:,.0f} recipients in 24 hours, "
            f"up to {self.max_send_rate:,g} a second"
        )
