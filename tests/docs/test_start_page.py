"""The start page leads to every task."""

from __future__ import annotations

import re

import pytest

from tools.snippets import ROOT

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
