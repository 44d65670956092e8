"""Lists from the first page to the last."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sesinsights.errors import PaginationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesinsights.driver import ThreadDriver
    from sesinsights.flow import Flow
    from sesinsights.models.shape import Shape
    from sesinsights.operations import PaginatedOperation
    from sesinsights.pipeline import Pipeline

__all__ = ["ItemIterator", "PageCursor"]

RequestT = TypeVar("RequestT", bound="Shape")
PageT = TypeVar("PageT", bound="Shape")
ItemT = TypeVar("ItemT")

_RESUME_PREFIX = "sesinsights-resume:"


def _encode_resume_token(page_token: str | None, offset: int) -> str:
    position = json.dumps([page_token, offset]).encode()
    return _RESUME_PREFIX + base64.urlsafe_b64encode(position).decode()


def _decode_resume_token(token: str) -> tuple[str | None, int]:
    """Return the page and the place in it; any other token is the service's, for a whole page."""
    if not token.startswith(_RESUME_PREFIX):
        return token, 0
    try:
        page_token, offset = json.loads(base64.urlsafe_b64decode(token[len(_RESUME_PREFIX) :]))
    except (binascii.Error, ValueError, TypeError) as error:
        raise ValueError("starting_token is damaged: pass a resume_token as it was") from error
    return page_token, offset


class PageCursor(Generic[PageT, ItemT]):
    """Where a walk through a list stands.

    A list ends where the service gives no token: a page may be empty and yet not the last.

    Args:
        pipeline: The way of every call.
        operation: The operation that answers page by page.
        request: The request for the first page.
        starting_token: Where to begin: a `resume_token`, or a token of the service's.
        max_items: After how many items to stop.
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
        if max_items is not None and max_items < 0:
            raise ValueError("max_items must not be negative")
        self._pipeline = pipeline
        self._operation: PaginatedOperation[Any, PageT, ItemT] = operation
        self._request: Shape = request
        self._items_left = max_items
        self._next_token: str | None = None
        self._skip = 0
        if starting_token is not None:
            self._next_token, self._skip = _decode_resume_token(starting_token)
        self._is_last = False
        self._seen: set[str | None] = set()
        self._page_token: str | None = None
        self._items: Sequence[ItemT] = ()
        self._offset = 0

    @property
    def resume_token(self) -> str | None:
        """Where to continue: at the item after the last one given; None at the end."""
        if self._offset < len(self._items):
            return _encode_resume_token(self._page_token, self._offset)
        if self._skip:
            return _encode_resume_token(self._next_token, self._skip)
        return self._next_token

    def next_item(self) -> Flow[ItemT | None]:
        """Return the next item, None at the end."""
        if self._items_left == 0:
            return None
        while self._offset >= len(self._items):
            if (yield from self._turn_page()) is None:
                return None
        item = self._items[self._offset]
        self._offset += 1
        if self._items_left is not None:
            self._items_left -= 1
        return item

    def next_page(self) -> Flow[PageT | None]:
        """Return the next page whole, None at the end."""
        if self._items_left == 0:
            return None
        page = yield from self._turn_page()
        self._offset = len(self._items)
        if self._items_left is not None:
            self._items_left = max(0, self._items_left - len(self._items))
        return page

    def _turn_page(self) -> Flow[PageT | None]:
        if self._is_last:
            return None
        if self._next_token in self._seen:
            raise PaginationError(self._operation.name, self._next_token)
        request = self._request.model_copy(update={"next_token": self._next_token})
        page = yield from self._pipeline.call(self._operation, request)
        self._seen.add(self._next_token)
        self._page_token = self._next_token
        self._next_token = self._operation.next_token(page) or None
        self._is_last = self._next_token is None
        self._items = self._operation.items(page)
        self._offset, self._skip = self._skip, 0
        return page


class ItemIterator(Iterator[ItemT], Generic[ItemT, PageT]):
    """The items of all pages, fetched page by page as they are needed.

    Not for several threads at once.
    """

    def __init__(
        self, driver: ThreadDriver, open_cursor: Callable[[], PageCursor[PageT, ItemT]]
    ) -> None:
        self._driver = driver
        self._open_cursor = open_cursor
        self._cursor = open_cursor()

    def __next__(self) -> ItemT:
        """Return the next item.

        Raises:
            PaginationError: The service gave the same token twice.
        """
        item = self._driver.run(self._cursor.next_item())
        if item is None:
            raise StopIteration
        return item

    @property
    def resume_token(self) -> str | None:
        """Where to continue, as a `starting_token`: after the item given last; None at the end."""
        return self._cursor.resume_token

    def pages(self) -> Iterator[PageT]:
        """Iterate over the pages instead, from the same start and whole, as the service gives them.

        With `max_items` the page that reaches it is the last.

        Raises:
            PaginationError: The service gave the same token twice.
        """
        cursor = self._open_cursor()
        while (page := self._driver.run(cursor.next_page())) is not None:
            yield page
