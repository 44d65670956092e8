# Generated from the shapes by `python -m tools.typed_dicts`: edit those, and run it again.
"""What requests take in place of a shape: a dictionary of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Required

from typing_extensions import TypedDict

from sesinsights.models.account import (
    DashboardAttributes,
    GuardianAttributes,
    SuppressionConditionThreshold,
    SuppressionConfidenceThreshold,
    SuppressionConfidenceVerdictThresholdInput,
)
from sesinsights.models.configuration_sets import (
    DashboardOptions,
    DefaultSigningScheme,
    GuardianOptions,
    HttpsPolicyInput,
    SharedPoolDeliveryModeInput,
    SignatureFormatInput,
    SigningScheme,
    SmimeSigningScheme,
    SuppressionListScopeInput,
    SuppressionValidationOptions,
    TlsPolicyInput,
)
from sesinsights.models.enums import (
    DataFormatInput,
    DeliveryEventTypeInput,
    DimensionValueSourceInput,
    EngagementEventTypeInput,
    EventTypeInput,
    FeatureStatusInput,
    MetricDimensionNameInput,
    MetricInput,
    MetricNamespaceInput,
    SuppressionListReasonInput,
)
from sesinsights.models.event_destinations import (
    CloudWatchDestination,
    CloudWatchDimensionConfiguration,
    EventBridgeDestination,
    KinesisFirehoseDestination,
    PinpointDestination,
    SnsDestination,
)
from sesinsights.models.export_sources import (
    ExportMetric,
    MessageInsightsDataSource,
    MessageInsightsFilters,
    MetricAggregationInput,
    MetricsDataSource,
)
from sesinsights.models.import_jobs import (
    ContactListDestination,
    ContactListImportActionInput,
    SuppressionListDestination,
    SuppressionListImportActionInput,
)

__all__ = [
    "ArchivingOptionsDict",
    "BatchGetMetricDataQueryDict",
    "CloudWatchDestinationDict",
    "CloudWatchDimensionConfigurationDict",
    "ContactListDestinationDict",
    "DashboardAttributesDict",
    "DashboardOptionsDict",
    "DefaultSigningSchemeDict",
    "DeliveryOptionsDict",
    "EventBridgeDestinationDict",
    "EventDestinationDefinitionDict",
    "ExportDataSourceDict",
    "ExportDestinationDict",
    "ExportMetricDict",
    "GuardianAttributesDict",
    "GuardianOptionsDict",
    "ImportDataSourceDict",
    "ImportDestinationDict",
    "KinesisFirehoseDestinationDict",
    "MessageInsightsDataSourceDict",
    "MessageInsightsFiltersDict",
    "MessageSecurityOptionsDict",
    "MetricsDataSourceDict",
    "PinpointDestinationDict",
    "ReputationOptionsDict",
    "SendingOptionsDict",
    "SigningSchemeDict",
    "SmimeSigningSchemeDict",
    "SnsDestinationDict",
    "SuppressionConditionThresholdDict",
    "SuppressionConfidenceThresholdDict",
    "SuppressionListDestinationDict",
    "SuppressionOptionsDict",
    "SuppressionValidationAttributesDict",
    "SuppressionValidationOptionsDict",
    "TagDict",
    "TrackingOptionsDict",
    "VdmAttributesDict",
    "VdmOptionsDict",
]


class ArchivingOptionsDict(TypedDict, total=False):
    """Where sent mail is archived."""

    archive_arn: str | None
    """The Mail Manager archive."""


class BatchGetMetricDataQueryDict(TypedDict, total=False):
    """One metric over a period."""

    id: Required[str]
    """A name of your choice, by which the response refers to this query."""
    namespace: Required[MetricNamespaceInput]
    """The source of the metrics: `VDM`."""
    metric: Required[MetricInput]
    """What is counted."""
    dimensions: Mapping[MetricDimensionNameInput, str] | None
    """Only mail with these values of 1 to 3 dimensions; by default, all mail."""
    start_date: Required[datetime]
    """Start of the period, in UTC and at most 60 days ago."""
    end_date: Required[datetime]
    """End of the period, in UTC, not included and at most 60 days after its start."""


class CloudWatchDestinationDict(TypedDict, total=False):
    """CloudWatch metrics that count events."""

    dimension_configurations: Required[
        Sequence[CloudWatchDimensionConfiguration | CloudWatchDimensionConfigurationDict]
    ]
    """The dimensions of the metrics, 1 to 10."""


class CloudWatchDimensionConfigurationDict(TypedDict, total=False):
    """A dimension of the CloudWatch metrics made from events."""

    dimension_name: Required[str]
    """The dimension's name."""
    dimension_value_source: Required[DimensionValueSourceInput]
    """Where the dimension's value comes from."""
    default_dimension_value: Required[str]
    """The value for messages without one."""


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


