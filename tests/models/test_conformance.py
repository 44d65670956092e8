"""Operations, shapes and errors mirror botocore's service models, in both directions."""

from __future__ import annotations

import re
import string
import typing
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from pydantic import TypeAdapter, ValidationError

from sesinsights import errors
from sesinsights.drivers.botocore_versions import COMPLETE, is_complete
from sesinsights.flows.classification import translate_botocore_errors
from sesinsights.flows.operations import OPERATIONS
from sesinsights.models import classic
from tests.models.declared.differences import DECLARED
from tests.models.differences import SHAPES, error_differences, installed_differences
from tests.models.service_models import error_class_name, installed, members_of, model_of, reachable

if TYPE_CHECKING:
    from sesinsights.flows.operation import Operation
    from sesinsights.models.shape import Shape

if not is_complete():
    pytest.skip(
        f"the models are held to botocore {COMPLETE} and later ones", allow_module_level=True
    )

_MEMBERS_IN_THE_PATH = [
    (operation.request, wire_name)
    for operation in OPERATIONS
    for wire_name, member in members_of(model_of(operation).input_shape).items()
    if member.serialization.get("location") == "uri"
]


@pytest.mark.parametrize("service", SHAPES)
def test_nothing_differs_but_what_is_declared(service: str) -> None:
    """Operations and shapes are as their service model has them, save what is declared."""
    assert installed_differences(service) == DECLARED[service].keys()


def test_no_error_is_made_up_but_what_is_declared() -> None:
    """An error that the service refuses with is in a service model, save what is declared."""
    assert error_differences(map(installed, SHAPES)) == DECLARED["errors"].keys()


_DOCUMENTED_NAMES = [
    (name, member_name)
    for name, shape in reachable(installed("ses")).shapes.items()
    for member_name, member in members_of(shape).items()
    if "characters or fewer" in member.documentation
]


def test_some_names_are_documented() -> None:
    """The documentation still says in the same words what a name may be."""
    assert ("MessageTag", "Value") in _DOCUMENTED_NAMES
    assert len(_DOCUMENTED_NAMES) >= 6


@pytest.mark.parametrize(("name", "member_name"), _DOCUMENTED_NAMES)
def test_a_name_is_what_its_documentation_says(name: str, member_name: str) -> None:
    """A name has the characters and the length that the service model only says in words."""
    says = members_of(reachable(installed("ses")).shapes[name])[member_name].documentation
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
    for shape in model_of(operation).error_shapes:
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
            assert caught.type is getattr(errors, error_class_name(shape))
