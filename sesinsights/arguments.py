"""Checks of arguments that no model checks."""

from __future__ import annotations

import re
from math import inf, isnan
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import StrEnum

EnumT = TypeVar("EnumT", bound="StrEnum")

_TAG_NAME = re.compile(r"[\w.:@-]+", re.ASCII)


def is_number(value: object) -> bool:
    """Return whether the value is a real number; NaN is not, since nothing compares with it."""
    return isinstance(value, Real) and not isnan(value)


def is_text(value: object) -> bool:
    """Return whether the value is text, whatever its annotation says."""
    return isinstance(value, str)


def is_whole_number(value: object) -> bool:
    """Return whether the value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def checked_seconds(name: str, seconds: float, most: float = inf) -> float:
    """Return a number of seconds as it was given.

    Args:
        name: The argument's name, for the error.
        seconds: The argument.
        most: The most that is allowed.

    Raises:
        ValueError: It is negative, more than `most` or not a number.
    """
    is_fit = is_number(seconds) and not isinstance(seconds, bool) and 0 <= seconds <= most
    if not is_fit:
        allowed = "that is not negative" if most == inf else f"from 0 to {most:g}"
        raise ValueError(f"{name} must be a number of seconds {allowed}, not {seconds!r}")
    return seconds


def checked_member(name: str, value: str, enum: type[EnumT]) -> EnumT:
    """Return the member of an enumeration that has a value.

    Args:
        name: The argument's name, for the error.
        value: The argument.
        enum: What is allowed.

    Raises:
        ValueError: It is not one of them; the error does not show it, as it may be an address.
    """
    if value not in [*enum]:
        raise ValueError(f"{name} must be {' or '.join(enum)}")
    return enum(value)


def check_tag_name(name: str, tag: str) -> None:
    """Refuse what cannot be the name of a message's tag.

    Args:
        name: The argument's name, for the error.
        tag: The argument.

    Raises:
        ValueError: It is not text, or has characters that names of tags cannot have.
    """
    if not is_text(tag) or not _TAG_NAME.fullmatch(tag):
        raise ValueError(
            f"{name} must be the name of a tag: ASCII letters, digits and any of _ . : @ -"
        )


def check_flags(**flags: object) -> None:
    """Refuse what is neither True nor False: the text "no" would count as true.

    Args:
        flags: The arguments, by name.

    Raises:
        TypeError: One of them is something else.
    """
    for name, flag in flags.items():
        if not isinstance(flag, bool):
            kind = f"{type(flag).__module__}.{type(flag).__qualname__}".removeprefix("builtins.")
            raise TypeError(f"{name} must be True or False, not of type {kind}")


def check_callback(name: str, function: object) -> None:
    """Refuse anything that cannot be called, or that is async and would never be awaited.

    Args:
        name: The argument's name, for the error.
        function: The argument; None is allowed.

    Raises:
        TypeError: It is not an ordinary function.
    """
    if function is None:
        return
    from inspect import iscoroutinefunction

    if not callable(function):
        raise TypeError(f"{name} must be a function, not {type(function).__name__}")
    if iscoroutinefunction(function) or iscoroutinefunction(getattr(function, "__call__", None)):  # noqa: B004 - it is not whether it can be called
        raise TypeError(
            f"{name} must be an ordinary function: one that is defined by `async def` would never "
            "run"
        )


def checked_by_shape(**members: Any) -> dict[str, Any]:
    """Return what a user gives for shapes, which may be dictionaries: the request checks it."""
    return members


def unless_empty(**lists: Sequence[Any]) -> dict[str, Any]:
    """Return only the lists that are not empty: an empty one is the default and is not sent."""
    return {name: items for name, items in lists.items() if items}
