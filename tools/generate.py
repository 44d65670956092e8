"""Write everything in this project that is made from other parts of it.

    python -m tools.generate            writes it
    python -m tools.generate --check    fails when something differs from what would be written

It is what packages of shapes import for type checkers, the subjects of `SESInsights`, the actions
of the policy in the documentation, the dictionaries of `tools.typed_dicts` and the asyncio clients
of `tools.twins`.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from sesinsights.flows.operations import OPERATIONS
from tools import twins, typed_dicts
from tools.twins import ROOT, formatted, write_or_check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT = ROOT / "sesinsights/clients/sesinsights.py"
SUBJECT = "Facade['SESV2Client']"
POLICY = ROOT / "docs/policy.md"


def packages() -> dict[Path, str]:
    """Return each package of shapes, with an import of each of its modules that offers some."""
    made: dict[Path, str] = {}
    for package in typed_dicts.MODULES:
        path = ROOT.joinpath(*package.split("."), "__init__.py")
        offering = [each for each in sorted(path.parent.glob("[a-z]*.py")) if _offers(each)]
        imports = "".join(f"    from {package}.{each.stem} import *\n" for each in offering)
        made[path] = _replaced(r"(?m)(^    from \S+ import \*\n)+", imports, path)
    return made


def _offers(module: Path) -> bool:
    return "\n__all__ = " in module.read_text(encoding="utf-8")


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
    names = dict.fromkeys(operation.name for operation in OPERATIONS)  # both APIs have some names
    actions = ",\n".join(f'        "ses:{name}"' for name in names)
    return {POLICY: _replaced(r'(?m)(^ *"ses:\w+",?\n)+', f"{actions}\n", POLICY)}


def _replaced(pattern: str, text: str, path: Path) -> str:
    """Return the text of a file with the one passage that a pattern finds replaced."""
    replaced, count = re.subn(pattern, text, path.read_text(encoding="utf-8"))
    if count != 1:
        raise ValueError(f"{path.relative_to(ROOT)} has {count} passages to replace, not 1")
    return replaced


def main() -> int:
    """Write what is generated, or tell what is out of date."""
    # The asyncio clients are made from the others: the subjects come before them.
    steps = (packages, client, policy, typed_dicts.generated, twins.generated)
    return max(write_or_check(make(), "tools.generate") for make in steps)


if __name__ == "__main__":
    sys.exit(main())
