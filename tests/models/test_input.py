"""What a user may build, and what that is."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import pytest
from pydantic import ValidationError, model_validator
from pydantic import __version__ as pydantic_version

from sesinsights import AsyncSESInsights, SESInsights, models
from sesinsights.classic import models as classic

if TYPE_CHECKING:
    from collections.abc import Callable
from sesinsights.models.shape import Shape
from tests.models.answers import EVENT, EXPORT_JOB

ADDRESS = "jane.doe@example.com"
SUBJECT = "Your order 4711"
LINK = "https://bucket.s3.amazonaws.com/file.csv?X-Amz-Signature=c0ffee"

DAY = datetime(2026, 1, 15, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
INDIA = timezone(timedelta(hours=5, minutes=30))

WINDOW: dict[str, Any] = {"start_date": DAY, "end_date": NOON}
WINDOW_ON_WIRE: dict[str, Any] = {"StartDate": DAY, "EndDate": NOON}
METRICS: dict[str, Any] = {
    "dimensions": {"ISP": ["*"]},
    "namespace": "VDM",
    "metrics": [models.ExportMetric(name="SEND", aggregation="VOLUME")],
    "start_date": DAY,
    "end_date": DAY + timedelta(days=1),
}


def refusal(shape: type[Shape], **members: Any) -> str:
    """Return what a user is told who may not build this."""
    with pytest.raises(ValidationError) as caught:
        shape(**members)
    return str(caught.value)


# What a user may not build


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
    """The names are those of the item, not of what contains it."""
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


def test_what_was_read_is_checked_when_it_is_sent() -> None:
    """The limits and rules for what a user asks for hold for what an answer gave, too."""
    source = {"StartDate": DAY, "EndDate": NOON, "MaxResults": 20_000}
    job = models.GetExportJobResponse.from_service(
        {
            **EXPORT_JOB,
            "ExportDataSource": {"MessageInsightsDataSource": source},
            "ExportDestination": {"DataFormat": "CSV", "S3Url": LINK},
        }
    )
    text = refusal(
        models.CreateExportJobRequest,
        export_data_source=job.export_data_source,
        export_destination=job.export_destination,
    )
    assert "\nexport_data_source.message_insights_data_source.max_results\n" in text
    assert "\nexport_destination\n" in text
    assert LINK not in text


def test_what_was_read_can_be_sent() -> None:
    """Members and enum values that are new at the service are sent as they were read."""
    source = {"StartDate": DAY, "EndDate": NOON, "Priority": 3, "Include": {"Country": ["US"]}}
    job = models.GetExportJobResponse.from_service(
        {
            **EXPORT_JOB,
            "ExportDataSource": {"MessageInsightsDataSource": source, "Other": {}},
            "ExportDestination": {"DataFormat": "PARQUET"},
        }
    )
    assert job.export_data_source
    assert job.export_destination
    request = models.CreateExportJobRequest(
        export_data_source=job.export_data_source, export_destination=job.export_destination
    )
    assert request.to_service() == {
        "ExportDataSource": {"MessageInsightsDataSource": source, "Other": {}},
        "ExportDestination": {"DataFormat": "PARQUET"},
    }


def test_an_event_destination_of_v1_can_be_changed_and_sent_back() -> None:
    """An event type that the API's model lacks survives a change of the event destination."""
    found = classic.EventDestination.from_service(
        {
            "Name": "events",
            "Enabled": True,
            "MatchingEventTypes": ["send", "deliveryDelay"],
            "SNSDestination": {"TopicARN": "topic", "FilterPolicy": "new"},
        }
    )
    request = classic.UpdateConfigurationSetEventDestinationRequest(
        configuration_set_name="orders",
        event_destination=found.model_copy(update={"enabled": False}),
    )
    assert request.to_service()["EventDestination"] == {
        "Name": "events",
        "Enabled": False,
        "MatchingEventTypes": ["send", "deliveryDelay"],
        "SNSDestination": {"TopicARN": "topic", "FilterPolicy": "new"},
    }


def test_what_was_read_can_be_sent_in_a_list() -> None:
    """Items that were read may stand beside those that a user builds, which are checked."""
    read = models.ExportMetric.from_service({"Name": "READ", "Unit": "MAIL"})
    source = models.MetricsDataSource(**{**METRICS, "metrics": [*METRICS["metrics"], read]})
    assert source.to_service()["Metrics"] == [
        {"Name": "SEND", "Aggregation": "VOLUME"},
        {"Name": "READ", "Unit": "MAIL"},
    ]
    assert "metrics.1.name" in refusal(
        models.MetricsDataSource, **{**METRICS, "metrics": [read, {"name": "READ"}]}
    )


