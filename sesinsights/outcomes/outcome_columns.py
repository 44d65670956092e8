"""The columns of tables of outcomes, named as the attributes of timelines.

Importing this needs the extra `report`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyarrow import compute

from sesinsights.outcomes.expressions import decisive, facts, folded
from sesinsights.outcomes.states import BOUNCE_TYPE, SEVERITY, Status
from sesinsights.outcomes.timeline import advice
from sesinsights.outcomes.untyped import BooleanValue, IntegerValue, Table, ibis
from sesinsights.outcomes.values import BOTS, NOBODY, PEOPLE

_TIME = pa.timestamp("ms", "UTC")
_TYPES: dict[str, pa.DataType] = {
    "is_suspicion": pa.bool_(),
    "sent_at": _TIME,
    "delivered_at": _TIME,
    "opened": pa.bool_(),
    "opened_by_people": pa.bool_(),
    "clicked": pa.bool_(),
    "clicked_by_people": pa.bool_(),
}
_NAMES = (
    "message_id",
    "recipient",
    "status",
    "reason",
    "bounce_type",
    "diagnostic_code",
    "advice",
    "is_suspicion",
    "sent_at",
    "delivered_at",
    "opened",
    "opened_by_people",
    "clicked",
    "clicked_by_people",
    "isp",
    "source",
    "configuration_set",
)

_STATUSES = {severity: status for status, severity in SEVERITY.items()}

SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in _NAMES])
"""The columns: times in UTC, and text for almost everything else."""


def outcomes_of(table: Table) -> Table:
    """Return the outcomes of rows of events or of an export, in the order of timelines.

    `finished` makes the columns of them: the times are in milliseconds since 1970, and the severity
    stands for the texts that follow from it, which would only be carried through the sorting.
    """
    told = facts(table)
    rows = folded(told)
    sure = _sure_complaints(told)
    # A message or recipient may be unknown, and nulls do not equal each other.
    rows = rows.left_join(
        sure,
        [
            rows.message_id.fill_null("") == sure.sure_message_id,
            rows.recipient.fill_null("") == sure.sure_recipient,
        ],
    )
    is_complaint = rows.severity == SEVERITY[Status.COMPLAINED]
    # A report that names nobody suspects nobody, and is not joined.
    is_suspicion = is_complaint & rows.recipient.notnull() & rows.sure_message_id.isnull()
    outcomes = rows.select(
        message_id=rows.message_id,
        recipient=rows.recipient,
        severity=rows.severity,
        reason=decisive(rows, "reason"),
        diagnostic_code=decisive(rows, "said"),
        is_suspicion=is_suspicion,
        sent_at=rows.sent_at,
        delivered_at=rows.delivered_at,
        opened=rows.opens > NOBODY,
        opened_by_people=_by_people(rows.opens),
        clicked=rows.clicks > NOBODY,
        clicked_by_people=_by_people(rows.clicks),
        isp=rows.isp,
        source=rows.source,
        configuration_set=rows.configuration_set,
    )
    return outcomes.order_by(
        ibis.asc(outcomes.message_id, nulls_first=True),
        ibis.asc(outcomes.recipient, nulls_first=True),
    )


def finished(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch of outcomes with all columns."""
    columns = {name: batch[name] for name in batch.schema.names} | _texts(batch)
    arrays = [columns[field.name].cast(field.type) for field in SCHEMA]
    return pa.record_batch(arrays, schema=SCHEMA)


def _texts(batch: pa.RecordBatch) -> dict[str, Any]:
    """Return what follows from status and reason, computed once for each pair of them."""
    # The stubs know no separator beside arrays.
    join: Any = compute.binary_join_element_wise
    ends = join(
        batch["severity"].cast(pa.string()),
        batch["is_suspicion"].cast(pa.string()),
        batch["reason"],
        " ",
        null_handling="replace",
    ).dictionary_encode()
    texts = [_texts_of(*end.split(" ", 2)) for end in ends.dictionary.to_pylist()]
    return {
        name: pa.array([text[name] for text in texts], pa.string()).take(ends.indices)
        for name in ("status", "bounce_type", "advice")
    }


def _texts_of(severity: str, is_suspicion: str, reason: str) -> dict[str, str | None]:
    status = _STATUSES[int(severity)]
    return {
        "status": status,
        "bounce_type": BOUNCE_TYPE.get(status),
        "advice": advice(status, reason or None, is_suspicion=is_suspicion == "true"),
    }


def _sure_complaints(told: Table) -> Table:
    """Return who certainly complained: the recipient of a report that names only one.

    A provider that hides who complained names every recipient at its domains.
    """
    complaints = told.filter(told.severity == SEVERITY[Status.COMPLAINED])
    reports = complaints.group_by("event_id").aggregate(named=complaints.recipient.nunique())
    clear = reports.filter(reports.named <= 1)
    return (
        complaints.semi_join(clear, "event_id")
        .select(
            sure_message_id=complaints.message_id.fill_null(""),
            sure_recipient=complaints.recipient.fill_null(""),
        )
        .distinct()
    )


def _by_people(who: IntegerValue) -> BooleanValue:
    """Return whether a person was among those who did it; null if unknown."""
    return ibis.cases((who <= BOTS, False), (who == PEOPLE, True), else_=ibis.null("boolean"))
