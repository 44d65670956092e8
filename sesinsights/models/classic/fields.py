"""The types of members that the v1 operations share."""

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from sesinsights.models.fields import Length
from sesinsights.models.limits import MAX_TEMPLATE_DATA
from sesinsights.models.names import PLAIN
from sesinsights.models.shape import read_from_service


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not valid JSON")


# The functions of `json` would make a new one for each value.
_TO_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_FROM_JSON = json.JSONDecoder(parse_constant=_refuse_constant)

_DEEPEST = 100
"""How far template data may be nested: no template goes so far, and Python not much farther."""


def _plain(value: object, depth: int = 0) -> object:
    """Return a value with mappings and sequences as JSON knows them.

    Raises:
        ValueError: A name is not a string, and Python would make it one; or it is nested too deep.
    """
    if depth > _DEEPEST:
        raise ValueError(f"nested more than {_DEEPEST} deep")
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        for name in members:
            if not isinstance(name, str):
                raise ValueError("a name is not a string")  # noqa: TRY004 - as all that is wrong
        return {name: _plain(members[name], depth + 1) for name in members}
    if isinstance(value, list | tuple):
        return [_plain(inner, depth + 1) for inner in cast("Iterable[object]", value)]
    return value


def _to_json_object(value: object, info: ValidationInfo) -> object:
    """Return template data as JSON text; a mapping is dumped, a text must be an object."""
    if read_from_service(info):
        return value
    try:
        if isinstance(value, Mapping):
            text = _TO_JSON.encode(_plain(cast("object", value)))
        elif isinstance(value, str) and isinstance(_plain(_FROM_JSON.decode(value)), dict):
            text = value
        else:
            text = None
        sendable = text is not None and bool(text.encode())
    except (TypeError, ValueError, RecursionError):
        sendable, text = False, None
    if not sendable:
        raise ValueError(
            "must be a mapping that JSON can hold, with strings as names, "
            f"or the text of a JSON object, and not nested more than {_DEEPEST} deep"
        )
    return text


MessageTagText = Annotated[str, Length(1, 256), AfterValidator(PLAIN)]
TemplateName = Annotated[str, Length(min=1)]
EmailAddress = Annotated[str, Length(min=1)]

TemplateData = Annotated[
    Mapping[str, Any] | str,
    BeforeValidator(_to_json_object),
    Length(max=MAX_TEMPLATE_DATA),
]
"""The variables of a template: users give a mapping or JSON text, the model holds JSON text."""
