"""Datetimes of other libraries: whatever class is given, the library holds a plain one in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd
import pendulum
import pytest
from pydantic import ValidationError

from sesinsights import models
from sesinsights.models.fields import plain_utc

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = datetime(2026, 1, 15, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
MISSING: Any = pd.NaT
INDIA = timezone(timedelta(hours=5, minutes=30))


class Moment(datetime):
    """A datetime of another library, which shows itself in its own way."""

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
        models.InsightsEvent.from_service({"Timestamp": noon}).timestamp,
        metrics.start_date,
        metrics.end_date,
    ]
    assert held == [NOON, NOON, DAY, DAY + timedelta(days=1)]
    assert {type(moment) for moment in held} == {datetime}
    assert {moment.tzinfo for moment in held if moment} == {UTC}


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
