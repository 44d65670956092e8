"""What a report counts, of all mail and of each group of it.

Importing this needs the extra `report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.outcomes.expressions import BOTS, UNKNOWN
from sesinsights.outcomes.states import BOUNCE_TYPE, SEVERITY, Status
from sesinsights.outcomes.untyped import (
    BooleanValue,
    IntegerScalar,
    IntegerValue,
    Table,
    ibis,
)
from sesinsights.report.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sesinsights.report.summary import Group

DELIVERED = (Status.DELIVERED, Status.COMPLAINED)
_PENDING = (Status.UNKNOWN, Status.SENT, Status.DELAYED)


def ended(rows: Table, statuses: Sequence[Status]) -> BooleanValue:
    """Return whether each row is mail that ended in one of some statuses."""
    severities = [SEVERITY[status] for status in statuses]
    return (rows.is_mail == 1) & rows.severity.isin(severities)


_STATUSES: Mapping[str, Sequence[Status]] = {
    "sent": (*DELIVERED, *BOUNCE_TYPE, *_PENDING),
    "delivered": DELIVERED,
    "bounced_permanent": (Status.PERMANENT_BOUNCE,),
    "bounced_transient": (Status.TRANSIENT_BOUNCE,),
    "bounced_undetermined": (Status.UNDETERMINED_BOUNCE,),
    "pending": _PENDING,
    "complained": (Status.COMPLAINED,),
    "suppressed": (Status.SUPPRESSED,),
    "rejected": (Status.REJECTED,),
    "rendering_failed": (Status.RENDERING_FAILED,),
}
"""Which statuses each number counts."""

_ENGAGEMENT = {
    "opened": ("opens", BOTS),
    "opened_by_people": ("opens", UNKNOWN),
    "clicked": ("clicks", BOTS),
    "clicked_by_people": ("clicks", UNKNOWN),
}
"""Who must at least have done what for each number."""

MEASURES = (*_STATUSES, *_ENGAGEMENT)

OF_EVENTS_ONLY = ("rejected", "rendering_failed", "opened_by_people", "clicked_by_people")
"""The numbers that an export does not tell."""


def measures(rows: Table) -> dict[str, IntegerScalar]:
    """Return the numbers of a group of rows, named as `Counts` names them."""
    conditions = {name: ended(rows, statuses) for name, statuses in _STATUSES.items()}
    conditions |= {
        name: (rows[column] >= who).fill_null(False)  # noqa: FBT003
        for name, (column, who) in _ENGAGEMENT.items()
    }
    return {name: condition.cast("int64").sum() for name, condition in conditions.items()}


def sums(groups: Table) -> dict[str, IntegerScalar]:
    """Return the numbers of several groups together."""
    return {measure: groups[measure].sum() for measure in MEASURES}


def groups_by(rows: Table, name: str) -> Table:
    """Return the numbers for each value of a column."""
    return rows.group_by(name=rows[name]).aggregate(**measures(rows))


def providers(rows: Table) -> Table:
    """Return the numbers by mailbox provider: that of the source or, without one, the domain's."""
    groups = rows.group_by("isp", "recipient_domain").aggregate(**measures(rows))
    # Looked up once a domain, and not once a message.
    known = groups.recipient_domain.cases(*PROVIDERS.items(), else_=ibis.null("string"))
    named = groups.mutate(name=ibis.coalesce(groups.isp, known))
    return named.group_by("name").aggregate(**sums(named))


def size(groups: Table) -> IntegerValue:
    """Return by what the groups are ordered: mail, and opens of what names no recipient."""
    return groups.sent + groups.suppressed + groups.rejected + groups.rendering_failed


def by_size(group: Group) -> tuple[int, bool, str]:
    """Return the key that sorts groups as `size` orders them."""
    counts = group.counts
    messages = counts.sent + sum(
        filter(None, (counts.suppressed, counts.rejected, counts.rendering_failed))
    )
    return -messages, group.name is None, group.name or ""
