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
    from collections.abc import Callable, Iterable, Mapping

    GetAttribute = Callable[[str], object]
    ListNames = Callable[[], list[str]]


def load_each_on_first_use(
    package: str, modules: Mapping[str, str]
) -> tuple[GetAttribute, ListNames]:
    """Return `__getattr__` and `__dir__` of a package that loads each name by itself.

    Args:
        package: The package's name.
        modules: The module of each name. A module of the package itself is its own.
    """
    members = vars(sys.modules[package])

    def getattr_of_package(name: str) -> object:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(modules[name])
        members[name] = module if modules[name] == f"{package}.{name}" else getattr(module, name)
        return members[name]

    def dir_of_package() -> list[str]:
        return _public(members, modules)

    return getattr_of_package, dir_of_package


def collect_on_first_use(package: str) -> tuple[GetAttribute, ListNames]:
    """Return `__getattr__` and `__dir__` of a package that offers what its modules do.

    The modules are loaded with the first name that is asked for. What they offer stands in their
    `__all__`, and begins with a capital; a module that has none only helps the others.

    Args:
        package: The package's name.
    """
    offered: dict[str, object] = {}

    def collected() -> dict[str, object]:
        if not offered:
            from pkgutil import iter_modules

            found: dict[str, object] = {}
            for module_info in iter_modules(sys.modules[package].__path__):
                if not module_info.ispkg:
                    module = import_module(f"{package}.{module_info.name}")
                    found |= {
                        name: getattr(module, name) for name in vars(module).get("__all__", ())
                    }
            offered.update(found)
        return offered

    def getattr_of_package(name: str) -> object:
        if name == "__all__":
            return sorted(collected(), key=lambda name: (not name.isupper(), name))
        # Importing a module of the package asks for it here first.
        if not name[:1].isupper() or name not in collected():
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        vars(sys.modules[package])[name] = offered[name]
        return offered[name]

    def dir_of_package() -> list[str]:
        return _public(vars(sys.modules[package]), collected())

    return getattr_of_package, dir_of_package


def _public(members: Iterable[str], offered: Iterable[str]) -> list[str]:
    """Return what `dir` shows: what a package offers, and not what it is made of."""
    return sorted({*offered, *(name for name in members if name.startswith("__"))})
