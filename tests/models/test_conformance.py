"""Operations, shapes and errors mirror botocore's service models, in both directions."""

from __future__ import annotations

import inspect
import json
import re
import string
import sys
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
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from typing_extensions import is_typeddict

from sesinsights import SESClassic, SESInsights, errors, models
from sesinsights.drivers.botocore_versions import COMPLETE, is_complete
from sesinsights.flows import classic_operations, operations
from sesinsights.flows.classification import translate_botocore_errors
from sesinsights.flows.operation import Operation, PaginatedOperation, SendOperation
from sesinsights.flows.operations import OPERATIONS
from sesinsights.models import classic
from sesinsights.models.fields import Length, ListOf, Open, Range, Timestamp
from sesinsights.models.shape import Shape
from tests.models.always_sent import ALWAYS_SENT, NEVER_EMPTY
from tools.scaffold import documented_pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from botocore.model import OperationModel
    from botocore.model import Shape as ServiceShape

    Shapes: TypeAlias = dict[str, dict[str, Any]]

if not is_complete():
    pytest.skip(
        f"the models are held to botocore {COMPLETE} and later ones", allow_module_level=True
    )

_QUOTES_ADDRESSES = "What it says often quotes a recipient's address."
_MAY_QUOTE = "It is text about an identity, which may be an address."
_LINK = "A pre-signed link opens the file to whoever reads the log."
_LEFT_TO_THE_SERVICE = "Answers hold https links, and a user may not give the member at all."
_EMPTY_TOKEN = "The service refuses an empty token."
_PAGE = "The service refuses other page sizes."
_EMPTY_IN_PATH = "botocore would call another path for an empty name."
_WILDCARDS = "The member's documentation says where a wildcard may stand."
_IDENTITY = "An identity may be an address."
_METRICS_DAYS = "The service keeps metrics for 60 days, and answers no more at once."
_WHOLE_DAYS = "The service keeps metrics by whole UTC days."
_DOCUMENTED_IN_V1 = "SES API v1 documents it, and it is the same thing in both APIs."
_DOCUMENTED = "Only the member's documentation says so."
_EMPTY_NAME = "Nothing has an empty name or address."
_PEOPLE = "It holds mail addresses."
_CONTENT = "It is what a person is told, or is made from it."
_MAPPING = "A mapping is less to write than its JSON text, and the text must be an object."
_COPIED = "It may be given as it was copied, and what no id has is refused."
_ANY_ENUM = "It stands for a value of any enumeration that is newer than the models."
_NO_MEMBER = "It is not a member: it has the client render the template before sending it."

_HIDDEN = "is hidden, but not sensitive"
_S3_PATTERN = r"has pattern ^s3:\/\/([^\/]+)\/(.*?([^\/]+)\/?)$"
_NOT_EMPTY = "is limited to 1 or more, at the service to anything"
_UP_TO_64 = "is limited to 1 to 64, at the service to anything"
_UP_TO_100 = "is limited to 1 to 100, at the service to anything"
_UP_TO_256 = "is limited to 1 to 256, at the service to anything"
_AT_THE_ENDS = "has the check _wildcards_at_the_ends"
_PLAIN_CHARACTERS = "has the check _ and -"
_OR_MAPPING = "is a collections.abc.Mapping[str, typing.Any] | str, at the service a string"
_AS_COPIED = "has the check _as_copied"
_JSON_OBJECT = "has the check _to_json_object"
_ADDRESSES = ("BccAddresses", "CcAddresses", "ToAddresses")
_SENDS = ("SendBulkTemplatedEmailRequest", "SendTemplatedEmailRequest")
_LISTS = (
    "ListConfigurationSets",
    "ListExportJobs",
    "ListImportJobs",
    "ListRecommendations",
    "ListReputationEntities",
    "ListSuppressedDestinations",
)
_CHANGES_OF_EVENT_DESTINATIONS = tuple(
    f"{change}ConfigurationSetEventDestination" for change in ("Create", "Delete", "Update")
)
_EVENT_DESTINATION_REQUESTS = (
    "CreateConfigurationSetEventDestinationRequest",
    "UpdateConfigurationSetEventDestinationRequest",
)
_CONFIGURATION_SET_NAMES = (
    "ConfigurationSet.Name",
    *(
        f"{request}.ConfigurationSetName"
        for request in (*_SENDS, *_EVENT_DESTINATION_REQUESTS, "DescribeConfigurationSetRequest")
    ),
)
_TEMPLATE_NAMES = (
    "Template.TemplateName",
    "DeleteTemplateRequest.TemplateName",
    "GetTemplateRequest.TemplateName",
    "TestRenderTemplateRequest.TemplateName",
    *(f"{send}.Template" for send in _SENDS),
)
_TEMPLATE_DATA = (
    "BulkEmailDestination.ReplacementTemplateData",
    "SendBulkTemplatedEmailRequest.DefaultTemplateData",
    "SendTemplatedEmailRequest.TemplateData",
    "TestRenderTemplateRequest.TemplateData",
)

