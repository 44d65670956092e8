"""The types of members that the v1 operations share."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from sesinsights.models.fields import Length
from sesinsights.models.shape import read_from_service

__all__ = [
    "ConfigurationSetName",
    "DimensionName",
    "DimensionValue",
    "EmailAddress",
    "EventDestinationName",
    "MessageTagText",
    "TemplateData",
    "TemplateName",
]


@dataclass(frozen=True)
class _Characters:
    """Which characters a user may give."""

    allowed: str
    said: str

    def __call__(self, value: str, info: ValidationInfo) -> str:
        if not read_from_service(info) and not re.fullmatch(f"[{self.allowed}]*", value):
            raise ValueError(f"may only contain ASCII letters, digits, {self.said}")
        return value


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _names_are_text(value: object) -> bool:
    """Return whether every name in a value is a string: Python would make text of others."""
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return all(isinstance(name, str) and _names_are_text(members[name]) for name in members)
    if isinstance(value, list | tuple):
        return all(map(_names_are_text, cast("Iterable[object]", value)))
    return True


def _to_json_object(value: object, info: ValidationInfo) -> object:
    """Return template data as JSON text; a mapping is dumped, a text must be an object."""
    if read_from_service(info):
        return value
    try:
        if _names_are_text(value) and isinstance(value, Mapping):
            members = dict(cast("Mapping[str, Any]", value))
            text = json.dumps(members, ensure_ascii=False, allow_nan=False)
        elif isinstance(value, str) and isinstance(
            json.loads(value, parse_constant=_refuse_constant), dict
        ):
            text = value
        else:
            text = None
        sendable = text is not None and bool(text.encode())
    except (TypeError, ValueError, RecursionError):
        sendable, text = False, None
    if not sendable:
        raise ValueError(
            "must be a mapping that JSON can hold, with strings as names, "
            "or the text of a JSON object"
        )
    return text


_NAME = _Characters(r"a-zA-Z0-9_\-", "_ and -")

ConfigurationSetName = Annotated[str, Length(1, 64), AfterValidator(_NAME)]
EventDestinationName = Annotated[str, Length(1, 64), AfterValidator(_NAME)]
MessageTagText = Annotated[str, Length(1, 256), AfterValidator(_NAME)]
DimensionName = Annotated[
    str, Length(1, 256), AfterValidator(_Characters(r"a-zA-Z0-9_\-:", "_, - and :"))
]
DimensionValue = Annotated[
    str, Length(1, 256), AfterValidator(_Characters(r"a-zA-Z0-9_\-@.", "_, -, @ and ."))
]
TemplateName = Annotated[str, Length(min=1)]
EmailAddress = Annotated[str, Length(min=1)]

TemplateData = Annotated[
    Mapping[str, Any] | str,
    BeforeValidator(_to_json_object),
    Length(max=262_144),
]
"""The variables of a template: users give a mapping or JSON text, the model holds JSON text."""
