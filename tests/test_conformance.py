"""Operations, shapes and errors mirror botocore's service model, in both directions."""

from __future__ import annotations

import copy
import inspect
import re
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Union, get_args, get_origin

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationNotFoundError, ServiceModel, StructureShape
from pydantic import Field, ValidationError

from sesinsights import SESInsights, errors, models, operations
from sesinsights.classification import classify
from sesinsights.models.fields import Length, ListOf, Open, Range, Timestamp
from sesinsights.models.shape import Shape
from sesinsights.operations import OPERATIONS, Operation, PaginatedOperation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from botocore.model import OperationModel
    from botocore.model import Shape as ServiceShape

    Shapes: TypeAlias = dict[str, dict[str, Any]]

_QUOTES_ADDRESSES = "What it says often quotes a recipient's address."
_LINK = "A pre-signed link opens the file to whoever reads the log."
_S3_PATTERN = r"^s3:\/\/([^\/]+)\/(.*?([^\/]+)\/?)$"
_LEFT_TO_THE_SERVICE = "Answers hold https links, and a user may not give the member at all."
_EMPTY_TOKEN = "The service refuses an empty token."
_PAGE = "The service refuses other page sizes."
_EMPTY_IN_PATH = "botocore would call another path for an empty name."

DECLARED = {
    "Bounce.DiagnosticCode: is hidden, but not sensitive": _QUOTES_ADDRESSES,
    "ExportDestination.S3Url: is hidden, but not sensitive": _LINK,
    f"ExportDestination.S3Url: has pattern {_S3_PATTERN}": _LEFT_TO_THE_SERVICE,
    "FailureInfo.ErrorMessage: is hidden, but not sensitive": _QUOTES_ADDRESSES,
    "FailureInfo.FailedRecordsS3Url: is hidden, but not sensitive": _LINK,
    "GetConfigurationSetEventDestinationsRequest.ConfigurationSetName: "
    "is limited to 1 or more, at the service to anything": _EMPTY_IN_PATH,
    "ImportDataSource.S3Url: is hidden, but not sensitive": "It may be a pre-signed link too.",
    f"ImportDataSource.S3Url: has pattern {_S3_PATTERN}": "Answers are taken as they come.",
    "ListExportJobsRequest.NextToken: "
    "is limited to 1 or more, at the service to anything": _EMPTY_TOKEN,
    "ListExportJobsRequest.PageSize: is limited to 1 to 100, at the service to anything": _PAGE,
    "ListImportJobsRequest.NextToken: "
    "is limited to 1 or more, at the service to anything": _EMPTY_TOKEN,
    "ListImportJobsRequest.PageSize: is limited to 1 to 100, at the service to anything": _PAGE,
    "MetricsDataSource.Dimensions: is hidden, but not sensitive": "An identity may be an address.",
    "AccessDeniedError: no operation has this error": "Every operation answers so, unmodelled.",
    "ThrottledError: no operation has this error": "It is the base of what throttling is called.",
    "VdmNotEnabledError: no operation has this error": "The service answers 404 or 400 instead.",
}
"""How the models differ from the service model on purpose, and why."""

_IN_A_LIST, _KEY, _VALUE = " item", " key", " value"

_SERVICE_PRIMITIVES = {
    "boolean": "boolean",
    "double": "number",
    "float": "number",
    "integer": "integer",
    "long": "integer",
    "string": "string",
    "timestamp": "timestamp",
}
_OUR_PRIMITIVES: dict[object, str] = {
    bool: "boolean",
    float: "number",
    int: "integer",
    str: "string",
}
_LIST_MARK = type(get_args(ListOf)[1])
_ENUM_MARK = type(get_args(Open)[1])
_UTC_MARK = get_args(Timestamp)[1]

Limits: TypeAlias = tuple[int | None, int | None]
_UNLIMITED: Limits = (None, None)


