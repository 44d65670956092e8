"""The operations for recommendations and reputation entities."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sesinsights.testing.exchange import bad_request, not_found
from sesinsights.testing.faults import EmptyPage
from sesinsights.testing.message_insights import VDM_DISABLED
from sesinsights.testing.pages import Pager

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sesinsights.testing.faults import FaultQueue
    from sesinsights.testing.options import Options

_RECOMMENDATION_FILTERS = {
    "TYPE": "Type",
    "IMPACT": "Impact",
    "STATUS": "Status",
    "RESOURCE_ARN": "ResourceArn",
}
_ENTITY_FILTERS = {
    "ENTITY_TYPE": "ReputationEntityType",
    "REPUTATION_IMPACT": "ReputationImpact",
    "SENDING_STATUS": "SendingStatusAggregate",
}
_PREFIX = "ENTITY_REFERENCE_PREFIX"
_COMBINATIONS = ({"STATUS", "IMPACT"}, {"STATUS", "TYPE"})

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class _Listed:
    members: Mapping[str, Any]
    number: int = field(default_factory=_numbers.__next__)

    @property
    def position(self) -> tuple[float, int]:
        """Its position in a list."""
        return 0.0, self.number


class Reputation:
    """Keeps recommendations and reputation entities, and serves the operations on them."""

    def __init__(self, options: Options, faults: FaultQueue) -> None:
        self._options = options
        self._faults = faults
        self._pagers = {name: Pager() for name in ("Recommendations", "ReputationEntities")}
        self._recommendations: list[_Listed] = []
        self._entities: dict[str, _Listed] = {}

    def add_recommendation(self, members: Mapping[str, Any]) -> None:
        """Keep a recommendation."""
        self._recommendations.append(_Listed(members))

    def add_entity(self, members: Mapping[str, Any]) -> None:
        """Keep a reputation entity; one with the same reference is replaced."""
        self._entities[members["ReputationEntityReference"]] = _Listed(members)

    def list_recommendations(self, parameters: dict[str, Any], _now: datetime) -> dict[str, Any]:
        """List recommendations, the last added first."""
        if not self._options.vdm_enabled:
            raise not_found(VDM_DISABLED)
        filters: Mapping[str, str] = parameters.get("Filter") or {}
        if len(filters) > 1 and set(filters) not in _COMBINATIONS:
            message = "STATUS can be combined with IMPACT or TYPE only"
            raise bad_request(message)
        wanted = {_RECOMMENDATION_FILTERS[name]: value for name, value in filters.items()}
        found = (each for each in self._recommendations if _has(each.members, wanted))
        return self._page("Recommendations", found, parameters)

    def get_reputation_entity(self, parameters: dict[str, Any], _now: datetime) -> dict[str, Any]:
        """Describe an entity."""
        entity = self._entities.get(parameters["ReputationEntityReference"])
        kind = parameters["ReputationEntityType"]
        if entity is None or entity.members.get("ReputationEntityType") != kind:
            message = "The reputation entity was not found"
            raise not_found(message)
        return {"ReputationEntity": entity.members}

    def list_reputation_entities(
        self, parameters: dict[str, Any], _now: datetime
    ) -> dict[str, Any]:
        """List entities, the last added first."""
        filters = dict(parameters.get("Filter") or {})
        prefix = filters.pop(_PREFIX, "")
        wanted = {_ENTITY_FILTERS[name]: value for name, value in filters.items()}
        found = (
            each
            for reference, each in self._entities.items()
            if reference.startswith(prefix) and _has(each.members, wanted)
        )
        return self._page("ReputationEntities", found, parameters)

    def _page(
        self, name: str, items: Iterable[_Listed], parameters: Mapping[str, Any]
    ) -> dict[str, Any]:
        empty = self._faults.take(EmptyPage, f"List{name}") is not None
        page, token = self._pagers[name].page(items, parameters, empty=empty)
        return {name: [each.members for each in page], "NextToken": token}


def _has(members: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(members.get(name) == value for name, value in wanted.items())
