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
    """The last reply of the receiving server."""
    reporting_mta = Member("reportingMTA", text)
    """The Amazon SES host that delivered the message."""
    remote_mta_ip = Member("remoteMtaIp", text)
    """The IP address of the receiving server."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients that the message was delivered to."""
        return texts(self._members.get("recipients"))


class BouncedRecipient(View):
    """A recipient of a bounced message, and the reply of the receiving server."""

    __slots__ = ()
    _shown = ("action", "status")

    email_address = Member("emailAddress", text)
    """The address."""
    action = Member("action", text)
    """The action in the delivery status notification, such as `failed`; None without one."""
    status = Member("status", text)
    """The enhanced status code, such as `5.1.1`."""
    diagnostic_code = Member("diagnosticCode", text)
    """The reply of the receiving server, or an explanation by Amazon SES."""


class Bounced(Event):
    """The message did not reach these recipients."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "bounce_type", "bounce_sub_type")
    _type = EventType.BOUNCE
    _blocks = ("bounce",)

    bounced_recipients = Member("bouncedRecipients", views_of(BouncedRecipient))
    """The recipients that the mail did not reach, with the receiving servers' replies."""
    bounce_sub_type = Member("bounceSubType", text)
    """The finer reason, as the service spells it."""
    feedback_id = Member("feedbackId", text)
    """The id of the report; together with a recipient, it identifies duplicates."""
    reporting_mta = Member("reportingMTA", text)
    """The server that reported the bounce, such as `dns; host`."""
    remote_mta_ip = Member("remoteMtaIp", text)
    """The IP address of the receiving server."""

    @property
    @override
    def recipients(self) -> tuple[str, ...]:
        """The recipients that the mail did not reach."""
        return addresses(self._members.get("bouncedRecipients"))

    @property
    def bounce_type(self) -> BounceType | NewValue | None:
        """The type of the bounce, permanent or not, as SES API v2 spells it."""
        return bounce_type(text(self._members.get("bounceType")))

    @property
    def reason(self) -> BounceReason | NewValue | None:
        """Why it bounced; a `NewValue` if the reason is newer than this library."""
        return bounce_reason(self.bounce_sub_type)

    @property
    def is_permanent(self) -> bool | None:
        """Whether the bounce is permanent; None if the record does not say."""
        return is_permanent(self.bounce_type)

    @property
    def diagnostic_code(self) -> str | None:
        """The first reply of the receiving server that the record has."""
        said = (recipient.diagnostic_code for recipient in self.bounced_recipients)
        return next(filter(None, said), None)

    @property
    def advice(self) -> str | None:
        """What to do about the bounce; None if its type is newer than this library."""
        return bounce_advice(self.bounce_type, self.bounce_sub_type)

    @property
    @override
    def explanation(self) -> tuple[str, ...]:
        """Why the message bounced and what to do, in sentences."""
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
        """Whether it is an automatic reply, such as an out-of-office message; None if unknown.

        Amazon SES reports such a reply as a transient bounce of type General without details, and
        does the same with bounces it cannot read. It is a reply if there is also a delivery.
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
    """The reason, such as `Bad content`."""


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
    """The problem; it names a variable that is missing."""


class DelayedRecipient(View):
    """A recipient of a delayed message, and the reply of the receiving server."""

    __slots__ = ()
    _shown = ("status",)

    email_address = Member("emailAddress", text)
    """The address."""
    status = Member("status", text)
    """The enhanced status code, such as `4.4.1`."""
    diagnostic_code = Member("diagnosticCode", text)
    """The reply of the receiving server."""


class Delayed(Event):
    """The message could not be delivered yet; Amazon SES keeps trying."""

    __slots__ = ()
    _shown = ("message_id", "timestamp", "delay_type")
    _type = EventType.DELIVERY_DELAY
    _blocks = ("deliveryDelay",)

    delayed_recipients = Member("delayedRecipients", views_of(DelayedRecipient))
    """The recipients not reached yet, with the receiving servers' replies."""
    delay_type = Member("delayType", text)
    """The reason for the delay, as the service spells it."""
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
        """Why the message is delayed; a `NewValue` if the reason is newer than this library."""
        return delay_reason(self.delay_type)

    @property
    @override
    def explanation(self) -> tuple[str, ...]:
        """Why the message is delayed, in sentences."""
        return tuple(explain_delay(self.delay_type))
