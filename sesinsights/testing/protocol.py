"""What the service model says about the wire: which request is which call, and how to respond."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, StringShape, StructureShape

from sesinsights.testing.clock import to_milliseconds
from sesinsights.testing.exchange import HttpResponse, RefusalError
from sesinsights.testing.shape_check import (
    WrongTypeError,
    check_constraints,
    from_query,
    read_types,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from botocore.model import Shape


@dataclass(frozen=True, slots=True)
class Route:
    """The call that a request means.

    Attributes:
        operation: The operation's name in the service model.
        labels: The parameters that stand in the path, decoded.
    """

    operation: str
    labels: Mapping[str, str]


class Protocol:
    """Requests and responses of a REST-JSON service, by its model.

    Args:
        model: The service model.
    """

    def __init__(self, model: ServiceModel) -> None:
        self._model = model
        self._routes = sorted(
            (_route_pattern(model, name) for name in model.operation_names),
            key=lambda route: route[1].groups,
        )

    @property
    def operation_names(self) -> frozenset[str]:
        """Every operation of the service."""
        return frozenset(self._model.operation_names)

    @cached_property
    def operation_of_method(self) -> Mapping[str, str]:
        """Every operation, by the name of boto3's method for it."""
        return {xform_name(name): name for name in self._model.operation_names}

    def enum_values(self, shape_name: str) -> frozenset[str]:
        """Return what an enumeration of the model allows."""
        return frozenset(cast("StringShape", self._model.shape_for(shape_name)).enum)

    def has_response_member(self, operation: str, member: str) -> bool:
        """Tell whether an operation's response has a member, by its dotted path."""
        shape: Shape = self._response_shape(operation)
        for name in member.split("."):
            while isinstance(shape, ListShape):
                shape = shape.member
            if not isinstance(shape, StructureShape) or name not in shape.members:
                return False
            shape = shape.members[name]
        return True

    def route(self, method: str, path: str) -> Route | None:
        """Find the call that a request means; the path is percent-encoded."""
        for http_method, pattern, operation in self._routes:
            match = pattern.fullmatch(path) if http_method == method else None
            if match:
                labels = {name: unquote(text) for name, text in match.groupdict().items()}
                return Route(operation, labels)
        return None

    def read(self, route: Route, query: Mapping[str, Sequence[str]], body: bytes) -> dict[str, Any]:
        """Return the parameters as they were sent, unchecked; those of the query as JSON has them.

        Raises:
            RefusalError: The body is not a JSON object, or is nested too deeply, or the query has
                a text that is not a value of its type.
        """
        try:
            members = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            message = "The body is not valid JSON"
            raise _unreadable(message) from None
        if not isinstance(members, dict):
            message = "The body must be an object"
            raise _unreadable(message)
        asked = self._in_query(route.operation, query)
        return {**cast("dict[str, Any]", members), **asked, **route.labels}

    def _in_query(self, operation: str, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        shape = self._model.operation_model(operation).input_shape
        members = shape.members if isinstance(shape, StructureShape) else {}
        found: dict[str, Any] = {}
        for name, member in members.items():
            at = member.serialization
            texts = query.get(at.get("name", name)) if at.get("location") == "querystring" else None
            if texts:
                try:
                    found[name] = from_query(member, texts)
                except ValueError:
                    raise _unreadable(None) from None
        return found

    def input_shape(self, operation: str) -> StructureShape:
        """Return what the model says of a call's parameters."""
        return cast("StructureShape", self._model.operation_model(operation).input_shape)

    def with_types(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters of a call with times as datetimes; constraints are not checked.

        Raises:
            RefusalError: A type is wrong. As with the service, nothing is said about which.
        """
        try:
            typed = read_types(self.input_shape(operation), dict(parameters), operation)
        except WrongTypeError:
            raise _unreadable(None) from None
        return cast("dict[str, Any]", typed)

    def check_constraints(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Check what the model says of parameters that have the right types.

        Raises:
            RefusalError: They break the model.
        """
        check_constraints((self.input_shape(operation), parameters, ""))

    def check_seed(self, shape_name: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a test puts into the emulator, checked.

        Raises:
            ValueError: It breaks the model.
        """
        shape = self._model.shape_for(shape_name)
        typed = read_types(shape, _to_wire(dict(value)), shape_name)
        try:
            check_constraints((shape, typed, shape_name))
        except RefusalError as refusal:
            raise ValueError(refusal.message) from None
        return cast("dict[str, Any]", typed)

    def respond(self, members: Mapping[str, Any]) -> HttpResponse:
        """Make the response of a call that succeeded; members that are None are left out."""
        return self.raw_response(json.dumps(_to_wire(members)).encode())

    def raw_response(self, body: bytes) -> HttpResponse:
        """Make a successful response of any bytes."""
        return HttpResponse(HTTPStatus.OK, _headers(), body)

    def refuse(self, refusal: RefusalError) -> HttpResponse:
        """Make the response of a call that is refused."""
        status_code = refusal.status_code
        if status_code is None:
            status_code = self._model.shape_for(refusal.code).metadata["error"]["httpStatusCode"]
        headers = {**_headers(), "x-amzn-ErrorType": refusal.code}
        return HttpResponse(status_code, headers, json.dumps({"message": refusal.message}).encode())

    def _response_shape(self, operation: str) -> Shape:
        return cast("Shape", self._model.operation_model(operation).output_shape)


@cache
def load_protocol() -> Protocol:
    """Load botocore's model of SES v2, once in a process."""
    return Protocol(ServiceModel(Loader().load_service_model("sesv2", "service-2"), "sesv2"))


def _unreadable(message: str | None) -> RefusalError:
    return RefusalError("SerializationException", message, HTTPStatus.BAD_REQUEST)


def _route_pattern(model: ServiceModel, operation: str) -> tuple[str, re.Pattern[str], str]:
    http = model.operation_model(operation).http
    path = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(http["requestUri"].rstrip("/")))
    return http["method"], re.compile(path + "/?"), operation


def _headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "x-amzn-RequestId": str(uuid.uuid4())}


def _to_wire(value: Any) -> Any:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _to_wire(member) for name, member in members.items() if member is not None}
    if isinstance(value, list):
        entries = cast("Iterable[Any]", value)
        return [_to_wire(entry) for entry in entries]
    if isinstance(value, datetime):
        return to_milliseconds(value).timestamp()
    return value