_ON_PURPOSE: dict[str, dict[tuple[str, ...], dict[str, str]]] = {
    "sesv2": {
        ("BatchGetMetricDataQuery",): {"has the rule _spans_at_most_60_days": _METRICS_DAYS},
        ("BatchGetMetricDataQuery.Dimensions", "MetricsDataSource.Dimensions"): {
            _HIDDEN: _IDENTITY,
        },
        ("BatchGetMetricDataRequest",): {
            "has the rule _names_each_query_once": "The service refuses an id twice.",
        },
        ("Bounce.DiagnosticCode", "FailureInfo.ErrorMessage"): {_HIDDEN: _QUOTES_ADDRESSES},
        ("BounceReason", "DelayReason"): {
            "no operation has this shape": "The service writes these as text, and differently.",
        },
        ("NewValue",): {"no operation has this shape": _ANY_ENUM},
        ("ExportDataSource",): {
            "has the rule _has_exactly_one_source": "A job exports one kind of data.",
        },
        ("ExportDestination",): {
            "has the rule _leaves_the_link_to_the_service": _LEFT_TO_THE_SERVICE,
        },
        ("ExportDestination.S3Url",): {_HIDDEN: _LINK, _S3_PATTERN: _LEFT_TO_THE_SERVICE},
        ("FailureInfo.FailedRecordsS3Url",): {_HIDDEN: _LINK},
        tuple(
            f"{name}Request.ConfigurationSetName"
            for name in (
                *_CHANGES_OF_EVENT_DESTINATIONS,
                "DeleteConfigurationSet",
                "GetConfigurationSet",
                "GetConfigurationSetEventDestinations",
            )
        ): {_NOT_EMPTY: _EMPTY_IN_PATH, _AS_COPIED: _COPIED},
        tuple(f"{name}Request.EventDestinationName" for name in _CHANGES_OF_EVENT_DESTINATIONS): {
            _UP_TO_64: _DOCUMENTED_IN_V1,
            _PLAIN_CHARACTERS: _DOCUMENTED_IN_V1,
        },
        ("CreateConfigurationSetRequest.ConfigurationSetName",): {
            _UP_TO_64: _DOCUMENTED,
            _PLAIN_CHARACTERS: _DOCUMENTED,
        },
        ("CloudWatchDimensionConfiguration.DimensionName",): {
            _UP_TO_256: _DOCUMENTED_IN_V1,
            "has the check _, - and :": _DOCUMENTED_IN_V1,
        },
        ("CloudWatchDimensionConfiguration.DefaultDimensionValue",): {
            _UP_TO_256: _DOCUMENTED_IN_V1,
            "has the check _, -, @ and .": _DOCUMENTED_IN_V1,
        },
        ("CloudWatchDestination.DimensionConfigurations",): {
            "is limited to 1 to 10, at the service to anything": "More are refused.",
        },
        ("EventDestinationDefinition",): {
            "has the rule _has_exactly_one_destination": "Events go to one kind of destination.",
        },
        ("EventDestinationDefinition.MatchingEventTypes",): {
            _NOT_EMPTY: "It would publish nothing.",
            "is required by us only": "It would publish nothing.",
        },
        ("SigningScheme",): {
            "has the rule _has_exactly_one_scheme": "The service model calls it a union.",
        },
        ("ArchivingOptions.ArchiveArn",): {
            r"has pattern arn:(aws|aws-[a-z-]+):ses:[a-z]{2,4}-[a-z-]+-[0-9]:[0-9]{1,20}:"
            r"mailmanager-archive/a-[a-z0-9]{24,62}": "The service knows the ARNs that exist.",
        },
        tuple(
            f"{name}Request.JobId" for name in ("CancelExportJob", "GetExportJob", "GetImportJob")
        ): {_AS_COPIED: _COPIED},
        ("GetMessageInsightsRequest.MessageId",): {
            "has the check _as_returned_by_sending": "It may be given as mail headers show it.",
        },
        tuple(NEVER_EMPTY): {
            "has the check _not_empty": "Without an id, the job could not be followed.",
        },
        ("ImportDataSource.S3Url",): {
            _HIDDEN: "It may be a pre-signed link too.",
            _S3_PATTERN: "It is checked, in words of our own.",
            "has the check _in_a_bucket": "It says the same as the pattern, in words.",
        },
        ("ImportDestination",): {"has the rule _has_exactly_one_list": "A job fills one list."},
        ("ListSuppressedDestinationsRequest",): {
            "has the rule _ends_after_it_starts": "Nothing is in a window that ends before.",
        },
        tuple(
            f"List{items}Request.PageSize"
            for items in ("ConfigurationSets", "ReputationEntities", "SuppressedDestinations")
        ): {_NOT_EMPTY: "A page holds something."},
        tuple(
            f"{name}SuppressedDestinationRequest.EmailAddress" for name in ("Delete", "Get", "Put")
        ): {
            _HIDDEN: _PEOPLE,
            "has the check _as_address": "Other text is not an address, and would be another path.",
        },
        ("DeleteSuppressedDestinationRequest.EmailAddress",): {
            "has the check _without_slash": "The service refuses it, and says nothing of why.",
        },
        ("SuppressedDestination.EmailAddress", "SuppressedDestinationSummary.EmailAddress"): {
            _HIDDEN: _PEOPLE,
        },
        (
            "ListSuppressedDestinationsRequest.TenantName",
            "SuppressedDestination.TenantName",
            *(
                f"{name}SuppressedDestinationRequest.TenantName"
                for name in ("Delete", "Get", "Put")
            ),
        ): {
            "is limited to 1 to 64, at the service to 1 or more": _DOCUMENTED,
            _PLAIN_CHARACTERS: _DOCUMENTED,
        },
        ("GetEmailAddressInsightsRequest.EmailAddress",): {
            _HIDDEN: _PEOPLE,
            _NOT_EMPTY: _EMPTY_NAME,
        },
        (
            "GetReputationEntityRequest.ReputationEntityReference",
            "ListRecommendationsRequest.Filter",
            "ListReputationEntitiesRequest.Filter",
            "Recommendation.ResourceArn",
            "ReputationEntity.ReputationEntityReference",
        ): {_HIDDEN: "The ARN of an identity may hold an address."},
        ("MetricDataError.Message", "Recommendation.Description"): {_HIDDEN: _MAY_QUOTE},
        ("ListRecommendationsRequest",): {
            "has the rule _combines_filters_as_documented": _DOCUMENTED,
        },
        tuple(f"{name}Request.NextToken" for name in _LISTS): {_NOT_EMPTY: _EMPTY_TOKEN},
        tuple(
            f"{name}Request.PageSize"
            for name in ("ListExportJobs", "ListImportJobs", "ListRecommendations")
        ): {_UP_TO_100: _PAGE},
        ("MessageInsightsDataSource",): {
            "has the rule _ends_after_it_starts": "Nothing is in a window that ends before.",
        },
        ("MessageInsightsFilters",): {
            "has the rule _leaves_out_empty_filters": "A filter without values filters nothing.",
        },
        tuple(
            f"MessageInsightsFilters.{name} item"
            for name in ("Destination", "FromEmailAddress", "Subject")
        ): {_AT_THE_ENDS: _WILDCARDS},
        ("MessageInsightsFilters.Isp item", "MessageInsightsFilters.TenantName item"): {
            "has the check _no_wildcards": _WILDCARDS,
        },
        ("MetricsDataSource",): {
            "has the rule _has_one_wildcard": _WILDCARDS,
            "has the rule _spans_whole_days": _WHOLE_DAYS,
        },
        ("MetricsDataSource.EndDate", "MetricsDataSource.StartDate"): {
            "has the check _at_whole_day": _WHOLE_DAYS,
        },
    },
    "ses": {
        _CONFIGURATION_SET_NAMES: {_UP_TO_64: _DOCUMENTED, _PLAIN_CHARACTERS: _DOCUMENTED},
        ("EventDestination.Name",): {_UP_TO_64: _DOCUMENTED, _PLAIN_CHARACTERS: _DOCUMENTED},
        ("MessageTag.Name", "MessageTag.Value"): {
            _UP_TO_256: _DOCUMENTED,
            _PLAIN_CHARACTERS: _DOCUMENTED,
        },
        ("CloudWatchDimensionConfiguration.DimensionName",): {
            _UP_TO_256: _DOCUMENTED,
            "has the check _, - and :": _DOCUMENTED,
        },
        ("CloudWatchDimensionConfiguration.DefaultDimensionValue",): {
            _UP_TO_256: _DOCUMENTED,
            "has the check _, -, @ and .": _DOCUMENTED,
        },
        ("CloudWatchDestination.DimensionConfigurations",): {
            "is limited to 1 to 10, at the service to anything": "More are refused.",
        },
        ("EventDestination",): {
            "has the rule _has_exactly_one_destination": "Events go to one kind of destination.",
        },
        ("EventDestination.MatchingEventTypes",): {_NOT_EMPTY: "It would publish nothing."},
        _TEMPLATE_NAMES: {_NOT_EMPTY: _EMPTY_NAME},
        _TEMPLATE_DATA: {_OR_MAPPING: _MAPPING, _JSON_OBJECT: _MAPPING, _HIDDEN: _CONTENT},
        (
            "Template.HtmlPart",
            "Template.SubjectPart",
            "Template.TextPart",
            "TestRenderTemplateResponse.RenderedTemplate",
        ): {_HIDDEN: _CONTENT},
        ("ListTemplatesRequest.MaxItems",): {_UP_TO_100: _DOCUMENTED},
        ("ListTemplatesRequest.NextToken",): {_NOT_EMPTY: _EMPTY_TOKEN},
        ("Destination",): {"has the rule _has_recipients": "1 to 50 in all are documented."},
        tuple(f"Destination.{name}" for name in _ADDRESSES): {_HIDDEN: _PEOPLE},
        tuple(f"Destination.{name} item" for name in _ADDRESSES): {_NOT_EMPTY: _EMPTY_NAME},
        tuple(f"{send}.{name}" for send in _SENDS for name in ("ReturnPath", "Source")): {
            _HIDDEN: _PEOPLE,
            _NOT_EMPTY: _EMPTY_NAME,
        },
        tuple(
            f"{send}.{name}"
            for send in _SENDS
            for name in ("ReplyToAddresses", "ReturnPathArn", "SourceArn")
        ): {_HIDDEN: _PEOPLE},
        tuple(f"{send}.ReplyToAddresses item" for send in _SENDS): {_NOT_EMPTY: _EMPTY_NAME},
        ("SendBulkTemplatedEmailRequest.Destinations",): {
            "is limited to 1 to 50, at the service to anything": _DOCUMENTED,
        },
        ("BulkEmailDestinationStatus.Error",): {_HIDDEN: _QUOTES_ADDRESSES},
        ("SendTemplatedEmail",): {
            "only the method has send_templated_email(check=)": _NO_MEMBER,
        },
        ("SendBulkTemplatedEmail",): {
            "only the method has send_bulk_templated_email(check=)": _NO_MEMBER,
        },
        ("GetSendQuota",): {
            "its request is GetSendQuotaRequest, at the service nothing": (
                "Every operation of the table has a request, if an empty one."
            ),
        },
        ("GetSendQuotaRequest",): {
            "no operation has this shape": "It stands for the request that the service lacks.",
        },
    },
    "errors": {
        ("AccessDeniedError",): {
            "no operation has this error": "Every operation answers so, unmodelled.",
        },
        (
            "AccountSuspendedError",
            "SendingPausedError",
        ): {
            "no operation has this error": "Only operations of SES API v2 without a method do.",
        },
        ("DailyQuotaExceededError",): {
            "no operation has this error": "The service answers that it throttles; it does not.",
        },
        ("ThrottledError",): {
            "no operation has this error": "It is the base of what throttling is called.",
        },
        ("VdmNotEnabledError",): {
            "no operation has this error": "The service answers 404 or 400 instead.",
        },
    },
}
DECLARED = {
    of: {
        f"{place}: {difference}": reason
        for places, differing in declared.items()
        for place in places
        for difference, reason in differing.items()
    }
    for of, declared in _ON_PURPOSE.items()
}
"""How table, models and errors differ from the service models on purpose, and why."""

