"""The positions of numbers on an axis, and its labels."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class LinearScale:
    """A scale from 0.

    Attributes:
        highest: The number at the end.
        start: The position of 0.
        end: The position of `highest`.
    """

    highest: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a number is drawn."""
        return self.start + (self.end - self.start) * value / self.highest

    def ticks(self, about: int = 4, step: float = 0) -> Sequence[float]:
        """Return round numbers from 0 upwards, at equal distances.

        Args:
            about: The approximate number of ticks.
            step: The smallest sensible step; 1 for counts.
        """
        rough = max(self.highest / about, step)
        power = 10.0 ** floor(log10(rough))
        width = next(nice * power for nice in _NICE if nice * power >= rough * 0.999)
        if step and width % step:
            width = float(ceil(width))
        return [n * width for n in range(floor(self.highest / width * 1.000001) + 1)]


@dataclass(frozen=True, slots=True)
class LogScale:
    """A logarithmic scale.

    Attributes:
        lowest: The number at the start, above 0.
        highest: The number at the far end, above `lowest`.
        start: The position of `lowest`.
        end: The position of `highest`.
    """

    lowest: float
    highest: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a number; one outside the scale is at its end."""
        within = min(max(value, self.lowest), self.highest)
        share = log10(within / self.lowest) / log10(self.highest / self.lowest)
        return self.start + (self.end - self.start) * share


def spread(count: int, about: int) -> Sequence[int]:
    """Return evenly spread indexes of a sequence, including the first.

    Args:
        count: The length of the sequence.
        about: The maximum number of indexes.
    """
    return range(0, count, max(1, ceil(count / about)))
