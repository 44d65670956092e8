"""The methods of `SESInsights` that count messages day by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import models
from sesinsights.arguments import checked_by_shape
from sesinsights.clients.facade import Facade
from sesinsights.flows.operations import BATCH_GET_METRIC_DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from types_boto3_sesv2 import SESV2Client  # noqa: F401 - named in the base class


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
        that failed is in `errors`; the others are answered, in any order. Days on which nothing was
        counted are absent. Requires Virtual Deliverability Manager.

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
