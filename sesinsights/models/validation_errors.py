"""Validation errors as this library words them: with what to write, and without addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sesinsights.errors.service import redacted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

    Place = tuple[int | str, ...]


def in_own_words(
    error: ValidationError,
    model: type[BaseModel],
    within: Place = (),
    *,
    is_response: bool = False,
) -> ValidationError:
    """Return an error that shows no address, says what to write, and links to no other site.

    Args:
        error: What pydantic raised; a name or key that was given may be an address.
        model: What could not be built.
        within: The place of the whole value, which comes before each place in it.
        is_response: Whether the service gave the value, so that nobody can write another.
    """
    return ValidationError.from_exception_data(
        error.title,
        [
            InitErrorDetails(
                type=_as_pydantic_says(problem) if is_response else _with_advice(problem, model),
                loc=(
                    *within,
                    *(redacted(part) if isinstance(part, str) else part for part in problem["loc"]),
                ),
                input=problem["input"],
            )
            for problem in error.errors(include_url=False)
        ],
        hide_input=True,
    )


def _custom(found: ErrorDetails, text: str, **more: str) -> PydanticCustomError:
    """Return an error of our own: pydantic adds a link to its own site to any other."""
    context = {**found.get("ctx", {}), **more}
    return PydanticCustomError(found["type"], text, context)  # pyright: ignore[reportArgumentType] # pydantic's own type and text


def _as_pydantic_says(found: ErrorDetails) -> PydanticCustomError:
    return _custom(found, "{problem}", problem=_text_of(found))


def _text_of(found: ErrorDetails) -> str:
    """Return what is wrong, without the name of the exception that one of our rules raised."""
    return found["msg"].removeprefix("Value error, ")


def _with_advice(found: ErrorDetails, model: type[BaseModel]) -> PydanticCustomError:
    """Return what is wrong and what to write instead, each also in the context of the error."""
    if "problem" in found.get("ctx", {}):
        return _custom(found, found["msg"])  # an inner shape has said it
    kind, text = found["type"], found["msg"]
    if kind == "extra_forbidden":
        *place, name = found["loc"]
        names = [*_innermost(model, place).__pydantic_fields__]
        return _custom(found, "{problem}", problem=unknown_name(str(name), names))
    if kind == "enum":
        advice = "models.NewValue('...') for a value that is newer than this library"
    elif kind == "list_type" and isinstance(found["input"], str):
        advice = "a list, even of a single value"
    elif kind == "timezone_aware":
        text, advice = "Input should have a time zone", _aware_time(found["input"])
    elif kind in _NO_TIMES:
        text, advice = "Input should be a datetime", _aware_time(found["input"])
    else:
        return _as_pydantic_says(found)
    return _custom(found, "{problem}; write {write}", problem=text, write=advice)


def unknown_name(name: str, names: Sequence[str]) -> str:
    """Return why a name is refused, with the names that are allowed and the one that was meant.

    Args:
        name: The name, which is not repeated: it may be an address.
        names: The allowed ones.
    """
    if name in names:
        return "Given twice: by this name and by that at the service"
    from difflib import get_close_matches

    by_spelling = {_plain(each): each for each in names}
    meant = [by_spelling[each] for each in get_close_matches(_plain(name), by_spelling, 1)]
    hint = f"; did you mean '{meant[0]}'?" if meant else "."
    allowed = ", ".join(f"'{each}'" for each in names) or "none"
    return f"Unknown name{hint} Allowed: {allowed}"


def _plain(name: str) -> str:
    """Return a name without what tells snake, kebab and camel case apart."""
    return name.replace("_", "").replace("-", "").lower()


def _innermost(model: type[BaseModel], place: Sequence[int | str]) -> type[BaseModel]:
    """Return the model at a place; a place in a list or a map leads to no other."""
    for step in place:
        field = model.__pydantic_fields__.get(str(step))
        model = (_model_in(field.annotation) if field else None) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


_NO_TIMES = {
    "datetime_from_date_parsing",
    "datetime_object_invalid",
    "datetime_parsing",
    "datetime_type",
}
"""What pydantic calls a value that is not a time."""

_EXAMPLE = datetime(2026, 11, 20, tzinfo=UTC)


def _aware_time(given: object) -> str:
    """Return the code of an aware datetime: of the time that was given, or of an example."""
    text = given.isoformat() if isinstance(given, date) else given
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else _EXAMPLE
    except ValueError:  # also of what pandas has for no time
        moment = _EXAMPLE
    numbers = [*moment.timetuple()[:6], moment.microsecond]
    while len(numbers) > _NUMBERS_OF_DATE and not numbers[-1]:
        numbers.pop()
    return f"datetime({', '.join(map(str, numbers))}, tzinfo=UTC)"


_NUMBERS_OF_DATE = 3
