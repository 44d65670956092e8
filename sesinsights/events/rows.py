"""Events as flat rows, one for each event and recipient."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from sesinsights.events.delivery import Bounced, Delayed
from sesinsights.events.reactions import is_bot
from sesinsights.events.views import moment, named_texts, number, text
from sesinsights.models.reasons import bounce_reason, bounce_type, delay_reason, is_permanent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sesinsights.events.event import Event

_OF_ALL = (
    "event_id",
    "message_id",
    "type",
    "timestamp",
    "has_own_time",
    "sent_timestamp",
    "recipient",
    "source",
    "subject",
    "configuration_set",
    "tenant_name",
    "tags",
    "origin",
    "is_suppression_echo",
)
_OF_KINDS = (
    "bounce_type",
    "bounce_sub_type",
    "reason",
    "is_permanent",
    "feedback_id",
    "status",
    "diagnostic_code",
    "complaint_feedback_type",
    "complaint_sub_type",
    "delay_type",
    "expiration_time",
    "smtp_response",
    "processing_time_millis",
    "reporting_mta",
    "remote_mta_ip",
    "ip_address",
    "user_agent",
    "is_bot",
    "link",
    "template_name",
    "error_message",
    "contact_list",
)
"""Named as the attributes of events; null where the kind of event has none."""

NAMES = (*_OF_ALL, *_OF_KINDS)
"""The names of the columns, in their order."""


def tags_of(tags: object) -> tuple[str | None, str | None, str | None]:
    """Return the tags of a message as JSON, its configuration set and its tenant.

    Args:
        tags: The tags, or their JSON.
    """
    value = from_json(tags) if isinstance(tags, bytes) else tags
    as_text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None
    named = named_texts(value)
    configuration_set = next(iter(named.get("ses:configuration-set", ())), None)
    tenant_name = next(iter(named.get("ses:tenant-name", ())), None)
    return as_text, configuration_set, tenant_name


_TEXTS = {
    "bounce_sub_type": "bounceSubType",
    "feedback_id": "feedbackId",
    "complaint_feedback_type": "complaintFeedbackType",
    "complaint_sub_type": "complaintSubType",
    "delay_type": "delayType",
    "smtp_response": "smtpResponse",
    "reporting_mta": "reportingMTA",
    "remote_mta_ip": "remoteMtaIp",
    "ip_address": "ipAddress",
    "user_agent": "userAgent",
    "link": "link",
    "template_name": "templateName",
    "error_message": "errorMessage",
    "contact_list": "contactList",
}
"""Columns of text with the names of their members, which are the same in all kinds."""


def rows_of(event: Event) -> Iterator[dict[str, Any]]:
    """Yield the rows of an event, each with values by the names of its columns."""
    details = event.details
    texts = {name: text(details.get(member)) for name, member in _TEXTS.items()}
    type_ = text(details.get("bounceType"))
    sub_type, delay_type = texts["bounce_sub_type"], texts["delay_type"]
    tags, configuration_set, tenant_name = tags_of(event.mail.raw.get("tags"))
    shared = {
        **texts,
        "event_id": event.event_id,
        "message_id": event.message_id,
        "type": str(event.type),
        "timestamp": event.timestamp,
        "has_own_time": event.has_own_time,
        "sent_timestamp": event.mail.timestamp,
        "source": event.source,
        "subject": event.subject,
        "tags": tags,
        "configuration_set": configuration_set,
        "tenant_name": tenant_name,
        "origin": str(event.origin),
        "is_suppression_echo": event.is_suppression_echo,
        "bounce_type": bounce_type(type_),
        "is_permanent": is_permanent(type_),
        "reason": reason_of(sub_type, delay_type, text(details.get("reason"))),
        "expiration_time": moment(details.get("expirationTime")),
        "processing_time_millis": number(details.get("processingTimeMillis")),
        "is_bot": is_bot(details.get("isBotEvent")),
    }
    for recipient, status, diagnostic_code in _recipients_of(event):
        yield {
            **shared,
            "recipient": recipient,
            "status": status,
            "diagnostic_code": diagnostic_code,
        }


def reason_of(sub_type: str | None, delay_type: str | None, reason: str | None) -> str | None:
    """Return why it happened: the reason for a bounce, delay or rejection."""
    return bounce_reason(sub_type) or delay_reason(delay_type) or reason


def _recipients_of(event: Event) -> Iterable[tuple[str | None, str | None, str | None]]:
    """Return each recipient with the other server's reply; a single None if there are none."""
    if isinstance(event, (Bounced, Delayed)):
        said = event.bounced_recipients if isinstance(event, Bounced) else event.delayed_recipients
        known = [
            (each.email_address, each.status, each.diagnostic_code)
            for each in said
            if each.email_address is not None
        ]
    else:
        known = [(recipient, None, None) for recipient in event.recipients]
    return known or [(None, None, None)]
