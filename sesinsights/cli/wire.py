"""Shapes as the service writes them in JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape

__all__ = ["NEXT_TOKEN", "plain"]

NEXT_TOKEN = "NextToken"  # noqa: S105 - a place in a list
"""The member of requests and answers that tells where a list goes on."""


def plain(shape: Shape) -> dict[str, Any]:
    """Return the members that came, by their names at the service, as JSON has them."""
    members = shape.model_dump(by_alias=True, exclude_unset=True)
    found: dict[str, Any] = json.loads(json.dumps(members, default=datetime.isoformat))
    return found
