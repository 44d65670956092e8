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

_OTHER_EVENT_COLUMNS = {
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
_OTHER_EXPORT_COLUMNS = {
    "isp": "string",
    "from_address": "string",
    "last_engagement_event": "string",
    "bounce_sub_type": "string",
    "diagnostic_code": "string",
    "last_delivery_event_timestamp": "timestamp",
    "last_engagement_event_timestamp": "timestamp",
    **dict.fromkeys(FLAG_STATUS, "boolean"),
}
"""Columns that a table may lack, as files and earlier versions of this library may."""

_EXPORT_COLUMNS = ("message_id", "destination", "send_timestamp", "last_delivery_event")
_EVENT_COLUMNS = ("message_id", "recipient", "type", "timestamp", "sent_timestamp")


def _epoch_ms(_: object) -> int:
    """Return a time in whole milliseconds since 1970, on DuckDB, where this is fast."""
    raise NotImplementedError


_in_milliseconds: Any = ibis.udf.scalar.builtin(
    _epoch_ms, name="epoch_ms", signature=(("timestamp('UTC')",), "int64")
)

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
    if has_events(table):
        return _of_events(_completed(table), campaign_tag)
    if is_mail_table(table):
        return _of_exports(_completed(table))
    raise ValueError(
        "this is neither a table of events nor of an export: it needs the columns "
        f"{', '.join(_EVENT_COLUMNS)}, or {', '.join(_EXPORT_COLUMNS)}; "
        f"it has {', '.join(table.columns) or 'none'}"
    )


def folded(facts: Table) -> Table:
    """Return a row for each message and recipient, independent of order and duplicates of facts.

    The columns are `severity`; `reason`, `said` and `code`, of which `decisive` makes those of the
    decisive fact; `sent_at` and `delivered_at` in milliseconds since 1970; `opens` and `clicks`, of
    `NOBODY` to `PEOPLE`; `is_mail`, which is 0 for facts without a recipient; and the properties of
    the mail.
    """
    return facts.group_by("message_id", "recipient").aggregate(
        severity=facts.severity.max(),
        **{name: (facts.mark + facts[name]).max() for name in ("reason", "said", "code")},
        sent_at=facts.sent_at.min(),
        delivered_at=facts.delivered_at.min(),
        opens=facts.opens.max(),
        clicks=facts.clicks.max(),
        is_mail=facts.is_mail.max(),
        isp=facts.isp.max(),
        source=facts.source.max(),
        configuration_set=facts.configuration_set.max(),
        campaign=facts.campaign.max(),
    )


def decisive(rows: Table, name: str) -> StringValue:
    """Return the `reason`, `said` or `code` of the fact that decides how each message ended."""
    has_reason = rows.severity.isin([SEVERITY[status] for status in REASONED])
    is_decisive = has_reason & rows[name].startswith(_mark(rows.severity))
    return ibis.ifelse(is_decisive, rows[name].substr(2), _no("string"))


def bare(address: StringValue) -> StringValue:
    """Return an address in lower case, without a name, as `bare_address` does."""
    bare = ibis.ifelse(address.contains("<"), address.re_extract(IN_ANGLES, 1), address)
    return _filled(bare.lower())


def domain(address: StringValue) -> StringValue:
    """Return the domain of a bare address; null if it has none."""
    return address.re_extract("@([^@]*)$", 1).nullif("")


def engagements(table: Table) -> Table:
    """Return a row for each open and click whose time is known.

    The columns are `message_id`, `recipient`, `sent_at` and `engaged_at`, in milliseconds since
    1970, and `clicked`, which is 0 or 1.

    Args:
        table: As for `facts`.
    """
    table = _completed(table)
    if has_events(table):
        is_clicked = table.type == EventType.CLICK
        is_opened = is_clicked | (table.type == EventType.OPEN)
        recipient, sent, at = "recipient", "sent_timestamp", "timestamp"
    else:
        is_opened, is_clicked = _engagement_of_row(table)
        recipient, sent = "destination", "send_timestamp"
        at = "last_engagement_event_timestamp"
    return table.filter(is_opened & table[at].notnull()).select(
        message_id=table.message_id,
        recipient=bare(table[recipient]),
        sent_at=_milliseconds(table[sent]),
        engaged_at=_milliseconds(table[at]),
        clicked=is_clicked.cast("int64"),
    )


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
        recipient=bare(table.recipient),
        is_mail=table.recipient.notnull().cast("int8"),
        severity=severity,
        mark=_mark(severity),
        reason=reason,
        said=said,
        code=_filled(table["status"]),
        sent_at=_milliseconds(table.sent_timestamp),
        delivered_at=ibis.ifelse(
            table.type == EventType.DELIVERY, _milliseconds(table.timestamp), _no("int64")
        ),
        opens=ibis.ifelse(is_open | is_click, who, _no("int8")),
        clicks=ibis.ifelse(is_click, who, _no("int8")),
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
    last, said = table.last_delivery_event, _filled(table["diagnostic_code"])
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
    is_opened, is_clicked = _engagement_of_row(table)
    implied = ibis.ifelse(is_opened, SEVERITY[Status.DELIVERED], SEVERITY[Status.UNKNOWN])
    is_delivery = last == _delivery_event(Status.DELIVERED)
    return table.select(
        event_id=table.message_id + " " + ibis.coalesce(table.destination, ""),
        message_id=table.message_id,
        recipient=bare(table.destination),
        is_mail=ibis.literal(1, "int8"),
        severity=ibis.greatest(severity, implied, *flags).cast("int8"),
        mark=_mark(severity),
        reason=reason,
        said=said,
        code=_no("string"),
        sent_at=_milliseconds(table.send_timestamp),
        delivered_at=ibis.ifelse(
            is_delivery, _milliseconds(table["last_delivery_event_timestamp"]), _no("int64")
        ),
        opens=ibis.ifelse(is_opened, UNKNOWN, NOBODY).cast("int8"),
        clicks=ibis.cases(
            (is_clicked, UNKNOWN),
            # The last engagement is an open, and there may have been a click before it.
            (is_opened & table["clicked"].isnull(), _no("int8")),
            else_=NOBODY,
        ).cast("int8"),
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


def _engagement_of_row(table: Table) -> tuple[BooleanValue, BooleanValue]:
    """Return whether the mail of a row was opened, and whether it was clicked."""
    last = _filled(table["last_engagement_event"])
    is_clicked = _is(last == EngagementEventType.CLICK) | _is(table["clicked"])
    is_opened = _is(last == EngagementEventType.OPEN) | _is(table["opened"])
    return is_clicked | is_opened, is_clicked


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


def _mark(severity: IntegerValue) -> StringValue:
    """Return the severity as two digits, which sort in the same order.

    Texts that begin with it sort by severity first, so the greatest belongs to the most severe
    status, on every engine and in any order of the facts.
    """
    return (severity.cast("int64") + 10).cast("string")


def _tag(tags: StringValue, name: str | None) -> StringValue:
    """Return the first value of a tag."""
    if name is None:
        return _no("string")
    if not _TAG_NAME.fullmatch(name):
        raise ValueError("a tag's name has ASCII letters, digits and any of _ . : @ - only")
    quoted = name.replace(".", "[.]")
    return _filled(tags.re_extract(rf'"{quoted}":\["([^"]*)"', 1))


def _completed(table: Table) -> Table:
    """Return a table with all columns that are read; those that it lacks are null."""
    known = _OTHER_EVENT_COLUMNS if has_events(table) else _OTHER_EXPORT_COLUMNS
    lacking = {name: _no(type_) for name, type_ in known.items() if name not in table.columns}
    return table.mutate(**lacking) if lacking else table


def _milliseconds(time: TimestampValue) -> IntegerValue:
    """Return a time in milliseconds since 1970, on engines with and without fractions."""
    if ibis.get_backend(time).name == "duckdb":
        return _in_milliseconds(time)
    seconds = time.epoch_seconds().cast("float64").floor().cast("int64")
    return seconds * 1000 + time.millisecond().cast("int64")


def _no(type_: str) -> Any:
    return ibis.null(type_)


def _is(condition: BooleanValue) -> BooleanValue:
    """Return whether something is true, rather than false or unknown."""
    return condition.fill_null(False)  # noqa: FBT003


def _filled(*texts: StringValue) -> StringValue:
    """Return the first text that is not empty."""
    return ibis.coalesce(*(text.nullif("") for text in texts))
