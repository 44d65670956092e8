"""Iterates over lists, from the first page to the last."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sesinsights.arguments import is_whole_number
from sesinsights.errors import PaginationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.operation import PaginatedOperation
    from sesinsights.flows.pipeline import Pipeline
    from sesinsights.models.shape import Shape

RequestT = TypeVar("RequestT", bound="Shape")
PageT = TypeVar("PageT", bound="Shape")
ItemT = TypeVar("ItemT")

_RESUME_PREFIX = "sesinsights-resume:"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place inside a page.

    Attributes:
        page_token: The token of the page; None for the first.
        offset: How many items of the page come before this place.
        after: The identity of the last of those items, which may have moved in the meantime.
    """

    page_token: str | None
    offset: int
    after: str | None

    def encode(self) -> str:
        """Return this place as a resume token."""
        content = json.dumps([self.page_token, self.offset, self.after]).encode()
        return _RESUME_PREFIX + base64.urlsafe_b64encode(content).decode()

    @classmethod
    def decode(cls, token: str) -> _Place:
        """Return the place of a token; a token from the service is the start of its page."""
        if not token.startswith(_RESUME_PREFIX):
            return cls(token, 0, None)
        try:
            content = json.loads(base64.urlsafe_b64decode(token[len(_RESUME_PREFIX) :]))
        except ValueError:
            content = None
        match content:
            case [str() | None as page_token, int(offset), str() | None as after] if offset > 0:
                return cls(page_token, offset, after)
            case _:
                raise ValueError("starting_token is damaged: pass a resume_token unchanged")


def _checked_token(operation: PaginatedOperation[Any, Any, Any], token: str) -> str:
    request: Any = operation.request.model_validate({"next_token": token})
    checked: str = request.next_token
    return checked


class PageCursor(Generic[PageT, ItemT]):
    """The position of an iteration over a list.

    A list ends where the service returns no token: a page may be empty and yet not be the last.

    Args:
        pipeline: The pipeline that makes the calls.
        operation: The operation that returns the list page by page.
        request: The request for the first page.
        starting_token: Where to begin: a `resume_token`, or a token from the service.
        max_items: The number of items to stop after.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        operation: PaginatedOperation[RequestT, PageT, ItemT],
        request: RequestT,
        *,
        starting_token: str | None,
        max_items: int | None,
    ) -> None:
        if max_items is not None and not (is_whole_number(max_items) and max_items >= 0):
            raise ValueError("max_items must be a whole number and must not be negative")
        self._pipeline = pipeline
        self._operation: PaginatedOperation[Any, PageT, ItemT] = operation
        self._request: Shape = request
        self._items_left = max_items
        self._next_token: str | None = None
        self._start: _Place | None = None
        if starting_token is not None:
            place = _Place.decode(_checked_token(operation, starting_token))
            if place.page_token is not None:
                self._next_token = _checked_token(operation, place.page_token)
            self._start = place if place.offset else None
        self._is_last = False
        self._seen: set[str | None] = set()
        self._page_token: str | None = None
        self._items: Sequence[ItemT] = ()
        self._offset = 0

    @property
    def resume_token(self) -> str | None:
        """Where to resume: at the item after the last one returned; None at the end."""
        if self._start:
            return self._start.encode()
        if 0 < self._offset < len(self._items):
            after = self._operation.identity(self._items[self._offset - 1])
            return _Place(self._page_token, self._offset, after).encode()
        return self._page_token if self._offset < len(self._items) else self._next_token

    def next_item(self) -> Flow[ItemT | None]:
        """Return the next item; None at the end."""
        if self._items_left == 0:
            return None
        if self._start:
            yield from self._go_to(self._start)
        while self._offset >= len(self._items):
            if (yield from self._turn_page()) is None:
                return None
        item = self._items[self._offset]
        self._offset += 1
        if self._items_left is not None:
            self._items_left -= 1
        return item

    def next_page(self) -> Flow[PageT | None]:
        """Return the next whole page; None at the end."""
        if self._items_left == 0:
            return None
        page = yield from self._turn_page()
        self._start = None
        self._offset = len(self._items)
        if self._items_left is not None:
            self._items_left = max(0, self._items_left - len(self._items))
        return page

    def _turn_page(self) -> Flow[PageT | None]:
        if self._is_last:
            return None
        if self._next_token in self._seen:
            raise PaginationError(
                self._operation.name,
                self._next_token,
                "returned the same token twice, so its pages would never end. All items before it "
                "were returned.",
            )
        request = self._request.model_copy(update={"next_token": self._next_token})
        page = yield from self._pipeline.call(self._operation, request)
        self._seen.add(self._next_token)
        self._page_token = self._next_token
        self._next_token = self._operation.next_token(page) or None
        self._is_last = self._next_token is None
        self._items = self._operation.items(page)
        self._offset = 0
        return page

    def _go_to(self, place: _Place) -> Flow[None]:
        """Move to the place after the item that was returned last, wherever that is now.

        New items push it away from the start of the list, and smaller pages onto a later page.
        """
        self._next_token, self._is_last = place.page_token, False
        self._seen.clear()
        items: list[ItemT] = []
        while (offset := self._offset_after(place, items)) is None:
            if self._is_last:
                raise PaginationError(
                    self._operation.name,
                    place.page_token,
                    "no longer lists the item that was returned last, so it is unknown where to "
                    "continue.",
                )
            yield from self._turn_page()
            items += self._items
        self._page_token, self._items, self._offset = place.page_token, items, offset
        self._start = None

    def _offset_after(self, place: _Place, items: Sequence[ItemT]) -> int | None:
        identities = [self._operation.identity(item) for item in items]
        expected = place.offset - 1
        if expected < len(identities) and identities[expected] == place.after:
            return place.offset
        return identities.index(place.after) + 1 if place.after in identities else None
