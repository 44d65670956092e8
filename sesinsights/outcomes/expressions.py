"""Combines the rows of tables: one expression, which every engine that Ibis supports can run.

Importing this needs the extra `report`. It does with tables what `folding` does in Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.outcomes import event_tables, export_tables
from sesinsights.outcomes.event_tables import engagements_of_events, facts_of_events
from sesinsights.outcomes.export_tables import engagements_of_exports, facts_of_exports
from sesinsights.outcomes.states import REASONED, SEVERITY
from sesinsights.outcomes.untyped import StringValue, Table, ibis
from sesinsights.outcomes.values import mark, null

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def has_events(table: Table) -> bool:
    """Return whether a table has the columns of events."""
    return set(event_tables.COLUMNS) <= set(table.columns)


def _has_exports(table: Table) -> bool:
    return set(export_tables.COLUMNS) <= set(table.columns)


def is_mail_table(table: Table) -> bool:
    """Return whether a table has the columns of events, of exports, or of both."""
    return has_events(table) or _has_exports(table)


def facts(table: Table, campaign_tag: str | None = None) -> Table:
    """Return the facts of each row, in the same form for events and exports.

    Args:
        table: Rows of events, as `events.to_arrow` names their columns, of exports, or of both.
        campaign_tag: The tag whose value becomes the column `campaign`; a valid name of a tag.

    Raises:
        ValueError: The table has the columns of neither.
    """
    if not is_mail_table(table):
        raise ValueError(
            "this is neither a table of events nor of an export: it needs the columns "
            f"{', '.join(event_tables.COLUMNS)}, or {', '.join(export_tables.COLUMNS)}; "
            f"it has {', '.join(table.columns) or 'none'}"
        )
    return _of_each_kind(table, lambda rows: facts_of_events(rows, campaign_tag), facts_of_exports)


def _of_each_kind(
    table: Table, of_events: Callable[[Table], Table], of_exports: Callable[[Table], Table]
) -> Table:
    """Return what is made of the events of a table, and of its rows of exports."""
    if not _has_exports(table):
        return of_events(_completed(table, event_tables.TYPES))
    if not has_events(table):
        return of_exports(_completed(table, export_tables.TYPES))
    rows = _completed(table, event_tables.TYPES | export_tables.TYPES)
    is_event = rows.type.notnull()
    return of_events(rows.filter(is_event)).union(of_exports(rows.filter(~is_event)))


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
    is_decisive = has_reason & rows[name].startswith(mark(rows.severity))
    return ibis.ifelse(is_decisive, rows[name].substr(2), null("string"))


def engagements(table: Table) -> Table:
    """Return a row for each open and click whose time is known.

    The columns are `message_id`, `recipient`, `sent_at` and `engaged_at`, in milliseconds since
    1970, and `clicked`, which is 0 or 1.

    Args:
        table: As for `facts`.
    """
    return _of_each_kind(table, engagements_of_events, engagements_of_exports)


def _completed(table: Table, types: Mapping[str, str]) -> Table:
    """Return a table with all columns that are read; those that it lacks are null.

    Where all values of a column are null, files and Arrow tables often have no type for it.
    """
    schema = table.schema()
    others = {
        name: table[name].cast(type_) if name in schema else null(type_)
        for name, type_ in types.items()
        if name not in schema or type(schema[name]) is not type(ibis.dtype(type_))
    }
    return table.mutate(**others) if others else table
