"""The facts in tables of exported messages.

Importing this needs the extra `report`. The meaning of events is read from `states`, so that this
and `facts`, in Python, cannot drift apart.
"""

from __future__ import annotations

from sesinsights.models.enums import EngagementEventType
from sesinsights.models.reasons import plain_name
from sesinsights.outcomes.states import (
    AUTO_REPLY_REASON,
    BOUNCE_ENDS_WITH,
    DELIVERY_EVENT_STATUS,
    FLAG_STATUS,
    HELD_BACK,
    SEVERITY,
    Status,
)
from sesinsights.outcomes.untyped import BooleanValue, IntegerValue, StringValue, Table, ibis
from sesinsights.outcomes.values import (
    FALSE,
    NOBODY,
    UNKNOWN,
    bare,
    filled,
    is_auto_reply,
    is_true,
    mark,
    milliseconds,
    null,
    plain,
    reason_of,
    severities,
)

COLUMNS = ("message_id", "destination", "send_timestamp", "last_delivery_event")
"""Columns that tell an export's table from others."""

TYPES = {
    **dict.fromkeys(("message_id", "destination", "last_delivery_event"), "string"),
    "send_timestamp": "timestamp('UTC')",
    "isp": "string",
    "from_address": "string",
    "last_engagement_event": "string",
    "bounce_sub_type": "string",
    "diagnostic_code": "string",
    "last_delivery_event_timestamp": "timestamp('UTC')",
    "last_engagement_event_timestamp": "timestamp('UTC')",
    **dict.fromkeys(FLAG_STATUS, "boolean"),
}
"""The columns that are read; a table may lack all but `COLUMNS`, as earlier files do."""

_HELD_BACK = sorted(map(plain_name, HELD_BACK))


def facts_of_exports(table: Table) -> Table:
    """Return the facts of each row, as `facts` does.

    Args:
        table: Rows of exports, with all columns.
    """
    last, said = table.last_delivery_event, filled(table["diagnostic_code"])
    sub_type = plain(table["bounce_sub_type"])
    severity = _severity(last, sub_type, said)
    # Beside a complaint, the reason of a bounce is that of an earlier one.
    reason = ibis.ifelse(
        (last == _delivery_event(Status.COMPLAINED)) & ~is_true(sub_type.isin(_HELD_BACK)),
        null("string"),
        reason_of(table["bounce_sub_type"]),
    )
    flags = [
        ibis.ifelse(is_true(table[name]), SEVERITY[status], SEVERITY[Status.UNKNOWN])
        for name, status in FLAG_STATUS.items()
    ]
    is_opened, is_clicked = _engagement(table)
    implied = ibis.ifelse(is_opened, SEVERITY[Status.DELIVERED], SEVERITY[Status.UNKNOWN])
    is_delivery = last == _delivery_event(Status.DELIVERED)
    return table.select(
        event_id=table.message_id.fill_null("") + " " + table.destination.fill_null(""),
        message_id=filled(table.message_id),
        recipient=bare(table.destination),
        is_mail=ibis.literal(1, "int8"),
        severity=ibis.greatest(severity, implied, *flags).cast("int8"),
        mark=mark(severity),
        reason=reason,
        said=said,
        code=null("string"),
        sent_at=milliseconds(table.send_timestamp),
        delivered_at=ibis.ifelse(
            is_delivery, milliseconds(table["last_delivery_event_timestamp"]), null("int64")
        ),
        opens=ibis.ifelse(is_opened, UNKNOWN, NOBODY).cast("int8"),
        clicks=ibis.cases(
            (is_clicked, UNKNOWN),
            # The last engagement is an open, and there may have been a click before it.
            (is_opened & table["clicked"].isnull(), null("int8")),
            else_=NOBODY,
        ).cast("int8"),
        isp=filled(table["isp"]),
        source=filled(table["from_address"]),
        configuration_set=null("string"),
        campaign=null("string"),
    )


def engagements_of_exports(table: Table) -> Table:
    """Return the last open or click of each row, as `engagements` does."""
    is_opened, is_clicked = _engagement(table)
    at = table["last_engagement_event_timestamp"]
    return table.filter(is_opened & at.notnull()).select(
        message_id=filled(table.message_id),
        recipient=bare(table.destination),
        sent_at=milliseconds(table.send_timestamp),
        engaged_at=milliseconds(at),
        clicked=is_clicked.cast("int64"),
    )


def _severity(last: StringValue, sub_type: StringValue, said: StringValue) -> IntegerValue:
    is_bounce = last.endswith(BOUNCE_ENDS_WITH)
    has_reason = is_bounce | (last == _delivery_event(Status.COMPLAINED))
    return ibis.cases(
        (has_reason & sub_type.isin(_HELD_BACK), SEVERITY[Status.SUPPRESSED]),
        (
            ibis.ifelse(
                last == _delivery_event(Status.TRANSIENT_BOUNCE),
                is_auto_reply(sub_type == plain_name(AUTO_REPLY_REASON), said),
                FALSE,
            ),
            SEVERITY[Status.DELIVERED],
        ),
        (is_bounce & last.notin([*DELIVERY_EVENT_STATUS]), SEVERITY[Status.UNDETERMINED_BOUNCE]),
        else_=severities(last, DELIVERY_EVENT_STATUS, Status.SENT),
    )


def _engagement(table: Table) -> tuple[BooleanValue, BooleanValue]:
    """Return whether the mail of a row was opened, and whether it was clicked."""
    last = filled(table["last_engagement_event"])
    is_clicked = is_true(last == EngagementEventType.CLICK) | is_true(table["clicked"])
    is_opened = is_true(last == EngagementEventType.OPEN) | is_true(table["opened"])
    return is_clicked | is_opened, is_clicked


def _delivery_event(shown: Status) -> str:
    return next(event for event, status in DELIVERY_EVENT_STATUS.items() if status is shown)
