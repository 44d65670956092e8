"""One call through a copy of a boto3 client: observed, and without botocore's retries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ConnectionClosedError, IncompleteReadError
from botocore.model import ListShape, StructureShape

from sesinsights.drivers.botocore_versions import precise_serializer
from sesinsights.drivers.connections import Exchange
from sesinsights.drivers.copies import shallow_copy
from sesinsights.errors import ResponseValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient
    from botocore.model import ServiceModel, Shape

    from sesinsights.drivers.connections import ConnectionPools
    from sesinsights.drivers.parsing import ResponseParsers
    from sesinsights.flows.flow import Send, WireResponse
    from sesinsights.flows.operation import Operation

FIRST_REFUSAL = 300
"""The lowest HTTP status of an error."""

MAX_RESPONSE_BYTES = 16 * 1024 * 1024
"""Many times the size of the longest responses."""


class ClientCall:
    """One call, sent by a copy of a client that lives as long as the call.

    It replaces the event emitter of the copy. Every handler of the client takes part in the call,
    except botocore's retries: even if they did not retry it, they would count it for or against the
    retry quota of the client, which may be the caller's, and slow it down.

    Args:
        client: The client; it is not changed.
        step: What to send.
    """

    def __init__(self, client: BaseClient, step: Send) -> None:
        untyped: Any = client
        self._client = untyped
        endpoint = untyped._endpoint  # noqa: SLF001 - nothing public sends without retries
        self._events = endpoint._event_emitter  # noqa: SLF001 - as above
        self.exchange = Exchange(
            step.seconds, MAX_RESPONSE_BYTES, timeout=step.timeout, is_wanted=step.is_wanted
        )
        self.status_code: int | None = None
        self.body = b""
        self.is_parsed = False
        self._is_framed = True

    def sender(self, parsers: ResponseParsers, pools: ConnectionPools) -> Any:
        """Return the client that sends this call, copied anew so that patches apply to it.

        The call does not refer to it, so both are freed, with the response, when the call ends.

        Args:
            parsers: The factory of the parsers of responses.
            pools: The connections to use.
        """
        sender = shallow_copy(self._client)
        sender._endpoint = endpoint = shallow_copy(sender._endpoint)  # noqa: SLF001 - nothing public leads there
        endpoint._event_emitter = self  # noqa: SLF001 - as above
        endpoint._response_parser_factory = parsers  # noqa: SLF001 - as above
        endpoint.http_session = pools.session_like(endpoint.http_session)
        sender._serializer = precise_serializer(sender)  # noqa: SLF001 - as above
        sender.meta = shallow_copy(sender.meta)
        sender.meta.events = self
        return sender

    def emit(self, event_name: str, **details: Any) -> list[Any]:
        """Call the client's handlers, and note what happens to the request."""
        match event_name.partition(".")[0]:
            case "request-created":
                # Signing comes now, and it waits for credentials.
                self.exchange.was_sent = False
            case "before-send":
                return self._before_send(event_name, details["request"])
            case "before-parse":
                self._keep_response(details["response_dict"])
            case "response-received":
                self.is_parsed = True
            case "needs-retry":
                self._call_handlers(event_name, details)
                return []
            case _:
                pass
        return self._call_handlers(event_name, details)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._events, name)

    def _before_send(self, event_name: str, request: AWSPreparedRequest) -> list[Any]:
        handled = self._call_handlers(event_name, {"request": request})
        self.exchange.was_sent = None
        self.exchange.accompany(request)
        return handled

    def _call_handlers(self, event_name: str, details: dict[str, Any]) -> list[Any]:
        """Call the handlers that are not botocore's retries; an emitter would call them all."""
        emitter = self._events._emitter  # noqa: SLF001 - nothing public leaves a handler out
        # botocore forgets what it has looked up when handlers are registered.
        found = emitter._lookup_cache  # noqa: SLF001 - as above
        key = ClientCall, event_name
        if key not in found:
            alias = self._events._alias_event_name(event_name)  # noqa: SLF001 - as above
            handlers = emitter._handlers.prefix_search(alias)  # noqa: SLF001 - as above
            found[key] = alias, [each for each in handlers if not _belongs_to_retries(each)]
        alias, handlers = found[key]
        return [(handler, handler(event_name=alias, **details)) for handler in handlers]

    def _keep_response(self, response: Mapping[str, Any]) -> None:
        """Keep a response before it is parsed, and reject one that is incomplete."""
        self.status_code = response["status_code"]
        self.body = response["body"]
        headers = response["headers"]
        promised = headers.get("Content-Length", "")
        if promised.isdigit() and int(promised) != len(self.body):
            raise IncompleteReadError(actual_bytes=len(self.body), expected_bytes=int(promised))
        self._is_framed = bool(promised or headers.get("Transfer-Encoding"))
        if response["status_code"] < FIRST_REFUSAL and not self.body:
            raise self._broken_off()

    def _broken_off(self) -> ConnectionClosedError:
        host = self._client._endpoint.host  # noqa: SLF001 - nothing public leads there
        return ConnectionClosedError(endpoint_url=host)

    def check_form(self, operation: Operation[Any, Any], response: WireResponse) -> None:
        """Reject a response without members that botocore knows, unless that is valid.

        Raises:
            ConnectionClosedError: The response may be cut off.
            ResponseValidationError: The response is complete, but not in the service's format.
        """
        if self.status_code is None or response.keys() - {"ResponseMetadata"}:
            return
        model = self._client.meta.service_model
        members = _json_members if model.protocol == "rest-json" else _xml_members
        problem = "it has none of the members that the service model knows"
        try:
            names = members(self.body, operation.name)
        except ValueError as error:
            if not self._is_framed:
                # Only the end of the connection marked its end.
                raise self._broken_off() from error
            problem = str(error)
        else:
            if not names or names & _known_members(model, operation.name):
                return
        raise ResponseValidationError(operation.response.__name__, self.body, problem)

    def restore_members(self, operation: Operation[Any, Any], response: WireResponse) -> None:
        """Add the members that botocore does not know to a response that will be written back."""
        if operation.is_written_back and self.status_code is not None:
            shape = self._client.meta.service_model.operation_model(operation.name).output_shape
            _restore(shape, json.loads(self.body), response)


