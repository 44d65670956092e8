"""The errors: their tree, what they carry, and what they do not show."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sesinsights import errors, models
from sesinsights.errors.service import redacted
from sesinsights.events import Via
from sesinsights.flows.classification import translate_botocore_errors
from sesinsights.metrics import MetricSeriesList
from tests.models.responses import EXPORT_JOB

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.errors import SESInsightsError

ANSWER: dict[str, Any] = {
    "Error": {"Code": "BadRequestException", "Message": "No mail of jane.doe@example.com."},
    "ResponseMetadata": {"HTTPStatusCode": 400, "RequestId": "4711-aa"},
}
MISSING: dict[str, Any] = {
    "Error": {
        "Code": "MissingRenderingAttribute",
        "Message": "Attribute 'number' is not present in the rendering data.",
    },
    "ResponseMetadata": {"HTTPStatusCode": 400},
}
FAILED_EXPORT = models.GetExportJobResponse.from_service(
    {
        **EXPORT_JOB,
        "JobId": "job-1",
        "JobStatus": "FAILED",
        "FailureInfo": {
            "ErrorMessage": "jane.doe@example.com is too much",
            "FailedRecordsS3Url": "https://bucket/key?X-Amz-Signature=c0ffee",
        },
    }
)
CANCELLED_EXPORT = models.GetExportJobResponse.from_service(
    {**EXPORT_JOB, "JobId": "job-1", "JobStatus": "CANCELLED"}
)
FAILED_IMPORT = models.GetImportJobResponse.from_service(
    {**EXPORT_JOB, "JobId": "job-2", "JobStatus": "FAILED"}
)
CANCELLED_IMPORT = models.GetImportJobResponse.from_service(
    {**EXPORT_JOB, "JobId": "job-2", "JobStatus": "CANCELLED"}
)

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)

ONE_OF_EACH: list[SESInsightsError] = [
    errors.SESInsightsError("Something."),
    errors.ServiceError(ANSWER, "GetExportJob", 3),
    errors.AccessDeniedError(ANSWER, "GetExportJob"),
    errors.AccountSendingPausedError(ANSWER, "SendTemplatedEmail"),
    errors.AccountSuspendedError(ANSWER, "SendEmail"),
    errors.AlreadyExistsError(ANSWER, "CreateTemplate"),
    errors.ConcurrentModificationError(ANSWER, "CreateConfigurationSet"),
    errors.BadRequestError(ANSWER, "GetExportJob", 1),
    errors.ConfigurationSetDoesNotExistError(ANSWER, "DescribeConfigurationSet"),
    errors.ConfigurationSetSendingPausedError(ANSWER, "SendTemplatedEmail"),
    errors.DailyQuotaExceededError(ANSWER, "SendTemplatedEmail"),
    errors.EventDestinationAlreadyExistsError(ANSWER, "CreateConfigurationSetEventDestination"),
    errors.EventDestinationDoesNotExistError(ANSWER, "UpdateConfigurationSetEventDestination"),
    errors.InternalServiceError(ANSWER, "BatchGetMetricData"),
    errors.InvalidCloudWatchDestinationError(ANSWER, "UpdateConfigurationSetEventDestination"),
    errors.InvalidFirehoseDestinationError(ANSWER, "UpdateConfigurationSetEventDestination"),
    errors.InvalidNextTokenError(ANSWER, "ListImportJobs"),
    errors.InvalidRenderingParameterError(ANSWER, "TestRenderTemplate"),
    errors.InvalidSNSDestinationError(ANSWER, "UpdateConfigurationSetEventDestination"),
    errors.InvalidTemplateError(ANSWER, "CreateTemplate"),
    errors.LimitExceededError(ANSWER, "CreateExportJob"),
    errors.MailFromDomainNotVerifiedError(ANSWER, "SendTemplatedEmail"),
    errors.MessageRejectedError(ANSWER, "SendTemplatedEmail"),
    errors.MissingRenderingAttributeError(MISSING, "TestRenderTemplate"),
    errors.NotFoundError(ANSWER, "GetMessageInsights"),
    errors.SendingPausedError(ANSWER, "SendEmail"),
    errors.TemplateDoesNotExistError(ANSWER, "GetTemplate"),
    errors.ThrottledError(ANSWER, "GetMessageInsights", 8),
    errors.TooManyRequestsError(ANSWER, "GetMessageInsights", 8),
    errors.VdmNotEnabledError(ANSWER, "GetMessageInsights"),
    errors.BotocoreTooOldError("GetAccount", None, "1.36.0", "boto3>=1.44.5"),
    errors.TransportError("GetExportJob", "timed out", maybe_delivered=True, attempts=2),
    errors.ExportDownloadError("job-1", "the link returned HTTP 403", 403),
    errors.MetricsIncompleteError(
        MetricSeriesList(),
        [
            models.BatchGetMetricDataQuery(
                id="0",
                namespace="VDM",
                metric="SEND",
                dimensions={"EMAIL_IDENTITY": "jane.doe@example.com"},
                start_date=NOON,
                end_date=NOON + timedelta(days=1),
            )
        ],
        [models.MetricDataError(id="0", code=models.QueryErrorCode.ACCESS_DENIED)],
    ),
    errors.ImportDownloadError("job-1", "the link returned HTTP 403", 403),
    errors.JobDownloadError("job-1", "the link returned HTTP 403", 403),
    errors.ExportIncompleteError(NOON, NOON, "it is full", exported_records=10_000),
    errors.BadRecordError(3, "jane.doe@example.com", "sendtimestamp is not a time"),
    errors.EventParseError("jane.doe@example.com", "it is not JSON", Via(file="events.gz"), 3),
    errors.SignatureError("Something."),
    errors.UnsignedMessageError("The request is not a message from Amazon SNS."),
    errors.InvalidSignatureError("The signature does not fit the message."),
    errors.ExpiredSignatureError(3601, 3600),
    errors.ForeignTopicError("arn:aws:sns:eu-west-1:111122223333:jane.doe@example.com"),
    errors.UntrustedCertificateError("The certificate of the message has no RSA key."),
    errors.CertificateUnavailableError("The certificate could not be fetched."),
    errors.ResponseValidationError("GetExportJobResponse", {"JobId": 1}, "JobId: not a string"),
    errors.PaginationError("ListExportJobs", "token", "goes in circles."),
    errors.PaceTimeoutError("us-east-1/GetMessageInsights", 3.5, 2),
    errors.PacingStoreError("the file /run/pace", "Permission denied", "Allow it."),
    errors.WaitTimeoutError("job-1", 60, CANCELLED_EXPORT),
    errors.JobFailedError(FAILED_EXPORT),
    errors.ExportJobFailedError(FAILED_EXPORT),
    errors.ImportJobFailedError(FAILED_IMPORT),
    errors.JobCancelledError(CANCELLED_EXPORT),
    errors.ExportJobCancelledError(CANCELLED_EXPORT),
    errors.ImportJobCancelledError(CANCELLED_IMPORT),
]
each_error = pytest.mark.parametrize("error", ONE_OF_EACH, ids=lambda error: type(error).__name__)


def _below(error: type[SESInsightsError]) -> Iterator[type[SESInsightsError]]:
    yield error
    for child in error.__subclasses__():
        yield from _below(child)


ALL_ERRORS = {
    error
    for error in _below(errors.SESInsightsError)
    if error.__module__.partition(".")[0] == "sesinsights"
}


def _drawn_tree() -> dict[str, str | None]:
    """Return the parent of each error as the docstring draws it."""
    parents: dict[str, str | None] = {}
    branch: list[str] = []
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines():
        drawn = re.match(r"    ([│├└─ ]*)(\w+Error)(?: {2,}|$)", line)
        if drawn:
            depth = len(drawn[1]) // 4
            branch[depth:] = [drawn[2]]
            parents[drawn[2]] = branch[depth - 1] if depth else None
    return parents


# The tree


def test_the_tree_is_drawn_as_it_is() -> None:
    """The docstring draws every error under the one that it is a kind of."""
    tree: dict[str, str | None] = {"SESInsightsError": None}
    for error in ALL_ERRORS - {errors.SESInsightsError}:
        (parent,) = (base for base in error.__bases__ if base in ALL_ERRORS)
        tree[error.__name__] = parent.__name__
    assert _drawn_tree() == tree


def test_every_error_is_public() -> None:
    """Every error is in the module's `__all__`, and a traceback shows it as a member of that."""
    assert set(errors.__all__) == {error.__name__ for error in ALL_ERRORS}
    assert {error.__module__ for error in ALL_ERRORS} == {errors.__name__}


