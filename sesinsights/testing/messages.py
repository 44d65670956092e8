"""The messages that were sent, and what happened to them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from sesinsights.models.limits import MESSAGE_INSIGHTS_DAYS
from sesinsights.testing.clock import in_utc

RETENTION = timedelta(days=MESSAGE_INSIGHTS_DAYS)
"""How long the service keeps a message."""

_DELIVERY_EVENTS = ("SEND", "BOUNCE", "DELIVERY", "COMPLAINT")
"""From the weakest to the strongest: the strongest is a message's last delivery event."""

_ENGAGEMENT_EVENTS = ("OPEN", "CLICK")

_BOUNCE = "BOUNCE"


_SIMULATOR = "@simulator.amazonses.com"


_is_plain = re.compile(r"[\w.+-]+@[\w.-]+").fullmatch
"""Matches addresses that `parseaddr`, which is slow, would return unchanged."""


def bare_address(text: str) -> str:
    """Return an address without the name beside it, or an empty string if there is none."""
    return text if _is_plain(text) else parseaddr(text)[1]


@dataclass(frozen=True, slots=True)
class MessageEvent:
    """Something that happened to a message.

    Attributes:
        type: An event type of message insights, such as `DELIVERY`; or `PERMANENT_BOUNCE`,
            `TRANSIENT_BOUNCE` or `UNDETERMINED_BOUNCE`, each short for a `BOUNCE` of that type.
        at: When it happened, timezone-aware; by default, a second after the event before it.
        bounce_type: The type of a bounce: `PERMANENT`, `TRANSIENT` or `UNDETERMINED`.
        bounce_sub_type: The subtype of a bounce, such as `General`.
        diagnostic_code: What the recipient's mail server replied.
        complaint_sub_type: The subtype of a complaint, such as `OnAccountSuppressionList`.
        complaint_feedback_type: The type of a complaint, such as `abuse`.
        published: Members of the published event, such as `{"link": "https://…"}` for a click, in
            place of those that the emulator makes up.
    """

    type: str
    at: datetime | None = None
    bounce_type: str | None = None
    bounce_sub_type: str | None = None
    diagnostic_code: str | None = None
    complaint_sub_type: str | None = None
    complaint_feedback_type: str | None = None
    published: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """An event whose time is settled.

    Attributes:
        at: When it happened, in UTC.
        what: What happened.
    """

    at: datetime
    what: MessageEvent

    @property
    def delivery_type(self) -> str:
        """The type as exports and filters call it: a bounce says of which kind it is."""
        if self.what.type == _BOUNCE:
            return f"{self.what.bounce_type or 'UNDETERMINED'}_BOUNCE"
        return self.what.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to one recipient, or the copy of a message for one of its recipients.

    Attributes:
        message_id: The id that sending returned.
        from_email_address: The sender.
        destination: The recipient.
        to_addresses: The recipients in To; the one recipient when no list has any.
        cc_addresses: The recipients in Cc.
        bcc_addresses: The recipients in Bcc.
        subject: The subject, if there is one.
        isp: The recipient's mailbox provider, if known.
        sent_at: When it was sent, in UTC.
        email_tags: Tags by name.
        configuration_set: The configuration set it was sent with.
        tenant_name: The tenant it was sent for.
        events: What happened to it, in the order in which it was added.
    """

    message_id: str
    from_email_address: str
    destination: str
    subject: str | None
    isp: str | None
    sent_at: datetime
    email_tags: Mapping[str, str]
    configuration_set: str | None
    tenant_name: str | None
    to_addresses: tuple[str, ...] = ()
    cc_addresses: tuple[str, ...] = ()
    bcc_addresses: tuple[str, ...] = ()
    events: tuple[TimedEvent, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The bare addresses of all its recipients."""
        given = self.named_in_to + self.cc_addresses + self.bcc_addresses
        return tuple(bare_address(address) or address for address in given)

    @property
    def named_in_to(self) -> tuple[str, ...]:
        """The recipients in To, as they were given."""
        has_lists = self.to_addresses or self.cc_addresses or self.bcc_addresses
        return self.to_addresses if has_lists else (self.destination,)

    @property
    def is_to_simulator(self) -> bool:
        """Whether the recipient is the mailbox simulator."""
        return _SIMULATOR in self.destination.lower() and (
            bare_address(self.destination).lower().endswith(_SIMULATOR)
        )

    @property
    def sender(self) -> str:
        """The sender's bare address, without a name."""
        return bare_address(self.from_email_address)

    @property
    def tags(self) -> dict[str, str]:
        """The tags by name, with those that the service adds itself."""
        own = {
            "ses:operation": "SendEmail",
            "ses:recipient-isp": self.isp,
            "ses:source-ip": "127.0.0.1",
            "ses:from-domain": self.sender.rpartition("@")[2],
            "ses:sender-identity": self.sender,
            "ses:caller-identity": "emulator",
            "ses:configuration-set": self.configuration_set,
            "ses:tenant-name": self.tenant_name,
        }
        known = {name: value for name, value in own.items() if value is not None}
        return {**known, **self.email_tags}

    @property
    def last_delivery_event(self) -> TimedEvent | None:
        """The strongest delivery event: COMPLAINT, then DELIVERY, BOUNCE and SEND."""
        return self._strongest(_DELIVERY_EVENTS)

    @property
    def last_engagement_event(self) -> TimedEvent | None:
        """The strongest engagement event: CLICK, then OPEN."""
        return self._strongest(_ENGAGEMENT_EVENTS)

    def _strongest(self, order: tuple[str, ...]) -> TimedEvent | None:
        events = [event for event in self.events if event.what.type in order]
        return max(events, key=lambda e: (order.index(e.what.type), e.at), default=None)


