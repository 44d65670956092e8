"""The table of operations: what each is called, takes, answers with and allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sesinsights import models

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sesinsights.models.shape import Shape

__all__ = [
    "CANCEL_EXPORT_JOB",
    "CREATE_EXPORT_JOB",
    "GET_CONFIGURATION_SET_EVENT_DESTINATIONS",
    "GET_EXPORT_JOB",
    "GET_IMPORT_JOB",
    "GET_MESSAGE_INSIGHTS",
    "LIST_EXPORT_JOBS",
    "LIST_IMPORT_JOBS",
    "OPERATIONS",
    "Operation",
    "PaginatedOperation",
]

RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[RequestT, ResponseT]):
    """One operation of a service.

    Attributes:
        name: Its name in botocore's service model.
        service: The service, as boto3 calls it.
        calls_per_second: The documented limit for an account and Region, None when there is none.
        repeatable: Whether it may be sent again after an answer was lost.
    """

    name: str
    service: str
    calls_per_second: float | None = None
    repeatable: bool = True

    @property
    def request(self) -> type[RequestT]:
        """The shape that the operation takes."""
        return self._shape("Request")

    @property
    def response(self) -> type[ResponseT]:
        """The shape that the operation answers with."""
        return self._shape("Response")

    def _shape(self, role: str) -> type[Any]:
        shape: type[Any] = getattr(models, self.name + role)
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class PaginatedOperation(Operation[RequestT, ResponseT], Generic[RequestT, ResponseT, ItemT]):
    """An operation that answers page by page.

    Attributes:
        items: What a page holds.
        next_token: The token of the page after.
    """

    items: Callable[[ResponseT], Sequence[ItemT]]
    next_token: Callable[[ResponseT], str | None]


GET_MESSAGE_INSIGHTS: Operation[
    models.GetMessageInsightsRequest, models.GetMessageInsightsResponse
] = Operation(
    name="GetMessageInsights",
    service="sesv2",
    calls_per_second=1,
)
CREATE_EXPORT_JOB: Operation[models.CreateExportJobRequest, models.CreateExportJobResponse] = (
    Operation(
        name="CreateExportJob",
        service="sesv2",
        calls_per_second=1,
        repeatable=False,
    )
)
GET_EXPORT_JOB: Operation[models.GetExportJobRequest, models.GetExportJobResponse] = Operation(
    name="GetExportJob",
    service="sesv2",
)
LIST_EXPORT_JOBS: PaginatedOperation[
    models.ListExportJobsRequest, models.ListExportJobsResponse, models.ExportJobSummary
] = PaginatedOperation(
    name="ListExportJobs",
    service="sesv2",
    items=lambda page: page.export_jobs,
    next_token=lambda page: page.next_token,
)
CANCEL_EXPORT_JOB: Operation[models.CancelExportJobRequest, models.CancelExportJobResponse] = (
    Operation(
        name="CancelExportJob",
        service="sesv2",
    )
)
GET_IMPORT_JOB: Operation[models.GetImportJobRequest, models.GetImportJobResponse] = Operation(
    name="GetImportJob",
    service="sesv2",
)
LIST_IMPORT_JOBS: PaginatedOperation[
    models.ListImportJobsRequest, models.ListImportJobsResponse, models.ImportJobSummary
] = PaginatedOperation(
    name="ListImportJobs",
    service="sesv2",
    items=lambda page: page.import_jobs,
    next_token=lambda page: page.next_token,
)
GET_CONFIGURATION_SET_EVENT_DESTINATIONS: Operation[
    models.GetConfigurationSetEventDestinationsRequest,
    models.GetConfigurationSetEventDestinationsResponse,
] = Operation(
    name="GetConfigurationSetEventDestinations",
    service="sesv2",
)

OPERATIONS: tuple[Operation[Any, Any], ...] = (
    GET_MESSAGE_INSIGHTS,
    CREATE_EXPORT_JOB,
    GET_EXPORT_JOB,
    LIST_EXPORT_JOBS,
    CANCEL_EXPORT_JOB,
    GET_IMPORT_JOB,
    LIST_IMPORT_JOBS,
    GET_CONFIGURATION_SET_EVENT_DESTINATIONS,
)
