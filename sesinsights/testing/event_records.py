"""The records that event publishing sends about messages."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sesinsights.testing.messages import Message, TimedEvent


ACCOUNT_ID = "123456789012"
REGION = "us-east-1"

_NAMESPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")
_MTA = f"a8-50.smtp-out.{REGION}.amazonses.com"
_GIVEN_UP_AFTER = timedelta(hours=14)
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b", re.ASCII)

_KINDS = {
    "SEND": ("Send", "send"),
    "REJECT": ("Reject", "reject"),
    "BOUNCE": ("Bounce", "bounce"),
    "COMPLAINT": ("Complaint", "complaint"),
    "DELIVERY": ("Delivery", "delivery"),
    "OPEN": ("Open", "open"),
    "CLICK": ("Click", "click"),
    "RENDERING_FAILURE": ("Rendering Failure", "failure"),
    "DELIVERY_DELAY": ("DeliveryDelay", "deliveryDelay"),
    "SUBSCRIPTION": ("Subscription", "subscription"),
}
"""The kind of a record, and the member with its details, by the event type of API v2."""

_DETAIL_TYPES = {
    "SEND": "Email Sent",
    "REJECT": "Email Rejected",
    "BOUNCE": "Email Bounced",
    "COMPLAINT": "Email Complaint Received",
    "DELIVERY": "Email Delivered",
    "OPEN": "Email Opened",
    "CLICK": "Email Clicked",
    "RENDERING_FAILURE": "Email Rendering Failed",
    "DELIVERY_DELAY": "Email Delivery Delayed",
    "SUBSCRIPTION": "Email Subscribed",
}
"""EventBridge's names of the kinds, by the event type of API v2."""

_NOT_IN_RECORDS = {"ses:recipient-isp", "ses:sender-identity", "ses:tenant-name"}
"""Tags that records do not have; the tenant's is in those of bounces and complaints."""


def event_record(message: Message, event: TimedEvent) -> dict[str, Any]:
    """Return the record of an event, as the service publishes it.

    Unknown members are made up; `MessageEvent.published` replaces them.
    """
    kind, block = _KINDS[event.what.type]
    details = {**_block(message, event), **(event.what.published or {})}
    return {"eventType": kind, "mail": _mail(message, event.what.type), block: details}


def is_event_bus(arn: str) -> bool:
    """Return whether an ARN is that of an EventBridge bus."""
    return arn.split(":")[2:3] == ["events"]


