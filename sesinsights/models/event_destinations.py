"""The shapes of event destinations and of the operations on them."""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator
from typing_extensions import override

from sesinsights.models.enums import DimensionValueSourceInput, EventType, EventTypeInput
from sesinsights.models.fields import Given, Length, ListOf, Open, refuse_unless_one
from sesinsights.models.identifiers import Identifier
from sesinsights.models.names import DimensionName, DimensionValue, EventDestinationName
from sesinsights.models.shape import Shape, read_from_service
from sesinsights.models.shown import destinations_table

__all__ = [
    "CloudWatchDestination",
    "CloudWatchDimensionConfiguration",
    "CreateConfigurationSetEventDestinationRequest",
    "CreateConfigurationSetEventDestinationResponse",
    "DeleteConfigurationSetEventDestinationRequest",
    "DeleteConfigurationSetEventDestinationResponse",
    "EventBridgeDestination",
    "EventDestination",
    "EventDestinationDefinition",
    "GetConfigurationSetEventDestinationsRequest",
    "GetConfigurationSetEventDestinationsResponse",
    "KinesisFirehoseDestination",
    "PinpointDestination",
    "SnsDestination",
    "UpdateConfigurationSetEventDestinationRequest",
    "UpdateConfigurationSetEventDestinationResponse",
]

AmazonResourceName = Annotated[str, Length(min=1)]


class KinesisFirehoseDestination(Shape, frozen=True):
    """A Firehose stream that receives events."""

    iam_role_arn: AmazonResourceName
    """The role that Amazon SES assumes to write to the stream."""
    delivery_stream_arn: AmazonResourceName
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


class SnsDestination(Shape, frozen=True):
    """An SNS topic that receives events."""

    topic_arn: AmazonResourceName
    """The topic."""


class EventBridgeDestination(Shape, frozen=True):
    """An EventBridge bus that receives events."""

    event_bus_arn: AmazonResourceName
    """The bus; Amazon SES accepts only the default bus."""


class PinpointDestination(Shape, frozen=True):
    """An Amazon Pinpoint application that receives events."""

    application_arn: AmazonResourceName | None = None
    """The application."""


class EventDestination(Shape, frozen=True):
    """A target to which a configuration set sends certain events."""

    name: str
    """The event destination's name."""
    enabled: bool | None = None
    """Whether events are sent now."""
    matching_event_types: ListOf[Open[EventType]]
    """Which events are sent."""
    kinesis_firehose_destination: KinesisFirehoseDestination | None = None
    """Set when events go to Firehose."""
    cloud_watch_destination: CloudWatchDestination | None = None
    """Set when events become CloudWatch metrics."""
    sns_destination: SnsDestination | None = None
    """Set when events go to SNS."""
    event_bridge_destination: EventBridgeDestination | None = None
    """Set when events go to EventBridge."""
    pinpoint_destination: PinpointDestination | None = None
    """Set when events go to Pinpoint."""


TARGETS = (
    "kinesis_firehose_destination",
    "cloud_watch_destination",
    "sns_destination",
    "event_bridge_destination",
    "pinpoint_destination",
)
"""The members of which an event destination has exactly one: they say where events go."""


class EventDestinationDefinition(Shape, frozen=True):
    """Which events to send, and to which one target."""

    enabled: bool | None = None
    """Whether events are sent; the service treats None as False."""
    matching_event_types: Annotated[ListOf[Given[EventTypeInput]], Length(min=1)]
    """Which events are sent."""
    kinesis_firehose_destination: KinesisFirehoseDestination | None = None
    """Set to send events to Firehose."""
    cloud_watch_destination: CloudWatchDestination | None = None
    """Set to make CloudWatch metrics of events."""
    sns_destination: SnsDestination | None = None
    """Set to send events to SNS."""
    event_bridge_destination: EventBridgeDestination | None = None
    """Set to send events to EventBridge."""
    pinpoint_destination: PinpointDestination | None = None
    """Set to send events to Pinpoint, a service that closed on 2026-10-30."""

    @model_validator(mode="after")
    def _has_exactly_one_destination(self, info: ValidationInfo) -> Self:
        # A member that is newer than this library may be another kind of target.
        if not read_from_service(info) and not self.model_extra:
            refuse_unless_one(self, *TARGETS)
        return self


class CreateConfigurationSetEventDestinationRequest(Shape, frozen=True):
    """An event destination to add to a configuration set."""

    configuration_set_name: Identifier
    """The configuration set's name."""
    event_destination_name: EventDestinationName
    """The new event destination's name."""
    event_destination: EventDestinationDefinition
    """Which events it sends where."""


class CreateConfigurationSetEventDestinationResponse(Shape, frozen=True):
    """The empty response to a creation."""


class UpdateConfigurationSetEventDestinationRequest(Shape, frozen=True):
    """The new definition of an event destination."""

    configuration_set_name: Identifier
    """The configuration set's name."""
    event_destination_name: EventDestinationName
    """The event destination's name."""
    event_destination: EventDestinationDefinition
    """The whole definition: what is left out is removed."""


class UpdateConfigurationSetEventDestinationResponse(Shape, frozen=True):
    """The empty response to an update."""


class DeleteConfigurationSetEventDestinationRequest(Shape, frozen=True):
    """An event destination to remove from a configuration set."""

    configuration_set_name: Identifier
    """The configuration set's name."""
    event_destination_name: EventDestinationName
    """The event destination's name."""


class DeleteConfigurationSetEventDestinationResponse(Shape, frozen=True):
    """The empty response to a deletion."""


class GetConfigurationSetEventDestinationsRequest(Shape, frozen=True):
    """A request for the event destinations of a configuration set."""

    configuration_set_name: Identifier
    """The configuration set's name."""


class GetConfigurationSetEventDestinationsResponse(Shape, frozen=True):
    """The event destinations of a configuration set."""

    event_destinations: ListOf[EventDestination] = ()
    """All event destinations, at most 10."""

    @override
    def __str__(self) -> str:
        return destinations_table(self.event_destinations)
