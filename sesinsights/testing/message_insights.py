"""The operation that looks up one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.testing.refusal import VDM_DISABLED, not_found

if TYPE_CHECKING:
    from sesinsights.testing.messages import Mailbox, Message, TimedEvent
    from sesinsights.testing.settings import Settings

__all__ = ["MessageInsightsHandlers"]


class MessageInsightsHandlers:
    """Answers for messages."""

    def __init__(self, settings: Settings, mailbox: Mailbox) -> None:
        self._settings = settings
        self._mailbox = mailbox

    def get_message_insights(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Tell what became of a message that was sent in the last 30 days."""
        if not self._settings.vdm_enabled:
            raise not_found(VDM_DISABLED)
        message = self._mailbox.find(parameters["MessageId"], self._settings.now())
        if message is None:
            text = "The message was not found"
            raise not_found(text)
        return {
            "MessageId": message.message_id,
            "FromEmailAddress": message.from_email_address,
            "Subject": message.subject,
            "EmailTags": [
                {"Name": name, "Value": value} for name, value in message.email_tags.items()
            ],
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
