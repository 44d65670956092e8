"""Requests that reached the emulator, for a test to count and compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One call that reached the emulator, with a response or without.

    Attributes:
        operation: The operation's name in the service model, such as `GetMessageInsights`.
        parameters: The parameters in their wire form: times are seconds since 1970.
        status_code: The HTTP status of the response; None when the connection was dropped.
        at: When it arrived, by the emulator's clock.
    """

    operation: str
    parameters: Mapping[str, Any]
    status_code: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordedDownload:
    """One attempt to fetch an export file.

    Attributes:
        job_id: The id of the export job in the link; None if the link has none.
        status_code: The HTTP status of the response; None when the connection was dropped.
        at: When it arrived, by the emulator's clock.
    """

    job_id: str | None
    status_code: int | None
    at: datetime
