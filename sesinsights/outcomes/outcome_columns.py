"""The columns of tables of outcomes, named as the attributes of timelines.

Importing this needs the extra `report`.
"""

# The stubs of pyarrow leave the types of columns open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from itertools import chain

import pyarrow as pa

from sesinsights.models.reasons import FEEDBACK_TYPES, BounceReason, DelayReason
from sesinsights.outcomes.expressions import BOTS, NOBODY, PEOPLE, facts, folded
from sesinsights.outcomes.states import BOUNCE_TYPE, SEVERITY, Status
from sesinsights.outcomes.timeline import SUSPICION, advice
from sesinsights.outcomes.untyped import (
    BooleanValue,
    IntegerValue,
    StringValue,
    Table,
    ibis,
)

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

SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in _NAMES])
"""The columns: times in UTC, and text for almost everything else."""


def outcomes_of(table: Table) -> Table:
    """Return the outcomes of rows of events or of an export, in the order of timelines.

    The times are in milliseconds since 1970.
    """
    told = facts(table)
    rows = folded(told)
    sure = _sure_complaints(told)
    rows = rows.left_join(
        sure, [rows.message_id == sure.sure_message_id, rows.recipient == sure.sure_recipient]
    )
    is_complaint = rows.severity == SEVERITY[Status.COMPLAINED]
    is_suspicion = is_complaint & rows.sure_message_id.isnull()
    statuses = [(severity, str(status)) for status, severity in SEVERITY.items()]
    types = [(SEVERITY[status], str(type_)) for status, type_ in BOUNCE_TYPE.items()]
    outcomes = rows.select(
        message_id=rows.message_id,
        recipient=rows.recipient,
        status=rows.severity.cases(*statuses),
        reason=rows.reason,
        bounce_type=rows.severity.cases(*types, else_=ibis.null("string")),
        diagnostic_code=rows.said,
        advice=_advice(rows.severity, rows.reason, is_suspicion),
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


def with_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch of outcomes with timestamps instead of milliseconds."""
    columns = [batch[field.name].cast(field.type) for field in SCHEMA]
    return pa.record_batch(columns, schema=SCHEMA)


def _sure_complaints(told: Table) -> Table:
    """Return who certainly complained: the recipient of a report that names only one.

    A provider that hides who complained names every recipient at its domains.
    """
    complaints = told.filter(told.severity == SEVERITY[Status.COMPLAINED])
    reports = complaints.group_by("event_id").aggregate(named=complaints.recipient.nunique())
    clear = reports.filter(reports.named <= 1)
    return (
        complaints.semi_join(clear, "event_id")
        .select(sure_message_id="message_id", sure_recipient="recipient")
        .distinct()
    )


def _by_people(who: IntegerValue) -> BooleanValue:
    """Return whether a person was among those who did it; null if unknown."""
    return ibis.cases((who <= BOTS, False), (who == PEOPLE, True), else_=ibis.null("boolean"))


def _advice(severity: IntegerValue, reason: StringValue, is_suspicion: BooleanValue) -> StringValue:
    """Return the advice, as `advice` does."""
    of_status = severity.cases(
        *((SEVERITY[status], text) for status in Status if (text := advice(status, None))),
        else_=ibis.null("string"),
    )
    of_reason = (severity.cast("string") + " " + reason).cases(
        *(
            (f"{SEVERITY[status]} {name}", text)
            for status in Status
            for name in dict.fromkeys(map(str, chain(BounceReason, DelayReason, FEEDBACK_TYPES)))
            if (text := advice(status, name)) != advice(status, None) and text
        ),
        else_=of_status,
    )
    return ibis.ifelse(is_suspicion, ibis.literal(f"{SUSPICION} ") + of_reason, of_reason)
