"""Export files: their rows as typed records, tables and files of your own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
    from sesinsights.exports.files.bad_records import BadRecord
    from sesinsights.exports.files.reading import read_message_insights, read_metrics
    from sesinsights.exports.files.records import MessageInsightsRecord, MetricsRecord
    from sesinsights.exports.message_insights import MessageInsightsExport
    from sesinsights.exports.progress import ExportEvent, ExportReport
    from sesinsights.exports.tables.metrics import MetricsRecords

__all__ = [
    "AsyncMessageInsightsExport",
    "BadRecord",
    "ExportEvent",
    "ExportReport",
    "MessageInsightsExport",
    "MessageInsightsRecord",
    "MetricsRecord",
    "MetricsRecords",
    "read_message_insights",
    "read_metrics",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AsyncMessageInsightsExport": "async_message_insights",
            "BadRecord": "files.bad_records",
            "ExportEvent": "progress",
            "ExportReport": "progress",
            "MessageInsightsExport": "message_insights",
            "MessageInsightsRecord": "files.records",
            "MetricsRecord": "files.records",
            "MetricsRecords": "tables.metrics",
            "read_message_insights": "files.reading",
            "read_metrics": "files.reading",
        },
    )
