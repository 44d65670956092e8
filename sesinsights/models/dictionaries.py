# Generated from the shapes by `python -m tools.typed_dicts`: edit those, and run it again.
"""What requests take in place of a shape: a dictionary of its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Required

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sesinsights.models.account import (
        DashboardAttributes,
        GuardianAttributes,
        SuppressionConditionThreshold,
        SuppressionConfidenceThreshold,
    )
    from sesinsights.models.enums import (
        ContactListImportActionInput,
        DataFormatInput,
        DeliveryEventTypeInput,
        EngagementEventTypeInput,
        FeatureStatusInput,
        MetricAggregationInput,
        MetricDimensionNameInput,
        MetricInput,
        MetricNamespaceInput,
        SuppressionConfidenceVerdictThresholdInput,
        SuppressionListImportActionInput,
    )
    from sesinsights.models.export_sources import (
        ExportMetric,
        MessageInsightsDataSource,
        MessageInsightsFilters,
        MetricsDataSource,
    )
    from sesinsights.models.import_jobs import ContactListDestination, SuppressionListDestination

__all__ = [
    "BatchGetMetricDataQueryDict",
    "ContactListDestinationDict",
    "DashboardAttributesDict",
    "ExportDataSourceDict",
    "ExportDestinationDict",
    "ExportMetricDict",
    "GuardianAttributesDict",
    "ImportDataSourceDict",
    "ImportDestinationDict",
    "MessageInsightsDataSourceDict",
    "MessageInsightsFiltersDict",
    "MetricsDataSourceDict",
    "SuppressionConditionThresholdDict",
    "SuppressionConfidenceThresholdDict",
    "SuppressionListDestinationDict",
    "SuppressionValidationAttributesDict",
    "VdmAttributesDict",
]


class BatchGetMetricDataQueryDict(TypedDict, total=False):
    """One metric over a period."""

    id: Required[str]
    """A name of your choice, by which the answer refers to this query."""
    namespace: Required[MetricNamespaceInput]
    """Where the numbers come from: `VDM`."""
    metric: Required[MetricInput]
    """What is counted."""
    dimensions: Mapping[MetricDimensionNameInput, str] | None
    """Only mail with these values of 1 to 3 dimensions; all mail when absent."""
    start_date: Required[datetime]
    """Start of the period, in UTC and at most 60 days back."""
    end_date: Required[datetime]
    """End of the period, in UTC, not included and at most 60 days after its start."""


class ContactListDestinationDict(TypedDict, total=False):
    """An import into a contact list."""

    contact_list_name: Required[str]
    """The contact list's name."""
    contact_list_import_action: Required[ContactListImportActionInput]
    """Whether contacts are added or removed."""


class DashboardAttributesDict(TypedDict, total=False):
    """The dashboard of Virtual Deliverability Manager."""

    engagement_metrics: FeatureStatusInput | None
    """Whether opens and clicks are tracked for it."""


class ExportDataSourceDict(TypedDict, total=False):
    """What to export: metrics or message insights, one of the two."""

    metrics_data_source: MetricsDataSource | MetricsDataSourceDict | None
    """Metrics over whole days."""
    message_insights_data_source: MessageInsightsDataSource | MessageInsightsDataSourceDict | None
    """A row for each message and recipient."""


class ExportDestinationDict(TypedDict, total=False):
    """The file that an export job writes."""

    data_format: Required[DataFormatInput]
    """The file's format."""


class ExportMetricDict(TypedDict, total=False):
    """A metric to export."""

    name: MetricInput | None
    """What is counted."""
    aggregation: MetricAggregationInput | None
    """How it is aggregated: a rate or a volume."""


class GuardianAttributesDict(TypedDict, total=False):
    """The guardian of Virtual Deliverability Manager."""

    optimized_shared_delivery: FeatureStatusInput | None
    """Whether it chooses the shared IP addresses that deliver mail."""


class ImportDataSourceDict(TypedDict, total=False):
    """The file that an import job reads."""

    s3_url: Required[str]
    """Where the file is, as `s3://bucket/key`."""
    data_format: Required[DataFormatInput]
    """The file's format."""


