"""The operation that looks up one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import not_found

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.testing.messages import Mailbox, Message, TimedEvent
    from sesinsights.testing.options import Options


VDM_DISABLED = "To use this feature you must enable Virtual Deliverability Manager"
"""The same words for every operation; the error's name and status differ."""


class MessageInsights:
    """Serves the operation that looks up messages."""

    def __init__(self, options: Options, mailbox: Mailbox) -> None:
        self._options = options
        self._mailbox = mailbox

    def get_message_insights(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Return what happened to a message that was sent in the last 30 days."""
        if not self._options.vdm_enabled:
            raise not_found(VDM_DISABLED)
        message = self._mailbox.find(parameters["MessageId"], now)
        if message is None:
            text = "The message was not found"
            raise not_found(text)
        return {
            "MessageId": message.message_id,
            "FromEmailAddress": message.from_email_address,
            "Subject": message.subject,
            "EmailTags": [{"Name": name, "Value": value} for name, value in message.tags.items()],
            "Insights": [_insights(message)],
        }


def _insights(message: Message) -> dict[str, Any]:
    return {
        "Destination": message.destination,
        "Isp": message.isp,
        "Events": [_event(event) for event in sorted(message.events, key=lambda e: e.at)],
    }


def _event(event: TimedEvent) -> dict[str, Any]:
    return {"Timestamp": event.at, "Type": event.what.type, "Details": _details(event)}


def _details(event: TimedEvent) -> dict[str, Any] | None:
    what = event.what
    if what.type == "BOUNCE":
        return {
            "Bounce": {
                "BounceType": what.bounce_type,
                "BounceSubType": what.bounce_sub_type,
                "DiagnosticCode": what.diagnostic_code,
            }
        }
    if what.type == "COMPLAINT":
        return {
            "Complaint": {
                "ComplaintSubType": what.complaint_sub_type,
                "ComplaintFeedbackType": what.complaint_feedback_type,
            }
        }
    return None
