"""The data of a template are a JSON object, given as a mapping or as its text."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from sesinsights.classic import models as classic
from tests.models.classic_members import SEND
from tests.models.export_sources import DAY
from tests.models.personal_data import ADDRESS
from tests.models.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "data", ["", "order", "[]", "1", "null", '"{}"', "{", ADDRESS, b"bytes", 7, []]
)
def test_template_data_is_a_json_object(data: object) -> None:
    """A text that is not a JSON object is refused before it is sent, and not shown."""
    text = refusal(classic.TestRenderTemplateRequest, template_name="order", template_data=data)
    assert "template_data" in text
    assert ADDRESS not in text


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ({}, "{}"),
        ({"number": 7, "name": "Zoë"}, '{"number":7,"name":"Zoë"}'),
        ({"items": [{"name": "tea"}]}, '{"items":[{"name":"tea"}]}'),
        ({"name": "Ada, Zoë: both"}, '{"name":"Ada, Zoë: both"}'),
        (MappingProxyType({"number": 7}), '{"number":7}'),
        ({"a": ({"b": MappingProxyType({"number": 7})},)}, '{"a":[{"b":{"number":7}}]}'),
        ('{"number":7}', '{"number":7}'),
        (' {"a": 1, "a": 2} ', ' {"a": 1, "a": 2} '),
    ],
)
def test_template_data_is_sent_as_text(data: object, sent: str) -> None:
    """A mapping is sent as its shortest JSON text, and a text of a JSON object as it is."""
    request = classic.SendTemplatedEmailRequest(**{**SEND, "template_data": data})
    assert request.template_data == sent
    assert request.to_service()["TemplateData"] == sent
    hash(request)


@pytest.mark.parametrize("data", [{"when": DAY}, {"tags": {1, 2}}, {("a", "b"): 1}])
def test_template_data_that_json_lacks_is_refused(data: object) -> None:
    """A value that JSON cannot hold is refused like any other bad value."""
    text = refusal(classic.TestRenderTemplateRequest, template_name="order", template_data=data)
    assert "template_data" in text


@pytest.mark.parametrize(
    "data",
    [
        {1: "one"},
        {None: 1},
        {"a": {True: 1}},
        {"a": [{"b": ({2.5: 1},)}]},
        {"a": MappingProxyType({1: 2})},
    ],
)
def test_template_data_has_strings_as_names(data: object) -> None:
    """A name in template data that is not a string is refused, however deep it is."""
    text = refusal(classic.TestRenderTemplateRequest, template_name="order", template_data=data)
    assert "strings as names" in text


def nested(depth: int) -> dict[str, Any]:
    """Return template data of this depth below its names."""
    data: dict[str, Any] = {"a": 1}
    for _ in range(depth - 1):
        data = {"a": data}
    return data


@pytest.mark.parametrize(
    "data",
    ["[" * 100_000, '{"a":' + "[" * 100 + "1" + "]" * 100 + "}", nested(101), nested(100_000)],
)
def test_template_data_that_is_nested_too_deeply_is_refused(data: object) -> None:
    """Template data that Python could not read later is refused like any other bad value."""
    text = refusal(classic.TestRenderTemplateRequest, template_name="a", template_data=data)
    assert "100 deep" in text


@pytest.mark.parametrize("write", [dict, json.dumps])
def test_template_data_may_be_nested_a_hundred_deep(write: Callable[[object], Any]) -> None:
    """Template data may be nested a hundred deep, and a check can still take it apart."""
    classic.TestRenderTemplateRequest(template_name="a", template_data=write(nested(100)))


def test_template_data_can_be_sent_in_utf_8() -> None:
    r"""Half a surrogate pair is refused, or written as JSON writes it: \ud800."""
    try:
        request = classic.TestRenderTemplateRequest(
            template_name="a", template_data={"name": "\ud800"}
        )
    except ValidationError:
        return
    assert request.to_service()["TemplateData"].encode()


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_template_data_has_no_numbers_that_json_lacks(number: str) -> None:
    """Infinities and what is not a number are refused, as JSON cannot hold them."""
    for data in (f'{{"total": {number}}}', {"total": float(number)}):
        text = refusal(classic.TestRenderTemplateRequest, template_name="t", template_data=data)
        assert "template_data" in text


def test_template_data_has_at_most_262144_characters() -> None:
    """Template data has at most 262,144 characters in the text that is sent."""
    most = 262_144
    for data in ({"a": "x" * (most - 7)}, '{"a":"' + "x" * (most - 7) + '"}'):
        text = refusal(classic.TestRenderTemplateRequest, template_name="a", template_data=data)
        assert "template_data" in text
        assert "xxx" not in text
    fits = classic.TestRenderTemplateRequest(
        template_name="a", template_data={"a": "x" * (most - 8)}
    )
    assert len(str(fits.template_data)) == most
