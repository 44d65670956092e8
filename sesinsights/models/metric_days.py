"""For which days metrics can be asked for."""

from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from sesinsights.models.fields import Timestamp
from sesinsights.models.limits import MAX_METRICS_DAYS
from sesinsights.models.shape import read_from_service


def _at_whole_day(value: datetime, info: ValidationInfo) -> datetime:
    if not read_from_service(info) and value.time() != time.min:
        raise ValueError("metrics are counted by whole UTC days: the time must be 00:00 UTC")
    return value


WholeDay = Annotated[Timestamp, AfterValidator(_at_whole_day)]
"""The start of a UTC day."""


def refuse_days_no_longer_kept(
    start_date: datetime, now: datetime, title: str, *place: str | int
) -> None:
    """Refuse metrics of days that are too long ago.

    Args:
        start_date: The first day.
        now: The current time, in UTC.
        title: The name of the request, for the error.
        place: The place of the first day in it.

    Raises:
        pydantic.ValidationError: The service no longer keeps them.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if start_date >= today - timedelta(days=MAX_METRICS_DAYS):
        return
    too_old = PydanticCustomError(
        "too_old",
        "metrics are kept for {days} days: start_date must not be earlier",
        {"days": MAX_METRICS_DAYS},
    )
    raise ValidationError.from_exception_data(
        title, [{"type": too_old, "loc": place, "input": start_date}], hide_input=True
    )


def refuse_too_many_days(start_date: datetime, end_date: datetime) -> None:
    """Refuse a period that is longer than one request may span.

    Raises:
        ValueError: It is.
    """
    if end_date - start_date > timedelta(days=MAX_METRICS_DAYS):
        raise ValueError(f"end_date must be at most {MAX_METRICS_DAYS} days after start_date")
