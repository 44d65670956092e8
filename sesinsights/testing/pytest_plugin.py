"""Fixtures for tests of code that uses Amazon SES; pytest loads them automatically."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights import SESInsights
    from sesinsights.testing import FakeClock, SESEmulator

__all__ = ["fake_clock", "ses", "ses_emulator"]


@pytest.fixture
def fake_clock() -> FakeClock:
    """A clock that starts at 2026-01-15 12:00 UTC, and moves only when a call waits on it."""
    from sesinsights.testing import FakeClock

    return FakeClock()


@pytest.fixture
def ses_emulator(fake_clock: FakeClock) -> Iterator[SESEmulator]:
    """A running emulator whose time is the `fake_clock`."""
    from sesinsights.testing import SESEmulator

    try:
        emulator = SESEmulator(clock=fake_clock)
    except ImportError as error:
        pytest.fail(str(error), pytrace=False)
    with emulator:
        yield emulator


@pytest.fixture
def ses(ses_emulator: SESEmulator, fake_clock: FakeClock) -> Iterator[SESInsights]:
    """A client of the `ses_emulator` that waits on the `fake_clock`."""
    from sesinsights import SESInsights

    with SESInsights(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    ) as client:
        yield client
