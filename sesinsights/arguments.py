"""What numbers may be, where no model checks them."""

from __future__ import annotations

from math import isnan
from numbers import Real

__all__ = ["is_number", "is_whole_number"]


def is_number(value: object) -> bool:
    """Return whether the value can be compared with numbers; NaN says itself that it cannot."""
    return isinstance(value, Real) and not isnan(value)


def is_whole_number(value: object) -> bool:
    """Return whether the value can count things."""
    return isinstance(value, int) and not isinstance(value, bool)
