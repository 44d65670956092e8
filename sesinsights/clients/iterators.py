"""The iterators that clients return: items, pages and lookups, one request at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typing_extensions import override

from sesinsights.arguments import checked_seconds
from sesinsights.drivers.threads import each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.drivers.threads import ThreadDriver
    from sesinsights.flows.lookups import MessageLookup
    from sesinsights.flows.pages import PageCursor
    from sesinsights.flows.pipeline import Pipeline
    from sesinsights.models.shape import Shape

PageT = TypeVar("PageT", bound="Shape")
ItemT = TypeVar("ItemT")


class ItemIterator(Iterator[ItemT], Generic[ItemT, PageT]):
    """The items of all pages, fetched page by page as they are needed.

    After an error you can keep iterating: the request that failed is made again. Do not share an
    iterator between threads.
    """

    def __init__(
        self, driver: ThreadDriver, open_cursor: Callable[[], PageCursor[PageT, ItemT]]
    ) -> None:
        self._driver = driver
        self._open_cursor = open_cursor
        self._cursor = open_cursor()

    @property
    def resume_token(self) -> str | None:
        """Where to resume, as a `starting_token`: after the last item that was returned.

        None at the end, and also before the first item of an iteration that began at the start. So
        before you take None for the end, check whether an item was returned.
        """
        return self._cursor.resume_token

    @override
    def __next__(self) -> ItemT:
        """Return the next item.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        item = self._driver.run(self._cursor.next_item())
        if item is None:
            raise StopIteration
        return item

    def pages(self) -> PageIterator[PageT]:
        """Iterate over whole pages instead, from the same start, as the service returns them.

        With `max_items`, the page that reaches that number is the last.
        """
        return PageIterator(self._driver, self._open_cursor())


class PageIterator(Iterator[PageT], Generic[PageT]):
    """The pages of a list, as the service returns them.

    After an error you can keep iterating: the request that failed is made again. Do not share an
    iterator between threads.
    """

    def __init__(self, driver: ThreadDriver, cursor: PageCursor[PageT, Any]) -> None:
        self._driver = driver
        self._cursor = cursor

    @override
    def __next__(self) -> PageT:
        """Return the next page.

        Raises:
            PaginationError: The service returned the same token twice.
        """
        page = self._driver.run(self._cursor.next_page())
        if page is None:
            raise StopIteration
        return page


class MessageLookups(Iterator["MessageLookup"]):
    """The lookups of many messages, in the order of their ids.

    After an error you can keep iterating: the failed id is in `pending` and is looked up again. Do
    not share an iterator between threads.

    Attributes:
        pending: The id whose lookup raised an error; None if none did.
    """

    def __init__(
        self,
        driver: ThreadDriver,
        pipeline: Pipeline,
        message_ids: Iterable[str],
        max_wait: float | None,
    ) -> None:
        if isinstance(message_ids, str):
            raise TypeError("message_ids must be an iterable of ids, not one string")
        self.pending: str | None = None
        self._driver = driver
        self._pipeline = pipeline
        self._max_wait = None if max_wait is None else checked_seconds("max_wait", max_wait)
        self._ids = each(message_ids)

    @override
    def __next__(self) -> MessageLookup:
        """Look up the next message."""
        from sesinsights.flows.lookups import look_up

        if self.pending is None:
            self.pending = next(self._ids)
        lookup = self._driver.run(look_up(self._pipeline, self.pending, self._max_wait))
        self.pending = None
        return lookup