def differences(service: ServiceModel) -> list[str]:
    """Return in what the table, the shapes and the errors differ from a service model."""
    found = [
        difference
        for operation in OPERATIONS
        for difference in _operation_differences(service, operation)
    ]
    reached = _reached(service)
    for name, shape in reached.shapes.items():
        found += _shape_differences(shape, users_build=name in reached.by_requests)
    found += [
        f"{name}: no operation has this shape"
        for name in models.__all__
        if name not in reached.shapes
    ]
    modelled = {_error_name(shape) for op in OPERATIONS for shape in _error_shapes(service, op)}
    found += [
        f"{name}: no operation has this error"
        for name in errors.__all__
        if name not in modelled
        and issubclass(getattr(errors, name), errors.ServiceError)
        and name != "ServiceError"
    ]
    return found


class _Reached(typing.NamedTuple):
    shapes: dict[str, ServiceShape]
    by_requests: set[str]


def _reached(service: ServiceModel) -> _Reached:
    """Return the structures and enumerations that the table's operations reach."""
    requests: dict[str, ServiceShape] = {}
    answers: dict[str, ServiceShape] = {}
    for operation in _modelled(service):
        _reach(operation.input_shape, requests)
        _reach(operation.output_shape, answers)
    return _Reached({**requests, **answers}, set(requests))


def _reach(shape: ServiceShape | None, found: dict[str, ServiceShape]) -> None:
    if shape is None or shape.name in found:
        return
    if isinstance(shape, StructureShape):
        found[shape.name] = shape
        for member in shape.members.values():
            _reach(member, found)
    elif isinstance(shape, ListShape):
        _reach(shape.member, found)
    elif isinstance(shape, MapShape):
        _reach(shape.key, found)
        _reach(shape.value, found)
    elif shape.metadata.get("enum"):
        found[shape.name] = shape


def _modelled(service: ServiceModel) -> Iterator[OperationModel]:
    for operation in OPERATIONS:
        if operation.name in service.operation_names:
            yield service.operation_model(operation.name)


def _error_shapes(service: ServiceModel, operation: Operation[Any, Any]) -> Sequence[ServiceShape]:
    try:
        return service.operation_model(operation.name).error_shapes
    except OperationNotFoundError:
        return ()


def _error_name(shape: ServiceShape) -> str:
    return shape.name.removesuffix("Exception") + "Error"


def _operation_differences(service: ServiceModel, operation: Operation[Any, Any]) -> Iterator[str]:
    name = operation.name
    if name not in service.operation_names:
        yield f"{name}: the service has no such operation"
        return
    model = service.operation_model(name)
    for role, shape, ours in (
        ("request", model.input_shape, operation.request),
        ("response", model.output_shape, operation.response),
    ):
        theirs = shape.name if shape else "nothing"
        if ours.__name__ != theirs:
            yield f"{name}: its {role} is {ours.__name__}, at the service {theirs}"
    for error in model.error_shapes:
        if not hasattr(errors, _error_name(error)):
            yield f"{name}: {error.name} has no class {_error_name(error)}"
    pace = _documented_pace(model)
    if operation.calls_per_second != pace:
        yield f"{name}: its pace is {operation.calls_per_second}, at the service {pace}"
    pages = _has_token(model.input_shape) and _has_token(model.output_shape)
    if isinstance(operation, PaginatedOperation) != pages:
        yield f"{name}: it is {'not ' if pages else ''}paginated, unlike at the service"
    yield from _method_differences(model, operation)


def _documented_pace(model: OperationModel) -> float | None:
    pace = re.search(r"no more than (?:(once)|(\d+) times) per second", model.documentation)
    if pace is None:
        return None
    return 1 if pace[1] else float(pace[2])


def _has_token(shape: ServiceShape | None) -> bool:
    return "NextToken" in _members(shape)


def _members(shape: ServiceShape | None) -> Mapping[str, ServiceShape]:
    return shape.members if isinstance(shape, StructureShape) else {}


