"""Records of events, made up."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events

if TYPE_CHECKING:
    from collections.abc import Callable

SENT = "2026-11-03T09:15:02.000Z"
MESSAGE_ID = "0100019a4c0e7a11-made-up"
READER = "reader@example.net"


def make_record(
    kind: str,
    *recipients: str,
    message_id: str = MESSAGE_ID,
    second: int = 30,
    destination: list[str] | None = None,
    **details: Any,
) -> dict[str, Any]:
    """Return a record of an event about these recipients, `second` seconds after the sending."""
    named = [*(recipients or (READER,))]
    block = kind[:1].lower() + kind[1:].replace(" ", "")
    if kind == "Rendering Failure":
        block = "failure"
    if kind in {"Delivery", "Bounce", "Complaint", "Open", "Click", "DeliveryDelay"}:
        details["timestamp"] = f"2026-11-03T09:{15 + second // 60:02}:{second % 60:02}.000Z"
    objects = [{"emailAddress": name} for name in named]
    match kind:
        case "Delivery":
            details["recipients"] = named
        case "Bounce":
            given = details.pop("said", {})
            details["bouncedRecipients"] = [each | given for each in objects]
        case "Complaint":
            details["complainedRecipients"] = objects
        case "DeliveryDelay":
            details["delayedRecipients"] = objects
        case _:
            pass
    return {
        "eventType": kind,
        "mail": {
            "timestamp": SENT,
            "messageId": message_id,
            "source": "Shop <news@example.com>",
            "destination": destination or named,
            "tags": {"ses:configuration-set": ["shop"], "campaign": ["spring"]},
        },
        block: details,
    }


def make_event(kind: str, *recipients: str, **details: Any) -> events.AnyEvent:
    """Return an event, as `make_record` makes its record."""
    (event,) = events.parse(make_record(kind, *recipients, **details))
    assert isinstance(event, events.Event)
    return event


KINDS: dict[str, list[dict[str, Any]]] = {
    "Send": [{}],
    "Delivery": [{}],
    "DeliveryDelay": [{"delayType": "MailboxFull"}, {"delayType": "Novel"}],
    "Reject": [{"reason": "Bad content"}],
    "Rendering Failure": [{"errorMessage": "name is missing", "templateName": "t"}],
    "Bounce": [
        {
            "bounceType": type_,
            "bounceSubType": sub_type,
            "feedbackId": f"{type_}-{sub_type}",
            "said": said,
        }
        for type_, sub_type in [
            ("Permanent", "General"),
            ("Permanent", "OnAccountSuppressionList"),
            ("Permanent", "Suppressed"),
            ("Permanent", "UnsubscribedRecipient"),
            ("Transient", "General"),
            ("Transient", "MailboxFull"),
            ("Undetermined", "Undetermined"),
            ("Novel", "Novel"),
        ]
        for said in [
            {},
            {"diagnosticCode": "smtp; 550 5.1.1 no such user"},
            {"status": "4.2.2"},
            {"diagnosticCode": "Out of the office until Monday"},
        ]
    ],
    "Complaint": [
        {"complaintFeedbackType": feedback_type, "complaintSubType": sub_type}
        for feedback_type in ("abuse", "not-spam", "auth-failure", "novel", None)
        for sub_type in (None, "OnAccountSuppressionList")
    ],
    "Open": [{}, {"isBotEvent": "Likely"}, {"isBotEvent": "Unlikely"}],
    "Click": [
        {"link": link, "isBotEvent": bot}
        for link in ("https://example.com/a", "https://example.com/b")
        for bot in (None, "Likely", "Unlikely")
    ],
}
"""Kinds of records, each with the details that it may have."""


def random_event(chance: random.Random, message_ids: int) -> events.AnyEvent:
    """Return an event about one or two of three recipients of one of some messages."""
    kind = chance.choice([*KINDS])
    details = {**chance.choice(KINDS[kind])}
    number = chance.randrange(message_ids)
    everybody = [f"reader{each}@{'gmail.com' if each else 'example.net'}" for each in range(3)]
    destination = everybody[: 1 + number % 3]
    about = chance.sample(destination, chance.randint(1, len(destination)))
    second = chance.choice([1, 30, 31, 90])
    if kind in {"Open", "Click"}:
        # One event says one thing, however often it comes.
        link = details.get("link", "")
        details |= {"isBotEvent": [None, "Likely", "Unlikely"][second % 3]}
        details |= {"link": f"{link}{second}"} if link else {}
    return make_event(
        kind,
        *about,
        message_id=f"message-{number:04}",
        destination=destination,
        second=second,
        **details,
    )


@pytest.fixture(scope="session")
def event() -> Callable[..., events.AnyEvent]:
    """Return an event, as `make_record` makes its record."""
    return make_event


@pytest.fixture(scope="session")
def many_events() -> list[events.AnyEvent]:
    """Events of 400 messages, the same in every run."""
    chance = random.Random(17)
    return [random_event(chance, 400) for _ in range(1_000)]
