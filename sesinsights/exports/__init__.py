"""Export files: read their rows as typed records, or turn them into tables and other files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
    from sesinsights.exports.async_metrics_export import AsyncMetricsExport
    from sesinsights.exports.files.bad_records import BadRecord
    from sesinsights.exports.files.reading import read_message_insights, read_metrics
    from sesinsights.exports.files.records import MessageInsightsRecord, MetricsRecord
    from sesinsights.exports.message_insights import MessageInsightsExport
    from sesinsights.exports.metrics_export import MetricsExport
    from sesinsights.exports.progress import ExportEvent, ExportReport
    from sesinsights.exports.tables.metrics import MetricsRecords
    from sesinsights.exports.tables.writing import (
        write_csv,
        write_jsonl,
        write_metrics_parquet,
    )

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "AsyncMessageInsightsExport",
    "AsyncMetricsExport",
    "BadRecord",
    "ExportEvent",
    "ExportReport",
    "MessageInsightsExport",
    "MessageInsightsRecord",
    "MetricsExport",
    "MetricsRecord",
    "MetricsRecords",
    "read_message_insights",
    "read_metrics",
    "write_csv",
    "write_jsonl",
    "write_metrics_parquet",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "AsyncMessageInsightsExport": "sesinsights.exports.async_message_insights",
            "AsyncMetricsExport": "sesinsights.exports.async_metrics_export",
            "BadRecord": "sesinsights.exports.files.bad_records",
            "ExportEvent": "sesinsights.exports.progress",
            "ExportReport": "sesinsights.exports.progress",
            "MessageInsightsExport": "sesinsights.exports.message_insights",
            "MessageInsightsRecord": "sesinsights.exports.files.records",
            "MetricsExport": "sesinsights.exports.metrics_export",
            "MetricsRecord": "sesinsights.exports.files.records",
            "MetricsRecords": "sesinsights.exports.tables.metrics",
            "read_message_insights": "sesinsights.exports.files.reading",
            "read_metrics": "sesinsights.exports.files.reading",
            "write_csv": "sesinsights.exports.tables.writing",
            "write_jsonl": "sesinsights.exports.tables.writing",
            "write_metrics_parquet": "sesinsights.exports.tables.writing",
        },
    )
