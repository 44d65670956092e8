"""The operation that validates an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sesinsights.testing.messages import bare_address

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.testing.messages import Mailbox

_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_ROLES = {"abuse", "admin", "contact", "info", "noreply", "postmaster", "sales", "support"}


class EmailAddressInsights:
    """Serves the operation that validates addresses."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def get_email_address_insights(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Judge an address by its form, and by whether messages to it bounced."""
        address: str = parameters["EmailAddress"]
        is_well_formed = _ADDRESS.fullmatch(address) is not None
        is_there = is_well_formed and not self._has_bounced(address)
        evaluations = {
            "HasValidSyntax": is_well_formed,
            "HasValidDnsRecords": is_well_formed,
            "MailboxExists": is_there,
            "IsRoleAddress": address.partition("@")[0].lower() in _ROLES,
            "IsDisposable": False,
            "IsRandomInput": False,
        }
        return {
            "MailboxValidation": {
                "IsValid": _verdict(is_true=is_there),
                "Evaluations": {
                    name: _verdict(is_true=is_true) for name, is_true in evaluations.items()
                },
            }
        }

    def _has_bounced(self, address: str) -> bool:
        return any(
            event.delivery_type == "PERMANENT_BOUNCE"
            for message in self._mailbox.all()
            if bare_address(message.destination).lower() == address.lower()
            for event in message.events
        )


def _verdict(*, is_true: bool) -> dict[str, str]:
    return {"ConfidenceVerdict": "HIGH" if is_true else "LOW"}
