"""The operation that counts messages day by day."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sesinsights.models.limits import MAX_METRICS_DAYS
from sesinsights.testing.exchange import bad_request, not_found
from sesinsights.testing.export_request import WILDCARD
from sesinsights.testing.faults import FailedQuery
from sesinsights.testing.message_insights import VDM_DISABLED
from sesinsights.testing.metrics import counted_events, has_values, required_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sesinsights.testing.faults import FaultQueue
    from sesinsights.testing.messages import Mailbox, Message
    from sesinsights.testing.options import Options

_LONGEST = timedelta(days=MAX_METRICS_DAYS)


class MetricData:
    """Serves metrics of the messages; each counts on the day on which it was sent."""

    def __init__(self, options: Options, mailbox: Mailbox, faults: FaultQueue) -> None:
        self._options = options
        self._mailbox = mailbox
        self._faults = faults

    def batch_get_metric_data(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Count messages as each query asks; days without any are absent."""
        if not self._options.vdm_enabled:
            raise not_found(VDM_DISABLED)
        queries: Sequence[dict[str, Any]] = parameters["Queries"]
        _check(queries)
        messages = self._counted(queries, now)
        results: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for query in queries:
            failure = self._faults.take(FailedQuery, query["Metric"])
            if failure is None:
                results.append(_series(query, messages))
            else:
                text = "The query could not be processed"
                errors.append({"Id": query["Id"], "Code": failure.code, "Message": text})
        # The service promises no order.
        return {"Results": results[::-1], "Errors": errors}

    def _counted(self, queries: Sequence[Mapping[str, Any]], now: datetime) -> list[_Counted]:
        """Return the messages that any of the queries may count."""
        start = max(min(query["StartDate"] for query in queries), _day(now) - _LONGEST)
        end = max(query["EndDate"] for query in queries)
        return [
            _Counted(message, counted_events(message))
            for message in self._mailbox.all()
            if start <= message.sent_at < end
        ]


class _Counted(NamedTuple):
    """A message, and what happened to it as metrics see it."""

    message: Message
    happened: frozenset[str]


def _series(query: Mapping[str, Any], messages: Iterable[_Counted]) -> dict[str, Any]:
    dimensions: Mapping[str, str] = query.get("Dimensions", {})
    required = required_events(query["Metric"])
    days = Counter(
        _day(message.sent_at)
        for message, happened in messages
        if required <= happened
        and query["StartDate"] <= message.sent_at < query["EndDate"]
        and has_values(message, dimensions)
    )
    return {
        "Id": query["Id"],
        "Timestamps": sorted(days),
        "Values": [days[day] for day in sorted(days)],
    }


def _check(queries: Sequence[Mapping[str, Any]]) -> None:
    if len({query["Id"] for query in queries}) < len(queries):
        message = "All queries must have a unique identifier."
        raise bad_request(message)
    for query in queries:
        dimensions: Mapping[str, str] = query.get("Dimensions", {})
        for name, value in dimensions.items():
            # Unlike in exports, the service accepts no wildcard here.
            if not value or WILDCARD in value:
                message = f"Invalid value of {name} provided."
                raise bad_request(message)
    for query in queries:
        if query["StartDate"] >= query["EndDate"]:
            message = "Expected start date to be before the end date."
            raise bad_request(message)
        if query["EndDate"] - query["StartDate"] > _LONGEST:
            message = (
                f"Invalid interval, can request at most {_LONGEST.days} days. Please partition your"
                " requested interval."
            )
            raise bad_request(message)


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
