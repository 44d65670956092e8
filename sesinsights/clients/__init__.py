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
            "AsyncItemIterator": "aio.iterators",
            "AsyncMessageLookups": "aio.iterators",
            "AsyncPageIterator": "aio.iterators",
            "AsyncSESClassic": "aio.classic",
            "AsyncSESInsights": "aio.sesinsights",
            "ItemIterator": "iterators",
            "MessageLookups": "iterators",
            "PageIterator": "iterators",
            "SESClassic": "classic",
            "SESInsights": "sesinsights",
        },
    )
