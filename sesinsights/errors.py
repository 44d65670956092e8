"""All errors of this library.

    SESInsightsError
    ├── ServiceError                    the service refused; also a botocore ClientError
    │   ├── AccessDeniedError           the credentials lack a permission
    │   ├── AccountSendingPausedError   sending is paused
    │   ├── AccountSuspendedError       the account may no longer send
    │   ├── AlreadyExistsError          the name is already taken
    │   ├── BadRequestError             the request breaks a rule
    │   ├── ConcurrentModificationError    another request was modifying it
    │   ├── ConfigurationSetDoesNotExistError
    │   ├── ConfigurationSetSendingPausedError
    │   ├── DailyQuotaExceededError     the 24-hour sending quota is used up
    │   ├── EventDestinationAlreadyExistsError
    │   ├── EventDestinationDoesNotExistError
    │   ├── InternalServiceError        the service failed
    │   ├── InvalidCloudWatchDestinationError
    │   ├── InvalidFirehoseDestinationError
    │   ├── InvalidNextTokenError       the token of a page is not valid
    │   ├── InvalidRenderingParameterError    a variable cannot be used
    │   ├── InvalidSNSDestinationError
    │   ├── InvalidTemplateError        the template cannot be parsed
    │   ├── LimitExceededError          a quota of the account is used up
    │   ├── MailFromDomainNotVerifiedError
    │   ├── MessageRejectedError        the message was refused
    │   ├── MissingRenderingAttributeError    the data lacks a variable
    │   ├── NotFoundError               nothing by that name exists in this account and Region
    │   ├── SendingPausedError          sending is paused
    │   ├── TemplateDoesNotExistError
    │   ├── ThrottledError              too many calls; every attempt was used up
    │   │   └── TooManyRequestsError    the same, as SES API v2 names it
    │   └── VdmNotEnabledError          Virtual Deliverability Manager is off
    ├── BotocoreTooOldError             the installed botocore lacks an operation or member
    ├── TransportError                  no answer came back
    ├── ExportIncompleteError           some records of a window could not be exported
    ├── MetricsIncompleteError          some of several metrics were not answered
    ├── ResponseValidationError         the answer does not match the service's model
    ├── BadRecordError                  a record of an export file cannot be read
    ├── EventParseError                 the data is neither an event nor a notice
    ├── SignatureError                  a message received over HTTP cannot be trusted
    │   ├── UnsignedMessageError        it has no signature, as with raw delivery
    │   ├── InvalidSignatureError       the signature does not match the message
    │   ├── ExpiredSignatureError       the message is too old
    │   ├── ForeignTopicError           it comes from a topic that is not allowed
    │   ├── UntrustedCertificateError   its certificate is not from Amazon SNS
    │   └── CertificateUnavailableError     its certificate could not be fetched
    ├── PaginationError                 a list repeats itself, or the place to resume at is gone
    ├── PaceTimeoutError                the next slot is later than the caller agreed to wait
    ├── PacingStoreError                the store of the shared pace cannot be used
    ├── WaitTimeoutError                a job did not end in time; also a TimeoutError
    ├── JobDownloadError
    │   ├── ExportDownloadError         a file could not be downloaded
    │   └── ImportDownloadError         the failed records could not be downloaded
    ├── JobFailedError
    │   ├── ExportJobFailedError
    │   └── ImportJobFailedError
    └── JobCancelledError
        ├── ExportJobCancelledError
        └── ImportJobCancelledError

Error texts, reprs and log lines contain no mail addresses, subjects or signed links. The service's
exact words are in `ServiceError.message` and in the answers that errors carry. The `__cause__` is
the error that botocore raised. Every error can be pickled.

Bad input raises `pydantic.ValidationError` before anything is sent. Missing credentials or a
missing Region raise botocore's own errors, with a note on what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from sesinsights.service_errors import (
    AccessDeniedError,
    AccountSendingPausedError,
    AccountSuspendedError,
    AlreadyExistsError,
    BadRequestError,
    ConcurrentModificationError,
    ConfigurationSetDoesNotExistError,
    ConfigurationSetSendingPausedError,
    DailyQuotaExceededError,
    EventDestinationAlreadyExistsError,
    EventDestinationDoesNotExistError,
    InternalServiceError,
    InvalidCloudWatchDestinationError,
    InvalidFirehoseDestinationError,
    InvalidNextTokenError,
    InvalidRenderingParameterError,
    InvalidSNSDestinationError,
    InvalidTemplateError,
    LimitExceededError,
    MailFromDomainNotVerifiedError,
    MessageRejectedError,
    MissingRenderingAttributeError,
    NotFoundError,
    ResponseValidationError,
    SendingPausedError,
    ServiceError,
    SESInsightsError,
    TemplateDoesNotExistError,
    ThrottledError,
    TooManyRequestsError,
    VdmNotEnabledError,
    redacted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sesinsights.events.path import Via
    from sesinsights.metrics.series import MetricSeriesList
    from sesinsights.models.enums import MetricDimensionNameInput
    from sesinsights.models.export_jobs import GetExportJobResponse
    from sesinsights.models.import_jobs import GetImportJobResponse
    from sesinsights.models.metrics import BatchGetMetricDataQuery, MetricDataError

__all__ = [
    "AccessDeniedError",
    "AccountSendingPausedError",
    "AccountSuspendedError",
    "AlreadyExistsError",
    "BadRecordError",
    "BadRequestError",
    "BotocoreTooOldError",
    "CertificateUnavailableError",
    "ConcurrentModificationError",
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
    "ImportDownloadError",
    "ImportJobCancelledError",
    "ImportJobFailedError",
    "InternalServiceError",
    "InvalidCloudWatchDestinationError",
    "InvalidFirehoseDestinationError",
    "InvalidNextTokenError",
    "InvalidRenderingParameterError",
    "InvalidSNSDestinationError",
    "InvalidSignatureError",
    "InvalidTemplateError",
    "JobCancelledError",
    "JobDownloadError",
    "JobFailedError",
    "LimitExceededError",
    "MailFromDomainNotVerifiedError",
    "MessageRejectedError",
    "MetricsIncompleteError",
    "MissingRenderingAttributeError",
    "NotFoundError",
    "PaceTimeoutError",
    "PacingStoreError",
    "PaginationError",
    "ResponseValidationError",
    "SESInsightsError",
    "SendingPausedError",
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
    """The installed botocore does not know the operation or one of its members; nothing was sent.

    Attributes:
        operation: The operation that was called.
        member: The member that botocore lacks, by its wire name; None when it lacks the operation.
    """

    def __init__(self, operation: str, member: str | None, installed: str, needed: str) -> None:
        self.operation = operation
        self.member = member
        lacks = f"the member {redacted(member)}" if member else "the operation"
        super().__init__(
            f"{operation}: the installed botocore {installed} does not know {lacks}. "
            f"Install a newer version: pip install --upgrade '{needed}'."
        )


class TransportError(SESInsightsError):
    """No answer came back: the connection failed, broke or timed out.

    Attributes:
        operation: The operation that was called.
        attempts: How many requests were tried before giving up.
        maybe_delivered: Whether the service may have received the request. If so, an operation that
            creates something is not retried: check whether it took effect before you repeat it.
        is_unreachable: Whether no connection could be made: the endpoint refused it, its name is
            unknown, or its certificate is not trusted.
    """

    def __init__(
        self,
        operation: str,
        reason: str,
        *,
        maybe_delivered: bool,
        attempts: int = 1,
        is_unreachable: bool = False,
    ) -> None:
        self.operation = operation
        self.attempts = attempts
        self.maybe_delivered = maybe_delivered
        self.is_unreachable = is_unreachable
        outcome = "may or may not have been carried out" if maybe_delivered else "was not sent"
        tries = f" after {attempts} attempts" if attempts > 1 else ""
        super().__init__(f"{operation} {outcome}{tries}: {redacted(reason)}")


class JobDownloadError(SESInsightsError):
    """A file of a job could not be downloaded; the job itself is not affected.

    Attributes:
        job_id: The job's id.
        status_code: The HTTP status of the answer; None without an answer.
    """

    _file = "The file of job"
    _operation = "Get"

    def __init__(self, job_id: str, reason: str, status_code: int | None = None) -> None:
        self.job_id = job_id
        self.status_code = status_code
        super().__init__(
            f"{self._file} {job_id} could not be downloaded: {redacted(reason)}. "
            f"Try again: every {self._operation} call returns a new link."
        )


class ExportDownloadError(JobDownloadError):
    """The file of an export job could not be downloaded; the job itself is not affected."""

    _file = "The file of export job"
    _operation = "GetExportJob"


class ImportDownloadError(JobDownloadError):
    """The failed records of an import job could not be downloaded; the job itself has ended."""

    _file = "The failed records of import job"
    _operation = "GetImportJob"


class ExportIncompleteError(SESInsightsError):
    """Some records of a time window could not be exported.

    Attributes:
        start_date: Start of the window, in UTC.
        end_date: End of the window, in UTC; included.
        exported_records: How many of the window's records a job returned, as a random sample; None
            if no job was created for the window.
        processed_records: How many records the service examined; None if it did not say.
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
            f"Some records from {start_date.isoformat()} to {end_date.isoformat()} could not be "
            f"exported: {problem}."
        )


