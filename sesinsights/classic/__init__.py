"""SES API v1: templates, templated sending and event destinations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.classic.client import SESClassic
from sesinsights.classic.results import BulkSendResult
from sesinsights.loading import load_each_on_first_use
from sesinsights.models import classic as models

if TYPE_CHECKING:
    from sesinsights.classic.aio import AsyncSESClassic

__all__ = ["AsyncSESClassic", "BulkSendResult", "SESClassic", "models"]

if not TYPE_CHECKING:
    # Programs without an event loop should not load asyncio.
    __getattr__, __dir__ = load_each_on_first_use(__name__, {"AsyncSESClassic": "aio"})
