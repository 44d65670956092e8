"""Converts the options of exports to the library's filters, dimensions and metrics."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from sesinsights.cli.members import members_of
from sesinsights.cli.option_values import BadValueError, document
from sesinsights.cli.problems import first_problem
from sesinsights.errors.service import redacted
from sesinsights.models import (
    ExportMetric,
    MessageInsightsFilters,
    Metric,
    MetricAggregation,
    MetricDimensionName,
)
from sesinsights.models.validation_errors import unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from enum import StrEnum
    from typing import TypeVar

    from pydantic import ValidationError

    from sesinsights.models import MetricDimensionNameInput

    EnumT = TypeVar("EnumT", bound=StrEnum)


_FILTERS = members_of(MessageInsightsFilters)


class BadArgumentsError(BadValueError):
    """The library refuses a combination of options.

    Args:
        error: Why it does.
        options: The options by the arguments that they became.
    """

    def __init__(self, error: ValidationError, options: dict[str, str]) -> None:
        problem = first_problem(error)
        text = problem.text
        for name, option in options.items():
            # A name of one word may also be an ordinary word of the sentence.
            pattern = rf"\b{name}\b" if "_" in name else rf"^{name}(?=[.:])"
            text = re.sub(pattern, option, text)
        first = next((option for option in options.values() if text.startswith(option)), "")
        super().__init__(
            first or options.get(problem.member, "the request"),
            text.removeprefix(first).lstrip(".: "),
        )


def filters(option: str, texts: Iterable[str]) -> MessageInsightsFilters | None:
    """Return which messages to export or to leave out; None without any options.

    Args:
        option: The option, for the text of an error.
        texts: What it was given: FIELD=VALUE, or the whole structure as JSON or `file://PATH`.
    """
    from pydantic import ValidationError

    given: dict[str, list[Any]] = {}
    for text in texts:
        for name, values in _filter(option, text).items():
            given.setdefault(name, []).extend(values)
    if not given:
        return None
    try:
        return MessageInsightsFilters(**given)
    except ValidationError as error:
        problem = first_problem(error, MessageInsightsFilters)
        raise BadValueError(option, ": ".join((*problem.place[:1], problem.text))) from error


def dimensions(option: str, texts: Iterable[str]) -> dict[MetricDimensionNameInput, Sequence[str]]:
    """Return the values of dimensions.

    Args:
        option: The option, for the text of an error.
        texts: NAME=VALUE,VALUE… or NAME=*.
    """
    given: dict[MetricDimensionNameInput, Sequence[str]] = {}
    for text in texts:
        name, equals, values = text.partition("=")
        known = _member_of(MetricDimensionName, name) if equals else None
        if known is None:
            names = ", ".join(MetricDimensionName)
            raise BadValueError(option, f"takes NAME=VALUE,VALUE… or NAME='*', NAME one of {names}")
        stripped = [value.strip() for value in values.split(",")]
        if not all(stripped):
            raise BadValueError(option, f"a value of {known} is empty; {known}='*' stands for all")
        given[known] = [*given.get(known, ()), *stripped]
    return given


def metric_named(option: str, name: str) -> Metric:
    """Return a metric by its name, in whatever case.

    Args:
        option: The option, for the text of an error.
        name: The name, such as `SEND` or `permanent-bounce`.
    """
    known = _member_of(Metric, name)
    if known is None:
        raise BadValueError(option, f"{name!r} is not one of {', '.join(Metric)}")
    return known


def metrics(option: str, texts: Iterable[str]) -> list[ExportMetric]:
    """Return numbers to export.

    Args:
        option: The option, for the text of an error.
        texts: NAME:AGGREGATION.
    """
    given: list[ExportMetric] = []
    for text in texts:
        name, _, aggregation = text.partition(":")
        known, how = _member_of(Metric, name), _member_of(MetricAggregation, aggregation)
        if known is None or how is None:
            raise BadValueError(
                option,
                f"{text!r} is not NAME:AGGREGATION: NAME is one of {', '.join(Metric)}, and "
                f"AGGREGATION is {' or '.join(MetricAggregation)}",
            )
        given.append(ExportMetric(name=known, aggregation=how))
    return given


def _filter(option: str, text: str) -> dict[str, list[Any]]:
    if text.lstrip().startswith("{") or text.startswith(("file://", "fileb://")):
        return _structure(option, document(option, text, is_yaml=False))
    name, equals, value = text.partition("=")
    if not equals:
        # What was given is not repeated: it may be an address.
        raise BadValueError(
            option,
            f"takes FIELD=VALUE, JSON or file://PATH; FIELD is one of {', '.join(_fields())}",
        )
    return _structure(option, {name: [value]})


def _structure(option: str, given: dict[str, Any]) -> dict[str, list[Any]]:
    structure: dict[str, list[Any]] = {}
    for name, values in given.items():
        spelled = _plain(name)
        member = next((m for m in _FILTERS if spelled == _plain(m.name)), None)
        if member is None:
            raise BadValueError(option, f"{redacted(name)}: {unknown_name(name, _fields())}")
        if not isinstance(values, list):
            raise BadValueError(option, f"{name} takes a list of values")
        given_values = cast("list[object]", values)
        if not given_values or any(not str(value).strip() for value in given_values):
            raise BadValueError(option, f"{name} needs a value that is not empty")
        allowed = member.type.item.values if member.type.item else ()
        spellings = {_plain(value): value for value in allowed}
        for value in given_values:
            if allowed and _plain(str(value)) not in spellings:
                raise BadValueError(option, f"{name} is one of {', '.join(allowed)}")
            structure.setdefault(member.wire_name, []).append(
                spellings[_plain(str(value))] if allowed else value
            )
    return structure


def _plain(name: str) -> str:
    """Return a name without what tells its spellings apart: kebab, snake and camel case."""
    return name.strip().replace("-", "").replace("_", "").lower()


def _fields() -> list[str]:
    return [member.name.replace("_", "-") for member in _FILTERS]


def _member_of(enum: type[EnumT], name: str) -> EnumT | None:
    return next((member for member in enum if _plain(member) == _plain(name)), None)
