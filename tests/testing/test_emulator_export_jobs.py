"""Export jobs live by the clock and by the service's rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock

    Connect = Callable[[SESEmulator], Any]
    Refused = Callable[..., tuple[int, str, str]]

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)


def _insights(**changes: Any) -> dict[str, Any]:
    """Return the parameters of an accepted export of message insights, but for the changes."""
    source = {"StartDate": NOON - DAY, "EndDate": NOON, **changes}
    return {
        "ExportDataSource": {"MessageInsightsDataSource": source},
        "ExportDestination": {"DataFormat": "CSV"},
    }


def _metrics(**changes: Any) -> dict[str, Any]:
    """Return the parameters of an accepted export of metrics, but for the changes."""
    source = {
        "Namespace": "VDM",
        "Dimensions": {"ISP": ["*"]},
        "Metrics": [{"Name": "SEND", "Aggregation": "VOLUME"}],
        "StartDate": MIDNIGHT - DAY,
        "EndDate": MIDNIGHT,
        **changes,
    }
    return {
        "ExportDataSource": {"MetricsDataSource": source},
        "ExportDestination": {"DataFormat": "CSV"},
    }


def test_a_job_goes_through_its_statuses_by_the_clock(
    fake_clock: FakeClock, connect: Connect
) -> None:
    """CREATED for a quarter of its time, then PROCESSING, then COMPLETED."""
    with SESEmulator(clock=fake_clock, job_seconds=1800) as emulator:
        client = connect(emulator)
        job_id = client.create_export_job(**_insights())["JobId"]
        seen: list[str] = []
        for seconds in (0, 449, 1, 1349, 1):
            fake_clock.advance(seconds)
            seen.append(client.get_export_job(JobId=job_id)["JobStatus"])
        assert seen == ["CREATED", "CREATED", "PROCESSING", "PROCESSING", "COMPLETED"]


def test_a_running_job_has_no_end_no_link_and_no_statistics(client: Any) -> None:
    """What is not known yet is absent."""
    job_id = client.create_export_job(**_insights())["JobId"]
    answer = client.get_export_job(JobId=job_id)
    del answer["ResponseMetadata"]
    assert answer == {
        "JobId": job_id,
        "ExportSourceType": "MESSAGE_INSIGHTS",
        "JobStatus": "CREATED",
        "ExportDestination": {"DataFormat": "CSV"},
        "ExportDataSource": _insights()["ExportDataSource"],
        "CreatedTimestamp": NOON,
    }


def test_a_completed_job_has_an_end_a_link_and_what_it_examined(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Records examined are those of the interval; records exported are never counted."""
    emulator.add_message(subject="wanted", sent_at=NOON - DAY)
    emulator.add_message(subject="other", sent_at=NOON)
    emulator.add_message(subject="wanted", sent_at=NOON - DAY - timedelta(milliseconds=1))
    job_id = client.create_export_job(**_insights(Include={"Subject": ["wanted"]}))["JobId"]
    fake_clock.advance(10)
    answer = client.get_export_job(JobId=job_id)
    assert answer["CompletedTimestamp"] == NOON + timedelta(seconds=4)
    assert answer["Statistics"] == {"ProcessedRecordsCount": 2}
    assert answer["ExportDestination"]["S3Url"].startswith(emulator.endpoint_url)
    assert "FailureInfo" not in answer


def test_a_metrics_job_names_its_source(client: Any) -> None:
    """The kind of a job comes from its data source."""
    job_id = client.create_export_job(**_metrics())["JobId"]
    answer = client.get_export_job(JobId=job_id)
    assert answer["ExportSourceType"] == "METRICS_DATA"
    assert answer["ExportDataSource"] == _metrics()["ExportDataSource"]


def test_a_job_can_be_cancelled_until_it_is_finished(
    client: Any, fake_clock: FakeClock, refused: Refused
) -> None:
    """Cancelling ends a job at once, and a finished job stays as it is."""
    job_id = client.create_export_job(**_insights())["JobId"]
    fake_clock.advance(3)
    client.cancel_export_job(JobId=job_id)
    answer = client.get_export_job(JobId=job_id)
    assert answer["JobStatus"] == "CANCELLED"
    assert answer["CompletedTimestamp"] == NOON + timedelta(seconds=3)
    again = refused(client.cancel_export_job, JobId=job_id)
    assert again[:2] == (400, "BadRequestException")


