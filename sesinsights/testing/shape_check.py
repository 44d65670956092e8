"""Checks a parameter against its shape in the service model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sesinsights.testing.refusal import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

__all__ = ["check_shape"]


def check_shape(shape: Shape, value: Any, name: str = "") -> Any:
    """Return the value with times as datetimes and without members that the model does not know.

    Args:
        shape: What the service model expects.
        value: What came, as JSON has it.
        name: The member's path, to name it when it is refused.

    Raises:
        RefusalError: The value breaks the model. The message never shows the value, which may
            be an address.
    """
    return _CHECKS[shape.type_name](shape, value, name)


def _structure(shape: StructureShape, value: Any, name: str) -> dict[str, Any]:
    given = _expect(dict, "an object", value, name)
    prefix = f"{name}." if name else ""
    for member in shape.required_members:
        if given.get(member) is None:
            message = f"{prefix}{member} is required"
            raise bad_request(message)
    return {
        member: check_shape(member_shape, given[member], prefix + member)
        for member, member_shape in shape.members.items()
        if given.get(member) is not None
    }


def _list(shape: ListShape, value: Any, name: str) -> list[Any]:
    given = _expect(list, "a list", value, name)
    _within(shape, len(given), name, "have", "entries")
    return [check_shape(shape.member, entry, f"{name}[{i}]") for i, entry in enumerate(given)]


def _map(shape: MapShape, value: Any, name: str) -> dict[str, Any]:
    given = _expect(dict, "an object", value, name)
    _within(shape, len(given), name, "have", "entries")
    return {
        check_shape(shape.key, key, f"a key of {name}"): check_shape(
            shape.value, entry, f"{name}.{key}"
        )
        for key, entry in given.items()
    }


def _string(shape: StringShape, value: Any, name: str) -> str:
    given = cast("str", _expect(str, "a string", value, name))
    if shape.enum and given not in shape.enum:
        message = f"{name} must be one of {', '.join(shape.enum)}"
        raise bad_request(message)
    _within(shape, len(given), name, "have", "characters")
    return given


def _integer(shape: Shape, value: Any, name: str) -> int:
    given = cast("int", _expect(int, "a whole number", value, name))
    _within(shape, given, name, "be")
    return given


def _boolean(_shape: Shape, value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        message = f"{name} must be true or false"
        raise bad_request(message)
    return value


def _timestamp(_shape: Shape, value: Any, name: str) -> datetime:
    seconds = cast("float", _expect((int, float), "a number of seconds since 1970", value, name))
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        message = f"{name} is no date and time that can be"
        raise bad_request(message) from None


def _expect(kind: type | tuple[type, ...], called: str, value: Any, name: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        message = f"{name or 'The body'} must be {called}"
        raise bad_request(message)
    return value


def _within(shape: Shape, size: float, name: str, verb: str, unit: str = "") -> None:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        message = f"{name} must {verb} at least {least} {unit}".rstrip()
        raise bad_request(message)
    if most is not None and size > most:
        message = f"{name} must {verb} at most {most} {unit}".rstrip()
        raise bad_request(message)


_CHECKS: dict[str, Callable[[Any, Any, str], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "timestamp": _timestamp,
}
