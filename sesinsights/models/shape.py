"""The base class of all models of service shapes.

A shape is created in one of two ways. Built by a user, it refuses everything that the service would
refuse. Read from the service by `Shape.from_service`, it accepts anything that the service may send
in the future. The validation context tells the two apart, so that one family of classes serves
both; validators ask `read_from_service`. A shape that was read and is then made part of one that a
user builds is checked again, by the rules for users' input. Only its members and enum values that
are new at the service are kept: what was read can be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter, Signature, cleandoc
from textwrap import indent
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast, get_type_hints

from pydantic import (
    AliasGenerator,
    BaseModel,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    model_serializer,
)
from pydantic.alias_generators import to_pascal
from pydantic_core import core_schema
from typing_extensions import override

from sesinsights.errors.service import ResponseValidationError
from sesinsights.forks import no_fork
from sesinsights.models.descriptions import descriptions_of
from sesinsights.models.validation_errors import in_own_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.fields import FieldInfo
    from pydantic_core import CoreSchema

_FROM_SERVICE = {"from_service": True}


def read_from_service(info: ValidationInfo) -> bool:
    """Return whether the value comes from the service rather than from a user."""
    return info.context is _FROM_SERVICE


def own_doc(shape: type) -> str:
    """Return what the source of a shape says about it, without its fields."""
    return cleandoc(vars(shape).get("__doc__") or "")


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as _ShapeType
else:

    class _ShapeType(type(BaseModel)):
        """Makes a class describe itself as its source does."""

        @property
        def __signature__(cls) -> Signature:
            """The names that editors show; pydantic has those of the wire, and only after use."""
            types = get_type_hints(cls)
            return Signature(
                [
                    Parameter(
                        name,
                        Parameter.KEYWORD_ONLY,
                        default=Parameter.empty if field.is_required() else field.default,
                        annotation=types[name],
                    )
                    for name, field in cls.__pydantic_fields__.items()
                ]
            )

        @__signature__.setter
        def __signature__(cls, _: object) -> None:
            """Ignore pydantic's."""

        @property
        def __doc__(cls) -> str | None:
            """What its source says about the class and below each field, for `help`."""
            lines = [own_doc(cls), "", "Attributes:"] if cls.model_fields else [own_doc(cls)]
            for name, field in cls.model_fields.items():
                lines.append(indent(f"{name}: {field.description or ''}", " " * 4))
            return "\n".join(lines)

        @property
        def model_fields(cls) -> dict[str, FieldInfo]:
            """The fields by name, each with what its source says about it."""
            fields = cls.__pydantic_fields__
            if any(field.description is None for field in fields.values()):
                told = descriptions_of(cls)
                for name, field in fields.items():
                    field.description = field.description or told.get(name)
            return fields


