"""All errors of this library.

    SESInsightsError
    ├── ServiceError                    the service refused; also a botocore ClientError
    │   ├── AccessDeniedError           the credentials lack a permission
    │   ├── BadRequestError             the request breaks a rule
    │   ├── LimitExceededError          a quota of the account is used up
    │   ├── NotFoundError               there is nothing by that name here
    │   ├── ThrottledError              too many calls; every attempt was used up
    │   │   └── TooManyRequestsError    the same, as SES API v2 names it
    │   └── VdmNotEnabledError          Virtual Deliverability Manager is off
    ├── TransportError                  no answer came back
    ├── ResponseValidationError         an answer came back that cannot be read
    ├── PaginationError                 a list came round to a page it had given before
    ├── PaceTimeoutError                the next slot is farther away than the caller would wait
    ├── WaitTimeoutError                a job did not end in time; also a TimeoutError
    ├── JobFailedError
    │   ├── ExportJobFailedError
    │   └── ImportJobFailedError
    └── JobCancelledError
        ├── ExportJobCancelledError
        └── ImportJobCancelledError

Their texts, reprs and log lines carry no mail address, subject or signed link; what the service
said word for word is in `ServiceError.message` and in the answers that errors carry. What
botocore raised is the `__cause__`. Every error pickles.

Bad input raises `pydantic.ValidationError` before anything is sent. Missing credentials or a
missing Region raise botocore's own errors, with a note on what to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.models.export_jobs import GetExportJobResponse
    from sesinsights.models.import_jobs import GetImportJobResponse

__all__ = [
    "AccessDeniedError",
    "BadRequestError",
    "ExportJobCancelledError",
    "ExportJobFailedError",
    "ImportJobCancelledError",
    "ImportJobFailedError",
    "JobCancelledError",
    "JobFailedError",
    "LimitExceededError",
    "NotFoundError",
    "PaceTimeoutError",
    "PaginationError",
    "ResponseValidationError",
    "SESInsightsError",
    "ServiceError",
    "ThrottledError",
    "TooManyRequestsError",
    "TransportError",
    "VdmNotEnabledError",
    "WaitTimeoutError",
]

_ADDRESS = re.compile(r"""(?:"[^"]*"|[^\s<>"'(),;:@]+)@[^\s<>"'(),;:@]+""")
_LINK_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+")

JobT = TypeVar("JobT", bound="GetExportJobResponse | GetImportJobResponse")


def redacted(text: str) -> str:
    """Return the text without mail addresses and without what signs a link."""
    return _ADDRESS.sub("<address>", _LINK_QUERY.sub(r"\1?<signature>", text))


def _restore(cls: type[BaseException], args: tuple[object, ...], state: dict[str, Any]) -> object:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class SESInsightsError(Exception):
    """The root of all errors of this library."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses take other arguments than the text that Exception keeps in args.
        return _restore, (type(self), self.args, self.__dict__)


class ServiceError(SESInsightsError, ClientError):
    """The service answered with an error.

    Attributes:
        code: The service's name of the error, such as `BadRequestException`.
        message: What the service said, word for word; it may hold addresses.
        operation: The operation that was called, such as `GetExportJob`.
        status_code: The HTTP status.
        request_id: The id to give to AWS Support, when the answer has one.
        attempts: How many requests were sent before giving up.
        response: The answer, as botocore parsed it.
    """

    _advice: ClassVar[str] = ""

    def __init__(self, response: Mapping[str, Any], operation: str, attempts: int = 1) -> None:
        super().__init__(response, operation)  # type: ignore[arg-type] # the stubs ask for a closed dict; botocore's answers are open
        error = response.get("Error", {})
        metadata = response.get("ResponseMetadata", {})
        self.code: str = error.get("Code", "Unknown")
        self.message: str = error.get("Message", "")
        self.operation = operation
        self.status_code: int | None = metadata.get("HTTPStatusCode")
        self.request_id: str | None = metadata.get("RequestId")
        self.attempts = attempts
        # The root keeps the text in args, and repr shows args.
        self.args = (self._text(),)

    def _text(self) -> str:
        facts = [self.code, f"HTTP {self.status_code}"]
        if self.request_id:
            facts.append(f"request {self.request_id}")
        if self.attempts > 1:
            facts.append(f"{self.attempts} attempts")
        said = redacted(self.message).rstrip(".") or "the service gave no reason"
        text = f"{self.operation}: {said} ({', '.join(facts)})."
        advice = self._advice.format(operation=self.operation)
        return f"{text} {advice}" if advice else text


class AccessDeniedError(ServiceError):
    """The credentials lack a permission."""

    _advice = "Allow the action ses:{operation} in the IAM policy of these credentials."


class BadRequestError(ServiceError):
    """The request breaks a rule of the service; an unknown job id is answered so too."""


class LimitExceededError(ServiceError):
    """A quota of the account is used up, such as 20 export jobs at once; waiting frees it."""

    _advice = "Wait until running jobs have ended, or cancel one."


