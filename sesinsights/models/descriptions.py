"""The docstrings below the fields of a class, available at run time.

pydantic can read them when a class is created, but that takes longer than everything else about the
class. Here they are read from the module's source when the description of a field is first needed.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache


@cache
def _in_module(name: str) -> dict[str, dict[str, str]]:
    try:
        source = inspect.getsource(sys.modules[name])
    except (OSError, TypeError):  # it is installed without its source
        return {}
    return {
        node.name: _in_class(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }


def _in_class(node: ast.ClassDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = inspect.cleandoc(text)
            case _:
                pass
    return found


def descriptions_of(cls: type) -> dict[str, str]:
    """Return the docstring below each field, by its name, including inherited ones."""
    return {
        name: text
        for base in reversed(cls.__mro__)
        for name, text in _in_module(base.__module__).get(base.__qualname__, {}).items()
    }
