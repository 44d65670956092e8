"""SES API v1: templates, templated sending and event destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.clients.classic import SESClassic
from sesinsights.models import classic as models
from sesinsights.sending.results import BulkSendResult

if TYPE_CHECKING:
    from sesinsights.clients.aio.classic import AsyncSESClassic

__all__ = ["AsyncSESClassic", "BulkSendResult", "SESClassic", "models"]


def __getattr__(name: str) -> object:
    # Programs without an event loop should not load asyncio.
    if name == "AsyncSESClassic":
        from sesinsights.clients.aio.classic import AsyncSESClassic

        return AsyncSESClassic
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