class NotFoundError(ServiceError):
    """The account has nothing by that name in this Region.

    A message is found from a few minutes after it was sent until 30 days later, if it was sent
    to one recipient who is not the mailbox simulator.
    """

    _advice = (
        "Look in the Region and account that it belongs to; a message is found from a few minutes "
        "after it was sent until 30 days later, if it had one recipient."
    )


class ThrottledError(ServiceError):
    """The service was called too often, and every attempt was used up."""

    _advice = "Call less often: the limit holds for everything that uses this account and Region."


class TooManyRequestsError(ThrottledError):
    """The service was called too often, and every attempt was used up."""


class VdmNotEnabledError(ServiceError):
    """Virtual Deliverability Manager is off in this account and Region."""

    _advice = "Turn it on in the Amazon SES console; it is billed per message."


class TransportError(SESInsightsError):
    """No answer came back: the connection failed, broke or timed out.

    Attributes:
        operation: The operation that was called.
        attempts: How many requests were tried before giving up.
        maybe_delivered: Whether the service may have got the request; when it may, an operation
            that creates something is not repeated, and you should look before you do.
    """

    def __init__(
        self, operation: str, reason: str, *, maybe_delivered: bool, attempts: int = 1
    ) -> None:
        self.operation = operation
        self.attempts = attempts
        self.maybe_delivered = maybe_delivered
        outcome = "may or may not have been carried out" if maybe_delivered else "was not sent"
        tries = f" after {attempts} attempts" if attempts > 1 else ""
        super().__init__(f"{operation} {outcome}{tries}: {redacted(reason)}")


class ResponseValidationError(SESInsightsError):
    """The service answered with something that its own model does not allow.

    Attributes:
        shape: The name of the shape that was expected.
        answer: The answer as it came; it may hold addresses.
    """

    def __init__(self, shape: str, answer: object, problem: str) -> None:
        self.shape = shape
        self.answer = answer
        super().__init__(f"The answer cannot be read as {shape}: {problem}")


class PaginationError(SESInsightsError):
    """The service gave the same token twice, so the list would never end.

    Attributes:
        operation: The operation whose pages were read.
        resume_token: Where to resume; pass it as `starting_token`.
    """

    def __init__(self, operation: str, resume_token: str | None) -> None:
        self.operation = operation
        self.resume_token = resume_token
        super().__init__(
            f"{operation} gave a token that it had given before, so its pages would never end. "
            "All items before it were returned; .resume_token continues there."
        )


class PaceTimeoutError(SESInsightsError):
    """The next slot is farther away than the caller would wait; nothing was sent.

    Attributes:
        key: What is paced.
        wait: How long the wait would have been, in seconds.
    """

    def __init__(self, key: str, wait: float, max_wait: float) -> None:
        self.key = key
        self.wait = wait
        super().__init__(
            f"The next call of {key} may leave in {wait:.1f} seconds, "
            f"which is more than the {max_wait:g} that you would wait."
        )


class WaitTimeoutError(SESInsightsError, TimeoutError):
    """A job did not end in time; it goes on at the service.

    Attributes:
        job_id: The job's id.
        timeout: How long was waited, in seconds.
        last_response: The last answer, or None when every look failed.
    """

    def __init__(
        self,
        job_id: str,
        timeout: float,
        last_response: GetExportJobResponse | GetImportJobResponse | None,
    ) -> None:
        self.job_id = job_id
        self.timeout = timeout
        self.last_response = last_response
        seen = f"was {last_response.job_status}" if last_response else "could not be looked at"
        super().__init__(
            f"Job {job_id} {seen} after {timeout:g} seconds. It goes on at the service: "
            "wait again, with a longer timeout."
        )


class JobFailedError(SESInsightsError, Generic[JobT]):
    """A job ended with FAILED.

    Attributes:
        last_response: The last answer.
        error_message: The service's reason, word for word; it may hold addresses.
    """

    def __init__(self, last_response: JobT) -> None:
        self.last_response: JobT = last_response
        failure = last_response.failure_info
        self.error_message = failure.error_message if failure else None
        reason = redacted(self.error_message or "the service gave no reason")
        super().__init__(f"Job {last_response.job_id} failed: {reason}")


class ExportJobFailedError(JobFailedError["GetExportJobResponse"]):
    """An export job ended with FAILED."""


class ImportJobFailedError(JobFailedError["GetImportJobResponse"]):
    """An import job ended with FAILED."""


class JobCancelledError(SESInsightsError, Generic[JobT]):
    """A job ended with CANCELLED.

    Attributes:
        last_response: The last answer.
        error_message: The service's reason, word for word, if it gave one.
    """

    def __init__(self, last_response: JobT) -> None:
        self.last_response: JobT = last_response
        failure = last_response.failure_info
        self.error_message = failure.error_message if failure else None
        super().__init__(f"Job {last_response.job_id} was cancelled.")


class ExportJobCancelledError(JobCancelledError["GetExportJobResponse"]):
    """An export job ended with CANCELLED."""


class ImportJobCancelledError(JobCancelledError["GetImportJobResponse"]):
    """An import job ended with CANCELLED."""
