"""Every shape that the operations take and answer with, as an immutable pydantic model.

Named as the service model names them, with members in snake_case. `from_service` reads an
answer, `model_dump(by_alias=True)` gives the wire form.

The shapes are loaded when the first one is asked for: with pydantic they take about as long to
import as boto3, and a program that starts should not wait for them before its first call.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesinsights.models.enums import (
        BounceType,
        ContactListImportAction,
        DataFormat,
        DeliveryEventType,
        DimensionValueSource,
        EngagementEventType,
        EventType,
        ExportSourceType,
        ImportDestinationType,
        JobStatus,
        Metric,
        MetricAggregation,
        MetricDimensionName,
        MetricNamespace,
        SuppressionListImportAction,
    )
    from sesinsights.models.event_destinations import (
        CloudWatchDestination,
        CloudWatchDimensionConfiguration,
        EventBridgeDestination,
        EventDestination,
        GetConfigurationSetEventDestinationsRequest,
        GetConfigurationSetEventDestinationsResponse,
        KinesisFirehoseDestination,
        PinpointDestination,
        SnsDestination,
    )
    from sesinsights.models.export_jobs import (
        CancelExportJobRequest,
        CancelExportJobResponse,
        CreateExportJobRequest,
        CreateExportJobResponse,
        ExportDataSource,
        ExportDestination,
        ExportJobSummary,
        ExportStatistics,
        GetExportJobRequest,
        GetExportJobResponse,
        ListExportJobsRequest,
        ListExportJobsResponse,
    )
    from sesinsights.models.export_sources import (
        ExportMetric,
        MessageInsightsDataSource,
        MessageInsightsFilters,
        MetricsDataSource,
    )
    from sesinsights.models.import_jobs import (
        ContactListDestination,
        GetImportJobRequest,
        GetImportJobResponse,
        ImportDataSource,
        ImportDestination,
        ImportJobSummary,
        ListImportJobsRequest,
        ListImportJobsResponse,
        SuppressionListDestination,
    )
    from sesinsights.models.jobs import FailureInfo
    from sesinsights.models.message_insights import (
        Bounce,
        Complaint,
        EmailInsights,
        EventDetails,
        GetMessageInsightsRequest,
        GetMessageInsightsResponse,
        InsightsEvent,
        MessageTag,
    )

__all__ = [
    "Bounce",
    "BounceType",
    "CancelExportJobRequest",
    "CancelExportJobResponse",
    "CloudWatchDestination",
    "CloudWatchDimensionConfiguration",
    "Complaint",
    "ContactListDestination",
    "ContactListImportAction",
    "CreateExportJobRequest",
    "CreateExportJobResponse",
    "DataFormat",
    "DeliveryEventType",
    "DimensionValueSource",
    "EmailInsights",
    "EngagementEventType",
    "EventBridgeDestination",
    "EventDestination",
    "EventDetails",
    "EventType",
    "ExportDataSource",
    "ExportDestination",
    "ExportJobSummary",
    "ExportMetric",
    "ExportSourceType",
    "ExportStatistics",
    "FailureInfo",
    "GetConfigurationSetEventDestinationsRequest",
    "GetConfigurationSetEventDestinationsResponse",
    "GetExportJobRequest",
    "GetExportJobResponse",
    "GetImportJobRequest",
    "GetImportJobResponse",
    "GetMessageInsightsRequest",
    "GetMessageInsightsResponse",
    "ImportDataSource",
    "ImportDestination",
    "ImportDestinationType",
    "ImportJobSummary",
    "InsightsEvent",
    "JobStatus",
    "KinesisFirehoseDestination",
    "ListExportJobsRequest",
    "ListExportJobsResponse",
    "ListImportJobsRequest",
    "ListImportJobsResponse",
    "MessageInsightsDataSource",
    "MessageInsightsFilters",
    "MessageTag",
    "Metric",
    "MetricAggregation",
    "MetricDimensionName",
    "MetricNamespace",
    "MetricsDataSource",
    "PinpointDestination",
    "SnsDestination",
    "SuppressionListDestination",
    "SuppressionListImportAction",
]

_SUBJECTS = (
    "enums",
    "event_destinations",
    "export_jobs",
    "export_sources",
    "import_jobs",
    "jobs",
    "message_insights",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        shapes = {}
        for subject in _SUBJECTS:
            shapes |= vars(import_module(f"{__name__}.{subject}"))
        globals().update((shape, shapes[shape]) for shape in __all__)
        return shapes[name]
