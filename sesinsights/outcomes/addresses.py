"""Compares addresses, which not all sources spell alike."""

from __future__ import annotations

import re

IN_ANGLES = "<([^<>]*)>"
"""The address in text that also has a name, as a pattern for Python, RE2 and Java alike."""

_IN_ANGLES = re.compile(IN_ANGLES)


def bare_address(address: str | None) -> str | None:
    """Return an address in lower case, without a name; None if there is none."""
    found = _IN_ANGLES.search(address or "")
    return (found[1] if found else address or "").lower() or None
