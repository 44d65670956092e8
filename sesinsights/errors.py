"""All errors of this library.

    SESInsightsError
    ├── ServiceError                    the service refused; also a botocore ClientError
    │   ├── AccessDeniedError           the credentials lack a permission
    │   ├── AccountSendingPausedError   sending is paused
    │   ├── AlreadyExistsError          there is something by that name already
    │   ├── BadRequestError             the request breaks a rule
    │   ├── ConfigurationSetDoesNotExistError
    │   ├── ConfigurationSetSendingPausedError
    │   ├── DailyQuotaExceededError     nothing more may be sent today
    │   ├── EventDestinationAlreadyExistsError
    │   ├── EventDestinationDoesNotExistError
    │   ├── InvalidCloudWatchDestinationError
    │   ├── InvalidFirehoseDestinationError
    │   ├── InvalidRenderingParameterError    a variable cannot be used
    │   ├── InvalidSNSDestinationError
    │   ├── InvalidTemplateError        the template cannot be parsed
    │   ├── LimitExceededError          a quota of the account is used up
    │   ├── MailFromDomainNotVerifiedError
    │   ├── MessageRejectedError        the message was refused
    │   ├── MissingRenderingAttributeError    the data lacks a variable
    │   ├── NotFoundError               there is nothing by that name here
    │   ├── TemplateDoesNotExistError
    │   ├── ThrottledError              too many calls; every attempt was used up
    │   │   └── TooManyRequestsError    the same, as SES API v2 names it
    │   └── VdmNotEnabledError          Virtual Deliverability Manager is off
    ├── BotocoreTooOldError             the installed botocore lacks an operation or member
    ├── TransportError                  no answer came back
    ├── ExportDownloadError             the file of an export job cannot be had
    ├── ExportIncompleteError           an export cannot have all records of its window
    ├── ResponseValidationError         an answer came back that cannot be read
    ├── BadRecordError                  a record of an export file cannot be read
    ├── EventParseError                 something that was pushed is neither an event nor a notice
    ├── SignatureError                  a pushed message is not to be trusted
    │   ├── UnsignedMessageError        it has no signature, as with raw delivery
    │   ├── InvalidSignatureError       the signature does not fit the message
    │   ├── ExpiredSignatureError       the message is too old
    │   ├── ForeignTopicError           it comes from a topic that is not allowed
    │   ├── UntrustedCertificateError   its certificate is not one of Amazon SNS
    │   └── CertificateUnavailableError     its certificate could not be fetched
    ├── PaginationError                 a list goes in circles, or its place to resume at is gone
    ├── PaceTimeoutError                the next slot is farther away than the caller would wait
    ├── PacingStoreError                what keeps the shared pace cannot be used
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

from typing import TYPE_CHECKING, Generic, TypeVar

from sesinsights.service_errors import (
    AccessDeniedError,
    AccountSendingPausedError,
    AlreadyExistsError,
    BadRequestError,
    ConfigurationSetDoesNotExistError,
    ConfigurationSetSendingPausedError,
    DailyQuotaExceededError,
    EventDestinationAlreadyExistsError,
    EventDestinationDoesNotExistError,
    InvalidCloudWatchDestinationError,
    InvalidFirehoseDestinationError,
    InvalidRenderingParameterError,
    InvalidSNSDestinationError,
    InvalidTemplateError,
    LimitExceededError,
    MailFromDomainNotVerifiedError,
    MessageRejectedError,
    MissingRenderingAttributeError,
    NotFoundError,
    ResponseValidationError,
    ServiceError,
    SESInsightsError,
    TemplateDoesNotExistError,
    ThrottledError,
    TooManyRequestsError,
    VdmNotEnabledError,
    redacted,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.events.path import Via
    from sesinsights.models.export_jobs import GetExportJobResponse
    from sesinsights.models.import_jobs import GetImportJobResponse

__all__ = [
    "AccessDeniedError",
    "AccountSendingPausedError",
    "AlreadyExistsError",
    "BadRecordError",
    "BadRequestError",
    "BotocoreTooOldError",
    "CertificateUnavailableError",
    "ConfigurationSetDoesNotExistError",
    "ConfigurationSetSendingPausedError",
    "DailyQuotaExceededError",
    "EventDestinationAlreadyExistsError",
    "EventDestinationDoesNotExistError",
    "EventParseError",
    "ExpiredSignatureError",
    "ExportDownloadError",
    "ExportIncompleteError",
    "ExportJobCancelledError",
    "ExportJobFailedError",
    "ForeignTopicError",
    "ImportJobCancelledError",
    "ImportJobFailedError",
    "InvalidCloudWatchDestinationError",
    "InvalidFirehoseDestinationError",
    "InvalidRenderingParameterError",
    "InvalidSNSDestinationError",
    "InvalidSignatureError",
    "InvalidTemplateError",
    "JobCancelledError",
    "JobFailedError",
    "LimitExceededError",
    "MailFromDomainNotVerifiedError",
    "MessageRejectedError",
    "MissingRenderingAttributeError",
    "NotFoundError",
    "PaceTimeoutError",
    "PacingStoreError",
    "PaginationError",
    "ResponseValidationError",
    "SESInsightsError",
    "ServiceError",
    "SignatureError",
    "TemplateDoesNotExistError",
    "ThrottledError",
    "TooManyRequestsError",
    "TransportError",
    "UnsignedMessageError",
    "UntrustedCertificateError",
    "VdmNotEnabledError",
    "WaitTimeoutError",
]


JobT = TypeVar("JobT", bound="GetExportJobResponse | GetImportJobResponse")


class BotocoreTooOldError(SESInsightsError):
    """The installed botocore does not know what was to be sent; nothing was sent.

    Attributes:
        operation: The operation that was called.
        member: The member that botocore lacks, by wire names; None when it is the operation.
    """

    def __init__(self, operation: str, member: str | None, installed: str, needed: str) -> None:
        self.operation = operation
        self.member = member
        lacks = f"the member {redacted(member)}" if member else "the operation"
        super().__init__(
            f"{operation}: the installed botocore {installed} does not know {lacks}. "
            f"Install a newer one: pip install --upgrade '{needed}'."
        )


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


class ExportDownloadError(SESInsightsError):
    """The file of an export job could not be downloaded; the job itself is not harmed.

    Attributes:
        job_id: The job's id.
        status_code: The HTTP status of the answer, when there was one.
    """

    def __init__(self, job_id: str, reason: str, status_code: int | None = None) -> None:
        self.job_id = job_id
        self.status_code = status_code
        super().__init__(
            f"The file of export job {job_id} could not be downloaded: {redacted(reason)}. "
            "Try again: every look at the job gives a fresh link."
        )


class ExportIncompleteError(SESInsightsError):
    """An export cannot have all records of a window of time.

    Attributes:
        start_date: The first instant of the window, in UTC.
        end_date: The last instant of the window, in UTC.
        exported_records: How many of its records a job returned, a random sample of them; None
            when none was asked for them.
        processed_records: How many records the service examined, when it said so.
    """

    def __init__(
        self,
        start_date: datetime,
        end_date: datetime,
        problem: str,
        *,
        exported_records: int | None = None,
        processed_records: int | None = None,
    ) -> None:
        self.start_date = start_date
        self.end_date = end_date
        self.exported_records = exported_records
        self.processed_records = processed_records
        super().__init__(
            f"Not all records from {start_date.isoformat()} to {end_date.isoformat()} can be had: "
            f"{problem}."
        )


class BadRecordError(SESInsightsError):
    """A record of an export file cannot be read.

    Attributes:
        line_number: The line of the file on which it begins; the first is 1.
        raw: Its text; it may hold addresses.
        problem: What is wrong with it.
    """

    def __init__(self, line_number: int, raw: str, problem: str) -> None:
        self.line_number = line_number
        self.raw = raw
        self.problem = problem
        super().__init__(
            f"Line {line_number} of the export file cannot be read: {problem}. Its text is .raw; "
            "on_bad_record='collect' goes on without records that cannot be read."
        )


class EventParseError(SESInsightsError):
    """Something that was pushed can be read neither as an event nor as a notice.

    Attributes:
        raw: Its text, or the part of it that cannot be read; it may hold addresses.
        problem: What is wrong with it.
        via: How it came, as far as its wrappings could be read.
        line_number: The line of the file on which it begins, when it was read from a file; the
            first is 1.
    """

    def __init__(self, raw: str, problem: str, via: Via, line_number: int | None = None) -> None:
        self.raw = raw
        self.problem = problem
        self.via = via
        self.line_number = line_number
        place = " on" if line_number is None else f" at line {line_number} of"
        subject = f"What is{place} {via.file}" if via.file else "What was pushed"
        super().__init__(
            f"{subject} cannot be read as an event: {problem}. Its text is .raw; "
            "on_bad_record='collect' goes on without it."
        )


class SignatureError(SESInsightsError):
    """A message that was pushed over HTTP is not to be trusted: answer with 403, and drop it."""


class UnsignedMessageError(SignatureError):
    """The message has no signature that could be verified, as with raw delivery."""


class InvalidSignatureError(SignatureError):
    """The signature does not fit the message: somebody made it up, or it was changed."""


class ExpiredSignatureError(SignatureError):
    """The message is older than Amazon SNS ever delivers one: it may be sent a second time.

    Attributes:
        age: How old it is, in seconds.
    """

    def __init__(self, age: float, max_age: float) -> None:
        self.age = age
        super().__init__(
            f"The message is {age:.0f} seconds old, which is more than the {max_age:.0f} that are "
            "allowed: max_age sets another limit, and None is right for what waited in a queue."
        )


class ForeignTopicError(SignatureError):
    """The message comes from a topic that is not allowed: everybody can sign with their own.

    Attributes:
        topic_arn: The topic; None when the message names none.
    """

    def __init__(self, topic_arn: str | None) -> None:
        self.topic_arn = topic_arn
        super().__init__(
            f"The message comes from the topic {redacted(str(topic_arn))}, which is not in topics: "
            "add its ARN there if it is yours."
        )


class UntrustedCertificateError(SignatureError):
    """The message names a certificate that is not one of Amazon SNS; it was not fetched."""


class CertificateUnavailableError(SignatureError):
    """The certificate of a message could not be fetched, so nothing is known about the message.

    Answer with 503, and Amazon SNS delivers the message again.
    """


class PaginationError(SESInsightsError):
    """A list cannot be walked on: it goes in circles, or no longer holds the place to resume at.

    Attributes:
        operation: The operation whose pages were read.
        resume_token: Where to resume, as a `starting_token`: the start of a page, whose items may
            have been given already; None for the first page.
    """

    def __init__(self, operation: str, resume_token: str | None, problem: str) -> None:
        self.operation = operation
        self.resume_token = resume_token
        super().__init__(
            f"{operation} {problem} .resume_token is the start of the page to begin at."
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


class PacingStoreError(SESInsightsError):
    """What keeps the shared pace cannot be used, so no call may leave; nothing was sent.

    Attributes:
        store: What it is and where.
    """

    def __init__(self, store: str, problem: str, advice: str) -> None:
        self.store = store
        super().__init__(f"The pace cannot be shared through {store}: {problem}. {advice}")


class WaitTimeoutError(SESInsightsError, TimeoutError):
    """A job was not seen to end in time.

    Attributes:
        job_id: The job's id.
        timeout: How long was waited, in seconds.
        last_response: The last answer, or None when every look failed: `__cause__` is then why
            the last one did.
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
        if last_response is None:
            text = (
                f"Job {job_id} could not be looked at within {timeout:g} seconds, so nothing is "
                "known of it. The cause says why the last look failed: mend that, and wait again."
            )
        else:
            text = (
                f"Job {job_id} was {last_response.job_status} after {timeout:g} seconds. It goes "
                "on at the service: wait again, with a longer timeout."
            )
        super().__init__(text)


class JobFailedError(SESInsightsError, Generic[JobT]):
    """A job ended with FAILED.

    Attributes:
        last_response: The last answer.
        error_message: The service's reason, word for word; it may hold addresses.
    """

    def __init__(self, last_response: JobT) -> None:
        self.last_response: JobT = last_response
        self.error_message = last_response.error_message
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
        self.error_message = last_response.error_message
        super().__init__(f"Job {last_response.job_id} was cancelled.")


class ExportJobCancelledError(JobCancelledError["GetExportJobResponse"]):
    """An export job ended with CANCELLED."""


class ImportJobCancelledError(JobCancelledError["GetImportJobResponse"]):
    """An import job ended with CANCELLED."""