def test_every_error_has_an_example_here() -> None:
    """No error is left out of the tests below."""
    assert {type(error) for error in ONE_OF_EACH} == ALL_ERRORS


def test_a_service_error_is_one_of_botocore() -> None:
    """Code that catches botocore's ClientError keeps working."""
    with pytest.raises(ClientError) as caught:
        raise errors.BadRequestError(ANSWER, "GetExportJob")
    assert caught.value.response == ANSWER
    assert caught.value.operation_name == "GetExportJob"


def test_a_wait_that_took_too_long_is_a_timeout() -> None:
    """Code that catches TimeoutError catches a wait's."""
    with pytest.raises(TimeoutError):
        raise errors.WaitTimeoutError("job-1", 60, None)


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("Throttling", "Maximum sending rate exceeded.", errors.ThrottledError),
        ("Throttling", "Daily message quota exceeded.", errors.DailyQuotaExceededError),
        ("LimitExceeded", "No.", errors.LimitExceededError),
        ("MessageRejected", "Email address is not verified.", errors.MessageRejectedError),
        ("MissingRenderingAttribute", "No.", errors.MissingRenderingAttributeError),
        ("AccessDenied", "Not authorized.", errors.AccessDeniedError),
        ("AccessDeniedException", "Not authorized.", errors.AccessDeniedError),
        ("NewlyInvented", "No.", errors.ServiceError),
        ("Service", "No.", errors.ServiceError),
    ],
)
def test_an_answer_of_v1_has_its_class(
    code: str, message: str, expected: type[errors.ServiceError]
) -> None:
    """A quota for the day is told from a rate by its words alone; a new code is a ServiceError."""
    answer: Any = {
        "Error": {"Type": "Sender", "Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    with (
        pytest.raises(errors.ServiceError) as caught,
        translate_botocore_errors("SendTemplatedEmail", 1),
    ):
        raise ClientError(answer, "SendTemplatedEmail")
    assert caught.type is expected


# What errors carry


def test_a_service_error_has_the_facts() -> None:
    """A service error carries what the service said and how often it was asked."""
    error = errors.ServiceError(ANSWER, "GetExportJob", 3)
    assert error.code == "BadRequestException"
    assert error.message == "No mail of jane.doe@example.com."
    assert error.operation == "GetExportJob"
    assert error.status_code == 400
    assert error.request_id == "4711-aa"
    assert error.attempts == 3
    assert error.response == ANSWER


def test_a_service_error_says_what_happened() -> None:
    """The text names the operation, the reason, the code, the status, the request and the tries."""
    text = str(errors.ServiceError(ANSWER, "GetExportJob", 3))
    for fact in ("GetExportJob", "No mail of", "BadRequestException", "400", "4711-aa", "3 "):
        assert fact in text


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Error": {}},
        {"Error": {"Code": "Teapot", "Message": ""}},
    ],
)
def test_a_service_error_needs_no_facts(answer: dict[str, Any]) -> None:
    """A response that says little is an error that says little."""
    error = errors.ServiceError(answer, "GetExportJob")
    assert error.message == ""
    assert error.status_code is None
    assert error.request_id is None
    assert "gave no reason" in str(error)


