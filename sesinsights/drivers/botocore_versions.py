"""The differences between the versions of botocore that this library supports."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING, Any, cast

from botocore import __version__ as installed
from botocore.model import ListShape, MapShape, OperationNotFoundError, StructureShape

from sesinsights.drivers.copies import shallow_copy
from sesinsights.errors import BotocoreTooOldError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from botocore.model import ServiceModel, Shape

COMPLETE = "1.44.5"
"""The first version that knows every operation and member of this library."""


def refuse_unknown(
    service_model: ServiceModel, operation: str, parameters: Mapping[str, Any]
) -> None:
    """Refuse a call that the installed botocore cannot make.

    botocore itself fails too, unless it does not validate parameters, but does not say what to do.

    Raises:
        BotocoreTooOldError: It lacks the operation, or a member of the parameters.
    """
    try:
        shape = service_model.operation_model(operation).input_shape
    except OperationNotFoundError:
        raise BotocoreTooOldError(operation, None, installed, _needed()) from None
    member = next(_unknown_members(shape, parameters), None)
    if member is not None:
        # What botocore says shows the member's name, which may be an address.
        raise BotocoreTooOldError(operation, member, installed, _needed()) from None


def _needed() -> str:
    """Return the requirement to install; which version has a recent member is not known."""
    return "boto3" if is_complete() else f"boto3>={COMPLETE}"


def is_complete() -> bool:
    """Return whether the installed botocore has all that the models have."""
    return _numbers(installed) >= _numbers(COMPLETE)


def _numbers(version: str) -> list[int]:
    # A version that is not a release has more in it, as in 2.0.0dev155.
    return [int(number) for number in re.findall(r"[0-9]+", version)]


_KEEPS_FRACTIONS = _numbers(installed) >= [1, 44]


def _unknown_members(shape: Shape | None, value: object) -> Iterator[str]:
    """Yield the paths of the members that a shape lacks."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        for name, inner in members.items():
            if isinstance(shape, MapShape):
                yield from _within(name, _unknown_members(shape.value, inner))
            elif isinstance(shape, StructureShape) and name in shape.members:
                yield from _within(name, _unknown_members(shape.members[name], inner))
            else:
                yield name
    elif isinstance(value, list) and isinstance(shape, ListShape):
        for place, item in enumerate(cast("list[object]", value)):
            yield from _within(str(place), _unknown_members(shape.member, item))


def _within(place: str, places: Iterable[str]) -> Iterator[str]:
    return (f"{place}.{inner}" for inner in places)


def precise_serializer(client: Any) -> Any:
    """Return a client's serializer, or before botocore 1.44 a copy that keeps fractions of seconds.

    Older versions leave them out, so a window would end up to a second too early.
    """
    if _KEEPS_FRACTIONS:
        return client._serializer  # noqa: SLF001 - nothing public leads to it
    outer = shallow_copy(client._serializer)  # noqa: SLF001 - as above
    inner = outer
    if hasattr(outer, "_serializer"):  # one that checks parameters first
        inner = outer._serializer = shallow_copy(outer._serializer)  # noqa: SLF001 - as above
    inner._timestamp_unixtimestamp = _seconds_since_1970  # noqa: SLF001 - as above
    return outer


def _seconds_since_1970(instant: datetime) -> float:
    whole = calendar.timegm(instant.utctimetuple())
    return (whole * 10**6 + instant.microsecond) / 10**6 if instant.microsecond else whole
