"""Packages whose contents are loaded when they are first asked for.

With pydantic, shapes take about as long to import as boto3, and a program that starts should not
wait for them before its first call. The pytest plugin is part of this package, and a test run that
never uses it should not wait for botocore.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    GetAttribute = Callable[[str], object]
    ListNames = Callable[[], list[str]]

__all__ = ["load_all_on_first_use", "load_each_on_first_use"]


def load_each_on_first_use(
    package: str, modules: Mapping[str, str]
) -> tuple[GetAttribute, ListNames]:
    """Return `__getattr__` and `__dir__` of a package that loads each name by itself.

    Args:
        package: The package's name; its `__all__` names what it offers.
        modules: The module of each name, within the package. A name that has none is itself a
            module of the package.
    """

    def load(name: str) -> None:
        module = import_module(f"{package}.{modules.get(name, name)}")
        vars(sys.modules[package])[name] = getattr(module, name) if name in modules else module

    return _attributes(package, load)


def load_all_on_first_use(package: str, modules: Sequence[str]) -> tuple[GetAttribute, ListNames]:
    """Return `__getattr__` and `__dir__` of a package that loads all its names with the first.

    Args:
        package: The package's name; its `__all__` names what it offers.
        modules: The names of its modules, which hold that.
    """

    def load(_: str) -> None:
        found: dict[str, object] = {}
        for module in modules:
            found |= vars(import_module(f"{package}.{module}"))
        members = vars(sys.modules[package])
        members.update((name, found[name]) for name in members["__all__"])

    return _attributes(package, load)


def _attributes(package: str, load: Callable[[str], None]) -> tuple[GetAttribute, ListNames]:
    members = vars(sys.modules[package])

    def getattr_of_package(name: str) -> object:
        if name not in members["__all__"]:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        load(name)
        return members[name]

    def dir_of_package() -> list[str]:
        return sorted({*members, *members["__all__"]})

    return getattr_of_package, dir_of_package
