"""The methods of `SESInsights` that count messages day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import BATCH_GET_METRIC_DATA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class

    from sesinsights.metrics.series import MetricSeriesList


class Metrics(Facade["SESV2Client"]):
    """Metrics day by day, without an export job."""

    _service = "sesv2"

    def batch_get_metric_data(
        self,
        *,
        queries: Sequence[models.BatchGetMetricDataQuery | models.BatchGetMetricDataQueryDict],
    ) -> models.BatchGetMetricDataResponse:
        """Get up to 10 metrics, each day by day; `metric_series` gets any number.

        Paced at 16 calls per second, which also keeps the limit of 160 queries per second. A query
        that failed is in `errors`; the results of the others are in any order. Days on which
        nothing was counted are absent. Requires Virtual Deliverability Manager.

        Mirrors
        [BatchGetMetricData](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BatchGetMetricData.html).

        Args:
            queries: The 1 to 10 queries, each with an id of its own.

        Raises:
            BadRequestError: The service rejected the request.
            InternalServiceError: The service failed.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        return self._call(
            BATCH_GET_METRIC_DATA,
            models.BatchGetMetricDataRequest(**checked_by_shape(queries=queries)),
        )

    def metric_series(
        self,
        metrics: Sequence[models.MetricInput],
        dimensions: Mapping[models.MetricDimensionNameInput, Sequence[str]] | None = None,
        *,
        start_date: datetime,
        end_date: datetime,
    ) -> MetricSeriesList:
        """Count messages over whole UTC days, day by day, without an export job.

        Makes as many calls as it takes, of 10 queries each, paced at 16 calls per second. Queries
        that the service fails to process are sent again. Metrics cover all mail with one recipient.
        Requires Virtual Deliverability Manager.

        Mirrors
        [BatchGetMetricData](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BatchGetMetricData.html).

        Args:
            metrics: What to count, such as `["SEND", "DELIVERY"]`.
            dimensions: The values of up to 3 dimensions, such as `{"ISP": ["Gmail", "Yahoo"]}`;
                without any, all mail counts. `*` is not allowed, unlike in `export_metrics`.
            start_date: The first day, at 00:00 UTC and at most 60 days ago.
            end_date: The day after the last day, at 00:00 UTC and at most 60 days after
                `start_date`.

        Returns:
            A series for each metric and combination of dimension values; `to_records`, `to_arrow`,
            `to_pandas` and `to_polars` make a table of them.

        Raises:
            MetricsIncompleteError: Some queries failed; `series` has the results of the others.
            VdmNotEnabledError: Virtual Deliverability Manager is off.
        """
        from sesinsights.metrics.asking import metric_series

        return self._driver.run(
            metric_series(
                self._pipeline,
                metrics=metrics,
                dimensions=dimensions,
                start_date=start_date,
                end_date=end_date,
            )
        )
