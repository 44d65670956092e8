"""One call: which failures are repeated, when, how often and at which pace."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from typing_extensions import override

from sesinsights import RetryPolicy, errors, models
from sesinsights.flows.flow import ClosedError, Reserve
from sesinsights.flows.operations import CREATE_EXPORT_JOB, GET_EXPORT_JOB, GET_MESSAGE_INSIGHTS
from sesinsights.flows.pipeline import Pipeline
from sesinsights.pacing import LocalPacer
from sesinsights.testing import FakeClock
from tests.models.responses import EXPORT_JOB, MESSAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.pacing import Reservation

GET = models.GetExportJobRequest(job_id="job")
LOOKUP = models.GetMessageInsightsRequest(message_id="0100")
URL = "https://email.example"

NEVER_DELIVERED: list[Exception] = [
    EndpointConnectionError(endpoint_url=URL, error="refused"),
    ConnectTimeoutError(endpoint_url=URL, error="slow"),
    ProxyConnectionError(proxy_url=URL, error="refused"),
]
MAYBE_DELIVERED: list[Exception] = [
    ReadTimeoutError(endpoint_url=URL, error="slow"),
    ConnectionClosedError(endpoint_url=URL, error="closed"),
    IncompleteReadError(actual_bytes=1, expected_bytes=2),
    SSLError(endpoint_url=URL, error=OSError("broken")),
]


ANSWER = {**EXPORT_JOB, **MESSAGE, "JobId": "job"}
"""What can be read as the response of any operation here."""


def create_request() -> models.CreateExportJobRequest:
    """Return a request that makes a job."""
    return models.CreateExportJobRequest.from_service(
        {
            "ExportDataSource": {"MessageInsightsDataSource": {"StartDate": 0, "EndDate": 1}},
            "ExportDestination": {"DataFormat": "CSV"},
        }
    )


def replies(*outcomes: object) -> Callable[[dict[str, Any]], Any]:
    """Reply with one outcome after the other, and with the last one ever after."""
    left = list(outcomes)

    def reply(_: dict[str, Any]) -> object:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return reply


def test_an_answer_is_read_into_its_shape(scripted: Any) -> None:
    """What comes back is the operation's response shape."""
    service = scripted(replies(ANSWER))
    answer = service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert answer == models.GetExportJobResponse.from_service(ANSWER)
    assert service.sent == [(0, "GetExportJob", {"JobId": "job"})]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_is_repeated(scripted: Any, refusal: Any, status: int) -> None:
    """A read is sent again after a response with status 5xx."""
    service = scripted(replies(refusal("InternalFailure", status), ANSWER))
    assert service.run(service.pipeline.call(GET_EXPORT_JOB, GET)).job_id == "job"
    assert len(service.sent) == 2


@pytest.mark.parametrize("fault", NEVER_DELIVERED + MAYBE_DELIVERED)
def test_a_connection_fault_is_repeated(scripted: Any, fault: Exception) -> None:
    """A read is sent again after any fault of the connection."""
    service = scripted(replies(fault, ANSWER))
    assert service.run(service.pipeline.call(GET_EXPORT_JOB, GET)).job_id == "job"
    assert len(service.sent) == 2


@pytest.mark.parametrize("fault", NEVER_DELIVERED)
def test_a_create_is_repeated_when_it_never_left(scripted: Any, fault: Exception) -> None:
    """A create that certainly did not arrive is sent again."""
    service = scripted(replies(fault, ANSWER))
    call = service.pipeline.call(CREATE_EXPORT_JOB, create_request())
    assert service.run(call).job_id == "job"


@pytest.mark.parametrize("fault", MAYBE_DELIVERED)
def test_a_create_is_not_repeated_when_it_may_have_arrived(scripted: Any, fault: Exception) -> None:
    """A lost response may belong to a job that was made."""
    service = scripted(replies(fault, {"JobId": "second"}))
    with pytest.raises(errors.TransportError, match="may or may not") as caught:
        service.run(service.pipeline.call(CREATE_EXPORT_JOB, create_request()))
    assert caught.value.maybe_delivered
    assert caught.value.__cause__ is fault
    assert len(service.sent) == 1


def test_a_create_is_not_repeated_after_a_server_error(scripted: Any, refusal: Any) -> None:
    """A job may have been made before the service failed."""
    service = scripted(replies(refusal("InternalFailure", 500), {"JobId": "second"}))
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(CREATE_EXPORT_JOB, create_request()))
    assert len(service.sent) == 1


