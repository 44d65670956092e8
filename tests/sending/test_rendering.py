"""A check renders whatever may be missing from one destination and not from another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sesinsights.classic import models
from sesinsights.sending.rendering import check_bulk_rendering
from tests.sending.mail import READER, SOURCE, entries
from tests.sending.responses import names_sent

VALUES = ["a", "b", 7, True, None, False, 0, "", 0.0]


def test_a_check_renders_each_kind_of_value(scripted: Any) -> None:
    """Whether a variable is needed may depend on another that is null or false or empty."""
    service = scripted(lambda _: {"RenderedTemplate": "x"}, service="ses")
    destinations = [
        models.BulkEmailDestination(destination=READER, replacement_template_data={"in": [value]})
        for value in VALUES
    ]
    request = models.SendBulkTemplatedEmailRequest(
        source=SOURCE, template="order", default_template_data={}, destinations=destinations
    )
    service.run(check_bulk_rendering(service.pipeline, [request]))
    rendered = [json.loads(sent["TemplateData"])["in"] for _, _, sent in service.sent]
    assert rendered == [["a"], [None], [False]]


MERGES: dict[str, tuple[dict[str, Any], dict[str, Any] | str | None, dict[str, Any]]] = {
    "nothing of its own": ({"a": 1}, None, {"a": 1}),
    "an empty object": ({"a": 1}, "{}", {"a": 1}),
    "another name": ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    "the same name": ({"a": 1}, {"a": 2}, {"a": 2}),
    "inside objects": (
        {"shop": {"name": "Tea", "site": {"url": "x"}}, "n": 1},
        {"shop": {"site": {"lang": "de"}}},
        {"shop": {"name": "Tea", "site": {"url": "x", "lang": "de"}}, "n": 1},
    ),
    "a list is replaced whole": ({"a": [{"b": 1}, {"c": 2}]}, {"a": [{"d": 3}]}, {"a": [{"d": 3}]}),
    "an object for a value": ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
    "a value for an object": ({"a": {"b": 2}}, {"a": 1}, {"a": 1}),
    "null for an object": ({"a": {"b": 2}}, {"a": None}, {"a": None}),
}


@pytest.mark.parametrize(("default", "own", "merged"), MERGES.values(), ids=MERGES)
def test_a_check_renders_with_the_data_that_the_service_merges(
    scripted: Any,
    default: dict[str, Any],
    own: dict[str, Any] | str | None,
    merged: dict[str, Any],
) -> None:
    """A destination's data are laid over the default's, object by object; a list is replaced."""
    service = scripted(lambda _: {"RenderedTemplate": "x"}, service="ses")
    request = models.SendBulkTemplatedEmailRequest(
        source=SOURCE,
        template="order",
        default_template_data=default,
        destinations=[
            models.BulkEmailDestination(destination=READER, replacement_template_data=own)
        ],
    )
    service.run(check_bulk_rendering(service.pipeline, [request]))
    [(_, _, sent)] = service.sent
    assert json.loads(sent["TemplateData"]) == merged
    assert json.loads(str(request.default_template_data)) == default


def test_data_as_deep_as_allowed_can_be_checked(scripted: Any) -> None:
    """Template data that is as deep as allowed can be checked."""
    service = scripted(lambda _: {"RenderedTemplate": "x"}, service="ses")
    request = models.SendBulkTemplatedEmailRequest(
        source=SOURCE,
        template="order",
        default_template_data='{"a":' * 100 + "1" + "}" * 100,
        destinations=entries(1),
    )
    service.run(check_bulk_rendering(service.pipeline, [request]))
    assert names_sent(service) == ["TestRenderTemplate"]
