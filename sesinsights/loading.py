"""Packages that load their contents on first use.

With pydantic, importing the shapes takes about as long as importing boto3, and a program should not
have to wait for that before its first call. The pytest plugin is part of this package, and a test
run that never uses it should not have to wait for botocore.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from sesinsights.forks import no_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    GetAttribute = Callable[[str], object]
    ListNames = Callable[[], list[str]]


def load_each_on_first_use(
    package: str, modules: Mapping[str, str]
) -> tuple[GetAttribute, ListNames]:
    """Return `__getattr__` and `__dir__` of a package that loads each name on first use.

    Args:
        package: The package's name.
        modules: The module that defines each name; for a module of the package, itself.
    """
    members = vars(sys.modules[package])

    def getattr_of_package(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with no_fork():
            module = import_module(modules[name])
        members[name] = module if modules[name] == f"{package}.{name}" else getattr(module, name)
        return members[name]

    def dir_of_package() -> list[str]:
        # Only what it offers, not what it imports.
        return sorted({*modules, *(name for name in members if name.startswith("__"))})

    return getattr_of_package, dir_of_package