def _required(shape: ServiceShape | None) -> Iterable[str]:
    return shape.required_members if isinstance(shape, StructureShape) else ()


def _method_differences(model: OperationModel, operation: Operation[Any, Any]) -> Iterator[str]:
    name = xform_name(operation.name)
    members = {xform_name(member) for member in _members(model.input_shape)}
    required = {xform_name(member) for member in _required(model.input_shape)}
    yield from _signature_differences(
        operation, name, members, required, f"models.{operation.response.__name__}"
    )
    if isinstance(operation, PaginatedOperation):
        name = "iter_" + name.removeprefix("list_")
        members = members - {"next_token"} | {"max_items", "starting_token"}
        yield from _signature_differences(operation, name, members, required, "ItemIterator")


def _signature_differences(
    operation: Operation[Any, Any], name: str, members: set[str], required: set[str], returns: str
) -> Iterator[str]:
    method = getattr(SESInsights, name, None)
    if method is None:
        yield f"{operation.name}: there is no method {name}"
        return
    signature = inspect.signature(method)
    ours = {p.name: p for p in signature.parameters.values() if p.name != "self"}
    for parameter in sorted(ours.keys() ^ members):
        where = "only the method has" if parameter in ours else "the method does not have"
        yield f"{operation.name}: {where} {name}({parameter}=)"
    for parameter in sorted(ours.keys() & members):
        if (ours[parameter].default is inspect.Parameter.empty) != (parameter in required):
            word = "required" if parameter in required else "optional"
            yield f"{operation.name}: {name}({parameter}=) is {word} at the service"
    if signature.return_annotation.split("[")[0] != returns:
        yield f"{operation.name}: {name} returns {signature.return_annotation}, not {returns}"


def _shape_differences(shape: ServiceShape, *, users_build: bool) -> Iterator[str]:
    ours = getattr(models, shape.name, None)
    if ours is None:
        yield f"{shape.name}: there is no such class"
    elif not isinstance(shape, StructureShape):
        yield from _enum_differences(shape, ours)
    elif not issubclass(ours, Shape):
        yield f"{shape.name}: it is not a Shape"
    else:
        yield from _structure_differences(shape, ours, users_build=users_build)


def _enum_differences(shape: ServiceShape, ours: type) -> Iterator[str]:
    if not issubclass(ours, StrEnum):
        yield f"{shape.name}: it is not a StrEnum"
        return
    theirs = shape.metadata["enum"]
    known = [member.value for member in ours]
    yield from (f"{shape.name}: lacks the value {value}" for value in theirs if value not in known)
    yield from (f"{shape.name}: adds the value {value}" for value in known if value not in theirs)
    for member in ours:
        if member.name != member.value:
            yield f"{shape.name}: calls the value {member.value} {member.name}"


def _structure_differences(
    shape: StructureShape, ours: type[Shape], *, users_build: bool
) -> Iterator[str]:
    wire_names = {field.serialization_alias: name for name, field in ours.model_fields.items()}
    hints = typing.get_type_hints(ours, include_extras=True)
    for wire_name in sorted({str(name) for name in wire_names} - set(shape.members)):
        yield f"{shape.name}.{wire_name}: the service has no such member"
    for wire_name, member in shape.members.items():
        place = f"{shape.name}.{wire_name}"
        if wire_name not in wire_names:
            yield f"{place}: there is no such field"
            continue
        name = wire_names[wire_name]
        field = ours.model_fields[name]
        if name != xform_name(wire_name):
            yield f"{place}: is called {name} instead of {xform_name(wire_name)}"
        if field.validation_alias != wire_name:
            yield f"{place}: is read from {field.validation_alias}"
        if field.is_required() != (wire_name in shape.required_members):
            yield f"{place}: is required by {'us' if field.is_required() else 'the service'} only"
        if not field.is_required() and field.default not in (None, ()):
            yield f"{place}: has a default"
        if field.repr and _is_sensitive(member):
            yield f"{place}: is sensitive, but shown"
        if not field.repr and not _is_sensitive(member):
            yield f"{place}: is hidden, but not sensitive"
        yield from (f"{place}: has pattern {pattern}" for pattern in _patterns(member))
        yield from _type_differences(
            place, member, hints[name], is_required=field.is_required(), users_build=users_build
        )