class Shape(  # noqa: PLW1641 - pydantic gives frozen models a hash
    BaseModel,
    metaclass=_ShapeType,
    alias_generator=AliasGenerator(validation_alias=to_pascal, serialization_alias=to_pascal),
    validate_by_name=True,
    validate_by_alias=True,
    frozen=True,
    extra="forbid",
    hide_input_in_errors=True,
    loc_by_alias=False,
    defer_build=True,
):
    """A structure of the service model: immutable, snake_case, wire names as aliases.

    Subclasses repeat `frozen=True`, so that type checkers know about it.
    """

    @classmethod
    def from_service(cls, response: Mapping[str, Any]) -> Self:
        """Read a response as boto3 returns it, by wire names.

        Members that are new at the service are kept in `model_extra`, a new enum value is a
        `NewValue`, and no limit is enforced.

        Args:
            response: The response; botocore's own `ResponseMetadata` is left out.

        Raises:
            ResponseValidationError: The response is not a dictionary, a member has another type
                than the service model says, or a member that every response has is absent. The
                error contains the response.
        """
        if not isinstance(response, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] # the annotation does not bind callers
            raise ResponseValidationError(
                cls.__name__, response, f"it is of type {type(response).__name__}, not a dictionary"
            )
        members = dict(response)
        members.pop("ResponseMetadata", None)
        try:
            shape: Self = cls.__pydantic_validator__.validate_python(
                members, context=_FROM_SERVICE, extra="allow", by_alias=True, by_name=False
            )
        except ValidationError as error:
            shown = in_own_words(error, cls, is_response=True)
            problems = (
                f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
                for problem in shown.errors(include_input=False, include_url=False)
            )
            raise ResponseValidationError(cls.__name__, response, "; ".join(problems)) from shown
        return shape

    def to_service(self) -> dict[str, Any]:
        """Return the parameters of a boto3 call, by wire name; members not given are left out.

        Raises:
            UnicodeEncodeError: A text contains half of a character.
        """
        # pydantic's serializer takes three times as long.
        fields, given = type(self).__pydantic_fields__, self.__pydantic_fields_set__
        members = {
            fields[name].serialization_alias or name: _wire_form(value)
            for name, value in vars(self).items()
            if value is not None and name in given
        }
        for name, value in (self.__pydantic_extra__ or {}).items():
            members[name] = _wire_form(value)
        return members

    @classmethod
    @override
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        model: Any = schema
        while model["type"].startswith("function"):  # a validator around the model
            model = model["schema"]
        # Otherwise the JSON schema of what is serialized would only say that it is an object.
        model.get("serialization", {}).pop("return_schema", None)
        function: Any = schema.get("function", {})
        if function.get("function") == cls._as_given:
            # The class was in use before another shape contained it, so this is its whole schema.
            return schema
        # Not a wrap validator: in one, pydantic 2.12 forgets by which names to validate.
        return core_schema.with_info_before_validator_function(cls._as_given, schema)

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = handler(schema)
        definition = handler.resolve_ref_schema(described)
        definition.update(description=own_doc(cls))
        if handler.mode == "serialization":
            definition["additionalProperties"] = True  # members that this version does not know
        members = definition.get("properties", {})
        for name, field in cls.model_fields.items():
            for known in (name, field.serialization_alias):
                if known in members:
                    members[known].setdefault("description", field.description)
        return described

    @classmethod
    def _as_given(cls, value: object, info: ValidationInfo) -> object:
        """Return what a user gives for validation, a shape as one that was checked again."""
        if info.context is _FROM_SERVICE:
            return value
        if isinstance(value, dict):
            # None says that a member is not given, also where the member holds a list.
            members = cast("dict[object, object]", value)
            return {name: member for name, member in members.items() if member is not None}
        if not isinstance(value, cls):
            return value
        if value.__pydantic_extra__ is None and not value.__pydantic_private__:
            # It was validated when a user built it, and cannot have changed.
            return value
        given = {
            name: member
            for name in value.model_fields_set
            if (member := getattr(value, name)) is not None
        }
        if value.model_extra is None:
            return given
        # Reading leaves room for new members, building does not.
        return cls.model_validate({**value.model_extra, **given}, extra="allow")

    @override
    def __eq__(self, other: object) -> bool:
        """Compare members; older pydantic tells no new members apart from none allowed."""
        if not isinstance(other, Shape):
            return NotImplemented
        return (
            type(self) is type(other)
            and vars(self) == vars(other)
            and (self.model_extra or {}) == (other.model_extra or {})
        )

    @model_serializer(mode="wrap")
    def _with_new_members(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        members: dict[str, Any] = dump(self)
        new_members = self.__pydantic_extra__
        return {**members, **new_members} if new_members else members

    @override
    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Leave out members that the model does not know: they may hold addresses."""
        return [pair for pair in super().__repr_args__() if pair[0] in type(self).model_fields]

    @override
    def __str__(self) -> str:
        return repr(self)

    if not TYPE_CHECKING:  # a checker would then allow giving or assigning anything

        def __init__(self, /, **members: Any) -> None:
            """Refuse as pydantic does, in words of our own that show no address."""
            try:
                type(self).__pydantic_validator__.validate_python(members, self_instance=self)
            except ValidationError as error:
                raise in_own_words(error, type(self)) from None

        @classmethod
        def model_construct(cls, *args: Any, **members: Any) -> Self:
            """Make a shape without validation; one that contains it validates it."""
            return _unchecked(super().model_construct(*args, **members))

        def model_copy(
            self, *, update: Mapping[str, Any] | None = None, deep: bool = False
        ) -> Self:
            """Copy a shape; one that contains the copy validates what was updated."""
            copied = super().model_copy(update=update, deep=deep)
            return _unchecked(copied) if update else copied

        @classmethod
        def model_rebuild(cls, **options: Any) -> bool | None:
            """Build the validator, without those of the shapes inside that are in use already.

            pydantic would put one of those around itself, and each value would be checked twice.
            """
            with no_fork():  # pydantic has a lock for it
                return super().model_rebuild(**{"force": not cls.__pydantic_complete__, **options})

        @classmethod
        def model_validate(cls, obj: object, **options: Any) -> Self:
            """Validate what a user gives; errors are as those of the constructor."""
            try:
                return super().model_validate(obj, **options)
            except ValidationError as error:
                raise in_own_words(error, cls) from None

        @classmethod
        def model_validate_json(cls, json_data: str | bytes, **options: Any) -> Self:
            """Validate JSON that a user gives; errors are as those of the constructor."""
            try:
                return super().model_validate_json(json_data, **options)
            except ValidationError as error:
                raise in_own_words(error, cls) from None

        # Shapes inside are validated as ever: pydantic need not call this for each.
        __init__.__pydantic_base_init__ = True

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse as pydantic does, but without showing the value."""
            frozen = {"type": "frozen_instance", "loc": (name,), "input": value}
            error = ValidationError.from_exception_data(type(self).__name__, [frozen])
            raise in_own_words(error, type(self))


ShapeT = TypeVar("ShapeT", bound=Shape)


def _wire_form(value: object) -> object:
    """Return the value of a member as boto3 takes it."""
    if isinstance(value, str):
        if not value.isascii():
            value.encode()  # JSON would send half of a character as an escape
        return value
    if isinstance(value, (tuple, list)):  # one that was not validated may hold a list
        return [_wire_form(item) for item in cast("Sequence[object]", value)]
    if isinstance(type(value), _ShapeType):  # to ask the value itself takes long
        return cast("Shape", value).to_service()
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {_wire_form(name): _wire_form(member) for name, member in members.items()}
    return value


def _unchecked(shape: ShapeT) -> ShapeT:
    """Mark a shape that was made without validation; its copies and pickles keep the mark."""
    object.__setattr__(shape, "__pydantic_private__", {"is_checked": False})
    return shape


def each_as(
    shape: type[ShapeT], name: str, items: Iterable[ShapeT | Mapping[str, Any]]
) -> Iterator[ShapeT]:
    """Iterate over what a user gives as a list, each item as a shape.

    Args:
        shape: The shape of every item.
        name: The list's name, for errors.
        items: Shapes or dictionaries.

    Raises:
        pydantic.ValidationError: An item is not valid; the error names its place in the list.
    """
    for place, item in enumerate(items):
        try:
            yield shape.__pydantic_validator__.validate_python(item)
        except ValidationError as error:
            raise in_own_words(error, shape, (name, place)) from None
