"""Rendering before sending: the service accepts mail that lacks a variable, but never sends it."""

from __future__ import annotations

import json
from math import inf
from typing import TYPE_CHECKING, Any, cast

from sesinsights.flows.classic_operations import TEST_RENDER_TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline
    from sesinsights.models import classic as models


def check_rendering(
    pipeline: Pipeline,
    template_name: str,
    data: Mapping[str, Any] | str,
    *,
    max_wait: float | None = None,
) -> Flow[models.TestRenderTemplateResponse]:
    """Render a template; `max_wait` replaces the pipeline's longest wait for a slot."""
    request = TEST_RENDER_TEMPLATE.request(template_name=template_name, template_data=data)
    return (yield from pipeline.call(TEST_RENDER_TEMPLATE, request, max_wait=max_wait))


def check_bulk_rendering(
    pipeline: Pipeline, requests: Iterable[models.SendBulkTemplatedEmailRequest]
) -> Flow[None]:
    """Render a template once for each combination of variables that its destinations have.

    Whether a variable is missing depends on which variables there are, and because of `{{#if}}`, on
    which are null, false or empty. It does not depend on any other value.
    """
    checked: set[str] = set()
    for request in requests:
        default = json.loads(str(request.default_template_data))
        for entry in request.destinations:
            data = _merged(default, json.loads(str(entry.replacement_template_data or "{}")))
            variables = json.dumps(_kinds(data), sort_keys=True)
            if variables in checked:
                continue
            # All but the first wait for earlier calls, which `max_wait` is not meant to limit.
            max_wait = inf if checked else None
            checked.add(variables)
            yield from check_rendering(pipeline, request.template, data, max_wait=max_wait)


def _merged(default: Any, own: Any) -> Any:
    """Merge data as the service does: objects are merged, all other values are replaced."""
    if not (isinstance(default, dict) and isinstance(own, dict)):
        return own
    merged = cast("dict[str, Any]", default)
    members = cast("dict[str, Any]", own)
    return merged | {name: _merged(merged.get(name), inner) for name, inner in members.items()}


def _kinds(data: Any) -> Any:
    """Return template data with each value replaced by its kind."""
    if isinstance(data, dict):
        members = cast("dict[str, Any]", data)
        return {name: _kinds(inner) for name, inner in members.items()}
    if isinstance(data, list):
        return [_kinds(inner) for inner in cast("list[object]", data)]
    return None if data is None else bool(data)