class MetricsIncompleteError(SESInsightsError):
    """Some of several metrics were not answered: nothing is known of them, so they are not 0.

    Attributes:
        series: The series that were answered.
        queries: The queries that were not.
        errors: What the service said of each of them; None if it said nothing.
    """

    def __init__(
        self,
        series: MetricSeriesList,
        queries: Sequence[BatchGetMetricDataQuery],
        errors: Sequence[MetricDataError | None],
    ) -> None:
        self.series = series
        self.queries = queries
        self.errors = errors
        each = [
            f"{query.metric}{_of(query.dimensions)}: {(error and error.code) or 'no answer'}"
            for query, error in zip(queries, errors, strict=True)
        ]
        named = "; ".join(each[:_NAMED_QUERIES])
        more = len(each) - _NAMED_QUERIES
        super().__init__(
            f"{len(each)} of {len(each) + len(series)} metrics could not be read ({named}"
            f"{f'; and {more} more' if more > 0 else ''}). What was answered is in .series."
        )


_NAMED_QUERIES = 3


def _of(dimensions: Mapping[MetricDimensionNameInput, str] | None) -> str:
    values = ", ".join(f"{name}={redacted(value)}" for name, value in (dimensions or {}).items())
    return f" of {values}" if values else ""


class BadRecordError(SESInsightsError):
    """A record of an export file cannot be read.

    Attributes:
        line_number: The line of the file on which the record begins; the first is 1.
        raw: The record's text; it may contain addresses.
        problem: What is wrong with the record.
    """

    def __init__(self, line_number: int, raw: str, problem: str) -> None:
        self.line_number = line_number
        self.raw = raw
        self.problem = problem
        super().__init__(
            f"Line {line_number} of the export file cannot be read: {problem}. Its text is in "
            ".raw; on_bad_record='collect' skips and collects such records."
        )


