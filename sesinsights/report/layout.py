"""The pieces that every part of the report is made of."""

from __future__ import annotations

from sesinsights.markup import Content, Markup, element


def section(title: str, *contents: Content) -> Markup:
    """Return a part of the report."""
    return element("section", element("h2", title), *contents)


def figure(title: str, chart: Markup, *below: Content) -> Markup:
    """Return a chart with its title, and what belongs below it."""
    return element("figure", element("figcaption", title), chart, *below)


def wide(label: str, content: Markup) -> Markup:
    """Return what may be wider than a phone; it scrolls alone, with the keyboard too."""
    return element("div", content, class_="wide", tabindex=0, role="group", aria_label=label)


def folded(numbers: Markup, title: str = "The numbers") -> Markup:
    """Return a table that is folded up under its chart; on paper it is open."""
    return element("details", element("summary", title), wide(title, numbers))
