"""Combines the rows of tables: one expression, which every engine that Ibis supports can run.

Importing this needs the extra `report`. The meaning of events is read from `states`, so that this
and `folding`, in Python, cannot drift apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sesinsights.models.enums import EngagementEventType, EventType
from sesinsights.models.reasons import AUTO_REPLY, BounceReason, plain_name
from sesinsights.outcomes.addresses import IN_ANGLES
from sesinsights.outcomes.states import (
    AUTO_REPLY_REASON,
    BOUNCE_STATUS,
    BOUNCE_TYPE,
    DELIVERY_EVENT_STATUS,
    EVENT_STATUS,
    FEEDBACK_STATUS,
    FLAG_STATUS,
    HELD_BACK,
    REASONED,
    SEVERITY,
    Status,
)
from sesinsights.outcomes.untyped import (
    BooleanValue,
    IntegerValue,
    StringValue,
    Table,
    TimestampValue,
    ibis,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


NOBODY, BOTS, UNKNOWN, PEOPLE = range(4)
"""Who opened or clicked: nobody, a bot, unknown, or probably a person.

The greatest known value counts; null means that no source can tell.
"""

_OTHER_COLUMNS = {
    **dict.fromkeys(
        (
            "event_id",
            "source",
            "configuration_set",
            "tags",
            "bounce_type",
            "reason",
            "status",
            "diagnostic_code",
            "complaint_feedback_type",
            "complaint_sub_type",
            "error_message",
            "isp",
            "from_address",
            "last_engagement_event",
            "bounce_sub_type",
        ),
        "string",
    ),
    **dict.fromkeys(("is_bot", "opened", "clicked", "delivered", "complained"), "boolean"),
    **dict.fromkeys(
        ("last_delivery_event_timestamp", "last_engagement_event_timestamp"), "timestamp"
    ),
}
"""Columns that a table may lack, as files and earlier versions of this library may."""

_EXPORT_COLUMNS = ("message_id", "destination", "send_timestamp", "last_delivery_event")
_EVENT_COLUMNS = ("message_id", "recipient", "type", "timestamp", "sent_timestamp")

_FALSE = ibis.literal(value=False)

_TAG_NAME = re.compile(r"[\w.:@-]+", re.ASCII)


def has_events(table: Table) -> bool:
    """Return whether a table has the columns of events, as opposed to those of exports."""
    return set(_EVENT_COLUMNS) <= set(table.columns)


def is_mail_table(table: Table) -> bool:
    """Return whether a table has the columns of events or of exports."""
    return has_events(table) or set(_EXPORT_COLUMNS) <= set(table.columns)


def facts(table: Table, campaign_tag: str | None = None) -> Table:
    """Return the facts of each row, in the same form for events and exports.

    Args:
        table: Rows of events, as `events.to_arrow` names their columns, or of an export.
        campaign_tag: The tag whose value becomes the column `campaign`.

    Raises:
        ValueError: The table has the columns of neither, or the tag's name is not valid.
    """
    if is_mail_table(table):
        lacking = _OTHER_COLUMNS.keys() - set(table.columns)
        table = table.mutate(**{name: _no(_OTHER_COLUMNS[name]) for name in sorted(lacking)})
        return _of_events(table, campaign_tag) if has_events(table) else _of_exports(table)
    raise ValueError(
        "this is neither a table of events nor of an export: it needs the columns "
        f"{', '.join(_EVENT_COLUMNS)}, or {', '.join(_EXPORT_COLUMNS)}; "
        f"it has {', '.join(table.columns) or 'none'}"
    )


def folded(facts: Table) -> Table:
    """Return a row for each message and recipient, independent of order and duplicates of facts.

    The columns are `severity`; `reason`, `said` and `code` of the decisive fact; `sent` and
    `delivered` in milliseconds since 1970; `opens` and `clicks`, of `NOBODY` to `PEOPLE`;
    `is_mail`, which is 0 for facts without a recipient; and the properties of the mail.
    """
    found = facts.group_by("message_id", "recipient").aggregate(
        severity=facts.severity.max(),
        reason=facts.reason.max(),
        said=facts.said.max(),
        code=facts.code.max(),
        sent=facts.sent.min(),
        delivered=facts.delivered.min(),
        opens=facts.opens.max(),
        clicks=facts.clicks.max(),
        is_mail=facts.is_mail.max(),
        isp=facts.isp.max(),
        source=facts.source.max(),
        configuration_set=facts.configuration_set.max(),
        campaign=facts.campaign.max(),
    )
    has_reason = found.severity.isin([SEVERITY[status] for status in REASONED])
    mark = _mark(found.severity)
    decisive = {
        name: ibis.ifelse(
            has_reason & found[name].startswith(mark), found[name].substr(2), _no("string")
        )
        for name in ("reason", "said", "code")
    }
    return found.mutate(**decisive)


def milliseconds(time: TimestampValue | IntegerValue) -> IntegerValue:
    """Return a time in milliseconds since 1970, on engines with and without fractions."""
    if time.type().is_integer():
        return time
    seconds = time.epoch_seconds().cast("float64").floor().cast("int64")
    return seconds * 1000 + time.millisecond().cast("int64")


def domain(address: StringValue) -> StringValue:
    """Return the domain of an address, in lower case; null if it has none."""
    found = _bare(address).re_extract("@([^@]*)$", 1)
    return ibis.ifelse(found == "", _no("string"), found)


def _of_events(table: Table, campaign_tag: str | None) -> Table:
    is_open = table.type == EventType.OPEN
    is_click = table.type == EventType.CLICK
    who = table["is_bot"].cast("int8").cases((1, BOTS), (0, PEOPLE), else_=UNKNOWN)
    said = _filled(table["diagnostic_code"], table["status"])
    severity = _severity_of_event(table, said)
    feedback = _filled(
        _reason(table["complaint_sub_type"]), table["complaint_feedback_type"].lower()
    )
    reason = table.type.cases(
        (str(EventType.COMPLAINT), feedback),
        (str(EventType.RENDERING_FAILURE), table["error_message"]),
        else_=table["reason"],
    )
    return table.select(
        event_id=table["event_id"],
        message_id=table.message_id,
        recipient=_bare(table.recipient),
        is_mail=table.recipient.notnull().cast("int8"),
        severity=severity,
        **_decisive(severity, reason, said, _filled(table["status"])),
        sent=milliseconds(table.sent_timestamp),
        delivered=ibis.ifelse(
            table.type == EventType.DELIVERY, milliseconds(table.timestamp), _no("int64")
        ),
        opens=ibis.ifelse(is_open | is_click, who, _no("int8")),
        clicks=ibis.ifelse(is_click, who, _no("int8")),
        engaged=ibis.ifelse(is_open | is_click, milliseconds(table.timestamp), _no("int64")),
        isp=_no("string"),
        source=table["source"],
        configuration_set=table["configuration_set"],
        campaign=_tag(table["tags"], campaign_tag),
    )


def _severity_of_event(table: Table, said: StringValue) -> IntegerValue:
    reason, bounce_type = table["reason"], table["bounce_type"]
    is_transient = bounce_type == BOUNCE_TYPE[Status.TRANSIENT_BOUNCE]
    bounce = ibis.cases(
        (reason.isin(sorted(HELD_BACK)), SEVERITY[Status.SUPPRESSED]),
        (
            ibis.ifelse(is_transient, _is_auto_reply(reason == AUTO_REPLY_REASON, said), _FALSE),
            SEVERITY[Status.DELIVERED],
        ),
        else_=_severities(bounce_type, BOUNCE_STATUS, Status.UNDETERMINED_BOUNCE),
    )
    complaint = ibis.ifelse(
        _filled(table["complaint_sub_type"]).notnull(),
        SEVERITY[Status.SUPPRESSED],
        _severities(table["complaint_feedback_type"].lower(), FEEDBACK_STATUS, Status.COMPLAINED),
    )
    return table.type.cases(
        (str(EventType.BOUNCE), bounce),
        (str(EventType.COMPLAINT), complaint),
        else_=_severities(table.type, EVENT_STATUS, Status.UNKNOWN),
    ).cast("int8")


def _of_exports(table: Table) -> Table:
    last, said = table["last_delivery_event"], _filled(table["diagnostic_code"])
    sub_type = _plain(table["bounce_sub_type"])
    severity = _severity_of_row(last, sub_type, said)
    # Beside a complaint, the reason of a bounce is that of an earlier one.
    reason = ibis.ifelse(
        (last == _delivery_event(Status.COMPLAINED)) & ~_is(sub_type.isin(_PLAIN_HELD_BACK)),
        _no("string"),
        _reason(table["bounce_sub_type"]),
    )
    flags = [
        ibis.ifelse(_is(table[name]), SEVERITY[status], SEVERITY[Status.UNKNOWN])
        for name, status in FLAG_STATUS.items()
    ]
    engagement = _filled(table["last_engagement_event"])
    is_clicked = _is(engagement == EngagementEventType.CLICK) | _is(table["clicked"])
    is_opened = is_clicked | _is(engagement == EngagementEventType.OPEN) | _is(table["opened"])
    implied = ibis.ifelse(is_opened, SEVERITY[Status.DELIVERED], SEVERITY[Status.UNKNOWN])
    is_delivery = last == _delivery_event(Status.DELIVERED)
    at = table["last_delivery_event_timestamp"]
    return table.select(
        event_id=table.message_id + " " + ibis.coalesce(table.destination, ""),
        message_id=table.message_id,
        recipient=_bare(table.destination),
        is_mail=ibis.literal(1, "int8"),
        severity=ibis.greatest(severity, implied, *flags).cast("int8"),
        **_decisive(severity, reason, said, _no("string")),
        sent=milliseconds(table.send_timestamp),
        delivered=ibis.ifelse(is_delivery, milliseconds(at), _no("int64")),
        opens=ibis.ifelse(is_opened, UNKNOWN, NOBODY).cast("int8"),
        clicks=ibis.cases(
            (is_clicked, UNKNOWN),
            # The last engagement is an open, and there may have been a click before it.
            (is_opened & table["clicked"].isnull(), _no("int8")),
            else_=NOBODY,
        ).cast("int8"),
        engaged=milliseconds(table["last_engagement_event_timestamp"]),
        isp=table["isp"],
        source=table["from_address"],
        configuration_set=_no("string"),
        campaign=_no("string"),
    )


def _severity_of_row(last: StringValue, sub_type: StringValue, said: StringValue) -> IntegerValue:
    has_reason = last.isin(
        [event for event, status in DELIVERY_EVENT_STATUS.items() if status in REASONED]
    )
    return ibis.cases(
        (has_reason & sub_type.isin(_PLAIN_HELD_BACK), SEVERITY[Status.SUPPRESSED]),
        (
            ibis.ifelse(
                last == _delivery_event(Status.TRANSIENT_BOUNCE),
                _is_auto_reply(sub_type == plain_name(AUTO_REPLY_REASON), said),
                _FALSE,
            ),
            SEVERITY[Status.DELIVERED],
        ),
        else_=_severities(last, DELIVERY_EVENT_STATUS, Status.SENT),
    )


def _delivery_event(shown: Status) -> str:
    return next(event for event, status in DELIVERY_EVENT_STATUS.items() if status is shown)


def _is_auto_reply(may_be: BooleanValue, said: StringValue) -> BooleanValue:
    # Few rows have the reason, and engines search those only.
    return ibis.ifelse(may_be, said.re_search(AUTO_REPLY), _FALSE)


def _severities(name: StringValue, table: Mapping[str, Status], other: Status) -> IntegerValue:
    """Return the severity of each name's status."""
    branches = [(str(each), SEVERITY[status]) for each, status in table.items()]
    return name.cases(*branches, else_=SEVERITY[other])


