"""The start page leads to every task."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tools.snippets import ROOT, snippets

if TYPE_CHECKING:
    from sesinsights.testing import SESEmulator

START = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
NAVIGATION = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")

TASKS = {
    "look up": "lookups.md",
    "explain a bounce": "lookups.md#explain-a-bounce",
    "export a month": "exports.md",
    "wait for a job": "jobs.md#wait-for-an-export-job",
    "consume events": "events.md",
    "find why nothing is found": "troubleshooting.md#not-found",
    "keep the pace over gunicorn workers": "deployment.md#gunicorn",
    "test without AWS": "testing.md",
    "run on Lambda": "deployment.md#lambda",
    "write Parquet to S3": "exports.md#parquet-in-s3",
}


@pytest.mark.parametrize("place", TASKS.values(), ids=TASKS)
def test_a_task_is_one_click_away(place: str) -> None:
    """Its page, or the part of a page that is about it, is linked; the strict build finds it."""
    assert f"]({place})" in START


def test_every_page_for_users_is_linked() -> None:
    """What the navigation has of guides and of production stands on the start page, too."""
    sections = NAVIGATION.partition("  - Guides:")[2].partition("  - Reference:")[0]
    pages = set(re.findall(r": (\S+\.md)$", sections, re.MULTILINE))
    linked = {link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", START)}
    assert len(pages) > 10
    assert pages - linked <= {"accounts.md", "performance.md", "security.md"}


def section(page: str, line: int) -> str:
    """Return the anchor of the part of a page in which a line stands."""
    above = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()[:line]
    headings = [text for text in above if text.startswith("## ")]
    return headings[-1][3:].lower().replace(" ", "-") if headings else ""


@pytest.mark.parametrize("place", [place for place in TASKS.values() if "#" in place])
def test_what_a_link_leads_to_runs_alone(place: str, service: SESEmulator) -> None:
    """A reader who comes to a part of a page can run its code without the parts above."""
    page, _, anchor = place.partition("#")
    namespace: dict[str, Any] = {"__name__": "__main__"}
    parts = [
        snippet.code
        for snippet in snippets(ROOT / "docs" / page)
        if section(page, snippet.line) == anchor
    ]
    assert parts
    for code in parts:
        exec(compile(code, place, "exec", dont_inherit=True), namespace)


def test_a_page_has_the_title_that_the_navigation_gives_it() -> None:
    """The heading of a page is what leads to it, or begins with that."""
    entries = re.findall(r"^ +- (.+): (\S+\.md)$", NAVIGATION, re.MULTILINE)
    assert len(entries) > 40
    for title, page in entries:
        first = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()[0]
        if not first.startswith("--8<--"):
            assert re.match(rf"# {re.escape(title)}(:|$)", first), page
