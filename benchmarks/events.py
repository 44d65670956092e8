"""Reading published events, as typed events and as Arrow data, compared with pydantic.

    python benchmarks/events.py

All ways take turns on the same bytes, five times each on one core; the best time of each counts,
in CPU time. The yardstick is `json.loads` with a discriminated union of frozen models that have
the same fields as the classes of this library.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import AliasGenerator, BaseModel, Field, TypeAdapter, create_model
from pydantic.alias_generators import to_camel

from sesinsights import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COUNT = 20_000
ROUNDS = 5


# The events


def records() -> Iterator[dict[str, Any]]:
    """Make up the events of mail in the mixture of a shop, about 1.3 KB each."""
    chance = random.Random(0)  # noqa: S311 - the same events for everyone
    kinds = chance.choices([*DETAILS], [36, 35, 3, 0.3, 0.1, 18, 6, 0.3, 1, 0.3], k=COUNT)
    start = datetime(2026, 11, 3, tzinfo=UTC)

    def text(at: datetime) -> str:
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    for number, kind in enumerate(kinds):
        sent = start + timedelta(milliseconds=number * 4000)
        address = f"reader{chance.randrange(10**6)}@example.net"
        message_id = f"0102019a{number:08x}-5b6c7d8e-9f01-4a2b-8c3d-4e5f60718293-000000"
        headers = {"From": '"Shop" <news@example.com>', "To": address, "Subject": "Your order"}
        mail = {
            "timestamp": text(sent),
            "source": headers["From"],
            "sourceArn": "arn:aws:ses:eu-west-1:111122223333:identity/example.com",
            "sendingAccountId": "111122223333",
            "messageId": message_id,
            "destination": [address],
            "headersTruncated": False,
            "headers": [
                *({"name": name, "value": value} for name, value in headers.items()),
                {"name": "MIME-Version", "value": "1.0"},
                {"name": "Content-Type", "value": 'multipart/alternative; boundary="--1"'},
            ],
            "commonHeaders": {
                "from": [headers["From"]],
                "to": [address],
                "messageId": message_id,
                "subject": headers["Subject"],
            },
            "tags": {
                "ses:operation": ["SendEmail"],
                "ses:configuration-set": ["shop-mail"],
                "ses:source-ip": ["192.0.2.44"],
                "ses:from-domain": ["example.com"],
                "ses:caller-identity": ["shop-mailer"],
                "campaign": [f"week-{chance.randrange(52)}"],
            },
        }
        block, make = DETAILS[kind]
        details = make(address, text(sent + timedelta(seconds=3)))
        yield {"eventType": kind, "mail": mail, block: details}


def _bounce(address: str, at: str) -> dict[str, Any]:
    said = {"status": "5.1.1", "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 unknown"}
    return {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": address, **said}],
        "timestamp": at,
        "feedbackId": f"0102019a-{at}",
        "reportingMTA": "dns; a7-21.smtp-out.eu-west-1.amazonses.com",
    }


def _engagement(_: str, at: str) -> dict[str, Any]:
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) AppleWebKit/605.1.15"
    said = {"isBotEvent": "Unlikely"}
    return {"timestamp": at, "ipAddress": "198.51.100.77", "userAgent": agent, **said}


DETAILS: dict[str, tuple[str, Callable[[str, str], dict[str, Any]]]] = {
    "Send": ("send", lambda *_: {}),
    "Delivery": (
        "delivery",
        lambda address, at: {
            "timestamp": at,
            "processingTimeMillis": 786,
            "recipients": [address],
            "smtpResponse": "250 2.0.0 OK 4f7c1 - queued",
            "remoteMtaIp": "198.51.100.25",
            "reportingMTA": "a7-21.smtp-out.eu-west-1.amazonses.com",
        },
    ),
    "Bounce": ("bounce", _bounce),
    "Complaint": (
        "complaint",
        lambda address, at: {
            "complainedRecipients": [{"emailAddress": address}],
            "timestamp": at,
            "feedbackId": f"0102019a-{at}",
            "complaintSubType": None,
            "complaintFeedbackType": "abuse",
        },
    ),
    "Reject": ("reject", lambda *_: {"reason": "Bad content"}),
    "Open": ("open", _engagement),
    "Click": (
        "click",
        lambda address, at: {
            **_engagement(address, at),
            "link": "https://shop.example.com/orders/1042?utm=mail",
            "linkTags": {"place": ["footer"]},
        },
    ),
    "Rendering Failure": (
        "failure",
        lambda *_: {"templateName": "order", "errorMessage": "Attribute 'number' is missing."},
    ),
    "DeliveryDelay": (
        "deliveryDelay",
        lambda address, at: {
            "timestamp": at,
            "delayType": "MailboxFull",
            "expirationTime": at,
            "delayedRecipients": [{"emailAddress": address, "status": "4.2.2"}],
        },
    ),
    "Subscription": (
        "subscription",
        lambda _, at: {
            "contactList": "readers",
            "timestamp": at,
            "source": "UnsubscribeHeader",
            "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        },
    ),
}


# The yardstick


class _Model(
    BaseModel,
    frozen=True,
    alias_generator=AliasGenerator(validation_alias=to_camel),
    validate_by_name=True,
    extra="allow",
):
    pass


class _Header(_Model, frozen=True):
    name: str
    value: str


class _CommonHeaders(_Model, frozen=True):
    from_: list[str] | None = Field(default=None, validation_alias="from")
    to: list[str] | None = None
    cc: list[str] | None = None
    bcc: list[str] | None = None
    reply_to: list[str] | None = None
    sender: str | None = None
    return_path: str | None = None
    date: str | None = None
    message_id: str | None = None
    subject: str | None = None


class _Mail(_Model, frozen=True):
    timestamp: datetime
    message_id: str
    source: str
    source_arn: str | None = None
    sending_account_id: str
    destination: list[str]
    headers_truncated: bool | None = None
    headers: list[_Header] | None = None
    common_headers: _CommonHeaders | None = None
    tags: dict[str, list[str]] | None = None
    source_ip: str | None = None
    caller_identity: str | None = None


class _Recipient(_Model, frozen=True):
    email_address: str
    action: str | None = None
    status: str | None = None
    diagnostic_code: str | None = None


class _Preferences(_Model, frozen=True):
    unsubscribe_all: bool | None = None
    topic_subscription_status: list[dict[str, str]] | None = None


_TYPES: dict[str, Any] = {
    "timestamp": datetime,
    "arrivalDate": datetime,
    "expirationTime": datetime,
    "processingTimeMillis": int,
    "recipients": list[str],
    "bouncedRecipients": list[_Recipient],
    "complainedRecipients": list[_Recipient],
    "delayedRecipients": list[_Recipient],
    "linkTags": dict[str, list[str]],
    "newTopicPreferences": _Preferences,
    "oldTopicPreferences": _Preferences,
}
_FIELDS = {
    "Send": "",
    "Delivery": "timestamp processingTimeMillis recipients smtpResponse reportingMTA remoteMtaIp",
    "Bounce": "bounceType bounceSubType bouncedRecipients timestamp feedbackId reportingMTA"
    " remoteMtaIp",
    "Complaint": "complainedRecipients timestamp feedbackId complaintSubType userAgent"
    " complaintFeedbackType arrivalDate",
    "Reject": "reason",
    "Open": "timestamp ipAddress userAgent isBotEvent",
    "Click": "timestamp ipAddress userAgent isBotEvent link linkTags",
    "Rendering Failure": "templateName errorMessage",
    "DeliveryDelay": "timestamp delayType delayedRecipients expirationTime reportingMTA",
    "Subscription": "contactList timestamp source newTopicPreferences oldTopicPreferences",
}


def _union() -> TypeAdapter[Any]:
    models: list[Any] = []
    for kind, names in _FIELDS.items():
        members: dict[str, Any] = {
            name: (_TYPES.get(name, str) | None, Field(default=None, validation_alias=name))
            for name in names.split()
        }
        details = create_model(f"{kind}Details", __base__=_Model, **members)
        block, _ = DETAILS[kind]
        fields: dict[str, Any] = {
            "eventType": (Literal[kind], Field(validation_alias="eventType")),
            "mail": (_Mail, ...),
            block: (details, Field(validation_alias=block)),
        }
        models.append(create_model(kind, __base__=_Model, **fields))
    union: Any = Union[tuple(models)]  # noqa: UP007 - they are not known before
    return TypeAdapter(Annotated[union, Field(discriminator="eventType")])


# The ways


def ways(lines: list[bytes], file: Path) -> dict[str, Callable[[], int]]:
    """Return what is compared; each returns how many events it has read."""
    union = _union()

    def exhaust(rows: Any) -> int:
        return sum(1 for _ in rows)

    def from_file() -> int:
        with file.open("rb") as opened:
            return exhaust(union.validate_python(json.loads(line)) for line in opened)

    def parse_each() -> int:
        return exhaust(event for line in lines for event in events.parse(line))

    def use() -> int:
        for event in events.read(file):
            if isinstance(event, events.Event):
                _ = (event.recipients, event.subject, event.source, event.event_id)
        return len(lines)

    def parquet() -> int:
        with tempfile.TemporaryDirectory() as directory:
            events.write_parquet(file, directory, partition_by="day")
        return len(lines)

    return {
        "records: json.loads + pydantic union": lambda: exhaust(
            union.validate_python(json.loads(line)) for line in lines
        ),
        "records: pydantic's own JSON": lambda: exhaust(map(union.validate_json, lines)),
        "records: events.parse of each": parse_each,
        "file: json.loads + pydantic union": from_file,
        "file: events.read": lambda: exhaust(events.read(file)),
        "file: events.read, and use": use,
        "file: events.to_arrow": lambda: events.to_arrow(file).num_rows,
        "file: events.write_parquet by day": parquet,
    }


def main() -> None:
    """Print what each way takes for an event, and how it compares with the yardstick."""
    lines = [json.dumps(record, separators=(",", ":")).encode() for record in records()]
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "events.ndjson"
        file.write_bytes(b"".join(line + b"\n" for line in lines))
        compared = ways(lines, file)
        best = dict.fromkeys(compared, float("inf"))
        for _ in range(ROUNDS):
            for name, read in compared.items():
                began = time.process_time()
                count = read()
                best[name] = min(best[name], (time.process_time() - began) / count)
    yardstick = 0.0
    for name, seconds in best.items():
        if "json.loads" in name:
            yardstick = seconds
        print(f"{name:40} {seconds * 1e6:6.2f} us an event {yardstick / seconds:6.2f} times")


if __name__ == "__main__":
    main()