for _service, _members_always_sent in ALWAYS_SENT.items():
    DECLARED[_service] |= {
        f"{member}: is required by us only": why for member, why in _members_always_sent.items()
    }

_SHAPES = {"ses": classic, "sesv2": models}
_FACADES = {"ses": SESClassic, "sesv2": SESInsights}
_TABLES = {"sesv2": operations, "ses": classic_operations}

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


def differences(service: ServiceModel) -> set[str]:
    """Return in what the table and the shapes differ from a service model."""
    found = {
        difference
        for operation in _operations(service)
        for difference in _operation_differences(service, operation)
    }
    ours = _SHAPES[service.service_name]
    reached = _reached(service)
    for name, shape in reached.shapes.items():
        found.update(_shape_differences(ours, shape, users_build=name in reached.by_requests))
    found.update(
        f"{name}: no operation has this shape"
        for name in ours.__all__
        if name not in reached.shapes
        and isinstance(getattr(ours, name), type)
        and not is_typeddict(getattr(ours, name))
    )
    return found


def error_differences(services: Iterable[ServiceModel]) -> set[str]:
    """Return which errors no operation of these services has."""
    modelled = {
        _error_name(shape)
        for service in services
        for model in _modelled(service)
        for shape in model.error_shapes
    }
    return {
        f"{name}: no operation has this error"
        for name in errors.__all__
        if name not in modelled
        and issubclass(getattr(errors, name), errors.ServiceError)
        and name != "ServiceError"
    }