class DashboardOptionsDict(TypedDict, total=False):
    """The dashboard of Virtual Deliverability Manager."""

    engagement_metrics: FeatureStatusInput | None
    """Whether opens and clicks are tracked for it."""


class DefaultSigningSchemeDict(TypedDict, total=False):
    """Mail is not signed with S/MIME."""


class DeliveryOptionsDict(TypedDict, total=False):
    """How mail is delivered."""

    tls_policy: TlsPolicyInput | None
    """Whether TLS is required."""
    sending_pool_name: str | None
    """The pool of dedicated IP addresses that sends it."""
    max_delivery_seconds: int | None
    """How long delivery is tried, from 300 to 50,400 seconds."""
    shared_pool_delivery_mode: SharedPoolDeliveryModeInput | None
    """Which shared IP addresses deliver the mail."""


class EventBridgeDestinationDict(TypedDict, total=False):
    """An EventBridge bus that receives events."""

    event_bus_arn: Required[str]
    """The bus; Amazon SES accepts only the default bus."""


class EventDestinationDefinitionDict(TypedDict, total=False):
    """Which events to send, and to which one target."""

    enabled: bool | None
    """Whether events are sent; the service treats None as False."""
    matching_event_types: Required[Sequence[EventTypeInput]]
    """Which events are sent."""
    kinesis_firehose_destination: KinesisFirehoseDestination | KinesisFirehoseDestinationDict | None
    """Set to send events to Firehose."""
    cloud_watch_destination: CloudWatchDestination | CloudWatchDestinationDict | None
    """Set to make CloudWatch metrics of events."""
    sns_destination: SnsDestination | SnsDestinationDict | None
    """Set to send events to SNS."""
    event_bridge_destination: EventBridgeDestination | EventBridgeDestinationDict | None
    """Set to send events to EventBridge."""
    pinpoint_destination: PinpointDestination | PinpointDestinationDict | None
    """Set to send events to Pinpoint, a service that closed on 2026-10-30."""


class ExportDataSourceDict(TypedDict, total=False):
    """What to export: metrics or message insights, one of the two."""

    metrics_data_source: MetricsDataSource | MetricsDataSourceDict | None
    """Metrics over whole days."""
    message_insights_data_source: MessageInsightsDataSource | MessageInsightsDataSourceDict | None
    """A record for each message and recipient."""


class ExportDestinationDict(TypedDict, total=False):
    """The file that an export job writes."""

    data_format: Required[DataFormatInput]
    """The file's format."""


class ExportMetricDict(TypedDict, total=False):
    """A metric to export."""

    name: MetricInput | None
    """What is counted."""
    aggregation: MetricAggregationInput | None
    """How the metric is aggregated: as a rate or a volume."""


class GuardianAttributesDict(TypedDict, total=False):
    """Guardian, a part of Virtual Deliverability Manager."""

    optimized_shared_delivery: FeatureStatusInput | None
    """Whether Guardian chooses the shared IP addresses that deliver mail."""


class GuardianOptionsDict(TypedDict, total=False):
    """Guardian, a part of Virtual Deliverability Manager."""

    optimized_shared_delivery: FeatureStatusInput | None
    """Whether Guardian chooses the shared IP addresses that deliver mail."""


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


class KinesisFirehoseDestinationDict(TypedDict, total=False):
    """A Firehose stream that receives events."""

    iam_role_arn: Required[str]
    """The role that Amazon SES assumes to write to the stream."""
    delivery_stream_arn: Required[str]
    """The stream."""


class MessageInsightsDataSourceDict(TypedDict, total=False):
    """Messages sent in a time window, with a record for each message and recipient."""

    start_date: Required[datetime]
    """Start of the window, in UTC."""
    end_date: Required[datetime]
    """End of the window, in UTC; included."""
    include: MessageInsightsFilters | MessageInsightsFiltersDict | None
    """Only messages that match."""
    exclude: MessageInsightsFilters | MessageInsightsFiltersDict | None
    """No messages that match."""
    max_results: int | None
    """How many records to return, 1 to 10,000; by default 1,000. If more match, a random sample."""


