"""Build the site from the pages in docs/ and the docstrings, and check that it is complete.

    python -m tools.site     into build/site; `zensical serve` shows it while you write

A link or cross reference that leads nowhere, a page that the navigation lacks and a public name
that the reference lacks are errors. Beside the pages it writes llms.txt, which lists them for
programs that read.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import yaml

from tools.docstring_links import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SITE = ROOT / "build" / "site"

_COLOUR = re.compile(r"\x1b\[[\d;]*m")


def navigation(entries: list[Any], above: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield the section, title and file of each page, in the order of the navigation."""
    for entry in entries:
        ((title, below),) = ({"Home": entry} if isinstance(entry, str) else entry).items()
        if isinstance(below, str):
            yield above, title, below
        else:
            yield from navigation(below, title)


def missing_pages(listed: set[str]) -> list[str]:
    """Return what is wrong with the navigation: pages that it lacks."""
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    return [f"docs/{page} is not in the navigation" for page in sorted(written - listed)]


def missing_names() -> list[str]:
    """Return what is wrong with the reference: public names that it lacks."""
    # It takes long to import, and only this needs it.
    from mkdocstrings import Inventory

    with (SITE / "objects.inv").open("rb") as file:
        described = set(Inventory.parse_sphinx(file))
    modules = [
        "sesinsights",
        "sesinsights.models",
        "sesinsights.classic",
        "sesinsights.models.classic",
    ]
    modules += [f"sesinsights.{name}" for name in PUBLIC]
    return [
        f"{module.__name__}.{name} is not in the reference"
        for module in map(import_module, modules)
        for name in module.__all__
        if f"{module.__name__}.{name}" not in described
        and not isinstance(getattr(module, name), ModuleType)
    ]


def first_sentence(page: str) -> str:
    """Return what a page begins with below its title, without its links."""
    _, below, *_ = [*(DOCS / page).read_text(encoding="utf-8").split("\n\n"), ""]
    if below.startswith(("```", ":::", "|", "#", "!")):
        return ""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(below.split()))
    return re.split(r"(?<=[.!?]) ", plain)[0]


def overview(site: dict[str, Any]) -> str:
    """Return the list of all pages, after the convention of llms.txt."""
    lines = [f"# {site['site_name']}", "", f"> {site['site_description']}"]
    section = None
    for above, title, page in navigation(site["nav"]):
        if above != section:
            section = above
            lines += ["", f"## {above}", ""]
        address = "./" if page == "index.md" else page.removesuffix(".md") + "/"
        sentence = first_sentence(page)
        lines.append(f"- [{title}]({address})" + (f": {sentence}" if sentence else ""))
    return "\n".join([*lines, ""])


def main() -> str | None:
    """Build and check; return what is wrong, which makes an exit code of 1."""
    built = subprocess.run(
        [str(Path(sys.executable).parent / "zensical"), "build", "--clean", "--strict"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if built.returncode:
        report, _, _ = (built.stdout + built.stderr).partition("Traceback")
        return _COLOUR.sub("", report)
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = {page for _, _, page in navigation(site["nav"])}
    (SITE / "llms.txt").write_text(overview(site), encoding="utf-8")
    return "\n".join([*missing_pages(listed), *missing_names()]) or None


if __name__ == "__main__":
    sys.exit(main())
