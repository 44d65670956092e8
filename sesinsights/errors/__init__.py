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
    ├── TransportError                  no response came back
    ├── ExportIncompleteError           some records of a window could not be exported
    ├── MetricsIncompleteError          some of the metric queries failed
    ├── ResponseValidationError         the response does not match the service's model
    ├── BadRecordError                  a record of an export file cannot be read
    ├── EventParseError                 the data is neither an event nor a notice
    ├── SignatureError                  a message received over HTTP cannot be trusted
    │   ├── UnsignedMessageError        it has no signature, as with raw delivery
    │   ├── InvalidSignatureError       the signature does not match the message
    │   ├── ExpiredSignatureError       the message is too old
    │   ├── ForeignTopicError           it comes from a topic that is not allowed
    │   ├── UntrustedCertificateError   its certificate is not from Amazon SNS
    │   └── CertificateUnavailableError     its certificate could not be fetched
    ├── PaginationError                 a list repeats itself, or the resume position is gone
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
exact words are in `ServiceError.message` and in the responses that errors carry. The `__cause__` is
the error that botocore raised. Every error can be pickled.

Bad input raises `pydantic.ValidationError` before anything is sent. Missing credentials or a
missing Region raise botocore's own errors, with a note on what to do.
"""

from __future__ import annotations

from sesinsights.errors.calls import (
    BotocoreTooOldError,
    MetricsIncompleteError,
    PaceTimeoutError,
    PacingStoreError,
    PaginationError,
    TransportError,
)
from sesinsights.errors.events import (
    CertificateUnavailableError,
    EventParseError,
    ExpiredSignatureError,
    ForeignTopicError,
    InvalidSignatureError,
    SignatureError,
    UnsignedMessageError,
    UntrustedCertificateError,
)
from sesinsights.errors.jobs import (
    BadRecordError,
    ExportDownloadError,
    ExportIncompleteError,
    ExportJobCancelledError,
    ExportJobFailedError,
    ImportDownloadError,
    ImportJobCancelledError,
    ImportJobFailedError,
    JobCancelledError,
    JobDownloadError,
    JobFailedError,
    WaitTimeoutError,
)
from sesinsights.errors.service import (
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
)

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
