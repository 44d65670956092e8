"""Whatever fits the service models goes through the models unchanged."""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from sesinsights.drivers.botocore_versions import is_complete
from sesinsights.flows.operations import OPERATIONS
from tests.models.always_sent import ALWAYS_SENT, NEVER_EMPTY

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import Shape as ServiceShape

    from sesinsights.flows.operation import Operation
    from sesinsights.models.shape import Shape

    Answers = st.SearchStrategy[Any]

steadily = settings(deadline=None, derandomize=True, database=None, max_examples=15)
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)

_SECRETS = st.integers(0, 9_999).map("person{}@secret.example".format)
_HIDDEN = {
    "ses": {"Error", "HtmlPart", "RenderedTemplate", "SubjectPart", "TextPart"},
    "sesv2": {
        "DiagnosticCode",
        "EmailAddress",
        "ErrorMessage",
        "FailedRecordsS3Url",
        "MetricDimensionValue",
        "QueryErrorMessage",
        "RecommendationDescription",
        "ReputationEntityReference",
        "S3Url",
    },
}
"""Shapes of strings that the service does not call sensitive, and we hide."""

_INSTANTS = st.datetimes(timezones=st.just(UTC))
_DAYS = st.integers(0, 20_000).map(lambda day: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(day))
_NEW_SCALARS = st.none() | st.booleans() | st.integers() | _SECRETS | _INSTANTS
_NEW_LISTS = st.lists(_NEW_SCALARS, max_size=2)
_NEW_VALUES = (
    _NEW_SCALARS
    | _NEW_LISTS
    | st.lists(st.dictionaries(_SECRETS, _NEW_SCALARS, max_size=2), max_size=2)
    | st.dictionaries(_SECRETS, _NEW_SCALARS | _NEW_LISTS, max_size=2)
)
_NEW_MEMBERS = {"New": _NEW_VALUES, "NewMember": _NEW_VALUES}