class Mailbox:
    """Every message of the account.

    A message never changes: what happens to it puts another one in its place. So messages that
    were taken out at some moment stay as they were.

    Args:
        event_types: The event types of message insights.
        bounce_types: The types of a bounce.
    """

    def __init__(self, event_types: Collection[str], bounce_types: Collection[str]) -> None:
        self._bounces = {f"{bounce_type}_BOUNCE": bounce_type for bounce_type in bounce_types}
        self._event_types = event_types
        self._messages: dict[str, Message] = {}

    def add(self, message: Message, events: Sequence[MessageEvent | str]) -> Message:
        """Keep a message, with what happened to it, and return it.

        Raises:
            ValueError: A message with this id exists already, the event type does not exist, or
                the time of an event has no time zone.
        """
        if message.message_id in self._messages:
            text = f"there is already a message {message.message_id}"
            raise ValueError(text)
        message = self.timed(message, events)
        self._messages[message.message_id] = message
        return message

    def timed(self, message: Message, events: Sequence[MessageEvent | str]) -> Message:
        """Return a message with what happened to it, without keeping it.

        Raises:
            ValueError: The event type does not exist, or the time of an event has no time zone.
        """
        timed: list[TimedEvent] = []
        for event in events:
            timed.append(self._timed(event, timed[-1].at if timed else None, message.sent_at))
        return dataclasses.replace(message, events=tuple(timed))

    def add_event(self, message_id: str, event: MessageEvent | str) -> Message:
        """Add an event to a message, and return the changed message.

        Raises:
            KeyError: The message does not exist.
            ValueError: The event type does not exist, or its time has no time zone.
        """
        message = self._messages[message_id]
        last = message.events[-1].at if message.events else None
        events = (*message.events, self._timed(event, last, message.sent_at))
        message = dataclasses.replace(message, events=events)
        self._messages[message_id] = message
        return message

    def find(self, message_id: str, now: datetime) -> Message | None:
        """Return a message, unless it is unknown or older than the retention."""
        message = self._messages.get(message_id)
        return message if message and message.sent_at >= now - RETENTION else None

    def all(self) -> tuple[Message, ...]:
        """Return every message as it is now, in the order in which they were added."""
        return tuple(self._messages.values())

    def _timed(
        self, event: MessageEvent | str, last: datetime | None, sent_at: datetime
    ) -> TimedEvent:
        """Return an event with its time, after the last one, or the first when there is none."""
        if isinstance(event, str):
            event = MessageEvent(event)
        if event.type in self._bounces:
            event = dataclasses.replace(event, type=_BOUNCE, bounce_type=self._bounces[event.type])
        if event.type not in self._event_types:
            allowed = ", ".join(sorted({*self._event_types, *self._bounces}))
            text = f"there is no event type {event.type}; there are {allowed}"
            raise ValueError(text)
        if event.at is not None:
            return TimedEvent(in_utc("at", event.at), event)
        return TimedEvent(sent_at if last is None else last + timedelta(seconds=1), event)
