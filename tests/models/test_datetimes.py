"""Datetimes of other libraries: whatever class is given, the library holds a plain one in UTC."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd
import pendulum
import pytest
from pydantic import ValidationError
from typing_extensions import override

from sesinsights import AsyncSESInsights, SESInsights, models
from sesinsights.exports import read_metrics
from sesinsights.instants import plain_utc
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

DAY = datetime(2026, 1, 15, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
MISSING: Any = pd.NaT
INDIA = timezone(timedelta(hours=5, minutes=30))


class Moment(datetime):
    """A datetime of another library, which shows itself in its own way."""

    @override
    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """Return it in another form than the standard library's."""
        return f"moment {super().isoformat(sep, timespec)}"


CLASSES = {
    "pendulum": pendulum.instance,
    "pandas": pd.Timestamp,
    "subclass": lambda at: Moment.fromtimestamp(at.timestamp(), at.tzinfo),
    "zoneinfo": lambda at: at.replace(tzinfo=ZoneInfo("UTC")) if at.tzinfo is UTC else at,
}
each_class = pytest.mark.parametrize("as_class", CLASSES.values(), ids=CLASSES)
each_zone = pytest.mark.parametrize("zone", [UTC, INDIA], ids=["utc", "india"])


@each_class
@each_zone
def test_a_shape_holds_plain_datetimes(
    as_class: Callable[[datetime], datetime], zone: timezone
) -> None:
    """Whatever class is given to a shape or read by it, it holds a plain datetime in UTC."""
    noon = as_class(NOON.astimezone(zone))
    first, last = (as_class(day.astimezone(zone)) for day in (DAY, DAY + timedelta(days=1)))
    metrics = models.MetricsDataSource(
        dimensions={"ISP": ["*"]},
        namespace="VDM",
        metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
        start_date=first,
        end_date=last,
    )
    held = [
        models.MessageInsightsDataSource(start_date=DAY, end_date=noon).end_date,
        models.InsightsEvent.from_service({"Timestamp": noon, "Type": "SEND"}).timestamp,
        metrics.start_date,
        metrics.end_date,
    ]
    assert held == [NOON, NOON, DAY, DAY + timedelta(days=1)]
    assert {type(moment) for moment in held} == {datetime}
    assert {moment.tzinfo for moment in held} == {UTC}


def test_an_hour_that_a_clock_shows_twice_is_told_apart() -> None:
    """The later of two equal wall-clock times is an hour later in UTC."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    window = models.MessageInsightsDataSource(start_date=first, end_date=first.replace(fold=1))
    assert window.end_date - window.start_date == timedelta(hours=1)


def test_a_missing_time_is_refused() -> None:
    """The value that pandas has for a missing time is refused by the member's name."""
    with pytest.raises(ValidationError, match="end_date"):
        models.MessageInsightsDataSource(start_date=DAY, end_date=MISSING)


def test_an_instant_that_is_none_says_so() -> None:
    """A datetime that has no offset and no date is refused where no shape checks it."""
    with pytest.raises(ValueError, match="not an instant"):
        plain_utc(MISSING)


@pytest.fixture(params=[SESInsights, AsyncSESInsights], ids=["thread", "asyncio"])
def ses_class(request: pytest.FixtureRequest) -> Any:
    """A class of clients."""
    return request.param


def jobs_of(service: SESEmulator) -> int:
    """Return how many jobs were made."""
    return sum(request.operation == "CreateExportJob" for request in service.requests)


@each_class
def test_a_checkpoint_is_resumed_with_dates_of_any_class(
    as_class: Callable[[datetime], datetime],
    ses_class: Any,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    tmp_path: Path,
) -> None:
    """An export with such dates has every record, and makes its jobs once when begun again.

    Of whatever class and zone the dates are then.
    """
    end = fake_clock.now()
    ses_emulator.add_message(message_id="0100-a", sent_at=as_class(end - timedelta(hours=1)))
    ses_emulator.add_message(message_id="0100-b", sent_at=end - timedelta(milliseconds=1))
    made: list[int] = []

    async def export_in(
        client: Any, convert: Callable[[datetime], datetime], zone: timezone
    ) -> list[str]:
        export = client.export_message_insights(
            start_date=convert((end - timedelta(hours=2)).astimezone(zone)),
            end_date=convert(end.astimezone(zone)),
            checkpoint=tmp_path,
        )
        if isinstance(client, AsyncSESInsights):
            async with export, client:
                return [record.message_id async for record in export]
        with export, client:
            return [record.message_id for record in export]

    for convert, zone in ((as_class, INDIA), (as_class, UTC), (lambda moment: moment, INDIA)):
        client = ses_class(
            endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
        )
        found = asyncio.run(export_in(client, convert, zone))
        assert sorted(found) == ["0100-a", "0100-b"]
        made.append(jobs_of(ses_emulator))
    assert made == [1, 1, 1]


@each_class
def test_metrics_are_exported_with_dates_of_any_class(
    as_class: Callable[[datetime], datetime],
    ses_class: Any,
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    outcome: Any,
) -> None:
    """The records have plain dates, and each day has its job."""
    client = ses_class(
        endpoint_url=ses_emulator.endpoint_url, region_name="us-east-1", clock=fake_clock
    )
    day = fake_clock.now().replace(hour=0) - timedelta(days=3)
    ses_emulator.add_message(sent_at=day + timedelta(hours=30), isp="Gmail", events=["SEND"])
    records = outcome(
        client.export_metrics(
            dimensions={"ISP": ["Gmail"]},
            metrics=[models.ExportMetric(name="SEND", aggregation="VOLUME")],
            start_date=as_class(day),
            end_date=as_class(day + timedelta(days=2)),
            by_day=True,
        )
    )
    assert jobs_of(ses_emulator) == 2
    held = {moment for record in records for moment in (record.start_date, record.end_date)}
    assert held <= {day, day + timedelta(days=1), day + timedelta(days=2)}
    assert {type(moment) for moment in held} == {datetime}


@each_class
@each_zone
def test_dates_of_a_file_and_a_clock_are_plain(
    as_class: Callable[[datetime], datetime], zone: timezone, tmp_path: Path
) -> None:
    """What is given to a reader of files or to a clock for tests comes out plain, too."""
    file = tmp_path / "metrics.csv"
    file.write_text("ISP,SEND_VOLUME\nGmail,1.0000\n")
    noon = as_class(NOON.astimezone(zone))
    [record] = read_metrics(file, start_date=noon, end_date=noon)
    held = [record.start_date, record.end_date, FakeClock(noon).now()]
    assert held == [NOON, NOON, NOON]
    assert {type(moment) for moment in held} == {datetime}
