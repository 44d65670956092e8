"""Samples of what an operation takes and answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.cli.members import Kind, members_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.cli.members import Type
    from sesinsights.models.shape import Shape

__all__ = ["input_skeleton", "output_skeleton"]

_SAMPLES: dict[Kind, object] = {
    Kind.BOOLEAN: True,
    Kind.INTEGER: 0,
    Kind.FLOAT: 0.0,
    Kind.TIMESTAMP: "1970-01-01T00:00:00",
}
_SAMPLE_KEY = "KeyName"


def input_skeleton(request: type[Shape]) -> dict[str, Any]:
    """Return a request with every member: texts are empty, enums have their first value."""
    return _structure(request, lambda _, type_: type_.values[0] if type_.values else "")


def output_skeleton(response: type[Shape]) -> dict[str, Any]:
    """Return an answer with every member: texts are the names of the members."""
    return _structure(response, lambda name, _: name)


def _structure(shape: type[Shape], text: Callable[[str, Type], str]) -> dict[str, Any]:
    return {
        member.wire_name: _sample(member.wire_name, member.type, text)
        for member in members_of(shape)
    }


def _sample(name: str, type_: Type, text: Callable[[str, Type], str]) -> Any:
    if type_.shape:
        return _structure(type_.shape, text)
    if type_.item:
        item = _sample(type_.item.name or name, type_.item, text)
        return [item] if type_.kind is Kind.LIST else {_SAMPLE_KEY: item}
    return text(name, type_) if type_.kind is Kind.STRING else _SAMPLES[type_.kind]