def test_an_unknown_job_is_a_bad_request(client: Any, refused: Refused) -> None:
    """The service says so instead of NotFound."""
    expected = (400, "BadRequestException", "Invalid JobId")
    assert refused(client.get_export_job, JobId="unknown") == expected
    assert refused(client.cancel_export_job, JobId="unknown") == expected


def test_no_more_than_20_jobs_run_at_once(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """The next is refused until one has ended; finished jobs do not count."""
    emulator.add_export_jobs(30)
    running = emulator.add_export_jobs(20, job_status="PROCESSING")
    status, code, _ = refused(client.create_export_job, **_insights())
    assert (status, code) == (400, "LimitExceededException")
    client.cancel_export_job(JobId=running[0])
    client.create_export_job(**_insights())


def test_exports_need_virtual_deliverability_manager(
    fake_clock: FakeClock, connect: Connect, refused: Refused
) -> None:
    """Here the refusal is a bad request, unlike a lookup's."""
    with SESEmulator(clock=fake_clock, vdm_enabled=False) as emulator:
        assert refused(connect(emulator).create_export_job, **_insights()) == (
            400,
            "BadRequestException",
            "To use this feature you must enable Virtual Deliverability Manager",
        )


def _with_link() -> dict[str, Any]:
    parameters = _insights()
    parameters["ExportDestination"]["S3Url"] = "s3://bucket/key"
    return parameters


def _with_both_sources() -> dict[str, Any]:
    parameters = _insights()
    parameters["ExportDataSource"] |= _metrics()["ExportDataSource"]
    return parameters


def _with_no_source() -> dict[str, Any]:
    return {"ExportDataSource": {}, "ExportDestination": {"DataFormat": "CSV"}}


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        pytest.param(_with_link(), "S3Url must not be sent", id="link"),
        pytest.param(_with_both_sources(), "exactly one of", id="both sources"),
        pytest.param(_with_no_source(), "exactly one of", id="no source"),
        pytest.param(
            _insights(StartDate=NOON, EndDate=NOON - DAY), "must not be before", id="order"
        ),
        pytest.param(
            _insights(Include={"Subject": ["a*b"]}),
            "Include.Subject may have the wildcard",
            id="wildcard inside",
        ),
        pytest.param(
            _insights(Exclude={"Destination": ["*a*b"]}),
            "Exclude.Destination may have the wildcard",
            id="wildcard inside an exclusion",
        ),
        pytest.param(
            _metrics(StartDate=MIDNIGHT - DAY + timedelta(hours=1)), "start of a day", id="hours"
        ),
        pytest.param(_metrics(EndDate=NOON), "start of a day", id="noon"),
        pytest.param(_metrics(StartDate=MIDNIGHT), "must be after", id="empty interval"),
        pytest.param(
            _metrics(StartDate=MIDNIGHT - 60 * DAY, EndDate=MIDNIGHT + DAY),
            "more than 60 days",
            id="too long",
        ),
        pytest.param(
            _metrics(StartDate=MIDNIGHT - 61 * DAY, EndDate=MIDNIGHT - DAY),
            "at most 60 days ago",
            id="too old",
        ),
        pytest.param(
            _metrics(Dimensions={"ISP": ["*"], "EMAIL_IDENTITY": ["*"]}),
            "in one dimension only",
            id="two wildcards",
        ),
        pytest.param(
            _metrics(Dimensions={"ISP": ["*"], "EMAIL_IDENTITY": ["a.com", "b.com"]}),
            "one value each",
            id="values beside a wildcard",
        ),
        pytest.param(
            _metrics(Dimensions={"ISP": ["*", "Gmail"]}),
            "one value each",
            id="wildcard among values",
        ),
    ],
)
def test_requests_that_break_a_rule_are_refused(
    parameters: dict[str, Any], told: str, client: Any, refused: Refused
) -> None:
    """Rules between members hold, though the service model does not know them."""
    status, code, message = refused(client.create_export_job, **parameters)
    assert (status, code) == (400, "BadRequestException")
    assert told in message


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param(_insights(StartDate=NOON, EndDate=NOON), id="one instant"),
        pytest.param(_insights(MaxResults=10_000), id="most rows"),
        pytest.param(_insights(Include={"Subject": [r"a\*b"]}), id="escaped wildcard"),
        pytest.param(_insights(Include={"Subject": ["*"]}), id="wildcard alone"),
        pytest.param(_metrics(StartDate=MIDNIGHT - 60 * DAY), id="60 days"),
        pytest.param(
            _metrics(Dimensions={"ISP": ["Gmail", "Yahoo"], "TENANT_NAME": ["a", "b"]}),
            id="values in two dimensions",
        ),
        pytest.param(
            _metrics(Dimensions={"ISP": ["*"], "TENANT_NAME": ["a"]}), id="wildcard and value"
        ),
        pytest.param(_metrics(Metrics=[{"Name": "SEND"}, {}]), id="metrics that are not whole"),
    ],
)
def test_requests_at_the_edge_of_the_rules_are_accepted(
    parameters: dict[str, Any], client: Any
) -> None:
    """The emulator is no stricter than the service."""
    assert client.create_export_job(**parameters)["JobId"]


