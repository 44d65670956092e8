"""The types of members that need more than a plain annotation.

Limits and known enum values bind only what users build: see `sesinsights.models.shape`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticKnownError, core_schema
from typing_extensions import override

from sesinsights.instants import plain_utc
from sesinsights.models.enums import NewValue
from sesinsights.models.shape import read_from_service

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

KeyT = TypeVar("KeyT")
ItemT = TypeVar("ItemT")
EnumT = TypeVar("EnumT", bound=StrEnum)
ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Length:
    """How many characters or items a user may give."""

    min: int = 0
    max: int | None = None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: Sized, info: ValidationInfo) -> Sized:
        length = len(value)
        is_within = self.min <= length and (self.max is None or length <= self.max)
        if is_within or read_from_service(info):
            return value
        if isinstance(value, str):
            if length < self.min:
                raise PydanticKnownError("string_too_short", {"min_length": self.min})
            raise PydanticKnownError("string_too_long", {"max_length": self.max})
        kind = "Dictionary" if isinstance(value, Mapping) else "List"
        counted = {"field_type": kind, "actual_length": length}
        if length < self.min:
            raise PydanticKnownError("too_short", {**counted, "min_length": self.min})
        raise PydanticKnownError("too_long", {**counted, "max_length": self.max})


@dataclass(frozen=True)
class Range:
    """The numbers from `min` to `max` that a user may choose; no upper limit without `max`."""

    min: int
    max: int | None = None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: int, info: ValidationInfo) -> int:
        if read_from_service(info):
            return value
        if value < self.min:
            raise PydanticKnownError("greater_than_equal", {"ge": self.min})
        if self.max is not None and value > self.max:
            raise PydanticKnownError("less_than_equal", {"le": self.max})
        return value


class _Items:
    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        (item,) = get_args(source)
        # A null list is an absent one. A tuple inside keeps a frozen shape frozen; a list
        # outside is the wire form.
        return core_schema.no_info_after_validator_function(
            lambda items: tuple(items or ()),
            core_schema.nullable_schema(core_schema.list_schema(handler.generate_schema(item))),
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda items, dump: list(dump(items)),
                schema=core_schema.tuple_variable_schema(handler.generate_schema(item)),
            ),
        )


class _FrozenMap(Mapping[KeyT, ItemT]):
    """An immutable dictionary, so that a shape that holds one has a hash."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[KeyT, ItemT]) -> None:
        self._items = dict(items)

    @override
    def __getitem__(self, key: KeyT) -> ItemT:
        return self._items[key]

    @override
    def __iter__(self) -> Iterator[KeyT]:
        return iter(self._items)

    @override
    def __len__(self) -> int:
        return len(self._items)

    @override
    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    @override
    def __repr__(self) -> str:
        return repr(self._items)

    @override
    def __reduce__(self) -> tuple[type[_FrozenMap[KeyT, ItemT]], tuple[dict[KeyT, ItemT]]]:
        """Let every version of pickle copy it: the oldest cannot copy slots."""
        return type(self), (self._items,)


class _Entries:
    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        entries = core_schema.dict_schema(*map(handler.generate_schema, get_args(source)))
        return core_schema.no_info_after_validator_function(
            _FrozenMap,
            entries,
            serialization=core_schema.wrap_serializer_function_ser_schema(
                lambda items, dump: dump(dict(items)), schema=entries
            ),
        )


class _OpenEnum:
    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        known: type[StrEnum] = get_args(source)[0]

        def new(value: object, to_text: Callable[[object], str], info: ValidationInfo) -> NewValue:
            if isinstance(value, NewValue):
                return value
            text = to_text(value)
            if read_from_service(info):
                return NewValue(text)
            raise ValueError

        return core_schema.union_schema(
            [
                handler.generate_schema(known),
                core_schema.with_info_wrap_validator_function(new, core_schema.str_schema()),
            ],
            mode="left_to_right",
            custom_error_type="enum",
            custom_error_context={"expected": " or ".join(map(repr, map(str, known)))},
            serialization=core_schema.to_string_ser_schema(when_used="json"),
        )


def refuse_unless_one(shape: object, *names: str) -> None:
    """Refuse a shape in which none of some members is given, or several are.

    Raises:
        ValueError: That is so.
    """
    if sum(getattr(shape, name) is not None for name in names) != 1:
        raise ValueError(f"exactly one of {', '.join(names[:-1])} and {names[-1]} must be given")


def _to_utc(value: datetime, info: ValidationInfo) -> datetime:
    if value.tzinfo is UTC and type(value) is datetime:
        return value
    is_naive = value.tzinfo is None or value.utcoffset() is None
    if is_naive and not read_from_service(info):
        raise PydanticKnownError("timezone_aware")
    return plain_utc(value)


ListOf = Annotated[Sequence[ItemT], _Items()]
"""A list member: takes any list of items, holds a tuple, is empty when absent."""

MapOf = Annotated[Mapping[KeyT, ItemT], _Entries()]
"""A map member: takes any dictionary, holds one that cannot be changed."""

Open = Annotated[EnumT | NewValue, _OpenEnum()]
"""An enum member of a response: a known value is the enum's member, a new one is a `NewValue`."""

Given = Annotated[ValueT, _OpenEnum()]
"""An enum member of a request: it accepts the enum's `…Input`, and holds the same values as
`Open`."""

Timestamp = Annotated[datetime, AfterValidator(_to_utc)]
"""An instant: users give an aware datetime, it is returned in UTC."""
