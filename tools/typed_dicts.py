"""Write the dictionaries that requests take in place of shapes, as types.

    python -m tools.typed_dicts            writes them
    python -m tools.typed_dicts --check    fails when a module differs from what would be written

A shape that is a member of a request may be given as a dictionary. Its type is made from the
fields of the shape, for each shape that the requests of the operations reach.
"""

from __future__ import annotations

import ast
import sys
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from sesinsights import models
from sesinsights.flows.operations import OPERATIONS
from sesinsights.models import classic
from sesinsights.models.shape import Shape, own_doc
from tools.twins import ROOT, formatted, write_or_check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODULES = {
    "sesinsights.models": ROOT / "sesinsights/models/dictionaries.py",
    "sesinsights.models.classic": ROOT / "sesinsights/models/classic/dictionaries.py",
}

HEADER = '''\
# Generated from the shapes by `python -m tools.typed_dicts`: edit those, and run it again.
"""What requests take in place of a shape: a dictionary of its members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Required

from typing_extensions import TypedDict

{imports}

__all__ = {names}

'''


def shapes_in_requests() -> dict[str, list[type[Shape]]]:
    """Return the shapes that requests hold, by their package, in the order of their names."""
    found: set[type[Shape]] = set()
    left = [operation.request for operation in OPERATIONS]
    while left:
        for inner in _shapes_of(left.pop()):
            if inner not in found:
                found.add(inner)
                left.append(inner)
    by_package: dict[str, list[type[Shape]]] = {package: [] for package in MODULES}
    for shape in sorted(found, key=lambda shape: shape.__name__):
        by_package[shape.__module__.rpartition(".")[0]].append(shape)
    return by_package


def _shapes_of(shape: type[Shape]) -> Iterator[type[Shape]]:
    for hint in get_type_hints(shape).values():
        yield from _shapes_in(hint)


def _shapes_in(hint: Any) -> Iterator[type[Shape]]:
    if isinstance(hint, type) and issubclass(hint, Shape):
        yield hint
    for part in get_args(hint):
        yield from _shapes_in(part)


def module(shapes: list[type[Shape]], path: Path) -> str:
    """Return the text of a module with a dictionary for each shape."""
    classes = [_dictionary(shape) for shape in shapes]
    names = {
        node.id
        for text in classes
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name)
    }
    packages = {shape.__module__.rpartition(".")[0] for shape in shapes}
    known = {
        name: module
        for package in packages
        for name, module in _modules_of(package)
        if name in names
    }
    imports = "\n".join(f"from {module} import {name}" for name, module in known.items())
    offered = sorted(f"{shape.__name__}Dict" for shape in shapes)
    return formatted(HEADER.format(imports=imports, names=offered) + "\n".join(classes), path)


def _modules_of(package: str) -> Iterator[tuple[str, str]]:
    """Yield what the modules of a package offer, each with the module that does."""
    directory = ROOT.joinpath(*package.split("."))
    for path in sorted({*directory.glob("[a-z]*.py")} - {*MODULES.values()}):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            match node:
                case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                    yield name, f"{package}.{path.stem}"
                case ast.ImportFrom(module=str(), names=names) if path.stem == "enums":
                    yield from ((each.name, f"{package}.enums") for each in names)
                case _:
                    pass


def _dictionary(shape: type[Shape]) -> str:
    hints = get_type_hints(shape, include_extras=True)
    lines = [f"class {shape.__name__}Dict(TypedDict, total=False):", *_docstring(shape), ""]
    for name, field in shape.model_fields.items():
        if name == "s3_url" and not field.is_required():
            # The service fills it, so nobody may give it.
            continue
        written = _written(hints[name])
        lines += [
            f"    {name}: {f'Required[{written}]' if field.is_required() else written}",
            *_indented(f'"""{field.description}"""'),
        ]
    return "\n".join(lines) + "\n"


def _docstring(shape: type[Shape]) -> Iterator[str]:
    doc = own_doc(shape)
    prefix = "r" if "\\" in doc else ""
    first, *rest = doc.splitlines()
    if not rest:
        yield from _indented(f'{prefix}"""{first}"""')
    else:
        yield from _indented(f'{prefix}"""{first}')
        yield from (line and f"    {line}" for line in rest)
        yield from _indented('"""')


def _indented(*lines: str) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _written(hint: Any) -> str:
    """Return the type of a member as code: a shape may be one or a dictionary."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _written(arguments[0])
    if hint in _inputs():
        return _inputs()[hint]
    if origin in (Union, UnionType):
        return " | ".join(map(_written, arguments))
    if origin is not None:
        return f"{origin.__name__}[{', '.join(map(_written, arguments))}]"
    if hint is NoneType:
        return "None"
    if isinstance(hint, type) and issubclass(hint, Shape):
        return f"{hint.__name__} | {hint.__name__}Dict"
    return str(hint.__name__)


def _inputs() -> dict[Any, str]:
    """Return the types of enums that requests take, by what they stand for."""
    return {
        getattr(package, name): name
        for package in (models, classic)
        for name in dir(package)
        if name.endswith("Input")
    }


def generated() -> dict[Path, str]:
    """Return the text of each module."""
    shapes = shapes_in_requests()
    return {path: module(shapes[package], path) for package, path in MODULES.items()}


def main() -> int:
    """Write the modules, or tell which are out of date."""
    return write_or_check(generated(), "tools.typed_dicts")


if __name__ == "__main__":
    sys.exit(main())
