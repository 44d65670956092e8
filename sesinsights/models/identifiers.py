"""Ids and names that people copy from logs, mail headers, tables and documents."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticKnownError

from sesinsights.models.fields import Length
from sesinsights.models.shape import read_from_service

_AROUND = "\"'`,;\u201a\u201e"
_AROUND_BY_KIND = {"Cc", "Cf", "Pi", "Pf"}
"""Control and format characters, which are invisible, and quotation marks of typesetters."""

_NEVER_INSIDE = re.compile(r"""[^!-~]|["'`,;<>()\[\]{}\\|/]|\.\.|^\.$""")


def _comes_with_copying(character: str) -> bool:
    return (
        character.isspace()
        or character in _AROUND
        or unicodedata.category(character) in _AROUND_BY_KIND
    )


def without_surroundings(copied: str) -> str:
    """Return an id without the characters around it that were copied along."""
    if copied[:1].isalnum() and copied[-1:].isalnum():
        return copied
    start, end = 0, len(copied)
    while start < end and _comes_with_copying(copied[start]):
        start += 1
    while start < end and _comes_with_copying(copied[end - 1]):
        end -= 1
    return copied[start:end]


def refuse_foreign_characters(identifier: str) -> None:
    """Refuse an id with a character that no id has: the service would only not find it.

    Raises:
        ValueError: It has such a character, which the error names.
    """
    foreign = _NEVER_INSIDE.search(identifier)
    if foreign:
        character = foreign[0]
        shown = character if character.isascii() else unicodedata.name(character, "").lower()
        raise ValueError(
            "must be the whole id and nothing else, as the service returned it, but it contains "
            f"{shown if shown.isprintable() and shown.strip() else ascii(character)}"
        )


def _as_copied(identifier: str, info: ValidationInfo) -> str:
    if read_from_service(info):
        return identifier
    identifier = without_surroundings(identifier)
    refuse_foreign_characters(identifier)
    return identifier


Identifier = Annotated[str, AfterValidator(_as_copied), Length(min=1)]
"""An id or a name that is part of a path: spaces, quotation marks and commas around it go."""


def _not_empty(identifier: str) -> str:
    if not identifier:
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    return identifier


ReturnedId = Annotated[str, AfterValidator(_not_empty)]
"""An id that is all that a response is for; if it is empty, the response cannot be read."""
