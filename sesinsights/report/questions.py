"""The queries for the numbers of a report, on any engine that Ibis supports.

Importing this needs the extra `report`. Every query is written once, with Ibis, over a row for each
message and recipient; the results are small, however much mail there is.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.exports.files.conversion import metrics_of_objects
from sesinsights.models.reasons import explain_bounce
from sesinsights.models.status_codes import explain_status
from sesinsights.outcomes.expressions import decisive, engagements, facts, folded, has_events
from sesinsights.outcomes.interruptions import interruptible
from sesinsights.outcomes.relations import duckdb_of, is_metrics_table, kept, opened
from sesinsights.outcomes.states import BOUNCE_TYPE, SEVERITY, Status
from sesinsights.outcomes.untyped import StringValue, Table, ibis
from sesinsights.outcomes.values import bare, domain
from sesinsights.report.from_metrics import summary_of_metrics
from sesinsights.report.largest_groups import by_size, largest_groups
from sesinsights.report.latency import BINS_OF_TEN, latency_of
from sesinsights.report.measures import MEASURES, OF_EVENTS_ONLY, ended, measures, sums
from sesinsights.report.summary import (
    TOP_GROUPS,
    BounceGroup,
    Breakdown,
    Counts,
    Day,
    Diagnostic,
    EngagementHour,
    Group,
    StatusGroup,
    Summary,
)
from sesinsights.report.window import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sesinsights.outcomes.relations import TableSource
    from sesinsights.report.summary import Latency
    from sesinsights.report.window import Window


_DIAGNOSTICS = 5
"""How many diagnostics are shown for one status code."""

_LONGEST = 300
"""How many characters of a diagnostic are compared and shown."""

_DAY = 86_400_000
_HOUR = 3_600_000
_MONDAY = 3 * 24
"""Hours from a Monday to 1970-01-01, a Thursday."""
_WEEK = 7 * 24

_CODE = "(?:^|[^0-9A-Za-z_.])([45][.][0-9]{1,3}[.][0-9]{1,3})(?:$|[^0-9.]|[.]$|[.][^0-9])"
_VARIABLE = (
    (r"\s+", " "),
    ("[^ <>()\"',;:]+@[^ <>()\"',;:]+", "…"),
    ("[0-9]{1,3}(?:[.][0-9]{1,3}){3}", "…"),
    ("[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]{5,}", "…"),
    ("[0-9]{4,}", "…"),
)
"""The parts in which equivalent diagnostics differ, and their replacements."""


def answers(source: TableSource, window: Window, campaign_tag: str) -> Summary:
    """Return the summary of a source's mail that was sent in a window."""
    with opened(source) as table:
        if is_metrics_table(table):
            records = metrics_of_objects(None, None, _rows(table))
            return summary_of_metrics(records, window, campaign_tag)
        told = facts(table, campaign_tag)
        with kept(_prepared(folded(window.with_the_one_before(told))), source) as rows:
            return _Report(
                rows=window.inside(rows),
                before=window.before(rows),
                engagements=window.inside(engagements(table)),
                has_events=has_events(table),
            ).summary(window, campaign_tag)