def test_what_a_user_puts_into_a_shape_that_was_read_is_checked() -> None:
    """A shape that a user built is checked by all rules, also inside one that was read."""
    read = models.ExportDataSource.from_service({"MessageInsightsDataSource": WINDOW_ON_WIRE})
    filters: Any = {"last_delivery_event": ["TELEPORT"]}
    built = models.MessageInsightsDataSource.model_construct(
        start_date=DAY, end_date=NOON, include=filters
    )
    changed = read.model_copy(update={"message_insights_data_source": built})
    assert "last_delivery_event.0" in refusal(
        models.CreateExportJobRequest,
        export_data_source=changed,
        export_destination=models.ExportDestination(data_format="CSV"),
    )


def test_a_shape_that_was_built_is_not_validated_again() -> None:
    """It cannot have changed, so a shape that contains it holds the very same one."""
    window = models.MessageInsightsDataSource(**WINDOW)
    source = models.ExportDataSource(message_insights_data_source=window)
    request = models.CreateExportJobRequest(
        export_data_source=source, export_destination=models.ExportDestination(data_format="CSV")
    )
    assert request.export_data_source is source
    assert source.message_insights_data_source is window


def pickled(shape: object) -> object:
    """Return what comes out of a pickle."""
    copied: object = pickle.loads(pickle.dumps(shape))
    return copied


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_a_shape_that_was_changed_is_validated(again: Callable[[object], object]) -> None:
    """Copies with updates, and shapes made without validation, are not trusted, nor are copies."""
    source = models.MessageInsightsDataSource(**WINDOW)
    nested: Any = {"last_delivery_event": ["TELEPORT"]}
    for changed in (
        source.model_copy(update={"include": nested}),
        source.model_copy(update={"include": nested}, deep=True),
        source.model_copy(update={"include": nested}).model_copy(),
        models.MessageInsightsDataSource.model_construct(**WINDOW, include=nested),
    ):
        text = refusal(models.ExportDataSource, message_insights_data_source=again(changed))
        assert "include.last_delivery_event.0" in text


CHECKED: list[int] = []


class Inner(Shape, frozen=True):
    """A shape that tells what it checks."""

    value: int

    @model_validator(mode="after")
    def _tell(self) -> Self:
        CHECKED.append(self.value)
        return self


class Outer(Shape, frozen=True):
    """A shape with another inside."""

    inner: Inner


@pytest.mark.skipif(pydantic_version < "2.14", reason="pydantic reuses what was built before")
def test_a_value_is_checked_once_whichever_shapes_were_in_use_before() -> None:
    """A shape that was used by itself is checked no more often inside another."""
    Inner(value=1)
    CHECKED.clear()
    given: Any = {"value": 2}
    Outer(inner=given)
    assert CHECKED == [2]


@pytest.mark.parametrize("shape", [models.ListExportJobsRequest, models.ExportJobSummary])
def test_an_unknown_enum_value_is_refused(shape: type[Shape]) -> None:
    """A user may only give an enum's known values, and is told which."""
    text = refusal(shape, job_status="DONE")
    assert "job_status" in text
    for status in models.JobStatus:
        assert repr(status.value) in text


def test_an_unknown_enum_value_in_a_list_is_refused() -> None:
    """Known values bind the items of a list as well."""
    text = refusal(models.MessageInsightsFilters, last_engagement_event=["OPEN", "REPLY"])
    assert "last_engagement_event.1" in text
    assert "'OPEN' or 'CLICK'" in text