@pytest.mark.parametrize("message", [None, 3, {"text": "jane.doe@example.com"}])
def test_a_message_need_not_be_text(message: object) -> None:
    """An error answer of something on the way, whose message is not text, is a service error."""
    answer: Any = {"Error": {"Code": "403", "Message": message}}
    with pytest.raises(errors.ServiceError) as caught, translate_botocore_errors("GetExportJob", 1):
        raise ClientError(answer, "GetExportJob")
    error = caught.value
    assert isinstance(error.message, str)
    assert error.code == "403"
    assert "jane" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    ("message", "attribute"),
    [
        ("Attribute 'number' is not present in the rendering data.", "number"),
        ('Attribute "order.number" is not present in the rendering data.', "order.number"),
        ("An attribute is not present.", None),
        ("", None),
    ],
)
def test_a_missing_variable_is_named(message: str, attribute: str | None) -> None:
    """The variable that the data lacks is named when the service names it."""
    answer = {"Error": {"Code": "MissingRenderingAttribute", "Message": message}}
    error = errors.MissingRenderingAttributeError(answer, "TestRenderTemplate")
    assert error.attribute == attribute
    assert pickle.loads(pickle.dumps(error)).attribute == attribute
    assert attribute is None or attribute in str(error)


def test_a_transport_error_says_whether_it_may_be_repeated() -> None:
    """A transport error says whether the service may have received the request."""
    maybe = errors.TransportError("CreateExportJob", "reset", maybe_delivered=True, attempts=2)
    assert (maybe.operation, maybe.attempts, maybe.maybe_delivered) == ("CreateExportJob", 2, True)
    assert "may or may not have been carried out after 2 attempts" in str(maybe)
    never = errors.TransportError("CreateExportJob", "refused", maybe_delivered=False)
    assert (never.attempts, never.maybe_delivered) == (1, False)
    assert "was not sent" in str(never)


