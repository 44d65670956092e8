"""What the service may send, and how it is read."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from pydantic import ValidationError

from sesinsights import models
from sesinsights.classic import models as classic
from sesinsights.errors import ResponseValidationError
from sesinsights.models.shape import Shape
from tests.models.export_sources import DAY, INDIA, NOON
from tests.models.personal_data import ADDRESS, LINK, SUBJECT
from tests.models.responses import EVENT, EXPORT_JOB, MESSAGE

if TYPE_CHECKING:
    from types import ModuleType


def test_new_members_are_kept() -> None:
    """Members that the model does not know yet are in model_extra and in the wire form."""
    failure = {"ErrorMessage": "no", "Codes": [7]}
    answer = {**EXPORT_JOB, "Priority": 3, "FailureInfo": failure}
    job = models.GetExportJobResponse.from_service(answer)
    assert job.model_extra == {"Priority": 3}
    assert job.failure_info
    assert job.failure_info.model_extra == {"Codes": [7]}
    assert job.model_dump(by_alias=True, exclude_unset=True) == answer


def test_answers_are_read_by_wire_names() -> None:
    """A new member is not taken for the one whose field is called like it."""
    new = {"job_id": "not what JobId is"}
    job = models.GetExportJobResponse.from_service({**EXPORT_JOB, **new})
    assert job.job_id == "1"
    assert job.model_extra == new


def test_what_botocore_adds_is_left_out() -> None:
    """The metadata of a response is not a member of it."""
    answer = {"JobId": "1", "ResponseMetadata": {"HTTPStatusCode": 200}}
    job = models.CreateExportJobResponse.from_service(answer)
    assert job == models.CreateExportJobResponse.from_service({"JobId": "1"})
    assert "ResponseMetadata" in answer


def test_new_enum_values_are_strings() -> None:
    """A value that is new at the service is text that knows it is new, also in lists and maps."""
    job = models.GetExportJobResponse.from_service(
        {
            **EXPORT_JOB,
            "JobStatus": "PAUSED",
            "ExportDestination": {"DataFormat": "PARQUET"},
            "ExportDataSource": {
                "MetricsDataSource": {
                    "Dimensions": {"COUNTRY": ["US"]},
                    "Namespace": "VDM2",
                    "Metrics": [{"Name": "READ", "Aggregation": "MEDIAN"}],
                    "StartDate": DAY,
                    "EndDate": NOON,
                }
            },
        }
    )
    assert job.job_status == "PAUSED"
    assert type(job.job_status) is models.NewValue
    assert isinstance(job.job_status, str)
    assert type(job.job_status.value) is type(job.job_status.name) is str
    assert job.job_status.value == job.job_status.name == "PAUSED"
    assert job.export_destination
    assert type(job.export_destination.data_format) is models.NewValue
    assert job.export_data_source
    source = job.export_data_source.metrics_data_source
    assert source
    assert source.dimensions == {"COUNTRY": ("US",)}
    assert [type(name) for name in source.dimensions] == [models.NewValue]
    assert [type(metric.name) for metric in source.metrics] == [models.NewValue]


def test_known_enum_values_are_members() -> None:
    """A value that is known is the member of its enum, also in a list."""
    destination = models.EventDestination.from_service(
        {"Name": "events", "MatchingEventTypes": ["SEND", "TELEPORT"]}
    )
    known, new = destination.matching_event_types
    assert known is models.EventType.SEND
    assert type(new) is models.NewValue


def test_no_limit_binds_the_service() -> None:
    """The service may send what a user may not: too many, too long, empty, out of order."""
    long = "x" * 2000
    answer: dict[str, Any] = {
        **EXPORT_JOB,
        "JobId": "",
        "ExportDestination": {"DataFormat": "CSV", "S3Url": LINK},
        "ExportDataSource": {
            "MessageInsightsDataSource": {
                "StartDate": NOON,
                "EndDate": DAY,
                "Include": {"Subject": [long, "", "a*b"], "Isp": ["*"] * 6},
                "MaxResults": 20_000,
            },
            "MetricsDataSource": {
                "Dimensions": {"ISP": ["*", "a"], "EMAIL_IDENTITY": ["*"], "TENANT_NAME": []},
                "Namespace": "VDM",
                "Metrics": [],
                "StartDate": NOON,
                "EndDate": DAY,
            },
        },
    }
    job = models.GetExportJobResponse.from_service(answer)
    assert job.model_dump(by_alias=True, exclude_unset=True) == answer


def test_no_limit_binds_the_service_in_v1() -> None:
    """Long names, odd characters, any number of kinds and new values are read as they come."""
    long = "ä b" * 200
    answer: dict[str, Any] = {
        "ConfigurationSet": {"Name": long},
        "EventDestinations": [
            {"Name": "", "MatchingEventTypes": []},
            {
                "Name": long,
                "MatchingEventTypes": ["send", "deliveryDelay"],
                "SNSDestination": {"TopicARN": ""},
                "CloudWatchDestination": {
                    "DimensionConfigurations": [
                        {
                            "DimensionName": "",
                            "DimensionValueSource": "moon",
                            "DefaultDimensionValue": long,
                        }
                    ]
                    * 11
                },
            },
        ],
        "DeliveryOptions": {"TlsPolicy": "Perhaps"},
    }
    read = classic.DescribeConfigurationSetResponse.from_service(answer)
    assert read.model_dump(by_alias=True, exclude_unset=True) == answer
    assert read.event_destinations[1].matching_event_types[0] is classic.EventType.SEND
    assert read.delivery_options
    assert type(read.delivery_options.tls_policy) is models.NewValue


@pytest.mark.parametrize(
    ("shape", "answer", "missing"),
    [
        (
            models.GetMessageInsightsResponse,
            {**MESSAGE, "EmailTags": [{"Name": ADDRESS}]},
            "email_tags.0.value",
        ),
        (
            models.GetExportJobResponse,
            {**EXPORT_JOB, "ExportDestination": {}},
            "export_destination.data_format",
        ),
        (models.ListExportJobsResponse, {"ExportJobs": [EXPORT_JOB, {}]}, "export_jobs.1.job_id"),
        (
            models.GetMessageInsightsResponse,
            {
                **MESSAGE,
                "Insights": [
                    {"Destination": ADDRESS, "Events": [EVENT, {"Timestamp": NOON}]},
                ],
            },
            "insights.0.events.1.type",
        ),
        (
            models.GetConfigurationSetEventDestinationsResponse,
            {"EventDestinations": [{"Name": ADDRESS}]},
            "event_destinations.0.matching_event_types",
        ),
        (classic.SendTemplatedEmailResponse, {"Id": ADDRESS}, "message_id"),
        (classic.SendBulkTemplatedEmailResponse, {"Error": ADDRESS}, "status"),
        (
            classic.DescribeConfigurationSetResponse,
            {
                "EventDestinations": [
                    {
                        "Name": ADDRESS,
                        "MatchingEventTypes": [],
                        "KinesisFirehoseDestination": {"DeliveryStreamARN": "stream"},
                    }
                ]
            },
            "event_destinations.0.kinesis_firehose_destination.iam_role_arn",
        ),
    ],
)
def test_an_absent_required_member_is_an_error(
    shape: type[Shape], answer: dict[str, Any], missing: str
) -> None:
    """What the service model requires must be there, or an error names it and has the response."""
    with pytest.raises(ResponseValidationError) as caught:
        shape.from_service(answer)
    assert caught.value.response is answer
    assert caught.value.shape == shape.__name__
    assert isinstance(caught.value.__cause__, ValidationError)
    assert f"{missing}: Field required" in str(caught.value)
    assert ADDRESS not in str(caught.value)


@pytest.mark.parametrize("shape", [models.CreateExportJobResponse, models.CreateImportJobResponse])
def test_a_created_job_has_an_id(shape: type[Shape]) -> None:
    """Without it, the job cannot be followed, and the error says so at once."""
    with pytest.raises(ResponseValidationError, match=r"job_id: .* at least 1 character"):
        shape.from_service({"JobId": ""})


@pytest.mark.parametrize(
    ("shape", "answer"),
    [
        (models.GetMessageInsightsResponse, {"Subject": {"Text": SUBJECT}}),
        (models.GetMessageInsightsResponse, {"EmailTags": ADDRESS}),
        (models.GetMessageInsightsResponse, {"Insights": [ADDRESS]}),
        (models.InsightsEvent, {"Timestamp": ADDRESS}),
        (models.InsightsEvent, {"Timestamp": float("nan")}),
        (models.ExportStatistics, {"ProcessedRecordsCount": ADDRESS}),
        (models.EventDestination, {"Name": "a", "MatchingEventTypes": [7]}),
        (classic.GetTemplateResponse, {"Template": ADDRESS}),
        (classic.GetSendQuotaResponse, {"MaxSendRate": ADDRESS}),
        (classic.ReputationOptions, {"LastFreshStart": ADDRESS}),
        (classic.SendBulkTemplatedEmailResponse, {"Status": [{"Error": {"Text": ADDRESS}}]}),
    ],
)
def test_another_type_is_an_error(shape: type[Shape], answer: dict[str, Any]) -> None:
    """A member of another type than the model's is an error that names it and shows no value."""
    with pytest.raises(ResponseValidationError) as caught:
        shape.from_service(answer)
    assert caught.value.response is answer
    assert xform_name([*answer][-1]) in str(caught.value)
    assert ADDRESS not in str(caught.value)
    assert SUBJECT not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [None, [], "text", 5, models.CreateExportJobResponse(job_id="job"), [("JobId", "job")]],
)
def test_what_is_no_dictionary_is_an_error(answer: Any) -> None:
    """Whatever stands where a response should is attached to the error."""
    with pytest.raises(ResponseValidationError, match="not a dictionary") as caught:
        models.ExportJobSummary.from_service(answer)
    assert caught.value.response is answer
    assert caught.value.shape == "ExportJobSummary"


