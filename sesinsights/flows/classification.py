"""What botocore raises, told apart: one of our errors, or its own with a hint."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own name
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ProxyConnectionError,
)

from sesinsights import errors
from sesinsights.errors import (
    DailyQuotaExceededError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    TooManyRequestsError,
    TransportError,
    VdmNotEnabledError,
)
from sesinsights.flows.operations import OPERATIONS
from sesinsights.service_errors import redacted

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["classified", "hints_added"]

# A modelled error's class is its name without Exception, with Error.
_BY_NAME: dict[str, type[ServiceError]] = {
    name.removesuffix("Error"): error
    for name, error in vars(errors).items()
    if isinstance(error, type) and issubclass(error, ServiceError)
}
_BY_NAME["Throttling"] = ThrottledError

# The error stands below the table of operations, which has the advice.
NotFoundError.advice_by_operation.update(
    {operation.name: operation.not_found_advice for operation in OPERATIONS}
)

# For answers that something on the way gave, without the service's own code.
_BY_STATUS: dict[int, type[ServiceError]] = {404: NotFoundError, 429: TooManyRequestsError}

# Causes that only the message tells apart.
_BY_MESSAGE: dict[str, type[ServiceError]] = {
    "enable Virtual Deliverability Manager": VdmNotEnabledError,
    "Daily message quota exceeded": DailyQuotaExceededError,
}

_NEVER_DELIVERED = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_CONNECTION_FAULTS = (ConnectionError, HTTPClientError, IncompleteReadError)

_CREDENTIALS_HINT = (
    "sesinsights takes credentials as boto3 does: from the environment, a profile or a role. "
    "Pass profile_name= or session=, or run `aws configure`."
)
_HINTS: dict[type[Exception], str] = {
    CredentialRetrievalError: _CREDENTIALS_HINT,
    NoCredentialsError: _CREDENTIALS_HINT,
    PartialCredentialsError: _CREDENTIALS_HINT,
    ProfileNotFound: "Pass the name of a profile in your AWS configuration as profile_name=.",
    NoRegionError: "Pass region_name=, or set the environment variable AWS_DEFAULT_REGION.",
}


@contextmanager
def classified(operation: str, attempts: int) -> Generator[None]:
    """Raise errors of ours in the place of those of botocore's that they stand for.

    Args:
        operation: The operation that is called.
        attempts: How many requests this call has sent.
    """
    try:
        yield
    except (ClientError, *_CONNECTION_FAULTS) as error:
        # It becomes the cause of ours, and tracebacks show it.
        error.args = (redacted(str(error)),)
        if not isinstance(error, ClientError):
            delivered = not isinstance(error, _NEVER_DELIVERED)
            raise TransportError(
                operation, str(error), maybe_delivered=delivered, attempts=attempts
            ) from error
        if error.operation_name != operation:
            # The call never left: another service refused the credentials for it.
            error.add_note(_CREDENTIALS_HINT)
            raise
        raise _service_error_class(error)(error.response, operation, attempts) from error


def _service_error_class(error: ClientError) -> type[ServiceError]:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message, code = str(said.get("Message")), str(said.get("Code"))
    for words, cause in _BY_MESSAGE.items():
        if words in message:
            return cause
    name = code.removesuffix("Exception")
    return _BY_NAME.get(name) or _BY_STATUS.get(status, ServiceError)


@contextmanager
def hints_added() -> Generator[None]:
    """Note on errors of botocore's own what to do about them, where that is known."""
    try:
        yield
    except BotoCoreError as error:
        for cause, hint in _HINTS.items():
            if isinstance(error, cause):
                error.add_note(hint)
        raise
