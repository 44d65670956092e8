"""The classes of events, one for each kind, and one for unknown kinds."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import override

from sesinsights.events.event import Event, event_id_of
from sesinsights.events.views import (
    Member,
    View,
    addresses,
    flag,
    members,
    moment,
    named_texts,
    number,
    text,
    texts,
    view_of,
    views_of,
)
from sesinsights.models.enums import BounceType, EventType, NewValue
from sesinsights.models.reasons import (
    AUTO_REPLY,
    BounceReason,
    DelayReason,
    bounce_advice,
    bounce_reason,
    bounce_type,
    delay_reason,
    explain_bounce,
    explain_complaint,
    explain_delay,
    is_permanent,
    is_suppression_echo,
)

if TYPE_CHECKING:
    from sesinsights.events.event import Origin
    from sesinsights.events.path import Via


_SAYS_THAT_IT_IS_AUTOMATIC = re.compile(AUTO_REPLY)


def is_bot(said: object) -> bool | None:
    """Return what the service says of who opened or clicked; it says it in words."""
    words = {"likely": True, "unlikely": False}
    return words.get(said.strip().lower(), flag(said)) if isinstance(said, str) else flag(said)


class Sent(Event):
    """Amazon SES accepted the message, and will try to deliver it."""

    __slots__ = ()
    _type = EventType.SEND
    _blocks = ("send",)
    _needs_block = False


class Delivered(Event):
    """The recipient's mail server accepted the message."""

    __slots__ = ()
    _type = EventType.DELIVERY
    _blocks = ("delivery",)

    processing_time_millis = Member("processingTimeMillis", number)
    """How long it took from acceptance to delivery, in milliseconds."""
    smtp_response = Member("smtpResponse", text)
    """What the other server said last."""
    reporting_mta = Member("reportingMTA", text)
    """The Amazon SES host that delivered the message."""
    remote_mta_ip = Member("remoteMtaIp", text)
    """The address of the other server."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients that the message was delivered to."""
        return texts(self._members.get("recipients"))


class BouncedRecipient(View):
    """A recipient of a bounced message, and the reply of the other server."""

    __slots__ = ()
    _shown = ("action", "status")

    email_address = Member("emailAddress", text)
    """The address."""
    action = Member("action", text)
    """What the other server did, such as `failed`; None without a delivery status notification."""
    status = Member("status", text)
    """The enhanced status code, such as `5.1.1`."""
    diagnostic_code = Member("diagnosticCode", text)
    """What the other server said, or a sentence of Amazon SES."""


