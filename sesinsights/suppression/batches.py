"""SuppressedAddress lists as Arrow; importing this needs the extra `arrow`."""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BATCH = 10_000

SCHEMA = pa.schema(
    [
        ("email_address", pa.string()),
        ("reason", pa.string()),
        ("last_update_time", pa.timestamp("ms", "UTC")),
    ]
)


def batches_of(rows: Iterable[tuple[str, str, str]]) -> Iterator[pa.RecordBatch]:
    """Yield rows in batches; their times are ISO 8601."""
    left = iter(rows)
    while some := list(islice(left, _BATCH)):
        addresses, reasons, times = zip(*some, strict=True)
        moments = list(map(datetime.fromisoformat, times))
        yield pa.record_batch([addresses, reasons, pa.array(moments, SCHEMA[2].type)], SCHEMA)
