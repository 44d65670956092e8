"""One HTTP request and its answer, apart from how they travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["HttpAnswer", "HttpRequest"]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that arrived.

    Attributes:
        method: The HTTP method.
        target: Path and query string exactly as sent, percent signs included.
        authorization: The Authorization header, None when there is none.
        body: The whole body.
    """

    method: str
    target: str
    authorization: str | None
    body: bytes

    @property
    def path(self) -> str:
        """The path, still percent-encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        """The values of each parameter of the query string."""
        return parse_qs(urlsplit(self.target).query)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What is sent back.

    Attributes:
        status_code: The HTTP status.
        headers: Everything but Content-Length.
        body: The bytes that are sent.
        missing_bytes: How many bytes more the Content-Length promises before the connection
            is closed.
    """

    status_code: int
    headers: Mapping[str, str]
    body: bytes
    missing_bytes: int = 0
