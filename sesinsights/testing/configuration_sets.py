"""Configuration sets: named rules that apply to mail sent with them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import RefusalError, not_found
from sesinsights.testing.faults import EmptyPage
from sesinsights.testing.pages import Pager

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sesinsights.testing.faults import FaultQueue


_numbers = itertools.count()

_MOST_ON_A_PAGE = 1000
"""The service's own limit is not documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSet:
    """A configuration set.

    Attributes:
        name: Its name.
        options: What GetConfigurationSet returns besides the name.
        event_destinations: Its event destinations as the service describes them, by name.
        number: A number that is higher for later sets.
    """

    name: str
    options: dict[str, Any]
    event_destinations: dict[str, dict[str, Any]]
    number: int = field(default_factory=_numbers.__next__)

    @property
    def position(self) -> tuple[float, int]:
        """Its position in a list; sets have no times."""
        return 0.0, self.number

    @property
    def can_send(self) -> bool:
        """Whether mail can be sent with it."""
        return bool(self.options.get("SendingOptions", {}).get("SendingEnabled", True))

    @property
    def suppressed_reasons(self) -> list[str] | None:
        """The reasons for which addresses are suppressed; None if they are the account's."""
        reasons: list[str] | None = self.options.get("SuppressionOptions", {}).get(
            "SuppressedReasons"
        )
        return reasons


class ConfigurationSets:
    """Keeps configuration sets, and serves the operations on them."""

    def __init__(self, faults: FaultQueue) -> None:
        self._faults = faults
        self._sets: dict[str, ConfigurationSet] = {}
        self._pager = Pager(largest=_MOST_ON_A_PAGE)

    def add(self, name: str, event_destinations: Sequence[dict[str, Any]]) -> None:
        """Keep a configuration set; one of the same name is replaced."""
        by_name = {destination["Name"]: destination for destination in event_destinations}
        self._sets[name] = ConfigurationSet(name=name, options={}, event_destinations=by_name)

    def find(self, name: str) -> ConfigurationSet | None:
        """Return a configuration set; None if it does not exist."""
        return self._sets.get(name)

    def known(self, name: str) -> ConfigurationSet:
        """Return a configuration set.

        Raises:
            RefusalError: It does not exist.
        """
        if name not in self._sets:
            message = f"Configuration set <{name}> does not exist."
            raise not_found(message)
        return self._sets[name]

    def create_configuration_set(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Create a configuration set."""
        options = dict(parameters)
        name = options.pop("ConfigurationSetName")
        if name in self._sets:
            message = f"Configuration set <{name}> already exists."
            raise RefusalError("AlreadyExistsException", message)
        self._sets[name] = ConfigurationSet(name=name, options=options, event_destinations={})
        return {}

    def get_configuration_set(self, parameters: dict[str, Any], _now: datetime) -> dict[str, Any]:
        """Describe a configuration set, with the options that it was created with."""
        found = self.known(parameters["ConfigurationSetName"])
        return {"ConfigurationSetName": found.name, **found.options}

    def list_configuration_sets(self, parameters: dict[str, Any], _now: datetime) -> dict[str, Any]:
        """List the names of configuration sets, newest first."""
        part = parameters.get("Filter", {}).get("CONFIGURATION_SET_NAME_CONTAINS", "")
        wanted = [each for each in self._sets.values() if part in each.name]
        empty = self._faults.take(EmptyPage, "ListConfigurationSets") is not None
        page, token = self._pager.page(wanted, parameters, empty=empty)
        return {"ConfigurationSets": [each.name for each in page], "NextToken": token}

    def delete_configuration_set(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """Delete a configuration set, with its event destinations."""
        del self._sets[self.known(parameters["ConfigurationSetName"]).name]
        return {}
