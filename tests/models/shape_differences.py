"""In what a shape or an enumeration differs from its service model."""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Union, get_args, get_origin

from botocore import xform_name
from botocore.model import ListShape, MapShape, StructureShape
from pydantic import AfterValidator, BeforeValidator

from sesinsights import models
from sesinsights.models.fields import Length, ListOf, Open, Range, Timestamp
from sesinsights.models.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from botocore.model import Shape as ServiceShape

_IN_A_LIST, _KEY, _VALUE = " item", " key", " value"

_SERVICE_PRIMITIVES = {
    "boolean": "boolean",
    "double": "number",
    "float": "number",
    "integer": "integer",
    "long": "integer",
    "string": "string",
    "timestamp": "timestamp",
}

_OUR_PRIMITIVES: dict[object, str] = {
    bool: "boolean",
    float: "number",
    int: "integer",
    str: "string",
}

_LIST_MARK = type(get_args(ListOf)[1])
_ENUM_MARK = type(get_args(Open)[1])
_UTC_MARK = get_args(Timestamp)[1]

Limits: TypeAlias = tuple[int | None, int | None]
_UNLIMITED: Limits = (None, None)


def shape_differences(
    shapes: types.ModuleType, shape: ServiceShape, *, users_build: bool
) -> Iterator[str]:
    """Yield in what the class of a structure or an enumeration differs from its shape."""
    ours = getattr(shapes, shape.name, None)
    if ours is None:
        yield f"{shape.name}: there is no such class"
    elif not isinstance(shape, StructureShape):
        yield from _enum_differences(shape, ours)
    elif not issubclass(ours, Shape):
        yield f"{shape.name}: it is not a Shape"
    else:
        yield from _structure_differences(shape, ours, users_build=users_build)


def _enum_differences(shape: ServiceShape, ours: type) -> Iterator[str]:
    if not issubclass(ours, StrEnum):
        yield f"{shape.name}: it is not a StrEnum"
        return
    theirs = shape.metadata["enum"]
    known = [member.value for member in ours]
    yield from (f"{shape.name}: lacks the value {value}" for value in theirs if value not in known)
    yield from (f"{shape.name}: adds the value {value}" for value in known if value not in theirs)
    for member in ours:
        if member.name != re.sub("(?<=[a-z])(?=[A-Z])", "_", member.value).upper():
            yield f"{shape.name}: calls the value {member.value} {member.name}"


@cache
def _hints(shape: type[Shape]) -> dict[str, Any]:
    return typing.get_type_hints(shape, include_extras=True)


def _structure_differences(
    shape: StructureShape, ours: type[Shape], *, users_build: bool
) -> Iterator[str]:
    wire_names = {field.serialization_alias: name for name, field in ours.model_fields.items()}
    hints = _hints(ours)
    for rule in ours.__pydantic_decorators__.model_validators:
        yield f"{shape.name}: has the rule {rule}"
    for wire_name in sorted({str(name) for name in wire_names} - set(shape.members)):
        yield f"{shape.name}.{wire_name}: the service has no such member"
    for wire_name, member in shape.members.items():
        place = f"{shape.name}.{wire_name}"
        if wire_name not in wire_names:
            yield f"{place}: the models have no such field"
            continue
        name = wire_names[wire_name]
        field = ours.model_fields[name]
        if name != xform_name(wire_name):
            yield f"{place}: is called {name} instead of {xform_name(wire_name)}"
        if field.validation_alias != wire_name:
            yield f"{place}: is read from {field.validation_alias}"
        if field.is_required() != (wire_name in shape.required_members):
            yield f"{place}: is required by {'us' if field.is_required() else 'the service'} only"
        if not field.is_required() and field.default not in (None, ()):
            yield f"{place}: has a default"
        if field.repr == _is_sensitive(member):
            is_so, is_not_so = ("sensitive", "shown") if field.repr else ("hidden", "not sensitive")
            yield f"{place}: is {is_so}, but {is_not_so}"
        yield from (f"{place}{part}: has the check {check}" for part, check in _checks(hints[name]))
        yield from _type_differences(
            place, member, hints[name], is_required=field.is_required(), users_build=users_build
        )


def _type_differences(
    place: str, member: ServiceShape, hint: object, *, is_required: bool, users_build: bool
) -> Iterator[str]:
    ours, theirs = _our_type(hint), _service_type(member)
    if users_build:
        theirs = _with_texts(member, theirs)
        # Shapes check no pattern, and what only the service builds need not follow any.
        yield from (f"{place}: has pattern {pattern}" for pattern in _patterns(member))
    if ours != theirs:
        yield f"{place}: is a {ours}, at the service a {theirs}"
    may_be_none = not is_required and not isinstance(member, ListShape)
    if (type(None) in get_args(_bare(hint))) != may_be_none:
        yield f"{place}: is {'never' if may_be_none else 'sometimes'} None"
    our_limits, service_limits = dict(_our_limits(hint)), dict(_service_limits(member))
    for part in sorted(our_limits.keys() | service_limits.keys()):
        limits = our_limits.get(part, _UNLIMITED)
        limits_there = service_limits.get(part, _UNLIMITED)
        # In what only the service builds, limits bind nobody and may be left out.
        if limits != limits_there and (users_build or limits != _UNLIMITED):
            yield (
                f"{place}{part}: is limited to {_span(limits)}, "
                f"at the service to {_span(limits_there)}"
            )


