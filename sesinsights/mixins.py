"""Classes that are composed of mixins, and look to users like one class."""

from __future__ import annotations

from functools import update_wrapper
from types import FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ClassT = TypeVar("ClassT", bound=type)


def merge_mixins(**types: str) -> Callable[[ClassT], ClassT]:
    """Return a decorator that gives a class its inherited public methods as its own.

    Otherwise Python would name a mixin in an error about arguments, and `help` would list the
    methods mixin by mixin.

    Args:
        types: The names that replace type variables in the annotations of mixins.
    """

    def decorate(cls: ClassT) -> ClassT:
        for part in cls.__mro__[1:]:
            for name, member in vars(part).items():
                if name in vars(cls) or (name.startswith("_") and not name.endswith("__")):
                    continue
                if isinstance(member, FunctionType):
                    setattr(cls, name, _owned(member, cls, types))
                elif isinstance(member, property) and isinstance(member.fget, FunctionType):
                    setattr(cls, name, property(_owned(member.fget, cls, types)))
        return cls

    return decorate


def _owned(function: FunctionType, cls: type, types: Mapping[str, str]) -> Any:
    own: Any = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    update_wrapper(own, function)
    del own.__wrapped__
    own.__kwdefaults__ = function.__kwdefaults__
    own.__module__ = cls.__module__
    own.__qualname__ = f"{cls.__qualname__}.{function.__name__}"
    hints: dict[str, str] = function.__annotations__
    for variable, known in types.items():
        hints = {name: hint.replace(variable, known) for name, hint in hints.items()}
    own.__annotations__ = hints
    return own
