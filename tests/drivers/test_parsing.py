"""Responses are parsed exactly as botocore parses them, and the usual ones without its parser."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserFactory, RestJSONParser
from botocore.utils import parse_timestamp
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.drivers.parsing import ResponseParsers, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import ServiceModel

ODD = [
    *("null", "true", "false", "0", "-0", "-0.0", "1", "1.0", "1e2", "1.5", "-1", "1e-400"),
    *("9007199254740993", "123456789012345678901234567890", "253402300800", "1e400", "-1e400"),
    *("NaN", "Infinity", "-Infinity", "1767225600", "1767225600.1234567", "1.790312384592E9"),
    *('""', '"text"', '"true"', '"1"', '"1.5"', '"2026-01-15T12:00:00+01:00"', '"1767225600.1"'),
    *(r'"\ud800"', r'"\ud83d\ude00"', r'"\u0000"', '"é"', "[]", "[null]", '["a"]', "[1, null]"),
    *("{}", '{"a": null}', '{"a": "b"}', '{"a": 1, "a": 2}', '[{"a": {}}]'),
]
"""Values in JSON, of which each is right for some members and wrong for others."""

BODIES = [
    *(b"", b" ", b"null", b"5", b"[]", b'"text"', b"{}", b"{", b"<html></html>", b"{}{}", b"{},"),
    *(b'\xef\xbb\xbf{"JobId": "1"}', b'{"JobId": "\xff"}', b'{"JobId": "\xed\xa0\x80"}'),
    *(b'{"JobId": "a\nb"}', b"{'JobId': '1'}", b'{"JobId": "1",}', b' {"JobId" : "1"} \r\n\t'),
    *(b'{"JobId": "1", "JobId": "2"}', b'{"JobId": "1", "JobId": null}'),
    *(b'{"JobId": null, "JobId": "1"}', b'{"JobId": 1, "JobId": "1"}'),
    *(b'{"New": NaN}', b'{"New": -Infinity}', b'{"New": nan}', b'{"New": +1}', b'{"New": 01}'),
    *(b'{"New": 1.}', b'{"New": .5}', b'{"New": "\\ud800"}', b'{"New": "\\x"}', b'{"New": -NaN}'),
    *(b'{"New": %b}' % (b"1" * 5000), b'{"New": "%b"}' % (b"1" * 5000), b"[" * 5000),
    b'{"New": %b1%b, "JobId": "1"}' % (b'{"New": ' * 300, b"}" * 300),
]
"""Bodies of which some are JSON objects."""

REFUSALS = [
    *(b"", b"{}", b"null", b"<html>503</html>", b'{"message": "said"}', b'{"Message": "said"}'),
    *(b'{"__type": "a.b#NotFoundException:http://c", "message": null}', b'{"code": "Code"}'),
    *(b'{"Code": 5}', b'{"__type": "NotFoundException", "Code": "BadRequestException"}'),
]
"""Bodies of errors."""

HEADERS = [
    {},
    {"X-Amzn-RequestId": "request"},
    {"x-amz-request-id": "request", "x-amz-id-2": "host"},
    {"x-amzn-ErrorType": "com.a#TooManyRequestsException:http://b", "X-AMZN-REQUESTID": "1"},
    {"x-amzn-query-error": "Throttling;Sender"},
]


@cache
def service_model(service: str = "sesv2") -> ServiceModel:
    """Return what botocore knows of the service."""
    connect: Any = boto3.client
    client = connect(
        service, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    model: ServiceModel = client.meta.service_model
    client.close()
    return model


OURS: Any = ResponseParsers().create_parser("rest-json")
BOTOCORES: Any = RestJSONParser(parse_time)


def outcome(
    parser: Any, body: bytes, shape: Any, status: int, headers: Mapping[str, str]
) -> tuple[str, str]:
    """Return what comes of parsing, by its exact types."""
    response = {
        "body": body,
        "headers": HeadersDict(headers),
        "status_code": status,
        "context": {"operation_name": "Any"},
    }
    try:
        return "parsed", repr(parser.parse(response, shape))
    except Exception as error:  # noqa: BLE001 - botocore's parser raises many kinds
        return type(error).__name__, str(error)


def assert_same(
    body: bytes, shape: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> None:
    """Parse a body twice, and compare."""
    assert outcome(OURS, body, shape, status, headers or {}) == outcome(
        BOTOCORES, body, shape, status, headers or {}
    ), (body, shape)


def structures() -> list[Any]:
    """Return every structure within answers and errors."""
    model = service_model()
    found: dict[str, Any] = {}

    def walk(shape: Any) -> None:
        if shape.type_name == "structure" and shape.name not in found:
            found[shape.name] = shape
            for member in shape.members.values():
                walk(member)
        elif shape.type_name == "list":
            walk(shape.member)
        elif shape.type_name == "map":
            walk(shape.value)

    for name in model.operation_names:
        walk(model.operation_model(name).output_shape)
    for shape in model.error_shapes:
        walk(shape)
    return [*found.values()]


def wire_names(shape: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members of a structure by the names that answers have."""
    for name, member in shape.members.items():
        yield member.serialization.get("name", name), member


