"""Waits for jobs: every wait ends, and reports how."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sesinsights import RetryPolicy, SESInsights, errors, models
from sesinsights.flows.waiters import EXPORT_JOB, IMPORT_JOB, wait_for_job
from tests.models import responses


def job(status: str, **members: object) -> dict[str, Any]:
    """Return the response for a job that is here."""
    return {**responses.EXPORT_JOB, "JobId": "job", "JobStatus": status, **members}


def wait(
    service: Any, waiter: Any = EXPORT_JOB, timeout: float = 600, on_update: Any = None
) -> Any:
    """Wait for the job."""
    flow = wait_for_job(service.pipeline, waiter, "job", timeout=timeout, on_update=on_update)
    return service.run(flow)


def progressing(service_type: Any, ends_after: float, last: dict[str, Any]) -> Any:
    """A job that is PROCESSING until some seconds after the first poll."""
    service: Any = None

    def reply(_: dict[str, Any]) -> dict[str, Any]:
        return last if service.clock.monotonic() >= ends_after else job("PROCESSING")

    service = service_type(reply)
    return service


@pytest.mark.parametrize("waiter", [EXPORT_JOB, IMPORT_JOB])
def test_a_job_that_has_ended_is_not_waited_for(scripted: Any, waiter: Any) -> None:
    """The first poll happens at once."""
    service = scripted(lambda _: job("COMPLETED"))
    assert wait(service, waiter).job_status is models.JobStatus.COMPLETED
    assert (len(service.sent), service.clock.sleeps) == (1, [])


def test_the_answer_of_the_completed_job_is_returned(scripted: Any) -> None:
    """The caller gets the last response, with its link."""
    done = job("COMPLETED", ExportDestination={"DataFormat": "CSV", "S3Url": "https://x"})
    answer = wait(progressing(scripted, 30, done))
    assert answer == models.GetExportJobResponse.from_service(done)


def test_gaps_grow_to_a_cap_and_are_a_little_random(scripted: Any) -> None:
    """Polls are 1 s, 1.5 s, … 20 s apart, each up to a fifth sooner."""
    service = progressing(scripted, 500, job("COMPLETED"))
    wait(service)
    gaps = service.clock.sleeps
    longest = [1, 1.5, 2.25, 3.375, 5.0625, 7.59375, 11.390625, 17.0859375]
    longest += [20] * (len(gaps) - len(longest))
    assert all(0.8 * cap <= gap <= cap for gap, cap in zip(gaps, longest, strict=True))
    assert len(set(gaps)) == len(gaps)


def test_two_waits_do_not_look_at_the_same_moments(scripted: Any) -> None:
    """Two waits do not poll at the same moments."""
    waits = [progressing(scripted, 100, job("COMPLETED")) for _ in range(2)]
    for service in waits:
        wait(service)
    assert waits[0].clock.sleeps != waits[1].clock.sleeps


def test_every_observed_status_is_shown(scripted: Any) -> None:
    """`on_update` gets the response of each poll, including the last."""
    statuses = iter(["CREATED", "PROCESSING", "BRAND_NEW", "PROCESSING", "COMPLETED"])
    seen: list[Any] = []
    service = scripted(lambda _: job(next(statuses)))
    wait(service, on_update=lambda update: seen.append(update.job_status))
    assert seen == ["CREATED", "PROCESSING", "BRAND_NEW", "PROCESSING", "COMPLETED"]


def test_what_a_callback_raises_ends_the_wait(scripted: Any) -> None:
    """An error of the callback is raised unchanged, and ends the polling."""
    own = KeyError("mine")

    def fail(_: object) -> None:
        raise own

    service = scripted(lambda _: job("PROCESSING"))
    with pytest.raises(KeyError) as caught:
        wait(service, on_update=fail)
    assert caught.value is own
    assert len(service.sent) == 1


def test_a_callback_that_raises_stop_iteration_is_not_taken_for_the_end(scripted: Any) -> None:
    """A bare `next()` in a callback is an error, never a finished wait."""
    service = scripted(lambda _: job("PROCESSING"))
    with pytest.raises(RuntimeError) as caught:
        wait(service, on_update=lambda _: next(iter(())))
    assert isinstance(caught.value.__cause__, StopIteration)


def test_a_status_that_nobody_knows_is_not_an_end(scripted: Any) -> None:
    """An unknown status does not end a wait."""
    answers = iter([job("BRAND_NEW"), job("COMPLETED")])
    assert wait(scripted(lambda _: next(answers))).job_status == "COMPLETED"


@pytest.mark.parametrize(
    ("waiter", "status", "error"),
    [
        (EXPORT_JOB, "FAILED", errors.ExportJobFailedError),
        (EXPORT_JOB, "CANCELLED", errors.ExportJobCancelledError),
        (IMPORT_JOB, "FAILED", errors.ImportJobFailedError),
        (IMPORT_JOB, "CANCELLED", errors.ImportJobCancelledError),
    ],
)
def test_a_job_that_ended_otherwise_is_an_error_with_the_last_answer(
    scripted: Any, waiter: Any, status: str, error: Any
) -> None:
    """Failure and cancellation are different errors, and carry the service's reason."""
    reason = {"ErrorMessage": "Bad filter for bob@example.com"}
    service = progressing(scripted, 10, job(status, FailureInfo=reason))
    with pytest.raises(error) as caught:
        wait(service, waiter)
    assert caught.value.last_response.job_status == status
    assert caught.value.error_message == reason["ErrorMessage"]
    assert "bob@" not in str(caught.value)


