"""Typed, paced, complete answers about the mail you sent with Amazon SES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights import errors, events, models, outcomes, report
    from sesinsights.classic import AsyncSESClassic, SESClassic
    from sesinsights.clients.aio.sesinsights import AsyncSESInsights
    from sesinsights.clients.sesinsights import SESInsights
    from sesinsights.flows.lookups import FailedLookup, FoundMessage, MessageLookup
    from sesinsights.flows.retry import RetryPolicy

__version__ = "0.1.0"

__all__ = [
    "AsyncSESClassic",
    "AsyncSESInsights",
    "FailedLookup",
    "FoundMessage",
    "MessageLookup",
    "RetryPolicy",
    "SESClassic",
    "SESInsights",
    "errors",
    "events",
    "models",
    "outcomes",
    "report",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AsyncSESClassic": "clients.aio.classic",
            "AsyncSESInsights": "clients.aio.sesinsights",
            "FailedLookup": "flows.lookups",
            "FoundMessage": "flows.lookups",
            "MessageLookup": "flows.lookups",
            "RetryPolicy": "flows.retry",
            "SESClassic": "clients.classic",
            "SESInsights": "clients.sesinsights",
        },
    )
