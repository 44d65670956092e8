"""The facts that each source has about a message and recipient, in one form."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from sesinsights.events.delivery import (
    Bounced,
    BouncedRecipient,
    Delayed,
    DelayedRecipient,
    Rejected,
    RenderingFailed,
)
from sesinsights.events.event import Event
from sesinsights.events.kinds import UnknownEvent
from sesinsights.events.notices import Notice
from sesinsights.events.reactions import Clicked, Complained, Opened
from sesinsights.exports.files.records import MessageInsightsRecord
from sesinsights.flows.lookups import FailedLookup, FoundMessage
from sesinsights.models.enums import DeliveryEventType, EngagementEventType, EventType
from sesinsights.models.message_insights import Bounce, Complaint, GetMessageInsightsResponse
from sesinsights.outcomes.addresses import bare_address
from sesinsights.outcomes.states import (
    FLAG_STATUS,
    Status,
    delivery_event_status,
    most_severe,
)
from sesinsights.outcomes.timeline import TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sesinsights.models.message_insights import EmailInsights, InsightsEvent


@dataclass(frozen=True, slots=True)
class Fact:
    """What one source says about one message and recipient.

    Attributes:
        message_id: The id of the message.
        recipient: The address in lower case; None for facts about the whole message.
        event: What happened.
        mark: Distinguishes the event from others of its type at the same time, the same through
            every channel; None if the source has no such mark.
        has_own_time: Whether the event's time is its own.
        status: The status that the fact shows besides the event.
        opened: Whether the message was opened, as far as it is known besides events: False from a
            source that would show opens.
        clicked: The same for clicks.
        sent_at: When the message was sent.
        isp: The recipient's mailbox provider.
        source: The sender.
        subject: The subject.
        configuration_set: The configuration set.
    """

    message_id: str | None
    recipient: str | None
    event: TimelineEvent | None = None
    mark: str | None = None
    has_own_time: bool = True
    status: Status = Status.UNKNOWN
    opened: bool | None = None
    clicked: bool | None = None
    sent_at: datetime | None = None
    isp: str | None = None
    source: str | None = None
    subject: str | None = None
    configuration_set: str | None = None


Source: TypeAlias = (
    GetMessageInsightsResponse
    | FoundMessage
    | FailedLookup
    | MessageInsightsRecord
    | Event
    | Notice
)
"""The sources of facts: lookups, export records and events; notices and failures have none."""


def facts_of(source: Source) -> Iterable[Fact]:
    """Return the facts in a source.

    Raises:
        TypeError: It is something else.
    """
    match source:
        case MessageInsightsRecord():
            return _of_record(source)
        case Event():
            return _of_event(source)
        case GetMessageInsightsResponse():
            return _of_lookup(source)
        case FoundMessage():
            return _of_lookup(source.message)
        case FailedLookup() | Notice():
            return ()
        case _:
            raise TypeError(
                "timelines are made of lookups, export records and events, not "
                f"{type(source).__name__!r}{_advice_on(source)}"
            )


def _advice_on(source: object) -> str:
    if isinstance(source, str | PathLike):
        return "; read the file first, as with events.read"
    if isinstance(source, AsyncIterable):
        return "; collect its items first: [item async for item in source]"
    return ""


def _of_record(record: MessageInsightsRecord) -> Iterator[Fact]:
    """Yield the facts in an export record, which has only the last events; these imply others."""
    message_id, recipient = record.message_id, bare_address(record.destination)
    engagement = record.last_engagement_event
    clicked = engagement == EngagementEventType.CLICK or bool(record.clicked)
    opened = clicked or engagement == EngagementEventType.OPEN or bool(record.opened)
    # The last engagement is an open, and there may have been a click before it.
    can_tell_clicks = record.clicked is not None or not opened
    flags = {name: getattr(record, name) for name in FLAG_STATUS}
    last = delivery_event_status(
        record.last_delivery_event, record.bounce_sub_type, record.diagnostic_code
    )
    yield Fact(
        message_id,
        recipient,
        status=most_severe([last, *(FLAG_STATUS[name] for name in FLAG_STATUS if flags[name])]),
        opened=opened,
        clicked=clicked if clicked or can_tell_clicks else None,
        sent_at=record.send_timestamp,
        isp=record.isp,
        source=record.from_address,
        subject=record.subject,
    )
    yield Fact(message_id, recipient, TimelineEvent(EventType.SEND, record.send_timestamp))
    if record.last_delivery_event not in {None, DeliveryEventType.SEND}:
        yield Fact(message_id, recipient, _last_delivery_event(record, last))
    if engagement is not None:
        at = record.last_engagement_event_timestamp
        yield Fact(message_id, recipient, TimelineEvent(_event_type(engagement), at))


def _last_delivery_event(record: MessageInsightsRecord, status: Status) -> TimelineEvent:
    bounce_type = record.bounce_type
    name = record.last_delivery_event or ""
    # Beside a complaint, the reason of a bounce is that of an earlier one.
    is_about_it = bounce_type is not None or status is Status.SUPPRESSED
    return TimelineEvent(
        EventType.BOUNCE if bounce_type else _event_type(name),
        record.last_delivery_event_timestamp,
        bounce_type=bounce_type,
        sub_type=record.bounce_sub_type if is_about_it else None,
        diagnostic_code=record.diagnostic_code,
    )


def _event_type(name: str) -> EventType | str:
    return _EVENT_TYPES.get(name, str(name))


_EVENT_TYPES = {str(type_): type_ for type_ in EventType}


def _of_lookup(message: GetMessageInsightsResponse) -> Iterator[Fact]:
    """Yield the facts in a lookup, which has every event of the recipient."""
    tags = {tag.name: tag.value for tag in message.email_tags}
    for insights in message.insights:
        recipient = bare_address(insights.destination)
        yield Fact(
            message.message_id,
            recipient,
            opened=False,
            clicked=False,
            sent_at=_sent_at(insights),
            isp=insights.isp,
            source=message.from_email_address,
            subject=message.subject,
            configuration_set=tags.get("ses:configuration-set"),
        )
        for event in insights.events:
            yield Fact(message.message_id, recipient, _insights_event(event, event.type))


def _sent_at(insights: EmailInsights) -> datetime | None:
    times = [event.timestamp for event in insights.events if event.type == EventType.SEND]
    return min(times, default=None)


def _insights_event(event: InsightsEvent, type_: EventType | str) -> TimelineEvent:
    bounce = (event.details and event.details.bounce) or Bounce()
    complaint = (event.details and event.details.complaint) or Complaint()
    return TimelineEvent(
        type_,
        event.timestamp,
        bounce_type=bounce.bounce_type,
        sub_type=bounce.bounce_sub_type or complaint.complaint_sub_type,
        feedback_type=complaint.complaint_feedback_type,
        diagnostic_code=bounce.diagnostic_code,
        # Only mail to one recipient can be looked up.
        is_suspicion=False if type_ == EventType.COMPLAINT else None,
    )


def _of_event(event: Event) -> Iterator[Fact]:
    mark = _mark(event)
    for recipient, happened in _at_recipients(event):
        yield Fact(
            event.message_id,
            bare_address(recipient),
            happened,
            mark=mark,
            has_own_time=event.has_own_time,
            sent_at=event.mail.timestamp,
            source=event.source,
            subject=event.subject,
            configuration_set=event.configuration_set,
        )


def _mark(event: Event) -> str | None:
    match event:
        case Bounced() | Complained():
            return event.feedback_id or None
        case Clicked():
            return event.link or None
        case UnknownEvent():
            return event.event_id
        case _:
            return None


def _at_recipients(event: Event) -> Iterable[tuple[str | None, TimelineEvent]]:
    match event:
        case Bounced():
            return _at_bounced(event)
        case Delayed():
            return _at_delayed(event)
        case _:
            happened = _happened(event)
            return [(recipient, happened) for recipient in event.recipients or (None,)]


def _happened(event: Event) -> TimelineEvent:
    happened = TimelineEvent(event.type, event.timestamp)
    match event:
        case Complained():
            return replace(
                happened,
                sub_type=event.complaint_sub_type,
                feedback_type=event.complaint_feedback_type,
                is_suspicion=len({*map(bare_address, event.recipients)} - {None}) > 1,
            )
        case Opened():
            return replace(happened, is_bot=event.is_bot)
        case Clicked():
            return replace(happened, is_bot=event.is_bot, link=event.link)
        case Rejected():
            return replace(happened, reason=event.reason)
        case RenderingFailed():
            return replace(happened, reason=event.error_message)
        case _:
            return happened


def _at_bounced(event: Bounced) -> list[tuple[str | None, TimelineEvent]]:
    happened = TimelineEvent(
        event.type,
        event.timestamp,
        bounce_type=event.bounce_type,
        sub_type=event.bounce_sub_type,
    )
    return [
        (each.email_address, replace(happened, diagnostic_code=_said(each)))
        for each in event.bounced_recipients
        if each.email_address is not None
    ] or [(None, happened)]


def _at_delayed(event: Delayed) -> list[tuple[str | None, TimelineEvent]]:
    happened = TimelineEvent(event.type, event.timestamp, delay_type=event.delay_type)
    return [
        (each.email_address, replace(happened, diagnostic_code=_said(each)))
        for each in event.delayed_recipients
        if each.email_address is not None
    ] or [(None, happened)]


def _said(recipient: BouncedRecipient | DelayedRecipient) -> str | None:
    """Return the reply of the other server, which usually contains the status."""
    return recipient.diagnostic_code or recipient.status
