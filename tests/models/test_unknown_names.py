"""Names that no member has are refused, with those that are allowed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from sesinsights import AsyncSESInsights, SESInsights, models
from tests.models.export_sources import METRICS, WINDOW, WINDOW_ON_WIRE
from tests.models.personal_data import ADDRESS
from tests.models.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

FILTERS = (
    "'from_email_address', 'destination', 'subject', 'isp', 'tenant_name', "
    "'last_delivery_event', 'last_engagement_event'"
)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("from_adress", f"Unknown name; did you mean 'from_email_address'? Allowed: {FILTERS}"),
        ("LastDeliveryEvents", f"; did you mean 'last_delivery_event'? Allowed: {FILTERS}"),
        ("ips", f"; did you mean 'isp'? Allowed: {FILTERS}"),
        ("zzz", f"Unknown name. Allowed: {FILTERS}"),
        (ADDRESS, f"Unknown name. Allowed: {FILTERS}"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_are_allowed(name: str, said: str) -> None:
    """However a filter is given, the error has its place, the known names and the nearest."""
    given: Any = {name: ["x"]}
    window = {**WINDOW, "include": given}
    ways: tuple[tuple[str, Callable[[], object]], ...] = (
        ("", lambda: models.MessageInsightsFilters(**given)),
        ("", lambda: models.MessageInsightsFilters.model_validate(given)),
        ("", lambda: models.MessageInsightsFilters.model_validate_json(json.dumps(given))),
        ("include.", lambda: models.MessageInsightsDataSource(**window)),
        (
            "message_insights_data_source.include.",
            lambda: models.ExportDataSource.model_validate(
                {"MessageInsightsDataSource": {**WINDOW_ON_WIRE, "Include": given}}
            ),
        ),
        ("include.", lambda: SESInsights().export_message_insights(**window)),
        ("include.", lambda: AsyncSESInsights().export_message_insights(**window)),
    )
    for place, way in ways:
        with pytest.raises(ValidationError) as caught:
            way()
        assert said in str(caught.value)
        assert f"\n{place}{'<address>' if name == ADDRESS else name}\n" in str(caught.value)
        assert ADDRESS not in str(caught.value)


def test_an_unknown_name_in_a_list_or_a_map_is_told_what_its_item_allows() -> None:
    """The names that are allowed in a list or a map are those of its item."""
    text = refusal(
        models.MetricsDataSource, **{**METRICS, "metrics": [{"name": "SEND", "agregation": "RATE"}]}
    )
    assert "metrics.0.agregation\n  Unknown name; did you mean 'aggregation'? Allowed: " in text
    assert "Allowed: 'name', 'aggregation' " in text


def test_a_name_that_is_given_twice_is_not_called_unknown() -> None:
    """A member may be given by its name in Python or at the service, but only once."""
    text = refusal(models.GetExportJobRequest, job_id="1", JobId="2")
    assert "Given twice" in text
    assert "Unknown" not in text


def test_an_address_is_not_shown_where_a_name_should_be() -> None:
    """An address that is given as a name or a key is left out of the error, the rest stays."""
    with pytest.raises(ValidationError) as caught:
        models.ExportDataSource(
            metrics_data_source={  # type: ignore[arg-type] # as a user without a checker may
                **METRICS,
                "dimensions": {ADDRESS: [], "ISP": ["*"]},
                "metrics": [{ADDRESS: 1}],
                "end_date": "later",
            }
        )
    assert ADDRESS not in str(caught.value) + repr(caught.value)
    seen = [(problem["loc"][1:], problem["type"]) for problem in caught.value.errors()]
    assert seen == [
        (("dimensions", "<address>", "[key]"), "enum"),
        (("dimensions", "<address>"), "too_short"),
        (("metrics", 0, "<address>"), "extra_forbidden"),
        (("end_date",), "datetime_from_date_parsing"),
    ]
    assert "'EMAIL_IDENTITY'" in str(caught.value)
    assert caught.value.__suppress_context__