@pytest.mark.parametrize(
    ("shape", "members"),
    [(models.MessageInsightsDataSource, WINDOW), (models.MetricsDataSource, METRICS)],
)
@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize("naive", [datetime(2026, 1, 15), date(2026, 1, 15)])  # noqa: DTZ001
def test_a_naive_datetime_is_refused(
    shape: type[Shape], members: dict[str, Any], name: str, naive: date
) -> None:
    """A user says which time zone is meant."""
    text = refusal(shape, **{**members, name: naive})
    assert name in text
    assert "timezone" in text


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (models.CancelExportJobRequest, "job_id"),
        (models.CreateExportJobRequest, "export_data_source"),
        (models.CreateExportJobRequest, "export_destination"),
        (models.ExportDestination, "data_format"),
        (models.GetConfigurationSetEventDestinationsRequest, "configuration_set_name"),
        (models.GetExportJobRequest, "job_id"),
        (models.GetImportJobRequest, "job_id"),
        (models.GetMessageInsightsRequest, "message_id"),
        (models.MessageInsightsDataSource, "end_date"),
        (models.MessageInsightsDataSource, "start_date"),
        (models.MetricsDataSource, "dimensions"),
        (models.MetricsDataSource, "end_date"),
        (models.MetricsDataSource, "metrics"),
        (models.MetricsDataSource, "namespace"),
        (models.MetricsDataSource, "start_date"),
        (classic.BulkEmailDestination, "destination"),
        (classic.CloudWatchDestination, "dimension_configurations"),
        (classic.CreateTemplateRequest, "template"),
        (classic.CreateConfigurationSetEventDestinationRequest, "event_destination"),
        (classic.DescribeConfigurationSetRequest, "configuration_set_name"),
        (classic.GetTemplateRequest, "template_name"),
        (classic.KinesisFirehoseDestination, "delivery_stream_arn"),
        (classic.KinesisFirehoseDestination, "iam_role_arn"),
        (classic.MessageTag, "value"),
        (classic.SNSDestination, "topic_arn"),
        (classic.SendBulkTemplatedEmailRequest, "default_template_data"),
        (classic.SendTemplatedEmailRequest, "source"),
        (classic.SendTemplatedEmailRequest, "template_data"),
        (classic.Template, "template_name"),
    ],
)
def test_a_required_member_is_given(shape: type[Shape], name: str) -> None:
    """A required member can neither be left out nor be None."""
    with pytest.raises(ValidationError) as caught:
        shape()
    absent = {problem["loc"] for problem in caught.value.errors() if problem["type"] == "missing"}
    assert (name,) in absent
    assert name in refusal(shape, **{name: None})


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
    """`isp="Gmail"` is the likeliest slip; the error shows the way and not the value."""
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
    r"""Other filters take no *, save the character itself, written \*."""
    text = refusal(models.MessageInsightsFilters, **{name: ["Gm*"]})
    assert f"{name}.0" in text
    assert "only allowed in from_email_address, destination and subject" in text
    models.MessageInsightsFilters.model_validate({name: [r"Gm\*"]})


@pytest.mark.parametrize("name", ["from_email_address", "destination", "subject"])
def test_one_string_is_no_list(name: str) -> None:
    """A single string where several are expected is refused, and not shown."""
    text = refusal(models.MessageInsightsFilters, **{name: ADDRESS})
    assert name in text
    assert "list" in text
    assert ADDRESS not in text


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
    """The same instant may be given in another time zone."""
    half_past_five = datetime(2026, 1, 15, 5, 30, tzinfo=INDIA)
    source = models.MetricsDataSource(**{**METRICS, "start_date": half_past_five})
    assert source.start_date == DAY
    assert source.start_date.tzinfo is UTC