def test_a_throttled_create_is_repeated(scripted: Any, refusal: Any) -> None:
    """A throttled call has made nothing."""
    service = scripted(replies(refusal("TooManyRequestsException", 429), ANSWER))
    assert service.run(service.pipeline.call(CREATE_EXPORT_JOB, create_request())).job_id == "job"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("BadRequestException", 400, errors.BadRequestError),
        ("LimitExceededException", 400, errors.LimitExceededError),
        ("NotFoundException", 404, errors.NotFoundError),
        ("AccessDeniedException", 403, errors.AccessDeniedError),
        ("AccessDenied", 403, errors.AccessDeniedError),
        ("ExpiredTokenException", 403, errors.ServiceError),
        ("404", 404, errors.ServiceError),
        ("NotFound", 404, errors.ServiceError),
        ("ValidationException", 400, errors.BadRequestError),
        ("ValidationError", 400, errors.BadRequestError),
        ("SerializationException", 400, errors.BadRequestError),
        ("AccountSuspendedException", 400, errors.AccountSuspendedError),
        ("SendingPausedException", 400, errors.SendingPausedError),
        ("InvalidNextTokenException", 400, errors.InvalidNextTokenError),
        ("NotImplementedException", 501, errors.ServiceError),
    ],
)
def test_a_refusal_is_not_repeated(
    scripted: Any, refusal: Any, code: str, status: int, error: type[errors.ServiceError]
) -> None:
    """A refusal is not retried; the error's class says why."""
    service = scripted(replies(refusal(code, status)))
    with pytest.raises(errors.ServiceError) as caught:
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert type(caught.value) is error
    assert (caught.value.code, caught.value.status_code) == (code, status)
    assert (caught.value.operation, caught.value.attempts) == ("GetExportJob", 1)
    assert len(service.sent) == 1


@pytest.mark.parametrize(("code", "status"), [("NotFoundException", 404), ("BadRequest", 400)])
def test_a_manager_that_is_off_is_told_from_every_other_cause(
    scripted: Any, refusal: Any, code: str, status: int
) -> None:
    """The same error says that the Manager is off, whatever status the response has."""
    said = "To use this feature you must enable Virtual Deliverability Manager"
    service = scripted(replies(refusal(code, status, said)))
    with pytest.raises(errors.VdmNotEnabledError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))


@pytest.mark.parametrize("code", ["TooManyRequestsException", "429"])
def test_throttling_ends_after_the_last_attempt(scripted: Any, refusal: Any, code: str) -> None:
    """The error says how many attempts were made."""
    service = scripted(
        replies(refusal(code, 429)), retry=RetryPolicy(max_attempts=3, max_backoff=1)
    )
    with pytest.raises(errors.TooManyRequestsError) as caught:
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert caught.value.attempts == len(service.sent) == 3


def test_one_attempt_means_no_retries(scripted: Any, refusal: Any) -> None:
    """A policy of one attempt sends once."""
    service = scripted(replies(refusal("X", 500)), retry=RetryPolicy(max_attempts=1))
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert len(service.sent) == 1


def test_backoff_is_random_below_a_doubling_cap(scripted: Any, refusal: Any) -> None:
    """The sleep before attempt n + 1 lies between 0 and backoff * 2 ** (n - 1), capped."""
    service = scripted(
        replies(refusal("X", 500)),
        retry=RetryPolicy(max_attempts=7, backoff=1, max_backoff=5, deadline=1000),
    )
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    sleeps = service.clock.sleeps
    assert len(sleeps) == 6
    assert all(0 <= sleep <= cap for sleep, cap in zip(sleeps, [1, 2, 4, 5, 5, 5], strict=True))
    assert len(set(sleeps)) == 6


def test_no_attempt_begins_after_the_deadline(scripted: Any, refusal: Any) -> None:
    """The deadline holds whatever number of attempts is left."""
    service = scripted(
        replies(refusal("X", 500)),
        retry=RetryPolicy(max_attempts=1000, backoff=1, max_backoff=1, deadline=10),
    )
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert service.times[-1] <= 10
    assert len(service.sent) > 10


def test_time_spent_sending_counts_towards_the_deadline(scripted: Any, refusal: Any) -> None:
    """After the first failure, slow responses count towards the deadline, as sleeping does."""
    service: Any = None

    def slow(_: dict[str, Any]) -> None:
        service.clock.advance(6)
        raise refusal("X", 500)

    service = scripted(slow, retry=RetryPolicy(deadline=10, backoff=0))
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert service.times == [0, 6, 12]


