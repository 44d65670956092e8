"""Series of metrics: what happened to how many messages on each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

from sesinsights.errors.service import redacted
from sesinsights.exports.files.records import MetricsRecord
from sesinsights.exports.tables.metrics import MetricsRecords, OwnSlices
from sesinsights.models.enums import Metric, NewValue
from sesinsights.notebook import notebook_table

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

_DAY = timedelta(days=1)


class MetricPoint(NamedTuple):
    """The count of one day.

    Attributes:
        day: Start of the day, in UTC.
        value: How many messages the metric counts on that day.
    """

    day: datetime
    value: int


class _AsTable:
    """Converts to tables by way of records."""

    __slots__ = ()

    def to_records(self) -> MetricsRecords:
        """Return records, as `export_metrics` returns them."""
        raise NotImplementedError

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table, with the columns of `MetricsRecords`.

        Raises:
            ImportError: The extra `arrow` is not installed.
        """
        return self.to_records().to_arrow()

    def to_pandas(self) -> pd.DataFrame:
        """Return a pandas data frame, with the columns of `MetricsRecords`.

        Raises:
            ImportError: The extra `pandas` is not installed.
        """
        return self.to_records().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return a polars data frame, with the columns of `MetricsRecords`.

        Raises:
            ImportError: The extra `polars` is not installed.
        """
        return self.to_records().to_polars()


@dataclass(frozen=True, slots=True)
class MetricSeries(_AsTable):
    """One metric, day by day, of all mail or of one combination of dimension values.

    Attributes:
        metric: What is counted.
        dimensions: The value of each dimension, by its name, such as `ISP`; empty for all mail. The
            repr hides addresses.
        start_date: Start of the first day that was asked for, in UTC.
        end_date: End of the last one, in UTC.
        points: The days in order. A day on which nothing was counted is absent.
    """

    metric: Metric | NewValue
    dimensions: Mapping[str, str] = field(hash=False)
    start_date: datetime
    end_date: datetime
    points: tuple[MetricPoint, ...]

    @property
    def total(self) -> int:
        """The sum over all days."""
        return sum(point.value for point in self.points)

    @override
    def to_records(self) -> MetricsRecords:
        """Return a record for each day, as `export_metrics` returns them."""
        return _records([self])

    @override
    def __repr__(self) -> str:
        shown = {name: redacted(value) for name, value in self.dimensions.items()}
        return (
            f"{type(self).__name__}(metric={self.metric!r}, dimensions={shown!r}, "
            f"start_date={self.start_date!r}, end_date={self.end_date!r}, "
            f"days={len(self.points)}, total={self.total})"
        )


class MetricSeriesList(_AsTable, OwnSlices[MetricSeries]):
    """Series of metrics, which can be converted to one table, as can a slice of them.

    Its columns are those of `MetricsRecords`: `start_date` and `end_date` of a day, each dimension,
    and each metric, such as `SEND_VOLUME`.
    """

    @override
    def to_records(self) -> MetricsRecords:
        """Return a record for each day and combination of dimension values.

        If a combination has several series and only some count anything on a day, the others have 0
        for that day.
        """
        return _records(self)

    def _repr_html_(self) -> str:
        """Show the total of each series as a table."""
        return notebook_table(
            "Metrics",
            ("Metric", "Of", "Days with any", "Total"),
            (
                (
                    series.metric,
                    ", ".join(series.dimensions.values()) or "all mail",
                    len(series.points),
                    series.total,
                )
                for series in self
            ),
        )


def _records(all_series: Sequence[MetricSeries]) -> MetricsRecords:
    groups: dict[tuple[tuple[str, str], ...], list[MetricSeries]] = {}
    for series in all_series:
        groups.setdefault(tuple(series.dimensions.items()), []).append(series)
    found = MetricsRecords(
        dimensions=all_series[0].dimensions if all_series else (),
        metrics=dict.fromkeys(f"{series.metric}_VOLUME" for series in all_series),
    )
    for dimensions, group in groups.items():
        columns = {f"{series.metric}_VOLUME": dict(series.points) for series in group}
        found += (
            MetricsRecord(
                dimensions=dict(dimensions),
                metrics={name: float(values.get(day, 0)) for name, values in columns.items()},
                start_date=day,
                end_date=day + _DAY,
            )
            for day in sorted({day for values in columns.values() for day in values})
        )
    return found