def _operations(service: ServiceModel) -> Iterator[Operation[Any, Any]]:
    return (operation for operation in OPERATIONS if operation.service == service.service_name)


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
    for operation in _operations(service):
        if operation.name in service.operation_names:
            yield service.operation_model(operation.name)


def _error_name(shape: ServiceShape) -> str:
    return shape.name.removesuffix("Exception").removesuffix("Error") + "Error"


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
    pace = documented_pace(model)
    if operation.calls_per_second != pace:
        yield f"{name}: its pace is {operation.calls_per_second}, at the service {pace}"
    pages = _has_token(model.input_shape) and _has_token(model.output_shape)
    if isinstance(operation, PaginatedOperation) != pages:
        yield f"{name}: it is {'not ' if pages else ''}paginated, unlike at the service"
    yield from _method_differences(model, operation)


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
        # Botocore's own word for how many items a page holds, where the service has another.
        members = {"page_size" if member == "max_items" else member for member in members}
        members = members - {"next_token"} | {"max_items", "starting_token"}
        yield from _signature_differences(operation, name, members, required, "ItemIterator")


def _signature_differences(
    operation: Operation[Any, Any], name: str, members: set[str], required: set[str], returns: str
) -> Iterator[str]:
    method = getattr(_FACADES[operation.service], name, None)
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


def _shape_differences(
    shapes: types.ModuleType, shape: ServiceShape, *, users_build: bool
) -> Iterator[str]:
    ours = getattr(shapes, shape.name, None)
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
        if member.name != re.sub("(?<=[a-z])(?=[A-Z])", "_", member.value).upper():
            yield f"{shape.name}: calls the value {member.value} {member.name}"


