"""Link the names that docstrings mention, on the site only: editors show docstrings as they are.

An extension of Griffe, which reads the package for the API reference. A public name in backticks,
such as `NotFoundError`, becomes a link to it, and so does an error that a docstring says is raised.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from griffe import Alias, Extension, Module, Object
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PUBLIC = (
    "errors",
    "events",
    "exports",
    "metrics",
    "outcomes",
    "pacing",
    "report",
    "suppression",
    "testing",
)
"""The public modules, beside the package itself and its models."""

NAME = re.compile(r"(?<![`\[])`(\w+)(\(\))?`(?![`\]])")


class DocstringLinks(Extension):
    """Replaces names by links, once the whole package is loaded."""

    @override
    def on_package(self, *, pkg: Module, **kwargs: Any) -> None:
        """Go through all docstrings."""
        names = _offered(pkg)
        classic = names | _shapes(pkg["models.classic"])
        for described in _objects(pkg):
            if isinstance(described, Module):
                _import(described, names, pkg["errors"].exports)
            is_classic = re.search(r"\.(classic|sending|templates)\b", described.path)
            _link(described, classic if is_classic else names)


def _offered(pkg: Module) -> dict[str, str]:
    """Return the path of every public name, as the reference has it."""
    public = [pkg, *(pkg[name] for name in PUBLIC)]
    names = {
        str(name): f"{module.path}.{name}"
        for module in public
        for name in module.exports or ()
        if not module[str(name)].is_module
    }
    for client in ("SESClassic", "SESInsights"):
        names |= {
            name: f"sesinsights.{client}.{name}"
            for name, member in pkg[client].all_members.items()
            if member.is_function and not name.startswith("_")
        }
    return _shapes(pkg["models"]) | names


def _shapes(models: Module) -> dict[str, str]:
    return {
        str(name): f"{module.path}.{name}"
        for module in models.modules.values()
        if not module.is_init_module
        for name in module.exports or ()
    }


def _objects(parent: Object) -> Iterator[Object]:
    """Yield an object and all that it is made of."""
    yield parent
    for member in parent.members.values():
        if isinstance(member, Object):
            yield from _objects(member)


def _import(module: Module, names: dict[str, str], errors: Iterable[object]) -> None:
    """Let a module know the errors that its docstrings say are raised."""
    for name in map(str, errors):
        if name not in module.members:
            module.set_member(name, Alias(name, names[name]))
            module.imports[name] = names[name]


def _link(described: Object, names: dict[str, str]) -> None:
    """Replace the names in a docstring, but for those of the thing itself and of its owner."""
    if described.docstring is None:
        return
    own = {described.name, described.parent and described.parent.name}

    def linked(found: re.Match[str]) -> str:
        is_foreign = found[1] in names and found[1] not in own
        return f"[{found[0]}][{names[found[1]]}]" if is_foreign else found[0]

    described.docstring.value = NAME.sub(linked, described.docstring.value)
