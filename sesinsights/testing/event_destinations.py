"""Configuration sets, and where their events go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import not_found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class EventDestinations:
    """Answers for configuration sets, and keeps them."""

    def __init__(self) -> None:
        self._destinations: dict[str, list[dict[str, Any]]] = {}

    def add(self, name: str, event_destinations: Sequence[dict[str, Any]]) -> None:
        """Keep a configuration set; one of the same name is replaced."""
        self._destinations[name] = list(event_destinations)

    def get_configuration_set_event_destinations(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """List the event destinations of a configuration set."""
        name = parameters["ConfigurationSetName"]
        if name not in self._destinations:
            message = f"Configuration set <{name}> does not exist."
            raise not_found(message)
        return {"EventDestinations": self._destinations[name]}
