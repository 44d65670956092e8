"""Which messages an export of message insights asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sesinsights.testing.messages import Message, TimedEvent


_WITH_WILDCARDS = frozenset({"FromEmailAddress", "Destination", "Subject"})

_READERS: dict[str, Callable[[Message], str | None]] = {
    "FromEmailAddress": lambda message: message.from_email_address,
    "Destination": lambda message: message.destination,
    "Subject": lambda message: message.subject,
    "Isp": lambda message: message.isp,
    "TenantName": lambda message: message.tenant_name,
    "LastDeliveryEvent": lambda message: _event_name(message.last_delivery_event),
    "LastEngagementEvent": lambda message: _event_name(message.last_engagement_event),
}


class MessageFilter:
    """Include and Exclude of a data source: OR between values, AND between members.

    Args:
        data_source: A checked MessageInsightsDataSource.

    Raises:
        RefusalError: A wildcard stands inside a value.
    """

    def __init__(self, data_source: Mapping[str, Any]) -> None:
        self._include = _patterns(data_source, "Include")
        self._exclude = _patterns(data_source, "Exclude")

    def matches(self, message: Message) -> bool:
        """Tell whether the export holds this message."""
        if self._exclude and _all_match(self._exclude, message):
            return False
        return _all_match(self._include, message)


def _event_name(event: TimedEvent | None) -> str | None:
    return event.delivery_type if event else None


def _patterns(data_source: Mapping[str, Any], side: str) -> dict[str, list[re.Pattern[str]]]:
    return {
        member: [_pattern(value, f"{side}.{member}", member in _WITH_WILDCARDS) for value in values]
        for member, values in data_source.get(side, {}).items()
        if values
    }


def _all_match(patterns: Mapping[str, list[re.Pattern[str]]], message: Message) -> bool:
    for member, alternatives in patterns.items():
        text = _READERS[member](message)
        if text is None or not any(pattern.fullmatch(text) for pattern in alternatives):
            return False
    return True


def _pattern(value: str, name: str, wildcards: bool) -> re.Pattern[str]:  # noqa: FBT001
    if not wildcards:
        return re.compile(re.escape(value))
    # Each part is an escaped character or one that stands for itself.
    parts = re.findall(r"\\.|.", value, re.DOTALL)
    if "*" in parts[1:-1]:
        message = f"{name} may have the wildcard * at its start and its end only"
        raise bad_request(message)
    regex = "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts)
    return re.compile(regex, re.DOTALL)
