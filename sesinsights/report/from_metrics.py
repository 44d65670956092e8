"""The numbers of a report from metrics: less detail than messages, but all mail and 60 days."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias, cast

from sesinsights.exports.files.records import MetricsRecord
from sesinsights.exports.metrics_export import MetricsExport
from sesinsights.metrics.series import MetricSeriesList
from sesinsights.models.enums import Metric, MetricDimensionName
from sesinsights.report.summary import TOP_GROUPS, Breakdown, Counts, Day, Group, Summary
from sesinsights.report.window import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sesinsights.report.window import Window

MetricsSource: TypeAlias = "MetricSeriesList | Iterable[MetricsRecord]"
"""What `metric_series` or `export_metrics` returns, or what `read_metrics` reads."""

METRICS: Sequence[Metric] = (
    Metric.SEND,
    Metric.DELIVERY,
    Metric.PERMANENT_BOUNCE,
    Metric.TRANSIENT_BOUNCE,
    Metric.COMPLAINT,
    Metric.OPEN,
    Metric.CLICK,
)
"""The metrics that a report shows; all but the last two are necessary."""

_FIELDS: Mapping[str, Metric] = {
    "sent": Metric.SEND,
    "delivered": Metric.DELIVERY,
    "bounced_permanent": Metric.PERMANENT_BOUNCE,
    "bounced_transient": Metric.TRANSIENT_BOUNCE,
    "complained": Metric.COMPLAINT,
    "opened": Metric.OPEN,
    "clicked": Metric.CLICK,
}
"""The metric for each number."""

_OPTIONAL = ("opened", "clicked")

_DAY = timedelta(days=1)

_OTHER_NAMES = {"IDENTITY": MetricDimensionName.EMAIL_IDENTITY}
"""Other names of dimensions in the service's files."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The numbers of mail with certain values of dimensions, over a period."""

    dimensions: Mapping[str, str]
    start: datetime | None
    end: datetime | None
    numbers: Mapping[str, int]

    @property
    def day(self) -> datetime | None:
        """The UTC day, if the row covers exactly one; None otherwise, or if its time is unknown."""
        is_day = self.start and self.end and self.end - self.start == _DAY
        return self.start if is_day and self.start and self.start.time() == time.min else None


def metrics_of(source: object) -> MetricsSource | None:
    """Return the metrics of a series, an export or its records; None for other sources."""
    if isinstance(source, MetricSeriesList):
        return source
    if not isinstance(source, (MetricsExport, Generator, list, tuple)):
        return None
    records = list(cast("Iterable[object]", source))
    found = [record for record in records if isinstance(record, MetricsRecord)]
    return found if len(found) == len(records) else None


def summary_of_metrics(source: MetricsSource, window: Window, campaign_tag: str) -> Summary:
    """Return the summary of the metrics in a window.

    Records with fewer dimensions cover more mail, and records with different dimensions cover the
    same mail. So the totals come from the records with the fewest dimensions, and each breakdown
    from those with the fewest besides its own.

    Raises:
        ValueError: A metric is missing, records overlap, or the window does not fit their days.
    """
    first, last = window.start, window.end
    covered: datetime | None = None
    if isinstance(source, MetricSeriesList):
        if source:
            # Without mail, series have no records, but their metrics are known to be 0.
            _refuse_missing({str(series.metric) for series in source})
            covered = min(series.start_date for series in source)
            covered_until = max(series.end_date for series in source)
            first = first or covered
            last = last or covered_until
            if first < covered or last > covered_until:
                raise ValueError(
                    f"these metrics cover {covered:%Y-%m-%d} to {covered_until:%Y-%m-%d}, not "
                    "the whole time between start and end"
                )
        source = source.to_records()
    rows = list(_rows(list(source)))
    _check_days(window)
    _refuse_overlaps(rows)
    inside = [row for row in rows if _is_inside(row, window.start, window.end)]
    total = _with_fewest_dimensions(inside)
    by_day: dict[datetime | None, list[_Row]] = {}
    is_by_day = all(row.day is not None or row.start is None for row in total)
    for row in total if is_by_day else ():
        by_day.setdefault(row.day, []).append(row)
    starts = [row.start for row in inside if row.start]
    ends = [row.end for row in inside if row.end]
    return Summary(
        start=first or min(starts, default=None),
        end=last or max(ends, default=None),
        counts=_counts(total),
        previous=_previous(rows, window, covered),
        by_day=tuple(
            Day(day and day.date(), _counts(by_day[day]))
            for day in sorted(by_day, key=lambda day: (day is None, day or EPOCH))
        ),
        by_provider=_breakdown(inside, MetricDimensionName.ISP, str),
        by_sending_domain=_breakdown(inside, MetricDimensionName.EMAIL_IDENTITY, _domain),
        by_configuration_set=_breakdown(inside, MetricDimensionName.CONFIGURATION_SET, str),
        campaign_tag=campaign_tag,
    )


