"""One HTTP request and its response or refusal, independent of the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that arrived.

    Attributes:
        method: The HTTP method.
        target: Path and query string exactly as sent, percent signs included.
        headers: The headers, by lower-case name.
        body: The whole body.
    """

    method: str
    target: str
    headers: Mapping[str, str]
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
class HttpResponse:
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


class RefusalError(Exception):
    """The call is refused with an error.

    Args:
        code: The error's name, as the service model or AWS calls it.
        message: What the caller is told; never an address or a subject. None is a null in JSON.
        status_code: The HTTP status; the service model's own when omitted.
    """

    def __init__(self, code: str, message: str | None, status_code: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status_code = status_code


def bad_request(message: str) -> RefusalError:
    """Return the refusal of a call whose parameters break a rule."""
    return RefusalError("BadRequestException", message)


def not_found(message: str) -> RefusalError:
    """Return the refusal of a call for something that does not exist."""
    return RefusalError("NotFoundException", message)
