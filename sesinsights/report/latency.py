"""How long deliveries took, from a histogram of their times."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sesinsights.report.summary import Latency, LatencyBin

if TYPE_CHECKING:
    from collections.abc import Mapping


BINS_OF_TEN = 80
"""How many bins make a factor of ten; each is 3% wide."""

_SHOWN_OF_TEN = 4
_WIDTH = BINS_OF_TEN // _SHOWN_OF_TEN


def latency_of(counts: Mapping[int, int]) -> Latency | None:
    """Return quantiles and a histogram; None if there are no times.

    Args:
        counts: The number of deliveries in each bin. The bin of a time is the whole part of
            `BINS_OF_TEN` times the decimal logarithm of its milliseconds.
    """
    if not counts:
        return None
    shown = Counter[int]()
    for number, count in counts.items():
        shown[number // _WIDTH] += count
    return Latency(
        count=sum(counts.values()),
        p50=_quantile(counts, 0.50),
        p90=_quantile(counts, 0.90),
        p99=_quantile(counts, 0.99),
        bins=tuple(
            LatencyBin(_bound(number * _WIDTH), _bound((number + 1) * _WIDTH), shown[number])
            for number in range(min(shown), max(shown) + 1)
        ),
    )


def _bound(number: float) -> float:
    """Return the lower bound of a bin, in seconds."""
    return 10 ** (number / BINS_OF_TEN) / 1000


def _quantile(counts: Mapping[int, int], share: float) -> float:
    """Return the time within which a share of all falls, in seconds, assuming even bins."""
    wanted = share * sum(counts.values())
    below = 0
    number = min(counts)
    for number in sorted(counts):
        if below + counts[number] >= wanted:
            break
        below += counts[number]
    return _bound(number + (wanted - below) / counts[number])