def _rows(records: Sequence[MetricsRecord]) -> Iterator[_Row]:
    """Yield the records as rows, without addresses whose domain has a record too."""
    rows = [
        _Row(
            dimensions={
                _OTHER_NAMES.get(name.upper(), name.upper()): value
                for name, value in record.dimensions.items()
            },
            start=record.start_date,
            end=record.end_date,
            numbers={
                field: round(record.metrics[f"{metric}_VOLUME"])
                for field, metric in _FIELDS.items()
                if f"{metric}_VOLUME" in record.metrics
            },
        )
        for record in records
    ]
    has = set(_FIELDS).intersection(*(row.numbers for row in rows))
    _refuse_missing({str(_FIELDS[field]) for field in has})
    identities = {row.dimensions.get(MetricDimensionName.EMAIL_IDENTITY) for row in rows}
    for row in rows:
        _, at, domain = row.dimensions.get(MetricDimensionName.EMAIL_IDENTITY, "").rpartition("@")
        if not (at and domain in identities):
            yield row


def _refuse_missing(told: Collection[str]) -> None:
    needed = [str(metric) for field, metric in _FIELDS.items() if field not in _OPTIONAL]
    missing = [metric for metric in needed if metric not in told]
    if missing:
        raise ValueError(
            f"a report needs the volumes of {', '.join(METRICS[:5])}; some of these records lack "
            f"{', '.join(missing)}"
        )


def _check_days(window: Window) -> None:
    for name, moment in (("start", window.start), ("end", window.end)):
        if moment and moment.time() != time.min:
            raise ValueError(f"{name} must be 00:00 UTC: metrics are counted by whole days")


def _refuse_overlaps(rows: Sequence[_Row]) -> None:
    ends: dict[tuple[tuple[str, str], ...], datetime] = {}
    dated = [(row.start, row.end, row) for row in rows if row.start and row.end]
    for start, end, row in sorted(dated, key=lambda each: each[:2]):
        key = tuple(sorted(row.dimensions.items()))
        if start < ends.get(key, start):
            raise ValueError(
                f"two records of the same mail contain {start:%Y-%m-%d}, which would count twice"
            )
        ends[key] = end


def _is_inside(row: _Row, start: datetime | None, end: datetime | None) -> bool:
    """Return whether a row is in a window; a row without a time is only in an open window."""
    if row.start is None or row.end is None:
        return start is None and end is None
    if (start and row.end <= start) or (end and row.start >= end):
        return False
    if (start and row.start < start) or (end and row.end > end):
        raise ValueError(
            f"a record of {row.start:%Y-%m-%d} to {row.end:%Y-%m-%d} is only partly between start "
            "and end"
        )
    return True


def _previous(rows: Sequence[_Row], window: Window, covered: datetime | None) -> Counts | None:
    if window.start is None or window.end is None:
        return None
    begin = window.start - (window.end - window.start)
    if covered is not None and covered > begin:
        return None
    try:
        before = [row for row in rows if _is_inside(row, begin, window.start)]
    except ValueError:  # a record is only partly of that period
        return None
    if not before and covered is None:
        return None
    return _counts(_with_fewest_dimensions(before))


def _with_fewest_dimensions(rows: Iterable[_Row], having: str | None = None) -> list[_Row]:
    """Return the rows with the fewest dimensions, all with the same ones.

    If several sets of dimensions are equally small, the one with the most mail is used.

    Args:
        rows: The rows.
        having: A dimension that they must have.
    """
    groups: dict[frozenset[str], list[_Row]] = {}
    for row in rows:
        if having is None or having in row.dimensions:
            groups.setdefault(frozenset(row.dimensions), []).append(row)
    best = min(
        groups,
        key=lambda names: (
            len(names),
            -sum(row.numbers["sent"] for row in groups[names]),
            sorted(names),
        ),
        default=None,
    )
    return [] if best is None else groups[best]


def _counts(rows: Sequence[_Row]) -> Counts:
    """Return the sums of rows; a number that one row lacks is unknown in the sum."""
    told = set(_FIELDS).intersection(*(row.numbers for row in rows)) if rows else ()
    sums = {name: sum(row.numbers[name] for row in rows) for name in told}
    counts = Counts(**sums)
    # Counted on the days of the events, more may be delivered and bounce than is sent.
    return replace(counts, pending=max(0, counts.sent - counts.delivered - counts.bounced))


def _breakdown(
    rows: Sequence[_Row], dimension: str, name_of: Callable[[str], str]
) -> Breakdown | None:
    of_dimension = _with_fewest_dimensions(rows, dimension)
    if not of_dimension:
        return None
    members: dict[str, list[_Row]] = {}
    for row in of_dimension:
        # A wildcard lists every provider, even those without mail.
        if any(row.numbers.values()):
            members.setdefault(name_of(row.dimensions[dimension]), []).append(row)
    groups = sorted(
        (Group(name, _counts(group)) for name, group in members.items()),
        key=lambda group: (-group.counts.sent, group.name or ""),
    )
    rest = [row for group in groups[TOP_GROUPS:] for row in members[group.name or ""]]
    return Breakdown(
        tuple(groups[:TOP_GROUPS]),
        others=len(groups[TOP_GROUPS:]),
        rest=_counts(rest) if rest else None,
    )


def _domain(identity: str) -> str:
    return identity.rpartition("@")[2].lower()
