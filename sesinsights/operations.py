"""The table of operations: what each is called, takes, answers with and allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sesinsights import models
from sesinsights.models.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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

RequestT = TypeVar("RequestT", bound=Shape)
ResponseT = TypeVar("ResponseT", bound=Shape)
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[RequestT, ResponseT]):
    """One operation of a service.

    Attributes:
        name: Its name in botocore's service model.
        service: The service, as boto3 calls it.
        request: The shape that it takes.
        response: The shape that it answers with.
        calls_per_second: The documented limit for an account and Region, None when there is none.
        repeatable: Whether it may be sent again after an answer was lost.
    """

    name: str
    service: str
    request: type[RequestT]
    response: type[ResponseT]
    calls_per_second: float | None = None
    repeatable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PaginatedOperation(Operation[RequestT, ResponseT], Generic[RequestT, ResponseT, ItemT]):
    """An operation that answers page by page.

    Attributes:
        items: What a page holds.
        next_token: The token of the page after.
    """

    items: Callable[[ResponseT], Sequence[ItemT]]
    next_token: Callable[[ResponseT], str | None]


GET_MESSAGE_INSIGHTS = Operation(
    name="GetMessageInsights",
    service="sesv2",
    request=models.GetMessageInsightsRequest,
    response=models.GetMessageInsightsResponse,
    calls_per_second=1,
)
CREATE_EXPORT_JOB = Operation(
    name="CreateExportJob",
    service="sesv2",
    request=models.CreateExportJobRequest,
    response=models.CreateExportJobResponse,
    calls_per_second=1,
    repeatable=False,
)
GET_EXPORT_JOB = Operation(
    name="GetExportJob",
    service="sesv2",
    request=models.GetExportJobRequest,
    response=models.GetExportJobResponse,
)
LIST_EXPORT_JOBS = PaginatedOperation(
    name="ListExportJobs",
    service="sesv2",
    request=models.ListExportJobsRequest,
    response=models.ListExportJobsResponse,
    items=lambda page: page.export_jobs,
    next_token=lambda page: page.next_token,
)
CANCEL_EXPORT_JOB = Operation(
    name="CancelExportJob",
    service="sesv2",
    request=models.CancelExportJobRequest,
    response=models.CancelExportJobResponse,
)
GET_IMPORT_JOB = Operation(
    name="GetImportJob",
    service="sesv2",
    request=models.GetImportJobRequest,
    response=models.GetImportJobResponse,
)
LIST_IMPORT_JOBS = PaginatedOperation(
    name="ListImportJobs",
    service="sesv2",
    request=models.ListImportJobsRequest,
    response=models.ListImportJobsResponse,
    items=lambda page: page.import_jobs,
    next_token=lambda page: page.next_token,
)
GET_CONFIGURATION_SET_EVENT_DESTINATIONS = Operation(
    name="GetConfigurationSetEventDestinations",
    service="sesv2",
    request=models.GetConfigurationSetEventDestinationsRequest,
    response=models.GetConfigurationSetEventDestinationsResponse,
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
