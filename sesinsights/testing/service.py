"""From a request to its response: admission, checks, the handler, faults, the record."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from sesinsights.testing.classic import refuse_classic
from sesinsights.testing.downloads import LINK_PATH
from sesinsights.testing.exchange import RefusalError
from sesinsights.testing.faults import (
    AccessDenied,
    DropConnection,
    MalformedResponse,
    ServerError,
    Throttle,
    UnknownEnumValue,
)
from sesinsights.testing.publishing import deliver_all
from sesinsights.testing.records import RecordedRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sesinsights.testing.downloads import Downloads
    from sesinsights.testing.exchange import HttpRequest, HttpResponse
    from sesinsights.testing.protocol import Route
    from sesinsights.testing.state import State

    Handler = Callable[[dict[str, Any], datetime], dict[str, Any]]


_NANOSECOND_DIGITS = 9
"""Times are compared to the nanosecond, so that rounded floats do not refuse a call."""

_CHECKS_ITSELF = frozenset({"CreateExportJob"})
"""The calls whose constraints their handler checks, among its own rules."""

_NO_TEMPLATES = ". It keeps no templates: a send may name any, with any data."


class Service:
    """Responds to requests one at a time, in the order in which they arrive.

    Each request reads the clock once, so its response and its effects agree.

    Args:
        state: What the emulator holds. Its parts may implement operations, each with a method
            named as boto3 names it.
        downloads: Responses for export files.
        pace: How many calls are accepted.
    """

    def __init__(self, state: State, downloads: Downloads, pace: PaceLimits) -> None:
        self._state = state
        self._protocol = state.protocol
        self._faults = state.faults
        self._downloads = downloads
        self._pace = pace
        operations = state.protocol.operation_of_method
        self._handlers: dict[str, Handler] = {
            operations[method]: getattr(part, method)
            for part in cast("Iterable[object]", vars(state).values())
            for method in operations.keys() & vars(type(part)).keys()
        }
        self.records: list[RecordedRequest] = []

    def respond(self, request: HttpRequest) -> HttpResponse | None:
        """Respond to a request; None closes the connection without a response."""
        with self._state.lock:
            now = self._state.clock.now()
            self._state.settle(now)
            if request.path.startswith(LINK_PATH):
                return self._downloads.respond(request, now)
            route = self._protocol.route(request.method, request.path)
            response = self._call(route, request, now) if route else None
            published = self._state.publisher.take()
        deliver_all(published)
        if route:
            return response
        return refuse_classic(request) or self._protocol.refuse(
            RefusalError(
                "UnknownOperationException",
                "The service has no operation with this method and path",
                HTTPStatus.NOT_FOUND,
            )
        )

    def _call(self, route: Route, request: HttpRequest, now: datetime) -> HttpResponse | None:
        parameters: dict[str, Any] = dict(route.labels)
        drop = self._faults.take(DropConnection, route.operation)
        response = None
        try:
            parameters = self._protocol.read(route, request.query, request.body)
            if drop is None or drop.processed:
                response = self._perform(route.operation, request, parameters, now)
        except RefusalError as refusal:
            response = self._protocol.refuse(refusal)
        if drop:
            response = None
        status_code = int(response.status_code) if response else None
        self.records.append(RecordedRequest(route.operation, parameters, status_code, now))
        return response

    def _perform(
        self, operation: str, request: HttpRequest, parameters: dict[str, Any], now: datetime
    ) -> HttpResponse:
        self._admit(operation, request)
        handler = self._handlers.get(operation)
        if handler is None:
            hint = _NO_TEMPLATES if "EmailTemplate" in operation else ""
            message = f"The emulator does not implement {operation}{hint}"
            raise RefusalError("NotImplementedException", message, HTTPStatus.NOT_IMPLEMENTED)
        typed = self._protocol.with_types(operation, parameters)
        if operation not in _CHECKS_ITSELF:
            self._protocol.check_constraints(operation, typed)
        members: Mapping[str, Any] = handler(typed, now)
        malformed = self._faults.take(MalformedResponse, operation)
        if malformed:
            return self._protocol.raw_response(malformed.body)
        novelty = self._faults.take(UnknownEnumValue, operation)
        if novelty:
            members = _with_value(members, novelty.member.split("."), novelty.value)
        return self._protocol.respond(members)

    def _admit(self, operation: str, request: HttpRequest) -> None:
        if "authorization" not in request.headers:
            raise RefusalError(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
                HTTPStatus.FORBIDDEN,
            )
        if self._faults.take(AccessDenied, operation):
            message = f"You are not authorized to perform ses:{operation}"
            raise RefusalError("AccessDeniedException", message, HTTPStatus.FORBIDDEN)
        throttled = self._faults.take(Throttle, operation)
        if throttled or not self._pace.admit(operation, self._state.clock.monotonic()):
            code = "TooManyRequestsException"
            raise RefusalError(code, "Rate exceeded", HTTPStatus.TOO_MANY_REQUESTS)
        failure = self._faults.take(ServerError, operation)
        if failure:
            code = "InternalServiceErrorException"
            raise RefusalError(code, "The call was made to fail", failure.status_code)


class PaceLimits:
    """Accepts no two calls of an operation closer together than its rate allows.

    Args:
        rates: Calls a second by operation; None, or no entry, is unlimited.
    """

    def __init__(self, rates: Mapping[str, float | None]) -> None:
        self._gaps = {operation: 1 / rate for operation, rate in rates.items() if rate}
        self._accepted: dict[str, float] = {}

    def admit(self, operation: str, arrived: float) -> bool:
        """Tell whether a call is accepted; one that is refused does not move the slot.

        Args:
            operation: The operation's name.
            arrived: When the call came, in seconds of a monotonic clock.
        """
        gap = self._gaps.get(operation)
        if gap is None:
            return True
        last = self._accepted.get(operation)
        if last is not None and round(arrived - last, _NANOSECOND_DIGITS) < gap:
            return False
        self._accepted[operation] = arrived
        return True


def _with_value(response: Any, path: list[str], value: str) -> Any:
    """Copy a response with a member replaced, in every entry of a list, where it is present."""
    if isinstance(response, list):
        entries = cast("Iterable[Any]", response)
        return [_with_value(entry, path, value) for entry in entries]
    if not path:
        return value
    head, *rest = path
    members = cast("dict[str, Any]", response)
    if members.get(head) is None:
        return members
    return {**members, head: _with_value(members[head], rest, value)}
