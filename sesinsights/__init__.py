"""Typed, paced, complete answers about the mail you sent with Amazon SES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights import errors, events, models
    from sesinsights.aio import AsyncSESInsights
    from sesinsights.classic import AsyncSESClassic, SESClassic
    from sesinsights.client import SESInsights
    from sesinsights.lookups import MessageLookup
    from sesinsights.retry import RetryPolicy

__version__ = "0.1.0"

__all__ = [
    "AsyncSESClassic",
    "AsyncSESInsights",
    "MessageLookup",
    "RetryPolicy",
    "SESClassic",
    "SESInsights",
    "errors",
    "events",
    "models",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AsyncSESClassic": "classic.aio",
            "AsyncSESInsights": "aio",
            "MessageLookup": "lookups",
            "RetryPolicy": "retry",
            "SESClassic": "classic",
            "SESInsights": "client",
        },
    )
