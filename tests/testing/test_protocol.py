"""Requests are routed and checked from the service model."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import urllib3

    from sesinsights.testing import SESEmulator

    Post = Callable[..., tuple[int, str | None, dict[str, Any]]]
    Refused = Callable[..., tuple[int, str, str]]

INSIGHTS: dict[str, Any] = {"StartDate": 1768400000, "EndDate": 1768478400}


def _create(**changes: Any) -> dict[str, Any]:
    """Return the body of a CreateExportJob call that would be accepted but for the changes."""
    return {
        "ExportDataSource": {"MessageInsightsDataSource": INSIGHTS},
        "ExportDestination": {"DataFormat": "CSV"},
        **changes,
    }


def _source(**changes: Any) -> dict[str, Any]:
    return _create(ExportDataSource={"MessageInsightsDataSource": {**INSIGHTS, **changes}})


def test_labels_are_decoded_once(client: Any, emulator: SESEmulator) -> None:
    """An identifier may have slashes, percent signs and spaces."""
    message_id = "<a/b%2Fc d@email.amazonses.com>"
    emulator.add_message(message_id=message_id)
    assert client.get_message_insights(MessageId=message_id)["MessageId"] == message_id


def test_a_closing_slash_is_optional(post: Post, emulator: SESEmulator) -> None:
    """Paths mean the same with and without it."""
    message_id = emulator.add_message()
    status, _, answer = post(f"/v2/email/insights/{message_id}", b"", "GET")
    assert (status, answer["MessageId"]) == (200, message_id)


def test_every_answer_has_a_request_id_of_its_own(client: Any) -> None:
    """Every response has a request id of its own."""
    ids = {client.list_export_jobs()["ResponseMetadata"]["RequestId"] for _ in range(3)}
    assert len(ids) == 3


def test_times_keep_their_fractions(client: Any) -> None:
    """Milliseconds go in and come out; what is finer is not shown."""
    start = datetime(2026, 1, 15, 0, 0, 0, 123_000, tzinfo=UTC)
    end = datetime(2026, 1, 15, 0, 0, 0, 124_999, tzinfo=UTC)
    job_id = client.create_export_job(
        ExportDataSource={
            "MessageInsightsDataSource": {
                "StartDate": start,
                "EndDate": end,
            }
        },
        ExportDestination={"DataFormat": "CSV"},
    )["JobId"]
    answer = client.get_export_job(JobId=job_id)
    source = answer["ExportDataSource"]["MessageInsightsDataSource"]
    assert (source["StartDate"], source["EndDate"]) == (start, end.replace(microsecond=124_000))


@pytest.mark.parametrize("path", ["/v2/email/nothing", "/v2/email/insights//", "/"])
def test_an_unknown_path_is_no_operation(path: str, post: Post, emulator: SESEmulator) -> None:
    """An unknown path gets an error, and does not count as a call."""
    assert post(path, {})[:2] == (404, "UnknownOperationException")
    assert emulator.requests == []


def test_an_unknown_method_is_no_operation(post: Post) -> None:
    """An unknown method is not an operation."""
    assert post("/v2/email/list-export-jobs", {}, "PUT")[:2] == (404, "UnknownOperationException")


def test_a_head_request_has_an_answer_without_a_body(
    http: urllib3.PoolManager, emulator: SESEmulator
) -> None:
    """The connection stays usable after it."""
    for _ in range(2):
        answer = http.request("HEAD", emulator.endpoint_url + "/v2/email/insights/a/")
        assert (answer.status, answer.data) == (404, b"")


def test_unsigned_requests_are_refused(http: urllib3.PoolManager, emulator: SESEmulator) -> None:
    """Unsigned requests are refused."""
    answer = http.request("POST", emulator.endpoint_url + "/v2/email/list-export-jobs")
    assert answer.status == 403
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_a_chunked_body_is_read(http: urllib3.PoolManager, emulator: SESEmulator) -> None:
    """Some SDKs stream what they send."""
    url = emulator.endpoint_url + "/v2/email/list-export-jobs"
    for _ in range(2):
        answer = http.request(
            "POST", url, body=iter([b'{"Page', b'Size": 3}']), headers={"Authorization": "x"}
        )
        assert answer.status == 200
    assert [request.parameters for request in emulator.requests] == [{"PageSize": 3}] * 2


def test_operations_without_a_handler_say_so(client: Any, refused: Refused) -> None:
    """An operation without a handler is refused as not implemented."""
    status, code, message = refused(client.list_multi_region_endpoints)
    assert (status, code) == (501, "NotImplementedException")
    assert message == "The emulator does not implement ListMultiRegionEndpoints"
    *_, message = refused(client.get_email_template, TemplateName="welcome")
    assert message.endswith(
        "GetEmailTemplate. It keeps no templates: a send may name any, with any data."
    )


def test_members_that_the_model_does_not_know_are_ignored(post: Post) -> None:
    """An SDK that is newer than the model is not refused."""
    assert post("/v2/email/list-export-jobs", {"Novelty": 1, "PageSize": None})[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(_create(ExportDestination=[]), id="structure"),
        pytest.param(_source(StartDate="yesterday"), id="timestamp"),
        pytest.param(_source(StartDate=1e300), id="far away"),
        pytest.param(_source(StartDate=True), id="boolean for a number"),
        pytest.param(_source(MaxResults=1.5), id="integer"),
        pytest.param(_source(Include={"Isp": "Gmail"}), id="a list"),
        pytest.param(_source(Include={"Isp": [1]}), id="a string"),
        pytest.param(_source(Include={"Isp": [None]}), id="a null in a list"),
    ],
)
def test_wrong_types_cannot_be_read(post: Post, body: object) -> None:
    """The error names no member, and its message is null."""
    status, code, answer = post("/v2/email/export-jobs", body)
    assert (status, code, answer) == (400, "SerializationException", {"message": None})


@pytest.mark.parametrize(
    ("changes", "member", "told"),
    [
        pytest.param({"EndDate": None}, "endDate", "not be null", id="required"),
        pytest.param(
            {"MaxResults": 10_001},
            "maxResults",
            "have value less than or equal to 10000",
            id="most",
        ),
        pytest.param(
            {"Include": {"LastEngagementEvent": ["SHOUT"]}},
            "include.lastEngagementEvent.1.member",
            "satisfy enum value set: [OPEN, CLICK]",
            id="enum",
        ),
        pytest.param(
            {"Exclude": {"Isp": ["a"] * 6}},
            "exclude.isp",
            "have length less than or equal to 5",
            id="entries",
        ),
        pytest.param(
            {"Include": {"Subject": [""]}},
            "include.subject.1.member",
            "have length greater than or equal to 1",
            id="short",
        ),
        pytest.param(
            {"Include": {"Destination": ["someone@example.com" * 40]}},
            "include.destination.1.member",
            "have length less than or equal to 320",
            id="long",
        ),
    ],
)
def test_broken_constraints_are_told_by_member(
    post: Post, changes: dict[str, Any], member: str, told: str
) -> None:
    """Constraints of the model hold, and no message repeats a value, which may be an address."""
    status, code, answer = post("/v2/email/export-jobs", _source(**changes))
    assert (status, code) == (400, "BadRequestException")
    assert answer["message"] == (
        "1 validation error detected: Value at"
        f" 'exportDataSource.messageInsightsDataSource.{member}'"
        f" failed to satisfy constraint: Member must {told}"
    )


def test_a_call_without_members_lacks_its_source(post: Post) -> None:
    """The data source comes first."""
    assert post("/v2/email/export-jobs", {})[2] == {"message": "One data source must be provided"}
    _, _, answer = post("/v2/email/export-jobs", {**_create(), "ExportDestination": None})
    assert (
        "'exportDestination' failed to satisfy constraint: Member must not be" in answer["message"]
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(b"{", "not valid JSON", id="no JSON"),
        pytest.param(b"\xff", "not valid JSON", id="no text"),
        pytest.param(b'{"a":' * 100_000, "not valid JSON", id="nested too deeply"),
        pytest.param(b"[]", "body must be an object", id="no object"),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    body: bytes, told: str, post: Post, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no JSON object is refused before any member is looked at."""
    status, code, answer = post("/v2/email/export-jobs", body)
    assert (status, code) == (400, "SerializationException")
    assert told in answer["message"]
    assert capsys.readouterr().err == ""


