"""What a report counts, for all mail and for each group of it.

Importing this needs the extra `report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.outcomes.states import BOUNCE_TYPE, SEVERITY, Status
from sesinsights.outcomes.values import BOTS, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sesinsights.outcomes.untyped import BooleanValue, IntegerScalar, IntegerValue, Table

DELIVERED = (Status.DELIVERED, Status.COMPLAINED)
_PENDING = (Status.UNKNOWN, Status.SENT, Status.DELAYED)


def ended(rows: Table, statuses: Sequence[Status]) -> BooleanValue:
    """Return whether the mail of each row ended with one of these statuses."""
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
"""Who must have done what for each number."""

MEASURES = (*_STATUSES, *_ENGAGEMENT)

OF_EVENTS_ONLY = ("rejected", "rendering_failed", "opened_by_people", "clicked_by_people")
"""The numbers that an export does not have."""


def measures(rows: Table) -> dict[str, IntegerValue]:
    """Return what each row adds to each number, which is 0 or 1; `Counts` has the same names."""
    conditions = {name: ended(rows, statuses) for name, statuses in _STATUSES.items()}
    conditions |= {
        name: (rows[column] >= who).fill_null(False)  # noqa: FBT003
        for name, (column, who) in _ENGAGEMENT.items()
    }
    return {name: condition.cast("int64") for name, condition in conditions.items()}


def sums(rows: Table) -> dict[str, IntegerScalar]:
    """Return the numbers of several rows or groups together."""
    return {measure: rows[measure].sum() for measure in MEASURES}