class EventParseError(SESInsightsError):
    """The data can be read neither as an event nor as a notice.

    Attributes:
        raw: The text, or the part of it that cannot be read; it may contain addresses.
        problem: What is wrong with the data.
        via: How the data arrived, as far as its envelopes could be read.
        line_number: The line on which it begins, if it was read from a file; the first is 1.
    """

    def __init__(self, raw: str, problem: str, via: Via, line_number: int | None = None) -> None:
        self.raw = raw
        self.problem = problem
        self.via = via
        self.line_number = line_number
        place = " on" if line_number is None else f" at line {line_number} of"
        subject = f"The text{place} {via.file}" if via.file else "The data"
        super().__init__(
            f"{subject} cannot be read as an event: {problem}. It is in .raw; "
            "on_bad_record='collect' skips and collects such records."
        )


class SignatureError(SESInsightsError):
    """A message received over HTTP cannot be trusted: answer with status 403 and discard it."""


class UnsignedMessageError(SignatureError):
    """The message has no signature to verify, as with raw message delivery."""


class InvalidSignatureError(SignatureError):
    """The signature does not match the message: the message was forged or changed."""


class ExpiredSignatureError(SignatureError):
    """The message is older than Amazon SNS ever delivers, so it may be a replay.

    Attributes:
        age: The message's age, in seconds.
    """

    def __init__(self, age: float, max_age: float) -> None:
        self.age = age
        super().__init__(
            f"The message is {age:.0f} seconds old, and at most {max_age:.0f} are allowed. Set "
            "max_age to another limit, or to None for messages that waited in a queue."
        )


