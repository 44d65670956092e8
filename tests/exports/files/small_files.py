"""Small files of message insights, and what is read from them."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.exports import BadRecord, MessageInsightsRecord, read_message_insights
from sesinsights.exports.files.records import MESSAGE_INSIGHTS_COLUMNS
from sesinsights.testing.export_files import insights_csv, insights_json
from sesinsights.testing.messages import Message, MessageEvent, TimedEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT = datetime(2026, 1, 15, 1, 2, 3, 123_000, tzinfo=UTC)
WRITERS = {"CSV": insights_csv, "JSON": insights_json}
HEADER = "".join(f'"{name}",' for name in MESSAGE_INSIGHTS_COLUMNS) + "\n"


def a_message(number: int = 0, subject: str | None = "Your order", **changes: Any) -> Message:
    """Return a message that was delivered two seconds after it was sent."""
    sent_at = SENT + timedelta(milliseconds=number)
    members: dict[str, Any] = {
        "message_id": f"m-{number}",
        "from_email_address": "shop@example.com",
        "destination": f"reader{number}@example.net",
        "subject": subject,
        "isp": "Gmail",
        "sent_at": sent_at,
        "email_tags": {},
        "configuration_set": None,
        "tenant_name": None,
        "events": [TimedEvent(sent_at + timedelta(seconds=2), MessageEvent("DELIVERY"))],
    }
    return Message(**members | changes)


def row(number: int, **changes: str) -> str:
    """Return a line of a CSV file."""
    values = dict.fromkeys(MESSAGE_INSIGHTS_COLUMNS, "") | {"messageid": f"m-{number}"} | changes
    return "".join(f'"{value}",' for value in values.values()) + "\n"


def ids(records: Iterator[MessageInsightsRecord]) -> list[str | None]:
    """Return the message ids of records."""
    return [record.message_id for record in records]


def read(text: str | bytes, **options: Any) -> list[MessageInsightsRecord]:
    """Return the records of a file with this content."""
    data = text.encode() if isinstance(text, str) else text
    return list(read_message_insights(io.BytesIO(data), **options))


def collect(text: str | bytes) -> tuple[list[str | None], list[BadRecord]]:
    """Return the ids of a file's good records, and its bad ones."""
    data = text.encode() if isinstance(text, str) else text
    reader = read_message_insights(io.BytesIO(data), on_bad_record="collect")
    return ids(reader), reader.bad_records


def a_record(**fields: Any) -> MessageInsightsRecord:
    """Return a record with what every record has, and more."""
    least = {"message_id": "m-1", "send_timestamp": SENT, "destination": "a@b.c"}
    return MessageInsightsRecord(**{**least, **fields})


def in_full(file: str) -> str:
    """Return a small file of CSV with all the columns that every file has."""
    more = {"messageid": ("sendtimestamp", "destination"), "m-1": (SENT.isoformat(), "a@b.c")}
    for text, others in more.items():
        for quote in ('"', ""):
            whole = ",".join(f"{quote}{each}{quote}" for each in (text, *others))
            file = re.sub(rf'(?<![\w"]){quote}{text}{quote}(?![\w"])', whole, file)
    return file
