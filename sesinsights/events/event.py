"""The base class of all events."""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from sesinsights.events.mail import Mail
from sesinsights.events.views import View, members, moment, text, texts
from sesinsights.models.reasons import explain_event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sesinsights.events.path import Via
    from sesinsights.models.enums import EventType, NewValue


ID_BYTES = 16
"""The size of an event's key in bytes: a hash, written in hexadecimal digits."""


class Origin(StrEnum):
    """Which of the two families of records an event comes from."""

    EVENT_PUBLISHING = "EVENT_PUBLISHING"
    """An event destination of a configuration set."""
    IDENTITY_FEEDBACK = "IDENTITY_FEEDBACK"
    """A feedback topic of a verified identity, the older way."""


class UnreadableError(ValueError):
    """A record lacks what makes it an event; the text says what, without showing the record."""


def event_id_of(
    message_id: str, kind: str, time_or_report: str, link: str, recipients: Iterable[str]
) -> str:
    """Return the key that identifies an event.

    Args:
        message_id: The id of the message.
        kind: The type of the event.
        time_or_report: The id of the report, which both families of records have; without one,
            the event's own time as `time_key` spells it, or nothing if it has none.
        link: The link, of a click.
        recipients: The recipients that it is about.
    """
    parts = (message_id, kind, time_or_report, link, "\0".join(sorted(recipients)))
    return blake2b("\0".join(parts).encode(), digest_size=ID_BYTES).hexdigest()


def time_key(time: datetime | None) -> str:
    """Return an instant as the service writes it, to the millisecond; empty for none."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z") if time else ""


class Event(View):
    """Something that happened to a message: the base class of all events.

    An event is an immutable view of one record. Two events are equal if their records and `via` are
    equal. The repr shows no personal data.
    """

    __slots__ = (
        "_has_own_time",
        "_mail",
        "_message_id",
        "_origin",
        "_record",
        "_timestamp",
        "_via",
    )
    _shown: ClassVar[tuple[str, ...]] = ("message_id", "timestamp")

    _type: ClassVar[EventType]
    _blocks: ClassVar[tuple[str, ...]]
    """The names that the member with the details may have."""
    _needs_block: ClassVar[bool] = True
    """Whether a record without details says too little to be an event."""

    def __init__(self, record: dict[str, Any], via: Via, origin: Origin) -> None:
        """Take a record as an event.

        Raises:
            UnreadableError: It lacks what every event has.
        """
        mail = members(record.get("mail"))
        if mail is None:
            raise UnreadableError("it has no object `mail`")
        message_id = mail.get("messageId")
        if not isinstance(message_id, str) or not message_id:
            raise UnreadableError("it has no `mail.messageId`")
        details = self._details_of(record)
        time = moment(details.get("timestamp"))
        self._has_own_time = time is not None
        if time is None:
            time = moment(mail.get("timestamp"))
            if time is None:
                raise UnreadableError("it has no readable time")
        self._timestamp = time
        self._message_id = message_id
        self._members = details
        self._mail = mail
        self._record = record
        self._via = via
        self._origin = origin

    def _details_of(self, record: dict[str, Any]) -> dict[str, Any]:
        for name in self._blocks:
            details = members(record.get(name))
            if details is not None:
                return details
        if self._needs_block:
            raise UnreadableError(f"it has no object `{self._blocks[0]}`")
        return {}

    @property
    @override
    def raw(self) -> Mapping[str, Any]:
        """The whole record, including members that this library does not know; do not modify it."""
        return self._record

    @property
    def type(self) -> EventType | NewValue:
        """The event type, as SES API v2 names it; for an `UnknownEvent`, as in the record."""
        return self._type

    @property
    def details(self) -> Mapping[str, Any]:
        """The part of the record for its kind of event, such as `bounce`; do not modify it."""
        return self._members

    @property
    def via(self) -> Via:
        """How the event arrived: by topic, queue, EventBridge or file."""
        return self._via

    @property
    def origin(self) -> Origin:
        """Whether the event comes from event publishing or from identity feedback."""
        return self._origin

    @property
    def message_id(self) -> str:
        """The id that sending returned, as in lookups and export records."""
        return self._message_id

    @property
    def timestamp(self) -> datetime:
        """When the event happened, in UTC; see `has_own_time`."""
        return self._timestamp

    @property
    def has_own_time(self) -> bool:
        """Whether `timestamp` is the event's own time; otherwise, when the mail was accepted."""
        return self._has_own_time

    @property
    def mail(self) -> Mail:
        """The message."""
        return Mail(self._mail)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that the event is about; empty if the record does not say."""
        return texts(self._mail.get("destination"))

    @property
    def source(self) -> str | None:
        """The sender of the message."""
        return text(self._mail.get("source"))

    @property
    def subject(self) -> str | None:
        """The subject of the message; None if the record has no headers."""
        headers = members(self._mail.get("commonHeaders")) or {}
        return text(headers.get("subject"))

    @property
    def tags(self) -> Mapping[str, tuple[str, ...]]:
        """The message's tags, yours and those of Amazon SES; empty in identity feedback."""
        return self.mail.tags

    @property
    def configuration_set(self) -> str | None:
        """The configuration set that the message was sent with."""
        return next(iter(self.tags.get("ses:configuration-set", ())), None)

    @property
    def tenant_name(self) -> str | None:
        """The tenant that sent the message."""
        return next(iter(self.tags.get("ses:tenant-name", ())), None)

    @property
    def event_id(self) -> str:
        """A key that is the same through every channel and in every delivery of the event.

        A bounce or complaint has the same key in event publishing and in identity feedback.
        """
        time = time_key(self._timestamp) if self._has_own_time else ""
        return event_id_of(
            self._message_id,
            self.type,
            text(self._members.get("feedbackId")) or time,
            text(self._members.get("link")) or "",
            self.recipients,
        )

    @property
    def is_suppression_echo(self) -> bool:
        """Whether your own suppression list held the mail back, so nothing new happened."""
        return False

    @property
    def is_auto_reply(self) -> bool | None:
        """Whether the event is an automatic reply, such as an out-of-office message.

        None if this event alone does not show it: such a reply looks like a transient bounce, and
        there is also a delivery event.
        """
        return False

    @property
    def explanation(self) -> tuple[str, ...]:
        """What the event means and what to do, in sentences; empty if its name says everything."""
        return tuple(explain_event(self.type))

    def ack(self) -> None:
        """Delete its message from the queue now, instead of when the next event is asked for.

        A message that holds several events is deleted with the last of them.

        Raises:
            ValueError: It does not come from `iter_queue`.
        """
        self._via.ack(self)

    def release(self) -> None:
        """Leave its message in the queue, where it is received again at once.

        Raises:
            ValueError: It does not come from `iter_queue`.
        """
        self._via.release()

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event) or type(other) is not type(self):
            return NotImplemented
        return self._record == other._record and self._via == other._via

    @override
    def __hash__(self) -> int:
        return hash((type(self), self._message_id, self._timestamp))
