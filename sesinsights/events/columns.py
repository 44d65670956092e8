"""The columns of tables of events.

Importing this needs the extra `arrow`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from sesinsights.events.rows import NAMES, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sesinsights.events.event import Event

_TIME = pa.timestamp("us", "UTC")
_TYPES: dict[str, pa.DataType] = {
    "timestamp": _TIME,
    "has_own_time": pa.bool_(),
    "sent_timestamp": _TIME,
    "expiration_time": _TIME,
    "is_permanent": pa.bool_(),
    "is_suppression_echo": pa.bool_(),
    "is_bot": pa.bool_(),
    "processing_time_millis": pa.int64(),
}

SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in NAMES])
"""The columns: times are times in UTC, and almost all else is text."""


def batch_of_events(events: Iterable[Event]) -> pa.RecordBatch:
    """Return events as rows."""
    rows = [row for event in events for row in rows_of(event)]
    arrays = [pa.array([row[column.name] for row in rows], column.type) for column in SCHEMA]
    return pa.record_batch(arrays, schema=SCHEMA)
