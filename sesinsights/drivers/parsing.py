"""The parsers of responses: they return what botocore's return, but times in UTC, and faster.

botocore walks through each response member by member, in Python. Here, a response in JSON is read
and converted in one step by a validator, which is made from the operation's service model. The
validator accepts only what it converts exactly as botocore does. It leaves anything else, and every
error, to botocore's own parser.
"""

from __future__ import annotations

import atexit
import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.parsers import ResponseParserFactory, RestJSONParser
from botocore.utils import parse_timestamp
from pydantic_core import PydanticOmit, SchemaValidator, core_schema
from typing_extensions import override

from sesinsights.forks import after_fork_in_child

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import Shape
    from botocore.parsers import ResponseParser
    from pydantic_core import CoreSchema


def parse_time(value: Any) -> datetime:
    """Return the instant that botocore's own parser would return, but in UTC and much faster."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    instant = parse_timestamp(value)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


_CONFIG = core_schema.CoreConfig(cache_strings="keys")
"""Values are not cached: they may be addresses, which no cache should keep."""


class ResponseParsers(ResponseParserFactory):
    """Makes each protocol's parser once."""

    def __init__(self) -> None:
        super().__init__()
        self.set_parser_defaults(timestamp_parser=parse_time)
        self._parsers: dict[str, ResponseParser] = {}

    @override
    def create_parser(self, protocol_name: str) -> ResponseParser:
        parser = self._parsers.get(protocol_name)
        if parser is None:
            is_json = protocol_name == "rest-json"
            parser = _OneStepParser(parse_time) if is_json else super().create_parser(protocol_name)
            self._parsers[protocol_name] = parser
        return parser


class _Validation:
    """Lets one thread at a time validate a response, and none when the interpreter ends.

    A thread that the interpreter does not wait for, such as one that sends for event loops, is then
    stopped where it next runs Python. In a function that pydantic calls, that aborts the process
    before Python 3.14.
    """

    def __init__(self) -> None:
        self._start_over()
        after_fork_in_child(self._start_over)
        atexit.register(self._end)

    def _start_over(self) -> None:
        # A signal handler that makes a call may interrupt a validation.
        self._lock = threading.RLock()
        self._is_over = False

    def _end(self) -> None:
        with self._lock:
            self._is_over = True

    def members(self, validator: SchemaValidator, body: bytes) -> dict[str, Any]:
        """Return the members of a response; any error leaves it to botocore's parser."""
        with self._lock:
            if self._is_over:
                raise RuntimeError("the interpreter is ending")
            members: dict[str, Any] = validator.validate_json(body)
            return members


_validation = _Validation()


class _OneStepParser(RestJSONParser):
    """Parses the usual response in one step."""

    def __init__(self, timestamp_parser: Callable[[Any], datetime]) -> None:
        super().__init__(timestamp_parser)
        self._validators: dict[Shape, SchemaValidator | None] = {}

    def _do_parse(self, response: Mapping[str, Any], shape: Shape | None) -> Any:
        botocores: Any = super()
        validator = self._validator_of(shape) if shape else None
        if validator:
            try:
                members = _validation.members(validator, response["body"])
            except Exception:  # noqa: BLE001, S110 - whatever is wrong, botocore's parser reports it
                pass
            else:
                metadata = botocores._populate_response_metadata(response)  # noqa: SLF001 - parsers are made of such methods
                return {"ResponseMetadata": metadata, **members}
        return botocores._do_parse(response, shape)  # noqa: SLF001 - as above

    def _validator_of(self, shape: Shape) -> SchemaValidator | None:
        if shape not in self._validators:
            schema = _schema_of(shape)
            self._validators[shape] = SchemaValidator(schema, _CONFIG) if schema else None
        return self._validators[shape]


class _UnusualShapeError(Exception):
    """botocore has rules of its own for this shape."""


def _schema_of(shape: Shape) -> CoreSchema | None:
    """Return a schema that reads the shape as botocore does; None if only botocore can."""
    try:
        return _structure(shape, ())
    except _UnusualShapeError:
        return None


def _schema(shape: Any, within: tuple[str, ...]) -> CoreSchema:
    match shape.type_name:
        case "structure":
            return _structure(shape, within)
        case "list":
            return core_schema.list_schema(_schema(shape.member, within), strict=True)
        case "map":
            value = _schema(shape.value, within)
            return core_schema.dict_schema(core_schema.str_schema(), value, strict=True)
        case "string":
            return core_schema.str_schema(strict=True)
        case "boolean":
            return core_schema.bool_schema(strict=True)
        case "integer" | "long":
            return core_schema.int_schema(strict=True)
        case "float" | "double":
            # Only newer versions of botocore make a float of a whole number.
            return core_schema.no_info_plain_validator_function(_checked_float)
        case "timestamp":
            return core_schema.no_info_plain_validator_function(_from_epoch)
        case _:
            raise _UnusualShapeError


def _checked_float(value: object) -> float:
    if not isinstance(value, float):
        raise ValueError  # noqa: TRY004 - pydantic does not catch a TypeError
    return value


_from_epoch = partial(datetime.fromtimestamp, tz=UTC)


def _structure(shape: Any, within: tuple[str, ...]) -> CoreSchema:
    is_usual = (
        shape.type_name == "structure"
        and shape.name not in within
        and "payload" not in shape.serialization
        and not shape.is_tagged_union
        and not shape.is_document_type
    )
    if not is_usual:
        raise _UnusualShapeError
    within = (*within, shape.name)
    return core_schema.typed_dict_schema(
        {name: _field(name, member, within) for name, member in shape.members.items()},
        extra_behavior="ignore",
    )


def _field(name: str, member: Any, within: tuple[str, ...]) -> core_schema.TypedDictField:
    if "location" in member.serialization:
        raise _UnusualShapeError
    null = core_schema.no_info_after_validator_function(_leave_out, core_schema.none_schema())
    choices: list[CoreSchema | tuple[CoreSchema, str]] = [_schema(member, within), null]
    if member.type_name == "timestamp":
        choices.reverse()  # a null raises what ends the validation
    return core_schema.typed_dict_field(
        core_schema.union_schema(choices, mode="left_to_right"),
        required=False,
        validation_alias=member.serialization.get("name", name),
    )


def _leave_out(_: None) -> None:
    raise PydanticOmit