def test_an_unreadable_answer_is_attached() -> None:
    """A response that cannot be read is in the error as it came, and not in its text."""
    answer = {"Subject": ["jane.doe@example.com"]}
    error = errors.ResponseValidationError("GetMessageInsightsResponse", answer, "Subject: wrong")
    assert error.response is answer
    assert error.shape == "GetMessageInsightsResponse"
    assert "GetMessageInsightsResponse: Subject: wrong" in str(error)
    assert "jane" not in repr(error)


def test_a_pagination_error_has_the_token_to_resume_from() -> None:
    """A list that repeats itself has the token to resume from."""
    error = errors.PaginationError("ListExportJobs", "token", "goes in circles.")
    assert (error.operation, error.resume_token) == ("ListExportJobs", "token")


def test_a_pace_timeout_says_how_long_the_wait_would_be() -> None:
    """The error says in seconds how far away the slot is."""
    error = errors.PaceTimeoutError("us-east-1/GetMessageInsights", 3.5, 2)
    assert (error.key, error.wait) == ("us-east-1/GetMessageInsights", 3.5)
    assert "in 3.5 seconds" in str(error)
    assert "allowed is 2." in str(error)


@pytest.mark.parametrize(
    ("last", "seen"),
    [(FAILED_EXPORT, "was FAILED after"), (None, "could not be polled within")],
)
def test_a_wait_timeout_has_the_last_answer(
    last: models.GetExportJobResponse | None, seen: str
) -> None:
    """A wait that took too long carries what was seen last, if anything was."""
    error = errors.WaitTimeoutError("job-1", 90, last)
    assert (error.job_id, error.timeout, error.last_response) == ("job-1", 90, last)
    assert f"Job job-1 {seen} 90 seconds" in str(error)


def test_a_wait_timeout_claims_nothing_of_a_job_that_was_never_seen() -> None:
    """The error says that a job continues only if the job was seen running."""
    assert "continues" in str(errors.WaitTimeoutError("job-1", 90, FAILED_EXPORT))
    assert "continues" not in str(errors.WaitTimeoutError("job-1", 90, None))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (errors.ExportJobFailedError(FAILED_EXPORT), "jane.doe@example.com is too much"),
        (errors.ImportJobFailedError(FAILED_IMPORT), None),
        (errors.ExportJobCancelledError(CANCELLED_EXPORT), None),
        (errors.ImportJobCancelledError(CANCELLED_IMPORT), None),
    ],
)
def test_a_job_that_ended_badly_has_its_last_answer(error: Any, reason: str | None) -> None:
    """A failed or cancelled job carries the last response and the service's reason."""
    assert error.error_message == reason
    assert f"Job {error.last_response.job_id} " in str(error)


