"""What an export may be asked for: a window with filters, or metrics by dimensions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from sesinsights import models
from tests.models.export_sources import DAY, INDIA, METRICS, NOON, WINDOW, metrics_request
from tests.models.personal_data import ADDRESS, LINK
from tests.models.refusals import refusal


@pytest.mark.parametrize(
    "sources",
    [
        {},
        {
            "metrics_data_source": models.MetricsDataSource(**METRICS),
            "message_insights_data_source": models.MessageInsightsDataSource(**WINDOW),
        },
    ],
)
def test_exactly_one_source_is_exported(sources: dict[str, Any]) -> None:
    """A job exports metrics or message insights, not both and not nothing."""
    text = refusal(models.ExportDataSource, **sources)
    assert "exactly one of metrics_data_source and message_insights_data_source" in text


def test_the_link_is_left_to_the_service() -> None:
    """A user may not say where the file goes, and the refusal does not show the link."""
    text = refusal(models.ExportDestination, data_format="CSV", s3_url=LINK)
    assert "s3_url must not be given" in text
    assert "c0ffee" not in text


def test_a_window_does_not_end_before_it_starts() -> None:
    """A window may be a single instant, because both its ends are included, but not less."""
    text = refusal(models.MessageInsightsDataSource, start_date=NOON, end_date=DAY)
    assert "end_date must not be before start_date" in text
    instant = models.MessageInsightsDataSource(start_date=NOON, end_date=NOON)
    assert instant.end_date == instant.start_date


@pytest.mark.parametrize("rows", [0, 10_001])
def test_one_job_exports_1_to_10000_rows(rows: int) -> None:
    """More rows than the service exports in one job are refused, and so are none."""
    assert "max_results" in refusal(models.MessageInsightsDataSource, **WINDOW, max_results=rows)


@pytest.mark.parametrize("rows", [1, 10_000])
def test_the_limits_of_rows_are_included(rows: int) -> None:
    """One row and 10,000 rows may be asked for."""
    assert models.MessageInsightsDataSource(**WINDOW, max_results=rows).max_results == rows


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("from_email_address", [f"{n}@example.com" for n in range(6)]),
        ("destination", [f"{n}@example.com" for n in range(6)]),
        ("subject", ["one", "two"]),
        ("isp", list("abcdef")),
        ("tenant_name", list("abcdef")),
        ("last_delivery_event", list(models.DeliveryEventType)),
        ("last_engagement_event", ["OPEN", "CLICK", "OPEN"]),
    ],
)
def test_a_filter_has_a_limited_number_of_values(name: str, values: list[str]) -> None:
    """A filter has at most 5 values, a subject 1 and an engagement 2; one more is refused."""
    text = refusal(models.MessageInsightsFilters, **{name: values})
    assert name in text
    assert f"at most {len(values) - 1} item" in text
    assert not any(value in text for value in values if "@" in value)
    accepted = models.MessageInsightsFilters.model_validate({name: values[:-1]})
    assert getattr(accepted, name) == tuple(values[:-1])


@pytest.mark.parametrize(
    ("name", "longest"), [("from_email_address", 320), ("destination", 320), ("subject", 998)]
)
def test_an_address_or_subject_has_a_limited_length(name: str, longest: int) -> None:
    """An address has 1 to 320 characters and a subject 1 to 998; the refusal does not show it."""
    text = refusal(models.MessageInsightsFilters, **{name: ["x" * (longest + 1)]})
    assert f"{name}.0" in text
    assert f"at most {longest} characters" in text
    assert "xxx" not in text
    assert "at least 1 character" in refusal(models.MessageInsightsFilters, **{name: [""]})
    models.MessageInsightsFilters.model_validate({name: ["x" * longest]})


def test_one_string_in_the_place_of_a_list_is_refused_with_what_to_write() -> None:
    """A string in the place of a list is refused with what to write, and not shown."""
    text = refusal(models.MessageInsightsFilters, destination="jane@example.com")
    assert "write a list, even of a single value" in text
    assert "jane" not in text


def test_a_tenant_name_is_not_empty() -> None:
    """A tenant's name has at least one character."""
    assert "tenant_name.0" in refusal(models.MessageInsightsFilters, tenant_name=[""])


@pytest.mark.parametrize("name", ["from_email_address", "destination", "subject"])
@pytest.mark.parametrize("value", ["jane*doe", "*jane*doe*", r"jane\\*doe", r"\**doe"])
def test_a_wildcard_stands_at_an_end(name: str, value: str) -> None:
    """A * inside an address or subject is refused, also after a backslash that is escaped."""
    text = refusal(models.MessageInsightsFilters, **{name: [value]})
    assert f"{name}.0" in text
    assert "start or the end" in text
    assert "doe" not in text


@pytest.mark.parametrize("name", ["from_email_address", "destination", "subject"])
@pytest.mark.parametrize("value", ["*", "*@example.com", "jane*", "*jane*", r"jane\*doe", r"a\\*"])
def test_a_wildcard_may_stand_at_an_end(name: str, value: str) -> None:
    r"""A * may begin and end an address or subject, and \* is the character itself."""
    filters = models.MessageInsightsFilters.model_validate({name: [value]})
    assert getattr(filters, name) == (value,)


