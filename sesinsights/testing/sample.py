"""Sample data for an emulator: a month of mail and some jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sesinsights.testing.messages import MessageEvent
from sesinsights.testing.sample_month import add_sample_month

if TYPE_CHECKING:
    from sesinsights.testing.account import Account

__all__ = [
    "COMPLAINED",
    "CONFIGURATION_SET",
    "GONE",
    "MAILBOX_FULL",
    "READER",
    "add_sample_data",
]

READER = "0100019bd2e8a4c1-7f3a51b2-9c4e-4d0e-8a57-3e6b1f2d9c10-000000"
"""The id of a message that was delivered late and opened, and had a link clicked."""

MAILBOX_FULL = "0100019bd2f0b7d3-1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f-000000"
"""The id of a message that bounced temporarily."""

GONE = "0100019bd2f4c9e5-9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a-000000"
"""The id of a message that bounced permanently."""

COMPLAINED = "0100019bd2f6dbf7-2b3c4d5e-6f70-4812-93a4-b5c6d7e8f901-000000"
"""The id of a message that was delivered and reported as spam."""

CONFIGURATION_SET = "newsletters"
"""The configuration set that the newsletters were sent with, which has two event destinations."""

_PROVIDERS = ("Gmail", "Yahoo", "Hotmail", "iCloud")

_EVENT_DESTINATIONS = (
    {
        "Name": "bounces",
        "Enabled": True,
        "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
        "SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:bounces"},
    },
    {
        "Name": "everything",
        "Enabled": False,
        "MatchingEventTypes": ["SEND", "DELIVERY", "OPEN", "CLICK"],
        "EventBridgeDestination": {
            "EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/default"
        },
    },
)


def add_sample_data(emulator: Account, *, seed: int = 1) -> None:
    """Add the data of an account that has sent mail for a month, up to the emulator's time.

    The last 24 hours have 300 newsletters and the four messages whose ids are this module's
    constants. The 29 days before have some 9,000 messages of several campaigns: some bounce, some
    lead to complaints, and readers and machines open them; one provider begins to refuse them.
    There are also a dozen completed export jobs, a completed import job and one that has just
    started, and a configuration set.

    Args:
        emulator: The emulator to add the data to; only once.
        seed: Determines the data, together with the emulator's time.

    Raises:
        ValueError: The emulator already has this data.
    """
    _add_known_messages(emulator)
    add_sample_month(emulator, seed)
    now = emulator.now()
    for number in range(300):
        emulator.add_message(
            destination=f"reader{number}@example.net",
            subject=f"Newsletter {number % 3 + 1}",
            isp=_PROVIDERS[number % len(_PROVIDERS)],
            sent_at=now - timedelta(minutes=4 * number + 5),
            configuration_set=CONFIGURATION_SET,
            events=["SEND", "DELIVERY", "OPEN"] if number % 3 else ["SEND", "DELIVERY"],
        )
    emulator.add_export_jobs(12)
    emulator.add_import_job(
        job_status="COMPLETED",
        created_at=now - timedelta(hours=2),
        processed_records=1_200,
        failed_records=3,
    )
    emulator.add_import_job(processed_records=40)
    emulator.add_configuration_set(CONFIGURATION_SET, _EVENT_DESTINATIONS)


def _add_known_messages(emulator: Account) -> None:
    now = emulator.now()
    sent = now - timedelta(hours=3)
    emulator.add_message(
        message_id=READER,
        destination="ada@example.net",
        subject="Your order has shipped",
        isp="Gmail",
        sent_at=sent,
        email_tags={"campaign": "shipping"},
        events=[
            MessageEvent("SEND"),
            MessageEvent("DELIVERY_DELAY", at=sent + timedelta(seconds=4)),
            MessageEvent("DELIVERY", at=sent + timedelta(minutes=11)),
            MessageEvent("OPEN", at=sent + timedelta(minutes=52)),
            MessageEvent("CLICK", at=sent + timedelta(minutes=53)),
        ],
    )
    emulator.add_message(
        message_id=MAILBOX_FULL,
        destination="grace@example.org",
        isp="Yahoo",
        events=["SEND", MessageEvent("TRANSIENT_BOUNCE", bounce_sub_type="MailboxFull")],
    )
    emulator.add_message(
        message_id=GONE,
        destination="charles@example.com",
        isp="Hotmail",
        events=[
            "SEND",
            MessageEvent(
                "PERMANENT_BOUNCE",
                bounce_sub_type="General",
                diagnostic_code="smtp; 550 5.1.1 user unknown",
            ),
        ],
    )
    emulator.add_message(
        message_id=COMPLAINED,
        destination="mary@example.com",
        isp="Hotmail",
        sent_at=now - timedelta(hours=1),
        events=[
            "SEND",
            "DELIVERY",
            MessageEvent(
                "COMPLAINT",
                at=now - timedelta(minutes=20),
                complaint_feedback_type="abuse",
            ),
        ],
    )
