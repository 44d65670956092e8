"""Responses as nested tables with titles, in the style of the AWS CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.cli.output.plain import holds_others, is_list, is_structure
from sesinsights.cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.box import Box
    from rich.console import Console, RenderableType


_WIDTH_WITHOUT_TERMINAL = 80
_VALUES = "bold blue"
_LINES = "dim yellow"


def table_text(title: str, found: Any, console: Console) -> str:
    """Return a response as tables; nothing if it is empty.

    Args:
        title: What the whole is called.
        found: The response.
        console: Where it is shown: its width and whether it knows colours count.
    """
    if found in (None, "", [], {}):
        return ""
    is_seen = console.file.isatty()
    width = console.width if is_seen else _WIDTH_WITHOUT_TERMINAL
    whole = _Drawing(console, upright=False).section(title, found)
    if _width_of(whole, console) > width:
        whole = _Drawing(console, upright=True).section(title, found)
    if not is_seen:
        # Nothing ends a line in a file, so no value is broken.
        console.width = _width_of(whole, console)
    with console.capture() as captured:
        console.print(whole)
    return captured.get()


class _Drawing:
    """How sections are drawn.

    Args:
        console: Where they are shown.
        upright: Whether the values of a structure stand one below the other, to save width.
    """

    def __init__(self, console: Console, *, upright: bool) -> None:
        from rich import box

        is_plain = not console.file.isatty() or console.options.ascii_only
        self._frame: Box = box.ASCII if is_plain else box.SQUARE
        self._grid: Box = box.ASCII2 if is_plain else box.SQUARE
        self._upright = upright

    def section(self, title: str, found: Any) -> RenderableType:
        """Return a frame with what was found in it."""
        from rich.console import Group
        from rich.panel import Panel
        from rich.text import Text

        parts = self._parts(found)
        return Panel(
            Group(*parts),
            box=self._frame,
            title=Text(title, style="bold"),
            border_style=_LINES,
            padding=0,
        )

    def _parts(self, found: Any) -> list[RenderableType]:
        if is_structure(found):
            return self._structure(found, _names([found], of_values=True))
        if not is_list(found):
            return [self._table([], [[found]])]
        structures = [item for item in found if is_structure(item)]
        return self._structures(structures) if len(structures) == len(found) else self._rows(found)

    def _structure(self, members: dict[str, Any], columns: list[str]) -> list[RenderableType]:
        parts: list[RenderableType] = []
        if self._upright or len(columns) == 1:
            rows = [[name, members.get(name, "")] for name in columns]
            parts += [self._table([], rows)] if rows else []
        elif columns:
            parts.append(self._table(columns, [[members.get(name, "") for name in columns]]))
        for name in _names([members], of_values=False):
            if members[name]:
                parts.append(self.section(name, members[name]))
        return parts

    def _structures(self, structures: list[dict[str, Any]]) -> list[RenderableType]:
        columns = _names(structures, of_values=True)
        if len(structures) == 1 or _names(structures, of_values=False):
            return [part for one in structures for part in self._structure(one, columns)]
        return [
            self._table(columns, [[one.get(name, "") for name in columns] for one in structures])
        ]

    def _rows(self, items: list[Any]) -> list[RenderableType]:
        """Return a row for each value and each list of values."""
        parts: list[RenderableType] = []
        rows: list[list[Any]] = []
        for item in items:
            row = item if is_list(item) else [item]
            if any(holds_others(value) for value in row):
                parts += [self._table([], rows)] if rows else []
                parts += self._parts(item)
                rows = []
            else:
                rows.append(row)
        return [*parts, self._table([], rows)] if rows else parts

    def _table(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> RenderableType:
        from rich.table import Table
        from rich.text import Text

        table = Table(
            *columns,
            show_header=bool(columns),
            box=self._grid,
            show_edge=False,
            expand=True,
            border_style=_LINES,
        )
        for _ in range(0 if columns else max(map(len, rows))):
            table.add_column()
        for row in rows:
            table.add_row(*(Text(_printable(value), _VALUES, overflow="fold") for value in row))
        return table


def _names(structures: Sequence[dict[str, Any]], *, of_values: bool) -> list[str]:
    """Return the names of members that hold values, or of those that hold other members."""
    return sorted(
        {name for one in structures for name in one if holds_others(one[name]) is not of_values}
    )


def _printable(value: Any) -> str:
    """Return a value as text without characters that control a terminal."""
    return "\n".join(map(printable, str(value).split("\n")))


def _width_of(whole: RenderableType, console: Console) -> int:
    from rich.measure import Measurement

    measured = Measurement.get(console, console.options.update(max_width=10_000), whole)
    # A frame counts its title, but not the bit of line on each side of it.
    return measured.maximum + 2
