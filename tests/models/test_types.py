"""What types say of requests and responses is what holds at run time."""

from __future__ import annotations

import inspect
import pickle
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from sesinsights import SESInsights, models
from sesinsights.classic import models as classic
from sesinsights.errors import ResponseValidationError
from sesinsights.models.shape import Shape
from tests.models.always_sent import ALWAYS_SENT
from tests.models.responses import CREATED, EVENT, EXPORT_JOB, IMPORT_JOB, MESSAGE

if TYPE_CHECKING:
    from enum import StrEnum
    from types import ModuleType

INPUTS = [
    (getattr(package, name.removesuffix("Input")), getattr(package, name))
    for package in (models, classic)
    for name in package.__all__
    if name.endswith("Input")
]
SHAPES = [
    shape
    for package in (models, classic)
    for shape in (getattr(package, name) for name in package.__all__)
    if isinstance(shape, type) and issubclass(shape, Shape)
]
each_module = pytest.mark.parametrize(
    "shapes",
    [
        pytest.param([shape for shape in SHAPES if shape.__module__ == module], id=module)
        for module in dict.fromkeys(shape.__module__ for shape in SHAPES)
    ],
)

INPUT_NAMES = [f"{enum.__module__}.{enum.__name__}" for enum, _ in INPUTS]


@pytest.mark.parametrize(("enum", "alias"), INPUTS, ids=INPUT_NAMES)
def test_a_request_takes_the_enum_its_texts_and_new_values(
    enum: type[StrEnum], alias: object
) -> None:
    """What stands beside an enum names each of its values, and no other."""
    member, texts, new = get_args(alias)
    assert (member, get_origin(texts), new) == (enum, Literal, models.NewValue)
    assert get_args(texts) == tuple(value.value for value in enum)


def test_a_new_value_is_sent_and_read_alike() -> None:
    """A newer value is written with `NewValue`, and a response that has it holds the same."""
    sent = models.ExportDestination(data_format=models.NewValue("PARQUET"))
    assert sent.to_service() == {"DataFormat": "PARQUET"}
    read = models.ExportDestination.from_service({"DataFormat": "PARQUET"})
    assert read == sent
    assert pickle.loads(pickle.dumps(read)) == sent
    assert sent.model_dump_json() == '{"data_format":"PARQUET","s3_url":null}'
    known = models.ExportDestination(data_format=models.NewValue("CSV"))
    assert known.data_format is models.DataFormat.CSV


class _Row(BaseModel):
    status: models.JobStatus | models.NewValue
    wanted: models.JobStatusInput | None = None
    new: models.NewValue = models.NewValue("LATER")


def test_a_users_own_model_holds_an_open_enum() -> None:
    """A field reads the text of a member as the member and any other as new, also from JSON."""
    finished, paused = models.JobStatus.COMPLETED, models.NewValue("PAUSED")
    given: Any
    for given, held in (
        ("COMPLETED", finished),
        (finished, finished),
        ("PAUSED", paused),
        (paused, paused),
    ):
        row = _Row(status=given, wanted=given)
        read = _Row.model_validate_json(row.model_dump_json())
        for each in (row, read, _Row.model_validate(row.model_dump())):
            assert (type(each.status), each.status, each.wanted) == (type(held), held, held)
        assert row.model_dump(mode="json")["status"] == str(held)
        assert type(row.new) is models.NewValue


def test_a_new_value_is_text_in_a_users_own_model() -> None:
    """A field refuses what is not text, and in strict mode what is not a new value."""
    wrong: Any
    for wrong in (7, None, []):
        with pytest.raises(ValidationError, match="new"):
            _Row.model_validate({"status": "CREATED", "new": wrong})
    with pytest.raises(ValidationError, match="new"):
        _Row.model_validate({"status": models.JobStatus.CREATED, "new": "LATER"}, strict=True)


@pytest.mark.parametrize("package", [models, classic])
def test_a_users_own_model_can_hold_whatever_requests_take(package: ModuleType) -> None:
    """Dictionaries, and what stands beside an enum, have a schema."""
    for name in package.__all__:
        if name.endswith(("Dict", "Input")):
            assert TypeAdapter(getattr(package, name)).json_schema()


def test_a_typo_is_refused_and_told_how_to_send_what_is_new() -> None:
    """The error names the known values, and the one way to write another."""
    typo: Any = "XML"
    with pytest.raises(ValidationError, match=r"'CSV' or 'JSON'; write models\.NewValue"):
        models.ExportDestination(data_format=typo)


