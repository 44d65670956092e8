"""Suppression lists in batches of Arrow; importing this needs the extra `arrow`."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Any

_BATCH = 10_000

_TIMES = pa.timestamp("ms", "UTC")

_FIELDS: list[pa.Field[Any]] = [
    pa.field("email_address", pa.string()),
    pa.field("reason", pa.string()),
    pa.field("last_update_time", _TIMES),
]
SCHEMA = pa.schema(_FIELDS)


def batches_of(rows: Iterable[Sequence[str]]) -> Iterator[pa.RecordBatch]:
    """Yield rows in batches; the time of a row is a text in ISO 8601."""
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        columns = zip(*some, strict=True)
        addresses, reasons, times = (list(column) for column in columns)
        arrays: list[pa.Array[Any]] = [
            pa.array(addresses, pa.string()),
            pa.array(reasons, pa.string()),
            pa.array(map(datetime.fromisoformat, times), _TIMES),
        ]
        yield pa.record_batch(arrays, schema=SCHEMA)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file."""
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH):
            yield from batch.to_pylist()
