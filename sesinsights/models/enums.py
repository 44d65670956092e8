"""The enumerations of the service model, named as it names them."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "BounceType",
    "ContactListImportAction",
    "DataFormat",
    "DeliveryEventType",
    "DimensionValueSource",
    "EngagementEventType",
    "EventType",
    "ExportSourceType",
    "ImportDestinationType",
    "JobStatus",
    "Metric",
    "MetricAggregation",
    "MetricDimensionName",
    "MetricNamespace",
    "SuppressionListImportAction",
]


class JobStatus(StrEnum):
    """Where an export or import job is; the last three are final."""

    CREATED = "CREATED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


UNSUCCESSFUL_JOB_STATUSES = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
FINAL_JOB_STATUSES = UNSUCCESSFUL_JOB_STATUSES | {JobStatus.COMPLETED}


class DataFormat(StrEnum):
    """The format of an exported or imported file."""

    CSV = "CSV"
    JSON = "JSON"


class ExportSourceType(StrEnum):
    """What an export job exports."""

    METRICS_DATA = "METRICS_DATA"
    MESSAGE_INSIGHTS = "MESSAGE_INSIGHTS"


class ImportDestinationType(StrEnum):
    """The kind of list that an import job fills."""

    SUPPRESSION_LIST = "SUPPRESSION_LIST"
    CONTACT_LIST = "CONTACT_LIST"


class SuppressionListImportAction(StrEnum):
    """Whether an import adds addresses to the suppression list or takes them off."""

    DELETE = "DELETE"
    PUT = "PUT"


class ContactListImportAction(StrEnum):
    """Whether an import adds contacts to a contact list or takes them off."""

    DELETE = "DELETE"
    PUT = "PUT"


class EventType(StrEnum):
    """What happened to a message."""

    SEND = "SEND"
    REJECT = "REJECT"
    BOUNCE = "BOUNCE"
    COMPLAINT = "COMPLAINT"
    DELIVERY = "DELIVERY"
    OPEN = "OPEN"
    CLICK = "CLICK"
    RENDERING_FAILURE = "RENDERING_FAILURE"
    DELIVERY_DELAY = "DELIVERY_DELAY"
    SUBSCRIPTION = "SUBSCRIPTION"


class BounceType(StrEnum):
    """Whether a bounce is for good."""

    UNDETERMINED = "UNDETERMINED"
    TRANSIENT = "TRANSIENT"
    PERMANENT = "PERMANENT"


class DeliveryEventType(StrEnum):
    """The last delivery event of a message, as export filters name it."""

    SEND = "SEND"
    DELIVERY = "DELIVERY"
    TRANSIENT_BOUNCE = "TRANSIENT_BOUNCE"
    PERMANENT_BOUNCE = "PERMANENT_BOUNCE"
    UNDETERMINED_BOUNCE = "UNDETERMINED_BOUNCE"
    COMPLAINT = "COMPLAINT"


class EngagementEventType(StrEnum):
    """The last engagement event of a message, as export filters name it."""

    OPEN = "OPEN"
    CLICK = "CLICK"


class Metric(StrEnum):
    """What a metrics export counts."""

    SEND = "SEND"
    COMPLAINT = "COMPLAINT"
    PERMANENT_BOUNCE = "PERMANENT_BOUNCE"
    TRANSIENT_BOUNCE = "TRANSIENT_BOUNCE"
    OPEN = "OPEN"
    CLICK = "CLICK"
    DELIVERY = "DELIVERY"
    DELIVERY_OPEN = "DELIVERY_OPEN"
    DELIVERY_CLICK = "DELIVERY_CLICK"
    DELIVERY_COMPLAINT = "DELIVERY_COMPLAINT"


class MetricAggregation(StrEnum):
    """Whether a metric is a share of the mail or a number of messages."""

    RATE = "RATE"
    VOLUME = "VOLUME"


class MetricDimensionName(StrEnum):
    """What a metrics export can be broken down by."""

    EMAIL_IDENTITY = "EMAIL_IDENTITY"
    CONFIGURATION_SET = "CONFIGURATION_SET"
    ISP = "ISP"
    TENANT_NAME = "TENANT_NAME"


class MetricNamespace(StrEnum):
    """Where metrics come from: Virtual Deliverability Manager."""

    VDM = "VDM"


class DimensionValueSource(StrEnum):
    """Where Amazon SES takes the value of a CloudWatch dimension from."""

    MESSAGE_TAG = "MESSAGE_TAG"
    EMAIL_HEADER = "EMAIL_HEADER"
    LINK_TAG = "LINK_TAG"
