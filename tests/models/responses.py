"""Responses that have just what every response has, in their wire form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

CREATED = datetime(2026, 1, 15, tzinfo=UTC)

IMPORT_JOB: dict[str, Any] = {"JobId": "1", "JobStatus": "PROCESSING", "CreatedTimestamp": CREATED}
EXPORT_JOB: dict[str, Any] = {**IMPORT_JOB, "ExportSourceType": "MESSAGE_INSIGHTS"}
EVENT: dict[str, Any] = {"Timestamp": CREATED, "Type": "SEND"}
MESSAGE: dict[str, Any] = {"MessageId": "0100"}
SUPPRESSED: dict[str, Any] = {
    "EmailAddress": "a@example.com",
    "Reason": "BOUNCE",
    "LastUpdateTime": CREATED,
}
