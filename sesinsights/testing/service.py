"""From a request to its answer: admission, checks, the handler, faults, the record."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from botocore import xform_name

from sesinsights.testing.fault_queue import (
    AccessDenied,
    DropConnection,
    MalformedAnswer,
    ServerError,
    Throttle,
    UnknownEnumValue,
)
from sesinsights.testing.links import LINK_PATH
from sesinsights.testing.records import RecordedRequest
from sesinsights.testing.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from threading import RLock

    from sesinsights.clock import Clock
    from sesinsights.testing.downloads import Downloads
    from sesinsights.testing.exchange import HttpAnswer, HttpRequest
    from sesinsights.testing.fault_queue import FaultQueue
    from sesinsights.testing.pace import PaceLimits
    from sesinsights.testing.protocol import Protocol, Route

    Handler = Callable[[dict[str, Any]], dict[str, Any]]

__all__ = ["Service"]


class Service:
    """Answers requests one at a time, in the order in which they arrive.

    Args:
        clock: When a request arrives.
        protocol: The service model.
        handlers: Objects with a method for each operation that they answer, named as boto3's.
        downloads: Answers for export files.
        faults: What is to go wrong.
        pace: How many calls are accepted.
        lock: Held by whoever reads or changes the state of the emulator.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        protocol: Protocol,
        handlers: Iterable[object],
        downloads: Downloads,
        faults: FaultQueue,
        pace: PaceLimits,
        lock: RLock,
    ) -> None:
        self._clock = clock
        self._protocol = protocol
        self._downloads = downloads
        self._faults = faults
        self._pace = pace
        self._handlers: dict[str, Handler] = {
            name: getattr(handler, xform_name(name))
            for handler in handlers
            for name in protocol.operation_names
            if hasattr(handler, xform_name(name))
        }
        self._lock = lock
        self.records: list[RecordedRequest] = []

    def respond(self, request: HttpRequest) -> HttpAnswer | None:
        """Answer a request; None closes the connection without an answer."""
        with self._lock:
            if request.path.startswith(LINK_PATH):
                return self._downloads.respond(request)
            route = self._protocol.route(request.method, request.path)
            if route is None:
                return self._protocol.refuse(
                    RefusalError(
                        "UnknownOperationException",
                        "The service has no operation with this method and path",
                        HTTPStatus.NOT_FOUND,
                    )
                )
            return self._call(route, request)

    def _call(self, route: Route, request: HttpRequest) -> HttpAnswer | None:
        arrived = self._clock.now()
        parameters: dict[str, Any] = dict(route.labels)
        drop = self._faults.take(DropConnection, route.operation)
        answer = None
        try:
            parameters = self._protocol.read(route, request.body)
            if drop is None or drop.processed:
                answer = self._perform(route.operation, request, parameters)
        except RefusalError as refusal:
            answer = self._protocol.refuse(refusal)
        if drop:
            answer = None
        status_code = int(answer.status_code) if answer else None
        self.records.append(RecordedRequest(route.operation, parameters, status_code, arrived))
        return answer

    def _perform(
        self, operation: str, request: HttpRequest, parameters: dict[str, Any]
    ) -> HttpAnswer:
        self._admit(operation, request)
        handler = self._handlers.get(operation)
        if handler is None:
            message = f"The emulator does not implement {operation}"
            raise RefusalError("NotImplementedException", message, HTTPStatus.NOT_IMPLEMENTED)
        members = handler(self._protocol.check(operation, parameters))
        malformed = self._faults.take(MalformedAnswer, operation)
        if malformed:
            return self._protocol.raw_answer(malformed.body)
        novelty = self._faults.take(UnknownEnumValue, operation)
        if novelty:
            members = _with_value(members, novelty.member.split("."), novelty.value)
        return self._protocol.answer(members)

    def _admit(self, operation: str, request: HttpRequest) -> None:
        if request.authorization is None:
            raise RefusalError(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
                HTTPStatus.FORBIDDEN,
            )
        if self._faults.take(AccessDenied, operation):
            message = f"You are not authorized to perform ses:{operation}"
            raise RefusalError("AccessDeniedException", message, HTTPStatus.FORBIDDEN)
        throttled = self._faults.take(Throttle, operation)
        if throttled or not self._pace.admit(operation, self._clock.monotonic()):
            code = "TooManyRequestsException"
            raise RefusalError(code, "Rate exceeded", HTTPStatus.TOO_MANY_REQUESTS)
        failure = self._faults.take(ServerError, operation)
        if failure:
            code = "InternalServiceErrorException"
            raise RefusalError(code, "The call was made to fail", failure.status_code)


def _with_value(answer: Any, path: list[str], value: str) -> Any:
    """Copy an answer with a member replaced, in every entry of a list, where it is present."""
    if isinstance(answer, list):
        entries = cast("Iterable[Any]", answer)
        return [_with_value(entry, path, value) for entry in entries]
    if not path:
        return value
    head, *rest = path
    members = cast("dict[str, Any]", answer)
    if members.get(head) is None:
        return members
    return {**members, head: _with_value(members[head], rest, value)}
