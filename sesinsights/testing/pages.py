"""Long lists, a page at a time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sesinsights.models.limits import MAX_PAGE_SIZE
from sesinsights.testing.exchange import RefusalError, bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


DEFAULT_PAGE_SIZE = 10
"""How many items a page holds when the call does not say."""


class Listed(Protocol):
    """What a list holds."""

    @property
    def position(self) -> tuple[float, int]:
        """Where it stands: when it was made, and which of that moment it is."""
        ...


ListedT = TypeVar("ListedT", bound=Listed)


@dataclass(frozen=True, slots=True)
class _Place:
    """The position of a token: the item before it, if any, and the request that it belongs to."""

    after: tuple[float, int] | None
    filters: Mapping[str, Any]


class Pager:
    """Cuts one list into pages, newest first.

    A token stands for the last item that was given and the filters, so items that come to the
    list later are neither lost nor repeated. No token is given out twice.

    Args:
        largest: How many items a page may hold at most.
        refused_as: What a token is refused with that was not given out for the list.
    """

    def __init__(
        self, largest: int = MAX_PAGE_SIZE, refused_as: str = "BadRequestException"
    ) -> None:
        self._largest = largest
        self._refused_as = refused_as
        self._places: dict[str, _Place] = {}

    def page(
        self, items: Iterable[ListedT], parameters: Mapping[str, Any], *, empty: bool
    ) -> tuple[list[ListedT], str | None]:
        """Return a page and the token of the next one.

        Args:
            items: Everything that the filters let through, in any order.
            parameters: The call: NextToken, PageSize; all others are filters.
            empty: Whether to give nothing yet, but a token.

        Raises:
            RefusalError: The token or the page size is refused.
        """
        size = parameters.get("PageSize", DEFAULT_PAGE_SIZE)
        if not 1 <= size <= self._largest:
            message = f"PageSize must be between 1 and {self._largest}"
            raise bad_request(message)
        filters = {k: v for k, v in parameters.items() if k not in {"NextToken", "PageSize"}}
        after = self._after(parameters["NextToken"], filters) if "NextToken" in parameters else None
        newest_first = sorted(items, key=lambda item: item.position, reverse=True)
        left = [item for item in newest_first if after is None or item.position < after]
        if empty:
            return [], self._token(after, filters)
        page = left[:size]
        return page, self._token(page[-1].position, filters) if len(left) > size else None

    def _token(self, after: tuple[float, int] | None, filters: Mapping[str, Any]) -> str:
        token = secrets.token_urlsafe(48)
        self._places[token] = _Place(after, filters)
        return token

    def _after(self, token: str, filters: Mapping[str, Any]) -> tuple[float, int] | None:
        place = self._places.get(token)
        if place is None or place.filters != filters:
            message = "NextToken is invalid"
            raise RefusalError(self._refused_as, message)
        return place.after
