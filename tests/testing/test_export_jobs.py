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
    Post = Callable[..., tuple[int, str | None, dict[str, Any]]]
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
    """PROCESSING from the first look on, CREATED before that only when asked, then COMPLETED."""
    seen: dict[float, list[str]] = {}
    for created in (0, 450, 9999):
        settings: dict[str, Any] = {"job_seconds": 1800, "created_seconds": created}
        with SESEmulator(clock=fake_clock, **settings) as emulator:
            client = connect(emulator)
            job_id = client.create_export_job(**_insights())["JobId"]
            seen[created] = []
            for seconds in (0, 449, 1, 1349, 1):
                fake_clock.advance(seconds)
                seen[created].append(client.get_export_job(JobId=job_id)["JobStatus"])
    assert seen == {
        0: ["PROCESSING"] * 4 + ["COMPLETED"],
        450: ["CREATED"] * 2 + ["PROCESSING"] * 2 + ["COMPLETED"],
        9999: ["CREATED"] * 4 + ["COMPLETED"],
    }


def test_a_running_job_has_no_end_no_link_and_no_statistics(client: Any) -> None:
    """A running job has no end, link and statistics."""
    job_id = client.create_export_job(**_insights())["JobId"]
    answer = client.get_export_job(JobId=job_id)
    del answer["ResponseMetadata"]
    assert answer == {
        "JobId": job_id,
        "ExportSourceType": "MESSAGE_INSIGHTS",
        "JobStatus": "PROCESSING",
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
    assert refused(client.cancel_export_job, JobId=job_id) == (
        400,
        "BadRequestException",
        "Cannot cancel an export job that has a <CANCELLED> status.",
    )


def test_an_unknown_job_is_a_bad_request(client: Any, refused: Refused) -> None:
    """An unknown job is a bad request, as at the service."""
    expected = (400, "BadRequestException", "Invalid JobId")
    assert refused(client.get_export_job, JobId="unknown") == expected
    assert refused(client.cancel_export_job, JobId="unknown") == expected


def test_no_more_than_20_jobs_run_at_once(
    client: Any, emulator: SESEmulator, refused: Refused
) -> None:
    """The next is refused until one has ended; finished jobs do not count."""
    emulator.add_export_jobs(30)
    running = emulator.add_export_jobs(20, job_status="PROCESSING")
    for parameters, kind in ((_insights(), "MESSAGE_INSIGHTS"), (_metrics(), "METRICS_DATA")):
        assert refused(client.create_export_job, **parameters) == (
            400,
            "LimitExceededException",
            (
                f"There are too many <{kind}> export jobs running - either cancel one of the jobs"
                " or wait for it to complete before resubmitting."
            ),
        )
    client.cancel_export_job(JobId=running[0])
    client.create_export_job(**_insights())


def test_exports_need_virtual_deliverability_manager(
    fake_clock: FakeClock, connect: Connect, refused: Refused
) -> None:
    """Without VDM, an export is a bad request, unlike a lookup."""
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
        pytest.param(_with_link(), "Providing a custom S3 URL is not supported", id="link"),
        pytest.param(_with_both_sources(), "One data source must be provided", id="both sources"),
        pytest.param(_with_no_source(), "One data source must be provided", id="no source"),
        pytest.param(
            _insights(StartDate=NOON, EndDate=NOON - DAY), "Invalid date range", id="order"
        ),
        pytest.param(_insights(StartDate=NOON, EndDate=NOON), "Invalid date range", id="instant"),
        pytest.param(
            _insights(StartDate=NOON, EndDate=NOON + timedelta(microseconds=999)),
            "Invalid date range",
            id="less than a millisecond",
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
            _metrics(StartDate=MIDNIGHT - DAY + timedelta(hours=1)),
            "from midnight to midnight UTC",
            id="hours",
        ),
        pytest.param(_metrics(EndDate=NOON), "from midnight to midnight UTC", id="noon"),
        pytest.param(_metrics(StartDate=MIDNIGHT), "Invalid date range", id="empty interval"),
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
        pytest.param(
            _insights(StartDate=NOON, EndDate=NOON + timedelta(milliseconds=1)), id="one instant"
        ),
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
    """Requests at the edge of the rules are accepted."""
    assert client.create_export_job(**parameters)["JobId"]


def _all_wrong() -> dict[str, Any]:
    """Return a request that breaks every rule, each of another kind."""
    source = {
        "StartDate": NOON.timestamp(),
        "EndDate": NOON.timestamp(),
        "MaxResults": 0,
        "Include": {"Subject": ["a*b"], "Isp": ["a"] * 6},
    }
    metrics = {
        **_metrics()["ExportDataSource"]["MetricsDataSource"],
        "StartDate": NOON.timestamp(),
        "EndDate": NOON.timestamp(),
    }
    return {
        "ExportDataSource": {"MessageInsightsDataSource": source, "MetricsDataSource": metrics},
        "ExportDestination": {"S3Url": 7},
    }


def test_refusals_come_in_the_services_order(post: Post, emulator: SESEmulator) -> None:
    """Types, data source, destination, link, VDM, filters and limits, dates, days: one by one."""
    emulator.vdm_enabled = False
    body = _all_wrong()
    sources, destination = body["ExportDataSource"], body["ExportDestination"]
    insights, metrics = sources["MessageInsightsDataSource"], sources["MetricsDataSource"]
    value = "Value at 'exportDataSource.messageInsightsDataSource"
    length = "failed to satisfy constraint: Member must have length less than or equal to 5"
    least = "failed to satisfy constraint: Member must have value greater than or equal to 1"

    def refusal() -> tuple[str | None, str | None]:
        status, code, answer = post("/v2/email/export-jobs", body)
        assert status == 400
        return code, answer["message"]

    def bad(message: str) -> tuple[str, str]:
        return "BadRequestException", message

    assert refusal() == ("SerializationException", None)
    destination["S3Url"] = "s3://bucket/key"
    assert refusal() == bad("One data source must be provided")
    del sources["MetricsDataSource"]
    assert refusal() == bad(
        "1 validation error detected: Value at 'exportDestination.dataFormat' failed to satisfy"
        " constraint: Member must not be null"
    )
    destination["DataFormat"] = "CSV"
    assert refusal() == bad("Providing a custom S3 URL is not supported")
    del destination["S3Url"]
    assert refusal() == bad("To use this feature you must enable Virtual Deliverability Manager")
    emulator.vdm_enabled = True
    assert refusal() == bad(
        f"2 validation errors detected: {value}.include.isp' {length}; {value}.maxResults' {least}"
    )
    del insights["MaxResults"], insights["Include"]["Isp"]
    _, message = refusal()
    assert message
    assert "Include.Subject may have the wildcard" in message
    del insights["Include"]
    assert refusal() == bad("Invalid date range")
    body["ExportDataSource"] = {"MetricsDataSource": metrics}
    assert refusal() == bad("Invalid date range")
    metrics["EndDate"] += 86_400
    assert refusal() == bad(
        "To get daily aggregated data you must not specify partial-day timestamps. Please make"
        " your interval go from midnight to midnight UTC."
    )


def test_a_seeded_job_keeps_its_status_or_goes_on(
    client: Any, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """A given status stays; with None, the status follows the clock."""
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
    """A failed job without a reason has no FailureInfo."""
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
    """A mistake in a test is refused at once."""
    with pytest.raises(ValueError, match="job_status must be None or one of CANCELLED"):
        emulator.add_export_job(job_status="DONE")
    with pytest.raises(ValueError, match=r"'exportDestination\.dataFormat' .* set: \[CSV, JSON\]"):
        emulator.add_export_job(data_format="XML")
    with pytest.raises(ValueError, match=r"InsightsDataSource\.startDate' .* must not be null"):
        emulator.add_export_job(export_data_source={"MessageInsightsDataSource": {}})
    with pytest.raises(ValueError, match="created_at must be an aware datetime"):
        emulator.add_export_job(created_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="created_at must not be in the future"):
        emulator.add_export_job(created_at=NOON + timedelta(seconds=1))
    with pytest.raises(ValueError, match="exactly one data source"):
        emulator.add_export_job(export_data_source=_with_both_sources()["ExportDataSource"])
    taken = emulator.add_export_job()
    with pytest.raises(ValueError, match=f"there is already a job {taken}"):
        emulator.add_export_job(job_id=taken)
