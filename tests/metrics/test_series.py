"""Series of metrics: each query has a result or an error, and days are those of the mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import RetryPolicy, SESInsights, errors
from sesinsights.exports import MetricsRecord
from sesinsights.metrics import MetricPoint
from sesinsights.metrics.asking import metric_series

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator
    from tests.fixtures.scripted import ScriptedService

DAY = timedelta(days=1)


@pytest.fixture
def ses(connect: Callable[..., Any]) -> Any:
    """A client of the emulator, for threads and for event loops."""
    return connect()


@pytest.fixture
def today(fake_clock: FakeClock) -> datetime:
    """The start of the day."""
    return fake_clock.now().replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def week(today: datetime) -> dict[str, Any]:
    """The seven days before today."""
    return {"start_date": today - 7 * DAY, "end_date": today}


@pytest.fixture
def mail(ses_emulator: SESEmulator, today: datetime) -> None:
    """Two messages to Gmail, one of which bounced, and one to Yahoo on another day."""
    ses_emulator.add_message(sent_at=today - 2 * DAY, isp="Gmail", events=["SEND", "DELIVERY"])
    ses_emulator.add_message(
        sent_at=today - 2 * DAY, isp="Gmail", events=["SEND", "PERMANENT_BOUNCE"]
    )
    ses_emulator.add_message(sent_at=today - DAY, isp="Yahoo", events=["SEND", "DELIVERY"])


def sizes(emulator: SESEmulator) -> list[int]:
    """Return how many queries each call had."""
    return [len(request.parameters["Queries"]) for request in emulator.requests]


def sent(service: ScriptedService, start: datetime, end: datetime) -> Any:
    """Return the series of what was sent."""
    flow = metric_series(
        service.pipeline, metrics=["SEND"], dimensions=None, start_date=start, end_date=end
    )
    return service.run(flow)


@pytest.mark.usefixtures("mail")
def test_each_metric_and_value_has_a_series(
    ses: SESInsights, today: datetime, week: dict[str, Any]
) -> None:
    """They come in the order of the request, whatever the order of the responses."""
    series = ses.metric_series(["SEND", "DELIVERY"], {"ISP": ["Gmail", "Yahoo"]}, **week)
    assert [(one.metric, one.dimensions, one.points) for one in series] == [
        ("SEND", {"ISP": "Gmail"}, (MetricPoint(today - 2 * DAY, 2),)),
        ("DELIVERY", {"ISP": "Gmail"}, (MetricPoint(today - 2 * DAY, 1),)),
        ("SEND", {"ISP": "Yahoo"}, (MetricPoint(today - DAY, 1),)),
        ("DELIVERY", {"ISP": "Yahoo"}, (MetricPoint(today - DAY, 1),)),
    ]
    (everything,) = ses.metric_series(["SEND"], **week)
    assert (everything.total, len(everything.points), everything.dimensions) == (3, 2, {})
    assert (everything.start_date, everything.end_date) == (today - 7 * DAY, today)


@pytest.mark.usefixtures("mail")
def test_series_are_a_table_like_that_of_exports(
    ses: SESInsights, today: datetime, week: dict[str, Any]
) -> None:
    """A day on which anything was counted has 0 for the rest; other days have no row."""
    series = ses.metric_series(["SEND", "PERMANENT_BOUNCE", "OPEN"], **week)
    assert series.to_records() == [
        MetricsRecord(
            dimensions={},
            metrics={"SEND_VOLUME": sent, "PERMANENT_BOUNCE_VOLUME": bounced, "OPEN_VOLUME": 0.0},
            start_date=day,
            end_date=day + DAY,
        )
        for day, sent, bounced in ((today - 2 * DAY, 2.0, 1.0), (today - DAY, 1.0, 0.0))
    ]
    assert series.to_pandas()["SEND_VOLUME"].tolist() == [2, 1]
    assert series.to_polars().rows() == [
        tuple(row.values()) for row in series.to_arrow().to_pylist()
    ]
    bounces = series[1]
    assert bounces.to_arrow().to_pydict() == {
        "start_date": [today - 2 * DAY],
        "end_date": [today - DAY],
        "PERMANENT_BOUNCE_VOLUME": [1.0],
    }
    assert bounces.to_pandas()["PERMANENT_BOUNCE_VOLUME"].tolist() == [1]
    assert len(bounces.to_polars()) == 1
    assert "<td" in series._repr_html_()


def test_a_table_without_days_has_its_columns(ses: SESInsights, week: dict[str, Any]) -> None:
    """A quiet week breaks no program that reads a column."""
    columns = ["start_date", "end_date", "ISP", "SEND_VOLUME", "OPEN_VOLUME"]
    series = ses.metric_series(["SEND", "OPEN"], {"ISP": ["Gmail", "Yahoo"]}, **week)
    assert [*series.to_pandas().columns] == columns
    assert series.to_polars()["SEND_VOLUME"].sum() == 0
    assert [*series[1].to_pandas().columns] == [name for name in columns if name != "SEND_VOLUME"]
    exported = ses.export_metrics(
        dimensions={"ISP": ["Gmail"]},
        metrics=[{"name": "SEND"}, {"name": "OPEN", "aggregation": "RATE"}],
        **week,
    )
    assert exported == []
    assert exported.to_arrow().column_names == [*columns[:4], "OPEN_RATE"]


@pytest.mark.usefixtures("mail")
def test_a_slice_is_a_table_too(ses: SESInsights, week: dict[str, Any]) -> None:
    """Slices of series and of records keep their type and, also when empty, their columns."""
    series = ses.metric_series(["SEND", "DELIVERY"], {"ISP": ["Gmail", "Yahoo"]}, **week)
    assert type(series[:2]) is type(series[::-1]) is type(series)
    assert series[1:3] == [series[1], series[2]]
    assert [*series[:1].to_pandas()["SEND_VOLUME"]] == [2]
    assert "DELIVERY_VOLUME" not in series[::2].to_arrow().column_names
    records = series.to_records()
    for part in (records[:1], records[2:], records[:1][1:]):
        assert type(part) is type(records)
        assert part.to_arrow().column_names == records.to_arrow().column_names
    assert len(series) == 4
    assert len(records) == 2


def test_many_queries_are_calls_of_ten_at_the_service_s_pace(
    ses: SESInsights, ses_emulator: SESEmulator, week: dict[str, Any]
) -> None:
    """Many queries take the fewest calls, none is throttled, and every series is returned."""
    names = [f"set-{number}" for number in range(123)]
    series = ses.metric_series(["SEND", "DELIVERY"], {"CONFIGURATION_SET": names}, **week)
    assert len(series) == 246
    assert sorted(sizes(ses_emulator)) == [6, *[10] * 24]
    assert {request.status_code for request in ses_emulator.requests} == {200}
    arrivals = sorted(request.at for request in ses_emulator.requests)
    assert (arrivals[-1] - arrivals[0]).total_seconds() >= 24 / 16


@pytest.mark.usefixtures("mail")
def test_a_query_that_fails_in_passing_is_asked_again_alone(
    ses: SESInsights, ses_emulator: SESEmulator, week: dict[str, Any]
) -> None:
    """A failed query is sent again alone, and never counts as 0."""
    ses_emulator.faults.fail_query("SEND", times=2)
    series = ses.metric_series(["DELIVERY", "SEND", "OPEN"], **week)
    assert [one.total for one in series] == [2, 3, 0]
    assert sizes(ses_emulator) == [3, 1, 1]


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(("code", "calls"), [("ACCESS_DENIED", [3]), ("INTERNAL_FAILURE", [3, 1])])
def test_a_query_that_is_never_answered_is_an_error(
    connect: Callable[..., Any],
    ses_emulator: SESEmulator,
    week: dict[str, Any],
    code: str,
    calls: list[int],
) -> None:
    """A query that keeps failing is an error with the other series, without addresses."""
    ses_emulator.faults.fail_query("SEND", code, times=None)
    ses: SESInsights = connect(retry=RetryPolicy(max_attempts=2))
    with pytest.raises(errors.MetricsIncompleteError) as caught:
        ses.metric_series(
            ["DELIVERY", "SEND", "OPEN"], {"EMAIL_IDENTITY": ["sender@example.com"]}, **week
        )
    assert sizes(ses_emulator) == calls
    error = caught.value
    assert [(one.metric, one.total) for one in error.series] == [("DELIVERY", 2), ("OPEN", 0)]
    assert [query.metric for query in error.queries] == ["SEND"]
    assert [found and found.code for found in error.errors] == [code]
    assert f"SEND of EMAIL_IDENTITY=<address>: {code}" in str(error)
    assert "sender" not in f"{error} {error!r} {error.series!r}"


def test_an_answer_may_come_in_any_order_and_lack_queries(
    scripted: type[ScriptedService],
) -> None:
    """Results belong to their ids; a query with neither result nor error is sent again."""
    now = datetime.fromisoformat("2026-01-14T00:00:00+00:00")

    def reply(parameters: dict[str, Any]) -> Any:
        queries = parameters["Queries"]
        results = [
            {"Id": query["Id"], "Timestamps": [now, now - DAY], "Values": [7, int(query["Id"])]}
            for query in queries
        ]
        # Of the first call, the first query is lost.
        return {"Results": results[:0:-1] if len(queries) > 1 else results, "Errors": []}

    service = scripted(reply)
    series = service.run(
        metric_series(
            service.pipeline,
            metrics=["SEND", "DELIVERY", "OPEN"],
            dimensions=None,
            start_date=service.clock.now().replace(hour=0, minute=0, second=0) - 5 * DAY,
            end_date=service.clock.now().replace(hour=0, minute=0, second=0),
        )
    )
    assert [[value for _, value in one.points] for one in series] == [[0, 7], [1, 7], [2, 7]]
    assert [len(parameters["Queries"]) for _, _, parameters in service.sent] == [3, 1]


def test_an_error_beside_a_result_is_an_error(scripted: type[ScriptedService]) -> None:
    """A result next to an error is dropped, since it may lack days."""
    failed = [{"Id": "0", "Code": "INTERNAL_FAILURE"}]
    now = datetime.fromisoformat("2026-01-10T00:00:00+00:00")
    answers = [
        {"Results": [{"Id": "0", "Timestamps": [now], "Values": [1]}], "Errors": failed},
        {"Results": [{"Id": "0", "Timestamps": [now, now + DAY / 2], "Values": [5, 2]}]},
    ]
    service = scripted(lambda _: answers.pop(0))
    today = service.clock.now().replace(hour=0, minute=0, second=0)
    (one,) = sent(service, today - 7 * DAY, today)
    assert one.points == (MetricPoint(now, 7),)


def test_days_that_nobody_asked_for_are_left_out(scripted: type[ScriptedService]) -> None:
    """A series and its total are those of the period, even if the response covers more."""
    today = datetime.fromisoformat("2026-01-10T00:00:00+00:00")
    days = [today - 3 * DAY, today - 2 * DAY, today - DAY / 2, today]
    answer = {"Results": [{"Id": "0", "Timestamps": days, "Values": [1, 20, 300, 4000]}]}
    service = scripted(lambda _: answer)
    (one,) = sent(service, today - 2 * DAY, today)
    assert one.points == (MetricPoint(today - 2 * DAY, 20), MetricPoint(today - DAY, 300))
    assert one.total == 320


def test_two_results_of_one_query_cannot_be_read(scripted: type[ScriptedService]) -> None:
    """Two results of one query are an error: neither is chosen, and they are not added up."""
    today = datetime.fromisoformat("2026-01-10T00:00:00+00:00")
    result = {"Id": "0", "Timestamps": [today - DAY], "Values": [1]}
    service = scripted(lambda _: {"Results": [result, result]})
    with pytest.raises(errors.ResponseValidationError, match="two results for query 0"):
        sent(service, today - DAY, today)


def test_numbers_without_days_cannot_be_read(scripted: type[ScriptedService]) -> None:
    """Numbers without days are an error: they are not assigned to days."""
    service = scripted(lambda _: {"Results": [{"Id": "0", "Timestamps": [], "Values": [7]}]})
    today = service.clock.now().replace(hour=0, minute=0, second=0)
    with pytest.raises(errors.ResponseValidationError, match="0 timestamps and 1 values"):
        sent(service, today - DAY, today)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"start_date": -61, "end_date": -59}, "60 days"),
        ({"start_date": -60, "end_date": 1}, "at most 60 days after"),
        ({"start_date": -1, "end_date": -1}, "at least a day"),
        ({"end_date": 0.5}, "whole UTC days"),
        ({"metrics": []}, "metrics"),
        ({"metrics": ["SEND", "SEND"]}, "metrics: each value must be given once"),
        ({"metrics": ["HOPE"]}, "metrics"),
        ({"dimensions": {"ISP": ["*"]}}, r"dimensions.ISP: \* is not allowed here"),
        ({"dimensions": {"ISP": []}}, "dimensions.ISP"),
        ({"dimensions": {"ISP": [""]}}, "ISP: a value must not be empty"),
        ({"dimensions": {"PLANET": ["Mars"]}}, "dimensions"),
    ],
)
def test_what_the_service_would_refuse_is_not_sent(
    ses: SESInsights,
    ses_emulator: SESEmulator,
    today: datetime,
    changes: dict[str, Any],
    problem: str,
) -> None:
    """Too old, too long, not whole, empty or unknown: the error names the argument."""
    given: dict[str, Any] = {"metrics": ["SEND"], "start_date": -7, "end_date": 0, **changes}
    for name in ("start_date", "end_date"):
        given[name] = today + timedelta(days=given[name])
    with pytest.raises(pydantic.ValidationError, match=problem):
        ses.metric_series(**given)
    assert ses_emulator.requests == []


def test_days_of_sixty_days_ago_are_still_there(
    ses: SESInsights, ses_emulator: SESEmulator, today: datetime
) -> None:
    """The first day that the service keeps may be asked for, and so may the day that runs."""
    ses_emulator.add_message(sent_at=today - 60 * DAY)
    ses_emulator.add_message(sent_at=ses_emulator.now())
    (old,) = ses.metric_series(["SEND"], start_date=today - 60 * DAY, end_date=today)
    (new,) = ses.metric_series(["SEND"], start_date=today, end_date=today + DAY)
    assert (old.points, new.points) == (
        (MetricPoint(today - 60 * DAY, 1),),
        (MetricPoint(today, 1),),
    )


def test_without_the_manager_there_are_no_metrics(
    ses: SESInsights, ses_emulator: SESEmulator, week: dict[str, Any]
) -> None:
    """Without VDM, metrics raise the same error as lookups, without a retry."""
    ses_emulator.vdm_enabled = False
    with pytest.raises(errors.VdmNotEnabledError):
        ses.metric_series(["SEND"], **week)
    assert len(ses_emulator.requests) == 1
