"""The shapes of the operations on suppression lists."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.models.account import SuppressionValidationAttributes
from sesinsights.models.enums import SuppressionListReason, SuppressionListReasonInput
from sesinsights.models.fields import Given, ListOf, Open, Range, Timestamp
from sesinsights.models.jobs import NextToken, page_caption
from sesinsights.models.names import TenantName
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import instant, line, page, table
from sesinsights.notebook import notebook_table

__all__ = [
    "DeleteSuppressedDestinationRequest",
    "DeleteSuppressedDestinationResponse",
    "GetSuppressedDestinationRequest",
    "GetSuppressedDestinationResponse",
    "ListSuppressedDestinationsRequest",
    "ListSuppressedDestinationsResponse",
    "PutAccountSuppressionAttributesRequest",
    "PutAccountSuppressionAttributesResponse",
    "PutSuppressedDestinationRequest",
    "PutSuppressedDestinationResponse",
    "SuppressedDestination",
    "SuppressedDestinationAttributes",
    "SuppressedDestinationSummary",
]

_ONE_ADDRESS = re.compile(
    r"""
    (?! .*[\ud800-\udfff] )  # half a character, which cannot be sent or written
    (?: "(?:[^"\\\x00-\x1f\x7f]|\\.)+" | [^\s"(),:;<>@\[\]\\\x00-\x1f\x7f]+ )
    @
    [^\s"(),/:;<>@\[\]\\\x00-\x1f\x7f]+
    """,
    re.VERBOSE,
)


def plain_address(text: str) -> str:
    """Return a mail address without the blanks around it.

    Raises:
        ValueError: It is not one plain address.
    """
    address = text.strip()
    if not _ONE_ADDRESS.fullmatch(address):
        raise ValueError("must be a single mail address, without a name or other text")
    return address


def _as_address(text: str, info: ValidationInfo) -> str:
    return text if read_from_service(info) else plain_address(text)


EmailAddress = Annotated[str, AfterValidator(_as_address)]


class GetSuppressedDestinationRequest(Shape, frozen=True):
    """A request for the entry of an address on a suppression list."""

    email_address: EmailAddress = Field(repr=False)
    """The address, spelled as on the list; only the case of its domain does not matter."""
    tenant_name: TenantName | None = None
    """The tenant whose list to use; by default, the account's list."""


class SuppressedDestinationAttributes(Shape, frozen=True):
    """What put an address on a suppression list."""

    message_id: str | None = None
    """The id of the message that bounced or was complained about."""
    feedback_id: str | None = None
    """The id of the bounce or complaint, as in published events."""


class SuppressedDestination(Shape, frozen=True):
    """An address on a suppression list."""

    email_address: str = Field(repr=False)
    """The address."""
    reason: Open[SuppressionListReason]
    """Why the address is on the list."""
    last_update_time: Timestamp
    """When the address was last put on the list, in UTC."""
    attributes: SuppressedDestinationAttributes | None = None
    """What put the address there; None if no message did."""
    tenant_name: TenantName | None = None
    """The tenant whose list it is on; None for the account's list."""

    @override
    def __str__(self) -> str:
        message_id = self.attributes.message_id if self.attributes else None
        return line(
            f"Suppressed for {self.reason}",
            f"since {instant(self.last_update_time)}",
            f"by message {message_id}" if message_id else "",
            f"on the list of tenant {self.tenant_name}" if self.tenant_name else "",
        )


class GetSuppressedDestinationResponse(Shape, frozen=True):
    """The entry of an address on a suppression list."""

    suppressed_destination: SuppressedDestination
    """The address, and why it is on the list."""

    @override
    def __str__(self) -> str:
        return str(self.suppressed_destination)


class ListSuppressedDestinationsRequest(Shape, frozen=True):
    """A request for a page of a suppression list."""

    tenant_name: TenantName | None = None
    """The tenant whose list to use; by default, the account's list."""
    reasons: ListOf[Given[SuppressionListReasonInput]] = ()
    """Only addresses that are on the list for one of these reasons."""
    start_date: Timestamp | None = None
    """Only addresses added after this time."""
    end_date: Timestamp | None = None
    """Only addresses added before this time."""
    next_token: NextToken | None = None
    """The token of the page to get; by default, the first page."""
    page_size: Annotated[int, Range(1)] | None = None
    """The maximum number of addresses on the page."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start_date and self.end_date and self.end_date < self.start_date:
            raise ValueError("end_date must not be before start_date")
        return self


class SuppressedDestinationSummary(Shape, frozen=True):
    """An address on a suppression list, in a page of it."""

    email_address: str = Field(repr=False)
    """The address."""
    reason: Open[SuppressionListReason]
    """Why the address is on the list."""
    last_update_time: Timestamp
    """When the address was last put on the list, in UTC."""


class ListSuppressedDestinationsResponse(Shape, frozen=True):
    """One page of a suppression list, in no particular order."""

    suppressed_destination_summaries: ListOf[SuppressedDestinationSummary] = ()
    """The addresses of this page; an empty page is not always the last one."""
    next_token: str | None = None
    """The token of the next page; None on the last page."""

    @override
    def __str__(self) -> str:
        rows = (
            (found.reason, instant(found.last_update_time))
            for found in self.suppressed_destination_summaries
        )
        shown = table(("Suppressed for", "Since"), rows, none="No suppressed addresses.")
        return page(shown, self.next_token)

    def _repr_html_(self) -> str:
        """Show why and since when addresses are suppressed as a table, without the addresses."""
        rows = [
            (found.reason, found.last_update_time)
            for found in self.suppressed_destination_summaries
        ]
        columns = ("Suppressed for", "Since (UTC)")
        return notebook_table(page_caption("suppression", rows, self.next_token), columns, rows)


class PutSuppressedDestinationRequest(Shape, frozen=True):
    """A request to put an address on a suppression list."""

    email_address: EmailAddress = Field(repr=False)
    """The address."""
    reason: Given[SuppressionListReasonInput]
    """Why to put the address on the list; replaces the reason of an address already on it."""
    tenant_name: TenantName | None = None
    """The tenant whose list to use; by default, the account's list."""


class PutSuppressedDestinationResponse(Shape, frozen=True):
    """The response to a request that put an address on a suppression list."""


def _without_slash(address: str, info: ValidationInfo) -> str:
    if "/" in address and not read_from_service(info):
        raise ValueError(
            "must not contain a slash: only an import job with the action DELETE can remove such "
            "an address from the list"
        )
    return address


class DeleteSuppressedDestinationRequest(Shape, frozen=True):
    """A request to remove an address from a suppression list."""

    email_address: Annotated[EmailAddress, AfterValidator(_without_slash)] = Field(repr=False)
    """The address, spelled as on the list; only the case of its domain does not matter."""
    tenant_name: TenantName | None = None
    """The tenant whose list to use; by default, the account's list."""


class DeleteSuppressedDestinationResponse(Shape, frozen=True):
    """The response to a request that removed an address from a suppression list."""


class PutAccountSuppressionAttributesRequest(Shape, frozen=True):
    """A request to change what puts addresses on the account's suppression list."""

    suppressed_reasons: ListOf[Given[SuppressionListReasonInput]] = ()
    """The reasons that add an address; an empty list adds none."""
    validation_attributes: SuppressionValidationAttributes | None = None
    """How address validation is used."""


class PutAccountSuppressionAttributesResponse(Shape, frozen=True):
    """The response to a request that changed what puts addresses on the suppression list."""
