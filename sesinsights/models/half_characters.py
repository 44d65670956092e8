"""Refuses half of a character: UTF-8 cannot encode it, and JSON would send it as an escape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from sesinsights.models.shape import Shape

_HALF = re.compile("[\ud800-\udfff]")


def refuse_half_characters(operation: str, request: Shape) -> None:
    """Refuse a request if a text in it contains half of a character.

    Args:
        operation: The operation, for the error.
        request: What would be sent.

    Raises:
        ValueError: One does; the error names the member, and does not contain the text.
    """
    for place, half in _halves("", request):
        raise ValueError(
            f"{operation} was not sent: {place} contains U+{ord(half):04X}, half of a character, "
            "which UTF-8 cannot encode"
        )


def _halves(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield each half, and the member that has it."""
    if isinstance(value, str):
        if not value.isascii() and (half := _HALF.search(value)):
            yield place, half[0]
    elif isinstance(value, Shape):
        new_members = value.model_extra or {}
        for name, member in {**vars(value), **new_members}.items():
            yield from _halves(f"{place}.{name}" if place else name, member)
    elif isinstance(value, Mapping):  # a key may be an address, and is not shown
        for pair in cast("Mapping[object, object]", value).items():
            yield from _halves(place, pair)
    elif isinstance(value, tuple | list):
        for item in cast("Iterable[object]", value):
            yield from _halves(place, item)
