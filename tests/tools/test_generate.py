"""What is made from other parts of the project is up to date, and comes from one command."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from sesinsights import SESInsights
from sesinsights.flows.operations import OPERATIONS
from tools import generate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_client_has_every_subject() -> None:
    """Every class of a subject is a base class, so that its methods are methods of the client."""
    subjects = {
        node.name
        for path in generate.CLIENT.parent.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and "SESV2Client" in map(_argument, node.bases)
    }
    assert subjects == {base.__name__ for base in SESInsights.__bases__}


def _argument(base: ast.expr) -> object:
    match base:
        case ast.Subscript(slice=ast.Constant(value=argument)):
            return argument
        case _:
            return None


def test_the_policy_allows_every_operation() -> None:
    """The documented policy for everything has the action of each operation, once."""
    (text,) = generate.policy().values()
    actions = re.findall(r"ses:(\w+)", text.partition("## Everything")[2])
    assert actions == [*dict.fromkeys(operation.name for operation in OPERATIONS)]


@pytest.mark.parametrize(
    "make",
    [generate.packages, generate.errors, generate.client, generate.policy, generate.reference],
)
def test_nothing_is_out_of_date(make: Callable[[], dict[Path, str]]) -> None:
    """What was generated is what would be generated now: if not, run `python -m tools.generate`."""
    for path, text in make().items():
        assert path.read_text(encoding="utf-8") == text