def test_an_address_as_a_key_is_not_shown() -> None:
    """Neither the error nor its cause shows an address that the service gives as a key."""
    answer = {"Dimensions": {ADDRESS: 5}, "Namespace": "VDM", "Metrics": [], "StartDate": NOON}
    with pytest.raises(ResponseValidationError, match=r"dimensions\.<address>: ") as caught:
        models.MetricsDataSource.from_service(answer)
    assert ADDRESS not in str(caught.value) + str(caught.value.__cause__)
    assert "end_date: Field required" in str(caught.value)


@pytest.mark.parametrize("package", [models, classic])
def test_other_absent_members_are_none_or_empty(package: ModuleType) -> None:
    """What a response need not have is None where it is absent, and a list is empty."""
    for shape in (getattr(package, name) for name in package.__all__):
        if not isinstance(shape, type) or not issubclass(shape, Shape):
            continue
        required = {name for name, field in shape.model_fields.items() if field.is_required()}
        if required:
            with pytest.raises(ResponseValidationError) as caught:
                shape.from_service({})
            assert str(caught.value).count("Field required") == len(required)
        else:
            read = shape.from_service({})
            assert {value for _, value in read} <= {None, ()}
            assert read.model_dump(by_alias=True, exclude_unset=True) == {}


@pytest.mark.parametrize(
    ("shape", "answer", "name"),
    [
        (models.GetMessageInsightsResponse, {**MESSAGE, "Insights": None}, "insights"),
        (models.ListExportJobsResponse, {"ExportJobs": None}, "export_jobs"),
        (
            models.CloudWatchDestination,
            {"DimensionConfigurations": None},
            "dimension_configurations",
        ),
        (classic.ListTemplatesResponse, {"TemplatesMetadata": None}, "templates_metadata"),
    ],
)
def test_a_null_list_is_empty(shape: type[Shape], answer: dict[str, Any], name: str) -> None:
    """A list that is null is one that holds nothing."""
    assert getattr(shape.from_service(answer), name) == ()


