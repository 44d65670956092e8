"""What the tests of clients share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of either kind of the emulator, on its clock."""
    return connect()
