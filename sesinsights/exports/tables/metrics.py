"""Records of metrics that can become a table."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from sesinsights.exports.files.flat_metrics import flat_metrics
from sesinsights.exports.files.records import MetricsRecord
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa


class MetricsRecords(list[MetricsRecord]):
    """A list of records of metrics, which becomes a table.

    Its columns are `start_date` and `end_date`, each dimension and each metric; what a record does
    not have is null there.
    """

    def to_arrow(self) -> pa.Table:
        """Return the records as an Arrow table.

        Raises:
            ImportError: The extra `arrow` is not installed.
            ValueError: A dimension and a metric have the same name.
        """
        with needs_extra("arrow"):
            import pyarrow as pa

            from sesinsights.exports.tables.parquet import metrics_batch
        return pa.Table.from_batches([metrics_batch(flat_metrics(self))])

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
