"""A webhook over HTTP, as an application has it."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

from sesinsights import events
from sesinsights.testing.exchange import HttpRequest, HttpResponse
from sesinsights.testing.server import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Callable


class Webhook:
    """An endpoint that verifies what it is sent, and responds as it should.

    Attributes:
        heard: What came, oldest first.
        options: How requests are verified.
        server: The server.
    """

    def __init__(self, unwrap: Callable[..., Any]) -> None:
        self.heard: list[events.AnyEvent | events.Notice] = []
        self.options: dict[str, Any] = {}
        self.server = LoopbackServer(self._respond)
        self._unwrap = unwrap

    def _respond(self, request: HttpRequest) -> HttpResponse:
        try:
            arrival = self._unwrap(request.body, request.headers, **self.options)
            if inspect.iscoroutine(arrival):
                arrival = asyncio.run(arrival)
        except events.SignatureError:
            return HttpResponse(403, {}, b"")
        self.heard.append(arrival)
        return HttpResponse(200, {}, b"")
