"""Records of metrics that can become a table."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, SupportsIndex, TypeVar, cast, overload

from typing_extensions import override

from sesinsights.exports.files.flat_metrics import METRICS_DATES, FlatMetrics, flat_metrics
from sesinsights.exports.files.records import MetricsRecord
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    import pandas as pd
    import polars as pl
    import pyarrow as pa


T = TypeVar("T")


class OwnSlices(list[T]):
    """A list whose slices have its own type, and its attributes."""

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> T: ...
    @overload
    def __getitem__(self, index: slice, /) -> Self: ...
    @override
    def __getitem__(self, index: SupportsIndex | slice, /) -> T | Self:
        if not isinstance(index, slice):
            return super().__getitem__(index)
        part = copy(self)
        part[:] = super().__getitem__(index)
        return part


class MetricsRecords(OwnSlices[MetricsRecord]):
    """A list of records of metrics, which becomes a table, as does a slice of it.

    Its columns are `start_date` and `end_date`, each dimension and each metric. Values that a
    record lacks are null.

    Args:
        records: The records.
        dimensions: The dimensions that become columns, also without records.
        metrics: The metrics that are columns even then, such as `SEND_VOLUME`.
    """

    def __init__(
        self,
        records: Iterable[MetricsRecord] = (),
        *,
        dimensions: Iterable[str] = (),
        metrics: Iterable[str] = (),
    ) -> None:
        super().__init__(records)
        self._dimensions = tuple(map(str, dimensions))
        self._metrics = tuple(map(str, metrics))

    def to_arrow(self) -> pa.Table:
        """Return the records as an Arrow table.

        Raises:
            ImportError: The extra `arrow` is not installed.
            ValueError: A dimension and a metric have the same name.
        """
        with needs_extra("arrow"):
            import pyarrow as pa

            from sesinsights.exports.tables.parquet import metrics_batch
        columns = [*METRICS_DATES, *self._dimensions, *self._metrics]
        flat = flat_metrics(self) if self else FlatMetrics(columns, [], self._dimensions)
        return pa.Table.from_batches([metrics_batch(flat)])

    def to_pandas(self) -> pd.DataFrame:
        """Return the records as a pandas data frame.

        Raises:
            ImportError: The extra `pandas` is not installed.
            ValueError: A dimension and a metric have the same name.
        """
        with needs_extra("pandas"):
            import_module("pandas")
            table = self.to_arrow()
        return table.to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return the records as a polars data frame.

        Raises:
            ImportError: The extra `polars` is not installed.
            ValueError: A dimension and a metric have the same name.
        """
        with needs_extra("polars"):
            import polars as pl

            table = self.to_arrow()
        return cast("pl.DataFrame", pl.from_arrow(table))
