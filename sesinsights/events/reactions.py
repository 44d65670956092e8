"""The events of a message that arrived: what its readers did."""

from __future__ import annotations

from typing_extensions import override

from sesinsights.events.event import Event
from sesinsights.events.views import (
    Member,
    View,
    addresses,
    flag,
    moment,
    named_texts,
    text,
    view_of,
    views_of,
)
from sesinsights.models.enums import EventType
from sesinsights.models.reasons import explain_complaint


def is_bot(said: object) -> bool | None:
    """Return whether a program opened or clicked, which the service says in words."""
    words = {"likely": True, "unlikely": False}
    return words.get(said.strip().lower(), flag(said)) if isinstance(said, str) else flag(said)


class Complained(Event):
    """A recipient, or a provider for one, reported the message."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "complaint_feedback_type", "complaint_sub_type")
    _type = EventType.COMPLAINT
    _blocks = ("complaint",)

    feedback_id = Member("feedbackId", text)
    """The id of the report; together with a recipient, it identifies duplicates."""
    complaint_sub_type = Member("complaintSubType", text)
    """Set when a suppression list held the mail back, so that nothing was delivered."""
    complaint_feedback_type = Member("complaintFeedbackType", text)
    """The kind of report, such as `abuse`."""
    user_agent = Member("userAgent", text)
    """The name of the feedback loop."""
    arrival_date = Member("arrivalDate", moment)
    """When the provider received the message, in UTC."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients who may have complained: all at a domain, as providers hide which."""
        return addresses(self._members.get("complainedRecipients"))

    @property
    @override
    def is_suppression_echo(self) -> bool:
        """Whether a suppression list held the mail back, so that there is no new complaint."""
        return bool(self.complaint_sub_type)

    @property
    def is_from_reader(self) -> bool:
        """Whether a reader complained; False for echoes, “not spam” and failed authentication."""
        kind = (self.complaint_feedback_type or "").lower()
        return not self.is_suppression_echo and kind not in {"not-spam", "auth-failure"}

    @property
    @override
    def explanation(self) -> tuple[str, ...]:
        """What the complaint means and what to do, in sentences."""
        return tuple(explain_complaint(self.complaint_sub_type, self.complaint_feedback_type))


class _Engagement(Event):
    """An action of a reader, or of a program on the reader's behalf."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "is_bot")

    ip_address = Member("ipAddress", text)
    """The IP address of the reader; for some providers, that of their proxy."""
    user_agent = Member("userAgent", text)
    """The user agent of the program that was used."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipient, if the message had only one; otherwise empty, because it is unknown."""
        destination = self.mail.destination
        return destination if len(destination) == 1 else ()

    @property
    def is_bot(self) -> bool | None:
        """Whether a program probably did it; None if the service did not say."""
        return is_bot(self._members.get("isBotEvent"))


class Opened(_Engagement):
    """A reader opened the message."""

    __slots__ = ()
    _type = EventType.OPEN
    _blocks = ("open",)


class Clicked(_Engagement):
    """A reader followed a link in the message."""

    __slots__ = ()
    _type = EventType.CLICK
    _blocks = ("click",)

    link = Member("link", text)
    """The link's address, as you wrote it."""
    link_tags = Member("linkTags", named_texts)
    """The tags of the link; empty when it has none."""


class TopicSubscription(View):
    """Whether a contact wants the mail of one topic."""

    __slots__ = ()
    _shown = ("topic_name", "subscription_status")

    topic_name = Member("topicName", text)
    """The topic."""
    subscription_status = Member("subscriptionStatus", text)
    """`OptIn` or `OptOut`."""


class TopicPreferences(View):
    """The mail that a contact wants."""

    __slots__ = ()
    _shown = ("unsubscribe_all", "topic_subscription_status")

    unsubscribe_all = Member("unsubscribeAll", flag)
    """Whether the contact wants no mail of the list at all."""
    topic_subscription_status = Member("topicSubscriptionStatus", views_of(TopicSubscription))
    """What the contact chose, by topic."""
    topic_default_subscription_status = Member(
        "topicDefaultSubscriptionStatus", views_of(TopicSubscription)
    )
    """The default for topics that the contact has not chosen."""


class SubscriptionChanged(Event):
    """A reader changed their subscriptions, for example by unsubscribing."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "contact_list", "new_topic_preferences")
    _type = EventType.SUBSCRIPTION
    _blocks = ("subscription",)

    contact_list = Member("contactList", text)
    """The contact list."""
    subscription_source = Member("source", text)
    """How the reader did it, such as `UnsubscribeHeader`."""
    new_topic_preferences = Member("newTopicPreferences", view_of(TopicPreferences))
    """What the reader wants now."""
    old_topic_preferences = Member("oldTopicPreferences", view_of(TopicPreferences))
    """What the reader wanted before."""
