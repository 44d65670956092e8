"""The chart of when in the week mail was opened, or clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.markup import Markup, element
from sesinsights.report.numbers import WEEKDAYS, count

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTH, _HEIGHT = 400, 170
_LEFT, _TOP = 40, 8
_CELL, _ROW = 14.7, 19
_HOURS = 24


def week_chart(title: str, verb: str, hours: Mapping[tuple[int, int], int]) -> Markup:
    """Return a square for each hour of the week, darker the more happened in it.

    Args:
        title: The description of the chart, for screen readers.
        verb: What happened, such as `opened`.
        hours: The number of messages by weekday, 0 for Monday, and hour.
    """
    most = max(hours.values(), default=0) or 1
    squares = [
        element(
            "rect",
            element("title", f"{WEEKDAYS[weekday]} {hour:02}:00 UTC: {count(number)} {verb}"),
            x=_LEFT + hour * _CELL,
            y=float(_TOP + weekday * _ROW),
            width=_CELL - 1.5,
            height=_ROW - 1.5,
            rx=2,
            class_="hour" if number else "hour none",
            fill_opacity=0.12 + 0.88 * number / most if number else None,
        )
        for (weekday, hour), number in sorted(hours.items())
    ]
    names = [
        element("text", name[:3], x=_LEFT - 8, y=_TOP + row * _ROW + 13, text_anchor="end")
        for row, name in enumerate(WEEKDAYS)
    ]
    below = _TOP + len(WEEKDAYS) * _ROW + 14
    times = [
        element("text", f"{hour:02}", x=_LEFT + (hour + 0.5) * _CELL, y=below, text_anchor="middle")
        for hour in range(0, _HOURS, 6)
    ]
    return element(
        "svg",
        element("title", title),
        *names,
        *squares,
        *times,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
    )
