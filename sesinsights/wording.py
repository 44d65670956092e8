"""Numbers with their nouns, in sentences."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with what it counts, such as `1 message` or `1,200 messages`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
