"""Tables of mail, grouped by one of its properties, with bars in the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.markup import Column, Markup, element, joined, table
from sesinsights.report.layout import wide
from sesinsights.report.meters import Meter, rate_meter
from sesinsights.report.numbers import UNKNOWN, count, percent
from sesinsights.report.rates import rates_of
from sesinsights.wording import counted

if TYPE_CHECKING:
    from sesinsights.report.rates import Rate
    from sesinsights.report.summary import Breakdown, Counts

_NAMES = {"UNKNOWN_ISP": "other providers"}
"""Names that the service uses for unknown values."""


def breakdown_table(caption: str, noun: str, breakdown: Breakdown) -> Markup:
    """Return a table of the groups of a breakdown, and of the rest.

    Args:
        caption: What the table shows.
        noun: What a group is, such as `provider`.
        breakdown: The groups.
    """
    rows = [(_name(group.name), group.counts) for group in breakdown.groups]
    if breakdown.rest is not None:
        rows.append((element("i", counted(breakdown.others, f"other {noun}")), breakdown.rest))
    groups = [counts for _, counts in rows]
    rates = rates_of(groups)
    sent = Meter(max((counts.sent for counts in groups), default=0))
    meters = [rate_meter([rate.of(counts) for counts in groups], rate.lines) for rate in rates]
    columns = [Column(noun.capitalize()), Column("Sent", is_number=True)]
    columns += [Column(rate.title, is_number=True) for rate in rates]
    cells = (
        [
            name,
            _with_bar(count(counts.sent), sent.bar(counts.sent, counted(counts.sent, "message"))),
            *(_rate_cell(rate, meter, counts) for rate, meter in zip(rates, meters, strict=True)),
        ]
        for name, counts in rows
    )
    return wide(caption, table(caption, columns, cells, class_="bars"))


def _name(name: str | None) -> Markup | str:
    if name is None:
        return element("i", "not known")
    known = _NAMES.get(name)
    return element("i", known) if known else name


def _rate_cell(rate: Rate, meter: Meter, counts: Counts) -> Markup | str:
    value = rate.of(counts)
    if value is None:
        return UNKNOWN
    title = f"{count(rate.part(counts))} of {count(rate.whole(counts))}"
    return _with_bar(percent(value), meter.bar(value, title), title)


def _with_bar(number: str, bar: Markup, title: str | None = None) -> Markup:
    return joined([element("span", number, title=title), bar])
