"""What happened to one message at one recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sesinsights.models.enums import EventType
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
    from datetime import datetime, timedelta

    from sesinsights.models.enums import BounceType


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """Something that happened, as all sources together tell it.

    What is about a person is not in the repr.

    Attributes:
        type: What happened; a string if it is new at the service.
        timestamp: When, in UTC; None if no source tells.
        bounce_type: Whether a bounce is for good.
        sub_type: The finer reason of a bounce or complaint, as the source spells it.
        feedback_type: What kind of complaint it is, such as `abuse`.
        delay_type: Why a delivery is late, as the source spells it.
        reason: Why the message was rejected, or why its template could not be filled in.
        diagnostic_code: What the other server said.
        link: The link that was clicked.
        is_bot: Whether a program probably opened or clicked it; None where no source tells.
        is_suspicion: Whether a complaint is about one of several recipients, of whom this one is
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
        """What this shows of how the mail ended."""
        match self.type:
            case EventType.BOUNCE:
                return bounce_status(self.bounce_type, self.sub_type, (self.diagnostic_code,))
            case EventType.COMPLAINT:
                return status_of_complaint(self.sub_type, self.feedback_type)
            case _:
                return EVENT_STATUS.get(self.type, Status.UNKNOWN)

    @property
    def explanation(self) -> tuple[str, ...]:
        """What it means and what to do, in sentences; empty when its name says it all."""
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
    """What a recipient did with mail, or a program for them.

    Each is None where no source can tell: events of opens and clicks are only published where they
    are asked for, so their absence says nothing, while a lookup or an export row would show them.

    Attributes:
        opened: Whether it was opened; a click implies an open.
        opened_by_people: Whether something opened it that is probably not a program.
        clicked: Whether a link in it was followed.
        clicked_by_people: Whether something followed one that is probably not a program.
    """

    opened: bool | None = None
    opened_by_people: bool | None = None
    clicked: bool | None = None
    clicked_by_people: bool | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """What happened to one message at one recipient, folded from all sources.

    What is about a person is not in the repr.

    Attributes:
        message_id: The id that sending returned; None where no source tells.
        recipient: The address; None for what is known of a message and of none of its recipients,
            such as an open of mail to several.
        status: How it ended.
        events: What happened, in order of time, without duplicates; what has no time comes last.
        engagement: What the recipient did with it.
        reason: Why it ended so: a `BounceReason`, a `DelayReason`, the kind of a complaint, or
            what the service says; None where the status says it all or no reason is known.
        diagnostic_code: What the other server said when it bounced.
        is_suspicion: Whether every complaint is about several recipients, so that it may be
            another one who complained.
        sent_at: When it was sent, in UTC.
        delivered_at: When the recipient's server accepted it, in UTC.
        isp: The recipient's mailbox provider, such as `Gmail`.
        source: The sender.
        subject: The subject.
        configuration_set: The configuration set with which it was sent.
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

        None if either time is not known, or the other server's clock puts the delivery first.
        """
        if self.sent_at is None or self.delivered_at is None or self.delivered_at < self.sent_at:
            return None
        return self.delivered_at - self.sent_at

    @property
    def was_delivered(self) -> bool | None:
        """Whether the recipient's server accepted it; None where that is not known.

        An open, a click, a complaint and an automatic reply each imply it. Mail that bounced may
        have been accepted first.
        """
        shown = {event.status for event in self.events} | {self.status}
        if shown & {Status.DELIVERED, Status.COMPLAINED}:
            return True
        return None if self.status is Status.UNKNOWN else False

    @property
    def bounce_type(self) -> BounceType | None:
        """Whether the bounce is for good; None when the mail did not bounce."""
        return BOUNCE_TYPE.get(self.status)

    @property
    def advice(self) -> str | None:
        """What to do about it, in a sentence or two; None when there is nothing to do."""
        return advice(self.status, self.reason, is_suspicion=self.is_suspicion)

    @property
    def explanation(self) -> tuple[str, ...]:
        """Why it ended so and what to do, in sentences; empty when the status says it all."""
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
    """Return what to do about mail that ended so; None when there is nothing to do.

    Args:
        status: How it ended.
        reason: Why.
        is_suspicion: Whether it may be another recipient who complained.
    """
    if status in BOUNCE_TYPE:
        return bounce_advice(BOUNCE_TYPE[status], reason)
    match status:
        case Status.SUPPRESSED:
            return bounce_advice(None, reason)
        case Status.COMPLAINED:
            said = " ".join(explain_complaint(None, reason)) or _COMPLAINED
            return f"{SUSPICION} {said}" if is_suspicion else said
        case Status.DELAYED:
            return " ".join(explain_delay(reason))
        case Status.REJECTED:
            return " ".join(explain_event(EventType.REJECT))
        case Status.RENDERING_FAILED:
            return " ".join(explain_event(EventType.RENDERING_FAILURE))
        case _:
            return None


_COMPLAINED = "The recipient does not want this mail: stop sending to this address."
SUSPICION = "One of several recipients reported it; it is not known which."
"""How advice begins for one who is only suspected of a complaint."""
