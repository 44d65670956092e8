"""The queries for the numbers of a report, on any engine that Ibis supports.

Importing this needs the extra `report`. Every query is written once, with Ibis, over a row for each
message and recipient; the results are small, however much mail there is.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sesinsights.exports.files.conversion import metrics_of_objects
from sesinsights.models.reasons import explain_bounce
from sesinsights.models.status_codes import explain_status
from sesinsights.outcomes.expressions import (
    BOTS,
    domain,
    facts,
    folded,
    has_events,
)
from sesinsights.outcomes.relations import is_metrics_table, kept, opened
from sesinsights.outcomes.states import BOUNCE_TYPE, SEVERITY, Status
from sesinsights.outcomes.untyped import (
    StringValue,
    Table,
    ibis,
)
from sesinsights.report.from_metrics import summary_of_metrics
from sesinsights.report.latency import BINS_OF_TEN, latency_of
from sesinsights.report.measures import (
    MEASURES,
    OF_EVENTS_ONLY,
    by_size,
    ended,
    groups_by,
    measures,
    providers,
    size,
    sums,
)
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
    from collections.abc import Mapping, Sequence

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
        with kept(_prepared(folded(window.with_the_one_before(told)))) as rows:
            return _Report(
                rows=window.inside(rows),
                before=window.before(rows),
                told=window.inside(told),
                has_events=has_events(table),
            ).summary(window, campaign_tag)


def _prepared(rows: Table) -> Table:
    """Return only the columns that the queries need, for each message and recipient."""
    latency = rows.delivered - rows.sent
    is_bounce = rows.severity.isin([SEVERITY[status] for status in BOUNCE_TYPE])
    code = ibis.coalesce(rows.code, rows.said.re_extract(_CODE, 1).nullif(""))
    nothing = ibis.null("string")
    return rows.select(
        "severity",
        "sent",
        "is_mail",
        "opens",
        "clicks",
        "reason",
        "configuration_set",
        "campaign",
        day=(rows.sent // _DAY).cast("int32"),
        isp=rows.isp.nullif(""),
        recipient_domain=domain(rows.recipient),
        sending_domain=domain(rows.source),
        code=ibis.ifelse(is_bounce, code, nothing),
        said=ibis.ifelse(is_bounce, _alike(rows.said), nothing),
        # Half a millisecond keeps every time off the bounds, where engines may round otherwise.
        latency=ibis.ifelse(
            latency >= 0,
            ((ibis.greatest(latency, 1) + 0.5).log10() * BINS_OF_TEN).floor().cast("int64"),
            ibis.null("int64"),
        ),
    )


def _alike(said: StringValue) -> StringValue:
    for pattern, replacement in _VARIABLE:
        said = said.re_replace(pattern, replacement)
    return said.strip().substr(0, _LONGEST)


class _Report:
    """The queries, over cached rows."""

    def __init__(self, rows: Table, before: Table | None, told: Table, *, has_events: bool) -> None:
        self._rows = rows
        self._before = before
        self._told = told
        self._has_events = has_events

    def summary(self, window: Window, campaign_tag: str) -> Summary:
        """Return the results of all queries."""
        rows = self._rows
        total = _only(
            rows.aggregate(
                **measures(rows),
                first=rows.sent.min(),
                last=rows.sent.max(),
                **{f"has_{name}": rows[name].count() for name in _DIMENSIONS},
            )
        )
        breakdowns = {
            name: self._breakdown(groups_by(rows, name)) if total[f"has_{name}"] else None
            for name in _DIMENSIONS
        }
        has_providers = total["has_isp"] or total["has_recipient_domain"]
        statuses, other_statuses = self._statuses()
        return Summary(
            start=window.start or _instant(total["first"]),
            end=window.end or _instant(total["last"]),
            counts=self._counts(total),
            previous=self._previous(),
            by_day=self._days(),
            by_provider=self._breakdown(providers(rows)) if has_providers else None,
            by_recipient_domain=breakdowns["recipient_domain"],
            by_sending_domain=breakdowns["sending_domain"],
            by_configuration_set=breakdowns["configuration_set"],
            by_campaign=breakdowns["campaign"],
            campaign_tag=campaign_tag,
            bounces=self._reasons(tuple(BOUNCE_TYPE)),
            suppression=self._reasons((Status.SUPPRESSED,)),
            statuses=statuses,
            other_statuses=other_statuses,
            latency=self._latency(),
            engagement=self._engagement(),
        )

    def _counts(self, row: Mapping[str, Any]) -> Counts:
        """Return counts, without numbers that the source lacks."""
        counts: dict[str, Any] = {name: int(row[name] or 0) for name in MEASURES}
        if not self._has_events:
            counts |= dict.fromkeys(OF_EVENTS_ONLY)
        return Counts(**counts)

    def _previous(self) -> Counts | None:
        if self._before is None:
            return None
        row = _only(self._before.aggregate(**measures(self._before), rows=self._before.count()))
        return self._counts(row) if row["rows"] else None

    def _days(self) -> tuple[Day, ...]:
        found = _rows(self._rows.group_by("day").aggregate(**measures(self._rows)))
        days = [
            Day(None if row["day"] is None else _date(row["day"]), self._counts(row))
            for row in found
        ]
        return tuple(sorted(days, key=lambda day: day.day or date.max))

    def _breakdown(self, groups: Table) -> Breakdown:
        place = ibis.row_number().over(
            order_by=[ibis.desc(size(groups)), groups.name.isnull(), groups.name]
        )
        placed = groups.mutate(is_top=place < TOP_GROUPS)
        shown = placed.mutate(shown=ibis.ifelse(placed.is_top, placed.name, ibis.null("string")))
        found = _rows(
            shown.group_by("is_top", "shown").aggregate(**sums(shown), groups=shown.count())
        )
        top = [Group(row["shown"], self._counts(row)) for row in found if row["is_top"]]
        rest = next((row for row in found if not row["is_top"]), None)
        return Breakdown(
            tuple(sorted(top, key=by_size)),
            others=int(rest["groups"]) if rest else 0,
            rest=self._counts(rest) if rest else None,
        )

    def _reasons(self, statuses: Sequence[Status]) -> tuple[BounceGroup, ...]:
        rows = self._mail_that_ended(statuses)
        found = _rows(rows.group_by("severity", "reason").aggregate(count=rows.count()))
        types = {SEVERITY[status]: type_ for status, type_ in BOUNCE_TYPE.items()}
        groups = [
            BounceGroup(
                bounce_type=types.get(row["severity"]),
                reason=row["reason"],
                count=int(row["count"]),
                explanation=tuple(explain_bounce(types.get(row["severity"]), row["reason"])),
            )
            for row in found
        ]
        order = sorted(
            groups, key=lambda group: (-group.count, group.bounce_type or "", group.reason or "")
        )
        return tuple(order)

    def _statuses(self) -> tuple[tuple[StatusGroup, ...], int]:
        rows = self._mail_that_ended(tuple(BOUNCE_TYPE))
        codes = {
            row["code"]: int(row["count"])
            for row in _rows(rows.group_by("code").aggregate(count=rows.count()))
        }
        said = rows.filter(rows.said.notnull() & (rows.said != ""))
        texts = said.group_by("code", "said").aggregate(count=said.count())
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
        told = self._told.filter(self._told.engaged.notnull() & (self._told.opens >= BOTS))
        hour = ((told.engaged // _HOUR) + _MONDAY) % _WEEK
        each = told.group_by(told.message_id, told.recipient, hour=hour).aggregate(
            is_click=(told.clicks >= BOTS).fill_null(False).cast("int64").max()  # noqa: FBT003
        )
        hours = {
            int(row["hour"]): row
            for row in _rows(
                each.group_by("hour").aggregate(opened=each.count(), clicked=each.is_click.sum())
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

    def _mail_that_ended(self, statuses: Sequence[Status]) -> Table:
        rows = self._rows
        return rows.filter(ended(rows, statuses))


_DIMENSIONS = (
    "isp",
    "recipient_domain",
    "sending_domain",
    "configuration_set",
    "campaign",
)


def _status_group(code: str | None, count: int, diagnostics: Sequence[Diagnostic]) -> StatusGroup:
    shown = tuple(sorted(diagnostics, key=lambda diagnostic: (-diagnostic.count, diagnostic.text)))
    return StatusGroup(
        status=code,
        count=count,
        meaning=explain_status(code or ""),
        diagnostics=shown,
        others=count - sum(diagnostic.count for diagnostic in shown),
    )


def _rows(answer: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = answer.to_pyarrow().to_pylist()
    return rows


def _only(answer: Table) -> dict[str, Any]:
    return _rows(answer)[0]


def _instant(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else EPOCH + timedelta(milliseconds=int(milliseconds))


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))