def usual(shape: Any) -> Any:
    """Return a value as the service gives it, with every member."""
    match shape.type_name:
        case "structure":
            return {name: usual(member) for name, member in wire_names(shape)}
        case "list":
            return [usual(shape.member)] * 2
        case "map":
            return {"a": usual(shape.value), "b": usual(shape.value)}
        case "timestamp":
            return 1_767_225_600.123
        case "boolean":
            return True
        case "integer" | "long":
            return 2**40
        case "double":
            return 0.1
        case _:
            return "é"


def test_each_kind_of_member_is_parsed_as_botocore_does() -> None:
    """Every kind of member is parsed as by botocore, with any value and any neighbours."""
    tried: set[str] = set()
    for shape in structures():
        for name, member in wire_names(shape):
            assert_same(json.dumps({name: usual(member)}).encode(), shape)
            if member.name not in tried:
                tried.add(member.name)
                for value in ODD:
                    assert_same(f'{{"New": 1, "{name}": {value}}}'.encode(), shape)


def odd_value(shape: Any) -> st.SearchStrategy[str]:
    """Return a strategy for the JSON of a value, which is usually one that the shape has."""
    odd = st.sampled_from(ODD)
    right = st.just(json.dumps(usual(shape)))
    match shape.type_name:
        case "structure":
            members = [st.just('"New": 1')]
            for name, member in wire_names(shape):
                members.append(odd_value(member).map(f'"{name}": {{}}'.format))
            right = st.lists(st.one_of(members), max_size=5).map(
                lambda pairs: f"{{{', '.join(pairs)}}}"
            )
        case "list":
            right = st.lists(odd_value(shape.member), max_size=2).map(
                lambda items: f"[{', '.join(items)}]"
            )
        case "map":
            right = odd_value(shape.value).map('{{"a": {}, "b": null}}'.format)
        case _:
            pass
    return st.one_of(right, right, right, odd)


@given(st.data())
def test_whole_answers_are_parsed_as_botocore_does(data: st.DataObject) -> None:
    """Responses are parsed as by botocore, even with odd, absent and repeated members."""
    model = service_model()
    operation = data.draw(st.sampled_from(sorted(model.operation_names)))
    shape = model.operation_model(operation).output_shape
    assert_same(data.draw(odd_value(shape)).encode(), shape)


@given(st.data())
def test_damaged_answers_are_parsed_as_botocore_does(data: st.DataObject) -> None:
    """A byte that is lost, added or changed makes no difference between the parsers."""
    model = service_model()
    operation = data.draw(st.sampled_from(["GetExportJob", "GetMessageInsights", "GetAccount"]))
    shape = model.operation_model(operation).output_shape
    body = json.dumps(usual(shape)).encode()
    place = data.draw(st.integers(0, len(body) - 1))
    lost = data.draw(st.integers(0, 2))
    added = data.draw(st.one_of(st.binary(max_size=2), st.sampled_from([*b'{}[]",:\\eE+-.0n'])))
    assert_same(body[:place] + bytes(added) + body[place + lost :], shape)


@pytest.mark.parametrize("status", [200, 202, 300, 301, 404, 500, 503])
def test_bodies_and_errors_are_parsed_as_botocore_does(status: int) -> None:
    """Any body, status and headers give the same result or error as botocore's parser."""
    model = service_model()
    shapes = [model.operation_model("GetExportJob").output_shape, *model.error_shapes, None]
    for headers in HEADERS:
        for body in REFUSALS:
            for shape in shapes:
                assert_same(body, shape, status, headers)
        for body in BODIES:
            assert_same(body, shapes[0], status, headers)


