"""An emulator in real time, where tasks and threads wait as they do for users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def service() -> Iterator[SESEmulator]:
    """An emulator in real time that knows a message and keeps no pace."""
    with SESEmulator(paces={"GetMessageInsights": None}) as emulator:
        emulator.add_message(message_id="m")
        yield emulator
