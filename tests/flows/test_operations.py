"""The table of operations: complete, and true to what each operation does."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, get_args, get_origin

import pytest
from botocore import xform_name
from botocore.model import ListShape, StructureShape

from sesinsights import models
from sesinsights.flows import classic_operations, operations
from sesinsights.flows.operation import Operation, PaginatedOperation, SendOperation
from sesinsights.flows.operations import OPERATIONS
from sesinsights.models import classic
from tests.models.always_sent import ALWAYS_SENT
from tests.models.service_models import members_of, model_of

if TYPE_CHECKING:
    import types
    from collections.abc import Mapping

    from botocore.model import Shape as ServiceShape

_TABLES = {"sesv2": operations, "ses": classic_operations}


def test_every_operation_says_whether_it_may_be_repeated() -> None:
    """An operation cannot be made without `repeatable`, as a repeated creation does harm."""
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
    """A creation, a send or a billed call is not repeated, as it may have been carried out."""
    is_repeatable = not operation.name.startswith(("Create", "Send")) and not operation.is_billed
    assert operation.repeatable == is_repeatable


def _least(shape: ServiceShape) -> object:
    """Return a response of this shape with the members that every response has."""
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
    members = members_of(model_of(operation).output_shape)
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
