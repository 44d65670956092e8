"""Exports of metrics: whole days, in one job or in a job for each."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import SESInsights, errors, models
from sesinsights.exports import MetricsRecord
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sesinsights.testing import FakeClock

SENDS = models.ExportMetric(name=models.Metric.SEND, aggregation=models.MetricAggregation.VOLUME)


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of the emulator, for threads and for event loops."""
    return connect()


@pytest.fixture
def today(fake_clock: FakeClock) -> datetime:
    """The start of the day."""
    return fake_clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def mail_of_three_days(ses_emulator: SESEmulator, today: datetime) -> None:
    """One message on the first day, two on the second, three on the third."""
    for day in (1, 2, 3):
        for _ in range(day):
            ses_emulator.add_message(
                sent_at=today - timedelta(days=4 - day, hours=-5), isp="Gmail", events=["SEND"]
            )


def windows(service: SESEmulator) -> list[tuple[float, float]]:
    """Return the time of each job, in days since 1970."""
    sources = [
        request.parameters["ExportDataSource"]["MetricsDataSource"]
        for request in service.requests
        if request.operation == "CreateExportJob"
    ]
    return [(source["StartDate"] / 86400, source["EndDate"] / 86400) for source in sources]


@pytest.mark.usefixtures("mail_of_three_days")
def test_one_job_gives_the_figures_of_the_whole_time(
    ses: SESInsights, ses_emulator: SESEmulator, today: datetime
) -> None:
    """The file has no dates, so the record says what time it is about."""
    records = ses.export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[SENDS],
        start_date=today - timedelta(days=3),
        end_date=today,
    )
    (record,) = (record for record in records if any(record.metrics.values()))
    assert record.dimensions == {"ISP": "Gmail"}
    assert record.metrics == {"SEND_VOLUME": 6.0}
    assert (record.start_date, record.end_date) == (today - timedelta(days=3), today)
    assert len(windows(ses_emulator)) == 1


@pytest.mark.usefixtures("mail_of_three_days")
def test_a_job_for_each_day_gives_the_figures_of_each(
    ses: SESInsights, ses_emulator: SESEmulator, today: datetime
) -> None:
    """Each day is requested from its start to the next, and the days come in order."""
    records = ses.export_metrics(
        dimensions={"ISP": ["Gmail"]},
        metrics=[SENDS],
        start_date=today - timedelta(days=3),
        end_date=today,
        by_day=True,
    )
    assert [record.metrics["SEND_VOLUME"] for record in records] == [1.0, 2.0, 3.0]
    assert [record.start_date for record in records] == [
        today - timedelta(days=days) for days in (3, 2, 1)
    ]
    first = (today - timedelta(days=3)).timestamp() / 86400
    assert sorted(windows(ses_emulator)) == [(first + n, first + n + 1) for n in range(3)]


def test_all_that_the_service_keeps_may_be_asked_for(
    ses: SESInsights, ses_emulator: SESEmulator, today: datetime
) -> None:
    """Sixty days, in one job."""
    ses.export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[SENDS],
        start_date=today - timedelta(days=60),
        end_date=today,
    )
    assert len(windows(ses_emulator)) == 1