@each_error
def test_an_error_pickles(error: SESInsightsError) -> None:
    """An error comes back from a pickle with its class, its text and all that it carries."""
    noted = copy.copy(error)
    noted.add_note("on the way")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        restored = pickle.loads(pickle.dumps(noted, protocol))
        assert type(restored) is type(error)
        assert restored.args == error.args
        assert str(restored) == str(error) != ""
        assert vars(restored) == vars(noted)
        assert restored.__notes__ == ["on the way"]


# What errors advise


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (errors.AccessDeniedError(ANSWER, "GetExportJob"), "ses:GetExportJob"),
        (errors.LimitExceededError(ANSWER, "CreateExportJob"), "running export jobs"),
        (errors.LimitExceededError(ANSWER, "CreateTemplate"), "request a higher quota"),
        (errors.DailyQuotaExceededError(ANSWER, "SendTemplatedEmail"), "24 hours"),
        (errors.NotFoundError(ANSWER, "GetImportJob"), "Region"),
        (errors.NotFoundError(ANSWER, "GetMessageInsights"), "30 days"),
        (errors.NotFoundError(ANSWER, "GetMessageInsights"), "Region"),
        (errors.ThrottledError(ANSWER, "GetExportJob"), "less often"),
        (errors.TooManyRequestsError(ANSWER, "GetExportJob"), "less often"),
        (errors.VdmNotEnabledError(ANSWER, "GetMessageInsights"), "Switch it on"),
        (errors.PacingStoreError("the file /run/pace", "Full", "Make room."), "Full. Make room."),
        (errors.WaitTimeoutError("job-1", 60, FAILED_EXPORT), "longer timeout"),
        (errors.WaitTimeoutError("job-1", 60, None), "cause says why"),
        (errors.PaginationError("ListExportJobs", "token", "goes in circles."), ".resume_token"),
    ],
)
def test_an_error_says_what_to_do(error: SESInsightsError, advice: str) -> None:
    """An error that the user can do something about says what."""
    assert advice in str(error)


@pytest.mark.parametrize("operation", ["GetImportJob", "GetConfigurationSetEventDestinations"])
def test_only_a_lookup_is_told_when_messages_are_found(operation: str) -> None:
    """How long a message is found says nothing about anything else."""
    assert "30 days" not in str(errors.NotFoundError(ANSWER, operation))


# What errors do not show


def _errors_that_quote(said: str) -> list[SESInsightsError]:
    """Return an error of each kind that repeats what somebody else said."""
    answer = {"Error": {"Code": "BadRequestException", "Message": said}}
    job = {**EXPORT_JOB, "FailureInfo": {"ErrorMessage": said}}
    export = models.GetExportJobResponse.from_service(job)
    return [
        errors.BadRequestError(answer, "GetExportJob"),
        errors.MissingRenderingAttributeError(answer, "TestRenderTemplate"),
        errors.TransportError("GetExportJob", said, maybe_delivered=True),
        errors.ExportJobFailedError(export),
        errors.ImportJobFailedError(models.GetImportJobResponse.from_service(job)),
        errors.ExportJobCancelledError(export),
        errors.WaitTimeoutError("job-1", 60, export),
        errors.ResponseValidationError("GetExportJobResponse", said, "JobId: not a string"),
    ]


