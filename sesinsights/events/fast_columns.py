"""Records as columns without a Python object for each value: how Firehose's files become tables.

Importing this needs msgspec and the extra `arrow`. Records that are
not exactly as Amazon SES writes them are left to the classes of events;
`tests/events/test_tables.py` checks that both give the same rows.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from array import array
from hashlib import blake2b
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import msgspec
import pyarrow as pa
from msgspec import Raw, Struct, field
from msgspec.structs import astuple

from sesinsights.events.columns import SCHEMA
from sesinsights.events.event import ID_BYTES, Origin, time_key
from sesinsights.events.reactions import is_bot
from sesinsights.events.rows import reason_of, tags_of
from sesinsights.events.views import moment
from sesinsights.exports.tables.arrow_times import times_of_texts
from sesinsights.models.reasons import (
    bounce_type,
    is_permanent,
    is_suppression_echo,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


Columns: TypeAlias = "Mapping[str, Sequence[Any]]"
"""The values of columns by name, as the records have them."""


class _Headers(Struct, gc=False):
    subject: str | None = None


class _Mail(Struct, gc=False, rename="camel"):
    message_id: str
    timestamp: str
    destination: list[str] = []
    source: str | None = None
    common_headers: _Headers | None = None
    tags: Raw = Raw(b"{}")


class _Recipient(Struct, gc=False, rename="camel"):
    email_address: str
    status: str | None = None
    diagnostic_code: str | None = None


_ORIGIN = Origin.EVENT_PUBLISHING.value
_MOST = 4096
_COLUMNS = [(column.name, column.type, pa.types.is_timestamp(column.type)) for column in SCHEMA]
_OF_RECORDS = [
    name
    for name in SCHEMA.names
    if name not in {"origin", "recipient", "status", "diagnostic_code"}
]
_LENGTH = len("2026-01-15T01:02:03.456Z")


class _Details(Struct, gc=False, rename="camel"):
    timestamp: str | None = None
    feedback_id: str | None = None
    recipients: list[str] | None = None
    smtp_response: str | None = None
    processing_time_millis: int | None = None
    reporting_mta: str | None = field(default=None, name="reportingMTA")
    remote_mta_ip: str | None = None
    bounce_type: str | None = None
    bounce_sub_type: str | None = None
    bounced_recipients: list[_Recipient] | None = None
    complained_recipients: list[_Recipient] | None = None
    complaint_sub_type: str | None = None
    complaint_feedback_type: str | None = None
    delayed_recipients: list[_Recipient] | None = None
    delay_type: str | None = None
    expiration_time: str | None = None
    ip_address: str | None = None
    user_agent: str | None = None
    is_bot_event: str | None = None
    link: str | None = None
    template_name: str | None = None
    error_message: str | None = None
    reason: str | None = None
    contact_list: str | None = None


class Record(Struct, gc=False, rename="camel"):
    """An event as Amazon SES writes it: its kind, the message, and the details of its kind."""

    event_type: Literal[
        "Send",
        "Delivery",
        "Bounce",
        "Complaint",
        "Reject",
        "Open",
        "Click",
        "Rendering Failure",
        "DeliveryDelay",
        "Subscription",
    ]
    mail: _Mail
    send: _Details | None = None
    delivery: _Details | None = None
    bounce: _Details | None = None
    complaint: _Details | None = None
    reject: _Details | None = None
    open: _Details | None = None
    click: _Details | None = None
    failure: _Details | None = None
    delivery_delay: _Details | None = None
    subscription: _Details | None = None


_NO_DETAILS = _Details()
_new_digest = blake2b(digest_size=ID_BYTES).copy
_decoder = msgspec.json.Decoder(Record)


class _Meanings(dict[Any, Any]):
    """The results of a function, kept because the same values come often."""

    def __init__(self, meaning: Callable[[Any], object]) -> None:
        self._meaning = meaning

    def __missing__(self, value: object) -> object:
        if len(self) > _MOST:
            self.clear()
        self[value] = meaning = self._meaning(value)
        return meaning


_TAGS = _Meanings(tags_of)


def _meaning(
    members: tuple[str | None, str | None, str | None, str | None, str | None, str | None],
) -> tuple[object, ...]:
    type_, sub_type, held_back, delay_type, reason, said_of_bot = members
    return (
        bounce_type(type_),
        is_permanent(type_),
        reason_of(sub_type, delay_type, reason),
        is_suppression_echo(sub_type) or bool(held_back),
        is_bot(said_of_bot),
    )


_MEANING_OF = (
    "bounce_type",
    "bounce_sub_type",
    "complaint_sub_type",
    "delay_type",
    "reason",
    "is_bot_event",
)
_MEANT = ("bounce_type", "is_permanent", "reason", "is_suppression_echo", "is_bot")
_MEANINGS = _Meanings(_meaning)


class _Kind(NamedTuple):
    """What differs between the kinds.

    Attributes:
        type: The type of the event.
        details: Returns the member with the details.
        recipients: Returns the recipients from the details; None for those of the message.
        said: The field of the details with the other servers' reply about each recipient.
        needs_details: Whether a record without details is not an event.
        about_one: Whether it is about one recipient, unknown if the message has several.
    """

    type: str
    details: Callable[[Record], _Details | None]
    recipients: Callable[[_Details], Sequence[str] | None] | None = None
    said: str | None = None
    needs_details: bool = True
    about_one: bool = False


def _addresses(field_name: str) -> Callable[[_Details], Sequence[str]]:
    def read(details: _Details) -> Sequence[str]:
        return [each.email_address for each in getattr(details, field_name) or ()]

    return read


_KINDS = {
    "Send": _Kind("SEND", attrgetter("send"), needs_details=False),
    "Delivery": _Kind("DELIVERY", attrgetter("delivery"), attrgetter("recipients")),
    "Bounce": _Kind(
        "BOUNCE",
        attrgetter("bounce"),
        _addresses("bounced_recipients"),
        said="bounced_recipients",
    ),
    "Complaint": _Kind("COMPLAINT", attrgetter("complaint"), _addresses("complained_recipients")),
    "Reject": _Kind("REJECT", attrgetter("reject"), needs_details=False),
    "Open": _Kind("OPEN", attrgetter("open"), about_one=True),
    "Click": _Kind("CLICK", attrgetter("click"), about_one=True),
    "Rendering Failure": _Kind("RENDERING_FAILURE", attrgetter("failure"), needs_details=False),
    "DeliveryDelay": _Kind(
        "DELIVERY_DELAY",
        attrgetter("delivery_delay"),
        _addresses("delayed_recipients"),
        said="delayed_recipients",
    ),
    "Subscription": _Kind("SUBSCRIPTION", attrgetter("subscription")),
}


class _UnusualError(Exception):
    """Something is not exactly as Amazon SES writes it."""


def records_of_lines(lines: bytes) -> list[Record] | None:
    """Return records that are each on a line; None if any is unusual."""
    try:
        if not lines.isascii():
            # The decoder does not look at what it skips.
            lines.decode()
        return _decoder.decode_lines(lines)
    except (ValueError, msgspec.MsgspecError):
        return None


def batch_of_records(records: Sequence[Record]) -> pa.RecordBatch | None:
    """Return records as rows; None if any is unusual."""
    try:
        columns = _columns_of(records)
        arrays = [
            times_of_texts(pa.array(columns[name], pa.string()), type_)
            if is_time
            else pa.array(columns[name], type_)
            if name in columns
            else pa.repeat(_ORIGIN, len(columns["event_id"]))
            for name, type_, is_time in _COLUMNS[1:]
        ]
    except (ValueError, OverflowError, pa.ArrowInvalid, _UnusualError):
        return None
    return pa.record_batch([_hexadecimal(columns["event_id"]), *arrays], schema=SCHEMA)


def _columns_of(records: Sequence[Record]) -> Columns:
    kinds = [_KINDS[record.event_type] for record in records]
    mails = [record.mail for record in records]
    details = [
        kind.details(record) or _no_details(kind)
        for kind, record in zip(kinds, records, strict=True)
    ]
    recipients = [
        (kind.recipients(detail) or ())
        if kind.recipients
        else mail.destination
        if len(mail.destination) == 1 or not kind.about_one
        else ()
        for kind, mail, detail in zip(kinds, mails, details, strict=True)
    ]
    said = [
        getattr(detail, kind.said) if kind.said else None
        for kind, detail in zip(kinds, details, strict=True)
    ]
    columns = _columns_of_mails(mails) | _columns_of_details(details)
    columns["type"] = [kind.type for kind in kinds]
    columns["event_id"] = _ids(columns, recipients)
    columns["timestamp"] = [
        own or sent
        for own, sent in zip(columns["timestamp"], columns["sent_timestamp"], strict=True)
    ]
    columns = {name: columns[name] for name in _OF_RECORDS}
    if any(len(each) > 1 for each in recipients):
        rows = [
            (record, one) for record, each in enumerate(recipients) for one in range(len(each) or 1)
        ]
        columns = {name: [column[record] for record, _ in rows] for name, column in columns.items()}
        recipients = [recipients[record][one : one + 1] for record, one in rows]
        said = [(said[record] or ())[one : one + 1] for record, one in rows]
    columns["recipient"] = [each[0] if each else None for each in recipients]
    columns["status"] = [each[0].status if each else None for each in said]
    columns["diagnostic_code"] = [each[0].diagnostic_code if each else None for each in said]
    return columns


def _no_details(kind: _Kind) -> _Details:
    if kind.needs_details:
        raise _UnusualError
    return _NO_DETAILS


def _ids(columns: Columns, recipients: Sequence[Sequence[str]]) -> Sequence[bytes]:
    """Return the keys of events, as `event_id_of` makes them, but not yet in text."""
    times = [
        # Most are spelled as `time_key` spells them.
        time
        if not time or (len(time) == _LENGTH and time[10] == "T" and time[23] == "Z")
        else time_key(moment(time))
        for time in columns["timestamp"]
    ]
    keys = [
        f"{message_id}\0{kind}\0{report or time or ''}\0{link or ''}\0"
        + (addresses[0] if len(addresses) == 1 else "\0".join(sorted(addresses)))
        for message_id, kind, report, time, link, addresses in zip(
            columns["message_id"],
            columns["type"],
            columns["feedback_id"],
            times,
            columns["link"],
            recipients,
            strict=True,
        )
    ]
    return [*map(_digest, keys)]


def _digest(key: str) -> bytes:
    # A copy costs less than to make another.
    made = _new_digest()
    made.update(key.encode())
    return made.digest()


def _hexadecimal(digests: Sequence[bytes]) -> pa.StringArray:
    width = 2 * ID_BYTES
    offsets = array("i", range(0, width * len(digests) + 1, width))
    text = b"".join(digests).hex().encode()
    return pa.StringArray.from_buffers(len(digests), pa.py_buffer(offsets), pa.py_buffer(text))


def _transposed(kind: type[Struct], structs: Sequence[Struct]) -> list[list[Any]]:
    """Return the values of structs by field; faster than zip, which has an iterator for each."""
    values = list(chain.from_iterable(map(astuple, structs)))
    width = len(kind.__struct_fields__)
    return [values[number::width] for number in range(width)]


def _columns_of_mails(mails: Sequence[_Mail]) -> dict[str, Sequence[Any]]:
    ids, sent, _, sources, headers, tags = _transposed(_Mail, mails)
    if not all(ids):
        raise _UnusualError
    of_tags = list(map(_TAGS.__getitem__, map(bytes, tags)))
    return {
        "message_id": ids,
        "sent_timestamp": sent,
        "source": sources,
        "subject": [each and each.subject for each in headers],
        "tags": [as_text for as_text, _, _ in of_tags],
        "configuration_set": [name for _, name, _ in of_tags],
        "tenant_name": [name for _, _, name in of_tags],
    }


def _columns_of_details(details: Sequence[_Details]) -> dict[str, Sequence[Any]]:
    values = _transposed(_Details, details)
    columns: dict[str, Sequence[Any]] = dict(zip(_Details.__struct_fields__, values, strict=True))
    meant = map(_MEANINGS.__getitem__, zip(*(columns[name] for name in _MEANING_OF), strict=True))
    values = list(chain.from_iterable(meant))
    for number, name in enumerate(_MEANT):
        columns[name] = values[number :: len(_MEANT)]
    columns["has_own_time"] = [bool(time) for time in columns["timestamp"]]
    return columns