@cache
def _service(name: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def _input(operation: Operation[Any, Any]) -> ServiceShape:
    shape = _service(operation.service).operation_model(operation.name).input_shape
    return shape or StructureShape("Nothing", {"type": "structure", "members": {}})


def _output(operation: Operation[Any, Any]) -> ServiceShape:
    shape = _service(operation.service).operation_model(operation.name).output_shape
    assert shape
    return shape


# What the service may send: no limit, new members and new enum values


@cache
def _answers(service: str, shape: ServiceShape) -> Answers:
    if isinstance(shape, StructureShape):
        return _structures(service, shape)
    if isinstance(shape, ListShape):
        return st.lists(_answers(service, shape.member), max_size=3)
    if isinstance(shape, MapShape):
        items = _answers(service, shape.key), _answers(service, shape.value)
        return st.dictionaries(*items, max_size=3)
    if shape.metadata.get("sensitive") or shape.name in _HIDDEN[service]:
        return _SECRETS
    if shape.metadata.get("enum"):
        return st.text(max_size=20) | st.sampled_from(shape.metadata["enum"])
    plain: dict[str, Answers] = {
        "boolean": st.booleans(),
        "double": st.floats(allow_nan=False),
        "integer": st.integers(-(2**31), 2**31 - 1),
        "long": st.integers(-(2**63), 2**63 - 1),
        "string": st.text(max_size=20),
        "timestamp": _INSTANTS,
    }
    return plain[shape.type_name]


def _structures(service: str, shape: StructureShape) -> Answers:
    members = {
        name: answers.filter(bool) if f"{shape.name}.{name}" in NEVER_EMPTY else answers
        for name, member in shape.members.items()
        for answers in [_answers(service, member)]
    }
    always = {*shape.required_members} | {
        name for name in members if f"{shape.name}.{name}" in ALWAYS_SENT[service]
    }
    return st.fixed_dictionaries(
        {name: members[name] for name in members if name in always},
        optional={
            **{name: members[name] for name in members if name not in always},
            **_NEW_MEMBERS,
        },
    )


# Drawing a response takes longer than reading it, so each is put to every rule.


@each_operation
@steadily
@given(data=st.data())
def test_an_answer_comes_out_as_it_came_in(
    operation: Operation[Any, Any], data: st.DataObject
) -> None:
    """A response's wire form is what was read, it is equal to itself alone, and it hides people.

    No address, subject or link of a response, and no new member, is in its repr or str.
    """
    wire = data.draw(_answers(operation.service, _output(operation)))
    answer = operation.response.from_service(wire)
    assert answer.model_dump(by_alias=True, exclude_unset=True) == wire
    assert operation.response.from_service(answer.model_dump(by_alias=True)) == answer
    assert operation.response.from_service({**wire, "NewestMember": 1}) != answer
    assert "secret.example" not in f"{answer!r} {answer}"


# What a user may ask for: within every limit


@cache
def _valid(service: str, shape: ServiceShape) -> Answers:
    ruled = _RULED[service].get(shape.name)
    if ruled:
        return ruled(shape)
    if isinstance(shape, StructureShape):
        return _valid_structures(service, shape)
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    if isinstance(shape, ListShape):
        # An empty list is the same as none, so it is not sent.
        items = _valid(service, shape.member)
        return st.lists(items, min_size=max(least, 1), max_size=min(most or 3, 3))
    if isinstance(shape, MapShape):
        pairs = _valid(service, shape.key), _valid(service, shape.value)
        return st.dictionaries(*pairs, min_size=least, max_size=min(most or 3, 3))
    if shape.metadata.get("enum"):
        return st.sampled_from(shape.metadata["enum"])
    plain: dict[str, Answers] = {
        "boolean": st.booleans(),
        "integer": st.integers(least, most),
        "long": st.integers(least, most),
        "string": st.text(min_size=least, max_size=most and min(most, max(least, 20))),
        "timestamp": _INSTANTS,
    }
    return plain[shape.type_name]


def _valid_structures(service: str, shape: StructureShape) -> Answers:
    members = _members(service, shape, *shape.members)
    return st.fixed_dictionaries(
        {name: members[name] for name in shape.required_members},
        optional={name: members[name] for name in members if name not in shape.required_members},
    )


def _members(service: str, shape: ServiceShape, *names: str) -> dict[str, Answers]:
    assert isinstance(shape, StructureShape)
    return {name: _valid(service, shape.members[name]) for name in names}


def _sources(shape: ServiceShape) -> Answers:
    names = ("MetricsDataSource", "MessageInsightsDataSource")
    return st.one_of([st.fixed_dictionaries(_members("sesv2", shape, name)) for name in names])


def _windows(shape: ServiceShape) -> Answers:
    others = _members("sesv2", shape, "Include", "Exclude", "MaxResults")
    return st.builds(
        lambda instants, others: {"StartDate": min(instants), "EndDate": max(instants), **others},
        st.tuples(_INSTANTS, _INSTANTS),
        st.fixed_dictionaries({}, optional=others),
    )


def _spans(shape: ServiceShape) -> Answers:
    others = _members("sesv2", shape, "TenantName", "Reasons", "NextToken", "PageSize")
    return st.builds(
        lambda instants, others: {"StartDate": min(instants), "EndDate": max(instants), **others},
        st.tuples(_INSTANTS, _INSTANTS),
        st.fixed_dictionaries({}, optional=others),
    )


def _lists_to_fill(shape: ServiceShape) -> Answers:
    names = ("SuppressionListDestination", "ContactListDestination")
    return st.one_of([st.fixed_dictionaries(_members("sesv2", shape, name)) for name in names])


def _metrics(shape: ServiceShape) -> Answers:
    return st.builds(
        lambda start, days, others: {
            "StartDate": start,
            "EndDate": start + timedelta(days),
            **others,
        },
        _DAYS,
        st.integers(1, 60),
        st.fixed_dictionaries(_members("sesv2", shape, "Dimensions", "Namespace", "Metrics")),
    )


def _queries(shape: ServiceShape) -> Answers:
    """1 to 3 queries, each with an id of its own."""
    assert isinstance(shape, ListShape)
    query = shape.member
    needed = _members("sesv2", query, "Id", "Namespace", "Metric")
    each = st.builds(
        lambda start, seconds, others: {
            "StartDate": start,
            "EndDate": start + timedelta(seconds=seconds),
            **others,
        },
        _DAYS,
        st.integers(1, 60 * 86_400),
        st.fixed_dictionaries(needed, optional=_members("sesv2", query, "Dimensions")),
    )
    return st.lists(each, min_size=1, max_size=3, unique_by=lambda query: query["Id"])


def _recommendation_filters(shape: ServiceShape) -> Answers:
    """One filter, or one of the pairs that the service takes."""
    assert isinstance(shape, MapShape)
    value = _valid("sesv2", shape.value)
    pairs = [("STATUS", "IMPACT"), ("STATUS", "TYPE")]
    ones = [(name,) for name in shape.key.metadata["enum"]]
    return st.one_of([st.fixed_dictionaries(dict.fromkeys(each, value)) for each in ones + pairs])


def _dimensions(shape: ServiceShape) -> Answers:
    assert isinstance(shape, MapShape)
    names = st.lists(_valid("sesv2", shape.key), min_size=1, max_size=3, unique=True)
    value = st.text(max_size=20).filter(lambda text: text != "*")
    many = st.lists(value, min_size=1, max_size=10)
    one = st.lists(value, min_size=1, max_size=1)

    def starred(names: list[str], values: list[list[str]]) -> dict[str, list[str]]:
        return {names[0]: ["*"], **dict(zip(names[1:], values, strict=False))}

    return st.builds(starred, names, st.lists(one, min_size=2, max_size=2)) | names.flatmap(
        lambda names: st.fixed_dictionaries(dict.fromkeys(names, many))
    )


def _texts(least: int, most: int) -> Answers:
    """Texts in which a * is escaped, and a backslash too."""
    plain = st.sampled_from(["a", "@", " ", "é", r"\*", r"\\"])
    return st.lists(plain, min_size=least, max_size=most).map("".join)


def _patterns(shape: ServiceShape) -> Answers:
    ends = st.sampled_from(["", "*"])
    return st.builds("{}{}{}".format, ends, _texts(1, 20), ends)


def _destinations(shape: ServiceShape) -> Answers:
    """1 to 50 recipients, in any of three lists."""
    assert isinstance(shape, StructureShape)
    names = st.sampled_from([*shape.members])

    def sorted_out(recipients: list[tuple[str, str]]) -> dict[str, list[str]]:
        lists: dict[str, list[str]] = {}
        for name, address in recipients:
            lists.setdefault(name, []).append(address)
        return lists

    few = st.lists(st.tuples(names, _SECRETS), min_size=1, max_size=3)
    return st.one_of(few, few.map(lambda some: (some * 50)[:50])).map(sorted_out)


def _event_destinations(service: str) -> Callable[[ServiceShape], Answers]:
    """One of the kinds of destination."""

    def destinations(shape: ServiceShape) -> Answers:
        assert isinstance(shape, StructureShape)
        kinds = {name for name in shape.members if name.endswith("Destination")}
        needed = _members(service, shape, *shape.members.keys() - kinds - {"Enabled"})
        enabled = _members(service, shape, "Enabled")
        return st.one_of(
            [
                st.fixed_dictionaries(
                    {**needed, **_members(service, shape, kind)}, optional=enabled
                )
                for kind in sorted(kinds)
            ]
        )

    return destinations


def _schemes(shape: ServiceShape) -> Answers:
    assert isinstance(shape, StructureShape)
    return st.one_of(
        [st.fixed_dictionaries(_members("sesv2", shape, name)) for name in shape.members]
    )


def _json_objects(shape: ServiceShape) -> Answers:
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | _SECRETS,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=4,
    )
    return st.dictionaries(st.text(max_size=5), values, max_size=3).map(json.dumps)


