"""Export files: their rows as typed records, tables and files of your own."""

from __future__ import annotations

from sesinsights.exports.bad_records import BadRecord
from sesinsights.exports.reading import read_message_insights, read_metrics
from sesinsights.exports.records import MessageInsightsRecord, MetricsRecord

__all__ = [
    "BadRecord",
    "MessageInsightsRecord",
    "MetricsRecord",
    "read_message_insights",
    "read_metrics",
]
