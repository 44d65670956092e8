"""Sends calls with a boto3 client, and says what happened to those that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from sesinsights.drivers.botocore_versions import refuse_unknown
from sesinsights.drivers.client_call import FIRST_REFUSAL, MAX_RESPONSE_BYTES, ClientCall
from sesinsights.drivers.parsing import ResponseParsers
from sesinsights.errors import ResponseValidationError
from sesinsights.errors.service import redacted
from sesinsights.flows.classification import (
    NotSentError,
    add_hint,
    has_own_code,
    is_connection_fault,
    is_unreachable,
)

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from sesinsights.drivers.connections import ConnectionPools
    from sesinsights.flows.flow import Send, WireResponse
    from sesinsights.flows.operation import Operation


class Calls:
    """The calls that one process sends with a client.

    Args:
        client: The client; it is not changed.
        pools: The connections to send over.
    """

    def __init__(self, client: BaseClient, pools: ConnectionPools) -> None:
        self._client = client
        self._pools = pools
        self._parsers = ResponseParsers()

    def send(self, step: Send) -> WireResponse:
        """Send one request, and return the response."""
        operation, parameters = step.operation, step.parameters
        meta: Any = self._client.meta
        if not meta.config.parameter_validation:
            refuse_unknown(meta.service_model, operation.name, parameters)
        call = ClientCall(self._client, step)
        try:
            sender = call.sender(self._parsers, self._pools)
            response: WireResponse = getattr(sender, xform_name(operation.name))(**parameters)
            call.check_form(operation, response)
            call.restore_members(operation, response)
        except ResponseValidationError:
            raise
        except Exception as error:
            add_hint(error)
            if call.status_code is None:
                refuse_unknown(meta.service_model, operation.name, parameters)
            explained = _error_of_call(error, call, operation, meta.endpoint_url)
            if explained is error:
                raise
            if not isinstance(error, BotoCoreError | ClientError):
                # The parsers' own errors may quote the whole response.
                raise explained from None
            # Tracebacks show the cause.
            error.args = (redacted(str(error)),)
            raise explained from error
        return response


def _error_of_call(
    error: Exception, call: ClientCall, operation: Operation[Any, Any], endpoint_url: str
) -> Exception:
    """Return the error that says what happened to a call; often it is botocore's own.

    Args:
        error: What was raised.
        call: The call.
        operation: The operation that was called.
        endpoint_url: Where the request went.
    """
    status, shape = call.status_code, operation.response.__name__
    match error:
        case ClientError():
            if status is None or has_own_code(error):
                return error
            code = error.response.get("Error", {}).get("Code")
            return _foreign_refusal(operation.name, status, endpoint_url, code)
        case BotoCoreError():
            if call.exchange.is_too_long:
                problem = f"it is longer than {MAX_RESPONSE_BYTES} bytes"
                return ResponseValidationError(shape, call.body, problem)
            was_sent = call.exchange.was_sent or status is not None
            if was_sent and is_unreachable(error):
                # A handler of an event could not reach another host.
                return HTTPClientError(error=error)
            is_unsent = call.exchange.was_sent is False and is_connection_fault(error)
            return NotSentError() if is_unsent else error
        case _ if status is None or call.is_parsed:
            return error
        case _ if status >= FIRST_REFUSAL:
            return _foreign_refusal(operation.name, status, endpoint_url)
        case _:
            # botocore's parser fails on an unexpected response with many kinds of errors.
            try:
                call.check_form(operation, {})
            except (BotoCoreError, ResponseValidationError) as found:
                return found
            problem = f"botocore cannot parse it ({type(error).__name__})"
            return ResponseValidationError(shape, call.body, problem)


def _foreign_refusal(
    operation: str, status_code: int, endpoint_url: str, code: object = None
) -> ClientError:
    """Return the error for a response that is not from the service."""
    said = (
        f"{endpoint_url} did not respond like Amazon SES; check the endpoint, the Region and the "
        "proxy"
    )
    return ClientError(
        {
            "Error": {"Code": str(code or status_code), "Message": said},
            "ResponseMetadata": {"HTTPStatusCode": status_code},  # type: ignore[typeddict-item] # the rest is unknown
        },
        operation,
    )
