"""What the tests of exports share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.exports import windowed
from sesinsights.flows import waiters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.testing import FakeClock, SESEmulator


@pytest.fixture
def rare_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at jobs when they are created and when they have ended, not twice more between.

    The usual delays are those of the simulated exports and of the tests of waiting.
    """
    monkeypatch.setattr(waiters, "_FIRST_DELAY", 5.0)


@pytest.fixture
def ses_emulator(ses_emulator: SESEmulator, rare_polls: None) -> SESEmulator:
    """The emulator, whose jobs are looked at rarely."""
    return ses_emulator


@pytest.fixture
def small_jobs(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a job return 50 records, so that a few hundred are many."""
    monkeypatch.setattr(windowed, "MAX_EXPORT_ROWS", 50)
    return 50


@pytest.fixture
def month(fake_clock: FakeClock) -> dict[str, Any]:
    """The window of the last 28 days."""
    now = fake_clock.now()
    return {"start_date": now - timedelta(days=28), "end_date": now}


@pytest.fixture
def sent(ses_emulator: SESEmulator, month: dict[str, Any]) -> Callable[[Iterable[int]], set[str]]:
    """Send messages so many milliseconds after the start of the month, and return their ids."""

    def send(milliseconds: Iterable[int]) -> set[str]:
        return {
            ses_emulator.add_message(
                message_id=f"m{number}-{offset}",
                destination=f"user{number}@example.com",
                sent_at=month["start_date"] + timedelta(milliseconds=offset),
                events=["SEND", "DELIVERY"],
            )
            for number, offset in enumerate(milliseconds)
        }

    return send
