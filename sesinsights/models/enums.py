"""The enumerations that several subjects share, named as the service model names them.

Enumerations of a single subject are in the module of its shapes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

from typing_extensions import override

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = [
    "BounceType",
    "DataFormat",
    "DataFormatInput",
    "DeliveryEventType",
    "DeliveryEventTypeInput",
    "DimensionValueSource",
    "DimensionValueSourceInput",
    "EngagementEventType",
    "EngagementEventTypeInput",
    "EventType",
    "EventTypeInput",
    "ExportSourceType",
    "ExportSourceTypeInput",
    "FeatureStatus",
    "FeatureStatusInput",
    "JobStatus",
    "JobStatusInput",
    "Metric",
    "MetricDimensionName",
    "MetricDimensionNameInput",
    "MetricInput",
    "MetricNamespace",
    "MetricNamespaceInput",
    "NewValue",
    "SuppressionListReason",
    "SuppressionListReasonInput",
]


class NewValue(str):
    """A value of an enumeration that is newer than this library.

    Responses contain it in place of an enum member, and requests accept it: write
    `NewValue("PARQUET")` for what the service knows and this library does not yet.

    A pydantic model of your own may have a field of this type. One that is typed
    `JobStatus | NewValue` reads the text of a member as the member, and any other as a `NewValue`.

    Attributes:
        name: The value, where a member has its name.
        value: The value.
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The value, where a member has its name."""
        return str(self)

    @property
    def value(self) -> str:
        """The value as plain text."""
        return str(self)

    @override
    def __repr__(self) -> str:
        return f"NewValue({str(self)!r})"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic_core import core_schema

        text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        # In a union, pydantic prefers what fits strictly. Text does not, so members come first.
        return core_schema.lax_or_strict_schema(text, core_schema.is_instance_schema(cls))


class JobStatus(StrEnum):
    """The status of an export or import job; the last three are final."""

    CREATED = "CREATED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


UNSUCCESSFUL_JOB_STATUSES = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
FINAL_JOB_STATUSES = UNSUCCESSFUL_JOB_STATUSES | {JobStatus.COMPLETED}
JobStatusInput: TypeAlias = (
    JobStatus | Literal["CREATED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"] | NewValue
)
"""What a request takes for `JobStatus`."""


class DataFormat(StrEnum):
    """The format of an exported or imported file."""

    CSV = "CSV"
    JSON = "JSON"


DataFormatInput: TypeAlias = DataFormat | Literal["CSV", "JSON"] | NewValue
"""What a request takes for `DataFormat`."""


class ExportSourceType(StrEnum):
    """What an export job exports."""

    METRICS_DATA = "METRICS_DATA"
    MESSAGE_INSIGHTS = "MESSAGE_INSIGHTS"


ExportSourceTypeInput: TypeAlias = (
    ExportSourceType | Literal["METRICS_DATA", "MESSAGE_INSIGHTS"] | NewValue
)
"""What a request takes for `ExportSourceType`."""


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


EventTypeInput: TypeAlias = (
    EventType
    | Literal[
        "SEND",
        "REJECT",
        "BOUNCE",
        "COMPLAINT",
        "DELIVERY",
        "OPEN",
        "CLICK",
        "RENDERING_FAILURE",
        "DELIVERY_DELAY",
        "SUBSCRIPTION",
    ]
    | NewValue
)
"""What a request takes for `EventType`."""


class BounceType(StrEnum):
    """Whether a bounce is permanent."""

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


DeliveryEventTypeInput: TypeAlias = (
    DeliveryEventType
    | Literal[
        "SEND",
        "DELIVERY",
        "TRANSIENT_BOUNCE",
        "PERMANENT_BOUNCE",
        "UNDETERMINED_BOUNCE",
        "COMPLAINT",
    ]
    | NewValue
)
"""What a request takes for `DeliveryEventType`."""


class EngagementEventType(StrEnum):
    """The last engagement event of a message, as export filters name it."""

    OPEN = "OPEN"
    CLICK = "CLICK"


EngagementEventTypeInput: TypeAlias = EngagementEventType | Literal["OPEN", "CLICK"] | NewValue
"""What a request takes for `EngagementEventType`."""


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


MetricInput: TypeAlias = (
    Metric
    | Literal[
        "SEND",
        "COMPLAINT",
        "PERMANENT_BOUNCE",
        "TRANSIENT_BOUNCE",
        "OPEN",
        "CLICK",
        "DELIVERY",
        "DELIVERY_OPEN",
        "DELIVERY_CLICK",
        "DELIVERY_COMPLAINT",
    ]
    | NewValue
)
"""What a request takes for `Metric`."""


class MetricDimensionName(StrEnum):
    """What a metrics export can be broken down by."""

    EMAIL_IDENTITY = "EMAIL_IDENTITY"
    CONFIGURATION_SET = "CONFIGURATION_SET"
    ISP = "ISP"
    TENANT_NAME = "TENANT_NAME"


MetricDimensionNameInput: TypeAlias = (
    MetricDimensionName
    | Literal["EMAIL_IDENTITY", "CONFIGURATION_SET", "ISP", "TENANT_NAME"]
    | NewValue
)
"""What a request takes for `MetricDimensionName`."""


class MetricNamespace(StrEnum):
    """Where metrics come from: Virtual Deliverability Manager."""

    VDM = "VDM"


MetricNamespaceInput: TypeAlias = MetricNamespace | Literal["VDM"] | NewValue
"""What a request takes for `MetricNamespace`."""


class FeatureStatus(StrEnum):
    """Whether a feature is switched on."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


FeatureStatusInput: TypeAlias = FeatureStatus | Literal["ENABLED", "DISABLED"] | NewValue
"""What a request takes for `FeatureStatus`."""


class DimensionValueSource(StrEnum):
    """Where Amazon SES takes the value of a CloudWatch dimension from."""

    MESSAGE_TAG = "MESSAGE_TAG"
    EMAIL_HEADER = "EMAIL_HEADER"
    LINK_TAG = "LINK_TAG"


DimensionValueSourceInput: TypeAlias = (
    DimensionValueSource | Literal["MESSAGE_TAG", "EMAIL_HEADER", "LINK_TAG"] | NewValue
)
"""What a request takes for `DimensionValueSource`."""


class SuppressionListReason(StrEnum):
    """Why an address is on the suppression list."""

    BOUNCE = "BOUNCE"
    COMPLAINT = "COMPLAINT"


SuppressionListReasonInput: TypeAlias = (
    SuppressionListReason | Literal["BOUNCE", "COMPLAINT"] | NewValue
)
"""What a request takes for `SuppressionListReason`."""
