"""Records of metrics as rows that all have the same columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sesinsights.exports.files.records import MetricsRecord

    Value = datetime | float | str | None

METRICS_DATES = ("start_date", "end_date")
"""The columns that hold a time; they come first."""


@dataclass(frozen=True, slots=True)
class FlatMetrics:
    """A table of metrics.

    Attributes:
        columns: The dates, each dimension and each metric.
        rows: A value for each column, in their order; None where a record has none.
        dimensions: Which of the columns are dimensions.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    dimensions: Collection[str]


def flat_metrics(records: Iterable[MetricsRecord]) -> FlatMetrics:
    """Return records as rows.

    Records leave out empty values, so the first need not have all names that others have. Every
    dimension and metric of any record becomes a column, in order of first appearance.

    Raises:
        ValueError: Two columns would have the same name.
    """
    records = list(records)
    dimensions = dict.fromkeys(name for record in records for name in record.dimensions)
    metrics = dict.fromkeys(
        name for record in records for name in chain(record.metrics, record.text_metrics)
    )
    columns = [*METRICS_DATES, *dimensions, *metrics]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ValueError(
            f"{', '.join(twice)} would be two columns: dates, dimensions and metrics need "
            "different names"
        )
    return FlatMetrics(
        columns,
        [
            [
                record.start_date,
                record.end_date,
                *map(record.dimensions.get, dimensions),
                *(record.metrics.get(name, record.text_metrics.get(name)) for name in metrics),
            ]
            for record in records
        ],
        dimensions.keys(),
    )
