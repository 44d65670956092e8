"""HTML and SVG that no text shown in it can break.

A text is escaped when it becomes content or the value of an attribute; only the results of these
functions count as markup. The result is also well-formed XML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Characters that XML forbids, that cannot be encoded, or that change the direction of text."""

_NO_CONTENT = frozenset({"br", "meta", "wbr"})


class Markup(str):
    """A text that is markup already, and is not escaped again."""

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return f"Markup({super().__repr__()})"


Content: TypeAlias = "Markup | str | int | None"
"""What an element can hold; None is nothing."""


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        title: What is above it.
        is_number: Whether it is aligned as numbers are.
    """

    title: str
    is_number: bool = False


def text(content: str) -> Markup:
    """Return a text as markup that shows it."""
    return Markup(_UNPRINTABLE.sub("\ufffd", content).translate(_ESCAPED))


def joined(contents: Iterable[Content]) -> Markup:
    """Return contents one after the other."""
    return Markup(
        "".join(
            content if isinstance(content, Markup) else text(str(content))
            for content in contents
            if content is not None
        )
    )


def element(name: str, /, *contents: Content, **attributes: str | float | None) -> Markup:
    """Return an element.

    Args:
        name: Its name.
        contents: What it holds, in order.
        attributes: Its attributes; `stroke_width` stands for `stroke-width`, a final underscore
            is dropped, and one that is None is left out.
    """
    start = name + "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = joined(contents)
    if name in _NO_CONTENT:
        return Markup(f"<{start}/>")
    return Markup(f"<{start}>{inside}</{name}>")


def table(
    caption: Content,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Content]],
    **attributes: str | float | None,
) -> Markup:
    """Return a table whose first column names each row.

    Args:
        caption: What the table shows.
        columns: Its columns.
        rows: Its cells, row by row.
        attributes: Those of the table.
    """
    head = [
        element("th", column.title, scope="col", class_="number" if column.is_number else None)
        for column in columns
    ]
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *(element("tr", *_cells(columns, row)) for row in rows)),
        **attributes,
    )


def _cells(columns: Sequence[Column], row: Sequence[Content]) -> Iterable[Markup]:
    for index, (column, content) in enumerate(zip(columns, row, strict=True)):
        kind = "number" if column.is_number else None
        if index:
            yield element("td", content, class_=kind)
        else:
            yield element("th", content, scope="row", class_=kind)


def _value(value: str | float) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return text(str(value))