def test_a_seeded_job_keeps_its_status_or_goes_on(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A status that is given stays, None means by the clock."""
    kept = emulator.add_export_job(job_status="PROCESSING", job_id="kept")
    going = emulator.add_export_job(job_status=None, created_at=NOON - timedelta(seconds=2))
    assert client.get_export_job(JobId=going)["JobStatus"] == "PROCESSING"
    fake_clock.advance(3600)
    assert client.get_export_job(JobId=kept)["JobStatus"] == "PROCESSING"
    assert client.get_export_job(JobId=going)["JobStatus"] == "COMPLETED"


@pytest.mark.parametrize(("age", "took"), [(0, 0), (1, 1), (4, 4), (3600, 4)])
def test_a_seeded_job_did_not_end_in_the_future(
    age: int, took: int, client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A finished job took as long as jobs take, or as long as there was time; it stays so."""
    created = NOON - timedelta(seconds=age)
    job_id = emulator.add_export_job(created_at=created)
    for _ in range(2):
        completed = client.get_export_job(JobId=job_id)["CompletedTimestamp"]
        assert completed == created + timedelta(seconds=took)
        fake_clock.advance(10)


def test_a_seeded_job_fails_with_or_without_a_reason(client: Any, emulator: SESEmulator) -> None:
    """FailureInfo is absent when nothing is said."""
    told = emulator.add_export_job(job_status="FAILED", error_message="No space")
    silent = emulator.add_export_job(job_status="FAILED")
    assert client.get_export_job(JobId=told)["FailureInfo"] == {"ErrorMessage": "No space"}
    assert "FailureInfo" not in client.get_export_job(JobId=silent)


def test_a_seeded_job_exports_what_it_is_told(client: Any, emulator: SESEmulator) -> None:
    """The data source is given as a call would give it."""
    source = _metrics()["ExportDataSource"]
    job_id = emulator.add_export_job(export_data_source=source, data_format="JSON")
    answer = client.get_export_job(JobId=job_id)
    assert answer["ExportSourceType"] == "METRICS_DATA"
    assert answer["ExportDestination"]["DataFormat"] == "JSON"


def test_job_seeds_that_cannot_be_are_refused(emulator: SESEmulator) -> None:
    """A slip in a test is told at once."""
    with pytest.raises(ValueError, match="job_status must be None or one of CANCELLED"):
        emulator.add_export_job(job_status="DONE")
    with pytest.raises(ValueError, match=r"ExportDestination\.DataFormat must be one of CSV, JSON"):
        emulator.add_export_job(data_format="XML")
    with pytest.raises(ValueError, match=r"StartDate is required"):
        emulator.add_export_job(export_data_source={"MessageInsightsDataSource": {}})
    with pytest.raises(ValueError, match="created_at must be an aware datetime"):
        emulator.add_export_job(created_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="created_at must not be later than now"):
        emulator.add_export_job(created_at=NOON + timedelta(seconds=1))
    taken = emulator.add_export_job()
    with pytest.raises(ValueError, match=f"there is an export job {taken}"):
        emulator.add_export_job(job_id=taken)
