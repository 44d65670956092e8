"""The two kinds of data that an export job can export, and their filters."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from sesinsights.models.enums import (
    DeliveryEventTypeInput,
    EngagementEventTypeInput,
    MetricDimensionNameInput,
    MetricInput,
    MetricNamespaceInput,
    NewValue,
)
from sesinsights.models.fields import Given, Length, ListOf, MapOf, Range, Timestamp
from sesinsights.models.limits import MAX_EXPORT_ROWS
from sesinsights.models.metric_days import WholeDay, refuse_too_many_days
from sesinsights.models.shape import Shape, read_from_service

__all__ = [
    "ExportMetric",
    "MessageInsightsDataSource",
    "MessageInsightsFilters",
    "MetricAggregation",
    "MetricAggregationInput",
    "MetricsDataSource",
]

_WILDCARD = "*"
_ESCAPED_OR_WILDCARD = re.compile(r"\\.|(\*)", re.DOTALL)


def _wildcards(text: str) -> list[int]:
    """Return where wildcards stand that no backslash escapes."""
    return [found.start() for found in _ESCAPED_OR_WILDCARD.finditer(text) if found[1]]


def _wildcards_at_the_ends(value: str, info: ValidationInfo) -> str:
    inside = (at for at in _wildcards(value) if 0 < at < len(value) - 1)
    if any(inside) and not read_from_service(info):
        raise ValueError(
            r"a * is allowed only at the start or the end; write \* for the character itself"
        )
    return value


def _no_wildcards(value: str, info: ValidationInfo) -> str:
    if _wildcards(value) and not read_from_service(info):
        raise ValueError(
            r"a * is only allowed in from_email_address, destination and subject; "
            r"write \* for the character itself"
        )
    return value


Exact = AfterValidator(_no_wildcards)
Pattern = AfterValidator(_wildcards_at_the_ends)

InsightsEmailAddress = Annotated[str, Length(1, 320), Pattern]
EmailSubject = Annotated[str, Length(1, 998), Pattern]
Isp = Annotated[str, Exact]
TenantName = Annotated[str, Length(min=1), Exact]


class MetricAggregation(StrEnum):
    """Whether a metric is a share of the mail or a number of messages."""

    RATE = "RATE"
    VOLUME = "VOLUME"


MetricAggregationInput: TypeAlias = MetricAggregation | Literal["RATE", "VOLUME"] | NewValue
"""What a request takes for `MetricAggregation`."""


class MessageInsightsFilters(Shape, frozen=True):
    r"""Which messages to export, or to leave out.

    A message matches if it matches one value of every filter that is given. Values are
    case-sensitive. In `from_email_address`, `destination` and `subject`, a `*` at the start or the
    end stands for any text; `\*` is a literal asterisk. An empty filter matches everything.
    """

    from_email_address: Annotated[ListOf[InsightsEmailAddress], Length(max=5)] = Field(
        default=(), repr=False
    )
    """Sender addresses, at most 5."""
    destination: Annotated[ListOf[InsightsEmailAddress], Length(max=5)] = Field(
        default=(), repr=False
    )
    """Recipient addresses, at most 5."""
    subject: Annotated[ListOf[EmailSubject], Length(max=1)] = Field(default=(), repr=False)
    """Subject lines, at most 1."""
    isp: Annotated[ListOf[Isp], Length(max=5)] = ()
    """Mailbox providers, at most 5."""
    tenant_name: Annotated[ListOf[TenantName], Length(max=5)] = ()
    """Tenants, at most 5."""
    last_delivery_event: Annotated[ListOf[Given[DeliveryEventTypeInput]], Length(max=5)] = ()
    """Last delivery events, at most 5."""
    last_engagement_event: Annotated[ListOf[Given[EngagementEventTypeInput]], Length(max=2)] = ()
    """Last engagement events, at most 2."""

    @model_validator(mode="after")
    def _leaves_out_empty_filters(self, info: ValidationInfo) -> Self:
        if not read_from_service(info):
            empty = {name for name in self.model_fields_set if not getattr(self, name)}
            self.model_fields_set.difference_update(empty)
        return self


class MessageInsightsDataSource(Shape, frozen=True):
    """Messages sent in a time window, with a record for each message and recipient."""

    start_date: Timestamp
    """Start of the window, in UTC."""
    end_date: Timestamp
    """End of the window, in UTC; included."""
    include: MessageInsightsFilters | None = None
    """Only messages that match."""
    exclude: MessageInsightsFilters | None = None
    """No messages that match."""
    max_results: Annotated[int, Range(1, MAX_EXPORT_ROWS)] | None = None
    """How many records to return, 1 to 10,000; by default 1,000. If more match, a random sample."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self, info: ValidationInfo) -> Self:
        if not read_from_service(info) and self.end_date < self.start_date:
            raise ValueError("end_date must not be before start_date")
        return self


class ExportMetric(Shape, frozen=True):
    """A metric to export."""

    name: Given[MetricInput] | None = None
    """What is counted."""
    aggregation: Given[MetricAggregationInput] | None = None
    """How the metric is aggregated: as a rate or a volume."""


class MetricsDataSource(Shape, frozen=True):
    """Metrics over whole UTC days, broken down by dimensions."""

    dimensions: Annotated[
        MapOf[Given[MetricDimensionNameInput], Annotated[ListOf[str], Length(1, 10)]], Length(1, 3)
    ] = Field(repr=False)
    """The values of 1 to 3 dimensions: up to 10 each, or `*` alone for all, in one of them."""
    namespace: Given[MetricNamespaceInput]
    """Where the numbers come from: `VDM`."""
    metrics: Annotated[ListOf[ExportMetric], Length(1, 10)]
    """The 1 to 10 metrics to export."""
    start_date: WholeDay
    """The first day, at 00:00 UTC and at most 60 days ago."""
    end_date: WholeDay
    """The day after the last, at 00:00 UTC and at most 60 days after the first."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the metrics in the exported file, such as `SEND_VOLUME`."""
        return tuple(
            f"{metric.name}_{metric.aggregation or MetricAggregation.VOLUME}"
            for metric in self.metrics
            if metric.name
        )

    @model_validator(mode="after")
    def _spans_whole_days(self, info: ValidationInfo) -> Self:
        if read_from_service(info):
            return self
        if self.end_date - self.start_date < timedelta(days=1):
            raise ValueError("end_date must be at least a day after start_date: it is not included")
        refuse_too_many_days(self.start_date, self.end_date)
        return self

    @model_validator(mode="after")
    def _has_one_wildcard(self, info: ValidationInfo) -> Self:
        if read_from_service(info):
            return self
        for name, values in self.dimensions.items():
            if _WILDCARD not in values:
                continue
            if len(values) > 1:
                raise ValueError(
                    f"dimensions.{name}: a * means all values, so it must be the only one"
                )
            others = {other: values for other, values in self.dimensions.items() if other != name}
            if any(_WILDCARD in values for values in others.values()):
                raise ValueError("dimensions: only one dimension may be *")
            if any(len(values) > 1 for values in others.values()):
                raise ValueError(
                    "dimensions: if one dimension is *, the others take only one value each"
                )
        return self
