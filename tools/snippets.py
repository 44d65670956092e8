"""Read the Python of README.md and docs/, and check its types as a user's checkers would.

    python -m tools.snippets

Each page is a module of its own: its snippets in their order, each line where it stands on the
page. So a snippet may use what an earlier one of its page defines, and an error names the page's
line. What a snippet needs and readers need not see stands in a snippet inside an HTML comment. The
code of other libraries, without types, is a snippet in `py` and not in `python`: it is run only.

mypy and pyright judge the pages, and natural code of users beside them, by their strict rules: in
an environment with the stubs of boto3 and in one without.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
NATURAL_CODE = ROOT / "tests/typing/natural_code.py"

FENCE = re.compile(
    r"""^(?P<indent>\ *)```(?P<language>python|py)\b[^\n]*\n
    (?P<code>.*?)
    ^(?P=indent)```$""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)

STUBS = re.compile(r"(boto3|botocore|s3transfer)[-_]stubs|types[-_](boto3|awscrt|s3transfer)")
"""The names of what is left out of the environment without the stubs of boto3."""

MYPY = "mypy --strict --config-file= --no-error-summary --no-incremental"
# What is marked for mypy is judged by pyright on its own.
PYRIGHT_SETTINGS = '{"typeCheckingMode": "strict", "enableTypeIgnoreComments": false}'


@dataclass(frozen=True)
class Snippet:
    """A piece of Python on a page.

    Attributes:
        page: The file of the page.
        line: The number of its first line there.
        code: What it says, not indented.
        is_typed: Whether its types are checked.
    """

    page: Path
    line: int
    code: str
    is_typed: bool = True


def pages() -> list[Path]:
    """Return the pages that may have snippets."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def snippets(page: Path) -> Iterator[Snippet]:
    """Yield the snippets of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("code")) + 1
        is_typed = found["language"] == "python"
        yield Snippet(page, line, textwrap.dedent(found["code"]), is_typed)


def module(page: Path) -> str:
    """Return the typed snippets of a page as one module; each line has its number on the page."""
    lines: list[str] = []
    for snippet in filter(lambda snippet: snippet.is_typed, snippets(page)):
        lines += [""] * (snippet.line - 1 - len(lines))
        lines += snippet.code.splitlines()
    return "\n".join(lines) + "\n"


def environment(directory: Path, *, with_stubs: bool) -> Path:
    """Make an environment that has what this one has; return its Python.

    The package is there as if it was installed, so that a checker reports nothing inside of it.
    """
    venv.create(directory, symlinks=True)
    python = directory / Path(sys.executable).parent.name / "python"
    paths = {"base": str(directory), "platbase": str(directory)}
    packages = Path(sysconfig.get_path("purelib", vars=paths))
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if path.suffix != ".pth" and (with_stubs or not STUBS.match(path.name)):
            packages.joinpath(path.name).symlink_to(path)
    packages.joinpath("sesinsights").symlink_to(ROOT / "sesinsights")
    return python


def problems(directory: Path, python: Path) -> Iterator[str]:
    """Yield what each checker says about the modules of a directory, unless it is content."""
    programs = Path(sys.executable).parent
    for command in (
        f"{programs / MYPY} --python-executable {python} .",
        f"{programs / 'pyright'} --pythonpath {python}",
    ):
        done = subprocess.run(
            command.split(), cwd=directory, capture_output=True, encoding="utf-8", check=False
        )
        if done.returncode:
            yield done.stdout + done.stderr


def main() -> int:
    """Check the pages, and print what is wrong with them."""
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        modules = directory / "pages"
        modules.mkdir()
        modules.joinpath("pyrightconfig.json").write_text(PYRIGHT_SETTINGS, encoding="utf-8")
        shutil.copy(NATURAL_CODE, modules)
        for page in pages():
            if any(snippets(page)):
                name = page.relative_to(ROOT).with_suffix("").as_posix().replace("/", "_")
                modules.joinpath(f"{name}.py").write_text(module(page), encoding="utf-8")
        found = {
            words: [*problems(modules, environment(directory / words, with_stubs=with_stubs))]
            for words, with_stubs in (("with-stubs", True), ("without-stubs", False))
        }
    for words, said in found.items():
        if said:
            print(f"An environment {words.replace('-', ' ')} of boto3:", *said, sep="\n")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
