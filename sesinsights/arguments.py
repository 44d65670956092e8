"""What arguments may be, where no model checks them, and which of them were given."""

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
        ValueError: It is negative or no number.
    """
    if max_wait is not None and (not is_number(max_wait) or max_wait < 0):
        raise ValueError(
            f"max_wait must be a number of seconds and must not be negative: {max_wait!r} is not"
        )
    return max_wait


def checked_by_shape(**members: Any) -> dict[str, Any]:
    """Return what a user gives in place of shapes, dictionaries too: the request checks it."""
    return members


def unless_empty(**lists: Sequence[Any]) -> dict[str, Any]:
    """Return the lists that hold something: an empty one, the default, stands for none given."""
    return {name: items for name, items in lists.items() if items}
