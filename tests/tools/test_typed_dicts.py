"""A dictionary for each shape that requests hold, with the members of the shape."""

from __future__ import annotations

import importlib
import typing

import pytest

from sesinsights.flows.operations import OPERATIONS
from tools.typed_dicts import MODULES, shapes_in_requests

SHAPES = [(package, shape) for package, shapes in shapes_in_requests().items() for shape in shapes]


@pytest.mark.parametrize(
    ("package", "shape"), SHAPES, ids=lambda each: getattr(each, "__name__", each)
)
def test_a_dictionary_has_the_members_that_a_user_may_give(package: str, shape: typing.Any) -> None:
    """The same are required, and what only the service fills is left out."""
    made: typing.Any = getattr(importlib.import_module(package), f"{shape.__name__}Dict")
    fields = {
        name: field
        for name, field in shape.model_fields.items()
        if name != "s3_url" or field.is_required()
    }
    assert set(made.__annotations__) == set(fields)
    for name, field in fields.items():
        # Python does not look into annotations that are texts; type checkers do.
        assert ("Required[" in str(made.__annotations__[name])) == field.is_required()


def test_the_shapes_are_those_inside_of_requests() -> None:
    """Neither a request itself nor what only answers hold has a dictionary."""
    shapes = {shape for _, shape in SHAPES}
    assert {package for package, _ in SHAPES} == {*MODULES}
    assert shapes.isdisjoint({operation.request for operation in OPERATIONS})
    assert shapes.isdisjoint({operation.response for operation in OPERATIONS})
