"""What a result says of its message."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sesinsights.classic import BulkSendResult


def fate(result: BulkSendResult) -> str:
    """Return what a result says of its message."""
    if result.is_accepted:
        assert result.may_be_accepted
        return "accepted"
    return "unknown" if result.may_be_accepted else "not accepted"
