"""The results of the destinations of a bulk send, and the errors that end one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sesinsights.errors import (
    AccessDeniedError,
    AccountSendingPausedError,
    BotocoreTooOldError,
    ConfigurationSetDoesNotExistError,
    ConfigurationSetSendingPausedError,
    DailyQuotaExceededError,
    MailFromDomainNotVerifiedError,
    MessageRejectedError,
    PaceTimeoutError,
    PacingStoreError,
    ResponseValidationError,
    ServiceError,
    SESInsightsError,
    TemplateDoesNotExistError,
    ThrottledError,
    TransportError,
)
from sesinsights.flows.classic_operations import SEND_BULK_TEMPLATED_EMAIL
from sesinsights.flows.retry import is_server_error, is_transient
from sesinsights.models import classic as models
from sesinsights.models.classic.enums import BulkEmailStatus
from sesinsights.models.enums import NewValue

if TYPE_CHECKING:
    from collections.abc import Sequence


_ERRORS_OF_EVERY_CALL = (
    AccessDeniedError,
    AccountSendingPausedError,
    BotocoreTooOldError,
    ConfigurationSetDoesNotExistError,
    ConfigurationSetSendingPausedError,
    DailyQuotaExceededError,
    MailFromDomainNotVerifiedError,
    MessageRejectedError,
    PaceTimeoutError,
    PacingStoreError,
    TemplateDoesNotExistError,
)

_FORBIDDEN = 403
_BAD_CREDENTIALS = frozenset({"IncompleteSignature", "RequestExpired"})
"""The error codes about credentials that come with a status other than 403."""

_STATUSES_OF_EVERY_DESTINATION = frozenset(
    {
        BulkEmailStatus.ACCOUNT_DAILY_QUOTA_EXCEEDED,
        BulkEmailStatus.ACCOUNT_SENDING_PAUSED,
        BulkEmailStatus.ACCOUNT_SUSPENDED,
        BulkEmailStatus.CONFIGURATION_SET_DOES_NOT_EXIST,
        BulkEmailStatus.CONFIGURATION_SET_SENDING_PAUSED,
        BulkEmailStatus.INVALID_SENDING_POOL_NAME,
        BulkEmailStatus.MAIL_FROM_DOMAIN_NOT_VERIFIED,
        BulkEmailStatus.TEMPLATE_DOES_NOT_EXIST,
    }
)


@dataclass(frozen=True, slots=True)
class BulkSendResult:
    """The result of one destination of a bulk send.

    Attributes:
        destination: The destination, as it was given.
        status: The status that the service gave; None if the call failed or was not made.
        message_id: The message's id; None if the message was not accepted.
        error: Why the message was not accepted: the service's words, or the error of the call,
            which may be botocore's own. If it was not tried, the error that ended the sending.
        is_unknown: True if it is not known whether the message was accepted: its call was sent,
            but the response was lost or cannot be read, or the service failed.
    """

    destination: models.BulkEmailDestination
    status: models.BulkEmailStatus | NewValue | None = None
    message_id: str | None = None
    error: str | Exception | None = field(default=None, repr=False)
    is_unknown: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether the service has accepted the message."""
        # A message that has an id was accepted, whatever the status says.
        return self.message_id is not None or self.status == BulkEmailStatus.SUCCESS

    @property
    def may_be_accepted(self) -> bool:
        """Whether the message was or may have been accepted; if not, it is safe to send again."""
        return self.is_accepted or self.is_unknown


def results_of(
    request: models.SendBulkTemplatedEmailRequest, response: models.SendBulkTemplatedEmailResponse
) -> list[BulkSendResult]:
    """Return the results of a call that has a response.

    Raises:
        ResponseValidationError: The statuses cannot be matched with the destinations.
    """
    expected, given = len(request.destinations), len(response.status)
    if expected != given:
        raise ResponseValidationError(
            type(response).__name__, response, f"{given} statuses for {expected} destinations"
        )
    return [*map(_result, request.destinations, response.status)]


def _result(
    entry: models.BulkEmailDestination, said: models.BulkEmailDestinationStatus
) -> BulkSendResult:
    # An empty id is none.
    result = BulkSendResult(entry, said.status, said.message_id or None, said.error)
    if result.is_accepted or result.error:
        return result
    # The service does not always say why.
    reason = str(said.status or "the service gave no status")
    return replace(result, error=reason, is_unknown=said.status is None)


def failed(request: models.SendBulkTemplatedEmailRequest, error: Exception) -> list[BulkSendResult]:
    """Return the results of a call that ended with an error."""
    is_unknown = _may_have_been_accepted(error)
    return [
        BulkSendResult(entry, error=error, is_unknown=is_unknown) for entry in request.destinations
    ]


def not_tried(
    request: models.SendBulkTemplatedEmailRequest, reason: str | Exception
) -> list[BulkSendResult]:
    """Return the results of a call that was not made."""
    return [BulkSendResult(entry, error=reason) for entry in request.destinations]


def _may_have_been_accepted(error: Exception) -> bool:
    """Return whether the mail may have been accepted although its call ended with this error."""
    sending = SEND_BULK_TEMPLATED_EMAIL
    match error:
        # An error of another operation, such as reading the rate, kept the call from being sent.
        case TransportError():
            return error.operation == sending.name and error.maybe_delivered
        case ThrottledError():
            return False
        case ServiceError():
            return error.operation == sending.name and is_server_error(error)
        case ResponseValidationError():
            return error.shape == sending.response.__name__
        case _:
            return False


def fails_every_call(error: Exception) -> bool:
    """Return whether a call with other destinations would get the same error."""
    if isinstance(error, ServiceError) and (
        error.status_code == _FORBIDDEN or error.code in _BAD_CREDENTIALS
    ):
        return True
    # All other botocore errors are about credentials or the client itself.
    return isinstance(error, _ERRORS_OF_EVERY_CALL) or not isinstance(error, SESInsightsError)


def reason_to_stop(results: Sequence[BulkSendResult]) -> str | None:
    """Return why every other destination would be refused too; None if it would not."""
    statuses = {result.status for result in results}
    if len(statuses) > 1 or not statuses <= _STATUSES_OF_EVERY_DESTINATION:
        return None
    return f"not tried: every destination of the previous call had the status {statuses.pop()}"


def is_undecided(error: Exception) -> bool:
    """Return whether a call ended without the service accepting or refusing it."""
    if not isinstance(error, SESInsightsError):
        return False
    return is_transient(error) or isinstance(error, ResponseValidationError)
