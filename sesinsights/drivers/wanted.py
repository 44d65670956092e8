"""Whether what a thread is about to send is still wanted by the task that it sends for."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

is_wanted: ContextVar[Callable[[], bool]] = ContextVar("is_wanted", default=lambda: True)
"""Called before the first byte of a request is sent; if it returns False, nothing is sent."""
