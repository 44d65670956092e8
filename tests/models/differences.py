"""In what operations, shapes and errors differ from the service models."""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.model import ServiceModel, StructureShape
from typing_extensions import is_typeddict

from sesinsights import SESClassic, SESInsights, errors, models
from sesinsights.flows.operation import Operation, PaginatedOperation
from sesinsights.models import classic
from tests.models.service_models import (
    error_class_name,
    installed,
    members_of,
    modelled_operations,
    reachable,
    rows_of,
)
from tests.models.shape_differences import shape_differences
from tools.scaffold import documented_pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from botocore.model import OperationModel
    from botocore.model import Shape as ServiceShape

SHAPES = {"ses": classic, "sesv2": models}
_FACADES = {"ses": SESClassic, "sesv2": SESInsights}


def differences(service: ServiceModel) -> set[str]:
    """Return in what the table and the shapes differ from a service model."""
    found = {
        difference
        for operation in rows_of(service)
        for difference in _operation_differences(service, operation)
    }
    ours = SHAPES[service.service_name]
    reached = reachable(service)
    for name, shape in reached.shapes.items():
        found.update(shape_differences(ours, shape, users_build=name in reached.by_requests))
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
        error_class_name(shape)
        for service in services
        for model in modelled_operations(service)
        for shape in model.error_shapes
    }
    return {
        f"{name}: no operation has this error"
        for name in errors.__all__
        if name not in modelled
        and issubclass(getattr(errors, name), errors.ServiceError)
        and name != "ServiceError"
    }


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
        if not hasattr(errors, error_class_name(error)):
            yield f"{name}: {error.name} has no class {error_class_name(error)}"
    pace = documented_pace(model)
    if operation.calls_per_second != pace:
        yield f"{name}: its pace is {operation.calls_per_second}, at the service {pace}"
    pages = _has_token(model.input_shape) and _has_token(model.output_shape)
    if isinstance(operation, PaginatedOperation) != pages:
        yield f"{name}: it is {'not ' if pages else ''}paginated, unlike at the service"
    yield from _method_differences(model, operation)


def _has_token(shape: ServiceShape | None) -> bool:
    return "NextToken" in members_of(shape)


def _required(shape: ServiceShape | None) -> Iterable[str]:
    return shape.required_members if isinstance(shape, StructureShape) else ()


def _method_differences(model: OperationModel, operation: Operation[Any, Any]) -> Iterator[str]:
    name = xform_name(operation.name)
    members = {xform_name(member) for member in members_of(model.input_shape)}
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


@cache
def installed_differences(service: str) -> frozenset[str]:
    """Return in what the table and the shapes differ from the installed service model."""
    return frozenset(differences(installed(service)))
