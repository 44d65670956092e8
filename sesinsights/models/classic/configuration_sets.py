"""The shapes of the v1 operations on configuration sets and their event destinations."""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.models.classic.enums import (
    ConfigurationSetAttributeInput,
    DimensionValueSourceInput,
    EventTypeInput,
    TlsPolicy,
)
from sesinsights.models.fields import Given, Length, ListOf, Open, Timestamp, refuse_unless_one
from sesinsights.models.names import (
    ConfigurationSetName,
    DimensionName,
    DimensionValue,
    EventDestinationName,
)
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import destinations_table

__all__ = [
    "CloudWatchDestination",
    "CloudWatchDimensionConfiguration",
    "ConfigurationSet",
    "CreateConfigurationSetEventDestinationRequest",
    "CreateConfigurationSetEventDestinationResponse",
    "DeliveryOptions",
    "DescribeConfigurationSetRequest",
    "DescribeConfigurationSetResponse",
    "EventDestination",
    "KinesisFirehoseDestination",
    "ReputationOptions",
    "SNSDestination",
    "TrackingOptions",
    "UpdateConfigurationSetEventDestinationRequest",
    "UpdateConfigurationSetEventDestinationResponse",
]


class KinesisFirehoseDestination(Shape, frozen=True):
    """A Firehose stream that receives events."""

    iam_role_arn: Annotated[
        str, Field(validation_alias="IAMRoleARN", serialization_alias="IAMRoleARN")
    ]
    """The role that Amazon SES assumes to write to the stream."""
    delivery_stream_arn: Annotated[
        str, Field(validation_alias="DeliveryStreamARN", serialization_alias="DeliveryStreamARN")
    ]
    """The stream."""


class CloudWatchDimensionConfiguration(Shape, frozen=True):
    """A dimension of the CloudWatch metrics made from events."""

    dimension_name: DimensionName
    """The dimension's name."""
    dimension_value_source: Given[DimensionValueSourceInput]
    """Where the dimension's value comes from."""
    default_dimension_value: DimensionValue
    """The value for messages without one."""


class CloudWatchDestination(Shape, frozen=True):
    """CloudWatch metrics that count events."""

    dimension_configurations: Annotated[ListOf[CloudWatchDimensionConfiguration], Length(1, 10)]
    """The dimensions of the metrics, 1 to 10."""


class SNSDestination(Shape, frozen=True):
    """An SNS topic that receives events."""

    topic_arn: Annotated[str, Field(validation_alias="TopicARN", serialization_alias="TopicARN")]
    """The topic."""


class EventDestination(Shape, frozen=True):
    """Which events a configuration set sends, and to which one target."""

    name: EventDestinationName
    """The event destination's name."""
    enabled: bool | None = None
    """Whether events are sent now; to the service, None is False."""
    matching_event_types: Annotated[ListOf[Given[EventTypeInput]], Length(min=1)]
    """Which events are sent."""
    kinesis_firehose_destination: KinesisFirehoseDestination | None = None
    """Set when events go to Firehose."""
    cloud_watch_destination: CloudWatchDestination | None = None
    """Set when events become CloudWatch metrics."""
    sns_destination: Annotated[
        SNSDestination | None,
        Field(validation_alias="SNSDestination", serialization_alias="SNSDestination"),
    ] = None
    """Set when events go to SNS."""

    @model_validator(mode="after")
    def _has_exactly_one_destination(self, info: ValidationInfo) -> Self:
        if not read_from_service(info):
            refuse_unless_one(
                self, "kinesis_firehose_destination", "cloud_watch_destination", "sns_destination"
            )
        return self


class CreateConfigurationSetEventDestinationRequest(Shape, frozen=True):
    """An event destination to add to a configuration set."""

    configuration_set_name: ConfigurationSetName
    """The configuration set's name."""
    event_destination: EventDestination
    """The event destination."""


class CreateConfigurationSetEventDestinationResponse(Shape, frozen=True):
    """The empty response to a creation."""


class UpdateConfigurationSetEventDestinationRequest(Shape, frozen=True):
    """An event destination to put in place of the one of its name."""

    configuration_set_name: ConfigurationSetName
    """The configuration set's name."""
    event_destination: EventDestination
    """The whole event destination: what is left out is removed."""


class UpdateConfigurationSetEventDestinationResponse(Shape, frozen=True):
    """The empty response to an update."""


class DescribeConfigurationSetRequest(Shape, frozen=True):
    """Which configuration set to describe, and what of it."""

    configuration_set_name: ConfigurationSetName
    """The configuration set's name."""
    configuration_set_attribute_names: ListOf[Given[ConfigurationSetAttributeInput]] = ()
    """What to describe besides the name."""


class ConfigurationSet(Shape, frozen=True):
    """A configuration set."""

    name: ConfigurationSetName
    """The configuration set's name."""


class TrackingOptions(Shape, frozen=True):
    """How opens and clicks are tracked."""

    custom_redirect_domain: str | None = None
    """The domain that tracked links lead through."""


class DeliveryOptions(Shape, frozen=True):
    """How mail is delivered."""

    tls_policy: Open[TlsPolicy] | None = None
    """Whether TLS is required."""


class ReputationOptions(Shape, frozen=True):
    """How the reputation is watched."""

    sending_enabled: bool | None = None
    """Whether mail can be sent with the configuration set."""
    reputation_metrics_enabled: bool | None = None
    """Whether bounce and complaint rates are published to CloudWatch."""
    last_fresh_start: Timestamp | None = None
    """When the rates were last reset, in UTC."""


class DescribeConfigurationSetResponse(Shape, frozen=True):
    """A configuration set and what was asked for of it."""

    configuration_set: ConfigurationSet | None = None
    """The configuration set."""
    event_destinations: ListOf[EventDestination] = ()
    """The event destinations."""
    tracking_options: TrackingOptions | None = None
    """How opens and clicks are tracked."""
    delivery_options: DeliveryOptions | None = None
    """How mail is delivered."""
    reputation_options: ReputationOptions | None = None
    """How the reputation is monitored."""

    @override
    def __str__(self) -> str:
        name = self.configuration_set.name if self.configuration_set else "without a name"
        return f"Configuration set {name}\n{destinations_table(self.event_destinations)}"