def _is_sensitive(shape: ServiceShape) -> bool:
    return bool(shape.metadata.get("sensitive")) or any(map(_is_sensitive, _parts(shape)))


def _patterns(shape: ServiceShape) -> Iterator[str]:
    if "pattern" in shape.metadata:
        yield shape.metadata["pattern"]
    for part in _parts(shape):
        yield from _patterns(part)


def _parts(shape: ServiceShape) -> Iterable[ServiceShape]:
    if isinstance(shape, ListShape):
        return (shape.member,)
    return (shape.key, shape.value) if isinstance(shape, MapShape) else ()


def _service_type(shape: ServiceShape) -> str:
    if isinstance(shape, ListShape):
        return f"list of {_service_type(shape.member)}"
    if isinstance(shape, MapShape):
        return f"map of {_service_type(shape.key)} to {_service_type(shape.value)}"
    if isinstance(shape, StructureShape) or shape.metadata.get("enum"):
        return shape.name
    return _SERVICE_PRIMITIVES.get(shape.type_name, shape.type_name)


def _with_texts(shape: ServiceShape, name: str) -> str:
    """Return the type of a member that users give: of an enum, they may write the text too."""
    for enum in _enums_in(shape):
        name = re.sub(rf"\b{enum}\b", f"{enum} or its text", name)
    return name


def _enums_in(shape: ServiceShape) -> set[str]:
    inside = {enum for part in _parts(shape) for enum in _enums_in(part)}
    return inside | ({shape.name} if shape.metadata.get("enum") else set())


def _service_limits(shape: ServiceShape, part: str = "") -> Iterator[tuple[str, Limits]]:
    limits = shape.metadata.get("min"), shape.metadata.get("max")
    if limits != _UNLIMITED:
        yield part, limits
    if isinstance(shape, ListShape):
        yield from _service_limits(shape.member, part + _IN_A_LIST)
    if isinstance(shape, MapShape):
        yield from _service_limits(shape.key, part + _KEY)
        yield from _service_limits(shape.value, part + _VALUE)


def _bare(hint: object) -> object:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _unwrapped(hint: object) -> tuple[object, tuple[object, ...]]:
    """Return a hint without None and without its marks, and the marks."""
    marks: tuple[object, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *outer = get_args(hint)
            marks = (*outer, *marks)
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            (hint,) = (arm for arm in get_args(hint) if arm is not type(None))
        else:
            return hint, marks


def _our_type(hint: object) -> str:
    bare, marks = _unwrapped(hint)
    kinds = set(map(type, marks))
    if isinstance(bare, type) and issubclass(bare, Shape):
        return bare.__name__
    if _ENUM_MARK in kinds:
        return _enum_of(bare, get_args(bare))
    if get_origin(bare) is Sequence and _LIST_MARK in kinds:
        return f"list of {_our_type(get_args(bare)[0])}"
    if get_origin(bare) is Mapping:
        key, value = get_args(bare)
        return f"map of {_our_type(key)} to {_our_type(value)}"
    if bare is datetime and _UTC_MARK in marks:
        return "timestamp"
    return _OUR_PRIMITIVES.get(bare, repr(bare))


def _enum_of(hint: object, alternatives: Sequence[Any]) -> str:
    """Return the enum of a member: a response holds it, a request takes its values too."""
    known: type[StrEnum] = alternatives[0]
    if alternatives == (known, models.NewValue):
        return known.__name__
    if hint == getattr(sys.modules[known.__module__], f"{known.__name__}Input", None):
        return f"{known.__name__} or its text"
    return f"closed {known.__name__}"


def _our_marks(hint: object, part: str = "") -> Iterator[tuple[str, object]]:
    bare, marks = _unwrapped(hint)
    yield from ((part, mark) for mark in marks)
    if get_origin(bare) is Sequence:
        yield from _our_marks(get_args(bare)[0], part + _IN_A_LIST)
    if get_origin(bare) is Mapping:
        key, value = get_args(bare)
        yield from _our_marks(key, part + _KEY)
        yield from _our_marks(value, part + _VALUE)


def _our_limits(hint: object) -> Iterator[tuple[str, Limits]]:
    for part, mark in _our_marks(hint):
        if isinstance(mark, Length | Range):
            yield part, (mark.min or None, mark.max)


def _checks(hint: object) -> Iterator[tuple[str, str]]:
    """Yield the checks of a field that are neither a type nor a limit."""
    for part, mark in _our_marks(hint):
        if isinstance(mark, AfterValidator | BeforeValidator) and mark != _UTC_MARK:
            check: Any = mark.func
            yield part, check.__name__ if inspect.isfunction(check) else check.said


def _span(limits: Limits) -> str:
    match limits:
        case (None, None):
            return "anything"
        case (least, None):
            return f"{least} or more"
        case (None, most):
            return f"{most} or less"
        case (least, most):
            return f"{least} to {most}"
