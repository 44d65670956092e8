# Generated from the shapes by `python -m tools.typed_dicts`: edit those, and run it again.
"""What requests take in place of a shape: a dictionary of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Required

from typing_extensions import TypedDict

from sesinsights.models.classic.configuration_sets import (
    CloudWatchDestination,
    CloudWatchDimensionConfiguration,
    KinesisFirehoseDestination,
    SNSDestination,
)
from sesinsights.models.classic.enums import DimensionValueSourceInput, EventTypeInput
from sesinsights.models.classic.sending import Destination, MessageTag

__all__ = [
    "BulkEmailDestinationDict",
    "CloudWatchDestinationDict",
    "CloudWatchDimensionConfigurationDict",
    "DestinationDict",
    "EventDestinationDict",
    "KinesisFirehoseDestinationDict",
    "MessageTagDict",
    "SNSDestinationDict",
    "TemplateDict",
]


class BulkEmailDestinationDict(TypedDict, total=False):
    """The recipients of one of many messages, and its own data."""

    destination: Required[Destination | DestinationDict]
    """The recipients of the message."""
    replacement_tags: Sequence[MessageTag | MessageTagDict]
    """Tags that replace or extend the default tags."""
    replacement_template_data: Mapping[str, Any] | str | None
    """Variables that replace or extend the default variables."""


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


class DestinationDict(TypedDict, total=False):
    """The recipients of one message: 1 to 50 recipients in all."""

    to_addresses: Sequence[str]
    """The recipients in To."""
    cc_addresses: Sequence[str]
    """The recipients in Cc."""
    bcc_addresses: Sequence[str]
    """The recipients in Bcc."""


class EventDestinationDict(TypedDict, total=False):
    """Which events a configuration set sends, and to which one target."""

    name: Required[str]
    """The event destination's name."""
    enabled: bool | None
    """Whether events are sent now; to the service, None is False."""
    matching_event_types: Required[Sequence[EventTypeInput]]
    """Which events are sent."""
    kinesis_firehose_destination: KinesisFirehoseDestination | KinesisFirehoseDestinationDict | None
    """Set when events go to Firehose."""
    cloud_watch_destination: CloudWatchDestination | CloudWatchDestinationDict | None
    """Set when events become CloudWatch metrics."""
    sns_destination: SNSDestination | SNSDestinationDict | None
    """Set when events go to SNS."""


class KinesisFirehoseDestinationDict(TypedDict, total=False):
    """A Firehose stream that receives events."""

    iam_role_arn: Required[str]
    """The role that Amazon SES assumes to write to the stream."""
    delivery_stream_arn: Required[str]
    """The stream."""


class MessageTagDict(TypedDict, total=False):
    """A name and value to attach to a message."""

    name: Required[str]
    """The tag's name."""
    value: Required[str]
    """The tag's value."""


class SNSDestinationDict(TypedDict, total=False):
    """An SNS topic that receives events."""

    topic_arn: Required[str]
    """The topic."""


class TemplateDict(TypedDict, total=False):
    """A template: a subject, a text and an HTML part, each with variables like `{{name}}`."""

    template_name: Required[str]
    """The template's name."""
    subject_part: str | None
    """The subject line."""
    text_part: str | None
    """The body for mail readers that show no HTML."""
    html_part: str | None
    """The HTML body."""
