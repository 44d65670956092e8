"""Requests metrics, in as many calls as it takes until every query has a result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Annotated, Self, cast

from pydantic import Field, model_validator

from sesinsights.errors import MetricsIncompleteError, ResponseValidationError
from sesinsights.flows.flow import Gather, Sleep
from sesinsights.flows.operations import BATCH_GET_METRIC_DATA
from sesinsights.flows.retry import Retries, RetryTime
from sesinsights.metrics.series import MetricPoint, MetricSeries, MetricSeriesList
from sesinsights.models import (
    BatchGetMetricDataQuery,
    BatchGetMetricDataRequest,
    BatchGetMetricDataResponse,
    MetricDataError,
    MetricDataResult,
    MetricNamespace,
    QueryErrorCode,
)
from sesinsights.models.enums import MetricDimensionNameInput, MetricInput
from sesinsights.models.fields import Given, Length, ListOf, MapOf
from sesinsights.models.limits import MAX_METRIC_QUERIES
from sesinsights.models.metric_days import (
    WholeDay,
    refuse_days_no_longer_kept,
    refuse_too_many_days,
)
from sesinsights.models.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sesinsights.flows.flow import Flow
    from sesinsights.flows.pipeline import Pipeline
    from sesinsights.models import Metric, NewValue

_CALLS_AT_ONCE = 8
"""How many calls are sent before the first response; the pace limits them anyway."""


class MetricSeriesRequest(Shape, frozen=True):
    """The arguments of `metric_series`."""

    metrics: Annotated[ListOf[Given[MetricInput]], Length(min=1)]
    """What is counted."""
    dimensions: Annotated[
        MapOf[Given[MetricDimensionNameInput], Annotated[ListOf[str], Length(min=1)]],
        Length(max=3),
    ] = Field(default={}, repr=False)
    """The values of up to 3 dimensions."""
    start_date: WholeDay
    """The first day."""
    end_date: WholeDay
    """The day after the last."""

    @model_validator(mode="after")
    def _spans_1_to_60_days(self) -> Self:
        if self.end_date - self.start_date < timedelta(days=1):
            raise ValueError("end_date must be at least a day after start_date: it is not included")
        refuse_too_many_days(self.start_date, self.end_date)
        return self

    @model_validator(mode="after")
    def _names_everything_once(self) -> Self:
        for name, values in (("metrics", self.metrics), *self.dimensions.items()):
            if len(set(values)) < len(values):
                raise ValueError(f"{name}: each value must be given once")
            if not all(values):
                raise ValueError(f"{name}: a value must not be empty")
        return self

    @model_validator(mode="after")
    def _has_no_wildcard(self) -> Self:
        for name, values in self.dimensions.items():
            if "*" in values:
                raise ValueError(
                    f"dimensions.{name}: * is not allowed here; leave the dimension out for all "
                    "mail, or use export_metrics, which lists every value"
                )
        return self

    def queries(self) -> Iterator[BatchGetMetricDataQuery]:
        """Yield a query for each series: all metrics of the first values, then of the next."""
        each = product(product(*self.dimensions.values()), self.metrics)
        for number, (values, metric) in enumerate(each):
            yield BatchGetMetricDataQuery(
                id=str(number),
                namespace=MetricNamespace.VDM,
                metric=metric,
                dimensions=dict(zip(self.dimensions, values, strict=True)) or None,
                start_date=self.start_date,
                end_date=self.end_date,
            )


def metric_series(
    pipeline: Pipeline,
    *,
    metrics: Sequence[MetricInput],
    dimensions: Mapping[MetricDimensionNameInput, Sequence[str]] | None,
    start_date: datetime,
    end_date: datetime,
) -> Flow[MetricSeriesList]:
    """Return a series for each metric and combination of dimension values.

    Raises:
        MetricsIncompleteError: A query failed.
    """
    request = MetricSeriesRequest(
        metrics=metrics, dimensions=dimensions or {}, start_date=start_date, end_date=end_date
    )
    refuse_days_no_longer_kept(
        request.start_date, pipeline.clock.now(), type(request).__name__, "start_date"
    )
    queries = list(request.queries())
    batches = [
        queries[start : start + MAX_METRIC_QUERIES]
        for start in range(0, len(queries), MAX_METRIC_QUERIES)
    ]
    found = yield from Gather([_send_batch(pipeline, batch) for batch in batches], _CALLS_AT_ONCE)
    answers = {each.query.id: each for batch in found for each in batch}
    in_order = [answers[query.id] for query in queries]
    series = MetricSeriesList(
        _series(each.query, each.result) for each in in_order if each.result is not None
    )
    failed = [each for each in in_order if each.result is None]
    if failed:
        raise MetricsIncompleteError(
            series, [each.query for each in failed], [each.error for each in failed]
        )
    return series


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A query with its result, or why it has none."""

    query: BatchGetMetricDataQuery
    result: MetricDataResult | None
    error: MetricDataError | None = None


