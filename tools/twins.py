"""Write the asyncio clients and exports from the synchronous ones.

    python -m tools.twins            writes them
    python -m tools.twins --check    fails when one differs from what would be written

What a client does stands in flows, so its methods only differ in `async` and `await`, in the driver
that runs the flows, and in the names of the classes. This script makes those changes and no others;
what truly differs has the same name in both drivers, and in both base classes of exports.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from ruff import find_ruff_bin  # type: ignore[import-untyped] # it does not mark its types

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
CLIENTS = Path("sesinsights/clients")
EXPORTS = Path("sesinsights/exports")

HEADER = """\
# Generated from {source} by `python -m tools.twins`: edit that file, and run it again.
"""

MODULES = {
    "sesinsights.clients": "sesinsights.clients.aio",
    "sesinsights.drivers.threads": "sesinsights.drivers.event_loop",
    "sesinsights.exports.export": "sesinsights.exports.async_export",
    "sesinsights.exports.message_insights": "sesinsights.exports.async_message_insights",
    "sesinsights.exports.metrics_export": "sesinsights.exports.async_metrics_export",
}

NAMES = {
    "Iterator": "AsyncIterator",
    "StopIteration": "StopAsyncIteration",
    "ThreadDriver": "AsyncDriver",
    "ThreadExport": "AsyncExport",
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
    "next": "anext",
}
"""Names of others; a class of a generated module is named with `Async` before it."""

COROUTINES = {"__enter__", "__exit__", "__next__"}
"""Methods that are coroutines whatever they do."""

AWAITED = {
    "export.take_all",
    "next",
    "self._block",
    "self._call",
    "self._driver.close",
    "self._driver.run",
    "self._exported",
}
"""What is awaited, beside every method that awaits something itself."""

PHRASES = {
    "for threads and scripts": "for event loops",
    "any number of threads": "any number of tasks",
    "between threads": "between tasks",
    "in a `with` statement or call `close`": "in an `async with` statement or await `close`",
    "message_ids: Iterable[str]": "message_ids: Iterable[str] | AsyncIterable[str]",
    "from collections.abc import": "from collections.abc import AsyncIterable,",
}
"""Passages of text and of code that read otherwise."""


def sources() -> dict[Path, Path]:
    """Return each module that has a twin, and where its twin belongs."""
    clients = sorted((ROOT / CLIENTS).glob("*.py"))
    exports = [ROOT / EXPORTS / f"{name}.py" for name in ("message_insights", "metrics_export")]
    return {
        module: module.parent / "aio" / module.name
        for module in clients
        if module.stem != "__init__"
    } | {module: module.with_name(f"async_{module.name}") for module in exports}


def twin(source: str, classes: set[str]) -> str:
    """Return the asyncio module of a synchronous one."""
    source = "".join(_edited(source))
    names = NAMES | {name: f"Async{name}" for name in classes}
    source = "".join(_renamed(source, names))
    for module, other in MODULES.items():
        source = re.sub(
            rf"\b{re.escape(module)}(?=\.\w+ import)|\b{re.escape(module)}(?= import)",
            other,
            source,
        )
    for phrase, other in PHRASES.items():
        source = source.replace(phrase, other)
    return source


def _edited(source: str) -> Iterator[str]:
    """Yield the pieces of a module with `async` and `await` where they belong."""
    tree = ast.parse(source)
    coroutines = _coroutines(tree)
    inserted: list[tuple[int, int, str]] = []
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if name in coroutines:
                inserted.append((node.lineno, node.col_offset, "async "))
            case ast.Call() if _is_awaited(node, coroutines):
                inserted.append((node.lineno, node.col_offset, "await "))
            case _:
                pass
    lines = source.splitlines(keepends=True)
    for line, column, text in sorted(inserted, reverse=True):
        before = lines[line - 1]
        lines[line - 1] = before[:column] + text + before[column:]
    yield from lines


def _coroutines(tree: ast.Module) -> set[str]:
    """Return the names of the methods that await something."""
    methods = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    coroutines = {method.name for method in methods if method.name in COROUTINES}
    while True:
        found = {
            method.name
            for method in methods
            if any(
                isinstance(node, ast.Call) and _is_awaited(node, coroutines)
                for node in ast.walk(method)
            )
        }
        if found <= coroutines:
            return coroutines
        coroutines |= found


def _is_awaited(call: ast.Call, coroutines: set[str]) -> bool:
    called = ast.unparse(call.func)
    return called in AWAITED or called in {f"self.{name}" for name in coroutines}


def _renamed(source: str, names: dict[str, str]) -> Iterator[str]:
    """Yield the pieces of a module with other names; in text they stand in backticks."""
    classes = [name for name, other in names.items() if other == f"Async{name}"]
    words = re.compile(rf"(?<=`)({'|'.join(classes)})(?=[`.])")
    lines = source.splitlines(keepends=True)
    row, column = 1, 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        (start_row, start_column), (end_row, end_column) = token.start, token.end
        while row < start_row:
            yield lines[row - 1][column:] if row <= len(lines) else ""
            row, column = row + 1, 0
        if row <= len(lines):
            yield lines[row - 1][column:start_column]
        if token.type == tokenize.NAME:
            yield names.get(token.string, token.string)
        elif token.type == tokenize.STRING:
            yield words.sub(lambda found: names[found[0]], token.string)
        else:
            yield token.string
        row, column = end_row, end_column


def formatted(source: str, path: Path) -> str:
    """Return a module as the linter and the formatter of this project leave it."""
    for command in (["check", "--select=I,F401", "--fix", "-q"], ["format", "-q"]):
        source = subprocess.run(
            [find_ruff_bin(), *command, "--stdin-filename", path, "-"],
            input=source,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
    return source


def generated() -> dict[Path, str]:
    """Return the text of every asyncio module."""
    texts = {source: source.read_text(encoding="utf-8") for source in sources()}
    classes = {
        node.name
        for text in texts.values()
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }
    made: dict[Path, str] = {}
    for source, path in sources().items():
        header = HEADER.format(source=source.relative_to(ROOT).as_posix())
        made[path] = formatted(header + twin(texts[source], classes), path)
    return made


def write_or_check(made: dict[Path, str], tool: str) -> int:
    """Write the modules that a tool made, or with `--check` tell which are out of date."""
    outdated = [
        (path, text)
        for path, text in made.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in outdated:
        if "--check" in sys.argv:
            print(f"{path.relative_to(ROOT)} is out of date: run `python -m {tool}`")
        else:
            path.write_text(text, encoding="utf-8")
    return int(bool(outdated) and "--check" in sys.argv)


def main() -> int:
    """Write the modules, or tell which are out of date."""
    return write_or_check(generated(), "tools.twins")


if __name__ == "__main__":
    sys.exit(main())