@cache
def _hints(shape: type[Shape]) -> dict[str, Any]:
    return typing.get_type_hints(shape, include_extras=True)


def _structure_differences(
    shape: StructureShape, ours: type[Shape], *, users_build: bool
) -> Iterator[str]:
    wire_names = {field.serialization_alias: name for name, field in ours.model_fields.items()}
    hints = _hints(ours)
    for rule in ours.__pydantic_decorators__.model_validators:
        yield f"{shape.name}: has the rule {rule}"
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
        if field.repr == _is_sensitive(member):
            is_so, is_not_so = ("sensitive", "shown") if field.repr else ("hidden", "not sensitive")
            yield f"{place}: is {is_so}, but {is_not_so}"
        yield from (f"{place}{part}: has the check {check}" for part, check in _checks(hints[name]))
        yield from _type_differences(
            place, member, hints[name], is_required=field.is_required(), users_build=users_build
        )


def _type_differences(
    place: str, member: ServiceShape, hint: object, *, is_required: bool, users_build: bool
) -> Iterator[str]:
    ours, theirs = _our_type(hint), _service_type(member)
    if users_build:
        theirs = _with_texts(member, theirs)
        # Shapes check no pattern, and what only the service builds need not follow any.
        yield from (f"{place}: has pattern {pattern}" for pattern in _patterns(member))
    if ours != theirs:
        yield f"{place}: is a {ours}, at the service a {theirs}"
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


def _with_texts(shape: ServiceShape, name: str) -> str:
    """Return the type of a member that users give: of an enum, they may write the text too."""
    for enum in _enums_in(shape):
        name = re.sub(rf"\b{enum}\b", f"{enum} or its text", name)
    return name


def _enums_in(shape: ServiceShape) -> set[str]:
    inside = {enum for part in _parts(shape) for enum in _enums_in(part)}
    return inside | ({shape.name} if shape.metadata.get("enum") else set())


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
        return _enum_of(bare, get_args(bare))
    if get_origin(bare) is Sequence and _LIST_MARK in kinds:
        return f"list of {_our_type(get_args(bare)[0])}"
    if get_origin(bare) is Mapping:
        key, value = get_args(bare)
        return f"map of {_our_type(key)} to {_our_type(value)}"
    if bare is datetime and _UTC_MARK in marks:
        return "timestamp"
    return _OUR_PRIMITIVES.get(bare, repr(bare))


def _enum_of(hint: object, alternatives: Sequence[Any]) -> str:
    """Return the enum that a member has: an answer's holds it, a request's takes its values too."""
    known: type[StrEnum] = alternatives[0]
    if alternatives == (known, models.NewValue):
        return known.__name__
    if hint == getattr(sys.modules[known.__module__], f"{known.__name__}Input", None):
        return f"{known.__name__} or its text"
    return f"closed {known.__name__}"


def _our_marks(hint: object, part: str = "") -> Iterator[tuple[str, object]]:
    bare, marks = _unwrapped(hint)
    yield from ((part, mark) for mark in marks)
    if get_origin(bare) is Sequence:
        yield from _our_marks(get_args(bare)[0], part + _IN_A_LIST)
    if get_origin(bare) is Mapping:
        key, value = get_args(bare)
        yield from _our_marks(key, part + _KEY)
        yield from _our_marks(value, part + _VALUE)


def _our_limits(hint: object) -> Iterator[tuple[str, Limits]]:
    for part, mark in _our_marks(hint):
        if isinstance(mark, Length | Range):
            yield part, (mark.min or None, mark.max)


def _checks(hint: object) -> Iterator[tuple[str, str]]:
    """Yield the checks of a field that are neither a type nor a limit."""
    for part, mark in _our_marks(hint):
        if isinstance(mark, AfterValidator | BeforeValidator) and mark != _UTC_MARK:
            check: Any = mark.func
            yield part, check.__name__ if inspect.isfunction(check) else check.said


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


def test_every_operation_says_whether_it_may_be_repeated() -> None:
    """It has no default: a creation that is repeated by mistake does harm."""
    with pytest.raises(TypeError, match="repeatable"):
        Operation(name="CreateSomething", service="sesv2")  # type: ignore[call-arg] # that is the point


def test_the_table_has_every_operation_of_its_modules() -> None:
    """Each row of either API is in the table once, in the order of its module."""
    rows = [row for table in _TABLES.values() for row in _rows(table)]
    assert [*OPERATIONS] == rows
    assert len({(row.service, row.name) for row in rows}) == len(rows)
    for service, table in _TABLES.items():
        assert {row.service for row in _rows(table)} == {service}


def _rows(table: types.ModuleType) -> list[Operation[Any, Any]]:
    return [row for row in vars(table).values() if isinstance(row, Operation)]


def _annotations(operation: Operation[Any, Any]) -> dict[str, Any]:
    names = {"models": models, "classic": classic}
    return typing.get_type_hints(_TABLES[operation.service], localns=names)


@cache
def _description(service: str) -> dict[str, Any]:
    description: dict[str, Any] = Loader().load_service_model(service, "service-2")
    return description


