"""Typed views of JSON objects: each member is read when it is asked for.

A member whose type differs from the documented one counts as absent, so that one odd member does
not lose the whole event; the view's `raw` has everything that was sent.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, overload

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self


T = TypeVar("T")
ViewT = TypeVar("ViewT", bound="View")

_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d|Z)|\s+UTC$")
_LONGEST_TIME = 64


def text(value: object) -> str | None:
    """Return a text; None for anything else."""
    return value if isinstance(value, str) else None


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list; one text is a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in items(value) if isinstance(item, str))


def items(value: object) -> list[Any]:
    """Return a list; an empty one for anything else."""
    return [*cast("Iterable[Any]", value)] if isinstance(value, list) else []


def members(value: object) -> dict[str, Any] | None:
    """Return an object; None for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; one object is a list of one."""
    if isinstance(value, dict):
        return [cast("dict[str, Any]", value)]
    return [item for item in items(value) if isinstance(item, dict)]


def addresses(value: object) -> tuple[str, ...]:
    """Return the addresses of recipients that come as objects."""
    return tuple(
        [address for item in objects(value) if isinstance(address := item.get("emailAddress"), str)]
    )


def named_texts(value: object) -> Mapping[str, tuple[str, ...]]:
    """Return a map of names to texts, which cannot be changed; an empty one for anything else."""
    named = members(value) or {}
    return MappingProxyType({name: texts(values) for name, values in named.items()})


def number(value: object) -> int | None:
    """Return a whole number that 64 bits hold; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if -(2**63) <= value < 2**63 else None


def flag(value: object) -> bool | None:
    """Return a flag, which may be a JSON boolean or a word; None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def moment(value: object) -> datetime | None:
    """Return an instant in UTC, from any spelling that has been seen; None for anything else."""
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        try:
            parsed = datetime.fromisoformat(_BEFORE_OFFSET.sub("", value.strip().upper()))
        except ValueError:
            return None
    if parsed.tzinfo is UTC:
        return parsed
    if parsed.tzinfo is None:
        return parsed.replace(tzinfo=UTC)
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        return None


class Member(Generic[T]):
    """A member of a view, read by one of the functions above.

    Args:
        name: Its name in JSON.
        read: Makes a value of it, None when it is absent.
    """

    __slots__ = ("_attribute", "_name", "_owner", "_read")

    def __init__(self, name: str, read: Callable[[object], T]) -> None:
        self._name = name
        self._read = read

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._owner = owner
        self._attribute = attribute

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: View, owner: type) -> T: ...
    def __get__(self, view: View | None, owner: type) -> T | Self:
        """Return the value of a view's member."""
        if view is None:
            return self
        return self._read(view._members.get(self._name))  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] # a member is part of its view

    if not TYPE_CHECKING:  # a checker would take it for leave to set members

        @property
        def __doc__(self) -> str | None:
            """What its source says below the member, for `help`."""
            from sesinsights.models.descriptions import descriptions_of

            return descriptions_of(self._owner).get(self._attribute)

        def __set__(self, view: View, value: object) -> None:
            """Refuse; with this method, `help` lists members among the data of their class."""
            raise AttributeError(f"{self._attribute!r} of {type(view).__name__} cannot be set")


class View:
    """A JSON object with typed attributes, which cannot be set.

    Two views of one class are equal if their objects are.
    """

    __slots__ = ("_members",)

    _shown: ClassVar[tuple[str, ...]] = ()
    """What the repr shows: no personal data."""

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members

    @property
    def raw(self) -> Mapping[str, Any]:
        """The object as it was sent, with members that are new at the service; do not change it."""
        return self._members

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, View) or type(other) is not type(self):
            return NotImplemented
        return self.raw == other.raw

    @override
    def __hash__(self) -> int:
        return hash((type(self), frozenset(self.raw)))

    @override
    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
        return f"{type(self).__name__}({shown})"


def view_of(kind: Callable[[dict[str, Any]], ViewT]) -> Callable[[object], ViewT | None]:
    """Return a function that reads an object as a view, and anything else as None."""

    def read(value: object) -> ViewT | None:
        found = members(value)
        return None if found is None else kind(found)

    return read


def views_of(kind: Callable[[dict[str, Any]], ViewT]) -> Callable[[object], tuple[ViewT, ...]]:
    """Return a function that reads the objects of a list as views."""
    return lambda value: tuple(map(kind, objects(value)))