def test_a_job_that_failed_without_a_reason_says_so(scripted: Any) -> None:
    """A job that failed without a reason raises an error that says so."""
    with pytest.raises(errors.ExportJobFailedError, match="no reason") as caught:
        wait(scripted(lambda _: job("FAILED")))
    assert caught.value.error_message is None


def test_a_wait_ends_at_its_timeout_with_a_last_look(scripted: Any) -> None:
    """The last poll happens exactly at the timeout."""
    service = scripted(lambda _: job("PROCESSING"))
    with pytest.raises(errors.WaitTimeoutError) as caught:
        wait(service, timeout=100)
    assert service.times[-1] == pytest.approx(100)
    assert service.clock.monotonic() == pytest.approx(100)
    assert caught.value.last_response == models.GetExportJobResponse.from_service(job("PROCESSING"))
    assert (caught.value.job_id, caught.value.timeout) == ("job", 100)
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("timeout", [1e-9, 1 / 3, 10 / 3])
def test_a_wait_ends_between_two_ticks_of_a_clock(scripted: Any, timeout: float) -> None:
    """A clock that counts microseconds never reads just this time, and still gets past it."""
    service = scripted(lambda _: job("PROCESSING"))
    with pytest.raises(errors.WaitTimeoutError):
        wait(service, timeout=timeout)
    assert service.clock.monotonic() == pytest.approx(timeout, abs=2e-6)


def test_a_timeout_of_nothing_looks_once(scripted: Any) -> None:
    """A timeout of 0 polls once."""
    service = scripted(lambda _: job("PROCESSING"))
    with pytest.raises(errors.WaitTimeoutError):
        wait(service, timeout=0)
    assert len(service.sent) == 1
    assert wait(scripted(lambda _: job("COMPLETED")), timeout=0).job_status == "COMPLETED"


@pytest.mark.parametrize("timeout", [-1, math.nan, None, "60"])
def test_a_timeout_is_a_number_that_is_not_negative(scripted: Any, timeout: Any) -> None:
    """A negative wait is refused before anything is sent."""
    service = scripted(lambda _: job("COMPLETED"))
    with pytest.raises(ValueError, match="timeout must be a number of seconds"):
        wait(service, timeout=timeout)
    assert service.sent == []


def test_a_wait_may_have_no_timeout(scripted: Any) -> None:
    """An infinite timeout waits for as long as the job takes."""
    service = progressing(scripted, 4 * 3600, job("COMPLETED"))
    assert wait(service, timeout=math.inf).job_status == "COMPLETED"


def test_looks_that_fail_in_passing_do_not_end_the_wait(scripted: Any, refusal: Any) -> None:
    """Throttling and server errors that outlast their retries leave the wait waiting."""
    answers: list[Any] = [
        *[refusal("TooManyRequestsException", 429)] * 2,
        *[refusal("InternalFailure", 500)] * 2,
        job("COMPLETED"),
    ]

    def reply(_: dict[str, Any]) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    service = scripted(reply, retry=RetryPolicy(max_attempts=2))
    assert wait(service).job_status == "COMPLETED"
    assert len(service.sent) == 5


def test_a_wait_whose_looks_all_fail_ends_at_its_timeout(scripted: Any, refusal: Any) -> None:
    """The timeout's cause is why the last poll failed; retries do not outlive the timeout."""

    def reply(_: dict[str, Any]) -> None:
        raise refusal("InternalFailure", 500)

    service = scripted(reply)
    with pytest.raises(errors.WaitTimeoutError, match="could not be polled") as caught:
        wait(service, timeout=50)
    assert caught.value.last_response is None
    assert isinstance(caught.value.__cause__, errors.ServiceError)
    assert service.clock.monotonic() == pytest.approx(50)


def test_a_wait_does_not_outlive_its_timeout_for_a_slot(scripted: Any) -> None:
    """A wait ends at once if the next poll could only be sent after its timeout."""
    service = scripted(lambda _: job("PROCESSING"), paces={"GetExportJob": 0.01})
    with pytest.raises(errors.WaitTimeoutError) as caught:
        wait(service, timeout=60)
    assert len(service.sent) == 1
    assert service.clock.monotonic() <= 60
    assert caught.value.last_response is not None
    assert isinstance(caught.value.__cause__, errors.PaceTimeoutError)


def test_a_refused_look_ends_the_wait(scripted: Any, refusal: Any) -> None:
    """A refused poll, such as for an unknown job, ends the wait."""

    def reply(_: dict[str, Any]) -> None:
        raise refusal("BadRequestException", 400, "Invalid JobId")

    service = scripted(reply)
    with pytest.raises(errors.BadRequestError):
        wait(service)
    assert len(service.sent) == 1


@pytest.mark.parametrize("wrong", [{"job_id": ""}, {"job_id": "job", "timeout": -1}])
@pytest.mark.parametrize("kind", ["export", "import"])
def test_bad_input_is_refused_before_anything_is_connected(kind: str, wrong: Any) -> None:
    """A mistake that the caller can fix at once is reported first, whatever else is missing."""
    ses = SESInsights(profile_name="nobody")
    with pytest.raises(ValueError, match=r"job_id|timeout"):
        getattr(ses, f"wait_for_{kind}_job")(**wrong)
    ses.close()
