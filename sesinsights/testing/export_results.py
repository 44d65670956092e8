"""The messages that an export contains, and the file that it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.testing.export_files import (
    insights_csv,
    insights_json,
    metrics_csv,
    metrics_json,
)
from sesinsights.testing.message_filter import MessageFilter
from sesinsights.testing.messages import RETENTION
from sesinsights.testing.metrics import aggregate

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sesinsights.testing.messages import Message


_DEFAULT_MAX_RESULTS = 1000

_INSTANT = timedelta(microseconds=1)
"""The shortest time there is: an end that is excluded lies this much before."""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The result of a completed job.

    Attributes:
        examined: How many messages it looked at.
        file: The export file.
    """

    examined: int
    file: bytes


def export_insights(
    source: Mapping[str, Any],
    data_format: str,
    messages: Iterable[Message],
    *,
    created_at: datetime,
    sampler: random.Random,
) -> ExportResult:
    """Export messages as a checked MessageInsightsDataSource asks.

    Args:
        source: The data source.
        data_format: `CSV` or `JSON`.
        messages: Every message of the account.
        created_at: When the job was created; the export has what was known then.
        sampler: Chooses which messages are in it when there are too many.
    """
    oldest = created_at - RETENTION
    examined = _sent_between(messages, max(source["StartDate"], oldest), source["EndDate"])
    message_filter = MessageFilter(source)
    matching = [message for message in examined if message_filter.matches(message)]
    limit = source.get("MaxResults", _DEFAULT_MAX_RESULTS)
    if len(matching) > limit:
        matching = sampler.sample(matching, limit)
    write = insights_csv if data_format == "CSV" else insights_json
    return ExportResult(len(examined), write(matching))


def export_metrics(
    source: Mapping[str, Any], data_format: str, messages: Iterable[Message]
) -> ExportResult:
    """Export figures as a checked MetricsDataSource asks.

    Args:
        source: The data source.
        data_format: `CSV` or `JSON`.
        messages: Every message of the account.
    """
    examined = _sent_between(messages, source["StartDate"], source["EndDate"] - _INSTANT)
    write = metrics_csv if data_format == "CSV" else metrics_json
    return ExportResult(len(examined), write(aggregate(source, examined)))


def _sent_between(messages: Iterable[Message], start: datetime, end: datetime) -> list[Message]:
    """Return the messages of an interval, both ends included, oldest first."""
    return sorted(
        (message for message in messages if start <= message.sent_at <= end),
        key=lambda message: message.sent_at,
    )