def test_waiting_for_a_slot_does_not_count_towards_the_deadline(
    scripted: Any, refusal: Any
) -> None:
    """Ten attempts at one call in 100 s fit into a deadline of a second."""
    service = scripted(
        replies(refusal("X", 500)),
        paces={"GetMessageInsights": 0.01},
        retry=RetryPolicy(max_attempts=10, backoff=0, deadline=1),
    )
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == pytest.approx([102 * n for n in range(10)])


def test_the_deadline_counts_from_the_first_failure(scripted: Any, refusal: Any) -> None:
    """However long a first attempt takes, the policy leaves time to repeat it."""
    service: Any = None

    def slow_once(_: dict[str, Any]) -> dict[str, Any]:
        if len(service.sent) == 1:
            service.clock.advance(100)
            raise refusal("X", 500)
        return ANSWER

    service = scripted(slow_once, retry=RetryPolicy(deadline=10))
    assert service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP)).message_id


@pytest.mark.parametrize("paced", [None, 0.2])
def test_a_deadline_of_the_caller_counts_everything(
    scripted: Any, refusal: Any, paced: float | None
) -> None:
    """No attempt of a poll begins after the time that its wait has left."""
    service = scripted(replies(refusal("X", 500)), paces={"GetExportJob": paced})
    with pytest.raises(errors.SESInsightsError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET, deadline=7))
    assert service.times[-1] <= 7
    assert service.clock.monotonic() <= 7


@pytest.mark.parametrize("fault", NEVER_DELIVERED)
@pytest.mark.parametrize("backoff", [0.5, 60])
def test_an_unreachable_endpoint_is_tried_again_twice_within_three_seconds(
    scripted: Any, fault: Exception, backoff: float
) -> None:
    """The error says how often, and what to look at."""
    service = scripted(replies(fault), retry=RetryPolicy(backoff=backoff, max_backoff=backoff))
    with pytest.raises(errors.TransportError, match=r"3 attempts.*Region.*emulator") as caught:
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert len(service.sent) == caught.value.attempts == 3
    assert service.clock.monotonic() <= 3
    assert caught.value.is_unreachable


def test_a_slow_failure_to_connect_ends_the_attempts(scripted: Any) -> None:
    """Within 3 seconds of the first one no further connection is begun."""
    service: Any = None

    def slow(_: dict[str, Any]) -> None:
        service.clock.advance(5)
        raise NEVER_DELIVERED[1]

    service = scripted(slow, retry=RetryPolicy(backoff=0))
    with pytest.raises(errors.TransportError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert len(service.sent) == 2


def test_every_attempt_waits_for_a_slot(scripted: Any, refusal: Any) -> None:
    """Retries keep the pace as first attempts do."""
    service = scripted(
        replies(refusal("X", 500), refusal("X", 500), ANSWER),
        retry=RetryPolicy(backoff=0),
    )
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == pytest.approx([0, 1.02, 2.04])


def test_a_throttled_attempt_lets_the_operation_rest(scripted: Any, refusal: Any) -> None:
    """After a 429 the next slot is a whole second away, and the ones after it farther apart."""
    service = scripted(
        replies(ANSWER, refusal("TooManyRequestsException", 429), ANSWER, ANSWER),
        retry=RetryPolicy(backoff=0),
    )
    for _ in range(3):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == pytest.approx([0, 1.02, 2.04, 3.115])


def test_an_operation_without_a_documented_pace_is_not_paced(scripted: Any) -> None:
    """Polling jobs is not paced."""
    service = scripted(replies(ANSWER))
    for _ in range(3):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert service.times == [0, 0, 0]


def test_a_pace_can_be_given_and_lifted(scripted: Any) -> None:
    """`paces` takes the place of the documented ones."""
    service = scripted(replies(ANSWER), paces={"GetExportJob": 2, "GetMessageInsights": None})
    for _ in range(2):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    for _ in range(2):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == pytest.approx([0, 0.51, 0.51, 0.51])


@pytest.mark.parametrize(
    ("paces", "problem"),
    [
        ({"GetMessageInsight": 1}, "'GetMessageInsight' is not an operation of this client"),
        ({"GetMessageInsights": 0}, "greater than 0"),
        ({"GetMessageInsights": -1}, "greater than 0"),
        ({"GetMessageInsights": math.nan}, "greater than 0"),
        ({"GetMessageInsights": math.inf}, "greater than 0"),
        ({"GetMessageInsights": "1"}, "greater than 0"),
    ],
)
def test_a_pace_that_means_nothing_is_refused(
    scripted: Any, paces: dict[str, float | None], problem: str
) -> None:
    """An unknown operation or a rate that is not a positive number is refused."""
    with pytest.raises(ValueError, match=problem):
        scripted(replies(ANSWER), paces=paces)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"max_attempts": 0}, "max_attempts"),
        ({"max_attempts": 2.5}, "max_attempts"),
        ({"max_attempts": math.nan}, "max_attempts"),
        ({"max_attempts": True}, "max_attempts"),
        ({"max_attempts": None}, "max_attempts"),
        ({"deadline": -1}, "deadline"),
        ({"backoff": -1}, "backoff"),
        ({"max_backoff": -1}, "max_backoff"),
        ({"deadline": math.nan}, "deadline"),
        ({"deadline": None}, "deadline"),
        ({"backoff": math.nan}, "backoff"),
        ({"max_backoff": math.nan}, "max_backoff"),
    ],
)
def test_a_policy_that_means_nothing_is_refused(wrong: dict[str, Any], problem: str) -> None:
    """Zero or fractional attempts, negative times and values that are not numbers are refused."""
    with pytest.raises(ValueError, match=problem):
        RetryPolicy(**wrong)