def eventbridge_event(
    message: Message, event: TimedEvent, record: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    """Return a record in the envelope of EventBridge."""
    name = f"{feedback_id(message, event)}/{event.what.type}"
    configuration_set = f"configuration-set/{message.configuration_set}"
    return {
        "version": "0",
        "id": str(uuid.uuid5(_NAMESPACE, name)),
        "detail-type": _DETAIL_TYPES[event.what.type],
        "source": "aws.ses",
        "account": ACCOUNT_ID,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:{configuration_set}"],
        "detail": record,
    }


def wire_time(value: datetime) -> str:
    """Return a time as records and Amazon SNS write it."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"


def _mail(message: Message, event_type: str) -> dict[str, Any]:
    source = message.from_email_address
    mail: dict[str, Any] = {
        "timestamp": wire_time(message.sent_at),
        "source": source,
        "sendingAccountId": ACCOUNT_ID,
        "messageId": message.message_id,
        "destination": [*message.recipients],
        "headersTruncated": False,
        "tags": _tags(message, event_type),
    }
    if event_type not in {"OPEN", "CLICK"}:
        domain = message.sender.rpartition("@")[2]
        mail["sourceArn"] = f"arn:aws:ses:{REGION}:{ACCOUNT_ID}:identity/{domain}"
    if event_type not in {"RENDERING_FAILURE", "DELIVERY_DELAY"}:
        headers = {"From": source, **_recipient_headers(message), "MIME-Version": "1.0"}
        common: dict[str, Any] = {"from": [source]}
        common |= {name: [*some] for name, some in _named_recipients(message).items()}
        common["messageId"] = message.message_id
        if message.subject is not None:
            headers["Subject"] = common["subject"] = message.subject
        mail["headers"] = [{"name": name, "value": value} for name, value in headers.items()]
        mail["commonHeaders"] = common
    return mail


def _named_recipients(message: Message) -> dict[str, Sequence[str]]:
    """Return the recipients that the message names, which excludes those of Bcc."""
    named = {"to": message.named_in_to, "cc": message.cc_addresses}
    return {name: addresses for name, addresses in named.items() if addresses}


def _recipient_headers(message: Message) -> dict[str, str]:
    named = _named_recipients(message)
    return {name.capitalize(): ", ".join(addresses) for name, addresses in named.items()}


def _tags(message: Message, event_type: str) -> dict[str, list[str]]:
    tags = {name: value for name, value in message.tags.items() if name not in _NOT_IN_RECORDS}
    tags["ses:source-tls-version"] = "TLSv1.3"
    if event_type == "DELIVERY":
        tags |= {"ses:outgoing-ip": "192.0.2.9", "ses:outgoing-tls-version": "TLSv1.3"}
    if event_type in {"BOUNCE", "COMPLAINT"} and message.tenant_name is not None:
        tags["ses:tenant-name"] = message.tenant_name
    return {name: [value] for name, value in tags.items()}


def _block(message: Message, event: TimedEvent) -> dict[str, Any]:
    make = _BLOCKS.get(event.what.type)
    return make(message, event) if make else {}


def _delivery(message: Message, event: TimedEvent) -> dict[str, Any]:
    return {
        "timestamp": wire_time(event.at),
        "processingTimeMillis": max(event.at - message.sent_at, timedelta())
        // timedelta(milliseconds=1),
        "recipients": [message.destination],
        "smtpResponse": "250 2.0.0 OK",
        "remoteMtaIp": "198.51.100.25",
        "reportingMTA": _MTA,
    }


def _bounce(message: Message, event: TimedEvent) -> dict[str, Any]:
    what = event.what
    bounce_type = (what.bounce_type or "UNDETERMINED").capitalize()
    by_default = "Undetermined" if bounce_type == "Undetermined" else "General"
    recipient = {"emailAddress": message.destination}
    members = {
        "feedbackId": feedback_id(message, event),
        "bounceType": bounce_type,
        "bounceSubType": _camel_case(what.bounce_sub_type or by_default),
        "bouncedRecipients": [recipient],
        "timestamp": wire_time(event.at),
    }
    if what.diagnostic_code is not None:
        # Only a notification from the other server has these details.
        recipient |= {"action": "failed", "diagnosticCode": what.diagnostic_code}
        status = _STATUS.search(what.diagnostic_code)
        recipient |= {"status": status[0]} if status else {}
        members["reportingMTA"] = f"dns; {_MTA}"
    return members


def _complaint(message: Message, event: TimedEvent) -> dict[str, Any]:
    what = event.what
    sub_type = what.complaint_sub_type
    members: dict[str, Any] = {
        "feedbackId": feedback_id(message, event),
        "complaintSubType": None if sub_type is None else _camel_case(sub_type),
        "complainedRecipients": [{"emailAddress": message.destination}],
        "timestamp": wire_time(event.at),
    }
    if sub_type is None:
        members |= {"userAgent": "Example Feedback Loop", "arrivalDate": wire_time(event.at)}
    if what.complaint_feedback_type is not None:
        members["complaintFeedbackType"] = what.complaint_feedback_type
    return members


def _open(_message: Message, event: TimedEvent) -> dict[str, Any]:
    return {
        "timestamp": wire_time(event.at),
        "ipAddress": "198.51.100.77",
        "userAgent": "Mozilla/5.0",
        "isBotEvent": "Unlikely",
    }


def _click(message: Message, event: TimedEvent) -> dict[str, Any]:
    return {**_open(message, event), "link": "https://example.com/", "linkTags": None}


def _delay(message: Message, event: TimedEvent) -> dict[str, Any]:
    recipient = {"emailAddress": message.destination}
    if event.what.diagnostic_code is not None:
        recipient["diagnosticCode"] = event.what.diagnostic_code
        status = _STATUS.search(event.what.diagnostic_code)
        recipient |= {"status": status[0]} if status else {}
    return {
        "timestamp": wire_time(event.at),
        "delayType": "TransientCommunicationFailure",
        "delayedRecipients": [recipient],
        "expirationTime": wire_time(message.sent_at + _GIVEN_UP_AFTER),
        "reportingMTA": "192.0.2.9",
    }


def _subscription(_message: Message, event: TimedEvent) -> dict[str, Any]:
    return {
        "contactList": "readers",
        "timestamp": wire_time(event.at),
        "source": "UnsubscribeHeader",
        "newTopicPreferences": {"unsubscribeAll": True, "topicSubscriptionStatus": []},
        "oldTopicPreferences": {"unsubscribeAll": False, "topicSubscriptionStatus": []},
    }


_BLOCKS: dict[str, Callable[[Message, TimedEvent], dict[str, Any]]] = {
    "REJECT": lambda _message, _event: {"reason": "Bad content"},
    "BOUNCE": _bounce,
    "COMPLAINT": _complaint,
    "DELIVERY": _delivery,
    "OPEN": _open,
    "CLICK": _click,
    "RENDERING_FAILURE": lambda _message, _event: {
        "templateName": "example",
        "errorMessage": "Attribute 'name' is not present in the rendering data.",
    },
    "DELIVERY_DELAY": _delay,
    "SUBSCRIPTION": _subscription,
}


def feedback_id(message: Message, event: TimedEvent) -> str:
    """Return the same id for the same event, however often and wherever it is published."""
    number = message.events.index(event)
    place = f"{message.message_id}/{number}"
    if len(message.recipients) > 1:
        place += f"/{message.destination}"
    return f"0100{uuid.uuid5(_NAMESPACE, place)}-000000"


def _camel_case(sub_type: str) -> str:
    """Return a sub-type as records spell it: message insights have capitals and underscores."""
    if not sub_type.isupper():
        return sub_type
    return "".join(word.capitalize() for word in sub_type.split("_"))