def _send_batch(
    pipeline: Pipeline, batch: Sequence[BatchGetMetricDataQuery]
) -> Flow[list[_Outcome]]:
    """Send the queries of one call; those that may succeed later are sent again."""
    time = RetryTime(pipeline.clock)
    pipeline = pipeline.within(time)
    retries: Retries | None = None
    found: list[_Outcome] = []
    left = list(batch)
    while True:
        response = yield from pipeline.call(
            BATCH_GET_METRIC_DATA, BatchGetMetricDataRequest(queries=left)
        )
        each = _outcomes(left, response)
        again = [one for one in each if one.result is None and _may_succeed_later(one.error)]
        found += [one for one in each if one not in again]
        if not again:
            return found
        left = [one.query for one in again]
        retries = retries or Retries(BATCH_GET_METRIC_DATA.name, pipeline.retry, time)
        try:
            delay = retries.delay_after(
                MetricsIncompleteError(MetricSeriesList(), left, [one.error for one in again])
            )
        except MetricsIncompleteError:
            return [*found, *again]
        yield from Sleep(delay)


def _outcomes(
    queries: Sequence[BatchGetMetricDataQuery], response: BatchGetMetricDataResponse
) -> list[_Outcome]:
    """Return the outcome of each query, in the order of the queries.

    A result of a query that also has an error is left out: it may lack some days.

    Raises:
        ResponseValidationError: A query has two results, of which neither may be left out.
    """
    errors = {error.id: error for error in response.errors}
    results: dict[str, MetricDataResult] = {}
    for result in response.results:
        if result.id in results:
            raise ResponseValidationError(
                "BatchGetMetricDataResponse",
                response.model_dump(by_alias=True),
                f"it has two results for query {result.id}",
            )
        if result.id not in errors:
            results[result.id] = result
    return [_Outcome(query, results.get(query.id), errors.get(query.id)) for query in queries]


def _may_succeed_later(error: MetricDataError | None) -> bool:
    """Return whether the same query may succeed if it is sent again."""
    return error is None or error.code != QueryErrorCode.ACCESS_DENIED


def _series(query: BatchGetMetricDataQuery, result: MetricDataResult) -> MetricSeries:
    if len(result.timestamps) != len(result.values):
        raise ResponseValidationError(
            "MetricDataResult",
            result.model_dump(by_alias=True),
            f"it has {len(result.timestamps)} timestamps and {len(result.values)} values",
        )
    days: Counter[datetime] = Counter()
    for moment, value in zip(result.timestamps, result.values, strict=True):
        days[moment.replace(hour=0, minute=0, second=0, microsecond=0)] += value
    return MetricSeries(
        # The query holds a member of the enumeration, even if the user gave a text.
        metric=cast("Metric | NewValue", query.metric),
        dimensions={str(name): value for name, value in (query.dimensions or {}).items()},
        start_date=query.start_date,
        end_date=query.end_date,
        # The service was not asked for other days, and a total must not contain them.
        points=tuple(
            MetricPoint(day, days[day])
            for day in sorted(days)
            if query.start_date <= day < query.end_date
        ),
    )
