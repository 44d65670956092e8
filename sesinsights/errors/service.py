"""The errors that the service returns; `sesinsights.errors` shows the whole tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from botocore.exceptions import ClientError
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping

# Possessive, and bounded where a search could begin again inside of what it went through, so that a
# long text costs no more than its length. The @ may also be one of the two wider ones of Unicode.
# Each is compiled when the first error is shown: most programs that start never get that far.
_ADDRESS = r"""(?xs)
    (?: (?<!\\) "(?:\\.|[^"\\])*+"
      | \\"[^"\\]{0,320}+\\*+"  # in JSON
      | (?<![^\s<>"(),;:@\uff20\ufe6b]) [^\s<>"(),;:@\uff20\ufe6b]++
    )
    [@\uff20\ufe6b]
    (?: \[[^\]\s]{0,320}+\] | [^\s<>"'(),;:@\uff20\ufe6b]++ )
    """
# In a URL the @ is percent-encoded, perhaps twice; in HTML and JSON it may be escaped.
_ENCODED_ADDRESS = r"""(?xi)
    (?<! [^\s<>"'(),;:@\\/?&=] )
    (?: (?! %(?:25)*40 ) [^\s<>"'(),;:@\\/?&=] )++
    (?: %(?:25)*40 | &\#(?:64|x40); | &commat; | \\++(?:u0040|uff20|ufe6b|x40) )
    (?: [^\s<>"'(),;:@\\/?&=] | &\#(?:64|x40); | \\u0040 )++
    """
_NAMED_ADDRESS = r"""(?xs)
    (?: (?<!\\) "(?:\\.|[^"\\]){0,99}+"\s*+
      | \\"[^"\\]{0,99}+\\*+"\s*+
      | (?: =\?[^\s?]{1,40}+\?[BQbq]\?[^\s?]{0,99}+\?=\s*+ ){1,8}+
      | (?<![^\s<>"(),;:]) (?: [^\W\d_a-z][\w.'-]*+\s++ ){1,5}+
    )
    <<address>>
    """
_LINK_QUERY = r"""(?i)(https?://[^\s?"'<>]{1,2048}+)\?[^\s"'<>]++"""
_QUOTED = r"['\"`]([^'\"`]+)['\"`]"


def redacted(text: str) -> str:
    """Return the text without mail addresses and without the queries that sign links."""
    text = re.sub(_LINK_QUERY, r"\1?<signature>", text)
    text = re.sub(_ENCODED_ADDRESS, "<address>", re.sub(_ADDRESS, "<address>", text))
    return re.sub(_NAMED_ADDRESS, "<address>", text) if "<<address>>" in text else text


def _restore(cls: type[BaseException], args: tuple[object, ...], state: dict[str, Any]) -> object:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class SESInsightsError(Exception):
    """The root of all errors of this library."""

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # A traceback shows where to import an error from, not in which file it is defined.
        if cls.__module__.startswith("sesinsights."):
            cls.__module__ = "sesinsights.errors"

    def __bool__(self) -> Literal[True]:
        """Return True: `if error:` tells a checker that there is one."""
        return True

    @override
    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses take other arguments than Exception's args, which hold only the text.
        return _restore, (type(self), self.args, self.__dict__)


SESInsightsError.__module__ = "sesinsights.errors"


class ServiceError(SESInsightsError, ClientError):
    """The service returned an error.

    Attributes:
        code: The service's name for the error, such as `BadRequestException`.
        message: The service's message, word for word; it may contain addresses.
        operation: The operation that was called, such as `GetExportJob`.
        status_code: The HTTP status.
        request_id: The id to give to AWS Support; None if the response has none.
        attempts: How many requests were sent before giving up.
        response: The response, as botocore parsed it.
    """

    # By the stubs of boto3, `response["Error"]` may be absent; without stubs, its type is unknown.
    response: dict[str, Any]  # type: ignore[assignment]  # pyright: ignore[reportIncompatibleVariableOverride] # see above
    _advice: ClassVar[str] = ""

    def __init__(self, response: Mapping[str, Any], operation: str, attempts: int = 1) -> None:
        super().__init__(response, operation)  # type: ignore[arg-type] # the stubs ask for a closed dict; botocore's responses are open
        error = response.get("Error", {})
        metadata = response.get("ResponseMetadata", {})
        self.code = str(error.get("Code") or "Unknown")
        self.message = str(error.get("Message") or "")
        self.operation = operation
        self.status_code: int | None = metadata.get("HTTPStatusCode")
        self.request_id: str | None = metadata.get("RequestId")
        self.attempts = attempts
        # The root keeps the text in args, and repr shows args.
        self.args = (self._text(),)

    def _text(self) -> str:
        facts = [self.code]
        if self.status_code:
            facts.append(f"HTTP {self.status_code}")
        if self.request_id:
            facts.append(f"request {self.request_id}")
        if self.attempts > 1:
            facts.append(f"{self.attempts} attempts")
        said = self.message.rstrip(".") or "the service gave no reason"
        text = redacted(f"{self.operation}: {said} ({', '.join(facts)}).")
        advice = self._advice.format(operation=self.operation)
        return f"{text} {advice}" if advice else text


class AccessDeniedError(ServiceError):
    """The credentials lack a permission."""

    _advice = "Allow the action ses:{operation} in the IAM policy of these credentials."


class BadRequestError(ServiceError):
    """The service rejected the request, for example because a job id is unknown."""


class AccountSendingPausedError(ServiceError):
    """Sending is paused for the account."""


class AccountSuspendedError(ServiceError):
    """Amazon SES has suspended the account's permission to send."""


class AlreadyExistsError(ServiceError):
    """The name is already taken; after a lost response, your own request may have taken it."""


class ConcurrentModificationError(ServiceError):
    """The resource was being modified by another request."""


class ConfigurationSetDoesNotExistError(ServiceError):
    """The account has no such configuration set in this Region."""


class ConfigurationSetSendingPausedError(ServiceError):
    """Sending is paused for the configuration set."""


class DailyQuotaExceededError(ServiceError):
    """The account's 24-hour sending quota is used up; retrying at once does not help."""

    _advice = "Wait until earlier messages are more than 24 hours old, or request a higher quota."


class EventDestinationAlreadyExistsError(ServiceError):
    """The configuration set already has an event destination by that name."""


class EventDestinationDoesNotExistError(ServiceError):
    """The configuration set has no such event destination."""


class InternalServiceError(ServiceError):
    """The service failed; every attempt was used up."""


class InvalidCloudWatchDestinationError(ServiceError):
    """The CloudWatch destination is not valid."""


class InvalidFirehoseDestinationError(ServiceError):
    """The Firehose destination is not valid."""


class InvalidNextTokenError(ServiceError):
    """The page token does not belong to this list, or has expired."""


class InvalidRenderingParameterError(ServiceError):
    """A variable's value cannot be used in the template."""


class InvalidSNSDestinationError(ServiceError):
    """The SNS destination is not valid."""


class InvalidTemplateError(ServiceError):
    """The template cannot be parsed."""


class MailFromDomainNotVerifiedError(ServiceError):
    """The MAIL FROM domain is not set up."""


class MessageRejectedError(ServiceError):
    """The message was rejected, for example because the sender's address is not verified."""


class MissingRenderingAttributeError(ServiceError):
    """The template has a variable that the data lacks; such mail is accepted but not delivered."""

    @property
    def attribute(self) -> str | None:
        """The variable's name; None if the service does not give it."""
        named = re.search(_QUOTED, self.message)
        return named[1] if named else None


class TemplateDoesNotExistError(ServiceError):
    """The account has no such template in this Region."""


class SendingPausedError(ServiceError):
    """Sending is paused, for the account or the configuration set."""


class LimitExceededError(ServiceError):
    """A quota of the account is used up, such as 20 export jobs at once."""

    _advice = (
        "Remove some of the items that count towards the quota, such as running export jobs, "
        "templates or event destinations, or request a higher quota."
    )


class NotFoundError(ServiceError):
    """Nothing by that name exists in this account and Region.

    A message can be looked up from a few minutes after it was sent until 30 days later, if it was
    sent to one recipient and not to the mailbox simulator.
    """

    _advice = "Check that you use the right account and Region."
    advice_by_operation: ClassVar[dict[str, str]] = {}
    """Further advice by operation, collected from the table of operations."""

    @override
    def _text(self) -> str:
        return f"{super()._text()} {self.advice_by_operation.get(self.operation, '')}".rstrip()


class ThrottledError(ServiceError):
    """The service was called too often, and every attempt was used up."""

    _advice = "Call less often: everything that uses this account and Region shares the limit."


class TooManyRequestsError(ThrottledError):
    """The service was called too often, and every attempt was used up."""


class VdmNotEnabledError(ServiceError):
    """Virtual Deliverability Manager is off in this account and Region."""

    _advice = "Switch it on in the Amazon SES console; it is billed per message."


class ResponseValidationError(SESInsightsError):
    """The service's response does not match its own model.

    Attributes:
        shape: The name of the shape that was expected.
        response: The response as received; it may contain addresses.
    """

    def __init__(self, shape: str, response: object, problem: str) -> None:
        self.shape = shape
        self.response = response
        super().__init__(f"The response cannot be read as {shape}: {problem}")
