"""Find out what happened to the mail you sent with Amazon SES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights import errors, events, models, outcomes, report
    from sesinsights.clients.aio.classic import AsyncSESClassic
    from sesinsights.clients.aio.sesinsights import AsyncSESInsights
    from sesinsights.clients.classic import SESClassic
    from sesinsights.clients.sesinsights import SESInsights
    from sesinsights.flows.lookups import FailedLookup, FoundMessage, MessageLookup
    from sesinsights.flows.retry import RetryPolicy

__version__ = "0.2.0"

# Written by `python -m tools.generate` from the imports above.
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
            "AsyncSESClassic": "sesinsights.clients.aio.classic",
            "AsyncSESInsights": "sesinsights.clients.aio.sesinsights",
            "FailedLookup": "sesinsights.flows.lookups",
            "FoundMessage": "sesinsights.flows.lookups",
            "MessageLookup": "sesinsights.flows.lookups",
            "RetryPolicy": "sesinsights.flows.retry",
            "SESClassic": "sesinsights.clients.classic",
            "SESInsights": "sesinsights.clients.sesinsights",
            "errors": "sesinsights.errors",
            "events": "sesinsights.events",
            "models": "sesinsights.models",
            "outcomes": "sesinsights.outcomes",
            "report": "sesinsights.report",
        },
    )