class MessageInsightsFiltersDict(TypedDict, total=False):
    r"""Which messages to export, or to leave out.

    A message matches if it matches one value of every filter that is given. Values are
    case-sensitive. In `from_email_address`, `destination` and `subject`, a `*` at the start or the
    end stands for any text; `\*` is a literal asterisk. An empty filter matches everything.
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


class MessageSecurityOptionsDict(TypedDict, total=False):
    """How messages are protected."""

    signing_scheme: SigningScheme | SigningSchemeDict | None
    """Whether they are signed."""


class MetricsDataSourceDict(TypedDict, total=False):
    """Metrics over whole UTC days, broken down by dimensions."""

    dimensions: Required[Mapping[MetricDimensionNameInput, Sequence[str]]]
    """The values of 1 to 3 dimensions: up to 10 each, or `*` alone for all, in one of them."""
    namespace: Required[MetricNamespaceInput]
    """Where the numbers come from: `VDM`."""
    metrics: Required[Sequence[ExportMetric | ExportMetricDict]]
    """The 1 to 10 metrics to export."""
    start_date: Required[datetime]
    """The first day, at 00:00 UTC and at most 60 days ago."""
    end_date: Required[datetime]
    """The day after the last, at 00:00 UTC and at most 60 days after the first."""


class PinpointDestinationDict(TypedDict, total=False):
    """An Amazon Pinpoint application that receives events."""

    application_arn: str | None
    """The application."""


class ReputationOptionsDict(TypedDict, total=False):
    """How the reputation is monitored."""

    reputation_metrics_enabled: bool | None
    """Whether bounce and complaint rates are published to CloudWatch."""
    last_fresh_start: datetime | None
    """When the rates were last reset, in UTC."""


class SendingOptionsDict(TypedDict, total=False):
    """Whether mail can be sent."""

    sending_enabled: bool | None
    """Whether mail can be sent with the configuration set."""


class SigningSchemeDict(TypedDict, total=False):
    """Whether mail is signed with S/MIME: exactly one of the two."""

    default_scheme: DefaultSigningScheme | DefaultSigningSchemeDict | None
    """Set if mail is not signed."""
    smime_scheme: SmimeSigningScheme | SmimeSigningSchemeDict | None
    """Set if mail is signed."""


class SmimeSigningSchemeDict(TypedDict, total=False):
    """Mail is signed with S/MIME; the sender's identity needs a certificate."""

    signature_format: SignatureFormatInput | None
    """How the signature is carried."""


class SnsDestinationDict(TypedDict, total=False):
    """An SNS topic that receives events."""

    topic_arn: Required[str]
    """The topic."""


class SuppressionConditionThresholdDict(TypedDict, total=False):
    """When address validation holds mail back."""

    condition_threshold_enabled: Required[FeatureStatusInput]
    """Whether address validation holds mail back at all."""
    overall_confidence_threshold: (
        SuppressionConfidenceThreshold | SuppressionConfidenceThresholdDict | None
    )
    """The confidence that it requires."""


class SuppressionConfidenceThresholdDict(TypedDict, total=False):
    """The confidence that address validation requires."""

    confidence_verdict_threshold: Required[SuppressionConfidenceVerdictThresholdInput]
    """The lowest verdict for which mail is sent."""


class SuppressionListDestinationDict(TypedDict, total=False):
    """An import into the account's suppression list."""

    suppression_list_import_action: Required[SuppressionListImportActionInput]
    """Whether addresses are added or removed."""


class SuppressionOptionsDict(TypedDict, total=False):
    """How the suppression list is used."""

    suppressed_reasons: Sequence[SuppressionListReasonInput]
    """The reasons that add an address; without any, none is added."""
    suppression_scope: SuppressionListScopeInput | None
    """Whose list is used."""
    validation_options: SuppressionValidationOptions | SuppressionValidationOptionsDict | None
    """How address validation is used."""


class SuppressionValidationAttributesDict(TypedDict, total=False):
    """How address validation is used."""

    condition_threshold: Required[SuppressionConditionThreshold | SuppressionConditionThresholdDict]
    """When address validation holds mail back."""


class SuppressionValidationOptionsDict(TypedDict, total=False):
    """How address validation is used."""

    condition_threshold: Required[SuppressionConditionThreshold | SuppressionConditionThresholdDict]
    """When address validation holds mail back."""


class TagDict(TypedDict, total=False):
    """A label, for example for cost allocation."""

    key: Required[str]
    """The tag's name, 1 to 128 characters."""
    value: Required[str]
    """The tag's value, at most 256 characters."""


class TrackingOptionsDict(TypedDict, total=False):
    """How opens and clicks are tracked."""

    custom_redirect_domain: Required[str]
    """The domain that tracked links go through."""
    https_policy: HttpsPolicyInput | None
    """Where tracking uses HTTPS."""


class VdmAttributesDict(TypedDict, total=False):
    """Virtual Deliverability Manager, which lookups and exports need."""

    vdm_enabled: Required[FeatureStatusInput]
    """Whether Virtual Deliverability Manager is on; it is billed."""
    dashboard_attributes: DashboardAttributes | DashboardAttributesDict | None
    """The settings of the dashboard."""
    guardian_attributes: GuardianAttributes | GuardianAttributesDict | None
    """The settings of Guardian."""


class VdmOptionsDict(TypedDict, total=False):
    """Settings of Virtual Deliverability Manager that replace the account's."""

    dashboard_options: DashboardOptions | DashboardOptionsDict | None
    """The settings of the dashboard."""
    guardian_options: GuardianOptions | GuardianOptionsDict | None
    """The settings of Guardian."""
