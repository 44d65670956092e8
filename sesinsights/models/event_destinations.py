"""The shapes of GetConfigurationSetEventDestinations."""

from typing import Annotated

from typing_extensions import override

from sesinsights.models.enums import DimensionValueSource, EventType
from sesinsights.models.fields import Length, ListOf, Open
from sesinsights.models.identifiers import Identifier
from sesinsights.models.shape import Shape
from sesinsights.models.shown import destinations_table

__all__ = [
    "CloudWatchDestination",
    "CloudWatchDimensionConfiguration",
    "EventBridgeDestination",
    "EventDestination",
    "GetConfigurationSetEventDestinationsRequest",
    "GetConfigurationSetEventDestinationsResponse",
    "KinesisFirehoseDestination",
    "PinpointDestination",
    "SnsDestination",
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

    dimension_name: str
    """The dimension's name."""
    dimension_value_source: Open[DimensionValueSource]
    """Where the dimension's value comes from."""
    default_dimension_value: str
    """The value for messages without one."""


class CloudWatchDestination(Shape, frozen=True):
    """CloudWatch metrics that count events."""

    dimension_configurations: ListOf[CloudWatchDimensionConfiguration]
    """The dimensions of the metrics."""


class SnsDestination(Shape, frozen=True):
    """An SNS topic that receives events."""

    topic_arn: AmazonResourceName
    """The topic."""


class EventBridgeDestination(Shape, frozen=True):
    """An EventBridge bus that receives events."""

    event_bus_arn: AmazonResourceName
    """The bus; Amazon SES only takes the default one."""


class PinpointDestination(Shape, frozen=True):
    """An Amazon Pinpoint application that receives events."""

    application_arn: AmazonResourceName | None = None
    """The application."""


class EventDestination(Shape, frozen=True):
    """Where a configuration set sends which events."""

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