class ForeignTopicError(SignatureError):
    """The message comes from a topic that is not allowed: anyone can have a topic that signs.

    Attributes:
        topic_arn: The topic's ARN; None if the message names no topic.
    """

    def __init__(self, topic_arn: str | None) -> None:
        self.topic_arn = topic_arn
        super().__init__(
            f"The message comes from the topic {redacted(str(topic_arn))}, which is not in topics. "
            "If the topic is yours, add its ARN there."
        )


class UntrustedCertificateError(SignatureError):
    """The message names a certificate that is not from Amazon SNS; it was not fetched."""


class CertificateUnavailableError(SignatureError):
    """The certificate of a message could not be fetched, so the signature is not verified.

    Answer with status 503, and Amazon SNS delivers the message again.
    """


class PaginationError(SESInsightsError):
    """Iteration cannot continue: the list repeats itself, or the place to resume at is gone.

    Attributes:
        operation: The operation whose pages were read.
        resume_token: Where to resume, as a `starting_token`: the start of a page, so some of its
            items may have been returned before. None for the first page.
    """

    def __init__(self, operation: str, resume_token: str | None, problem: str) -> None:
        self.operation = operation
        self.resume_token = resume_token
        super().__init__(
            f"{operation} {problem} .resume_token is the start of the page to resume at."
        )


class PaceTimeoutError(SESInsightsError):
    """The next slot is later than the caller agreed to wait; nothing was sent.

    Attributes:
        key: The key of the pace, which names the calls that share it.
        wait: How long the wait would have been, in seconds.
    """

    def __init__(self, key: str, wait: float, max_wait: float) -> None:
        self.key = key
        self.wait = wait
        super().__init__(
            f"The next call of {key} may be sent in {wait:.1f} seconds, "
            f"but the longest wait allowed is {max_wait:g}."
        )


class PacingStoreError(SESInsightsError):
    """The store of the shared pace cannot be used, so no call may be sent; nothing was sent.

    Attributes:
        store: The kind of store and where it is.
    """

    def __init__(self, store: str, problem: str, advice: str) -> None:
        self.store = store
        super().__init__(f"The pace cannot be shared through {store}: {problem}. {advice}")


class WaitTimeoutError(SESInsightsError, TimeoutError):
    """A job was not seen to end in time.

    Attributes:
        job_id: The job's id.
        timeout: How long the wait was, in seconds.
        last_response: The last answer; None if every poll failed. The `__cause__` then says why the
            last poll failed.
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
                f"Job {job_id} could not be polled within {timeout:g} seconds, so its status is "
                "unknown. The cause says why the last poll failed: fix that, and wait again."
            )
        else:
            text = (
                f"Job {job_id} was {last_response.job_status} after {timeout:g} seconds. It "
                "continues at the service: wait again, with a longer timeout."
            )
        super().__init__(text)


class JobFailedError(SESInsightsError, Generic[JobT]):
    """A job ended with FAILED.

    Attributes:
        last_response: The last answer.
        error_message: The service's reason, word for word; it may contain addresses.
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
