"""The outcomes of mail, and what each event shows about them.

This is the one table of states and their severity. The fold in Python and the expressions for
tables both read it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from sesinsights.models.enums import BounceType, DeliveryEventType, EventType
from sesinsights.models.reasons import (
    AUTO_REPLY,
    BounceReason,
    bounce_reason,
    bounce_type,
    is_permanent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Status(StrEnum):
    """The outcome of a message at one recipient, from the least to the most severe.

    The most severe of all known events counts, whatever their order: a delivery that is reported
    late does not hide a complaint. A transient bounce next to a delivery is an automatic reply.
    What the recipient did with the message is not part of the status.
    """

    UNKNOWN = "UNKNOWN"
    """The outcome is not known."""
    SENT = "SENT"
    """Amazon SES accepted the message; nothing else is known yet."""
    DELAYED = "DELAYED"
    """The message could not be delivered yet; Amazon SES keeps trying."""
    SUPPRESSED = "SUPPRESSED"
    """Amazon SES held the message back, as for an address on your suppression list."""
    RENDERING_FAILED = "RENDERING_FAILED"
    """The template could not be rendered, so the message was not sent."""
    REJECTED = "REJECTED"
    """Amazon SES found malware in the message and did not send it."""
    UNDETERMINED_BOUNCE = "UNDETERMINED_BOUNCE"
    """The message bounced, and it is not known whether permanently."""
    TRANSIENT_BOUNCE = "TRANSIENT_BOUNCE"
    """The message bounced temporarily."""
    DELIVERED = "DELIVERED"
    """The recipient's server accepted the message."""
    PERMANENT_BOUNCE = "PERMANENT_BOUNCE"
    """The message bounced permanently, perhaps after the recipient's server had accepted it."""
    COMPLAINED = "COMPLAINED"
    """The recipient, or a provider on their behalf, reported the message."""

    @property
    def is_bounce(self) -> bool:
        """Whether the message bounced."""
        return self in BOUNCE_TYPE


SEVERITY: Mapping[Status, int] = {status: severity for severity, status in enumerate(Status)}
"""How severe each status is."""

EVENT_STATUS: Mapping[str, Status] = {
    EventType.SEND: Status.SENT,
    EventType.DELIVERY_DELAY: Status.DELAYED,
    EventType.RENDERING_FAILURE: Status.RENDERING_FAILED,
    EventType.REJECT: Status.REJECTED,
    EventType.DELIVERY: Status.DELIVERED,
    EventType.OPEN: Status.DELIVERED,
    EventType.CLICK: Status.DELIVERED,
}
"""The status that an event shows by its type alone; bounces and complaints need more."""

BOUNCE_STATUS: Mapping[str, Status] = {
    BounceType.UNDETERMINED: Status.UNDETERMINED_BOUNCE,
    BounceType.TRANSIENT: Status.TRANSIENT_BOUNCE,
    BounceType.PERMANENT: Status.PERMANENT_BOUNCE,
}
"""The status that a bounce shows by its type; a type that is new at the service is undetermined."""

BOUNCE_TYPE: Mapping[Status, BounceType] = {
    Status.UNDETERMINED_BOUNCE: BounceType.UNDETERMINED,
    Status.TRANSIENT_BOUNCE: BounceType.TRANSIENT,
    Status.PERMANENT_BOUNCE: BounceType.PERMANENT,
}
"""The type of bounce for each status."""

HELD_BACK = frozenset(
    {
        BounceReason.ON_ACCOUNT_SUPPRESSION_LIST,
        BounceReason.ON_TENANT_SUPPRESSION_LIST,
        BounceReason.EMAIL_VALIDATION_SUPPRESSED,
        BounceReason.UNSUBSCRIBED_RECIPIENT,
    }
)
"""The reasons for which Amazon SES did not try to deliver, and which do not count as bounces.

`BounceReason.SUPPRESSED`, the global list, counts as a bounce at Amazon SES.
"""