class Bounced(Event):
    """The message did not reach these recipients."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "bounce_type", "bounce_sub_type")
    _type = EventType.BOUNCE
    _blocks = ("bounce",)

    bounced_recipients = Member("bouncedRecipients", views_of(BouncedRecipient))
    """The recipients that the mail did not reach, with the other server's replies."""
    bounce_sub_type = Member("bounceSubType", text)
    """The finer reason, as the service spells it."""
    feedback_id = Member("feedbackId", text)
    """The id of the report; with a recipient, a key against duplicates."""
    reporting_mta = Member("reportingMTA", text)
    """The server that reported the bounce, such as `dns; host`."""
    remote_mta_ip = Member("remoteMtaIp", text)
    """The address of the other server."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients that the mail did not reach."""
        return addresses(self._members.get("bouncedRecipients"))

    @property
    def bounce_type(self) -> BounceType | NewValue | None:
        """The type of the bounce, permanent or not, in the spelling of SES API v2."""
        return bounce_type(text(self._members.get("bounceType")))

    @property
    def reason(self) -> BounceReason | NewValue | None:
        """Why it bounced; a NewValue if it is new at the service."""
        return bounce_reason(self.bounce_sub_type)

    @property
    def is_permanent(self) -> bool | None:
        """Whether the bounce is permanent; None if it does not say."""
        return is_permanent(self.bounce_type)

    @property
    def diagnostic_code(self) -> str | None:
        """What the other server said of the first recipient of whom it said anything."""
        said = (recipient.diagnostic_code for recipient in self.bounced_recipients)
        return next(filter(None, said), None)

    @property
    def advice(self) -> str | None:
        """What to do about it; None when its type is new at the service."""
        return bounce_advice(self.bounce_type, self.bounce_sub_type)

    @property
    @override
    def explanation(self) -> tuple[str, ...]:
        """Why it bounced and what to do, in sentences; without what is only in the names."""
        said = self.diagnostic_code
        return tuple(explain_bounce(self.bounce_type, self.bounce_sub_type, said))

    @property
    @override
    def is_suppression_echo(self) -> bool:
        """Whether your own suppression list held the mail back, so that nothing new bounced."""
        return is_suppression_echo(self.bounce_sub_type)

    @property
    @override
    def is_auto_reply(self) -> bool | None:
        """Whether it is an automatic answer, as of who is out of office.

        Such an answer comes as a transient, general bounce that says nothing but the address. So
        does a bounce that could not be read: it is an answer if there is a delivery too.
        """
        if self.is_permanent is not False or self.reason != BounceReason.GENERAL:
            return False
        said = [
            value
            for recipient in self.bounced_recipients
            for value in (recipient.diagnostic_code, recipient.status, recipient.action)
            if value
        ]
        if any(map(_SAYS_THAT_IT_IS_AUTOMATIC.search, said)):
            return True
        return False if said else None


class Complained(Event):
    """A recipient, or a provider for one, reported the message."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "complaint_feedback_type", "complaint_sub_type")
    _type = EventType.COMPLAINT
    _blocks = ("complaint",)

    feedback_id = Member("feedbackId", text)
    """The id of the report; with a recipient, a key against duplicates."""
    complaint_sub_type = Member("complaintSubType", text)
    """Set when a suppression list held the mail back, so that nothing was delivered."""
    complaint_feedback_type = Member("complaintFeedbackType", text)
    """The kind of report, such as `abuse`."""
    user_agent = Member("userAgent", text)
    """The name of the feedback loop."""
    arrival_date = Member("arrivalDate", moment)
    """When the provider got the message, in UTC."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients who may have complained; providers hide it, so all at that domain."""
        return addresses(self._members.get("complainedRecipients"))

    @property
    @override
    def is_suppression_echo(self) -> bool:
        """Whether a suppression list held the mail back, so that nobody complained now."""
        return bool(self.complaint_sub_type)

    @property
    def is_from_reader(self) -> bool:
        """Whether a reader complained: not so for echoes, praise and failed authentication."""
        kind = (self.complaint_feedback_type or "").lower()
        return not self.is_suppression_echo and kind not in {"not-spam", "auth-failure"}

    @property
    @override
    def explanation(self) -> tuple[str, ...]:
        """What it means and what to do, in sentences; without what is only in the names."""
        return tuple(explain_complaint(self.complaint_sub_type, self.complaint_feedback_type))


class Rejected(Event):
    """Amazon SES accepted the message, found malware in it, and did not send it."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "reason")
    _type = EventType.REJECT
    _blocks = ("reject",)
    _needs_block = False

    reason = Member("reason", text)
    """Why, such as `Bad content`."""


class _Engagement(Event):
    """An action of a reader, or of a program on the reader's behalf."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "is_bot")

    ip_address = Member("ipAddress", text)
    """Where it was done; for some providers, the address of their proxy."""
    user_agent = Member("userAgent", text)
    """The program with which it was done."""

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


class RenderingFailed(Event):
    """The template could not be filled in, so the message was never sent."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "template_name")
    _type = EventType.RENDERING_FAILURE
    _blocks = ("failure", "renderingFailure")
    _needs_block = False

    template_name = Member("templateName", text)
    """The template's name."""
    error_message = Member("errorMessage", text)
    """What is wrong; it names the variable that is missing."""