@pytest.mark.parametrize("days", [0, -1, 61])
def test_metrics_span_1_to_60_days(days: int) -> None:
    """The end of metrics is not included, so it is 1 to 60 days after the start."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "end_date": DAY + timedelta(days=days)})
    assert "end_date must be at " in text


def test_metrics_may_span_60_days() -> None:
    """Sixty days may be asked for at once."""
    source = models.MetricsDataSource(**{**METRICS, "end_date": DAY + timedelta(days=60)})
    assert source.end_date - source.start_date == timedelta(days=60)


def _metrics_request() -> models.CreateExportJobRequest:
    return models.CreateExportJobRequest(
        export_data_source=models.ExportDataSource(
            metrics_data_source=models.MetricsDataSource(**METRICS)
        ),
        export_destination=models.ExportDestination(data_format="CSV"),
    )


def test_metrics_begin_at_most_60_days_back() -> None:
    """Metrics of a day that is longer ago than 60 days are refused when they are asked for."""
    with pytest.raises(ValidationError) as caught:
        _metrics_request().checked_at(NOON + timedelta(days=61))
    assert "metrics_data_source.start_date" in str(caught.value)
    assert "60 days" in str(caught.value)


def test_metrics_may_begin_60_days_back() -> None:
    """Sixty days ago is not too long ago, whatever the time of day."""
    request = _metrics_request()
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
    """One * beside single values is fine, and so are many values without a *."""
    source = models.MetricsDataSource(**{**METRICS, "dimensions": dimensions})
    assert {name: [*values] for name, values in source.dimensions.items()} == dimensions


def test_an_unknown_dimension_is_refused() -> None:
    """A user may only break metrics down by what is known, and is told what that is."""
    text = refusal(models.MetricsDataSource, **{**METRICS, "dimensions": {"COUNTRY": ["US"]}})
    assert "dimensions.COUNTRY" in text
    assert "'TENANT_NAME'" in text


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        (models.CancelExportJobRequest, "job_id"),
        (models.GetConfigurationSetEventDestinationsRequest, "configuration_set_name"),
        (models.GetExportJobRequest, "job_id"),
        (models.GetImportJobRequest, "job_id"),
        (models.ListExportJobsRequest, "next_token"),
        (models.ListImportJobsRequest, "next_token"),
    ],
)
def test_an_id_or_token_is_not_empty(shape: type[Shape], name: str) -> None:
    """An empty id, name or token is refused: it would ask for something else."""
    text = refusal(shape, **{name: ""})
    assert name in text
    assert "at least 1 character" in text


@pytest.mark.parametrize("shape", [models.ListExportJobsRequest, models.ListImportJobsRequest])
@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_holds_1_to_100_jobs(shape: type[Shape], size: int) -> None:
    """The service refuses other page sizes, so they are refused before."""
    assert "page_size" in refusal(shape, page_size=size)


@pytest.mark.parametrize("message_id", ["", " ", "<>", "< >", "<@email.amazonses.com>"])
def test_a_message_id_is_not_empty(message_id: str) -> None:
    """An id that is empty, or is nothing but its wrapping, is refused."""
    text = refusal(models.GetMessageInsightsRequest, message_id=message_id)
    assert "message_id" in text
    assert "empty" in text


@pytest.mark.parametrize(
    "message_id",
    [
        "<CAF4711@mail.gmail.com>",
        "jane.doe@example.com",
        "<0100@amazonses.com.example.org>",
        "<0100@notamazonses.com>",
    ],
)
def test_a_message_id_of_somebody_else_is_refused(message_id: str) -> None:
    """Amazon SES knows no message whose id another mail system made up."""
    text = refusal(models.GetMessageInsightsRequest, message_id=message_id)
    assert "message_id" in text
    assert "amazonses.com" in text
    assert message_id not in text


@pytest.mark.parametrize(
    "message_id",
    [
        "0100 0101",
        "0100\t0101",
        "0100/../0101",
        "0100/",
        "<<0100>>",
        "<0100>, <0101>",
        "a<0100@email.amazonses.com>",
    ],
)
def test_a_message_id_has_nothing_around_it(message_id: str) -> None:
    """What would be another path, or is more than one id, is refused."""
    text = refusal(models.GetMessageInsightsRequest, message_id=message_id)
    assert "message_id" in text
    assert "and nothing else" in text
    assert message_id not in text


IDENTIFIERS: list[tuple[type[Shape], str]] = [
    (models.CancelExportJobRequest, "job_id"),
    (models.GetConfigurationSetEventDestinationsRequest, "configuration_set_name"),
    (models.GetExportJobRequest, "job_id"),
    (models.GetImportJobRequest, "job_id"),
    (models.GetMessageInsightsRequest, "message_id"),
]
each_identifier = pytest.mark.parametrize(
    ("shape", "name"), IDENTIFIERS, ids=lambda value: getattr(value, "__name__", None)
)


@each_identifier
@pytest.mark.parametrize(
    "copied",
    [
        " 0100018f-aa ",
        "\t0100018f-aa\r\n",
        '"0100018f-aa"',
        "'0100018f-aa',",
        "`0100018f-aa`;",
        "“0100018f-aa”",
        "«\u00a00100018f-aa\u00a0»",
        "\u200b0100018f-aa\ufeff",
        "\u202a0100018f-aa\u202c",
        "\u20610100018f-aa\x00",
    ],
    ids=ascii,
)
def test_what_copying_brings_is_taken_off_an_id(shape: type[Shape], name: str, copied: str) -> None:
    """Spaces, quotation marks, commas and invisible characters around an id are not sent."""
    [sent] = shape(**{name: copied}).to_service().values()
    assert sent == "0100018f-aa"


@each_identifier
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("0100018f…", "horizontal ellipsis"),
        ("0100018f...", ".."),
        ("0100018f..-aa", ".."),
        ("0100\u200b018f", "zero width space"),
        ("0100\u00a0018f", "no-break space"),
        ("0100018f\u2013aa", "en dash"),
        ("0100\u0430", "cyrillic small letter a"),
        ("0100 018f", "' '"),
        ("0100\x00018f", r"'\x00'"),
        ("0100,018f", ","),
        ('0100"018f', '"'),
        ("0100/018f", "/"),
        (".", "."),
    ],
    ids=ascii,
)
def test_what_no_id_has_is_refused_by_name(
    shape: type[Shape], name: str, given: str, named: str
) -> None:
    """An id that is cut short, is more than one or has a foreign character is not looked up."""
    text = refusal(shape, **{name: given})
    assert name in text
    assert f"it contains {named} [" in text
    assert given not in text or given == named


@pytest.mark.parametrize(
    "message_id",
    [
        '"<0100018f-aa@email.amazonses.com>",',
        "< 0100018f-aa@email.amazonses.com >",
        '<"0100018f-aa"@email.amazonses.com>',
    ],
)
def test_what_copying_brings_is_taken_off_a_header(message_id: str) -> None:
    """A Message-ID header may have around it what an id may."""
    request = models.GetMessageInsightsRequest(message_id=message_id)
    assert request.message_id == "0100018f-aa"


@pytest.mark.parametrize("nothing", ["", " ", '""', "\u200b", "','"], ids=ascii)
@each_identifier
def test_an_id_is_more_than_what_copying_brings(
    shape: type[Shape], name: str, nothing: str
) -> None:
    """An id that is empty, or has nothing but surroundings, is refused."""
    assert name in refusal(shape, **{name: nothing})


def test_an_id_that_was_read_is_kept_as_it_is() -> None:
    """The service may give any id."""
    job = models.GetExportJobResponse.from_service({**EXPORT_JOB, "JobId": ' "1", '})
    assert job.job_id == ' "1", '


@pytest.mark.parametrize("message_id", [".", "..", "<..@email.amazonses.com>"])
def test_a_message_id_is_not_only_dots(message_id: str) -> None:
    """An id of nothing but dots would be another path, and is refused."""
    assert "message_id" in refusal(models.GetMessageInsightsRequest, message_id=message_id)


def test_a_message_id_may_have_dots() -> None:
    """An id that has dots and more is one like any other."""
    request = models.GetMessageInsightsRequest(message_id="0100.a-000000")
    assert request.message_id == "0100.a-000000"


@pytest.mark.parametrize(
    "message_id",
    [
        "0100018f-aa-000000",
        "<0100018f-aa-000000@email.amazonses.com>",
        "0100018f-aa-000000@email.amazonses.com",
        "<0100018f-aa-000000@eu-central-1.amazonses.com>",
        " <0100018f-aa-000000@email.amazonses.com>\r\n",
        "<0100018f-aa-000000>",
    ],
)
def test_a_message_id_may_be_a_header(message_id: str) -> None:
    """The id may be given as sending returned it or as mail headers show it."""
    assert models.GetMessageInsightsRequest(message_id=message_id).to_service() == {
        "MessageId": "0100018f-aa-000000"
    }


@pytest.mark.parametrize(
    "instant",
    [
        datetime(1, 1, 1, tzinfo=INDIA),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_an_instant_outside_the_calendar_is_refused(instant: datetime) -> None:
    """An instant that has no date in UTC is refused like any other bad value."""
    text = refusal(models.MessageInsightsDataSource, **{**WINDOW, "start_date": instant})
    assert "start_date" in text


# What a user may not send by the classic API

SEND: dict[str, Any] = {
    "source": "shop@example.com",
    "destination": classic.Destination(to_addresses=[ADDRESS]),
    "template": "order",
    "template_data": {},
}
FIREHOSE = classic.KinesisFirehoseDestination(iam_role_arn="role", delivery_stream_arn="stream")
TOPIC = classic.SNSDestination(topic_arn="topic")


@pytest.mark.parametrize(
    "lists",
    [
        {},
        {"to_addresses": []},
        {"to_addresses": [ADDRESS] * 51},
        {
            "to_addresses": [ADDRESS] * 17,
            "cc_addresses": [ADDRESS] * 17,
            "bcc_addresses": ["a"] * 17,
        },
    ],
)
def test_a_destination_has_1_to_50_recipients(lists: dict[str, list[str]]) -> None:
    """Recipients are counted over To, Cc and Bcc, and the refusal does not show them."""
    text = refusal(classic.Destination, **lists)
    assert "1 to 50 recipients in all" in text
    assert ADDRESS not in text


@pytest.mark.parametrize("name", ["to_addresses", "cc_addresses", "bcc_addresses"])
@pytest.mark.parametrize("number", [1, 50])
def test_the_limits_of_recipients_are_included(name: str, number: int) -> None:
    """One recipient and 50 are fine, wherever they are."""
    assert classic.Destination.model_validate({name: [ADDRESS] * number}).recipients == number


@pytest.mark.parametrize("name", ["to_addresses", "cc_addresses", "bcc_addresses"])
def test_a_recipient_is_an_address(name: str) -> None:
    """An empty address is refused, and so is one string in place of a list."""
    assert f"{name}.1" in refusal(classic.Destination, **{name: [ADDRESS, ""]})
    text = refusal(classic.Destination, **{name: ADDRESS})
    assert "list" in text
    assert ADDRESS not in text


@pytest.mark.parametrize("name", ["source", "return_path", "template", "configuration_set_name"])
def test_a_send_has_no_empty_names(name: str) -> None:
    """Senders, templates and configuration sets have names."""
    assert name in refusal(classic.SendTemplatedEmailRequest, **{**SEND, name: ""})


@pytest.mark.parametrize("number", [0, 51])
def test_a_bulk_call_has_1_to_50_destinations(number: int) -> None:
    """One call sends to 1 to 50 destinations."""
    entry = classic.BulkEmailDestination(destination=SEND["destination"])
    bulk = {"source": "a@example.com", "template": "order", "default_template_data": {}}
    text = refusal(classic.SendBulkTemplatedEmailRequest, **bulk, destinations=[entry] * number)
    assert "destinations" in text
    for accepted in (1, 50):
        members = {**bulk, "destinations": [entry] * accepted}
        classic.SendBulkTemplatedEmailRequest.model_validate(members)


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
    """Nothing becomes a name in silence that was not given as one, however deep."""
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
    """What Python could not read later is refused like any other bad value."""
    text = refusal(classic.TestRenderTemplateRequest, template_name="a", template_data=data)
    assert "100 deep" in text


@pytest.mark.parametrize("write", [dict, json.dumps])
def test_template_data_may_be_nested_a_hundred_deep(write: Callable[[object], Any]) -> None:
    """No template needs more, and a check can still take it apart."""
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
    """Python would write and read NaN, which is not valid JSON."""
    for data in (f'{{"total": {number}}}', {"total": float(number)}):
        text = refusal(classic.TestRenderTemplateRequest, template_name="t", template_data=data)
        assert "template_data" in text


def test_template_data_has_at_most_262144_characters() -> None:
    """The length is that of the text that is sent."""
    most = 262_144
    for data in ({"a": "x" * (most - 7)}, '{"a":"' + "x" * (most - 7) + '"}'):
        text = refusal(classic.TestRenderTemplateRequest, template_name="a", template_data=data)
        assert "template_data" in text
        assert "xxx" not in text
    fits = classic.TestRenderTemplateRequest(
        template_name="a", template_data={"a": "x" * (most - 8)}
    )
    assert len(str(fits.template_data)) == most


@pytest.mark.parametrize(
    ("shape", "name", "longest"),
    [
        (classic.MessageTag, "name", 256),
        (classic.MessageTag, "value", 256),
        (classic.EventDestination, "name", 64),
        (classic.DescribeConfigurationSetRequest, "configuration_set_name", 64),
        (classic.CloudWatchDimensionConfiguration, "dimension_name", 256),
        (classic.CloudWatchDimensionConfiguration, "default_dimension_value", 256),
    ],
)
def test_a_name_has_limited_characters(shape: type[Shape], name: str, longest: int) -> None:
    """A name has some characters, not too many, and no space, line end or letter beyond ASCII."""
    assert "at least 1 character" in refusal(shape, **{name: ""})
    assert f"at most {longest} characters" in refusal(shape, **{name: "x" * (longest + 1)})
    for bad in ("a b", "a\n", "ä", "a/b", "a,b", "٣"):
        assert "may only contain" in refusal(shape, **{name: bad})


@pytest.mark.parametrize(
    "kinds", [{}, {"sns_destination": TOPIC, "kinesis_firehose_destination": FIREHOSE}]
)
def test_events_go_to_exactly_one_kind_of_destination(kinds: dict[str, Shape]) -> None:
    """An event destination of no kind or of two is refused."""
    text = refusal(classic.EventDestination, name="a", matching_event_types=["send"], **kinds)
    assert "exactly one of kinesis_firehose_destination, cloud_watch_destination" in text


def test_events_are_named_as_v1_names_them() -> None:
    """The names of the other API are refused, and no event at all as well."""
    one = {"name": "a", "sns_destination": TOPIC}
    text = refusal(classic.EventDestination, **one, matching_event_types=["RENDERING_FAILURE"])
    assert "matching_event_types.0" in text
    assert "'renderingFailure'" in text
    assert "matching_event_types" in refusal(
        classic.EventDestination, **one, matching_event_types=[]
    )


@pytest.mark.parametrize("number", [0, 11])
def test_cloudwatch_metrics_have_1_to_10_dimensions(number: int) -> None:
    """CloudWatch metrics are broken down by 1 to 10 dimensions."""
    dimension = classic.CloudWatchDimensionConfiguration(
        dimension_name="campaign:a",
        dimension_value_source="messageTag",
        default_dimension_value="a@b.c",
    )
    text = refusal(classic.CloudWatchDestination, dimension_configurations=[dimension] * number)
    assert "dimension_configurations" in text


@pytest.mark.parametrize("number", [0, 101])
def test_a_page_holds_1_to_100_templates(number: int) -> None:
    """Other page sizes are refused."""
    assert "max_items" in refusal(classic.ListTemplatesRequest, max_items=number)


def test_what_the_classic_api_sends_is_hidden() -> None:
    """Addresses, subjects, bodies and template data are in neither repr nor str."""
    send = classic.SendTemplatedEmailRequest(
        **{**SEND, "template_data": {"name": SUBJECT}, "source": ADDRESS},
        reply_to_addresses=[ADDRESS],
        return_path=ADDRESS,
    )
    bulk = classic.SendBulkTemplatedEmailRequest(
        source=ADDRESS,
        template="order",
        default_template_data={"name": SUBJECT},
        destinations=[
            classic.BulkEmailDestination(
                destination=classic.Destination(cc_addresses=[ADDRESS], bcc_addresses=[ADDRESS]),
                replacement_template_data={"name": SUBJECT},
            )
        ],
        reply_to_addresses=[ADDRESS],
        return_path=ADDRESS,
    )
    template = classic.Template(
        template_name="order", subject_part=SUBJECT, text_part=SUBJECT, html_part=SUBJECT
    )
    shapes: list[Shape] = [
        send,
        bulk,
        classic.CreateTemplateRequest(template=template),
        classic.TestRenderTemplateRequest(template_name="a", template_data={"name": SUBJECT}),
        classic.TestRenderTemplateResponse.from_service({"RenderedTemplate": SUBJECT}),
        classic.SendBulkTemplatedEmailResponse.from_service(
            {"Status": [{"Status": "Failed", "Error": f"no {ADDRESS}", "To": ADDRESS}]}
        ),
    ]
    shown = "".join(f"{shape!r}{shape}" for shape in shapes)
    assert "order" in shown
    assert not [hidden for hidden in (ADDRESS, SUBJECT) if hidden in shown]


# What a shape is


def test_a_shape_is_frozen() -> None:
    """A member can be neither assigned nor deleted, and the refusal does not show a value."""
    message = models.GetMessageInsightsResponse(message_id="0100", subject=SUBJECT)
    with pytest.raises(ValidationError, match="frozen") as caught:
        message.subject = "Another order"  # type: ignore[misc]
    assert "Another order" not in str(caught.value)
    with pytest.raises(ValidationError, match="frozen"):
        del message.subject
    assert message.subject == SUBJECT


def test_a_list_is_held_as_a_tuple() -> None:
    """Any list of items fits, and what is given later to that list changes nothing."""
    values = ["Gmail"]
    filters = models.MessageInsightsFilters(isp=values)
    values.append("Yahoo")
    assert filters.isp == ("Gmail",)


def test_a_map_is_held_as_it_was_given() -> None:
    """What is given later to a map changes nothing, and nothing can be put into it."""
    dimensions = {"ISP": ["Gmail"]}
    source = models.MetricsDataSource(**{**METRICS, "dimensions": dimensions})
    dimensions["ISP"].append("Yahoo")
    dimensions["TENANT_NAME"] = ["one"]
    assert source.dimensions == {"ISP": ("Gmail",)}
    with pytest.raises(TypeError):
        source.dimensions["TENANT_NAME"] = ["one"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        source.dimensions.clear()  # type: ignore[attr-defined]
    assert repr(source.dimensions).startswith("{")
    assert len({source.dimensions, models.MetricsDataSource(**METRICS).dimensions}) == 2


def test_a_known_value_becomes_the_member_of_its_enum() -> None:
    """The text of a known value and the member itself are the same."""
    by_text = models.ListExportJobsRequest(job_status="FAILED")
    assert by_text.job_status is models.JobStatus.FAILED
    assert by_text == models.ListExportJobsRequest(job_status=models.JobStatus.FAILED)


def test_an_instant_is_held_in_utc() -> None:
    """An instant that was given in another time zone is the same one in UTC."""
    noon_in_india = datetime(2026, 1, 15, 12, tzinfo=INDIA)
    window = models.MessageInsightsDataSource(start_date=noon_in_india, end_date=NOON)
    assert window.start_date == datetime(2026, 1, 15, 6, 30, tzinfo=UTC)
    assert window.start_date.tzinfo is UTC


def test_shapes_are_equal_by_their_members() -> None:
    """Two shapes with the same members are equal, with other members they are not."""
    first = models.MessageInsightsFilters(destination=[ADDRESS])
    assert first == models.MessageInsightsFilters(destination=(ADDRESS,))
    assert first != models.MessageInsightsFilters(destination=["john@example.com"])
    assert first != models.MessageInsightsFilters(from_email_address=[ADDRESS])


@pytest.mark.parametrize(
    "shape",
    [
        models.MessageInsightsFilters(isp=["Gmail"], last_delivery_event=["SEND"]),
        models.MetricsDataSource(**METRICS),
        _metrics_request(),
        classic.SendTemplatedEmailRequest(**{**SEND, "template_data": {"items": ["tea"]}}),
        classic.EventDestination(
            name="a", matching_event_types=["send"], kinesis_firehose_destination=FIREHOSE
        ),
    ],
    ids=lambda shape: type(shape).__name__,
)
def test_a_shape_is_hashable(shape: Shape) -> None:
    """Equal shapes are one in a set, as what never changes may be."""
    assert len({shape, type(shape).model_validate(shape.to_service())}) == 1


def test_a_shape_may_be_built_by_wire_names() -> None:
    """A user may give members by wire names, and the same rules bind them."""
    built = models.ExportDestination.model_validate({"DataFormat": "CSV"})
    assert built == models.ExportDestination(data_format="CSV")
    with pytest.raises(ValidationError, match="s3_url"):
        models.ExportDestination.model_validate({"DataFormat": "CSV", "S3Url": LINK})


def test_what_was_not_given_is_not_sent() -> None:
    """The parameters of a call hold wire names, and nothing that was left out or is None."""
    assert models.ListExportJobsRequest(job_status=None).to_service() == {}
    request = models.CreateExportJobRequest(
        export_data_source=models.ExportDataSource(
            message_insights_data_source=models.MessageInsightsDataSource(
                **WINDOW,
                include=models.MessageInsightsFilters(subject=[SUBJECT], isp=[]),
                max_results=10_000,
            )
        ),
        export_destination=models.ExportDestination(data_format=models.DataFormat.JSON),
    )
    assert request.to_service() == {
        "ExportDataSource": {
            "MessageInsightsDataSource": {
                "StartDate": DAY,
                "EndDate": NOON,
                "Include": {"Subject": [SUBJECT]},
                "MaxResults": 10_000,
            }
        },
        "ExportDestination": {"DataFormat": "JSON"},
    }


def test_what_was_given_is_sent_even_when_it_is_empty() -> None:
    """An empty list that was given is sent: it may empty what the service holds."""
    given = classic.Destination(to_addresses=[ADDRESS], cc_addresses=[], bcc_addresses=None)  # type: ignore[arg-type] # as a user without a checker may
    assert given.to_service() == {"ToAddresses": [ADDRESS], "CcAddresses": []}
    in_a_dictionary = classic.BulkEmailDestination.model_validate(
        {"destination": {"to_addresses": [ADDRESS], "cc_addresses": [], "bcc_addresses": None}}
    )
    assert in_a_dictionary.destination.to_service() == given.to_service()


def test_what_was_not_validated_is_sent_by_wire_names_too() -> None:
    """A list stays a list, and the shapes in it become dictionaries as those in a tuple do."""
    reader = classic.BulkEmailDestination(destination=classic.Destination(to_addresses=[ADDRESS]))
    shape: Any = classic.SendBulkTemplatedEmailRequest
    request = shape.model_construct(destinations=[reader])
    assert request.to_service()["Destinations"] == [
        {"Destination": {"ToAddresses": [ADDRESS]}, "ReplacementTemplateData": "{}"}
    ]


def test_addresses_subjects_and_links_are_hidden() -> None:
    """What stands for a person or opens a file is in neither repr nor str, at any depth."""
    filters = models.MessageInsightsFilters(
        from_email_address=[ADDRESS], destination=[ADDRESS], subject=[SUBJECT]
    )
    dimensions = {"EMAIL_IDENTITY": [ADDRESS]}
    shapes: list[Shape] = [
        models.MessageInsightsDataSource(**WINDOW, include=filters, exclude=filters),
        models.MetricsDataSource(**{**METRICS, "dimensions": dimensions}),
        models.GetMessageInsightsResponse.from_service(
            {
                "MessageId": "0100",
                "FromEmailAddress": ADDRESS,
                "Subject": SUBJECT,
                "Insights": [
                    {
                        "Destination": ADDRESS,
                        "Cc": ADDRESS,
                        "Events": [
                            {
                                **EVENT,
                                "Details": {"Bounce": {"DiagnosticCode": f"no {ADDRESS}"}},
                            }
                        ],
                    }
                ],
                "ReplyTo": [ADDRESS],
            }
        ),
        models.GetExportJobResponse.from_service(
            {
                **EXPORT_JOB,
                "ExportDestination": {"DataFormat": "CSV", "S3Url": LINK},
                "FailureInfo": {"ErrorMessage": f"no {ADDRESS}", "FailedRecordsS3Url": LINK},
            }
        ),
        models.ImportDataSource.from_service({"DataFormat": "CSV", "S3Url": LINK}),
    ]
    shown = "".join(f"{shape!r}{shape}" for shape in shapes)
    assert not [hidden for hidden in (ADDRESS, SUBJECT, "c0ffee") if hidden in shown]
