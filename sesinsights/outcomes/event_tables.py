"""The facts in tables of events.

Importing this needs the extra `report`. The meaning of events is read from `states`, so that this
and `facts`, in Python, cannot drift apart.
"""

from __future__ import annotations

from sesinsights.models.enums import EventType
from sesinsights.outcomes.states import (
    AUTO_REPLY_REASON,
    BOUNCE_STATUS,
    BOUNCE_TYPE,
    EVENT_STATUS,
    FEEDBACK_STATUS,
    HELD_BACK,
    SEVERITY,
    Status,
)
from sesinsights.outcomes.untyped import IntegerValue, StringValue, Table, ibis
from sesinsights.outcomes.values import (
    BOTS,
    FALSE,
    PEOPLE,
    UNKNOWN,
    bare,
    filled,
    is_auto_reply,
    mark,
    milliseconds,
    null,
    reason_of,
    severities,
)

COLUMNS = ("message_id", "recipient", "type", "timestamp", "sent_timestamp")
"""Columns that tell a table of events from others."""

TYPES = {
    **dict.fromkeys(("message_id", "recipient", "type"), "string"),
    **dict.fromkeys(("timestamp", "sent_timestamp"), "timestamp('UTC')"),
    "event_id": "string",
    "source": "string",
    "configuration_set": "string",
    "tags": "string",
    "bounce_type": "string",
    "reason": "string",
    "status": "string",
    "diagnostic_code": "string",
    "complaint_feedback_type": "string",
    "complaint_sub_type": "string",
    "error_message": "string",
    "is_bot": "boolean",
}
"""The columns that are read; a table may lack all but `COLUMNS`, as earlier files do."""


def facts_of_events(table: Table, campaign_tag: str | None) -> Table:
    """Return the facts of each event, as `facts` does.

    Args:
        table: Events, with all columns.
        campaign_tag: The tag whose value becomes the column `campaign`; a valid name of a tag.
    """
    is_open = table.type == EventType.OPEN
    is_click = table.type == EventType.CLICK
    who = table["is_bot"].cast("int8").cases((1, BOTS), (0, PEOPLE), else_=UNKNOWN)
    said = filled(table["diagnostic_code"], table["status"])
    severity = _severity(table, said)
    feedback = filled(
        reason_of(table["complaint_sub_type"]), table["complaint_feedback_type"].lower()
    )
    reason = table.type.cases(
        (str(EventType.COMPLAINT), feedback),
        (str(EventType.RENDERING_FAILURE), table["error_message"]),
        else_=table["reason"],
    )
    return table.select(
        event_id=table["event_id"],
        message_id=filled(table.message_id),
        recipient=bare(table.recipient),
        is_mail=table.recipient.notnull().cast("int8"),
        severity=severity,
        mark=mark(severity),
        reason=filled(reason),
        said=said,
        code=filled(table["status"]),
        sent_at=milliseconds(table.sent_timestamp),
        delivered_at=ibis.ifelse(
            table.type == EventType.DELIVERY, milliseconds(table.timestamp), null("int64")
        ),
        opens=ibis.ifelse(is_open | is_click, who, null("int8")),
        clicks=ibis.ifelse(is_click, who, null("int8")),
        isp=null("string"),
        source=filled(table["source"]),
        configuration_set=filled(table["configuration_set"]),
        campaign=_tag(table["tags"], campaign_tag),
    )


def engagements_of_events(table: Table) -> Table:
    """Return the opens and clicks, as `engagements` does."""
    is_click = table.type == EventType.CLICK
    is_engagement = is_click | (table.type == EventType.OPEN)
    return table.filter(is_engagement & table.timestamp.notnull()).select(
        message_id=filled(table.message_id),
        recipient=bare(table.recipient),
        sent_at=milliseconds(table.sent_timestamp),
        engaged_at=milliseconds(table.timestamp),
        clicked=is_click.cast("int64"),
    )


def _severity(table: Table, said: StringValue) -> IntegerValue:
    reason, bounce_type = table["reason"], table["bounce_type"]
    is_transient = bounce_type == BOUNCE_TYPE[Status.TRANSIENT_BOUNCE]
    bounce = ibis.cases(
        (reason.isin(sorted(HELD_BACK)), SEVERITY[Status.SUPPRESSED]),
        (
            ibis.ifelse(is_transient, is_auto_reply(reason == AUTO_REPLY_REASON, said), FALSE),
            SEVERITY[Status.DELIVERED],
        ),
        else_=severities(bounce_type, BOUNCE_STATUS, Status.UNDETERMINED_BOUNCE),
    )
    complaint = ibis.ifelse(
        filled(table["complaint_sub_type"]).notnull(),
        SEVERITY[Status.SUPPRESSED],
        severities(table["complaint_feedback_type"].lower(), FEEDBACK_STATUS, Status.COMPLAINED),
    )
    return table.type.cases(
        (str(EventType.BOUNCE), bounce),
        (str(EventType.COMPLAINT), complaint),
        else_=severities(table.type, EVENT_STATUS, Status.UNKNOWN),
    ).cast("int8")


def _tag(tags: StringValue, name: str | None) -> StringValue:
    """Return the first value of a tag."""
    if name is None:
        return null("string")
    quoted = name.replace(".", "[.]")
    return filled(tags.re_extract(rf'"{quoted}":\["([^"]*)"', 1))