def test_metrics_maps_are_checked(post: Post) -> None:
    """Keys and sizes of maps hold as well."""
    metrics: dict[str, Any] = {
        "Namespace": "VDM",
        "Metrics": [{"Name": "SEND", "Aggregation": "VOLUME"}],
        "StartDate": 1768348800,
        "EndDate": 1768435200,
    }
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "dimensions' failed to satisfy constraint: Member must have length greater than"),
        ({"COLOUR": ["red"]}, "dimensions' failed to satisfy constraint: Map keys must satisfy"),
        ({"ISP": []}, "dimensions.ISP' failed to satisfy constraint: Member must have length"),
    ]
    for dimensions, told in cases:
        source = {"MetricsDataSource": {**metrics, "Dimensions": dimensions}}
        _, _, answer = post("/v2/email/export-jobs", _create(ExportDataSource=source))
        assert told in answer["message"]


def test_requests_are_recorded_as_they_were_sent(post: Post, emulator: SESEmulator) -> None:
    """Requests are recorded as they were sent, refused or not."""
    post("/v2/email/list-export-jobs", {"PageSize": 500})
    post("/v2/email/export-jobs/a%20b", b"", "GET")
    post("/v2/email/export-jobs", b"{")
    seen = [(r.operation, r.parameters, r.status_code) for r in emulator.requests]
    assert seen == [
        ("ListExportJobs", {"PageSize": 500}, 400),
        ("GetExportJob", {"JobId": "a b"}, 400),
        ("CreateExportJob", {}, 400),
    ]
