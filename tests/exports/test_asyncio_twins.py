"""The asyncio classes offer what the synchronous ones offer, and say the same about it."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from sesinsights.exports.async_message_insights import AsyncMessageInsightsExport
from sesinsights.exports.async_metrics_export import AsyncMetricsExport
from sesinsights.exports.message_insights import MessageInsightsExport
from sesinsights.exports.metrics_export import MetricsExport

TWINS: list[tuple[type, type]] = [
    (MessageInsightsExport, AsyncMessageInsightsExport),
    (MetricsExport, AsyncMetricsExport),
]

SPECIAL = {
    "__iter__": "__aiter__",
    "__next__": "__anext__",
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
}

ASYNC_TYPES = {
    "MessageLookups": "AsyncMessageLookups",
    "Iterator[": "AsyncIterator[",
    "ItemIterator[": "AsyncItemIterator[",
    "MessageInsightsExport": "AsyncMessageInsightsExport",
    "MetricsExport": "AsyncMetricsExport",
}
"""What the annotations of the asyncio classes call the types of the synchronous ones."""

WIDER = {("iter_message_insights", "message_ids"): "Iterable[str] | AsyncIterable[str]"}
"""Parameters that take more on an event loop."""


def members(cls: type) -> dict[str, Any]:
    """Return what users see of a class."""
    return {
        name: member
        for name, member in inspect.getmembers(cls)
        if name in {*SPECIAL, *SPECIAL.values()} or not name.startswith("_")
    }


PAIRS: dict[str, tuple[str, Any, Any]] = {
    f"{cls.__name__}.{name}": (name, member, members(twin).get(SPECIAL.get(name, name)))
    for cls, twin in TWINS
    for name, member in members(cls).items()
}

METHODS = {name: pair for name, pair in PAIRS.items() if callable(pair[1])}


def renamed(annotation: str) -> str:
    """Return the annotation that belongs into the asyncio class."""
    parts = annotation.split(" | ")
    for n, part in enumerate(parts):
        for name, async_name in ASYNC_TYPES.items():
            if part.startswith(name):
                parts[n] = part.replace(name, async_name, 1)
                break
    return " | ".join(parts)


@pytest.mark.parametrize(("cls", "twin"), TWINS)
def test_the_twins_have_the_same_members(cls: type, twin: type) -> None:
    """Neither class has anything that the other has not."""
    assert {SPECIAL.get(name, name) for name in members(cls)} == members(twin).keys()


@pytest.mark.parametrize(("name", "member", "twin"), PAIRS.values(), ids=PAIRS)
def test_the_twins_say_the_same(name: str, member: Any, twin: Any) -> None:
    """A method or property has the docstring of its twin."""
    assert twin.__doc__ == member.__doc__


@pytest.mark.parametrize(("name", "member", "twin"), METHODS.values(), ids=METHODS)
def test_the_twins_have_the_same_signatures(name: str, member: Any, twin: Any) -> None:
    """Names, kinds, defaults and types of all parameters are the same, and so is the result."""
    expected = inspect.signature(member)
    parameters = [
        parameter.replace(annotation=WIDER.get((name, parameter.name), parameter.annotation))
        for parameter in expected.parameters.values()
    ]
    returned = renamed(expected.return_annotation)
    assert inspect.signature(twin) == expected.replace(
        parameters=parameters, return_annotation=returned
    )


@pytest.mark.parametrize(("name", "member", "twin"), METHODS.values(), ids=METHODS)
def test_what_may_wait_is_awaited(name: str, member: Any, twin: Any) -> None:
    """A method is a coroutine, unless it returns something to iterate over or a lazy export."""
    result = inspect.signature(member).return_annotation
    assert inspect.iscoroutinefunction(twin) == (result == renamed(result))
