"""Write everything in this project that is made from other parts of it.

    python -m tools.generate            writes it
    python -m tools.generate --check    fails when something differs from what would be written

It is what packages load when it is first asked for, the names of the errors, the subjects of
`SESInsights`, the actions of the policy in the documentation, the modules in its reference of
models, the dictionaries of `tools.typed_dicts` and the asyncio clients of `tools.twins`.
"""

from __future__ import annotations

import ast
import re
import sys
from itertools import chain
from typing import TYPE_CHECKING

from tools.twins import ROOT, formatted, write_or_check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT = ROOT / "sesinsights/clients/sesinsights.py"
SUBJECT = "Facade['SESV2Client']"
POLICY = ROOT / "docs/policy.md"
REFERENCE = ROOT / "docs/reference/models.md"
FILTERS = "export_sources"
"""The module of models that has a page of the reference to itself."""
ERRORS = ROOT / "sesinsights/errors/__init__.py"


def packages() -> dict[Path, str]:
    """Return each package, offering what it imports for type checkers, once asked for."""
    made: dict[Path, str] = {}
    for path in sorted((ROOT / "sesinsights").rglob("__init__.py")):
        text = path.read_text(encoding="utf-8")
        if "__getattr__, __dir__ = load_each_on_first_use(" in text:
            before = re.split(r"(?m)^# Written by .*\n__all__|^__all__", text)[0]
            package = ".".join(path.parent.relative_to(ROOT).parts)
            if " import *" in before:
                before = _importing_each_module(before, path.parent, package)
            modules = dict(_imported(ast.parse(before), package))
            made[path] = formatted(f"{before}{_LAZY.format(*_listed(modules))}", path)
    return made


def _importing_each_module(text: str, directory: Path, package: str) -> str:
    """Return the text of a package with an import of each of its modules that offers something."""
    imports = "".join(
        f"    from {package}.{each.stem} import *\n"
        for each in sorted(directory.glob("[a-z]*.py"))
        if _offered(each)
    )
    return re.sub(r"(?m)(^    from \S+ import \*\n)+", imports, text)


def _offered(module: Path) -> list[str]:
    """Return the names in the `__all__` of a module; none if it only helps the others."""
    for statement in ast.parse(module.read_text(encoding="utf-8")).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                names: list[str] = ast.literal_eval(value)
                return names
            case _:
                pass
    return []


_LAZY = """\
# Written by `python -m tools.generate` from the imports above.
__all__ = [{0}]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(__name__, {{{1}}})
"""


def _imported(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """Yield what a package imports for type checkers, with the module; of a module, with itself."""
    for statement in tree.body:
        if isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING":
            for node in statement.body:
                if isinstance(node, ast.ImportFrom):
                    module = str(node.module)
                    for alias in node.names:
                        whole = f"{package}.{alias.name}"
                        if alias.name == "*":
                            file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
                            yield from ((name, module) for name in _offered(file))
                        else:
                            yield alias.name, whole if module == package else module


def _listed(modules: dict[str, str]) -> tuple[str, str]:
    """Return names as the entries of a list, and as those of a dictionary with their modules."""
    # Constants come first, then classes, then functions and modules.
    names = sorted(modules, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    return (
        ", ".join(f'"{name}"' for name in names),
        ", ".join(f'"{name}": "{modules[name]}"' for name in names),
    )


def errors() -> dict[Path, str]:
    """Return the package of errors, which offers those of its modules."""
    modules = {
        path.stem: re.findall(r"(?m)^class (\w+Error)\b", path.read_text(encoding="utf-8"))
        for path in sorted(ERRORS.parent.glob("[!_]*.py"))
    }
    before = ERRORS.read_text(encoding="utf-8").partition("\nfrom sesinsights.")[0]
    imports = [
        f"from sesinsights.errors.{name} import {', '.join(all_)}" for name, all_ in modules.items()
    ]
    names = ", ".join(f'"{name}"' for name in sorted(chain.from_iterable(modules.values())))
    text = "\n".join([before, *imports, f"__all__ = [{names}]"])
    return {ERRORS: formatted(text, ERRORS)}


def client() -> dict[Path, str]:
    """Return the module of `SESInsights`, with the class of every subject as a base class."""
    subjects = dict(_subjects())
    imports = "".join(
        f"from sesinsights.clients.{module} import {name}\n" for name, module in subjects.items()
    )
    bases = f"class SESInsights({', '.join(subjects)}):"
    text = _replaced(r"(?m)(^from sesinsights\.clients\.\S+ import \S+\n)+", imports, CLIENT)
    text = re.sub(r"class SESInsights\([^)]*\):", bases, text)
    return {CLIENT: formatted(text, CLIENT)}


def _subjects() -> Iterator[tuple[str, str]]:
    for path in sorted(CLIENT.parent.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and SUBJECT in map(ast.unparse, node.bases):
                yield node.name, path.stem


def policy() -> dict[Path, str]:
    """Return the page of the policy, with the action of every operation."""
    from sesinsights.flows.operations import OPERATIONS

    names = dict.fromkeys(operation.name for operation in OPERATIONS)  # both APIs have some names
    actions = ",\n".join(f'        "ses:{name}"' for name in names)
    return {POLICY: _replaced(r'(?m)(^ *"ses:\w+",?\n)+', f"{actions}\n", POLICY)}


def reference() -> dict[Path, str]:
    """Return the page of the reference that shows the models, with each module that offers some."""
    modules = sorted((ROOT / "sesinsights/models").glob("[a-z]*.py"))
    sections = "\n".join(
        f"## {each.stem.replace('_', ' ').capitalize()}\n\n"
        f"::: sesinsights.models.{each.stem}\n    options:\n      heading_level: 3\n"
        f"      show_if_no_docstring: true\n"
        for each in modules
        if _offered(each) and each.stem != FILTERS
    )
    return {REFERENCE: _replaced(r"(?ms)^## .*", sections, REFERENCE)}


def _replaced(pattern: str, text: str, path: Path) -> str:
    """Return the text of a file with the one passage that a pattern finds replaced."""
    replaced, count = re.subn(pattern, text, path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{path.relative_to(ROOT)} has {count} passages to replace, not 1")
    return replaced


def main() -> int:
    """Write what is generated, or tell what is out of date."""
    outdated = write_or_check(packages(), "tools.generate")
    # Imported here: dictionaries are made from shapes, which come from these packages. Afterwards
    # the packages offer new dictionaries, too.
    from tools import twins, typed_dicts

    # The asyncio clients are made from the others: the subjects come before them.
    steps = (typed_dicts.generated, packages, errors, client, policy, reference, twins.generated)
    return max(outdated, *(write_or_check(make(), "tools.generate") for make in steps))


if __name__ == "__main__":
    sys.exit(main())