@cache
def _description_in_json(service: str) -> str:
    """The same, to be read as often as something changes in it: copying it takes longer."""
    return json.dumps(_description(service))


@cache
def _installed(service: str) -> ServiceModel:
    return ServiceModel(_description(service), service)


def _model(operation: Operation[Any, Any]) -> OperationModel:
    return _installed(operation.service).operation_model(operation.name)


@cache
def _found(service: str) -> frozenset[str]:
    return frozenset(differences(_installed(service)))


_MEMBERS_IN_THE_PATH = [
    (operation.request, wire_name)
    for operation in OPERATIONS
    for wire_name, member in _members(_model(operation).input_shape).items()
    if member.serialization.get("location") == "uri"
]


@pytest.mark.parametrize("service", _SHAPES)
def test_nothing_differs_but_what_is_declared(service: str) -> None:
    """Operations and shapes are as their service model has them, save what is declared."""
    assert _found(service) == DECLARED[service].keys()


def test_no_error_is_made_up_but_what_is_declared() -> None:
    """An error that the service refuses with is in a service model, save what is declared."""
    assert error_differences(map(_installed, _SHAPES)) == DECLARED["errors"].keys()


_DOCUMENTED_NAMES = [
    (name, member_name)
    for name, shape in _reached(_installed("ses")).shapes.items()
    for member_name, member in _members(shape).items()
    if "characters or fewer" in member.documentation
]


def test_some_names_are_documented() -> None:
    """The documentation still says in the same words what a name may be."""
    assert ("MessageTag", "Value") in _DOCUMENTED_NAMES
    assert len(_DOCUMENTED_NAMES) >= 6


@pytest.mark.parametrize(("name", "member_name"), _DOCUMENTED_NAMES)
def test_a_name_is_what_its_documentation_says(name: str, member_name: str) -> None:
    """A name has the characters and the length that the service model only says in words."""
    says = _members(_reached(_installed("ses")).shapes[name])[member_name].documentation
    longest = re.search(r"Contain (\d+) characters or fewer", says)
    assert longest
    letters = re.search(r"Contain only .*", says)
    assert letters
    others = "".join(re.findall(r"\((?:<code>)?([^\w\s]|_)(?:</code>)?\)", letters[0]))
    hints = typing.get_type_hints(getattr(classic, name), include_extras=True)
    adapter: TypeAdapter[str] = TypeAdapter(hints[xform_name(member_name)])
    taken = {character for character in map(chr, range(256)) if _takes(adapter, character)}
    assert taken == {*string.ascii_letters, *string.digits, *others}
    assert _takes(adapter, "x" * int(longest[1]))
    assert not _takes(adapter, "x" * (int(longest[1]) + 1))


def _takes(adapter: TypeAdapter[str], value: str) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(("request_class", "wire_name"), _MEMBERS_IN_THE_PATH)
def test_what_is_part_of_the_path_is_never_empty(
    request_class: type[Shape], wire_name: str
) -> None:
    """A member that becomes part of the path may not be empty."""
    with pytest.raises(ValidationError, match=xform_name(wire_name)):
        request_class.model_validate({wire_name: ""})


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_modelled_error_becomes_its_class(operation: Operation[Any, Any]) -> None:
    """An error that the service model names is raised as the class named after it."""
    for shape in _model(operation).error_shapes:
        for code in {shape.name, shape.metadata["error"].get("code", shape.name)}:
            answer: Any = {
                "Error": {"Code": code, "Message": "No."},
                "ResponseMetadata": {"HTTPStatusCode": shape.metadata["error"]["httpStatusCode"]},
            }
            with (
                pytest.raises(errors.ServiceError) as caught,
                translate_botocore_errors(operation.name, 1),
            ):
                raise ClientError(answer, operation.name)
            assert caught.type is getattr(errors, _error_name(shape))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_annotations_of_the_table_are_the_shapes(operation: Operation[Any, Any]) -> None:
    """What the table is annotated with are the shapes that an operation finds by its name."""
    annotated = _annotations(operation)
    table = _TABLES[operation.service]
    (constant,) = (name for name in annotated if getattr(table, name) is operation)
    assert constant == xform_name(operation.name).upper()
    assert get_origin(annotated[constant]) is type(operation)
    request, response, *_ = get_args(annotated[constant])
    assert (request, response) == (operation.request, operation.response)


def test_sends_are_paced_by_the_accounts_rate_and_nothing_else_is() -> None:
    """The operations that send have no pace of their own, and each recipient counts."""
    sends = [operation for operation in OPERATIONS if isinstance(operation, SendOperation)]
    assert sends == [op for op in OPERATIONS if op.name.startswith("Send")]
    assert not [operation for operation in sends if operation.calls_per_second]


