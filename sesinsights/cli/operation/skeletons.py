"""Samples of the requests and responses of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.cli.members import Kind, members_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sesinsights.cli.members import Member, Type
    from sesinsights.models.shape import Shape


_SAMPLES: dict[Kind, object] = {
    Kind.BOOLEAN: True,
    Kind.INTEGER: 0,
    Kind.FLOAT: 0.0,
    Kind.TIMESTAMP: "1970-01-01T00:00:00",
}
_SAMPLE_KEY = "KeyName"


def input_skeleton(request: type[Shape]) -> dict[str, Any]:
    """Return a request with every member: texts are empty, enums have their first value."""
    return _structure(request, lambda _, type_: _first_value(type_))


def output_skeleton(response: type[Shape]) -> dict[str, Any]:
    """Return a response with every member: texts are the names of the members."""
    return _structure(response, lambda name, _: name)


def commented_skeleton(request: type[Shape], said: Mapping[str, str]) -> str:
    """Return a request with every member as YAML, each with a comment behind it.

    Args:
        request: The shape of the request.
        said: What is said of its members, by their names in Python.
    """
    return "".join(f"{line}\n" for line in _commented(request, said))


def _commented(shape: type[Shape], said: Mapping[str, str]) -> Iterator[str]:
    from sesinsights.cli.output.yaml_format import yaml_text

    for member in members_of(shape):
        comment = _comment_on(member, said.get(member.name, ""))
        inner = member.type.shape or (member.type.item.shape if member.type.item else None)
        if inner is None:
            sample = _sample(member.wire_name, member.type, lambda _, type_: _first_value(type_))
            first, *rest = yaml_text({member.wire_name: sample}).splitlines()
        else:
            rest = [*_commented(inner, {})]
            first = f"{member.wire_name}:" if rest else f"{member.wire_name}: {{}}"
            starts = ("  ", "  ")
            if member.type.kind is Kind.LIST:
                starts = ("- ", "  ")
            elif member.type.kind is Kind.MAP:
                rest = [f"{_SAMPLE_KEY}:", *(f"  {line}" for line in rest)]
            rest = [f"{starts[number > 0]}{line}" for number, line in enumerate(rest)]
        yield first + comment
        yield from rest


def _comment_on(member: Member, said: str) -> str:
    type_ = member.type.item if member.type.kind is Kind.LIST else member.type
    parts = ["[REQUIRED]"] if member.is_required else []
    parts += [said] if said else []
    if type_ and type_.values:
        parts.append(f"Valid values are: {', '.join(type_.values)}.")
    return f"  # {' '.join(parts)}" if parts else ""


def _structure(shape: type[Shape], text: Callable[[str, Type], str]) -> dict[str, Any]:
    return {
        member.wire_name: _sample(member.wire_name, member.type, text)
        for member in members_of(shape)
    }


def _first_value(type_: Type) -> str:
    return type_.values[0] if type_.values else ""


def _sample(name: str, type_: Type, text: Callable[[str, Type], str]) -> Any:
    if type_.shape:
        return _structure(type_.shape, text)
    if type_.item:
        item = _sample(type_.item.name or name, type_.item, text)
        return [item] if type_.kind is Kind.LIST else {_SAMPLE_KEY: item}
    return text(name, type_) if type_.kind is Kind.STRING else _SAMPLES[type_.kind]
