"""The rules of CreateExportJob that the service model does not hold."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.models.limits import MAX_METRICS_DAYS
from sesinsights.testing.message_filter import MessageFilter
from sesinsights.testing.refusal import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["WILDCARD", "check_export_request"]

WILDCARD = "*"
"""A dimension's value that stands for every value."""

_METRICS_DAYS = timedelta(days=MAX_METRICS_DAYS)


def check_export_request(parameters: Mapping[str, Any], now: datetime) -> None:
    """Check a CreateExportJob call whose members have the right types already.

    Raises:
        RefusalError: A rule is broken.
    """
    if "S3Url" in parameters["ExportDestination"]:
        message = "ExportDestination.S3Url must not be sent: the service chooses the location"
        raise bad_request(message)
    sources = parameters["ExportDataSource"]
    if len(sources) != 1:
        message = (
            "ExportDataSource must have exactly one of MetricsDataSource"
            " and MessageInsightsDataSource"
        )
        raise bad_request(message)
    if "MetricsDataSource" in sources:
        _check_metrics(sources["MetricsDataSource"], now)
    else:
        _check_message_insights(sources["MessageInsightsDataSource"])


def _check_message_insights(source: Mapping[str, Any]) -> None:
    if source["EndDate"] < source["StartDate"]:
        message = "MessageInsightsDataSource.EndDate must not be before StartDate"
        raise bad_request(message)
    MessageFilter(source)


def _check_metrics(source: Mapping[str, Any], now: datetime) -> None:
    start, end = source["StartDate"], source["EndDate"]
    if start.time() != time.min or end.time() != time.min:
        message = "MetricsDataSource.StartDate and EndDate must be the start of a day in UTC"
        raise bad_request(message)
    if end <= start:
        message = "MetricsDataSource.EndDate must be after StartDate"
        raise bad_request(message)
    if end - start > _METRICS_DAYS:
        message = f"MetricsDataSource must not span more than {_METRICS_DAYS.days} days"
        raise bad_request(message)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if start < today - _METRICS_DAYS:
        message = f"MetricsDataSource.StartDate must be at most {_METRICS_DAYS.days} days ago"
        raise bad_request(message)
    _check_dimensions(source["Dimensions"])


def _check_dimensions(dimensions: Mapping[str, list[str]]) -> None:
    with_wildcard = [name for name, values in dimensions.items() if WILDCARD in values]
    if len(with_wildcard) > 1:
        message = f"MetricsDataSource.Dimensions may have {WILDCARD} in one dimension only"
        raise bad_request(message)
    if with_wildcard and any(len(values) > 1 for values in dimensions.values()):
        message = f"MetricsDataSource.Dimensions may have one value each when one has {WILDCARD}"
        raise bad_request(message)