def test_a_policy_may_have_no_deadline(scripted: Any, refusal: Any) -> None:
    """An infinite deadline leaves the end to the number of attempts."""
    service = scripted(
        replies(refusal("InternalFailure", 500)),
        retry=RetryPolicy(max_attempts=50, deadline=math.inf),
    )
    with pytest.raises(errors.ServiceError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert len(service.sent) == 50


def test_botocores_other_errors_are_raised_as_they_are(scripted: Any) -> None:
    """Missing credentials raise botocore's own error."""
    service = scripted(replies(NoCredentialsError()))
    with pytest.raises(NoCredentialsError):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert len(service.sent) == 1


def test_an_interrupted_wait_gives_its_slot_back(
    scripted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted wait gives its slot to the next caller."""
    service = scripted(replies(ANSWER))
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service.clock, "sleep", interrupt)
        with pytest.raises(KeyboardInterrupt):
            service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == pytest.approx([0, 1.02])


@pytest.mark.parametrize(
    "fault", [NEVER_DELIVERED[0], NoCredentialsError(), RuntimeError("this client is closed")]
)
def test_a_call_that_never_left_gives_its_slot_back(scripted: Any, fault: Exception) -> None:
    """A call that was never sent gives its slot to the next caller."""
    service = scripted(replies(fault, ANSWER), retry=RetryPolicy(max_attempts=1))
    with pytest.raises((errors.TransportError, NoCredentialsError, RuntimeError)):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == [0, 0]


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_client_closed_in_mid_call_does_not_hide_why_the_call_failed(
    scripted: Any, refusal: Any, attempt: int
) -> None:
    """A call that failed before the client was closed keeps its own error."""
    closed = ClosedError("this client is closed")
    outcomes = [refusal("TooManyRequestsException", 429)] * (attempt - 1) + [closed]
    service = scripted(replies(*outcomes))
    expected = errors.TooManyRequestsError if attempt > 1 else ClosedError
    with pytest.raises(expected):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert len(service.sent) == attempt


class BrokenPacer(LocalPacer):
    """Grants slots, and cannot be told anything about them."""

    @override
    def release(self, reservation: Reservation) -> None:
        """Fail."""
        raise errors.PacingStoreError("the test", "it is broken", "Repair it.")

    @override
    def penalize(self, key: str, seconds: float) -> None:
        """Fail."""
        raise errors.PacingStoreError("the test", "it is broken", "Repair it.")


@pytest.mark.parametrize("fault", ["throttle", NEVER_DELIVERED[0]])
def test_a_broken_pace_does_not_hide_why_the_call_failed(
    scripted: Any, refusal: Any, fault: Any
) -> None:
    """A failing store does not replace the error of the call."""
    fault = refusal("TooManyRequestsException", 429) if fault == "throttle" else fault
    service = scripted(replies(fault), retry=RetryPolicy(max_attempts=1))
    service.pacer = BrokenPacer(service.clock)
    with pytest.raises((errors.TooManyRequestsError, errors.TransportError)):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))


def test_a_long_wait_for_a_slot_is_logged(scripted: Any, caplog: pytest.LogCaptureFixture) -> None:
    """A long wait for a slot is logged."""
    service = scripted(replies(ANSWER), paces={"GetMessageInsights": 0.1})
    with caplog.at_level("DEBUG", logger="sesinsights"):
        for _ in range(2):
            service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert caplog.messages == ["GetMessageInsights: waiting 10.2 s for the next slot"]


@pytest.mark.parametrize("fault", [MAYBE_DELIVERED[0], "refusal"])
def test_a_call_that_may_have_left_keeps_its_slot(
    scripted: Any, refusal: Any, fault: Exception | str
) -> None:
    """A slot that may have been used is not granted again."""
    fault = refusal("BadRequestException", 400) if isinstance(fault, str) else fault
    service = scripted(replies(fault, ANSWER), retry=RetryPolicy(max_attempts=1))
    with pytest.raises(errors.SESInsightsError):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.times == pytest.approx([0, 1.02])


def test_a_waiter_sleeps_once_for_its_slot(scripted: Any) -> None:
    """Callers do not poll for their turn: each sleeps once, for the whole wait."""
    service = scripted(replies(ANSWER))
    for _ in range(3):
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    assert service.clock.sleeps == pytest.approx([1.02, 1.02])


def test_a_caller_who_would_wait_too_long_is_told_at_once(scripted: Any) -> None:
    """The error has the wait; nothing is sent and no slot is taken."""
    service = scripted(replies(ANSWER))
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP))
    with pytest.raises(errors.PaceTimeoutError) as caught:
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP, max_wait=1))
    assert caught.value.wait == pytest.approx(1.02)
    assert service.clock.sleeps == []
    service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP, max_wait=1.1))
    assert service.times == pytest.approx([0, 1.02])


def test_a_retry_that_would_wait_too_long_tells_why_it_was_needed(
    scripted: Any, refusal: Any
) -> None:
    """The cause of the error is what the attempt before ended with."""
    service = scripted(
        replies(refusal("TooManyRequestsException", 429)), retry=RetryPolicy(backoff=0)
    )
    with pytest.raises(errors.PaceTimeoutError) as caught:
        service.run(service.pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP, max_wait=0.5))
    assert isinstance(caught.value.__cause__, errors.TooManyRequestsError)
    assert len(service.sent) == 1


def test_a_deadline_takes_the_place_of_the_longest_wait(scripted: Any) -> None:
    """A wait for a job limits its polls itself, whatever the client's `max_wait`."""
    service = scripted(replies(ANSWER), paces={"GetExportJob": 1})
    service.pipeline._max_wait = 0.5
    service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    service.run(service.pipeline.call(GET_EXPORT_JOB, GET, deadline=60))
    assert service.times == pytest.approx([0, 1.02])


def test_retries_are_logged_without_addresses(
    scripted: Any, refusal: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says what is retried and why, without personal data."""
    service = scripted(
        replies(refusal("X", 500, "boom at bob@example.com"), ANSWER), retry=RetryPolicy(backoff=0)
    )
    with caplog.at_level("INFO", logger="sesinsights"):
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert caplog.messages == [
        "GetExportJob: attempt 1 ended with ServiceError, the next one begins in 0.00 s"
    ]


def test_an_answer_that_cannot_be_read_is_kept(scripted: Any) -> None:
    """An unreadable response is attached to the error, and not retried."""
    service = scripted(replies({"JobId": ["not", "text"]}))
    with pytest.raises(errors.ResponseValidationError) as caught:
        service.run(service.pipeline.call(GET_EXPORT_JOB, GET))
    assert caught.value.response == {"JobId": ["not", "text"]}
    assert len(service.sent) == 1


def test_a_driver_refuses_a_step_that_it_does_not_know(scripted: Any) -> None:
    """A flow that yields something else is a mistake in this library."""

    def flow() -> Any:
        yield "nonsense"

    with pytest.raises(TypeError, match="no driver can carry out str"):
        scripted(replies(ANSWER)).run(flow())


def test_an_infinite_wait_is_no_limit() -> None:
    """A caller can lift the pipeline's; a store is told so as all of them know it."""
    pipeline = Pipeline("sesv2", FakeClock(), RetryPolicy(), {}, max_wait=1)
    step = next(pipeline.call(GET_MESSAGE_INSIGHTS, LOOKUP, max_wait=math.inf))
    assert isinstance(step, Reserve)
    assert step.max_wait is None
