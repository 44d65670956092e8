"""What became of a call that botocore could not finish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from sesinsights.drivers.client_call import FIRST_REFUSAL, MAX_ANSWER_BYTES
from sesinsights.errors import ResponseValidationError
from sesinsights.flows.classification import NotSentError, has_own_code, is_connection_fault

if TYPE_CHECKING:
    from sesinsights.drivers.client_call import ClientCall
    from sesinsights.flows.operation import Operation


def error_of_call(
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
                problem = f"it is longer than {MAX_ANSWER_BYTES} bytes"
                return ResponseValidationError(shape, call.body, problem)
            is_unsent = call.exchange.was_sent is False and is_connection_fault(error)
            return NotSentError() if is_unsent else error
        case _ if status is None or call.is_parsed:
            return error
        case _ if status >= FIRST_REFUSAL:
            return _foreign_refusal(operation.name, status, endpoint_url)
        case _:
            # botocore's parser fails on an unexpected answer with many kinds of errors.
            call.check_form(operation, {})
            problem = f"botocore cannot parse it ({type(error).__name__})"
            return ResponseValidationError(shape, call.body, problem)


def _foreign_refusal(
    operation: str, status_code: int, endpoint_url: str, code: object = None
) -> ClientError:
    """Return the error for an answer that is not from the service."""
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
