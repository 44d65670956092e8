"""What bounces, delays and complaints mean, and what to do about them.

Event publishing writes `OnAccountSuppressionList`, message insights have been seen to write
`ON_ACCOUNT_SUPPRESSION_LIST`: only this module knows that both are the same. The types are
those of Amazon SES, the kinds of complaints those of RFC 5965 and its registry.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sesinsights.models.enums import BounceType, EventType, NewValue
from sesinsights.models.status_codes import explain_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["BounceReason", "DelayReason"]

ReasonT = TypeVar("ReasonT", bound=StrEnum)


class BounceReason(StrEnum):
    """Why a message bounced, in any spelling."""

    GENERAL = "GENERAL"
    NO_EMAIL = "NO_EMAIL"
    SUPPRESSED = "SUPPRESSED"
    ON_ACCOUNT_SUPPRESSION_LIST = "ON_ACCOUNT_SUPPRESSION_LIST"
    ON_TENANT_SUPPRESSION_LIST = "ON_TENANT_SUPPRESSION_LIST"
    EMAIL_VALIDATION_SUPPRESSED = "EMAIL_VALIDATION_SUPPRESSED"
    UNSUBSCRIBED_RECIPIENT = "UNSUBSCRIBED_RECIPIENT"
    MAILBOX_FULL = "MAILBOX_FULL"
    MESSAGE_TOO_LARGE = "MESSAGE_TOO_LARGE"
    CONTENT_REJECTED = "CONTENT_REJECTED"
    ATTACHMENT_REJECTED = "ATTACHMENT_REJECTED"
    CUSTOM_TIMEOUT_EXCEEDED = "CUSTOM_TIMEOUT_EXCEEDED"
    UNDETERMINED = "UNDETERMINED"


class DelayReason(StrEnum):
    """Why a delivery is late, in any spelling."""

    INTERNAL_FAILURE = "INTERNAL_FAILURE"
    GENERAL = "GENERAL"
    MAILBOX_FULL = "MAILBOX_FULL"
    SPAM_DETECTED = "SPAM_DETECTED"
    RECIPIENT_SERVER_ERROR = "RECIPIENT_SERVER_ERROR"
    IP_FAILURE = "IP_FAILURE"
    TRANSIENT_COMMUNICATION_FAILURE = "TRANSIENT_COMMUNICATION_FAILURE"
    BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE = "BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE"
    SENDING_DEFERRAL = "SENDING_DEFERRAL"
    UNDETERMINED = "UNDETERMINED"


_EVENTS: Mapping[str, str] = {
    EventType.REJECT: "Amazon SES found malware in the message and did not send it.",
    EventType.RENDERING_FAILURE: (
        "The template could not be filled in, so nothing was sent: compare its variables with the "
        "data that it was given."
    ),
    EventType.DELIVERY_DELAY: (
        "The receiving server did not accept it yet; Amazon SES keeps trying."
    ),
}
"""What happened, if the name of the event does not say everything."""

_BOUNCE_TYPES: Mapping[str, str] = {
    BounceType.PERMANENT: "The address does not accept mail: stop sending to it.",
    BounceType.TRANSIENT: "The mail was not accepted this time: try again later.",
    BounceType.UNDETERMINED: "The bounce does not say why: stop sending if it happens again.",
}

_MEANINGS = {
    BounceReason.NO_EMAIL: "The bounce names no readable address.",
    BounceReason.SUPPRESSED: (
        "Amazon SES did not try: the address is on its global suppression list, because mail to it "
        "bounced recently."
    ),
    BounceReason.ON_ACCOUNT_SUPPRESSION_LIST: (
        "Amazon SES did not try: the address is on your account's suppression list, after an "
        "earlier bounce or complaint."
    ),
    BounceReason.ON_TENANT_SUPPRESSION_LIST: (
        "Amazon SES did not try: the address is on the tenant's suppression list, after an earlier "
        "bounce or complaint."
    ),
    BounceReason.EMAIL_VALIDATION_SUPPRESSED: (
        "Amazon SES did not try: its address validation had too little confidence in this address."
    ),
    BounceReason.UNSUBSCRIBED_RECIPIENT: (
        "Amazon SES did not try: the contact has unsubscribed from the list or topic."
    ),
    BounceReason.MAILBOX_FULL: "The mailbox is full.",
    BounceReason.MESSAGE_TOO_LARGE: "The message is too large for this mailbox.",
    BounceReason.CONTENT_REJECTED: "The content was refused.",
    BounceReason.ATTACHMENT_REJECTED: "An attachment was refused.",
    BounceReason.CUSTOM_TIMEOUT_EXCEEDED: (
        "It could not be delivered in the time that the sender allowed."
    ),
}

_ADVICE = {
    BounceReason.NO_EMAIL: "Look at the bounce itself before you stop sending to an address.",
    BounceReason.ON_ACCOUNT_SUPPRESSION_LIST: (
        "Stop sending to the address, and do not count this as a new bounce. Remove it from the "
        "list only if you know that it works."
    ),
    BounceReason.ON_TENANT_SUPPRESSION_LIST: (
        "Stop sending to the address, and do not count this as a new bounce. Remove it from the "
        "list only if you know that it works."
    ),
    BounceReason.EMAIL_VALIDATION_SUPPRESSED: "Check the address before you send to it again.",
    BounceReason.UNSUBSCRIBED_RECIPIENT: (
        "Respect this: the mailbox works, but its owner does not want this mail."
    ),
    BounceReason.MESSAGE_TOO_LARGE: "Send a smaller message.",
    BounceReason.CONTENT_REJECTED: "Change the content before you try again.",
    BounceReason.ATTACHMENT_REJECTED: "Leave the attachment out or change its type.",
    BounceReason.CUSTOM_TIMEOUT_EXCEEDED: "Allow more time, or try again later.",
}
"""What to do about a reason for which the advice of its type is wrong."""

_DELAYS = {
    DelayReason.INTERNAL_FAILURE: "Amazon SES had an internal problem.",
    DelayReason.MAILBOX_FULL: "The mailbox is full.",
    DelayReason.SPAM_DETECTED: "The receiving server has received a lot of unwanted mail from you.",
    DelayReason.RECIPIENT_SERVER_ERROR: "The receiving server had a problem.",
    DelayReason.IP_FAILURE: (
        "The receiving server refuses or limits the IP address that you send from."
    ),
    DelayReason.TRANSIENT_COMMUNICATION_FAILURE: (
        "The connection to the receiving server broke or could not be made."
    ),
    DelayReason.BYOIP_HOST_NAME_LOOKUP_UNAVAILABLE: (
        "The host name of your own IP address could not be found in DNS."
    ),
    DelayReason.SENDING_DEFERRAL: "Amazon SES itself holds the message back for a while.",
}

_SUPPRESSED_COMPLAINT = (
    "Amazon SES did not send it: the address is on your {list} suppression list, after an "
    "earlier complaint. This is not a new complaint."
)

FEEDBACK_TYPES = {
    "abuse": "The recipient reported the message as spam: stop sending to this address.",
    "auth-failure": "The message failed the provider's check of SPF, DKIM or DMARC.",
    "fraud": "The message was reported as fraud or phishing.",
    "not-spam": "The recipient says that the message is not spam: nothing to do.",
    "opt-out": "The recipient does not want such mail any more: remove the address from the list.",
    "other": "The provider reported the message, for an unspecified reason.",
    "virus": "The message was reported as containing a virus.",
}
"""What the kinds of complaints mean and what to do."""

AUTO_REPLY = r"(?i)\bauto(?:matic)?[- ]?(?:reply|replied|response)|\bout of (?:the )?office\b"
"""What an automatic reply says of itself, as a pattern that Python, RE2 and Java read alike."""

_ECHOES = frozenset(
    {BounceReason.ON_ACCOUNT_SUPPRESSION_LIST, BounceReason.ON_TENANT_SUPPRESSION_LIST}
)


def plain_name(name: str) -> str:
    """Return a name without blanks, underscores, hyphens and case, to compare spellings."""
    return name.replace("_", "").replace(" ", "").replace("-", "").lower()


def _by_plain_name(reasons: type[ReasonT]) -> dict[str, ReasonT]:
    return {plain_name(reason): reason for reason in reasons}


_TYPES_OF_BOUNCES = _by_plain_name(BounceType)
_BOUNCE_REASONS = _by_plain_name(BounceReason)
_DELAY_REASONS = {
    **_by_plain_name(DelayReason),
    "transientcommunicationgeneral": DelayReason.TRANSIENT_COMMUNICATION_FAILURE,
}


def bounce_type(name: str | None) -> BounceType | NewValue | None:
    """Return a type of bounce from any spelling; a NewValue if it is new at the service."""
    return None if name is None else _TYPES_OF_BOUNCES.get(plain_name(name)) or NewValue(name)


def bounce_reason(sub_type: str | None) -> BounceReason | NewValue | None:
    """Return the reason for a bounce from its subtype, in any spelling.

    A subtype that is new at the service is returned as a NewValue, none as None.
    """
    return _BOUNCE_REASONS.get(plain_name(sub_type)) or NewValue(sub_type) if sub_type else None


def delay_reason(delay_type: str | None) -> DelayReason | NewValue | None:
    """Return the reason for a delay from its type, in any spelling.

    A type that is new at the service is returned as a NewValue, none as None.
    """
    return (
        _DELAY_REASONS.get(plain_name(delay_type)) or NewValue(delay_type) if delay_type else None
    )


def is_permanent(type_: str | None) -> bool | None:
    """Return whether a bounce of this type is permanent; None if the type does not say."""
    match bounce_type(type_):
        case BounceType.PERMANENT:
            return True
        case BounceType.TRANSIENT:
            return False
        case _:
            return None


def is_suppression_echo(sub_type: str | None) -> bool:
    """Return whether a bounce only says that your own suppression list held the mail back."""
    return bounce_reason(sub_type) in _ECHOES


def bounce_advice(type_: str | None, sub_type: str | None) -> str | None:
    """Return what to do about a bounce; None when its type is not known."""
    reason = bounce_reason(sub_type)
    if isinstance(reason, BounceReason) and reason in _ADVICE:
        return _ADVICE[reason]
    return _BOUNCE_TYPES.get(bounce_type(type_) or "")


def explain_event(type_: str | None) -> Iterator[str]:
    """Yield what an event of this type means; nothing if its name says everything."""
    meaning = _EVENTS.get(type_ or "")
    if meaning:
        yield meaning


def explain_bounce(
    type_: str | None, sub_type: str | None, diagnostic_code: str | None = None
) -> Iterator[str]:
    """Yield why a message bounced and what to do; what is unknown is left to its name."""
    reason = bounce_reason(sub_type)
    if isinstance(reason, BounceReason) and reason in _MEANINGS:
        yield _MEANINGS[reason]
    advice = bounce_advice(type_, sub_type)
    if advice:
        yield advice
    status = explain_status(diagnostic_code or "")
    if status:
        yield status


def explain_delay(delay_type: str | None) -> Iterator[str]:
    """Yield why a delivery is late; what is unknown is left to its name."""
    yield from explain_event(EventType.DELIVERY_DELAY)
    reason = delay_reason(delay_type)
    if isinstance(reason, DelayReason) and reason in _DELAYS:
        yield _DELAYS[reason]


def explain_complaint(sub_type: str | None, feedback_type: str | None) -> Iterator[str]:
    """Yield what a complaint means; what is unknown is left to its name."""
    match bounce_reason(sub_type):
        case BounceReason.ON_ACCOUNT_SUPPRESSION_LIST:
            yield _SUPPRESSED_COMPLAINT.format(list="account's")
        case BounceReason.ON_TENANT_SUPPRESSION_LIST:
            yield _SUPPRESSED_COMPLAINT.format(list="tenant's")
        case _:
            pass
    feedback = FEEDBACK_TYPES.get((feedback_type or "").lower())
    if feedback:
        yield feedback