def _restore(shape: Shape | None, sent: Any, parsed: Any) -> None:
    if isinstance(shape, ListShape):
        for item, parsed_item in zip(sent or (), parsed or (), strict=False):
            _restore(shape.member, item, parsed_item)
    elif isinstance(shape, StructureShape) and sent:
        for name, value in sent.items():
            if name not in shape.members:
                parsed[name] = value
            elif name in parsed:
                _restore(shape.members[name], value, parsed[name])


def _belongs_to_retries(handler: object) -> bool:
    """Return whether a handler is part of botocore's retries, in any mode."""
    owner: object = getattr(handler, "__self__", handler)
    return type(owner).__module__.startswith(("botocore.retries.", "botocore.retryhandler"))


def _known_members(model: ServiceModel, operation: str) -> set[str]:
    shape: Any = model.operation_model(operation).output_shape
    members: dict[str, Any] = shape.members if shape else {}
    return {member.serialization.get("name", name) for name, member in members.items()}


def _json_members(body: bytes, _: str) -> set[str]:
    """Return the names of a JSON response's members.

    Raises:
        ValueError: It is not a JSON object.
    """
    try:
        # As botocore decodes it: a byte order mark is not part of JSON.
        members: Any = json.loads(body.decode())
    except ValueError:
        raise ValueError("it is not valid JSON") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(members, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - the text is wrong, not its type
    return set(cast("dict[str, Any]", members))


def _xml_members(body: bytes, operation: str) -> set[str]:
    """Return the names of an XML response's members.

    Raises:
        ValueError: It is not the operation's response in XML.
    """
    from xml.etree import ElementTree as ET  # imported late, as botocore's parsers are

    try:
        root = ET.fromstring(body)  # noqa: S314 - botocore's parser has read it before
    except ET.ParseError:
        raise ValueError("it is not valid XML") from None
    if _local_name(root) != f"{operation}Response":
        raise ValueError(f"it is not a {operation}Response")
    return {
        _local_name(member)
        for result in root
        if _local_name(result) == f"{operation}Result"
        for member in result
    }


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
