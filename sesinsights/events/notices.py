"""Notices: messages that arrive on the same channels as events but are not events or errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from sesinsights.events.views import Member, View, items, members, moment, number, text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sesinsights.events.path import Via


class Notice(View):
    """Something that arrived and is not an event: the base class of all notices."""

    __slots__ = ("_via",)
    _shown: ClassVar[tuple[str, ...]] = ("via",)

    def __init__(self, raw: dict[str, Any], via: Via) -> None:
        super().__init__(raw)
        self._via = via

    @property
    def via(self) -> Via:
        """How the notice arrived."""
        return self._via

    def ack(self) -> None:
        """Delete its message from the queue now, instead of when the next event is asked for.

        A message that holds several events is deleted with the last of them.

        Raises:
            ValueError: It does not come from `iter_queue`.
        """
        self._via.ack(self)

    def release(self) -> None:
        """Leave its message in the queue, where it is received again at once.

        Raises:
            ValueError: It does not come from `iter_queue`.
        """
        self._via.release()

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Notice) or type(other) is not type(self):
            return NotImplemented
        return self._members == other._members and self._via == other._via

    __hash__ = View.__hash__


class TopicValidated(Notice):
    """Amazon SES can publish to a topic: sent when an event destination gets a topic."""

    __slots__ = ()


class FeedbackTopicAdded(Notice):
    """An identity was set to send its feedback to this topic."""

    __slots__ = ()

    message = Member("message", text)
    """The text of the message."""


class SubscriptionConfirmation(Notice):
    """A topic asks whether it may deliver here; `confirm_subscription` says yes."""

    __slots__ = ()

    topic_arn = Member("TopicArn", text)
    """The topic."""
    timestamp = Member("Timestamp", moment)
    """When the confirmation was requested, in UTC."""
    token = Member("Token", text)
    """The token that confirms the subscription; valid for three days."""
    subscribe_url = Member("SubscribeURL", text)
    """The link that confirms the subscription; use `confirm_subscription` instead of the link."""


class UnsubscribeConfirmation(Notice):
    """A subscription was deleted. Following its link would restore it, so do not."""

    __slots__ = ()

    topic_arn = Member("TopicArn", text)
    """The topic."""
    timestamp = Member("Timestamp", moment)
    """When the subscription was deleted, in UTC."""
    token = Member("Token", text)
    """The link that would restore the subscription."""


class BucketNotification(Notice):
    """A notification from a bucket of Amazon S3 that publishes to the same place."""

    __slots__ = ()
    _shown = ("event_name", "via")

    @property
    def event_name(self) -> str | None:
        """What happened, such as `s3:TestEvent` or `ObjectCreated:Put`."""
        return text(self._members.get("Event")) or text(self._members.get("eventName"))


class EmptyRecord(Notice):
    """A record of Firehose without data, such as a test record from its console."""

    __slots__ = ()


class EventBridgeNotice(Notice):
    """An event of EventBridge that is not about a message."""

    __slots__ = ()
    _shown: ClassVar[tuple[str, ...]] = ("detail_type", "via")

    detail_type = Member("detail-type", text)
    """The kind of the event."""
    service = Member("source", text)
    """The source of the event, such as `aws.ses`."""
    timestamp = Member("time", moment)
    """When the event happened, in UTC, to the second."""
    resources = Member("resources", texts)
    """The ARNs of the resources that the event is about."""

    @property
    def detail(self) -> Mapping[str, Any]:
        """The details of the event; do not change them."""
        return members(self._members.get("detail")) or {}


class AdvisorRecommendation(EventBridgeNotice):
    """Amazon SES has a recommendation for an identity or tenant, or has withdrawn one."""

    __slots__ = ()
    _shown = ("status", "impact", "category", "via")

    @property
    def status(self) -> str:
        """`Open` or `Resolved`, from the end of the event's name."""
        return (self.detail_type or "").rpartition(" ")[2]

    @property
    def recommendation(self) -> str | None:
        """The text of the recommendation."""
        return text(self.detail.get("data"))

    @property
    def impact(self) -> str | None:
        """`HIGH` or `LOW`; None in older events."""
        return text(self._metadata.get("impact"))

    @property
    def category(self) -> str | None:
        """The category, such as `BOUNCE`; None in older events."""
        return text(self._metadata.get("type"))

    @property
    def _metadata(self) -> dict[str, Any]:
        return members(self.detail.get("metadata")) or {}


class SendingStatusChanged(EventBridgeNotice):
    """Sending was enabled or disabled for a tenant."""

    __slots__ = ()
    _shown = ("status", "cause", "via")

    @property
    def status(self) -> str | None:
        """`ENABLED`, `DISABLED` or `REINSTATED`."""
        return text(self._record.get("status"))

    @property
    def origin(self) -> str | None:
        """Who changed the status: `CUSTOMER_MANAGED` or `AWS_MANAGED`."""
        return text(self._data.get("origin"))

    @property
    def cause(self) -> str | None:
        """Why the status was changed."""
        return text(self._record.get("cause"))

    @property
    def last_updated_timestamp(self) -> datetime | None:
        """When the status was changed, in UTC."""
        parts = [number(part) for part in items(self._record.get("lastUpdatedTimestamp"))]
        given = [part for part in parts if part is not None]
        if len(given) != len(parts):
            return None
        nanoseconds = given[6] if len(given) > 6 else 0  # noqa: PLR2004 - behind the seconds
        year, month, day, hour, minute, second = [*given, *[0] * 6][:6]
        try:
            seconds = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
            return seconds + timedelta(microseconds=nanoseconds // 1000)
        except (ValueError, OverflowError):
            return None

    @property
    def _data(self) -> dict[str, Any]:
        return members(self.detail.get("data")) or {}

    @property
    def _record(self) -> dict[str, Any]:
        return members(self._data.get("record")) or {}
