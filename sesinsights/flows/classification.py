"""Classifies what botocore raises: as one of our errors, or as botocore's own with a hint."""

from __future__ import annotations

from http import HTTPStatus

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
    SSLError,
)

from sesinsights import errors
from sesinsights.errors import (
    BadRequestError,
    DailyQuotaExceededError,
    NotFoundError,
    ServiceError,
    ThrottledError,
    TooManyRequestsError,
    TransportError,
    VdmNotEnabledError,
)
from sesinsights.errors.service import redacted
from sesinsights.flows.operations import OPERATIONS

# The class of a modelled error is named like it, with Error in place of Exception.
_BY_NAME: dict[str, type[ServiceError]] = {
    **{
        name.removesuffix("Error"): error
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, ServiceError)
    },
    "Serialization": BadRequestError,
    "Throttling": ThrottledError,
    "Validation": BadRequestError,
}
_NOT_FOUND = "NotFoundException"

# The module of the error must not import the table of operations, which has the advice.
NotFoundError.advice_by_operation.update(
    {op.name: op.not_found_advice for op in OPERATIONS if op.not_found_advice}
)

# For responses without the service's own code, from something in between.
_BY_STATUS: dict[int, type[ServiceError]] = {429: TooManyRequestsError}

# Causes that only the message distinguishes.
_BY_MESSAGE: dict[str, type[ServiceError]] = {
    "enable Virtual Deliverability Manager": VdmNotEnabledError,
    "Daily message quota exceeded": DailyQuotaExceededError,
}

_UNREACHABLE = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_CONNECTION_FAULTS = (ConnectionError, HTTPClientError, IncompleteReadError)

_UNREACHABLE_ADVICE = (
    "Check the Region, the endpoint, the proxy and the network; for an emulator, check that it is "
    "running."
)
_UNTRUSTED_ADVICE = (
    "If you trust the certificate, set AWS_CA_BUNDLE to a file with its authority's certificate."
)

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


class NotSentError(Exception):
    """The connection failed before any byte of the request was sent; its cause says how."""


def is_connection_fault(error: Exception) -> bool:
    """Return whether no response came although a later request may get one."""
    return isinstance(error, _CONNECTION_FAULTS)


def is_unreachable(error: Exception) -> bool:
    """Return whether no connection to a host could be made."""
    return isinstance(error, _UNREACHABLE)


class _Watch:
    """A block whose error is inspected; `contextlib.contextmanager` is several times slower."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass


class before_sending(_Watch):  # noqa: N801 - used like a function
    """Mark faults of connections made before the call's own, such as to a credential provider.

    Raises:
        NotSentError: Such a connection failed.
    """

    __slots__ = ()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, _CONNECTION_FAULTS):
            raise NotSentError from error


def has_own_code(error: ClientError) -> bool:
    """Return whether a response has an error code that Amazon SES may give.

    For a response without a code, botocore uses the status as the code. A response of another
    server may have a code too: it is recognized by status 404 with a code that Amazon SES does not
    use.
    """
    code: object = error.response.get("Error", {}).get("Code")
    if not isinstance(code, str) or not code or code.isdigit():
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status != HTTPStatus.NOT_FOUND or _service_error_class(error) is not ServiceError


class translate_botocore_errors(_Watch):  # noqa: N801 - used like a function
    """Translate botocore's errors into this library's.

    Args:
        operation: The operation that is called.
        attempts: How many requests this call has sent.
    """

    __slots__ = ("_attempts", "_operation")

    def __init__(self, operation: str, attempts: int) -> None:
        self._operation = operation
        self._attempts = attempts

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        operation, attempts = self._operation, self._attempts
        if isinstance(error, NotSentError):
            fault = error.__cause__ or error
            raise _transport_error(fault, operation, attempts, was_sent=False) from fault
        if isinstance(error, _CONNECTION_FAULTS):
            was_sent = not isinstance(error, _UNREACHABLE)
            raise _transport_error(error, operation, attempts, was_sent=was_sent) from error
        if isinstance(error, ClientError):
            error.args = (redacted(str(error)),)
            if error.operation_name == operation:
                raise _service_error_class(error)(error.response, operation, attempts) from error
            # The call was never sent: another service refused the credentials for it.
            error.add_note(_CREDENTIALS_HINT)


def _transport_error(
    fault: BaseException, operation: str, attempts: int, *, was_sent: bool
) -> TransportError:
    # It becomes the cause of our error, so tracebacks show it.
    fault.args = (redacted(str(fault)),)
    reason = f"{fault}{_system_reason(fault)}"
    advice = ""
    if isinstance(fault, _UNREACHABLE):
        advice = _UNREACHABLE_ADVICE
    elif isinstance(fault, SSLError) and not was_sent:
        advice = _UNTRUSTED_ADVICE
    return TransportError(
        operation,
        f"{reason.rstrip('.')}. {advice}" if advice else reason,
        maybe_delivered=was_sent,
        attempts=attempts,
        is_unreachable=bool(advice),
    )


def _system_reason(fault: BaseException) -> str:
    """Return the system's reason for a failed connection, which botocore's text leaves out."""
    known: object = getattr(fault, "kwargs", {}).get("error")
    while isinstance(known, BaseException):
        if isinstance(known, OSError) and known.strerror:
            return f" ({known.strerror})"
        known = known.__cause__ or known.__context__
    return ""


def _service_error_class(error: ClientError) -> type[ServiceError]:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message, code = str(said.get("Message")), str(said.get("Code"))
    for words, cause in _BY_MESSAGE.items():
        if words in message:
            return cause
    found = _BY_NAME.get(code.removesuffix("Exception").removesuffix("Error"))
    if found is NotFoundError and code != _NOT_FOUND:
        # Many servers use a code like this for a wrong path: only the service's own code means
        # that Amazon SES does not have what was asked for.
        found = None
    return found or _BY_STATUS.get(status, ServiceError)


def add_hint(error: BaseException | None) -> None:
    """Add a note to an error of botocore's own that says what to do, where that is known."""
    if isinstance(error, BotoCoreError):
        for cause, hint in _HINTS.items():
            if isinstance(error, cause):
                error.add_note(hint)


class hints_added(_Watch):  # noqa: N801 - used like a function
    """Add such a hint to an error that leaves the block."""

    __slots__ = ()

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        add_hint(error)
