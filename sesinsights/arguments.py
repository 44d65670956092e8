"""What numbers may be, where no model checks them."""

from __future__ import annotations

from math import isnan
from numbers import Real

__all__ = ["checked_wait", "is_number", "is_whole_number"]


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