class DelayedRecipient(View):
    """A recipient of a delayed message, and the reply of the other server."""

    __slots__ = ()
    _shown = ("status",)

    email_address = Member("emailAddress", text)
    """The address."""
    status = Member("status", text)
    """The enhanced status code, such as `4.4.1`."""
    diagnostic_code = Member("diagnosticCode", text)
    """What the other server said."""


class Delayed(Event):
    """The message could not be delivered yet; Amazon SES keeps trying."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "delay_type")
    _type = EventType.DELIVERY_DELAY
    _blocks = ("deliveryDelay",)

    delayed_recipients = Member("delayedRecipients", views_of(DelayedRecipient))
    """The recipients not reached yet, with the other server's replies."""
    delay_type = Member("delayType", text)
    """Why, as the service spells it."""
    expiration_time = Member("expirationTime", moment)
    """When Amazon SES stops trying, in UTC."""
    reporting_mta = Member("reportingMTA", text)
    """The address of the host that reported the delay."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients not reached yet."""
        return addresses(self._members.get("delayedRecipients"))

    @property
    def reason(self) -> DelayReason | NewValue | None:
        """Why it is late; a NewValue if it is new at the service."""
        return delay_reason(self.delay_type)

    @property
    @override
    def explanation(self) -> tuple[str, ...]:
        """Why it is late, in sentences; without what is only in the names."""
        return tuple(explain_delay(self.delay_type))


class TopicSubscription(View):
    """Whether a contact wants the mail of one topic."""

    __slots__ = ()
    _shown = ("topic_name", "subscription_status")

    topic_name = Member("topicName", text)
    """The topic."""
    subscription_status = Member("subscriptionStatus", text)
    """`OptIn` or `OptOut`."""


class TopicPreferences(View):
    """What a contact wants."""

    __slots__ = ()
    _shown = ("unsubscribe_all", "topic_subscription_status")

    unsubscribe_all = Member("unsubscribeAll", flag)
    """Whether the contact wants no mail of the list at all."""
    topic_subscription_status = Member("topicSubscriptionStatus", views_of(TopicSubscription))
    """What the contact chose, by topic."""
    topic_default_subscription_status = Member(
        "topicDefaultSubscriptionStatus", views_of(TopicSubscription)
    )
    """The default where the contact did not choose."""


class SubscriptionChanged(Event):
    """A reader changed what they want to get, as by unsubscribing."""

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


class UnknownEvent(Event):
    """An event of a kind that this version does not know; `raw` is all that is known of it."""

    __slots__ = ("_kind",)
    _shown = ("type", "message_id", "timestamp")
    _blocks = ()
    _needs_block = False

    def __init__(self, record: dict[str, Any], via: Via, origin: Origin, kind: str) -> None:
        """Take a record as an event.

        Raises:
            UnreadableError: It lacks what every event has.
        """
        self._kind = kind
        super().__init__(record, via, origin)

    @override
    def _details_of(self, record: dict[str, Any]) -> dict[str, Any]:
        name = self._kind[:1].lower() + self._kind[1:]
        return members(record.get(name.replace(" ", "").replace("_", ""))) or {}

    @property
    @override
    def type(self) -> NewValue:
        """The kind, as the service spells it."""
        return NewValue(self._kind)

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """Always empty: the recipients of an unknown event are not known."""
        return ()

    @property
    @override
    def event_id(self) -> str:
        """A key that stays the same however, and however often, the event is delivered."""
        known = {name: value for name, value in self._record.items() if name != "mail"}
        details = json.dumps(known, sort_keys=True, default=repr)
        return event_id_of(self.message_id, self._kind, details, "", ())


AnyEvent: TypeAlias = (
    Sent
    | Delivered
    | Bounced
    | Complained
    | Rejected
    | Opened
    | Clicked
    | RenderingFailed
    | Delayed
    | SubscriptionChanged
    | UnknownEvent
)
"""Every event; the last one is for the kinds of tomorrow, so a `match` needs an arm for it."""