class ImportDestinationDict(TypedDict, total=False):
    """Which list an import job fills."""

    suppression_list_destination: SuppressionListDestination | SuppressionListDestinationDict | None
    """Set when it is the suppression list."""
    contact_list_destination: ContactListDestination | ContactListDestinationDict | None
    """Set when it is a contact list."""


class MessageInsightsDataSourceDict(TypedDict, total=False):
    """Messages sent in a window of time, a row for each message and recipient."""

    start_date: Required[datetime]
    """The first instant of the window, in UTC."""
    end_date: Required[datetime]
    """The last instant of the window, in UTC; it is included."""
    include: MessageInsightsFilters | MessageInsightsFiltersDict | None
    """Only messages that match."""
    exclude: MessageInsightsFilters | MessageInsightsFiltersDict | None
    """No message that matches."""
    max_results: int | None
    """How many rows to return, 1 to 10,000; 1,000 when absent. If more match, they are sampled."""


class MessageInsightsFiltersDict(TypedDict, total=False):
    r"""Which messages to export or to leave out.

    A message matches when it matches every filter that is given, and a filter when it matches
    one of its values. Values are case-sensitive. In `from_email_address`, `destination` and
    `subject` a `*` at either end stands for anything; `\*` is the character itself. An empty
    filter is not sent: it matches everything.
    """

    from_email_address: Sequence[str]
    """Sender addresses, at most 5."""
    destination: Sequence[str]
    """Recipient addresses, at most 5."""
    subject: Sequence[str]
    """Subject lines, at most 1."""
    isp: Sequence[str]
    """Mailbox providers, at most 5."""
    tenant_name: Sequence[str]
    """Tenants, at most 5."""
    last_delivery_event: Sequence[DeliveryEventTypeInput]
    """Last delivery events, at most 5."""
    last_engagement_event: Sequence[EngagementEventTypeInput]
    """Last engagement events, at most 2."""


class MetricsDataSourceDict(TypedDict, total=False):
    """Numbers over whole UTC days, broken down by dimensions."""

    dimensions: Required[Mapping[MetricDimensionNameInput, Sequence[str]]]
    """The values of 1 to 3 dimensions: up to 10 each, or `*` alone for all, in one of them."""
    namespace: Required[MetricNamespaceInput]
    """Where the numbers come from: `VDM`."""
    metrics: Required[Sequence[ExportMetric | ExportMetricDict]]
    """The 1 to 10 numbers to export."""
    start_date: Required[datetime]
    """The first day, at 00:00 UTC and at most 60 days back."""
    end_date: Required[datetime]
    """The day after the last, at 00:00 UTC and at most 60 days after the first."""


class SuppressionConditionThresholdDict(TypedDict, total=False):
    """When address validation holds mail back."""

    condition_threshold_enabled: Required[FeatureStatusInput]
    """Whether it does so at all."""
    overall_confidence_threshold: (
        SuppressionConfidenceThreshold | SuppressionConfidenceThresholdDict | None
    )
    """The confidence that it asks for."""


class SuppressionConfidenceThresholdDict(TypedDict, total=False):
    """The confidence that address validation asks for."""

    confidence_verdict_threshold: Required[SuppressionConfidenceVerdictThresholdInput]
    """The lowest verdict with which mail is sent."""


class SuppressionListDestinationDict(TypedDict, total=False):
    """An import into the account's suppression list."""

    suppression_list_import_action: Required[SuppressionListImportActionInput]
    """Whether addresses are added or removed."""


class SuppressionValidationAttributesDict(TypedDict, total=False):
    """How address validation is used."""

    condition_threshold: Required[SuppressionConditionThreshold | SuppressionConditionThresholdDict]
    """When it holds mail back."""


class VdmAttributesDict(TypedDict, total=False):
    """Virtual Deliverability Manager, without which there are no lookups and exports."""

    vdm_enabled: Required[FeatureStatusInput]
    """Whether it is on; it is billed."""
    dashboard_attributes: DashboardAttributes | DashboardAttributesDict | None
    """Its dashboard."""
    guardian_attributes: GuardianAttributes | GuardianAttributesDict | None
    """Its guardian."""
