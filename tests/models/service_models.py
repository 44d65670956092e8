"""The service models of the installed botocore, and what the table's operations reach in them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, StructureShape

from sesinsights.flows.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel
    from botocore.model import Shape as ServiceShape

    from sesinsights.flows.operation import Operation


def rows_of(service: ServiceModel) -> Iterator[Operation[Any, Any]]:
    """Return the table's operations of a service."""
    return (operation for operation in OPERATIONS if operation.service == service.service_name)


class Reachable(NamedTuple):
    """Shapes by their names, and the names of those that users build."""

    shapes: dict[str, ServiceShape]
    by_requests: set[str]


def reachable(service: ServiceModel) -> Reachable:
    """Return the structures and enumerations that the table's operations reach."""
    requests: dict[str, ServiceShape] = {}
    answers: dict[str, ServiceShape] = {}
    for operation in modelled_operations(service):
        _reach(operation.input_shape, requests)
        _reach(operation.output_shape, answers)
    return Reachable({**requests, **answers}, set(requests))


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


def modelled_operations(service: ServiceModel) -> Iterator[OperationModel]:
    """Yield the service's models of the table's operations, as far as it has them."""
    for operation in rows_of(service):
        if operation.name in service.operation_names:
            yield service.operation_model(operation.name)


def error_class_name(shape: ServiceShape) -> str:
    """Return how the class is called that an error of the service becomes."""
    return shape.name.removesuffix("Exception").removesuffix("Error") + "Error"


def members_of(shape: ServiceShape | None) -> Mapping[str, ServiceShape]:
    """Return the members of a structure; what is not a structure has none."""
    return shape.members if isinstance(shape, StructureShape) else {}


@cache
def _description(service: str) -> dict[str, Any]:
    description: dict[str, Any] = Loader().load_service_model(service, "service-2")
    return description


@cache
def description_in_json(service: str) -> str:
    """Return a service model as JSON, which takes less time to read than the model to copy."""
    return json.dumps(_description(service))


@cache
def installed(service: str) -> ServiceModel:
    """Return the service model that the installed botocore has."""
    return ServiceModel(_description(service), service)


def model_of(operation: Operation[Any, Any]) -> OperationModel:
    """Return the service's model of an operation."""
    return installed(operation.service).operation_model(operation.name)