_REASONS = {plain_name(reason): reason for reason in BounceReason}
_PLAIN_HELD_BACK = sorted(plain_name(reason) for reason in HELD_BACK)


def _plain(name: StringValue) -> StringValue:
    """Return a name in the spelling for comparisons, as `plain_name` does."""
    return name.lower().translate("_ -", "")


def _reason(sub_type: StringValue) -> StringValue:
    """Return the reason for a bounce from its subtype, as `bounce_reason` does."""
    known = [(plain, str(reason)) for plain, reason in _REASONS.items()]
    return _plain(sub_type).cases(*known, else_=sub_type.nullif(""))


def _decisive(
    severity: IntegerValue, reason: StringValue, said: StringValue, code: StringValue
) -> dict[str, StringValue]:
    """Return a status's value, marked with its severity.

    So the greatest value belongs to the most severe status, on every engine and in any order.
    """
    mark = _mark(severity)
    return {"reason": mark + reason, "said": mark + said, "code": mark + code}


def _mark(severity: IntegerValue) -> StringValue:
    """Return the severity as two digits, which sort in the same order."""
    return (severity.cast("int64") + 10).cast("string")


def _bare(address: StringValue) -> StringValue:
    """Return an address in lower case, without a name, as `bare_address` does."""
    bare = ibis.ifelse(address.contains("<"), address.re_extract(IN_ANGLES, 1), address)
    return _filled(bare.lower())


def _tag(tags: StringValue, name: str | None) -> StringValue:
    """Return the first value of a tag."""
    if name is None:
        return _no("string")
    if not _TAG_NAME.fullmatch(name):
        raise ValueError("a tag's name has ASCII letters, digits and any of _ . : @ - only")
    quoted = name.replace(".", "[.]")
    return _filled(tags.re_extract(rf'"{quoted}":\["([^"]*)"', 1))


def _no(type_: str) -> Any:
    return ibis.null(type_)


def _is(condition: BooleanValue) -> BooleanValue:
    """Return whether something is true, rather than false or unknown."""
    return condition.fill_null(False)  # noqa: FBT003


def _filled(*texts: StringValue) -> StringValue:
    """Return the first text that is not empty."""
    return ibis.coalesce(*(text.nullif("") for text in texts))