def _shown(said: str) -> str:
    """Return all that these errors show of what was said."""
    return "\n".join(f"{error} {error!r} {error.args}" for error in _errors_that_quote(said))


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("No mail of jane.doe@example.com.", "jane"),
        ("No mail of <jane.doe@example.com>, sorry", "doe"),
        ("Jane <jane.doe+news@mail.example.co.uk>;", "news"),
        ("mailto:jane.doe@example.com", "example"),
        ('"jane.doe@example.com" is unknown', "jane"),
        ("'jane.doe@example.com' is unknown", "example"),
        ("(jane.doe@example.com)", "doe"),
        ("one@example.com,two@example.com", "two"),
        ('"jane doe"@example.com is unknown', "jane"),
        ('"jane\\"doe"@example.com is unknown', "jane"),
        ("jane.o'neil@example.com is unknown", "jane"),
        ("jörg@exämple.de is unknown", "jörg"),
        ("jane@[192.0.2.1] is unknown", "192.0.2.1"),
        ("Get https://bucket/key?X-Amz-Signature=c0ffee&X-Amz-Expires=300 again", "c0ffee"),
        ("Get https://bucket/key?X-Amz-Credential=AKIA/eu&a=jane@example.com again", "AKIA"),
        ('{"url": "https://bucket/key?X-Amz-Signature=c0ffee"}', "c0ffee"),
        ("<Url>http://bucket/key?X-Amz-Signature=c0ffee</Url>", "c0ffee"),
    ],
)
def test_no_address_or_signature_is_shown(said: str, hidden: str) -> None:
    """Addresses, and what signs a link, are in no text, repr or args."""
    shown = _shown(said)
    assert hidden not in shown
    assert "BadRequestException" in shown


@pytest.mark.parametrize(
    "error",
    [
        ClientError(
            {
                "Error": {"Code": "MessageRejected", "Message": "No mail of jane.doe@example.com."},
                "ResponseMetadata": {"HTTPStatusCode": 400},  # type: ignore[typeddict-item] # enough
            },
            "SendTemplatedEmail",
        ),
        ConnectionClosedError(endpoint_url="https://bucket/jane.doe@example.com?sig=c0ffee"),
        EndpointConnectionError(endpoint_url="https://bucket/jane.doe@example.com?sig=c0ffee"),
        ReadTimeoutError(endpoint_url="https://host/sets/jane.doe%40example.com/events"),
        HTTPClientError(error="jane.doe@example.com hung up"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_cause_is_not_shown_either(error: Exception) -> None:
    """A traceback prints the cause of an error too: botocore's own text is redacted."""
    with (
        pytest.raises(errors.SESInsightsError) as caught,
        translate_botocore_errors("SendTemplatedEmail", 1),
    ):
        raise error
    printed = "".join(traceback.format_exception(caught.value))
    assert "direct cause" in printed
    assert type(error).__name__ in printed
    assert caught.typename in printed
    assert "jane" not in printed
    assert "c0ffee" not in printed
    assert "jane" not in f"{error!r} {caught.value!r}"
    if isinstance(error, ClientError):
        assert error.response["Error"]["Message"] == "No mail of jane.doe@example.com."


@pytest.mark.parametrize("said", ["No mail of jane@example.com", "See https://bucket/key?sig=1"])
def test_what_was_said_is_kept_word_for_word(said: str) -> None:
    """What an error does not show is in its attributes."""
    refused, _, _, failed, *_, unreadable = _errors_that_quote(said)
    assert isinstance(refused, errors.BadRequestError)
    assert refused.message == said
    assert isinstance(failed, errors.ExportJobFailedError)
    assert failed.error_message == said
    assert isinstance(unreadable, errors.ResponseValidationError)
    assert unreadable.response == said


def test_what_is_no_address_is_shown() -> None:
    """A reason without addresses or links is repeated as it is."""
    said = 'The "StartDate" (2026-01-15) must be at 00:00: see https://docs.aws.amazon.com/ses/'
    assert said in _shown(said)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "x",
            '"',
            '\\"',
            '\\"x',
            '"\\',
            'x"',
            '" <',
            "\\",
            "\\u00f6",
            "\\u0040",
            "\n",
            "&commat;",
        ),
        *(
            "x@",
            '"@',
            '\\"@',
            "@[",
            "x%40",
            "%25",
            "Jane ",
            "Jane",
            "=?a?q?b?= ",
            "=?a?q?",
            "\N{FULLWIDTH COMMERCIAL AT}",
        ),
    ],
)
def test_a_long_reason_is_read_in_linear_time(said: str) -> None:
    """A page that a proxy sends in the service's place is read, whatever it holds.

    In quadratic time so much of anything would take longer than a test may. Because there is
    an address before it, names that stand before addresses are looked for, too.
    """
    assert redacted(f"<a@b> {said * 50_000}").startswith("<<address>> ")