def test_usual_answers_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nulls and members that are new at the service are usual; only a union is botocore's."""
    model = service_model()
    left_to_botocore: set[str] = set()
    reading = ""
    parser: Any = RestJSONParser
    walk = parser._initial_body_parse

    def walking(self: Any, body: Any) -> Any:
        left_to_botocore.add(reading)
        return walk(self, body)

    monkeypatch.setattr(RestJSONParser, "_initial_body_parse", walking)
    for reading in model.operation_names:
        shape: Any = model.operation_model(reading).output_shape
        members = usual(shape)
        for answer in (members, dict.fromkeys(members), {}, {"New": {"a": [1, None]}}):
            outcome(OURS, json.dumps(answer).encode(), shape, 200, {})
    assert left_to_botocore <= {"GetConfigurationSet"}


def test_answers_in_xml_are_parsed_by_botocores_parser() -> None:
    """SES API v1 responds in XML; its times are in UTC, too."""
    shape = service_model("ses").operation_model("ListTemplates").output_shape
    body = (
        b"<ListTemplatesResponse><ListTemplatesResult><TemplatesMetadata><member><Name>a</Name>"
        b"<CreatedTimestamp>2026-01-15T12:00:00+01:00</CreatedTimestamp></member>"
        b"</TemplatesMetadata></ListTemplatesResult></ListTemplatesResponse>"
    )
    botocores = ResponseParserFactory()
    botocores.set_parser_defaults(timestamp_parser=parse_time)
    said = [
        outcome(parsers.create_parser("query"), body, shape, 200, {})
        for parsers in (ResponseParsers(), botocores)
    ]
    assert said[0] == said[1]
    assert "11, 0, tzinfo=datetime.timezone.utc" in said[0][1]


@given(
    st.one_of(
        st.integers(0, 4_000_000_000),
        st.floats(0, 4e9, allow_nan=False).map(lambda value: round(value, 3)),
        st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - made aware below
            lambda value: value.replace(tzinfo=UTC).isoformat()
        ),
    )
)
def test_times_are_the_same_instants_as_botocores_own(value: Any) -> None:
    """The faster parser differs in speed and zone only."""
    parsed = parse_time(value)
    assert parsed == parse_timestamp(value)
    assert parsed.tzinfo is UTC or parsed.utcoffset() == UTC.utcoffset(None)


def test_a_time_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """A time without a zone is UTC, whatever the machine's zone is."""
    monkeypatch.setenv("TZ", "America/Lima")
    time.tzset()
    parsed = parse_time("2026-01-15T12:00:00")
    monkeypatch.undo()
    time.tzset()
    assert parsed == datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_a_time_that_is_none_is_refused_as_botocore_does() -> None:
    """A text that is not a time is refused, as by botocore."""
    with pytest.raises(ValueError, match="Invalid timestamp"):
        parse_time("nonsense")
    with pytest.raises((ValueError, OverflowError)):
        parse_time(math.inf)


ENDING = """
import atexit, threading

parsed = threading.Semaphore(0)

@atexit.register  # before the parser's own, so that it runs after it
def parse_more():
    for _ in range(9):
        assert parsed.acquire(timeout=20)

from botocore.awsrequest import HeadersDict
from botocore.session import Session
from sesinsights.drivers.parsing import ResponseParsers

model = Session().get_service_model("sesv2").operation_model("BatchGetMetricData")
parser = ResponseParsers().create_parser("rest-json")
body = b'{"Errors": [%b{"Id": "1"}]}' % (b'{"Id": null}, ' * 500)

def parse():
    while True:
        response = {"body": body, "headers": HeadersDict(), "status_code": 200, "context": {}}
        assert parser.parse(response, model.output_shape)["Errors"][-1] == {"Id": "1"}
        parsed.release()

for _ in range(4):
    threading.Thread(target=parse, daemon=True).start()
parse_more()
"""


def test_a_program_ends_while_threads_parse() -> None:
    """Threads that the interpreter does not wait for parse until it ends, and do not abort it."""
    subprocess.run([sys.executable, "-c", ENDING], check=True, capture_output=True)
