"""An account to try things on: the emulator with some mail of the last day."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sesinsights.testing import MessageEvent, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Generator

READER = "0100019bd2e8a4c1-7f3a51b2-9c4e-4d0e-8a57-3e6b1f2d9c10-000000"
MAILBOX_FULL = "0100019bd2f0b7d3-1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f-000000"
GONE = "0100019bd2f4c9e5-9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a-000000"


@contextmanager
def demo_account() -> Generator[SESEmulator]:
    """Run an emulator that holds a few hundred messages and a dozen export jobs."""
    now = datetime.now(UTC)
    with SESEmulator(job_seconds=6) as emulator:
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
        providers = ("Gmail", "Yahoo", "Hotmail", "iCloud")
        for number in range(300):
            emulator.add_message(
                destination=f"reader{number}@example.net",
                subject=f"Newsletter {number % 3 + 1}",
                isp=providers[number % len(providers)],
                sent_at=now - timedelta(minutes=4 * number + 5),
                events=["SEND", "DELIVERY", "OPEN"] if number % 3 else ["SEND", "DELIVERY"],
            )
        emulator.add_export_jobs(12)
        yield emulator