def _prepared(rows: Table) -> Table:
    """Return only the columns that the queries need, for each message and recipient."""
    latency = rows.delivered_at - rows.sent_at
    is_bounce = rows.severity.isin([SEVERITY[status] for status in BOUNCE_TYPE])
    said = decisive(rows, "said")
    code = ibis.coalesce(decisive(rows, "code"), said.re_extract(_CODE, 1).nullif(""))
    nothing = ibis.null("string")
    return rows.select(
        "severity",
        "sent_at",
        "is_mail",
        "configuration_set",
        "campaign",
        "isp",
        reason=decisive(rows, "reason"),
        day=(rows.sent_at // _DAY).cast("int32"),
        recipient_domain=domain(rows.recipient),
        sending_domain=domain(bare(rows.source)),
        code=ibis.ifelse(is_bounce, code, nothing),
        said=ibis.ifelse(is_bounce, _alike(said), nothing),
        # Half a millisecond keeps every time off the bounds, where engines may round otherwise.
        latency=ibis.ifelse(
            latency >= 0,
            ((ibis.greatest(latency, 1) + 0.5).log10() * BINS_OF_TEN).floor().cast("int64"),
            ibis.null("int64"),
        ),
        **measures(rows),
    )


def _alike(said: StringValue) -> StringValue:
    for pattern, replacement in _VARIABLE:
        said = said.re_replace(pattern, replacement)
    return said.strip()


class _Report:
    """The queries, over cached rows."""

    def __init__(
        self, rows: Table, before: Table | None, engagements: Table, *, has_events: bool
    ) -> None:
        self._rows = rows
        self._before = before
        self._engagements = engagements
        self._has_events = has_events

    def summary(self, window: Window, campaign_tag: str) -> Summary:
        """Return the results of all queries."""
        days = self._days()
        total = {name: sum(int(row[name]) for row in days) for name in MEASURES}
        breakdowns = self._breakdowns(total)
        ends = self._ends()
        statuses, other_statuses = self._statuses(ends)
        return Summary(
            start=window.start or _instant(min(_known(days, "first"), default=None)),
            end=window.end or _instant(max(_known(days, "last"), default=None)),
            counts=self._counts(total),
            previous=self._previous(),
            by_day=tuple(
                Day(None if row["day"] is None else _date(row["day"]), self._counts(row))
                for row in days
            ),
            by_provider=breakdowns.get("provider"),
            by_recipient_domain=breakdowns.get("recipient_domain"),
            by_sending_domain=breakdowns.get("sending_domain"),
            by_configuration_set=breakdowns.get("configuration_set"),
            by_campaign=breakdowns.get("campaign"),
            campaign_tag=campaign_tag,
            bounces=_reasons(ends, tuple(BOUNCE_TYPE)),
            suppression=_reasons(ends, (Status.SUPPRESSED,)),
            statuses=statuses,
            other_statuses=other_statuses,
            latency=self._latency(),
            engagement=self._engagement(),
        )

    def _counts(self, row: Mapping[str, Any]) -> Counts:
        """Return counts, without numbers that the source lacks."""
        counts: dict[str, Any] = {name: int(row[name]) for name in MEASURES}
        if not self._has_events:
            counts |= dict.fromkeys(OF_EVENTS_ONLY)
        return Counts(**counts)

    def _previous(self) -> Counts | None:
        if self._before is None:
            return None
        row = _only(self._before.aggregate(**sums(self._before), rows=self._before.count()))
        return self._counts(row) if row["rows"] else None

    def _days(self) -> list[dict[str, Any]]:
        """Return the numbers of each day in order, and last of mail without a time."""
        rows = self._rows
        found = _rows(
            rows.group_by("day").aggregate(
                **sums(rows), first=rows.sent_at.min(), last=rows.sent_at.max()
            )
        )
        return sorted(found, key=lambda row: (row["day"] is None, row["day"] or 0))

    def _breakdowns(self, total: Mapping[str, int]) -> dict[str, Breakdown]:
        """Return the groups by each property that the source has."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in _rows(largest_groups(self._rows)):
            found.setdefault(row["property"], []).append(row)
        breakdowns = {name: self._breakdown(rows, total) for name, rows in found.items()}
        known = {
            name: each
            for name, each in breakdowns.items()
            if any(group.name is not None for group in each.groups)
        }
        if "recipient_domain" in known:
            # Where domains are known, all mail may be with providers that are not listed.
            known["provider"] = breakdowns["provider"]
        return known

    def _breakdown(self, rows: Sequence[dict[str, Any]], total: Mapping[str, int]) -> Breakdown:
        others = int(rows[0]["groups"]) - len(rows)
        rest = {name: total[name] - sum(int(row[name]) for row in rows) for name in MEASURES}
        return Breakdown(
            tuple(sorted((Group(row["name"], self._counts(row)) for row in rows), key=by_size)),
            others=others,
            rest=self._counts(rest) if others else None,
        )

    def _ends(self) -> list[dict[str, Any]]:
        """Return how many messages bounced or were held back, by severity, reason and code."""
        rows = self._rows.filter(ended(self._rows, (*BOUNCE_TYPE, Status.SUPPRESSED)))
        return _rows(rows.group_by("severity", "reason", "code").aggregate(count=rows.count()))

    def _statuses(self, ends: Sequence[dict[str, Any]]) -> tuple[tuple[StatusGroup, ...], int]:
        codes: Counter[str | None] = Counter()
        for row in _with_status(ends, tuple(BOUNCE_TYPE)):
            codes[row["code"]] += int(row["count"])
        rows = self._rows
        said = rows.filter(
            ended(rows, tuple(BOUNCE_TYPE)) & rows.said.notnull() & (rows.said != "")
        )
        texts = said.group_by("code", said=said.said.substr(0, _LONGEST)).aggregate(
            count=said.count()
        )
        place = ibis.row_number().over(
            group_by=texts.code, order_by=[ibis.desc(texts["count"]), texts.said]
        )
        placed = texts.mutate(place=place)
        diagnostics: dict[str | None, list[Diagnostic]] = {}
        for row in _rows(placed.filter(placed.place < _DIAGNOSTICS)):
            of_code = diagnostics.setdefault(row["code"], [])
            of_code.append(Diagnostic(row["said"], int(row["count"])))
        most = sorted(codes, key=lambda code: (-codes[code], code or ""))
        groups = (
            _status_group(code, codes[code], diagnostics.get(code, ()))
            for code in most[:TOP_GROUPS]
        )
        return tuple(groups), sum(codes[code] for code in most[TOP_GROUPS:])

    def _latency(self) -> Latency | None:
        rows = self._rows.filter(self._rows.latency.notnull())
        found = _rows(rows.group_by("latency").aggregate(count=rows.count()))
        return latency_of({int(row["latency"]): int(row["count"]) for row in found})

    def _engagement(self) -> tuple[EngagementHour, ...]:
        found = self._engagements
        hour = ((found.engaged_at // _HOUR) + _MONDAY) % _WEEK
        each = found.group_by(found.message_id, found.recipient, hour=hour).aggregate(
            clicked=found.clicked.max()
        )
        hours = {
            int(row["hour"]): row
            for row in _rows(
                each.group_by("hour").aggregate(opened=each.count(), clicked=each.clicked.sum())
            )
        }
        if not hours:
            return ()
        nothing = {"opened": 0, "clicked": 0}
        return tuple(
            EngagementHour(
                weekday=hour // 24,
                hour=hour % 24,
                opened=int(hours.get(hour, nothing)["opened"]),
                clicked=int(hours.get(hour, nothing)["clicked"]),
            )
            for hour in range(_WEEK)
        )


def _known(rows: Sequence[Mapping[str, Any]], column: str) -> Iterator[Any]:
    return (row[column] for row in rows if row[column] is not None)


def _with_status(
    ends: Sequence[dict[str, Any]], statuses: Sequence[Status]
) -> Iterator[dict[str, Any]]:
    severities = {SEVERITY[status] for status in statuses}
    return (row for row in ends if row["severity"] in severities)


def _reasons(ends: Sequence[dict[str, Any]], statuses: Sequence[Status]) -> tuple[BounceGroup, ...]:
    types = {SEVERITY[status]: type_ for status, type_ in BOUNCE_TYPE.items()}
    counts: Counter[tuple[str | None, str | None]] = Counter()
    for row in _with_status(ends, statuses):
        counts[types.get(row["severity"]), row["reason"]] += int(row["count"])
    groups = (
        BounceGroup(type_, reason, count, tuple(explain_bounce(type_, reason)))
        for (type_, reason), count in counts.items()
    )
    order = sorted(
        groups, key=lambda group: (-group.count, group.bounce_type or "", group.reason or "")
    )
    return tuple(order)


def _status_group(code: str | None, count: int, diagnostics: Sequence[Diagnostic]) -> StatusGroup:
    shown = tuple(sorted(diagnostics, key=lambda diagnostic: (-diagnostic.count, diagnostic.text)))
    return StatusGroup(
        status=code,
        count=count,
        meaning=explain_status(code or ""),
        diagnostics=shown,
        others=count - sum(diagnostic.count for diagnostic in shown),
    )


def _rows(result: Table) -> list[dict[str, Any]]:
    found = interruptible(result.to_pyarrow, *duckdb_of(result))
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _only(result: Table) -> dict[str, Any]:
    return _rows(result)[0]


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else EPOCH + timedelta(milliseconds=int(milliseconds))


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))
