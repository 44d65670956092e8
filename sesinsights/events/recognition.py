"""Recognizes an object by its shape: an event, a notice, or an envelope with more inside."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from sesinsights.events import delivery, kinds, notices, reactions
from sesinsights.events.event import Origin, UnreadableError
from sesinsights.events.views import members, text
from sesinsights.models.reasons import plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.events.path import Via


Arrival: TypeAlias = kinds.AnyEvent | notices.Notice
"""What arrives: an event or a notice."""

_CLASSES: dict[str, Callable[[dict[str, Any], Via, Origin], kinds.AnyEvent]] = {
    "send": delivery.Sent,
    "delivery": delivery.Delivered,
    "bounce": delivery.Bounced,
    "complaint": reactions.Complained,
    "reject": delivery.Rejected,
    "open": reactions.Opened,
    "click": reactions.Clicked,
    "renderingfailure": delivery.RenderingFailed,
    "deliverydelay": delivery.Delayed,
    "subscription": reactions.SubscriptionChanged,
}

_DETAIL_TYPES = {
    "Email Sent": "Send",
    "Email Delivered": "Delivery",
    "Email Bounced": "Bounce",
    "Email Complaint Received": "Complaint",
    "Email Rejected": "Reject",
    "Email Opened": "Open",
    "Email Clicked": "Click",
    "Email Rendering Failed": "Rendering Failure",
    "Email Delivery Delayed": "DeliveryDelay",
    "Email Subscribed": "Subscription",
}
"""The kinds by their names at EventBridge, for a record that does not name its kind itself."""

_BATCHES = ("Records", "Messages", "records")
"""Where Lambda, a queue and Firehose put what they deliver together."""

_FEEDBACK_TOPIC_ADDED = "AmazonSnsSubscriptionSucceeded"
_ADVISOR = "Advisor Recommendation Status "
_SENDING_STATUS = {"Sending Status Enabled", "Sending Status Disabled"}


class Inside:
    """The content of an envelope: text, bytes or an object that is still to be recognized.

    Args:
        value: What it holds.
        via: How that came.
    """

    __slots__ = ("value", "via")

    def __init__(self, value: object, via: Via) -> None:
        self.value = value
        self.via = via


class Unreadable:
    """A part of a batch that cannot be recognized.

    Args:
        problem: What is wrong with it.
        value: The part.
        via: How it came.
    """

    __slots__ = ("problem", "value", "via")

    def __init__(self, problem: str, value: object, via: Via) -> None:
        self.problem = problem
        self.value = value
        self.via = via


_Found: TypeAlias = Arrival | Inside | Unreadable


def event_of(record: dict[str, Any], via: Via, *, detail_type: str | None = None) -> kinds.AnyEvent:
    """Return a record as an event.

    Args:
        record: The record.
        via: How it came.
        detail_type: What EventBridge calls it, for a record that does not say what it is.

    Raises:
        UnreadableError: It lacks what every event has.
    """
    kind = record.get("eventType")
    origin = Origin.EVENT_PUBLISHING
    if not isinstance(kind, str) and isinstance(record.get("notificationType"), str):
        kind = record["notificationType"]
        origin = Origin.IDENTITY_FEEDBACK
    if not isinstance(kind, str):
        if detail_type is None:
            raise UnreadableError("it does not say what kind of event it is")
        kind = _DETAIL_TYPES.get(detail_type, detail_type)
    known = _CLASSES.get(kind.lower()) or _CLASSES.get(plain_name(kind))
    if known is None:
        return kinds.UnknownEvent(record, via, origin, kind)
    return known(record, via, origin)


def recognized(value: dict[str, Any], via: Via) -> Iterator[_Found]:
    """Yield what an object is, or what is inside it.

    Args:
        value: The object.
        via: How it came.
    """
    batch = next((value[name] for name in _BATCHES if isinstance(value.get(name), list)), None)
    found = _alone(value, via)
    if found is not None:
        yield found
    elif batch is not None:
        yield from (Inside(item, via) for item in batch)
    elif "mail" in value:
        yield Unreadable("it does not say what kind of event it is", value, via)
    else:
        yield Unreadable("it is neither a record of Amazon SES nor in a known envelope", value, via)


def _alone(value: dict[str, Any], via: Via) -> _Found | None:
    """Return what an object is, if it is not a batch; None if it is not recognized."""
    if isinstance(value.get("eventType"), str) or isinstance(value.get("notificationType"), str):
        return _record_or_notice(value, via)
    found: _Found | None = None
    if "detail-type" in value or ("detail" in value and "source" in value):
        found = _from_event_bridge(value, via)
    elif "Message" in value and not value.keys().isdisjoint(("Type", "TopicArn", "MessageId")):
        found = message_of_topic(value, via)
    elif "Sns" in value:
        found = Inside(value["Sns"], via)
    elif "Body" in value:
        found = _from_queue(value["Body"], value.get("MessageId"), None, via)
    elif "body" in value:
        found = _from_queue(value["body"], value.get("messageId"), value.get("eventSourceARN"), via)
    elif value.get("eventSource") == "aws:s3" or value.get("Event") == "s3:TestEvent":
        found = notices.BucketNotification(value, via)
    elif "recordId" in value or ("data" in value and "approximateArrivalTimestamp" in value):
        found = _from_firehose(value, via)
    return found


def _record_or_notice(value: dict[str, Any], via: Via) -> _Found:
    if value.get("notificationType") == _FEEDBACK_TOPIC_ADDED:
        return notices.FeedbackTopicAdded(value, via)
    return _event(value, via)


def _event(record: dict[str, Any], via: Via, detail_type: str | None = None) -> _Found:
    try:
        return event_of(record, via, detail_type=detail_type)
    except UnreadableError as error:
        return Unreadable(str(error), record, via)


def _from_event_bridge(value: dict[str, Any], via: Via) -> _Found:
    via = replace(
        via,
        envelopes=(*via.envelopes, "eventbridge"),
        event_bridge_id=text(value.get("id")),
    )
    if isinstance(value.get("detail"), str):
        # An input transformer may have made text of it.
        return Inside(value["detail"], via)
    detail_type = text(value.get("detail-type"))
    detail = members(value.get("detail")) or {}
    is_foreign = text(value.get("source")) not in {None, "aws.ses"}
    if isinstance(detail.get("eventType"), str) or ("mail" in detail and not is_foreign):
        return _event(detail, via, detail_type)
    if detail_type is None or (detail_type in _DETAIL_TYPES and not is_foreign):
        return Unreadable("its `detail` is not a record of Amazon SES", value, via)
    if value.get("source") == "aws.ses":
        if detail_type.startswith(_ADVISOR):
            return notices.AdvisorRecommendation(value, via)
        if detail_type in _SENDING_STATUS:
            return notices.SendingStatusChanged(value, via)
    return notices.EventBridgeNotice(value, via)


def message_of_topic(value: dict[str, Any], via: Via) -> notices.Notice | Inside:
    """Return what a message of a topic is or holds, whatever its other members look like.

    Args:
        value: The message, with its member `Message`.
        via: How it came.
    """
    via = replace(
        via,
        envelopes=(*via.envelopes, "sns"),
        topic_arn=text(value.get("TopicArn")),
        topic_message_id=text(value.get("MessageId")),
        # A message within a message may name any topic.
        is_verified=via.is_verified and "sns" not in via.envelopes,
    )
    match value.get("Type"):
        case "SubscriptionConfirmation":
            return notices.SubscriptionConfirmation(value, via)
        case "UnsubscribeConfirmation":
            return notices.UnsubscribeConfirmation(value, via)
        case _:
            return Inside(value["Message"], via)


def _from_queue(body: object, message_id: object, queue_arn: object, via: Via) -> Inside:
    return Inside(
        body,
        replace(
            via,
            envelopes=(*via.envelopes, "sqs"),
            queue_message_id=text(message_id),
            queue_arn=text(queue_arn),
        ),
    )


def _from_firehose(value: dict[str, Any], via: Via) -> _Found:
    via = replace(
        via,
        envelopes=(*via.envelopes, "firehose"),
        firehose_record_id=text(value.get("recordId")),
    )
    data = value.get("data")
    if data is None or data == "":
        return notices.EmptyRecord(value, via)
    if not isinstance(data, str):
        return Unreadable("its `data` is not text", value, via)
    try:
        decoded = base64.b64decode(data, validate=True)
    except ValueError:
        return Unreadable("its `data` is not base64", value, via)
    return Inside(decoded, via) if decoded.strip() else notices.EmptyRecord(value, via)
