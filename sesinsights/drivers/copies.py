"""Copies of botocore's objects."""

from __future__ import annotations

from typing import Any


def shallow_copy(original: object) -> Any:
    """Return a shallow copy, including attributes that were patched onto the original.

    `copy.copy` is slower, and looks up methods that a client lacks.
    """
    copied = object.__new__(type(original))
    copied.__dict__.update(original.__dict__)
    return copied
