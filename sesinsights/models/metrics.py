"""The shapes of BatchGetMetricData: how many messages were sent, delivered and so on each day."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, model_validator

from sesinsights.models.enums import (
    MetricDimensionNameInput,
    MetricInput,
    MetricNamespaceInput,
)
from sesinsights.models.fields import Given, Length, ListOf, MapOf, Open, Timestamp
from sesinsights.models.limits import MAX_METRIC_QUERIES
from sesinsights.models.metric_days import refuse_too_many_days
from sesinsights.models.shape import Shape, read_from_service

__all__ = [
    "BatchGetMetricDataQuery",
    "BatchGetMetricDataRequest",
    "BatchGetMetricDataResponse",
    "MetricDataError",
    "MetricDataResult",
    "QueryErrorCode",
]


class QueryErrorCode(StrEnum):
    """Why one of several queries failed."""

    INTERNAL_FAILURE = "INTERNAL_FAILURE"
    ACCESS_DENIED = "ACCESS_DENIED"


class BatchGetMetricDataQuery(Shape, frozen=True):
    """One metric over a period."""

    id: Annotated[str, Length(1, 255)]
    """A name of your choice, by which the response refers to this query."""
    namespace: Given[MetricNamespaceInput]
    """The source of the metrics: `VDM`."""
    metric: Given[MetricInput]
    """What is counted."""
    dimensions: Annotated[MapOf[Given[MetricDimensionNameInput], str], Length(1, 3)] | None = Field(
        default=None, repr=False
    )
    """Only mail with these values of 1 to 3 dimensions; by default, all mail."""
    start_date: Timestamp
    """Start of the period, in UTC and at most 60 days ago."""
    end_date: Timestamp
    """End of the period, in UTC, not included and at most 60 days after its start."""

    @model_validator(mode="after")
    def _spans_at_most_60_days(self, info: ValidationInfo) -> Self:
        if not read_from_service(info):
            if self.end_date <= self.start_date:
                raise ValueError("end_date must be after start_date: it is not included")
            refuse_too_many_days(self.start_date, self.end_date)
        return self


class BatchGetMetricDataRequest(Shape, frozen=True):
    """A request for several metrics."""

    queries: Annotated[ListOf[BatchGetMetricDataQuery], Length(1, MAX_METRIC_QUERIES)]
    """The 1 to 10 metrics."""

    @model_validator(mode="after")
    def _names_each_query_once(self, info: ValidationInfo) -> Self:
        ids = {query.id for query in self.queries}
        if len(ids) < len(self.queries) and not read_from_service(info):
            raise ValueError("queries: each must have an id of its own")
        return self


class MetricDataResult(Shape, frozen=True):
    """The counts that one query asked for."""

    id: str
    """The query's id."""
    timestamps: ListOf[Timestamp] = ()
    """The days, each by its start in UTC; days on which nothing was counted are absent."""
    values: ListOf[int] = ()
    """The count of each day, in the order of `timestamps`."""


class MetricDataError(Shape, frozen=True):
    """Why one query failed; others may have succeeded."""

    id: str | None = None
    """The query's id."""
    code: Open[QueryErrorCode] | None = None
    """The kind of failure."""
    message: str | None = Field(default=None, repr=False)
    """The service's reason."""


class BatchGetMetricDataResponse(Shape, frozen=True):
    """The counts of each query, or why there are none."""

    results: ListOf[MetricDataResult] = ()
    """The results of the queries that succeeded, in any order."""
    errors: ListOf[MetricDataError] = ()
    """The queries that failed: their counts are unknown, not 0."""
