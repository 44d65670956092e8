"""The clients: one method for each operation, by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.clients.aio.classic import AsyncSESClassic
    from sesinsights.clients.aio.iterators import (
        AsyncItemIterator,
        AsyncMessageLookups,
        AsyncPageIterator,
    )
    from sesinsights.clients.aio.sesinsights import AsyncSESInsights
    from sesinsights.clients.classic import SESClassic
    from sesinsights.clients.iterators import ItemIterator, MessageLookups, PageIterator
    from sesinsights.clients.sesinsights import SESInsights

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "AsyncItemIterator",
    "AsyncMessageLookups",
    "AsyncPageIterator",
    "AsyncSESClassic",
    "AsyncSESInsights",
    "ItemIterator",
    "MessageLookups",
    "PageIterator",
    "SESClassic",
    "SESInsights",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AsyncItemIterator": "sesinsights.clients.aio.iterators",
            "AsyncMessageLookups": "sesinsights.clients.aio.iterators",
            "AsyncPageIterator": "sesinsights.clients.aio.iterators",
            "AsyncSESClassic": "sesinsights.clients.aio.classic",
            "AsyncSESInsights": "sesinsights.clients.aio.sesinsights",
            "ItemIterator": "sesinsights.clients.iterators",
            "MessageLookups": "sesinsights.clients.iterators",
            "PageIterator": "sesinsights.clients.iterators",
            "SESClassic": "sesinsights.clients.classic",
            "SESInsights": "sesinsights.clients.sesinsights",
        },
    )
