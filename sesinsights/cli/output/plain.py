"""Responses as plain JSON values, by wire names."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


NEXT_TOKEN = "NextToken"  # noqa: S105 - a place in a list
"""The member of requests and responses with the token of the next page."""


def plain(shape: Shape) -> dict[str, Any]:
    """Return the members of a response as JSON values, by their wire names."""
    members = shape.model_dump(by_alias=True, exclude_unset=True)
    found: dict[str, Any] = json.loads(json.dumps(members, default=datetime.isoformat))
    return found


def is_structure(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether a value has members."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Return whether a value has items."""
    return isinstance(value, list)


def holds_others(value: Any) -> bool:
    """Return whether a value has members or items."""
    return is_structure(value) or is_list(value)
