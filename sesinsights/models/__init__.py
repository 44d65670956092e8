"""Every shape that the operations take and answer with, as an immutable pydantic model.

Named as the service model names them, with members in snake_case. `from_service` reads an
answer, `model_dump(by_alias=True)` gives the wire form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_all_on_first_use

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
    from sesinsights.models.reasons import BounceReason, DelayReason

__all__ = [
    "Bounce",
    "BounceReason",
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
    "DelayReason",
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

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_all_on_first_use(
        __name__,
        (
            "enums",
            "event_destinations",
            "export_jobs",
            "export_sources",
            "import_jobs",
            "jobs",
            "message_insights",
            "reasons",
        ),
    )
