"""Sends: each becomes messages, whose events depend on the names of the recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.models.limits import MAX_BULK_DESTINATIONS, MAX_RECIPIENTS
from sesinsights.testing.email_content import overlaid, read_content, template_data
from sesinsights.testing.exchange import RefusalError, bad_request
from sesinsights.testing.messages import Message, MessageEvent, bare_address
from sesinsights.testing.metrics import UNKNOWN_ISP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sesinsights.testing.configuration_sets import ConfigurationSets
    from sesinsights.testing.email_content import EmailContent
    from sesinsights.testing.options import Options
    from sesinsights.testing.outgoing_mail import OutgoingMail


_SEND = MessageEvent("SEND")
_DELIVERY = MessageEvent("DELIVERY")
_DELIVERED = (_SEND, _DELIVERY)
_FATES: Mapping[str, Sequence[MessageEvent]] = {
    "bounce": (
        _SEND,
        MessageEvent(
            "BOUNCE",
            bounce_type="PERMANENT",
            bounce_sub_type="General",
            diagnostic_code="smtp; 550 5.1.1 user unknown",
        ),
    ),
    "complaint": (*_DELIVERED, MessageEvent("COMPLAINT", complaint_feedback_type="abuse")),
    "ooto": (
        *_DELIVERED,
        MessageEvent("BOUNCE", bounce_type="TRANSIENT", bounce_sub_type="General"),
    ),
    "success": _DELIVERED,
    "suppressionlist": (
        _SEND,
        MessageEvent(
            "BOUNCE",
            bounce_type="PERMANENT",
            bounce_sub_type="General",
            diagnostic_code=(
                "smtp; 550 5.1.1 Amazon SES did not send the message: the address is on its global"
                " suppression list"
            ),
        ),
    ),
}
"""What the mailbox simulator does, by the name before the @ and before a label such as `+1`."""

_NOT_RENDERED = (MessageEvent("RENDERING_FAILURE"),)


class Sending:
    """Serves the sends of SES API v2; all senders count as verified, and all tenants exist."""

    def __init__(
        self, options: Options, configuration_sets: ConfigurationSets, mail: OutgoingMail
    ) -> None:
        self._options = options
        self._configuration_sets = configuration_sets
        self._mail = mail

    def send_email(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Send one message to all its recipients."""
        content = read_content(parameters["Content"])
        destination = parameters.get("Destination") or content.destination
        tags = _tags(content.tags, parameters.get("EmailTags"))
        return {"MessageId": self._send(content, destination, tags, parameters, now)}

    def send_bulk_email(self, parameters: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Send one message to each of many destinations; some may be refused."""
        entries = parameters["BulkEmailEntries"]
        if not 1 <= len(entries) <= MAX_BULK_DESTINATIONS:
            message = f"The number of destinations must be from 1 to {MAX_BULK_DESTINATIONS}."
            raise bad_request(message)
        template = parameters["DefaultContent"].get("Template", {})
        defaults = template_data(template.get("TemplateData"))
        read_content({"Template": template}, defaults)
        self._checked_sender(
            parameters.get("FromEmailAddress"), parameters.get("ConfigurationSetName")
        )
        results: list[dict[str, Any]] = []
        for entry in entries:
            replacement = entry.get("ReplacementEmailContent", {}).get("ReplacementTemplate", {})
            tags = _tags(parameters.get("DefaultEmailTags"), entry.get("ReplacementTags"))
            try:
                own = template_data(replacement.get("ReplacementTemplateData"))
                content = read_content({"Template": template}, overlaid(defaults, own))
                message_id = self._send(content, entry["Destination"], tags, parameters, now)
            except RefusalError as refusal:
                results.append({"Status": "INVALID_PARAMETER", "Error": refusal.message})
            else:
                results.append({"Status": "SUCCESS", "MessageId": message_id})
        return {"BulkEmailEntryResults": results}

    def _send(
        self,
        content: EmailContent,
        destination: Mapping[str, Sequence[str]],
        tags: Mapping[str, str],
        parameters: Mapping[str, Any],
        now: datetime,
    ) -> str:
        sender = parameters.get("FromEmailAddress") or content.sender
        configuration_set = parameters.get("ConfigurationSetName") or content.configuration_set
        sender = self._checked_sender(sender, configuration_set)
        recipients = _recipients(destination)
        message_id = f"0100{self._options.new_id()}-000000"
        for number, recipient in enumerate(recipients):
            message = Message(
                message_id=message_id,
                from_email_address=sender,
                destination=recipient,
                subject=content.subject,
                isp=UNKNOWN_ISP,
                sent_at=now,
                email_tags=tags,
                configuration_set=configuration_set,
                tenant_name=parameters.get("TenantName") or content.tenant_name,
                to_addresses=tuple(destination.get("ToAddresses", ())),
                cc_addresses=tuple(destination.get("CcAddresses", ())),
                bcc_addresses=tuple(destination.get("BccAddresses", ())),
            )
            fate = _fate(recipient) if content.is_rendered else _NOT_RENDERED
            self._mail.send(message, fate, now, is_first=number == 0)
        return message_id

    def _checked_sender(self, sender: str | None, configuration_set: str | None) -> str:
        """Return the sender of mail that can be sent.

        Raises:
            RefusalError: There is no sender, or the configuration set cannot send.
        """
        if not sender:
            message = "Missing required header 'From'."
            raise bad_request(message)
        _checked_address(sender)
        if configuration_set and not self._configuration_sets.known(configuration_set).can_send:
            message = f"Sending is paused for configuration set {configuration_set}"
            raise RefusalError("SendingPausedException", message)
        return sender


def _recipients(destination: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the bare addresses of all recipients.

    Raises:
        RefusalError: There is none, there are too many, or one is not an address.
    """
    given = [address for addresses in destination.values() for address in addresses]
    if not given:
        message = "At least one destination address is required."
        raise bad_request(message)
    if len(given) > MAX_RECIPIENTS:
        message = f"Recipient count exceeds {MAX_RECIPIENTS}."
        raise bad_request(message)
    return [_checked_address(address) for address in given]


def _checked_address(text: str) -> str:
    address = bare_address(text)
    local_part, _, domain = address.rpartition("@")
    if not local_part or not domain:
        message = "Missing final '@domain'"
        raise bad_request(message)
    return address


def _fate(recipient: str) -> Sequence[MessageEvent]:
    name = recipient.rpartition("@")[0].partition("+")[0].lower()
    return _FATES.get(name, _DELIVERED)


def _tags(
    defaults: Iterable[dict[str, str]] | None, own: Iterable[dict[str, str]] | None
) -> dict[str, str]:
    """Return tags by name; own tags replace defaults of the same name."""
    return {tag["Name"]: tag["Value"] for tag in (*(defaults or ()), *(own or ()))}