AUTO_REPLY_REASON = BounceReason.GENERAL
"""The reason of transient bounces that are automatic replies."""

FEEDBACK_STATUS: Mapping[str, Status] = {
    "not-spam": Status.DELIVERED,
    "auth-failure": Status.DELIVERED,
}
"""Kinds of reports that are not complaints of a reader; all others are complaints."""

DELIVERY_EVENT_STATUS: Mapping[str, Status] = {
    DeliveryEventType.SEND: Status.SENT,
    DeliveryEventType.DELIVERY: Status.DELIVERED,
    DeliveryEventType.UNDETERMINED_BOUNCE: Status.UNDETERMINED_BOUNCE,
    DeliveryEventType.TRANSIENT_BOUNCE: Status.TRANSIENT_BOUNCE,
    DeliveryEventType.PERMANENT_BOUNCE: Status.PERMANENT_BOUNCE,
    DeliveryEventType.COMPLAINT: Status.COMPLAINED,
}
"""The status that the last delivery event of an export record shows, unless mail was held back."""

BOUNCE_ENDS_WITH = "_BOUNCE"
"""How delivery events end that are bounces; one that is new at the service is undetermined."""

FLAG_STATUS: Mapping[str, Status] = {
    "opened": Status.DELIVERED,
    "clicked": Status.DELIVERED,
    "delivered": Status.DELIVERED,
    "complained": Status.COMPLAINED,
}
"""The status that a flag of an export record shows if it is set.

`bounced` shows none, because it does not tell the type of bounce; the delivery event does.
"""

REASONED = frozenset({*Status} - {Status.UNKNOWN, Status.SENT, Status.DELIVERED})
"""The statuses with a reason and a reply of the other server."""

_IS_AUTO_REPLY = re.compile(AUTO_REPLY)


def bounce_status(
    type_: str | None, sub_type: str | None, said: Iterable[str | None] = ()
) -> Status:
    """Return the status that a bounce shows.

    Args:
        type_: Its type, in any spelling.
        sub_type: Its subtype, in any spelling.
        said: The reply of the other server.
    """
    reason = bounce_reason(sub_type)
    if reason in HELD_BACK:
        return Status.SUPPRESSED
    if (
        is_permanent(type_) is False
        and reason == AUTO_REPLY_REASON
        and any(_IS_AUTO_REPLY.search(words) for words in said if words)
    ):
        return Status.DELIVERED
    return BOUNCE_STATUS.get(bounce_type(type_) or "", Status.UNDETERMINED_BOUNCE)


def complaint_status(sub_type: str | None, feedback_type: str | None) -> Status:
    """Return the status that a complaint shows."""
    if sub_type:
        return Status.SUPPRESSED
    return FEEDBACK_STATUS.get((feedback_type or "").lower(), Status.COMPLAINED)


def delivery_event_status(
    event: str | None, sub_type: str | None, diagnostic_code: str | None
) -> Status:
    """Return the status that the last delivery event of an export record shows.

    Args:
        event: The event; None if the row has none.
        sub_type: The subtype of the bounce or complaint, in any spelling.
        diagnostic_code: The reply of the other server.
    """
    status = DELIVERY_EVENT_STATUS.get(event or "")
    if status is None and event and event.endswith(BOUNCE_ENDS_WITH):
        status = Status.UNDETERMINED_BOUNCE
    if status and status.is_bounce:
        return bounce_status(BOUNCE_TYPE[status], sub_type, (diagnostic_code,))
    if status is Status.COMPLAINED and bounce_reason(sub_type) in HELD_BACK:
        return Status.SUPPRESSED
    # A row is about mail that was sent.
    return status or Status.SENT


def most_severe(statuses: Iterable[Status]) -> Status:
    """Return the status that counts; `UNKNOWN` if there are none."""
    return max(statuses, key=SEVERITY.__getitem__, default=Status.UNKNOWN)
