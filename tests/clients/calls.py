"""How calls were answered, and when they arrived, as the emulator saw them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesinsights.testing import SESEmulator


def statuses(emulator: SESEmulator, operation: str) -> list[int | None]:
    """Return how the calls of an operation were answered; None where they were not."""
    return [call.status_code for call in emulator.requests if call.operation == operation]


def arrivals(emulator: SESEmulator) -> list[float]:
    """Return when calls arrived, in seconds after the first."""
    first = emulator.requests[0].at
    return [(call.at - first).total_seconds() for call in emulator.requests]
