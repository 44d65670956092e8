"""Packages of shapes that are loaded when the first shape is asked for.

With pydantic, shapes take about as long to import as boto3, and a program that starts should not
wait for them before its first call.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["load_on_first_use"]


def load_on_first_use(package: str, subjects: Sequence[str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package whose shapes are in modules by subject.

    Args:
        package: The package's name; its `__all__` names the shapes.
        subjects: The names of its modules.
    """

    def getattr_of_package(name: str) -> object:
        members = vars(sys.modules[package])
        if name not in members["__all__"]:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        shapes: dict[str, object] = {}
        for subject in subjects:
            shapes |= vars(import_module(f"{package}.{subject}"))
        members.update((shape, shapes[shape]) for shape in members["__all__"])
        return shapes[name]

    return getattr_of_package