def test_every_recipient_of_a_send_counts() -> None:
    """Recipients are counted over To, Cc and Bcc, and over all destinations of a bulk send."""
    four = {"ToAddresses": ["a"], "CcAddresses": ["b"], "BccAddresses": ["c", "d"]}
    one = classic.SendTemplatedEmailRequest.from_service(
        {"Source": "s", "Template": "t", "TemplateData": "{}", "Destination": four}
    )
    many = classic.SendBulkTemplatedEmailRequest.from_service(
        {
            "Source": "s",
            "Template": "t",
            "DefaultTemplateData": "{}",
            "Destinations": [{"Destination": four}, {"Destination": {"BccAddresses": ["e"]}}],
        }
    )
    assert classic_operations.SEND_TEMPLATED_EMAIL.recipients(one) == 4
    assert classic_operations.SEND_BULK_TEMPLATED_EMAIL.recipients(many) == 5


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_what_creates_sends_or_costs_is_not_repeatable(operation: Operation[Any, Any]) -> None:
    """After a lost answer, a creation, a send or a billed call may have been carried out."""
    is_repeatable = not operation.name.startswith(("Create", "Send")) and not operation.is_billed
    assert operation.repeatable == is_repeatable


def _least(shape: ServiceShape) -> object:
    """Return an answer of this shape with the members that every answer has."""
    if isinstance(shape, StructureShape):
        return {
            name: _least(member)
            for name, member in shape.members.items()
            if name in shape.required_members or f"{shape.name}.{name}" in _ALWAYS
        }
    if isinstance(shape, ListShape):
        return [_least(shape.member)]
    return _LEAST.get(shape.type_name, "text")


_LEAST: Mapping[str, object] = {"boolean": True, "integer": 1, "timestamp": 0}
_ALWAYS = {place for places in ALWAYS_SENT.values() for place in places}
_PAGINATED = [operation for operation in OPERATIONS if isinstance(operation, PaginatedOperation)]


@pytest.mark.parametrize("operation", _PAGINATED, ids=str)
def test_a_page_gives_its_list_and_its_token(
    operation: PaginatedOperation[Any, Any, Any],
) -> None:
    """The items of a page are its only list, of the annotated class, and its token is NextToken."""
    members = _members(_model(operation).output_shape)
    ((wire_name, member),) = (
        (name, shape) for name, shape in members.items() if isinstance(shape, ListShape)
    )
    answer = {wire_name: _least(member), "NextToken": "next"}
    page = operation.response.from_service(answer)
    constant = xform_name(operation.name).upper()
    (item,) = operation.items(page)
    assert type(item) is get_args(_annotations(operation)[constant])[2]
    assert type(item).__name__ in {"str", member.member.name}
    assert operation.next_token(page) == "next"


