"""What plain values, as JSON has them, are: structures, lists, or values alone."""

from __future__ import annotations

from typing import Any, TypeGuard

__all__ = ["holds_others", "is_list", "is_structure"]


def is_structure(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value has members."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a value has items."""
    return isinstance(value, list)


def holds_others(value: Any) -> bool:
    """Tell whether a value is no single one."""
    return is_structure(value) or is_list(value)
