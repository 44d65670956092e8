"""Converts the text of an option to the value of a member."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from sesinsights.cli.members import Kind

if TYPE_CHECKING:
    from sesinsights.cli.members import Type


_JSON_KINDS = (Kind.STRUCTURE, Kind.MAP, Kind.LIST)


class BadValueError(click.UsageError):
    """The value of an option cannot be read."""

    def __init__(self, option: str, problem: str) -> None:
        super().__init__(f"{option}: {problem}")


def contents(option: str, text: str) -> str:
    """Return the text of an option, or of the file that it names as `file://PATH`."""
    if text.startswith("fileb://"):
        raise BadValueError(option, "does not take binary values: name the file with file://")
    if not text.startswith("file://"):
        return text
    path = Path(text.removeprefix("file://")).expanduser()
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not valid UTF-8"
        raise BadValueError(option, f"cannot read {path}: {reason}") from error


def document(option: str, text: str, *, is_yaml: bool) -> dict[str, Any]:
    """Return the members in a JSON or YAML document, by their wire names."""
    kind = "YAML" if is_yaml else "JSON"
    read = _read_yaml if is_yaml else json.loads
    try:
        members = read(contents(option, text))
    except ValueError as error:
        raise BadValueError(option, f"is not valid {kind}: {error}") from error
    if not isinstance(members, dict):
        raise BadValueError(option, f"must be a {kind} object whose keys are names of members")
    return cast("dict[str, Any]", members)


def value(option: str, type_: Type, *texts: str) -> Any:
    """Return the value of a member; a list is one JSON array, or its items one by one."""
    given = [contents(option, text) for text in texts]
    is_array = len(given) == 1 and given[0].lstrip().startswith("[")
    if type_.kind is Kind.LIST and not is_array:
        return [_item(option, type_.item, text) for text in given]
    return _item(option, type_, given[0])


def _item(option: str, type_: Type | None, text: str) -> Any:
    if type_ is None or type_.kind not in _JSON_KINDS:
        return text
    return _from_json(option, text, list if type_.kind is Kind.LIST else dict)


def _from_json(option: str, text: str, kind: type[list[Any] | dict[str, Any]]) -> Any:
    wanted = "a JSON array" if kind is list else "a JSON object"
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise BadValueError(option, f"takes {wanted}, or file://PATH of one: {error}") from error
    if not isinstance(found, kind):
        raise BadValueError(option, f"takes {wanted}")
    return cast("Any", found)


def _read_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
