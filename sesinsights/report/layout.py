"""The building blocks of the report."""

from __future__ import annotations

from sesinsights.markup import Content, Markup, element


def section(title: str, *contents: Content) -> Markup:
    """Return a section of the report."""
    return element("section", element("h2", title), *contents)


def figure(title: str, chart: Markup, *below: Content) -> Markup:
    """Return a chart with its title and caption."""
    return element("figure", element("figcaption", title), chart, *below)


def wide(label: str, content: Markup) -> Markup:
    """Return content that may be wider than a phone; it scrolls, also with the keyboard."""
    return element("div", content, class_="wide", tabindex=0, role="group", aria_label=label)


def folded(numbers: Markup, title: str = "The numbers") -> Markup:
    """Return a table that is collapsed under its chart, and open on paper."""
    return element("details", element("summary", title), wide(title, numbers))