def _type_differences(
    place: str, member: ServiceShape, hint: object, *, is_required: bool, users_build: bool
) -> Iterator[str]:
    ours, theirs = _our_type(hint), _service_type(member)
    if ours != theirs:
        yield f"{place}: is a {ours}, at the service a {theirs}"
        return
    may_be_none = not is_required and not isinstance(member, ListShape)
    if (type(None) in get_args(_bare(hint))) != may_be_none:
        yield f"{place}: is {'never' if may_be_none else 'sometimes'} None"
    our_limits, service_limits = dict(_our_limits(hint)), dict(_service_limits(member))
    for part in sorted(our_limits.keys() | service_limits.keys()):
        limits = our_limits.get(part, _UNLIMITED)
        limits_there = service_limits.get(part, _UNLIMITED)
        # In what only the service builds, limits bind nobody and may be left out.
        if limits != limits_there and (users_build or limits != _UNLIMITED):
            yield (
                f"{place}{part}: is limited to {_span(limits)}, "
                f"at the service to {_span(limits_there)}"
            )


def _is_sensitive(shape: ServiceShape) -> bool:
    return bool(shape.metadata.get("sensitive")) or any(map(_is_sensitive, _parts(shape)))


def _patterns(shape: ServiceShape) -> Iterator[str]:
    if "pattern" in shape.metadata:
        yield shape.metadata["pattern"]
    for part in _parts(shape):
        yield from _patterns(part)


def _parts(shape: ServiceShape) -> Iterable[ServiceShape]:
    if isinstance(shape, ListShape):
        return (shape.member,)
    return (shape.key, shape.value) if isinstance(shape, MapShape) else ()


def _service_type(shape: ServiceShape) -> str:
    if isinstance(shape, ListShape):
        return f"list of {_service_type(shape.member)}"
    if isinstance(shape, MapShape):
        return f"map of {_service_type(shape.key)} to {_service_type(shape.value)}"
    if isinstance(shape, StructureShape) or shape.metadata.get("enum"):
        return shape.name
    return _SERVICE_PRIMITIVES.get(shape.type_name, shape.type_name)


def _service_limits(shape: ServiceShape, part: str = "") -> Iterator[tuple[str, Limits]]:
    limits = shape.metadata.get("min"), shape.metadata.get("max")
    if limits != _UNLIMITED:
        yield part, limits
    if isinstance(shape, ListShape):
        yield from _service_limits(shape.member, part + _IN_A_LIST)
    if isinstance(shape, MapShape):
        yield from _service_limits(shape.key, part + _KEY)
        yield from _service_limits(shape.value, part + _VALUE)


