"""The largest groups of mail by each of its properties.

Importing this needs the extra `report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.outcomes.untyped import IntegerValue, StringValue, Table, ibis
from sesinsights.report.measures import MEASURES, sums
from sesinsights.report.providers import PROVIDERS
from sesinsights.report.summary import TOP_GROUPS

if TYPE_CHECKING:
    from sesinsights.report.summary import Group


def largest_groups(rows: Table) -> Table:
    """Return the numbers of the largest groups by each property, in one query for all of them.

    The columns are `property`; `name`, which may be null; `groups`, the number of all groups by the
    property; and the measures. The mailbox provider is that of the source or, without one, the
    domain's.
    """
    domains = rows.group_by("isp", "recipient_domain").aggregate(**sums(rows))
    # Looked up once for each domain, not for each message.
    known = domains.recipient_domain.cases(*PROVIDERS.items(), else_=ibis.null("string"))
    parts = [
        _part(domains, "provider", ibis.coalesce(domains.isp, known)),
        _part(domains, "recipient_domain", domains.recipient_domain),
        _part(rows, "sending_domain", rows.sending_domain),
        _part(rows, "configuration_set", rows.configuration_set),
        _part(rows, "campaign", rows.campaign),
    ]
    named = ibis.union(*parts)
    groups = named.group_by("property", "name").aggregate(**sums(named))
    place = ibis.row_number().over(
        group_by=groups.property,
        order_by=[ibis.desc(_size(groups)), groups.name.isnull(), groups.name],
    )
    of_property = ibis.window(group_by=groups.property)
    placed = groups.mutate(place=place, groups=groups.count().over(of_property))
    return placed.filter(placed.place < TOP_GROUPS)


def _part(table: Table, property_: str, name: StringValue) -> Table:
    return table.select(*MEASURES, property=ibis.literal(property_), name=name)


def _size(groups: Table) -> IntegerValue:
    """Return the size by which groups are ordered: mail, and opens that name no recipient."""
    return groups.sent + groups.suppressed + groups.rejected + groups.rendering_failed


def by_size(group: Group) -> tuple[int, bool, str]:
    """Return the key that sorts groups as `largest_groups` orders them."""
    counts = group.counts
    messages = counts.sent + sum(
        filter(None, (counts.suppressed, counts.rejected, counts.rendering_failed))
    )
    return -messages, group.name is None, group.name or ""
