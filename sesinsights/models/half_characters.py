"""Refuses half of a character: UTF-8 cannot encode it, but JSON would send it as an escape.

Such a half is an unpaired surrogate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape

_HALF = re.compile("[\ud800-\udfff]")


def checked_parameters(operation: str, request: Shape) -> dict[str, Any]:
    """Return the parameters of a call, in which no text contains half of a character.

    Args:
        operation: The operation, for the error.
        request: What would be sent.

    Raises:
        ValueError: A text does; the error names the member, and does not contain the text.
    """
    try:
        return request.to_service()
    except UnicodeEncodeError:
        place, half = next(_halves("", request))
        raise ValueError(
            f"{operation} was not sent: {place} contains U+{ord(half):04X}, half of a character, "
            "which UTF-8 cannot encode"
        ) from None


def _halves(place: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield each half, and the member that has it."""
    if isinstance(value, str):
        if half := _HALF.search(value):
            yield place, half[0]
    elif isinstance(value, Mapping):  # a key may be an address, and is not shown
        for pair in cast("Mapping[object, object]", value).items():
            yield from _halves(place, pair)
    elif isinstance(value, tuple | list):
        for item in cast("Iterable[object]", value):
            yield from _halves(place, item)
    elif hasattr(value, "__pydantic_extra__"):  # a client is built without importing shapes
        shape = cast("Shape", value)
        for name, member in {**vars(shape), **(shape.model_extra or {})}.items():
            yield from _halves(f"{place}.{name}" if place else name, member)