@pytest.mark.parametrize("name", ["isp", "tenant_name"])
def test_a_wildcard_is_for_addresses_and_subjects(name: str) -> None:
    r"""A filter that is not for addresses or subjects takes no *, save the character itself, \*."""
    text = refusal(models.MessageInsightsFilters, **{name: ["Gm*"]})
    assert f"{name}.0" in text
    assert "only allowed in from_email_address, destination and subject" in text
    models.MessageInsightsFilters.model_validate({name: [r"Gm\*"]})


@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize(
    "instant",
    [
        DAY + timedelta(days=1, hours=12),
        DAY + timedelta(days=1, microseconds=1),
        datetime(2026, 1, 16, tzinfo=INDIA),
    ],
)
def test_metrics_are_kept_by_whole_utc_days(name: str, instant: datetime) -> None:
    """Metrics begin and end at midnight in UTC; midnight somewhere else is refused."""
    text = refusal(models.MetricsDataSource, **{**METRICS, name: instant})
    assert name in text
    assert "00:00 UTC" in text


def test_midnight_in_utc_may_be_written_in_any_zone() -> None:
    """Midnight in UTC may be given in another time zone."""
    half_past_five = datetime(2026, 1, 15, 5, 30, tzinfo=INDIA)
    source = models.MetricsDataSource(**{**METRICS, "start_date": half_past_five})
    assert source.start_date == DAY
    assert source.start_date.tzinfo is UTC


@pytest.mark.parametrize("days", [0, -1, 61])
def test_metrics_span_1_to_60_days(days: int) -> None:
    """Metrics end 1 to 60 days after they start, and do not include their end."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "end_date": DAY + timedelta(days=days)})
    assert "end_date must be at " in text


def test_metrics_may_span_60_days() -> None:
    """Metrics may be asked for over 60 days at once."""
    source = models.MetricsDataSource(**{**METRICS, "end_date": DAY + timedelta(days=60)})
    assert source.end_date - source.start_date == timedelta(days=60)


def test_metrics_begin_at_most_60_days_back() -> None:
    """Metrics of a day that is longer ago than 60 days are refused when they are asked for."""
    with pytest.raises(ValidationError) as caught:
        metrics_request().checked_at(NOON + timedelta(days=61))
    assert "metrics_data_source.start_date" in str(caught.value)
    assert "60 days" in str(caught.value)


def test_metrics_may_begin_60_days_back() -> None:
    """Metrics may begin 60 days ago, whatever the time of day."""
    request = metrics_request()
    assert request.checked_at(DAY + timedelta(days=60, hours=23, minutes=59)) is request


@pytest.mark.parametrize(
    "dimensions",
    [
        {},
        {"ISP": ["a"], "EMAIL_IDENTITY": ["a"], "CONFIGURATION_SET": ["a"], "TENANT_NAME": ["a"]},
    ],
)
def test_metrics_have_1_to_3_dimensions(dimensions: dict[str, list[str]]) -> None:
    """Metrics are broken down by 1 to 3 dimensions."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "dimensions": dimensions})
    assert "dimensions" in text
    assert "item" in text


@pytest.mark.parametrize("values", [[], [f"{n}.example.com" for n in range(11)]])
def test_a_dimension_has_1_to_10_values(values: list[str]) -> None:
    """A dimension has 1 to 10 values, which the refusal does not show."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "dimensions": {"ISP": values}})
    assert "dimensions.ISP" in text
    assert "example.com" not in text


@pytest.mark.parametrize("number", [0, 11])
def test_1_to_10_metrics_are_exported(number: int) -> None:
    """A job exports 1 to 10 metrics."""
    metrics = [models.ExportMetric(name="SEND", aggregation="RATE")] * number
    assert "metrics" in refusal(models.MetricsDataSource, **{**METRICS, "metrics": metrics})


@pytest.mark.parametrize(
    ("dimensions", "rule"),
    [
        ({"ISP": ["*", "Gmail"]}, "dimensions.ISP: a * means all"),
        ({"ISP": ["*"], "EMAIL_IDENTITY": ["*"]}, "only one dimension may be *"),
        ({"ISP": ["*"], "EMAIL_IDENTITY": [ADDRESS, "b"]}, "the others take only one value each"),
    ],
)
def test_one_dimension_may_be_a_wildcard(dimensions: dict[str, list[str]], rule: str) -> None:
    """A * stands alone, in one dimension, and then the others have one value each."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "dimensions": dimensions})
    assert rule in text
    assert ADDRESS not in text


@pytest.mark.parametrize(
    "dimensions",
    [
        {"ISP": ["*"]},
        {"ISP": ["*"], "EMAIL_IDENTITY": ["a"], "TENANT_NAME": ["b"]},
        {"ISP": ["Gmail", "Yahoo"], "EMAIL_IDENTITY": ["a", "b"]},
    ],
)
def test_dimensions_that_the_service_takes_are_accepted(dimensions: dict[str, list[str]]) -> None:
    """One * beside single values is accepted, and so are many values without a *."""
    source = models.MetricsDataSource(**{**METRICS, "dimensions": dimensions})
    assert {name: [*values] for name, values in source.dimensions.items()} == dimensions


def test_an_unknown_dimension_is_refused() -> None:
    """An unknown dimension is refused, and the error names those that are known."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "dimensions": {"COUNTRY": ["US"]}})
    assert "dimensions.COUNTRY" in text
    assert "'TENANT_NAME'" in text