def test_every_day_is_a_job_but_never_more_than_twenty_run_at_once(
    connect: Callable[..., Any], fake_clock: FakeClock, today: datetime
) -> None:
    """The service's limit is reached, and kept without being refused once."""
    paces = {"CreateExportJob": None}
    with SESEmulator(clock=fake_clock, job_seconds=0.5, paces=paces) as service:
        connect(endpoint_url=service.endpoint_url, paces=paces).export_metrics(
            dimensions={"ISP": ["*"]},
            metrics=[SENDS],
            start_date=today - timedelta(days=60),
            end_date=today - timedelta(days=35),
            by_day=True,
        )
        created = [r for r in service.requests if r.operation == "CreateExportJob"]
        assert len(set(windows(service))) == 25
    assert {request.status_code for request in created} == {200}
    assert sum(request.at == created[0].at for request in created) == 20


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        (timedelta(days=-61), timedelta(days=-1), "60 days"),
        (timedelta(days=-3), timedelta(hours=-1), "whole UTC days"),
        (timedelta(days=-3), timedelta(days=-3), "at least a day"),
    ],
)
@pytest.mark.parametrize("by_day", [False, True])
def test_days_that_the_service_would_refuse_are_not_sent(  # noqa: PLR0917 - fixtures
    ses: SESInsights,
    ses_emulator: SESEmulator,
    today: datetime,
    start: timedelta,
    end: timedelta,
    problem: str,
    by_day: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Too old, not whole or empty: the model says so by name."""
    with pytest.raises(pydantic.ValidationError, match=problem):
        ses.export_metrics(
            dimensions={"ISP": ["*"]},
            metrics=[SENDS],
            start_date=today + start,
            end_date=today + end,
            by_day=by_day,
        )
    assert ses_emulator.requests == []


def test_a_failed_job_of_one_day_is_an_error(
    ses: SESInsights, ses_emulator: SESEmulator, today: datetime
) -> None:
    """Figures of some days are not taken for those of all."""
    arguments: dict[str, Any] = {
        "dimensions": {"ISP": ["*"]},
        "metrics": [SENDS],
        "start_date": today - timedelta(days=3),
        "end_date": today,
    }
    ses_emulator.faults.fail_job()
    with pytest.raises(errors.ExportJobFailedError):
        ses.export_metrics(**arguments, by_day=True)


def test_a_metric_without_an_aggregation_is_a_volume(
    ses: SESInsights, ses_emulator: SESEmulator, today: datetime
) -> None:
    """A metric without an aggregation is requested as a volume."""
    ses_emulator.add_message(sent_at=today - timedelta(hours=5), isp="Gmail", events=["SEND"])
    (record,) = ses.export_metrics(
        dimensions={"ISP": ["Gmail"]},
        metrics=[models.ExportMetric(name="SEND")],
        start_date=today - timedelta(days=1),
        end_date=today,
    )
    assert record.metrics == {"SEND_VOLUME": 1.0}
    (request,) = (r for r in ses_emulator.requests if r.operation == "CreateExportJob")
    (metric,) = request.parameters["ExportDataSource"]["MetricsDataSource"]["Metrics"]
    assert metric == {"Name": "SEND", "Aggregation": "VOLUME"}


def test_the_repr_tells_records_apart_and_hides_addresses() -> None:
    """An identity may be an address, but a domain or a provider is not."""
    values = ["Gmail", "example.com", "ada@example.com", "bob@example.com"]
    shown = [
        repr(MetricsRecord({"EMAIL_IDENTITY": value}, {"SEND_VOLUME": 1.0})) for value in values
    ]
    assert "'Gmail'" in shown[0]
    assert "'example.com'" in shown[1]
    assert shown[2] == shown[3]
    assert "ada" not in shown[2]
    assert "'SEND_VOLUME': 1.0" in shown[0]


@pytest.mark.parametrize("what", ["metrics", "message insights"])
def test_dates_are_checked_before_the_region_is_asked_for(
    today: datetime, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Wrong arguments are reported even without a configured Region."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    dates: Any = {"start_date": today - timedelta(days=100), "end_date": today - timedelta(days=99)}
    with SESInsights(clock=fake_clock) as ses:
        if what == "metrics":
            with pytest.raises(pydantic.ValidationError, match="60 days"):
                ses.export_metrics(dimensions={"ISP": ["*"]}, metrics=[SENDS], **dates)
        else:
            with (
                ses.export_message_insights(**dates) as export,
                pytest.raises(errors.ExportIncompleteError, match="30 days"),
            ):
                list(export)


@pytest.mark.usefixtures("mail_of_three_days")
def test_records_become_a_table(connect: Any, today: datetime) -> None:
    """Each day and provider is a row, with figures that are numbers."""
    records = connect().export_metrics(
        dimensions={"ISP": ["*"]},
        metrics=[SENDS],
        start_date=today - timedelta(days=3),
        end_date=today,
        by_day=True,
    )
    frame = records.to_pandas()
    assert [*frame.columns] == ["start_date", "end_date", "ISP", "SEND_VOLUME"]
    assert frame[frame["ISP"] == "Gmail"]["SEND_VOLUME"].tolist() == [1, 2, 3]
    assert records.to_polars().rows() == [
        tuple(row.values()) for row in records.to_arrow().to_pylist()
    ]
    assert records == [*records]