@pytest.mark.parametrize("member", [*ALWAYS_SENT["sesv2"], *ALWAYS_SENT["ses"]])
def test_what_is_always_sent_is_required(member: str) -> None:
    """Absent or null after all, it is an error that names it and has the response."""
    name, _, wire_name = member.partition(".")
    shape = getattr(models, name, None) or getattr(classic, name)
    fields = {field.serialization_alias: name for name, field in shape.model_fields.items()}
    for answer in ({}, {wire_name: None}):
        with pytest.raises(ResponseValidationError, match=f"{fields[wire_name]}: ") as caught:
            shape.from_service(answer)
        assert caught.value.response is answer


def test_two_checks_are_one() -> None:
    """What is deep in a response is also on top of it, and None where it is absent."""
    bare = models.InsightsEvent.from_service(EVENT)
    assert (bare.bounce, bare.complaint) == (None, None)
    details = {"Bounce": {"BounceSubType": "General"}, "Complaint": {}}
    event = models.InsightsEvent.from_service({**EVENT, "Details": details})
    assert event.details
    assert (event.bounce, event.complaint) == (event.details.bounce, event.details.complaint)
    running = models.GetExportJobResponse.from_service(EXPORT_JOB)
    assert not running.is_finished
    assert (running.duration, running.s3_url, running.error_message) == (None, None, None)
    ended = {
        "JobStatus": "FAILED",
        "CompletedTimestamp": CREATED + timedelta(minutes=3),
        "FailureInfo": {"ErrorMessage": "no"},
        "ExportDestination": {"DataFormat": "CSV", "S3Url": "https://link"},
    }
    job = models.GetExportJobResponse.from_service({**EXPORT_JOB, **ended})
    assert (job.is_finished, job.duration) == (True, timedelta(minutes=3))
    assert (job.s3_url, job.error_message) == ("https://link", "no")
    for kind, answer in (
        (models.ExportJobSummary, EXPORT_JOB),
        (models.ImportJobSummary, IMPORT_JOB),
        (models.GetImportJobResponse, IMPORT_JOB),
    ):
        states = {
            status: kind.from_service({**answer, "JobStatus": status}).is_finished
            for status in (*models.JobStatus, "NEW")
        }
        assert {status for status, over in states.items() if over} == {
            "COMPLETED",
            "FAILED",
            "CANCELLED",
        }


@each_module
def test_a_shape_tells_of_itself(shapes: list[type[Shape]]) -> None:
    """Its signature has the names of its fields, and each field what its source says."""
    # `inspect.getsource` of a class would parse its module once more.
    source = inspect.getsource(sys.modules[shapes[0].__module__])
    for shape in shapes:
        own = source.split(f"\nclass {shape.__name__}(")[1].split("\nclass ")[0]
        parameters = inspect.signature(shape).parameters.values()
        assert [parameter.name for parameter in parameters] == [*shape.model_fields]
        for parameter, field in zip(parameters, shape.model_fields.values(), strict=True):
            assert parameter.kind is parameter.KEYWORD_ONLY
            assert (parameter.default is parameter.empty) == field.is_required()
            assert field.description
            assert f'"""{field.description.splitlines()[0]}' in own


@each_module
def test_a_shape_names_what_it_allows(shapes: list[type[Shape]]) -> None:
    """A misspelt name of each field is refused with its right spelling and all the others."""
    for shape in shapes:
        allowed = ", ".join(map(repr, shape.model_fields))
        for name in shape.model_fields:
            with pytest.raises(ValidationError) as caught:
                shape.model_validate({f"{name}x": 1})
            (said,) = (
                problem["msg"]
                for problem in caught.value.errors()
                if problem["loc"] == (f"{name}x",)
            )
            assert said == f"Unknown name; did you mean {name!r}? Allowed: {allowed}"


@pytest.mark.parametrize("package", [models, classic])
def test_every_hint_can_be_read_at_run_time(package: ModuleType) -> None:
    """Also those of the dictionaries that requests take, by programs that work with annotations."""
    for offered in (getattr(package, name) for name in package.__all__):
        if isinstance(offered, type):
            assert get_type_hints(offered).keys() >= vars(offered).get("__annotations__", {}).keys()


def test_a_schema_has_the_descriptions() -> None:
    """By the names at the service and by those in Python."""
    for by_alias, name in ((True, "JobId"), (False, "job_id")):
        schema = models.GetExportJobRequest.model_json_schema(by_alias=by_alias)
        assert schema["properties"][name]["description"] == "The job's id."


