"""The suppression lists of the account and of its tenants, and the mail that they hold back."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import RefusalError, bad_request, not_found
from sesinsights.testing.faults import EmptyPage
from sesinsights.testing.messages import MessageEvent
from sesinsights.testing.pages import Pager

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sesinsights.testing.faults import FaultQueue
    from sesinsights.testing.options import Options


_LARGEST_PAGE = 1000

_LONGEST_LOCAL_PART = 64
"""How many characters mail servers accept before the @."""

_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedEntry:
    """An address on a suppression list.

    Attributes:
        email_address: The address, its domain in lower case.
        reason: `BOUNCE` or `COMPLAINT`.
        updated_at: When it was last put there, in UTC.
        tenant_name: The tenant whose list it is on; None for the account's.
        message_id: The message that put it there.
        feedback_id: The id of the bounce or complaint that put it there.
    """

    email_address: str
    reason: str
    updated_at: datetime
    tenant_name: str | None = None
    message_id: str | None = None
    feedback_id: str | None = None
    _number: int = field(default_factory=_numbers.__next__)

    @property
    def position(self) -> tuple[float, int]:
        """Its position in a list."""
        return self.updated_at.timestamp(), self._number


class SuppressionList:
    """Every suppressed address, of the account and of its tenants.

    An address is found by its exact spelling, except for the domain's case. It holds mail back in
    any spelling.

    Attributes:
        suppressed_reasons: The reasons that put an address on the list, and for which an address
            on it holds mail back.
        validation_attributes: How address validation is used, as the service describes it.
    """

    def __init__(self) -> None:
        self.suppressed_reasons: list[str] = ["BOUNCE", "COMPLAINT"]
        self.validation_attributes: dict[str, Any] | None = None
        self._entries: dict[tuple[str | None, str], SuppressedEntry] = {}
        self._spellings: dict[tuple[str | None, str], set[str]] = {}

    def put(self, entry: SuppressedEntry) -> None:
        """Put an address on its list, in place of what the list says about it."""
        entry = dataclasses.replace(entry, email_address=_canonical(entry.email_address))
        list_name, address = entry.tenant_name, entry.email_address
        self._entries[list_name, address] = entry
        self._spellings.setdefault((list_name, address.lower()), set()).add(address)

    def remove(self, email_address: str, tenant_name: str | None = None) -> bool:
        """Take an address off a list, and return whether it was on it."""
        address = _canonical(email_address)
        if self._entries.pop((tenant_name, address), None) is None:
            return False
        self._spellings[tenant_name, address.lower()].remove(address)
        return True

    def find(self, email_address: str, tenant_name: str | None = None) -> SuppressedEntry | None:
        """Return what a list says about an address."""
        return self._entries.get((tenant_name, _canonical(email_address)))

    def of(self, tenant_name: str | None) -> list[SuppressedEntry]:
        """Return the entries of one list."""
        return [entry for entry in self._entries.values() if entry.tenant_name == tenant_name]

    def holding_back(
        self,
        recipient: str,
        tenant_name: str | None,
        sent_at: datetime,
        reasons: Collection[str] | None = None,
    ) -> SuppressedEntry | None:
        """Return the entry that holds back mail to a recipient; None if nothing does.

        Args:
            recipient: The address alone, in any case.
            tenant_name: The tenant that sends, whose own list counts first.
            sent_at: When the mail was sent, in UTC.
            reasons: What the configuration set has in place of the account's `suppressed_reasons`.
        """
        counting = self.suppressed_reasons if reasons is None else reasons
        for list_name in dict.fromkeys((tenant_name, None)):
            for address in self._spellings.get((list_name, recipient.strip().lower()), ()):
                entry = self._entries[list_name, address]
                if entry.reason in counting and entry.updated_at <= sent_at:
                    return entry
        return None

    def learn(
        self,
        recipient: str,
        event: MessageEvent,
        at: datetime,
        *,
        message_id: str,
        feedback_id: str,
        reasons: Collection[str] | None = None,
    ) -> None:
        """Put a recipient on the account's list after a bounce or complaint.

        Only permanent bounces and complaints count, unless a suppression list caused them.
        """
        sub_type = f"{event.bounce_sub_type}{event.complaint_sub_type}".replace("_", "").lower()
        is_bounce = event.type == "BOUNCE" and event.bounce_type == "PERMANENT"
        is_bad_news = is_bounce or event.type == "COMPLAINT"
        if (
            is_bad_news
            and "suppressionlist" not in sub_type
            and event.type in (self.suppressed_reasons if reasons is None else reasons)
        ):
            self.put(
                SuppressedEntry(
                    email_address=recipient,
                    reason=event.type,
                    updated_at=at,
                    message_id=message_id,
                    feedback_id=feedback_id,
                )
            )


def echo_of(entry: SuppressedEntry) -> MessageEvent:
    """Return what happens, in place of a delivery, to mail that an entry holds back."""
    owner = "Account" if entry.tenant_name is None else "Tenant"
    sub_type = f"On{owner}SuppressionList"
    if entry.reason == "COMPLAINT":
        return MessageEvent("COMPLAINT", complaint_sub_type=sub_type)
    return MessageEvent(
        "BOUNCE",
        bounce_type="PERMANENT",
        bounce_sub_type=sub_type,
        diagnostic_code=(
            "Amazon SES did not send the message to this address because it is on the suppression "
            f"list of your {owner.lower()}."
        ),
    )


def held_back(events: Sequence[MessageEvent | str], entry: SuppressedEntry | None) -> list[Any]:
    """Return the events of a message that an entry, if there is one, holds back.

    Only the events after SEND are replaced, so mail that is never accepted is not held back.
    """
    types = [event if isinstance(event, str) else event.type for event in events]
    if entry is None or "SEND" not in types:
        return [*events]
    return [*events[: types.index("SEND") + 1], echo_of(entry)]


class Suppression:
    """Serves the operations on the suppression lists."""

    def __init__(self, entries: SuppressionList, options: Options, faults: FaultQueue) -> None:
        self._entries = entries
        self._options = options
        self._faults = faults
        self._pager = Pager(_LARGEST_PAGE, "InvalidNextTokenException")

    def get_suppressed_destination(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Say why an address is on a list."""
        tenant_name = parameters.get("TenantName")
        entry = self._entries.find(parameters["EmailAddress"], tenant_name)
        if entry is None:
            raise _not_listed(tenant_name)
        ids = {"MessageId": entry.message_id, "FeedbackId": entry.feedback_id}
        attributes = {name: value for name, value in ids.items() if value is not None}
        return {
            "SuppressedDestination": {
                **_summary(entry),
                "Attributes": attributes or None,
                "TenantName": entry.tenant_name,
            }
        }

    def list_suppressed_destinations(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """List the addresses of a list, the last added first."""
        tenant_name = parameters.get("TenantName")
        reasons = parameters.get("Reasons")
        start, end = parameters.get("StartDate"), parameters.get("EndDate")
        found = [
            entry
            for entry in self._entries.of(tenant_name)
            if (not reasons or entry.reason in reasons)
            and (start is None or entry.updated_at >= start)
            and (end is None or entry.updated_at <= end)
        ]
        empty = self._faults.take(EmptyPage, "ListSuppressedDestinations") is not None
        page, token = self._pager.page(found, parameters, empty=empty)
        return {"SuppressedDestinationSummaries": [*map(_summary, page)], "NextToken": token}

    def put_suppressed_destination(
        self, parameters: dict[str, Any], now: datetime
    ) -> dict[str, Any]:
        """Put an address on a list."""
        refuse_in_sandbox(self._options)
        if not is_address(parameters["EmailAddress"]):
            raise bad_request(INVALID_ADDRESS)
        self._entries.put(
            SuppressedEntry(
                email_address=parameters["EmailAddress"],
                reason=parameters["Reason"],
                updated_at=now,
                tenant_name=parameters.get("TenantName"),
            )
        )
        return {}

    def delete_suppressed_destination(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Take an address off a list; as at the service, not one with a slash."""
        if "/" in parameters["EmailAddress"]:
            raise bad_request(INVALID_ADDRESS)
        tenant_name = parameters.get("TenantName")
        if not self._entries.remove(parameters["EmailAddress"], tenant_name):
            raise _not_listed(tenant_name)
        return {}

    def put_account_suppression_attributes(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Set which reasons count; what is not given is switched off."""
        self._entries.suppressed_reasons = [*parameters.get("SuppressedReasons", ())]
        self._entries.validation_attributes = parameters.get("ValidationAttributes")
        return {}


INVALID_ADDRESS = "The email address is invalid"


def is_address(text: str) -> bool:
    """Return whether a text may be a mail address, judged by its parts and their length."""
    local_part, _, domain = text.strip().rpartition("@")
    return 0 < len(local_part) <= _LONGEST_LOCAL_PART and bool(domain)


def refuse_in_sandbox(options: Options) -> None:
    """Refuse what an account in the sandbox may not do.

    Raises:
        RefusalError: The account is in the sandbox.
    """
    if not options.production_access:
        message = "The account is in the sandbox, where this is not available"
        raise bad_request(message)


def _summary(entry: SuppressedEntry) -> dict[str, Any]:
    return {
        "EmailAddress": entry.email_address,
        "Reason": entry.reason,
        "LastUpdateTime": entry.updated_at,
    }


def _not_listed(tenant_name: str | None) -> RefusalError:
    owner = "" if tenant_name is None else "tenant "
    # The service names the address here.
    return not_found(f"Email address does not exist on your {owner}suppression list.")


def _canonical(email_address: str) -> str:
    local_part, at, domain = email_address.strip().rpartition("@")
    return f"{local_part}{at}{domain.lower()}"
