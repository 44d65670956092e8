"""Checks parameters against their shape in the service model: first types, then constraints.

It knows nothing of this library's models: that the two agree is what tests of the models prove.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sesinsights.testing.exchange import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape


class WrongTypeError(ValueError):
    """A value has another type than the service model says. The message never shows the value."""


def read_types(shape: Shape, value: Any, name: str) -> Any:
    """Return the value with times as datetimes and without members that the model does not know.

    Args:
        shape: What the service model expects.
        value: What came, as JSON has it.
        name: What to call it when it is refused.

    Raises:
        WrongTypeError: A type is wrong.
    """
    return _READERS[shape.type_name](shape, value, name)


def from_query(shape: Shape, texts: Sequence[str]) -> Any:
    """Return a member of a query string as JSON has it.

    Args:
        shape: What the service model expects.
        texts: What the query string has under the member's name, in order.

    Raises:
        ValueError: A text is not a value of the type.
    """
    if shape.type_name == "list":
        return [from_query(cast("ListShape", shape).member, [text]) for text in texts]
    text = texts[-1]
    match shape.type_name:
        case "integer":
            return int(text)
        case "timestamp":
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        case _:
            return text


def check_constraints(*members: tuple[Shape, Any, str]) -> None:
    """Check what the model says of values whose types are right, and tell all that is wrong.

    Args:
        members: The shape, the value and the wire name of what is to be checked. A value of None
            is absent, and refused.

    Raises:
        RefusalError: Constraints are broken. The message never shows a value, which may be an
            address.
    """
    found = [text for shape, value, name in members for text in _member(shape, value, _camel(name))]
    if found:
        counted = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
        raise bad_request(f"{counted} detected: {'; '.join(found)}")


def _structure(shape: StructureShape, value: Any, name: str) -> dict[str, Any]:
    given = _expect(dict, "an object", value, name)
    return {
        member: read_types(member_shape, given[member], f"{name}.{member}")
        for member, member_shape in shape.members.items()
        if given.get(member) is not None
    }


def _list(shape: ListShape, value: Any, name: str) -> list[Any]:
    given = _expect(list, "a list", value, name)
    return [read_types(shape.member, entry, f"{name}[{i}]") for i, entry in enumerate(given)]


def _map(shape: MapShape, value: Any, name: str) -> dict[str, Any]:
    given = _expect(dict, "an object", value, name)
    return {key: read_types(shape.value, entry, f"{name}.{key}") for key, entry in given.items()}


def _string(_shape: Shape, value: Any, name: str) -> str:
    return cast("str", _expect(str, "a string", value, name))


def _blob(_shape: Shape, value: Any, name: str) -> bytes:
    text = cast("str", _expect(str, "a string", value, name))
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise WrongTypeError(f"{name} is not Base64") from None


def _integer(_shape: Shape, value: Any, name: str) -> int:
    return cast("int", _expect(int, "a whole number", value, name))


def _boolean(_shape: Shape, value: Any, name: str) -> bool:
    if not isinstance(value, bool):
        raise WrongTypeError(f"{name} must be true or false")
    return value


def _timestamp(_shape: Shape, value: Any, name: str) -> datetime:
    seconds = cast("float", _expect((int, float), "a number of seconds since 1970", value, name))
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        raise WrongTypeError(f"{name} is not a date and time that exists") from None


def _expect(kind: type | tuple[type, ...], called: str, value: Any, name: str) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise WrongTypeError(f"{name} must be {called}")
    return value


_READERS: dict[str, Callable[[Any, Any, str], Any]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "blob": _blob,
    "integer": _integer,
    "long": _integer,
    "boolean": _boolean,
    "timestamp": _timestamp,
}


def _member(shape: Shape, value: Any, name: str) -> Iterator[str]:
    if value is None:
        yield _broken(name, "Member must not be null")
        return
    check = _CONSTRAINTS.get(shape.type_name)
    if check:
        yield from check(shape, value, name)


def _structure_constraints(
    shape: StructureShape, value: Mapping[str, Any], name: str
) -> Iterator[str]:
    for member, member_shape in shape.members.items():
        if member in value or member in shape.required_members:
            path = f"{name}.{_camel(member)}" if name else _camel(member)
            yield from _member(member_shape, value.get(member), path)


def _list_constraints(shape: ListShape, value: Sequence[Any], name: str) -> Iterator[str]:
    yield from _within(shape, len(value), name, "have length")
    for number, entry in enumerate(value, start=1):
        yield from _member(shape.member, entry, f"{name}.{number}.member")


def _map_constraints(shape: MapShape, value: Mapping[str, Any], name: str) -> Iterator[str]:
    yield from _within(shape, len(value), name, "have length")
    allowed = cast("StringShape", shape.key).enum
    for key, entry in value.items():
        if allowed and key not in allowed:
            keys = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
            yield _broken(name, f"Map keys must satisfy constraint: [{keys}]")
        else:
            yield from _member(shape.value, entry, f"{name}.{key}")


def _string_constraints(shape: StringShape, value: str, name: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield _broken(name, f"Member must satisfy enum value set: [{', '.join(shape.enum)}]")
    yield from _within(shape, len(value), name, "have length")


def _number_constraints(shape: Shape, value: float, name: str) -> Iterator[str]:
    yield from _within(shape, value, name, "have value")


def _within(shape: Shape, size: float, name: str, what: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _broken(name, f"Member must {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _broken(name, f"Member must {what} less than or equal to {most}")


_CONSTRAINTS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "structure": _structure_constraints,
    "list": _list_constraints,
    "map": _map_constraints,
    "string": _string_constraints,
    "integer": _number_constraints,
    "long": _number_constraints,
}


def _broken(name: str, constraint: str) -> str:
    return f"Value at '{name}' failed to satisfy constraint: {constraint}"


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
