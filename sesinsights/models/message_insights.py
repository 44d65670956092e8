"""The shapes of GetMessageInsights: what happened to one message."""

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field
from typing_extensions import override

from sesinsights.models.enums import BounceType, EventType, NewValue
from sesinsights.models.fields import ListOf, Open, Timestamp
from sesinsights.models.identifiers import refuse_foreign_characters, without_surroundings
from sesinsights.models.reasons import (
    BounceReason,
    bounce_advice,
    bounce_reason,
    explain_bounce,
    explain_complaint,
    explain_event,
    is_permanent,
    is_suppression_echo,
)
from sesinsights.models.shape import Shape
from sesinsights.models.shown import indented, instant, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sesinsights.notebook import Value

__all__ = [
    "Bounce",
    "Complaint",
    "EmailInsights",
    "EventDetails",
    "GetMessageInsightsRequest",
    "GetMessageInsightsResponse",
    "InsightsEvent",
    "MessageTag",
]


_RETURNED = re.compile("[0-9A-Za-z-]+")


def _as_returned_by_sending(message_id: str) -> str:
    """Return the id inside a Message-ID header, or the id as it is."""
    if _RETURNED.fullmatch(message_id):
        return message_id
    copied = without_surroundings(message_id).removeprefix("<").removesuffix(">")
    name, _, domain = without_surroundings(copied).partition("@")
    if domain and not f".{domain.lower()}".endswith(".amazonses.com"):
        raise ValueError("is not an Amazon SES id: its domain is not amazonses.com")
    name = without_surroundings(name)
    if not name:
        raise ValueError("must be the id that sending returned, but it is empty")
    refuse_foreign_characters(name)
    return name


class GetMessageInsightsRequest(Shape, frozen=True):
    """A request to look up a message."""

    message_id: Annotated[str, AfterValidator(_as_returned_by_sending)]
    """The id that sending returned, or the Message-ID header made from it."""


class Bounce(Shape, frozen=True):
    """Why a message bounced."""

    bounce_type: Open[BounceType] | None = None
    """Whether the bounce is permanent."""
    bounce_sub_type: str | None = None
    """The finer reason, such as `General` or `MailboxFull`."""
    diagnostic_code: str | None = Field(default=None, repr=False)
    """The reply of the receiving server; it often contains the address."""

    @property
    def reason(self) -> BounceReason | NewValue | None:
        """Why the message bounced; a `NewValue` if this library does not know the reason."""
        return bounce_reason(self.bounce_sub_type)

    @property
    def is_permanent(self) -> bool | None:
        """Whether the bounce is permanent; None if the bounce does not say."""
        return is_permanent(self.bounce_type)

    @property
    def is_suppression_echo(self) -> bool:
        """Whether your own suppression list held the mail back, so that nothing new bounced."""
        return is_suppression_echo(self.bounce_sub_type)

    @property
    def advice(self) -> str | None:
        """What to do about the bounce; None if this library does not know its type."""
        return bounce_advice(self.bounce_type, self.bounce_sub_type)

    @property
    def explanation(self) -> tuple[str, ...]:
        """Why the message bounced and what to do, in sentences."""
        return tuple(explain_bounce(self.bounce_type, self.bounce_sub_type, self.diagnostic_code))


class Complaint(Shape, frozen=True):
    """How a recipient complained about a message."""

    complaint_sub_type: str | None = None
    """Set when the address was on the account's suppression list, so nothing was delivered."""
    complaint_feedback_type: str | None = None
    """The kind of complaint that the mailbox provider reported, such as `abuse`."""

    @property
    def is_suppression_echo(self) -> bool:
        """Whether a suppression list held the mail back, so there is no new complaint."""
        return bool(self.complaint_sub_type)

    @property
    def explanation(self) -> tuple[str, ...]:
        """What the complaint means and what to do, in sentences."""
        return tuple(explain_complaint(self.complaint_sub_type, self.complaint_feedback_type))


class EventDetails(Shape, frozen=True):
    """What is known about a bounce or a complaint."""

    bounce: Bounce | None = None
    """The bounce, if the event is one."""
    complaint: Complaint | None = None
    """The complaint, if the event is one."""


class InsightsEvent(Shape, frozen=True):
    """One thing that happened to a message."""

    timestamp: Timestamp
    """When the event happened, in UTC."""
    type: Open[EventType]
    """What happened."""
    details: EventDetails | None = None
    """More about a bounce or a complaint."""

    @property
    def bounce(self) -> Bounce | None:
        """Why the message bounced, if the event is a bounce."""
        return self.details.bounce if self.details else None

    @property
    def complaint(self) -> Complaint | None:
        """How the recipient complained, if the event is a complaint."""
        return self.details.complaint if self.details else None

    @property
    def explanation(self) -> tuple[str, ...]:
        """What the event means and what to do, in sentences; empty if its name says everything."""
        return (
            *explain_event(self.type),
            *(self.bounce.explanation if self.bounce else ()),
            *(self.complaint.explanation if self.complaint else ()),
        )

    @override
    def __str__(self) -> str:
        bounce, complaint = self.bounce or Bounce(), self.complaint or Complaint()
        kinds = line(
            bounce.bounce_type or "",
            bounce.bounce_sub_type or "",
            complaint.complaint_sub_type or "",
            complaint.complaint_feedback_type or "",
        )
        return f"{instant(self.timestamp)}  {self.type}{f' ({kinds})' if kinds else ''}"


class EmailInsights(Shape, frozen=True):
    """What happened to a message at one recipient."""

    destination: str = Field(repr=False)
    """The recipient's address."""
    isp: str | None = None
    """The recipient's mailbox provider, such as `Gmail`."""
    events: ListOf[InsightsEvent] = ()
    """What happened, in the order of the service."""

    @override
    def __str__(self) -> str:
        events = sorted(self.events, key=lambda event: event.timestamp)
        told = indented(map(str, events)) or "  Nothing is known yet."
        return f"Recipient at {self.isp or 'an unknown provider'}\n{told}"


class MessageTag(Shape, frozen=True):
    """A name and value that the sender or Amazon SES attached to a message."""

    name: str
    """The tag's name; those that Amazon SES adds begin with `ses:`."""
    value: str
    """The tag's value."""


class GetMessageInsightsResponse(Shape, frozen=True):
    """What is known about a message."""

    message_id: str
    """The message's id."""
    from_email_address: str | None = Field(default=None, repr=False)
    """The sender's address."""
    subject: str | None = Field(default=None, repr=False)
    """The subject line."""
    email_tags: ListOf[MessageTag] = ()
    """The tags of the message."""
    insights: ListOf[EmailInsights] = ()
    """What happened, by recipient."""

    @override
    def __str__(self) -> str:
        return "\n".join([f"Message {self.message_id}", *map(str, self.insights)])

    def _repr_html_(self) -> str:
        """Show what happened as a table, without addresses and subject."""
        return insights_table(self)


def insights_table(message: GetMessageInsightsResponse) -> str:
    """Return what happened to a message as a table for a notebook."""
    from sesinsights.notebook import notebook_table

    columns = ("Recipient", "Provider", "Time (UTC)", "Event", "What it means")
    return notebook_table(f"Message {message.message_id}", columns, _rows(message))


def _rows(message: GetMessageInsightsResponse) -> "Iterator[Sequence[Value]]":
    """Yield a row for each event of each recipient, or one for a recipient without events."""
    for number, insights in enumerate(message.insights, 1):
        for event in insights.events:
            meaning = " ".join(event.explanation) or None
            yield number, insights.isp, event.timestamp, event.type, meaning
        if not insights.events:
            yield number, insights.isp, None, None, None
