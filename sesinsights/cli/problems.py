"""The problem in a ValidationError, by the names that the user gave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sesinsights.cli.members import members_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError

    from sesinsights.cli.members import Member
    from sesinsights.models.shape import Shape


class Problem(NamedTuple):
    """A problem and its place.

    Attributes:
        member: The member of the request, by its name in Python; empty for the whole request.
        place: The members and indexes that lead to the problem, by their names at the service.
        text: What is wrong there.
    """

    member: str
    place: list[str]
    text: str


def first_problem(error: ValidationError, shape: type[Shape] | None = None) -> Problem:
    """Return the first problem of an error, or the first unknown name.

    Args:
        error: The error.
        shape: The shape that could not be built, to tell the names at the service; with None, names
            stay those in Python.
    """
    problems = error.errors(include_url=False, include_input=False)
    # A required member may only be missing because its name is misspelt.
    problem = next((each for each in problems if each["type"] == "extra_forbidden"), problems[0])
    # Without what to write in Python instead.
    text = problem.get("ctx", {}).get("problem", problem["msg"])
    place = problem["loc"]
    return Problem(
        str(place[0]) if place else "",
        [*_wire_path(shape, place)],
        _by_wire_names(text, _innermost(shape, place)),
    )


def _wire_path(shape: type[Shape] | None, place: Sequence[str | int]) -> Iterator[str]:
    for step, member in _steps(shape, place):
        yield member.wire_name if member else str(step)


def _innermost(shape: type[Shape] | None, place: Sequence[str | int]) -> type[Shape] | None:
    """Return the shape whose rule is broken."""
    for _, member in _steps(shape, place):
        shape = (_shape_in(member) if member else None) or shape
    return shape


def _steps(
    shape: type[Shape] | None, place: Sequence[str | int]
) -> Iterator[tuple[str | int, Member | None]]:
    for step in place:
        known = {member.name: member for member in members_of(shape)} if shape else {}
        member = known.get(str(step))
        shape = _shape_in(member) if member else shape
        yield step, member


def _shape_in(member: Member) -> type[Shape] | None:
    return member.type.shape or (member.type.item.shape if member.type.item else None)


def _by_wire_names(text: str, shape: type[Shape] | None) -> str:
    for member in members_of(shape) if shape else ():
        # A name of one word may also be an ordinary word of the sentence.
        name = member.name
        pattern = rf"\b{name}\b" if "_" in name else rf"^{name}(?=:)|(?<='){name}(?=')"
        text = re.sub(pattern, member.wire_name, text)
    return text