def _alone(shapes: Shapes, structure: str, member: str) -> dict[str, Any]:
    """Return the shape of one member, which no other member has from now on."""
    alone = f"{structure}{member}Alone"
    shapes[alone] = dict(shapes[shapes[structure]["members"][member]["shape"]])
    shapes[structure]["members"][member]["shape"] = alone
    return shapes[alone]


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
        lambda shapes, _: _alone(shapes, "Bounce", "BounceSubType").update(sensitive=True),
        {"Bounce.BounceSubType: is sensitive, but shown"},
    ),
    "newly sensitive in a list": (
        lambda shapes, _: shapes["Isp"].update(sensitive=True),
        {
            "EmailInsights.Isp: is sensitive, but shown",
            "MessageInsightsFilters.Isp: is sensitive, but shown",
        },
    ),
    "no longer sensitive": (
        lambda shapes, _: _alone(shapes, "GetMessageInsightsResponse", "Subject").pop("sensitive"),
        {"GetMessageInsightsResponse.Subject: is hidden, but not sensitive"},
    ),
    "a new pattern": (
        lambda shapes, _: _alone(shapes, "GetExportJobRequest", "JobId").update(pattern="^j"),
        {"GetExportJobRequest.JobId: has pattern ^j"},
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
            f"{member}: is limited to anything, at the service to 99 or less"
            for member in (
                "BatchGetMetricDataQuery.Dimensions value",
                "MetricsDataSource.Dimensions value item",
            )
        },
    ),
    "another type": (
        lambda shapes, _: _alone(shapes, "EventDestination", "Enabled").update(type="string"),
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
        lambda shapes, operations: (
            shapes.update(NovelException=shapes["NotFoundException"]),
            operations["GetImportJob"]["errors"].append({"shape": "NovelException"}),
        ),
        {"GetImportJob: NovelException has no class NovelError"},
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


_CLASSIC_DRIFT: dict[str, tuple[Callable[[Shapes, Shapes], object], set[str]]] = {
    "a new member of a request": (
        lambda shapes, _: shapes["SendTemplatedEmailRequest"]["members"].update(
            TenantName={"shape": "TemplateName"}
        ),
        {
            "SendTemplatedEmailRequest.TenantName: there is no such field",
            "SendTemplatedEmail: the method does not have send_templated_email(tenant_name=)",
        },
    ),
    "a member of another name": (
        lambda shapes, _: shapes["SNSDestination"]["members"].update(
            TopicArn=shapes["SNSDestination"]["members"].pop("TopicARN")
        ),
        {
            "SNSDestination.TopicARN: the service has no such member",
            "SNSDestination.TopicArn: there is no such field",
        },
    ),
    "newly required": (
        lambda shapes, _: shapes["Template"].update(required=["TemplateName", "SubjectPart"]),
        {"Template.SubjectPart: is required by the service only"},
    ),
    "a new enum value": (
        lambda shapes, _: shapes["EventType"]["enum"].append("deliveryDelay"),
        {"EventType: lacks the value deliveryDelay"},
    ),
    "a new limit of template data": (
        lambda shapes, _: shapes["TemplateData"].update(max=1000),
        {
            f"{place}: is limited to 262144 or less, at the service to 1000 or less"
            for place in _TEMPLATE_DATA
        },
    ),
    "a new error": (
        lambda shapes, operations: operations["ListTemplates"].update(
            errors=[{"shape": "TrackingOptionsAlreadyExistsException"}]
        ),
        {
            (
                "ListTemplates: TrackingOptionsAlreadyExistsException "
                "has no class TrackingOptionsAlreadyExistsError"
            )
        },
    ),
    "a new pace": (
        lambda shapes, operations: operations["SendTemplatedEmail"].update(
            documentation="Call it no more than 5 times per second."
        ),
        {"SendTemplatedEmail: its pace is None, at the service 5.0"},
    ),
    "a pace lifted": (
        lambda shapes, operations: operations["TestRenderTemplate"].update(documentation=""),
        {"TestRenderTemplate: its pace is 1, at the service None"},
    ),
    "no longer paginated": (
        lambda shapes, _: shapes["ListTemplatesResponse"]["members"].pop("NextToken"),
        {
            "ListTemplates: it is paginated, unlike at the service",
            "ListTemplatesResponse.NextToken: the service has no such member",
        },
    ),
    "an operation gone": (
        lambda shapes, operations: operations.pop("DeleteTemplate"),
        {
            "DeleteTemplate: the service has no such operation",
            "DeleteTemplateRequest: no operation has this shape",
            "DeleteTemplateResponse: no operation has this shape",
        },
    ),
}


def _drifted(service: str, drift: Callable[[Shapes, Shapes], object]) -> set[str]:
    description = json.loads(_description_in_json(service))
    drift(description["shapes"], description["operations"])
    return differences(ServiceModel(description, service))


@pytest.mark.parametrize(
    ("service", "drift", "reported"),
    [
        pytest.param(service, *drift, id=f"{service}-{what}")
        for service, drifts in (("sesv2", _DRIFT), ("ses", _CLASSIC_DRIFT))
        for what, drift in drifts.items()
    ],
)
def test_drift_is_reported(
    service: str, drift: Callable[[Shapes, Shapes], object], reported: set[str]
) -> None:
    """Whatever changes in a service model is reported, and nothing else."""
    assert _drifted(service, drift) - _found(service) == reported


def test_a_declared_difference_that_is_gone_is_stale() -> None:
    """What is declared must go as soon as the service model agrees."""

    def agree(shapes: Shapes, operations: Shapes) -> None:
        shapes["DiagnosticCode"]["sensitive"] = True
        _alone(shapes, "ListExportJobsRequest", "PageSize").update(min=1, max=100)

    assert DECLARED["sesv2"].keys() - _drifted("sesv2", agree) == {
        "Bounce.DiagnosticCode: is hidden, but not sensitive",
        "ListExportJobsRequest.PageSize: is limited to 1 to 100, at the service to anything",
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
    found = differences(_installed("sesv2"))
    assert found - _found("sesv2") == {
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
    assert _found("sesv2") - found == {
        "Bounce.DiagnosticCode: is hidden, but not sensitive",
        "InsightsEvent.Timestamp: is required by us only",
        "InsightsEvent.Type: is required by us only",
    }


def test_drift_in_our_own_shapes_of_v1_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule, a check or a limit that is gone is stale, and another wire name is reported."""

    class Destination(Shape):
        to_addresses: ListOf[str] = ()
        cc_addresses: ListOf[str] = ()
        bcc_addresses: ListOf[str] = Field(default=(), repr=False)

    class SNSDestination(Shape):
        topic_arn: str

    class MessageTag(Shape):
        name: Annotated[str, Length(1, 256)]
        value: classic.MessageTag

    for shape in (Destination, SNSDestination, MessageTag):
        monkeypatch.setattr(classic, shape.__name__, shape)
    found = differences(_installed("ses"))
    assert found - _found("ses") == {
        "MessageTag.Value: is a MessageTag, at the service a string",
        "SNSDestination.TopicARN: there is no such field",
        "SNSDestination.TopicArn: the service has no such member",
    }
    assert _found("ses") - found == {
        "Destination.BccAddresses item: is limited to 1 or more, at the service to anything",
        "Destination.CcAddresses item: is limited to 1 or more, at the service to anything",
        "Destination.CcAddresses: is hidden, but not sensitive",
        "Destination.ToAddresses item: is limited to 1 or more, at the service to anything",
        "Destination.ToAddresses: is hidden, but not sensitive",
        "Destination: has the rule _has_recipients",
        "MessageTag.Name: has the check _ and -",
        "MessageTag.Value: has the check _ and -",
        "MessageTag.Value: is limited to 1 to 256, at the service to anything",
    }
