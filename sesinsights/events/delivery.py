"""The events of a message on its way: what Amazon SES and the receiving server did with it."""

from __future__ import annotations

import re

from typing_extensions import override

from sesinsights.events.event import Event
from sesinsights.events.views import (
    Member,
    View,
    addresses,
    moment,
    number,
    text,
    texts,
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
    explain_delay,
    is_permanent,
    is_suppression_echo,
)

_SAYS_THAT_IT_IS_AUTOMATIC = re.compile(AUTO_REPLY)


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


class Rejected(Event):
    """Amazon SES accepted the message, found malware in it, and did not send it."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "reason")
    _type = EventType.REJECT
    _blocks = ("reject",)
    _needs_block = False

    reason = Member("reason", text)
    """Why, such as `Bad content`."""


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
