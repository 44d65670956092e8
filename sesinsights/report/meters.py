"""Small bars next to a number, which show its size and the limits of Amazon SES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sesinsights.markup import Markup, element
from sesinsights.report.numbers import percent
from sesinsights.report.summary import Level

if TYPE_CHECKING:
    from sesinsights.report.summary import Lines

_WIDTH, _HEIGHT = 100, 6
_LEVELS = {Level.GOOD: "good", Level.REVIEW: "review", Level.PAUSE: "pause"}


@dataclass(frozen=True, slots=True)
class Meter:
    """The scale of bars that can be compared with each other.

    Attributes:
        highest: The number that fills the bar.
        lines: The rates at which Amazon SES may act.
    """

    highest: float
    lines: Lines | None = None

    def bar(self, value: float | None, title: str) -> Markup:
        """Return a bar; one without a number is empty.

        Args:
            value: The number.
            title: The description of the bar.
        """
        level = self.lines.level(value) if self.lines else None
        width = _WIDTH * min((value or 0) / self.highest, 1.0) if self.highest else 0.0
        return element(
            "svg",
            element("rect", x=0, y=0, width=_WIDTH, height=_HEIGHT, class_="track"),
            element(
                "rect",
                element("title", title),
                x=0,
                y=0,
                width=width,
                height=_HEIGHT,
                class_=f"fill {_LEVELS[level]}" if level else "fill",
            ),
            *(
                element(
                    "line",
                    element("title", f"{name.capitalize()} from {percent(rate)} on"),
                    x1=x,
                    x2=x,
                    y1=0,
                    y2=_HEIGHT,
                    class_=f"mark {name}",
                )
                for name, rate in self._marks()
                if (x := _WIDTH * rate / self.highest) <= _WIDTH
            ),
            viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
            preserveAspectRatio="none",
            class_="meter",
            aria_hidden="true",
        )

    def _marks(self) -> tuple[tuple[str, float], ...]:
        if self.lines is None:
            return ()
        return ("review", self.lines.review), ("pause", self.lines.pause)


def rate_meter(rates: list[float | None], lines: Lines | None = None) -> Meter:
    """Return a meter for rates; with lines, a full bar is above the last of them."""
    highest = max((rate for rate in rates if rate is not None), default=0.0)
    return Meter(max(highest, lines.pause * 1.2 if lines else 0.0), lines)