@pytest.mark.parametrize(
    "sent",
    [
        datetime(2026, 1, 15, 12),  # noqa: DTZ001 - what botocore would read as UTC
        datetime(2026, 1, 15, 17, 30, tzinfo=INDIA),
        NOON,
        1_768_478_400,
        1_768_478_400.0,
        "2026-01-15T12:00:00Z",
    ],
)
def test_instants_are_read_as_utc(sent: object) -> None:
    """However a response writes an instant, it is an aware datetime in UTC."""
    event = models.InsightsEvent.from_service({**EVENT, "Timestamp": sent})
    assert event.timestamp == NOON
    assert event.timestamp.tzinfo is UTC


def test_an_unreadable_instant_is_an_error() -> None:
    """An instant that has no date in UTC is a response that cannot be read."""
    answer = {**EVENT, "Timestamp": datetime(1, 1, 1, tzinfo=INDIA)}
    with pytest.raises(ResponseValidationError, match="timestamp"):
        models.InsightsEvent.from_service(answer)


def test_an_answer_pickles() -> None:
    """A response comes back from a pickle as it was, new members and new values included."""
    job = models.GetExportJobResponse.from_service(
        {
            **EXPORT_JOB,
            "JobStatus": "PAUSED",
            "Priority": 3,
            "ExportDataSource": {"MessageInsightsDataSource": {"StartDate": DAY, "EndDate": NOON}},
            "FailureInfo": {"Codes": [7]},
        }
    )
    restored = pickle.loads(pickle.dumps(job))
    assert restored == job
    assert restored.model_dump(by_alias=True) == job.model_dump(by_alias=True)
    assert repr(restored) == repr(job)


def test_the_json_of_an_answer_has_new_members() -> None:
    """The JSON form of a response holds new members and writes instants in UTC."""
    answer = {**EXPORT_JOB, "CreatedTimestamp": NOON, "UpdatedTimestamp": NOON}
    job = models.ExportJobSummary.from_service(answer)
    assert job.model_dump(mode="json", by_alias=True, exclude_unset=True) == {
        **EXPORT_JOB,
        "CreatedTimestamp": "2026-01-15T12:00:00Z",
        "UpdatedTimestamp": "2026-01-15T12:00:00Z",
    }
