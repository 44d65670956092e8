"""Checks of arguments that no model checks."""

from __future__ import annotations

from math import isnan
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def is_number(value: object) -> bool:
    """Return whether the value can be compared with numbers; NaN says itself that it cannot."""
    return isinstance(value, Real) and not isnan(value)


def is_whole_number(value: object) -> bool:
    """Return whether the value can count things."""
    return isinstance(value, int) and not isinstance(value, bool)


def checked_wait(max_wait: float | None) -> float | None:
    """Return the longest wait for a slot as it was given.

    Raises:
        ValueError: It is negative or not a number.
    """
    if max_wait is not None and (not is_number(max_wait) or max_wait < 0):
        raise ValueError(
            f"max_wait must be a number of seconds and must not be negative, not {max_wait!r}"
        )
    return max_wait


def unless_empty(**lists: Sequence[Any]) -> dict[str, Any]:
    """Return only the lists that are not empty: an empty one is the default and is not sent."""
    return {name: items for name, items in lists.items() if items}