@pytest.mark.parametrize("package", [models, classic])
def test_a_schema_of_what_is_serialized_has_the_members(package: ModuleType) -> None:
    """Those of the model, and room for new ones: web services show it for what they return."""
    for shape in (getattr(package, name) for name in package.__all__):
        if isinstance(shape, type) and issubclass(shape, Shape) and shape.model_fields:
            written = shape.model_json_schema(mode="serialization")
            assert written["properties"].keys() == shape.model_json_schema()["properties"].keys()
            assert written["additionalProperties"] is True


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (datetime(2026, 11, 20), "datetime(2026, 11, 20, tzinfo=UTC)"),  # noqa: DTZ001 - the case
        (datetime(2026, 11, 20, 5, 30), "datetime(2026, 11, 20, 5, 30, tzinfo=UTC)"),  # noqa: DTZ001 - the case
        (date(2026, 11, 20), "datetime(2026, 11, 20, tzinfo=UTC)"),
        ("2026-11-20", "datetime(2026, 11, 20, tzinfo=UTC)"),
        ("2026-11-20 05:00:01", "datetime(2026, 11, 20, 5, 0, 1, tzinfo=UTC)"),
        ("yesterday", "datetime(2026, 11, 20, tzinfo=UTC)"),
    ],
)
def test_a_bad_time_is_told_what_to_write(given: Any, written: str) -> None:
    """Built, validated or passed to a client: the code is in the error, and no link."""
    end = datetime(2026, 11, 30, tzinfo=UTC)
    window = {"start_date": given, "end_date": end}
    ways = (
        lambda: models.MessageInsightsDataSource(**window),
        lambda: models.MessageInsightsDataSource.model_validate(window),
        lambda: SESInsights().export_message_insights(**window),
        lambda: models.ExportDataSource.model_validate({"message_insights_data_source": window}),
    )
    for way in ways:
        with pytest.raises(ValidationError) as caught:
            way()
        assert str(caught.value).count(f"; write {written}") == 1
        assert "errors.pydantic.dev" not in str(caught.value)
        assert "start_date" in str(caught.value)


def test_no_error_links_to_another_site() -> None:
    """However a shape is built or changed."""
    wrong: Any = {"job_id": 7, "other": 1}
    request = models.GetExportJobRequest(job_id="1")
    for way in (
        lambda: models.GetExportJobRequest(**wrong),
        lambda: models.GetExportJobRequest.model_validate(wrong),
        lambda: models.GetExportJobRequest.model_validate_json("{}"),
        lambda: setattr(request, "job_id", "2"),
    ):
        with pytest.raises(ValidationError) as caught:
            way()
        assert "http" not in str(caught.value)


def test_answers_read_as_text() -> None:
    """A message is a timeline, a job a line, a page a table; nothing of a person is shown."""
    bounced = {
        "Type": "BOUNCE",
        "Timestamp": CREATED + timedelta(seconds=2),
        "Details": {"Bounce": {"BounceType": "PERMANENT", "BounceSubType": "General"}},
    }
    at = {"Destination": "ada@example.com", "Isp": "Gmail", "Events": [bounced, EVENT]}
    message = models.GetMessageInsightsResponse.from_service({**MESSAGE, "Insights": [at]})
    assert str(message).splitlines() == [
        "Message 0100",
        "Recipient at Gmail",
        "  2026-01-15 00:00:00 UTC  SEND",
        "  2026-01-15 00:00:02 UTC  BOUNCE (PERMANENT, General)",
    ]
    ended = {"JobStatus": "FAILED", "CompletedTimestamp": CREATED + timedelta(seconds=200)}
    failure = {"FailureInfo": {"ErrorMessage": "no ada@example.com"}}
    job = models.GetExportJobResponse.from_service({**EXPORT_JOB, **ended, **failure})
    assert str(job) == (
        "Export job 1: FAILED, MESSAGE_INSIGHTS, created 2026-01-15 00:00:00 UTC, took 0:03:20, "
        "failed: no <address>"
    )
    page = models.ListExportJobsResponse.from_service(
        {"ExportJobs": [EXPORT_JOB, {**EXPORT_JOB, **ended}], "NextToken": "t"}
    )
    assert str(page).splitlines() == [
        "Export job  Status      Type              Created                  Took",
        "1           PROCESSING  MESSAGE_INSIGHTS  2026-01-15 00:00:00 UTC",
        "1           FAILED      MESSAGE_INSIGHTS  2026-01-15 00:00:00 UTC  0:03:20",
        "More follow on the next page: see next_token.",
    ]
    assert str(models.ListImportJobsResponse()) == "No import jobs."
    template = classic.GetTemplateResponse.from_service({"Template": {"TemplateName": "order"}})
    assert str(template) == "Template order with nothing in it"
    quota = classic.GetSendQuotaResponse(
        max24_hour_send=50_000, max_send_rate=14, sent_last24_hours=1200
    )
    assert str(quota) == "1,200 of 50,000 recipients in 24 hours, up to 14 a second"
    assert str(classic.ConfigurationSet(name="news")) == "ConfigurationSet(name='news')"
