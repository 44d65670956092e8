"""Metrics day by day, as `metric_series` returns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.metrics.series import MetricPoint, MetricSeries, MetricSeriesList

# Written by `python -m tools.generate` from the imports above.
__all__ = ["MetricPoint", "MetricSeries", "MetricSeriesList"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "MetricPoint": "sesinsights.metrics.series",
            "MetricSeries": "sesinsights.metrics.series",
            "MetricSeriesList": "sesinsights.metrics.series",
        },
    )
