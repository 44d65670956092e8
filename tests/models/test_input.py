"""What members of every request may hold: known values, instants with a zone, nothing empty."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from sesinsights import models
from sesinsights.classic import models as classic
from tests.models.export_sources import INDIA, METRICS, WINDOW
from tests.models.personal_data import ADDRESS
from tests.models.refusals import refusal

if TYPE_CHECKING:
    from sesinsights.models.shape import Shape


@pytest.mark.parametrize("shape", [models.ListExportJobsRequest, models.ExportJobSummary])
def test_an_unknown_enum_value_is_refused(shape: type[Shape]) -> None:
    """A value that an enum does not have is refused, and the error names those that it has."""
    text = refusal(shape, job_status="DONE")
    assert "job_status" in text
    for status in models.JobStatus:
        assert repr(status.value) in text


def test_an_unknown_enum_value_in_a_list_is_refused() -> None:
    """An enum's known values are the only ones in a list, too."""
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
    """A datetime without a time zone is refused."""
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


@pytest.mark.parametrize("name", ["from_email_address", "destination", "subject"])
def test_one_string_is_no_list(name: str) -> None:
    """A single string where several are expected is refused, and not shown."""
    text = refusal(models.MessageInsightsFilters, **{name: ADDRESS})
    assert name in text
    assert "list" in text
    assert ADDRESS not in text


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
    """An empty id, name or token is refused, as it would ask for something else."""
    text = refusal(shape, **{name: ""})
    assert name in text
    assert "at least 1 character" in text


@pytest.mark.parametrize("shape", [models.ListExportJobsRequest, models.ListImportJobsRequest])
@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_holds_1_to_100_jobs(shape: type[Shape], size: int) -> None:
    """A page holds 1 to 100 jobs, and other sizes are refused."""
    assert "page_size" in refusal(shape, page_size=size)


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


def test_a_broken_rule_is_said_without_the_name_of_an_exception() -> None:
    """A program can show the text of an error to its users as it is, also of an inner shape."""
    with pytest.raises(ValidationError) as of_itself:
        models.GetMessageInsightsRequest(message_id="")
    empty = {"metrics_data_source": None, "message_insights_data_source": None}
    with pytest.raises(ValidationError) as of_a_part:
        models.CreateExportJobRequest.model_validate(
            {"export_data_source": empty, "export_destination": {"data_format": "CSV"}}
        )
    for caught, said in ((of_itself, "must be the id that"), (of_a_part, "exactly one of")):
        (problem,) = caught.value.errors()
        assert problem["msg"].startswith(said)
        assert problem["type"] == "value_error"
        assert "Value error" not in str(caught.value)
