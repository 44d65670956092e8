"""Validation errors as this library words them: with what to write, and without addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sesinsights.errors.service import redacted

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


def in_own_words(
    error: ValidationError, within: tuple[int | str, ...] = (), *, is_answer: bool = False
) -> ValidationError:
    """Return an error that shows no address, says what to write, and links to no other site.

    Args:
        error: What pydantic raised; a name or key that was given may be an address.
        within: The place of the whole value, which comes before each place in it.
        is_answer: Whether the service gave the value, so that nobody can write another.
    """
    return ValidationError.from_exception_data(
        error.title,
        [
            InitErrorDetails(
                type=_as_pydantic_says(problem) if is_answer else _with_advice(problem),
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
    return _custom(found, "{problem}", problem=found["msg"])


def _with_advice(found: ErrorDetails) -> PydanticCustomError:
    """Return what is wrong and what to write instead, each also in the context of the error."""
    if "problem" in found.get("ctx", {}):
        return _custom(found, found["msg"])  # an inner shape has said it
    kind, text = found["type"], found["msg"]
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