def _characters(longest: int, others: str = "_-") -> Callable[[ServiceShape], Answers]:
    allowed = string.ascii_letters + string.digits + others
    texts = st.text(allowed, min_size=1, max_size=20) | st.just(others[-1] * longest)
    return lambda shape: texts


def _not_empty(shape: ServiceShape) -> Answers:
    return st.text(min_size=1, max_size=20)


def _identifiers(shape: ServiceShape) -> Answers:
    return st.text(string.ascii_letters + string.digits + "-_.:=+@", min_size=1).filter(
        lambda text: ".." not in text and text != "."
    )


_RULED: dict[str, dict[str, Callable[[ServiceShape], Answers]]] = {
    "ses": {
        "Address": lambda shape: _SECRETS,
        "BulkEmailDestination": lambda shape: st.fixed_dictionaries(
            # Sent for every destination.
            _members("ses", shape, "Destination", "ReplacementTemplateData"),
            optional=_members("ses", shape, "ReplacementTags"),
        ),
        "ConfigurationSetName": _characters(64),
        "DefaultDimensionValue": _characters(256, "_-@."),
        "Destination": _destinations,
        "DimensionName": _characters(256, "_-:"),
        "EventDestination": _event_destinations("ses"),
        "EventDestinationName": _characters(64),
        "HtmlPart": lambda shape: _SECRETS,
        "MaxItems": lambda shape: st.integers(1, 100),
        "MessageTagName": _characters(256),
        "MessageTagValue": _characters(256),
        "NextToken": _not_empty,
        "SubjectPart": lambda shape: _SECRETS,
        "TemplateData": _json_objects,
        "TemplateName": _not_empty,
        "TextPart": lambda shape: _SECRETS,
    },
    "sesv2": {
        "BatchGetMetricDataQueries": _queries,
        "EmailAddress": lambda shape: _SECRETS,
        "ConfigurationSetName": _characters(64),
        "DefaultDimensionValue": _characters(256, "_-@."),
        "DimensionName": _characters(256, "_-:"),
        "EventDestinationDefinition": _event_destinations("sesv2"),
        "EventDestinationName": _characters(64),
        "EmailSubject": _patterns,
        "ExportDataSource": _sources,
        "ExportDestination": lambda shape: st.fixed_dictionaries(
            _members("sesv2", shape, "DataFormat")
        ),
        "ExportDimensions": _dimensions,
        "ImportDestination": _lists_to_fill,
        "ListRecommendationFilterValue": lambda shape: _SECRETS,
        "ListRecommendationsFilter": _recommendation_filters,
        "InsightsEmailAddress": _patterns,
        "Isp": lambda shape: _texts(0, 20),
        "ListSuppressedDestinationsRequest": _spans,
        "MaxItems": lambda shape: st.integers(1, 100),
        "MessageInsightsDataSource": _windows,
        "MetricsDataSource": _metrics,
        "NextToken": _not_empty,
        "JobId": _identifiers,
        "S3Url": lambda shape: st.from_regex(r"s3://[a-z]{3,9}/[a-z/]{0,9}[a-z]", fullmatch=True),
        "ReputationEntityFilterValue": lambda shape: _SECRETS,
        "ReputationEntityReference": lambda shape: _SECRETS,
        "SigningScheme": _schemes,
        "OutboundMessageId": lambda shape: st.from_regex(r"[0-9a-f-]{1,60}", fullmatch=True),
        "TenantName": _characters(64),
    },
}
"""Shapes whose rules are not in their service's model, and what a repr must not show."""


@each_operation
@steadily
@given(data=st.data())
def test_a_request_comes_out_as_it_was_built(
    operation: Operation[Any, Any], data: st.DataObject
) -> None:
    """What a user may build is sent as it was given, and read back it is the same request.

    Botocore's own check of parameters takes it, and pydantic dumps the same.
    """
    if not is_complete():
        pytest.skip("an older botocore does not know all members")
    shape = _input(operation)
    wire = data.draw(_valid(operation.service, shape))
    request: Shape = operation.request.model_validate(wire)
    assert request.to_service() == wire
    assert request.model_dump(by_alias=True, exclude_unset=True, exclude_none=True) == wire
    assert type(request).from_service(request.to_service()) == request
    assert hash(request) == hash(operation.request.model_validate(wire))
    assert "secret.example" not in f"{request!r} {request}"
    report = ParamValidator().validate(request.to_service(), shape)
    assert not report.has_errors(), report.generate_report()