def _bare(hint: object) -> object:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _unwrapped(hint: object) -> tuple[object, tuple[object, ...]]:
    """Return a hint without None and without its marks, and the marks."""
    marks: tuple[object, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *outer = get_args(hint)
            marks = (*outer, *marks)
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            (hint,) = (arm for arm in get_args(hint) if arm is not type(None))
        else:
            return hint, marks


def _our_type(hint: object) -> str:
    bare, marks = _unwrapped(hint)
    kinds = set(map(type, marks))
    if isinstance(bare, type) and issubclass(bare, Shape):
        return bare.__name__
    if _ENUM_MARK in kinds:
        known, text = get_args(bare)
        return str(known.__name__) if text is str else f"closed {known.__name__}"
    if get_origin(bare) is Sequence and _LIST_MARK in kinds:
        return f"list of {_our_type(get_args(bare)[0])}"
    if get_origin(bare) is Mapping:
        key, value = get_args(bare)
        return f"map of {_our_type(key)} to {_our_type(value)}"
    if bare is datetime and _UTC_MARK in marks:
        return "timestamp"
    return _OUR_PRIMITIVES.get(bare, repr(bare))


def _our_limits(hint: object, part: str = "") -> Iterator[tuple[str, Limits]]:
    bare, marks = _unwrapped(hint)
    for mark in marks:
        if isinstance(mark, Length | Range):
            yield part, (mark.min or None, mark.max)
    if get_origin(bare) is Sequence:
        yield from _our_limits(get_args(bare)[0], part + _IN_A_LIST)
    if get_origin(bare) is Mapping:
        key, value = get_args(bare)
        yield from _our_limits(key, part + _KEY)
        yield from _our_limits(value, part + _VALUE)


def _span(limits: Limits) -> str:
    match limits:
        case (None, None):
            return "anything"
        case (least, None):
            return f"{least} or more"
        case (None, most):
            return f"{most} or less"
        case (least, most):
            return f"{least} to {most}"


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = Loader().load_service_model("sesv2", "service-2")
    return description


@cache
def _installed() -> ServiceModel:
    return ServiceModel(_description(), "sesv2")


@cache
def _found() -> frozenset[str]:
    return frozenset(differences(_installed()))


def _place(difference: str) -> str:
    return re.split(r"[.:]", difference, maxsplit=1)[0]


_PLACES = sorted(
    {operation.name for operation in OPERATIONS}
    | set(_reached(_installed()).shapes)
    | set(map(_place, DECLARED))
    | set(map(_place, _found()))
)
_MEMBERS_IN_THE_PATH = [
    (operation.request, wire_name)
    for operation in OPERATIONS
    for wire_name, member in _members(
        _installed().operation_model(operation.name).input_shape
    ).items()
    if member.serialization.get("location") == "uri"
]


@pytest.mark.parametrize("place", _PLACES)
def test_nothing_differs_but_what_is_declared(place: str) -> None:
    """An operation, shape or error is as the service model has it, save what is declared."""
    found = {difference for difference in _found() if _place(difference) == place}
    assert found == {difference for difference in DECLARED if _place(difference) == place}


@pytest.mark.parametrize(("request_class", "wire_name"), _MEMBERS_IN_THE_PATH)
def test_what_is_part_of_the_path_is_never_empty(
    request_class: type[Shape], wire_name: str
) -> None:
    """A member that becomes part of the path may not be empty."""
    with pytest.raises(ValidationError, match=wire_name):
        request_class.model_validate({wire_name: ""})


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_modelled_error_becomes_its_class(operation: Operation[Any, Any]) -> None:
    """An error that the service model names is raised as the class named after it."""
    for shape in _installed().operation_model(operation.name).error_shapes:
        answer: Any = {
            "Error": {"Code": shape.name, "Message": "No."},
            "ResponseMetadata": {"HTTPStatusCode": shape.metadata["error"]["httpStatusCode"]},
        }
        raised = classify(ClientError(answer, operation.name), operation.name, 1)
        assert type(raised) is getattr(errors, _error_name(shape))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_annotations_of_the_table_are_the_shapes(operation: Operation[Any, Any]) -> None:
    """What the table is annotated with are the shapes that an operation finds by its name."""
    annotated = typing.get_type_hints(operations)
    (constant,) = (name for name in annotated if getattr(operations, name) is operation)
    assert constant == xform_name(operation.name).upper()
    assert get_origin(annotated[constant]) is type(operation)
    request, response, *_ = get_args(annotated[constant])
    assert (request, response) == (operation.request, operation.response)


def test_the_table_has_every_operation() -> None:
    """Every operation that the module defines is in the table, once."""
    defined = [op for op in vars(operations).values() if isinstance(op, Operation)]
    assert sorted(op.name for op in OPERATIONS) == sorted(op.name for op in defined)


_PAGINATED = [operation for operation in OPERATIONS if isinstance(operation, PaginatedOperation)]


@pytest.mark.parametrize("operation", _PAGINATED, ids=lambda operation: operation.name)
def test_a_page_gives_its_list_and_its_token(
    operation: PaginatedOperation[Any, Any, Any],
) -> None:
    """The items of a page are its only list, of the annotated class, and its token is NextToken."""
    members = _members(_installed().operation_model(operation.name).output_shape)
    ((wire_name, member),) = (
        (name, shape) for name, shape in members.items() if isinstance(shape, ListShape)
    )
    page = operation.response.from_service({wire_name: [{}], "NextToken": "next"})
    constant = xform_name(operation.name).upper()
    (item,) = operation.items(page)
    assert type(item) is get_args(typing.get_type_hints(operations)[constant])[2]
    assert type(item).__name__ == member.member.name
    assert operation.next_token(page) == "next"


_DRIFT: dict[str, tuple[Callable[[Shapes, Shapes], object], set[str]]] = {
    "a new member": (
        lambda shapes, _: shapes["Complaint"]["members"].update(Score={"shape": "MaxItems"}),
        {"Complaint.Score: there is no such field"},
    ),
    "a member gone": (
        lambda shapes, _: shapes["EmailInsights"]["members"].pop("Isp"),
        {"EmailInsights.Isp: the service has no such member"},
    ),
    "a new member of a request": (
        lambda shapes, _: shapes["GetExportJobRequest"]["members"].update(
            TenantName={"shape": "TenantName"}
        ),
        {
            "GetExportJobRequest.TenantName: there is no such field",
            "GetExportJob: the method does not have get_export_job(tenant_name=)",
        },
    ),
    "newly required": (
        lambda shapes, _: shapes["ExportMetric"].update(required=["Name"]),
        {"ExportMetric.Name: is required by the service only"},
    ),
    "newly required in a request": (
        lambda shapes, _: shapes["ListImportJobsRequest"].update(required=["PageSize"]),
        {
            "ListImportJobsRequest.PageSize: is required by the service only",
            "ListImportJobs: list_import_jobs(page_size=) is required at the service",
            "ListImportJobs: iter_import_jobs(page_size=) is required at the service",
        },
    ),
    "no longer required": (
        lambda shapes, _: shapes["MessageTag"]["required"].remove("Value"),
        {"MessageTag.Value: is required by us only"},
    ),
    "newly sensitive": (
        lambda shapes, _: shapes["BounceSubType"].update(sensitive=True),
        {"Bounce.BounceSubType: is sensitive, but shown"},
    ),
    "newly sensitive in a list": (
        lambda shapes, _: shapes["TenantName"].update(sensitive=True),
        {"MessageInsightsFilters.TenantName: is sensitive, but shown"},
    ),
    "no longer sensitive": (
        lambda shapes, _: shapes["EmailSubject"].pop("sensitive"),
        {
            "GetMessageInsightsResponse.Subject: is hidden, but not sensitive",
            "MessageInsightsFilters.Subject: is hidden, but not sensitive",
        },
    ),
    "a new pattern": (
        lambda shapes, _: shapes["JobId"].update(pattern="^j"),
        {
            f"{name}.JobId: has pattern ^j"
            for name in (
                "CancelExportJobRequest",
                "CreateExportJobResponse",
                "ExportJobSummary",
                "GetExportJobRequest",
                "GetExportJobResponse",
                "GetImportJobRequest",
                "GetImportJobResponse",
                "ImportJobSummary",
            )
        },
    ),
    "a new enum value": (
        lambda shapes, _: shapes["DataFormat"]["enum"].append("PARQUET"),
        {"DataFormat: lacks the value PARQUET"},
    ),
    "an enum value gone": (
        lambda shapes, _: shapes["EngagementEventType"]["enum"].remove("OPEN"),
        {"EngagementEventType: adds the value OPEN"},
    ),
    "a string that becomes an enum": (
        lambda shapes, _: shapes["ComplaintSubType"].update(enum=["Listed"]),
        {
            "Complaint.ComplaintSubType: is a string, at the service a ComplaintSubType",
            "ComplaintSubType: there is no such class",
        },
    ),
    "a new limit of a string": (
        lambda shapes, _: shapes["InsightsEmailAddress"].update(max=254),
        {
            f"MessageInsightsFilters.{name}: is limited to 1 to 320, at the service to 1 to 254"
            for name in ("FromEmailAddress item", "Destination item")
        },
    ),
    "a new limit of a list": (
        lambda shapes, _: shapes["IspFilterList"].update(max=10),
        {"MessageInsightsFilters.Isp: is limited to 5 or less, at the service to 10 or less"},
    ),
    "a new limit of a number": (
        lambda shapes, _: shapes["MessageInsightsExportMaxResults"].update(max=20_000),
        {
            (
                "MessageInsightsDataSource.MaxResults: "
                "is limited to 1 to 10000, at the service to 1 to 20000"
            )
        },
    ),
    "a new limit of a map": (
        lambda shapes, _: shapes["ExportDimensions"].update(max=4),
        {"MetricsDataSource.Dimensions: is limited to 1 to 3, at the service to 1 to 4"},
    ),
    "a new limit of the values of a map": (
        lambda shapes, _: shapes["ExportDimensionValue"].update(min=2),
        {"MetricsDataSource.Dimensions value: is limited to 1 to 10, at the service to 2 to 10"},
    ),
    "a new limit of what is in a map": (
        lambda shapes, _: shapes["MetricDimensionValue"].update(max=99),
        {
            (
                "MetricsDataSource.Dimensions value item: "
                "is limited to anything, at the service to 99 or less"
            )
        },
    ),
    "another type": (
        lambda shapes, _: shapes["Enabled"].update(type="string"),
        {"EventDestination.Enabled: is a boolean, at the service a string"},
    ),
    "another structure": (
        lambda shapes, _: shapes["EventDetails"]["members"]["Bounce"].update(shape="Complaint"),
        {
            "EventDetails.Bounce: is a Bounce, at the service a Complaint",
            "Bounce: no operation has this shape",
            "BounceType: no operation has this shape",
        },
    ),
    "another item": (
        lambda shapes, _: shapes["MessageTagList"]["member"].update(shape="Complaint"),
        {
            (
                "GetMessageInsightsResponse.EmailTags: "
                "is a list of MessageTag, at the service a list of Complaint"
            ),
            "MessageTag: no operation has this shape",
        },
    ),
    "a new structure": (
        lambda shapes, _: (
            shapes.update(Footprint={"type": "structure", "members": {}}),
            shapes["ExportStatistics"]["members"].update(Footprint={"shape": "Footprint"}),
        ),
        {
            "ExportStatistics.Footprint: there is no such field",
            "Footprint: there is no such class",
        },
    ),
    "a new error": (
        lambda shapes, operations: operations["GetImportJob"]["errors"].append(
            {"shape": "ConflictException"}
        ),
        {"GetImportJob: ConflictException has no class ConflictError"},
    ),
    "a new pace": (
        lambda shapes, operations: operations["GetExportJob"].update(
            documentation="Call it no more than 16 times per second."
        ),
        {"GetExportJob: its pace is None, at the service 16.0"},
    ),
    "a pace lifted": (
        lambda shapes, operations: operations["GetMessageInsights"].update(documentation=""),
        {"GetMessageInsights: its pace is 1, at the service None"},
    ),
    "newly paginated": (
        lambda shapes, _: [
            shapes[f"GetConfigurationSetEventDestinations{role}"]["members"].update(
                NextToken={"shape": "NextToken"}
            )
            for role in ("Request", "Response")
        ],
        {
            "GetConfigurationSetEventDestinations: it is not paginated, unlike at the service",
            (
                "GetConfigurationSetEventDestinations: "
                "the method does not have get_configuration_set_event_destinations(next_token=)"
            ),
            "GetConfigurationSetEventDestinationsRequest.NextToken: there is no such field",
            "GetConfigurationSetEventDestinationsResponse.NextToken: there is no such field",
        },
    ),
    "no longer paginated": (
        lambda shapes, _: shapes["ListExportJobsResponse"]["members"].pop("NextToken"),
        {
            "ListExportJobs: it is paginated, unlike at the service",
            "ListExportJobsResponse.NextToken: the service has no such member",
        },
    ),
    "an operation gone": (
        lambda shapes, operations: operations.pop("CancelExportJob"),
        {
            "CancelExportJob: the service has no such operation",
            "CancelExportJobRequest: no operation has this shape",
            "CancelExportJobResponse: no operation has this shape",
        },
    ),
    "another shape of a request": (
        lambda shapes, operations: operations["GetImportJob"].update(
            input={"shape": "GetExportJobRequest"}
        ),
        {
            "GetImportJob: its request is GetImportJobRequest, at the service GetExportJobRequest",
            "GetImportJobRequest: no operation has this shape",
        },
    ),
}


def _drifted(drift: Callable[[Shapes, Shapes], object]) -> set[str]:
    description = copy.deepcopy(_description())
    drift(description["shapes"], description["operations"])
    return set(differences(ServiceModel(description, "sesv2")))


@pytest.mark.parametrize(("drift", "reported"), _DRIFT.values(), ids=_DRIFT)
def test_drift_is_reported(drift: Callable[[Shapes, Shapes], object], reported: set[str]) -> None:
    """Whatever changes in the service model is reported, and nothing else."""
    assert _drifted(drift) - _found() == reported


def test_a_declared_difference_that_is_gone_is_stale() -> None:
    """What is declared must go as soon as the service model agrees."""

    def agree(shapes: Shapes, operations: Shapes) -> None:
        shapes["DiagnosticCode"]["sensitive"] = True
        shapes["MaxItems"].update(min=1, max=100)

    assert DECLARED.keys() - _drifted(agree) == {
        "Bounce.DiagnosticCode: is hidden, but not sensitive",
        "ListExportJobsRequest.PageSize: is limited to 1 to 100, at the service to anything",
        "ListImportJobsRequest.PageSize: is limited to 1 to 100, at the service to anything",
    }


def test_drift_in_our_own_shapes_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field under another name or alias, of a looser type or with a default is reported."""

    class InsightsEvent(Shape):
        timestamp: datetime | None = None
        kind: models.EventType | None = Field(
            default=None, validation_alias="Kind", serialization_alias="Type"
        )
        details: models.EventDetails = models.EventDetails()

    class Bounce(Shape):
        bounce_type: Open[models.BounceType] | None = None
        bounce_sub_type: Annotated[str, Length(max=9)] | None = None
        diagnostic_code: str | None = None
        mailbox: Sequence[str] = ()

    monkeypatch.setattr(models, "InsightsEvent", InsightsEvent)
    monkeypatch.setattr(models, "Bounce", Bounce)
    monkeypatch.setattr(models, "BounceType", StrEnum("BounceType", {"Hard": "PERMANENT"}))
    found = set(differences(_installed()))
    assert found - _found() == {
        "Bounce.BounceSubType: is limited to 9 or less, at the service to anything",
        "Bounce.Mailbox: the service has no such member",
        "BounceType: calls the value PERMANENT Hard",
        "BounceType: lacks the value TRANSIENT",
        "BounceType: lacks the value UNDETERMINED",
        "InsightsEvent.Details: has a default",
        "InsightsEvent.Details: is never None",
        "InsightsEvent.Timestamp: is a <class 'datetime.datetime'>, at the service a timestamp",
        "InsightsEvent.Type: is a <enum 'EventType'>, at the service a EventType",
        "InsightsEvent.Type: is read from Kind",
        "InsightsEvent.Type: is called kind instead of type",
    }
    assert _found() - found == {"Bounce.DiagnosticCode: is hidden, but not sensitive"}
