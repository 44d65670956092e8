"""What happened to one message at one recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sesinsights.models.enums import BounceType, EventType
from sesinsights.models.reasons import (
    bounce_advice,
    explain_bounce,
    explain_complaint,
    explain_delay,
    explain_event,
)
from sesinsights.notebook import notebook_table
from sesinsights.outcomes.states import BOUNCE_TYPE, EVENT_STATUS, Status, bounce_status
from sesinsights.outcomes.states import complaint_status as status_of_complaint

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened to a message, with what all sources say about it.

    The repr shows no personal data.

    Attributes:
        type: What happened; a `NewValue` if it is newer than this library.
        timestamp: When it happened, in UTC; None if no source says.
        bounce_type: The type of a bounce, permanent or not.
        sub_type: The subtype of a bounce or complaint, as the source spells it.
        feedback_type: The kind of a complaint, such as `abuse`.
        delay_type: The reason for a delay, as the source spells it.
        reason: Why the message was rejected, or why its template could not be rendered.
        diagnostic_code: The reply of the receiving server.
        link: The link that was clicked.
        is_bot: Whether a program probably opened or clicked; None if no source says.
        is_suspicion: Whether a complaint is about one of several recipients, so that this one is
            only suspected.
    """

    type: EventType | str
    timestamp: datetime | None = None
    bounce_type: BounceType | str | None = None
    sub_type: str | None = None
    feedback_type: str | None = None
    delay_type: str | None = None
    reason: str | None = field(default=None, repr=False)
    diagnostic_code: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)
    is_bot: bool | None = None
    is_suspicion: bool | None = None

    @property
    def status(self) -> Status:
        """The status that this event alone implies."""
        match self.type:
            case EventType.BOUNCE:
                return bounce_status(self.bounce_type, self.sub_type, (self.diagnostic_code,))
            case EventType.COMPLAINT:
                return status_of_complaint(self.sub_type, self.feedback_type)
            case _:
                return EVENT_STATUS.get(self.type, Status.UNKNOWN)

    @property
    def explanation(self) -> tuple[str, ...]:
        """What the event means and what to do, in sentences; empty if its name says everything."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        match self.type:
            case EventType.BOUNCE:
                yield from explain_bounce(self.bounce_type, self.sub_type, self.diagnostic_code)
            case EventType.COMPLAINT:
                yield from explain_complaint(self.sub_type, self.feedback_type)
            case EventType.DELIVERY_DELAY:
                yield from explain_delay(self.delay_type)
            case _:
                yield from explain_event(self.type)


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a recipient, or a program on their behalf, did with a message.

    An attribute is None if no source can say: opens and clicks are published only on request, so
    their absence from events means nothing, while a lookup or an export record would show them.

    Attributes:
        opened: Whether the message was opened; a click implies an open.
        opened_by_people: Whether a person probably opened it.
        clicked: Whether a link in the message was followed.
        clicked_by_people: Whether a person probably followed a link.
    """

    opened: bool | None = None
    opened_by_people: bool | None = None
    clicked: bool | None = None
    clicked_by_people: bool | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened to one message at one recipient, combined from all sources.

    The repr shows no personal data.

    Attributes:
        message_id: The id that sending returned; None if no source says.
        recipient: The recipient's address; None for events that name no recipient, such as an open
            of a message to several recipients.
        status: The outcome.
        events: What happened, in order of time, without duplicates; events without a time come
            last.
        engagement: What the recipient did with the message.
        reason: Why the message has this status: a `BounceReason`, a `DelayReason`, the kind of a
            complaint, or the service's words; None if no reason is known or needed.
        diagnostic_code: The reply of the receiving server to a message that bounced.
        is_suspicion: Whether every complaint is about several recipients, so that another one may
            have complained.
        sent_at: When the message was sent, in UTC.
        delivered_at: When the recipient's server accepted the message, in UTC.
        isp: The recipient's mailbox provider, such as `Gmail`.
        source: The sender.
        subject: The subject.
        configuration_set: The configuration set that the message was sent with.
    """

    message_id: str | None
    recipient: str | None = field(repr=False)
    status: Status
    events: tuple[TimelineEvent, ...] = field(default=(), repr=False)
    engagement: Engagement = field(default_factory=Engagement)
    reason: str | None = None
    diagnostic_code: str | None = field(default=None, repr=False)
    is_suspicion: bool = False
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    isp: str | None = None
    source: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    configuration_set: str | None = None

    @property
    def latency(self) -> timedelta | None:
        """How long it took from sending to delivery.

        None if either time is not known, or if the receiving server's clock puts delivery before
        sending.
        """
        if self.sent_at is None or self.delivered_at is None or self.delivered_at < self.sent_at:
            return None
        return self.delivered_at - self.sent_at

    @property
    def was_delivered(self) -> bool | None:
        """Whether the recipient's server accepted the message; None if it is not known.

        An open, a click, a complaint and an automatic reply each imply it. Mail that bounced may
        have been accepted first.
        """
        shown = {event.status for event in self.events} | {self.status}
        if shown & {Status.DELIVERED, Status.COMPLAINED}:
            return True
        return None if self.status is Status.UNKNOWN else False

    @property
    def bounce_type(self) -> BounceType | None:
        """The type of the bounce; None if the message did not bounce."""
        return BOUNCE_TYPE.get(self.status)

    @property
    def advice(self) -> str | None:
        """What to do, in a sentence or two; None if there is nothing to do."""
        return advice(self.status, self.reason, is_suspicion=self.is_suspicion)

    @property
    def explanation(self) -> tuple[str, ...]:
        """Why the message has this status and what to do, in sentences; may be empty."""
        decisive = [event for event in self.events if event.status is self.status]
        return tuple(dict.fromkeys(line for event in decisive for line in event.explanation))

    def _repr_html_(self) -> str:
        """Show what happened as a table, without addresses and subject."""
        rows = [
            (event.timestamp, event.type, " ".join(event.explanation) or None)
            for event in self.events
        ]
        return notebook_table(
            f"Message {self.message_id or 'without an id'}: {self.status}",
            ("Time (UTC)", "Event", "What it means"),
            rows,
        )


def advice(status: Status, reason: str | None, *, is_suspicion: bool = False) -> str | None:
    """Return what to do about mail with this outcome; None when there is nothing to do.

    Args:
        status: The outcome.
        reason: The reason for it.
        is_suspicion: Whether it may be another recipient who complained.
    """
    if status in BOUNCE_TYPE:
        return bounce_advice(BOUNCE_TYPE[status], reason)
    match status:
        case Status.SUPPRESSED:
            return bounce_advice(None, reason)
        case Status.COMPLAINED:
            said = " ".join(explain_complaint(None, reason)) or _COMPLAINED
            return f"{_SUSPICION} {said}" if is_suspicion else said
        case Status.DELAYED:
            return " ".join(explain_delay(reason))
        case Status.REJECTED:
            return " ".join(explain_event(EventType.REJECT))
        case Status.RENDERING_FAILED:
            return " ".join(explain_event(EventType.RENDERING_FAILURE))
        case _:
            return None


_COMPLAINED = "The recipient does not want this mail: stop sending to this address."
_SUSPICION = "One of several recipients reported it; it is not known which."
"""How advice begins for one who is only suspected of a complaint."""
