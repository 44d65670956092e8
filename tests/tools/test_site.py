"""The site is complete, and says so to programs."""

from __future__ import annotations

from tools import site

NAVIGATION = [
    {"Start": ["index.md"]},
    {"Guides": [{"Look up messages": "lookups.md"}, {"Deeper": [{"Jobs": "jobs.md"}]}]},
]


def test_the_navigation_is_read_in_its_order() -> None:
    """Each page has the section right above it, and its title."""
    assert [*site.navigation(NAVIGATION)] == [
        ("Start", "Home", "index.md"),
        ("Guides", "Look up messages", "lookups.md"),
        ("Deeper", "Jobs", "jobs.md"),
    ]


def test_a_page_that_no_reader_finds_is_named() -> None:
    """Every page of docs/ stands in the navigation."""
    missing = site.missing_pages({"index.md"})
    assert "docs/lookups.md is not in the navigation" in missing
    assert "docs/index.md is not in the navigation" not in missing


def test_the_overview_lists_every_page_with_what_it_is_about() -> None:
    """Programs that read llms.txt learn of each page where it is and what it says."""
    overview = site.overview(
        {"site_name": "sesinsights", "site_description": "About mail.", "nav": NAVIGATION}
    )
    assert overview.startswith("# sesinsights\n\n> About mail.\n\n## Start\n\n- [Home](./): ")
    assert "\n## Guides\n\n- [Look up messages](lookups/)" in overview
