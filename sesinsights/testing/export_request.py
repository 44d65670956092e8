"""The checks of CreateExportJob, in the order that was observed at the service."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.models.limits import MAX_METRICS_DAYS
from sesinsights.testing.clock import to_milliseconds
from sesinsights.testing.exchange import bad_request
from sesinsights.testing.message_filter import MessageFilter
from sesinsights.testing.message_insights import VDM_DISABLED
from sesinsights.testing.shape_check import check_constraints

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from botocore.model import StructureShape


WILDCARD = "*"
"""A dimension's value that stands for every value."""

_METRICS_DAYS = timedelta(days=MAX_METRICS_DAYS)


class ExportRequestRules:
    """The rules for a CreateExportJob call whose members have the right types already.

    Args:
        shape: The call's input in the service model.
    """

    def __init__(self, shape: StructureShape) -> None:
        self._source = shape.members["ExportDataSource"]
        self._destination = shape.members["ExportDestination"]

    def check(self, parameters: Mapping[str, Any], now: datetime, *, vdm_enabled: bool) -> None:
        """Check a call: its sources, its destination, VDM, filters and limits, then dates.

        Raises:
            RefusalError: A rule is broken.
        """
        sources: Mapping[str, Any] = parameters.get("ExportDataSource") or {}
        if len(sources) != 1:
            message = "One data source must be provided"
            raise bad_request(message)
        destination = parameters.get("ExportDestination")
        check_constraints((self._destination, destination, "ExportDestination"))
        if "S3Url" in parameters["ExportDestination"]:
            message = "Providing a custom S3 URL is not supported"
            raise bad_request(message)
        if not vdm_enabled:
            raise bad_request(VDM_DISABLED)
        check_constraints((self._source, sources, "ExportDataSource"))
        (source,) = sources.values()
        is_metrics = "MetricsDataSource" in sources
        if is_metrics:
            _check_dimensions(source["Dimensions"])
        else:
            MessageFilter(source)
        if to_milliseconds(source["StartDate"]) >= to_milliseconds(source["EndDate"]):
            message = "Invalid date range"
            raise bad_request(message)
        if is_metrics:
            _check_days(source["StartDate"], source["EndDate"], now)


def _check_dimensions(dimensions: Mapping[str, list[str]]) -> None:
    with_wildcard = [name for name, values in dimensions.items() if WILDCARD in values]
    if len(with_wildcard) > 1:
        message = f"MetricsDataSource.Dimensions may have {WILDCARD} in one dimension only"
        raise bad_request(message)
    if with_wildcard and any(len(values) > 1 for values in dimensions.values()):
        message = f"MetricsDataSource.Dimensions may have one value each when one has {WILDCARD}"
        raise bad_request(message)


def _check_days(start: datetime, end: datetime, now: datetime) -> None:
    if start.time() != time.min or end.time() != time.min:
        message = (
            "To get daily aggregated data you must not specify partial-day timestamps."
            " Please make your interval go from midnight to midnight UTC."
        )
        raise bad_request(message)
    if end - start > _METRICS_DAYS:
        message = f"MetricsDataSource must not span more than {_METRICS_DAYS.days} days"
        raise bad_request(message)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if start < today - _METRICS_DAYS:
        message = f"MetricsDataSource.StartDate must be at most {_METRICS_DAYS.days} days ago"
        raise bad_request(message)
