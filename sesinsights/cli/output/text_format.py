"""Responses as text, like the AWS CLI: a line for each item, with tabs between its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sesinsights.cli.output.plain import holds_others, is_list, is_structure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def text_lines(
    found: Any, label: str | None = None, columns: Sequence[str] | None = None
) -> Iterator[str]:
    """Return the lines of a response, or of a part of it.

    Args:
        found: What is shown.
        label: The member that holds it; each of its lines begins with that.
        columns: Which values the line of a structure has; its own when None.
    """
    if is_structure(found):
        yield from _structure(found, label, columns)
    elif is_list(found):
        yield from _list(found, label)
    else:
        yield f"{found}\n"


def _structure(
    members: dict[str, Any], label: str | None, columns: Sequence[str] | None
) -> Iterator[str]:
    if columns is None:
        columns = sorted(name for name in members if not holds_others(members[name]))
    if columns:
        yield _line(label, (members.get(name, "") for name in columns))
    for name in sorted(members.keys() - set(columns)):
        yield from text_lines(members[name], name)


def _list(items: list[Any], label: str | None) -> Iterator[str]:
    structures = [item for item in items if is_structure(item)]
    if structures:
        # All lines have the same values in the same places, whatever their structure has.
        present = {name for one in structures for name in one if not holds_others(one[name])}
        for item in items:
            yield from text_lines(item, label, sorted(present))
        return
    values = [item for item in items if not holds_others(item)]
    if values and label is None:
        yield _line(None, values)
    else:
        yield from (_line(label, [value]) for value in values)
    for item in items:
        if holds_others(item):
            yield from text_lines(item, label)


def _line(label: str | None, values: Iterator[Any] | Sequence[Any]) -> str:
    start = [] if label is None else [label.upper()]
    return "\t".join([*start, *map(str, values)]) + "\n"