_ATOMS = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~-é", min_size=1, max_size=8)
_DOT_ATOMS = st.lists(_ATOMS, min_size=1, max_size=3).map(".".join)
_QUOTED = st.text("abc @<>(),;:'.", min_size=1, max_size=8).map('"{}"'.format)
_LONG = st.sampled_from(["a" * 400, '"' + "a b" * 200 + '"', '"' + r"a\"b" * 200 + '"'])
_DOMAINS = st.from_regex(r"[a-z0-9]{1,8}\.(mail\.)?qqexample\.(com|org)", fullmatch=True)
_ADDRESSES = st.builds("{}@{}".format, _DOT_ATOMS | _QUOTED | _LONG, _DOMAINS)
_AROUND = st.sampled_from(
    ["{}", "No mail of {}.", "<{}>", "'{}'", "({})", "to={}", "a, {}, b", "mailto:{}", "{}: no\n"]
)


@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(address=_ADDRESSES, around=_AROUND)
@example(address="a%40b@qqexample.com", around="{}")
def test_no_address_survives(address: str, around: str) -> None:
    """Whatever an address looks like and wherever it stands, it is not shown."""
    shown = _shown(around.format(address))
    assert address not in shown
    assert "qqexample" not in shown


@pytest.mark.parametrize(
    "form",
    [
        "jörg.qqname@qqexample.com",
        "用户@qqexample.公司",
        '"qqname with blanks"@qqexample.com',
        "qqname@[IPv6:2001:db8::1]",
        "qqname\N{FULLWIDTH COMMERCIAL AT}qqexample.com",
        '"Jane Qqname" <jane@qqexample.com>',
        "Jane Q. Qqname <jane@qqexample.com>",
        "=?utf-8?q?Jane_qqname?= =?utf-8?q?Doe?= <jane@qqexample.com>",
    ],
)
@pytest.mark.parametrize("encode", [str, json.dumps, lambda text: json.dumps(json.dumps(text))])
def test_no_form_of_an_address_survives(form: str, encode: Callable[[str], str]) -> None:
    """Neither in any script, nor with a name before it, nor in JSON that a log line holds."""
    shown = redacted(f"The service said: {encode(form)} is unknown.")
    assert "qq" not in shown.lower()
    assert "rg" not in shown
    assert "db8" not in shown
    assert shown.startswith("The service said: ")
    assert shown.endswith(" is unknown.")


def _percent_encoded(text: str) -> str:
    return quote(text, safe="")


@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(
    address=_ADDRESSES,
    encode=st.sampled_from(
        [
            _percent_encoded,
            lambda text: _percent_encoded(_percent_encoded(text)),
            lambda text: _percent_encoded(text).replace("%40", "&#64;"),
            lambda text: _percent_encoded(text).replace("%40", "&#x40;"),
            lambda text: _percent_encoded(text).replace("%40", r"\u0040"),
        ]
    ),
    around=st.sampled_from(["{}", "https://host/v2/sets/{}/events", "?to={}&a=b", "'{}'", "/{}?x"]),
)
def test_no_encoded_address_survives(
    address: str, encode: Callable[[str], str], around: str
) -> None:
    """An address in a path, a query, HTML or JSON text is not shown, and what is around it is."""
    encoded = encode(address)
    shown = redacted(around.format(encoded))
    assert encoded not in shown
    assert "qqexample" not in shown
    if around.startswith("https"):
        assert shown == "https://host/v2/sets/<address>/events"


@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(
    query=st.from_regex(r"[A-Za-z0-9%&=/+._~-]{0,20}qqsecret[A-Za-z0-9%&=]{0,8}", fullmatch=True)
)
def test_no_signature_survives(query: str) -> None:
    """Whatever signs a link is not shown."""
    assert "qqsecret" not in _shown(f"Get https://bucket.s3.amazonaws.com/file.csv?{query} again")
