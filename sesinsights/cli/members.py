"""The members of a shape, from its model, which become the options of a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

from sesinsights.models.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    """The kinds of values that the service model knows."""

    BOOLEAN = bool
    INTEGER = int
    FLOAT = float
    TIMESTAMP = datetime
    STRING = str
    LIST = Sequence
    MAP = Mapping
    STRUCTURE = Shape


@dataclass(frozen=True, slots=True)
class Type:
    """The type of a member, or of the items of a list or map.

    Attributes:
        kind: What it is.
        name: The name of an enum.
        shape: The shape of a structure.
        item: What a list or map holds.
        values: The values of an enum.
    """

    kind: Kind
    name: str = ""
    shape: type[Shape] | None = None
    item: Type | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a shape.

    Attributes:
        name: Its name in Python.
        wire_name: Its name at the service.
        type: What it holds.
        is_required: Whether a request must have it.
    """

    name: str
    wire_name: str
    type: Type
    is_required: bool


def members_of(shape: type[Shape]) -> list[Member]:
    """Return the members of a shape, in the order of the service model."""
    return [
        Member(
            name=name,
            wire_name=field.serialization_alias or name,
            type=_type_of(field.annotation),
            is_required=field.is_required(),
        )
        for name, field in shape.model_fields.items()
    ]


def _type_of(annotation: Any) -> Type:
    generic, arguments = get_origin(annotation), get_args(annotation)
    if generic in (Sequence, Mapping):
        return Type(Kind(generic), item=_type_of(arguments[-1]))
    if arguments:
        return _type_of(arguments[0] if generic is Annotated else _told_by_the_service(arguments))
    if issubclass(annotation, StrEnum):
        return Type(
            Kind.STRING, name=annotation.__name__, values=tuple(value.value for value in annotation)
        )
    if issubclass(annotation, Shape):
        return Type(Kind.STRUCTURE, shape=annotation)
    return Type(Kind(annotation))


def _told_by_the_service(union: tuple[Any, ...]) -> Any:
    """Return the service's type in a union, without None and types that only Python has."""
    choices = [choice for choice in union if choice is not NoneType]
    enums = (choice for choice in choices if isinstance(choice, type))
    return next(
        (choice for choice in enums if issubclass(choice, StrEnum)),
        str if str in choices else choices[0],
    )


def timestamps_in(shape: type[Shape], given: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Find the values of timestamps, as the dictionaries and keys that contain them."""
    values = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    for member in members_of(shape):
        value, kind = values.get(member.wire_name), member.type.kind
        if kind is Kind.TIMESTAMP and value is not None:
            yield values, member.wire_name
        elif member.type.shape:
            yield from timestamps_in(member.type.shape, value)
        elif kind is Kind.LIST and member.type.item and member.type.item.shape:
            for entry in value or ():
                yield from timestamps_in(member.type.item.shape, entry)
