"""Compares addresses, which not all sources spell alike."""

from __future__ import annotations

import re

IN_ANGLES = "<([^<>]*)>"
"""The address in what has a name beside it, as a pattern that Python, RE2 and Java take alike."""

_IN_ANGLES = re.compile(IN_ANGLES)


def bare_address(address: str | None) -> str | None:
    """Return an address in lower case and without the name beside it; None for none."""
    found = _IN_ANGLES.search(address or "")
    return (found[1] if found else address or "").lower() or None
