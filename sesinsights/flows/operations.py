"""The table of operations: the name, request, response and limits of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeGuard, TypeVar

from sesinsights import models
from sesinsights.models import classic
from sesinsights.models.classic.enums import BulkEmailStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sesinsights.models.shape import Shape

_SHAPES = {"ses": classic, "sesv2": models}

RequestT = TypeVar("RequestT", bound="Shape")
ResponseT = TypeVar("ResponseT", bound="Shape")
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[RequestT, ResponseT]):
    """One operation of a service.

    Attributes:
        name: Its name in botocore's service model.
        service: boto3's name of the service.
        repeatable: Whether it may be sent again after its answer was lost.
        calls_per_second: The documented limit per account and Region; None without a limit.
        not_found_advice: The advice to add to a `NotFoundError`.
    """

    name: str
    service: str
    repeatable: bool
    calls_per_second: float | None = None
    not_found_advice: str = ""

    @property
    def request(self) -> type[RequestT]:
        """The shape that the operation takes."""
        return self._shape("Request")

    @property
    def response(self) -> type[ResponseT]:
        """The shape that the operation returns."""
        return self._shape("Response")

    def _shape(self, role: str) -> type[Any]:
        shape: type[Any] = getattr(_SHAPES[self.service], self.name + role)
        return shape


@dataclass(frozen=True, slots=True, kw_only=True)
class PaginatedOperation(Operation[RequestT, ResponseT], Generic[RequestT, ResponseT, ItemT]):
    """An operation that returns a list page by page.

    Attributes:
        items: Returns the items of a page.
        next_token: Returns the token of the page that follows.
        identity: Returns the part of an item that identifies it.
        limit_key: The member of the request that limits the number of items on a page.
    """

    items: Callable[[ResponseT], Sequence[ItemT]]
    next_token: Callable[[ResponseT], str | None]
    identity: Callable[[ItemT], str | None]
    limit_key: str = "page_size"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaOperation(Operation[RequestT, ResponseT]):
    """An operation that returns the account's sending limits.

    Attributes:
        max_send_rate: Returns the account's rate from a response, in recipients per second.
    """

    max_send_rate: Callable[[ResponseT], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOperation(Operation[RequestT, ResponseT]):
    """An operation that sends mail, at the account's own rate.

    Attributes:
        recipients: Returns the number of recipients of a request; each counts towards the rate.
        quota: The operation that the rate is read with.
        was_throttled: Returns whether a response says that a recipient was throttled.
    """

    recipients: Callable[[RequestT], int]
    quota: QuotaOperation[Any, Any]
    was_throttled: Callable[[ResponseT], bool] = lambda _: False
    repeatable: bool = field(default=False, init=False)


GET_MESSAGE_INSIGHTS: Operation[
    models.GetMessageInsightsRequest, models.GetMessageInsightsResponse
] = Operation(
    name="GetMessageInsights",
    service="sesv2",
    repeatable=True,
    calls_per_second=1,
    not_found_advice=(
        "A message can be found from a few minutes after it was sent until 30 days later, "
        "if it had one recipient."
    ),
)
CREATE_EXPORT_JOB: Operation[models.CreateExportJobRequest, models.CreateExportJobResponse] = (
    Operation(
        name="CreateExportJob",
        service="sesv2",
        repeatable=False,
        calls_per_second=1,
    )
)
GET_EXPORT_JOB: Operation[models.GetExportJobRequest, models.GetExportJobResponse] = Operation(
    name="GetExportJob",
    service="sesv2",
    repeatable=True,
)
LIST_EXPORT_JOBS: PaginatedOperation[
    models.ListExportJobsRequest, models.ListExportJobsResponse, models.ExportJobSummary
] = PaginatedOperation(
    name="ListExportJobs",
    service="sesv2",
    repeatable=True,
    items=lambda page: page.export_jobs,
    next_token=lambda page: page.next_token,
    identity=lambda item: item.job_id,
)
CANCEL_EXPORT_JOB: Operation[models.CancelExportJobRequest, models.CancelExportJobResponse] = (
    Operation(
        name="CancelExportJob",
        service="sesv2",
        repeatable=True,
    )
)
GET_ACCOUNT: Operation[models.GetAccountRequest, models.GetAccountResponse] = Operation(
    name="GetAccount",
    service="sesv2",
    repeatable=True,
)
GET_IMPORT_JOB: Operation[models.GetImportJobRequest, models.GetImportJobResponse] = Operation(
    name="GetImportJob",
    service="sesv2",
    repeatable=True,
)
LIST_IMPORT_JOBS: PaginatedOperation[
    models.ListImportJobsRequest, models.ListImportJobsResponse, models.ImportJobSummary
] = PaginatedOperation(
    name="ListImportJobs",
    service="sesv2",
    repeatable=True,
    items=lambda page: page.import_jobs,
    next_token=lambda page: page.next_token,
    identity=lambda item: item.job_id,
)
GET_CONFIGURATION_SET_EVENT_DESTINATIONS: Operation[
    models.GetConfigurationSetEventDestinationsRequest,
    models.GetConfigurationSetEventDestinationsResponse,
] = Operation(
    name="GetConfigurationSetEventDestinations",
    service="sesv2",
    repeatable=True,
)

CREATE_TEMPLATE: Operation[classic.CreateTemplateRequest, classic.CreateTemplateResponse] = (
    Operation(
        name="CreateTemplate",
        service="ses",
        repeatable=False,
        calls_per_second=1,
    )
)
UPDATE_TEMPLATE: Operation[classic.UpdateTemplateRequest, classic.UpdateTemplateResponse] = (
    Operation(
        name="UpdateTemplate",
        service="ses",
        repeatable=True,
        calls_per_second=1,
    )
)
GET_TEMPLATE: Operation[classic.GetTemplateRequest, classic.GetTemplateResponse] = Operation(
    name="GetTemplate",
    service="ses",
    repeatable=True,
    calls_per_second=1,
)
LIST_TEMPLATES: PaginatedOperation[
    classic.ListTemplatesRequest, classic.ListTemplatesResponse, classic.TemplateMetadata
] = PaginatedOperation(
    name="ListTemplates",
    service="ses",
    repeatable=True,
    calls_per_second=1,
    items=lambda page: page.templates_metadata,
    next_token=lambda page: page.next_token,
    identity=lambda item: item.name,
    limit_key="max_items",
)
DELETE_TEMPLATE: Operation[classic.DeleteTemplateRequest, classic.DeleteTemplateResponse] = (
    Operation(
        name="DeleteTemplate",
        service="ses",
        repeatable=True,
        calls_per_second=1,
    )
)
TEST_RENDER_TEMPLATE: Operation[
    classic.TestRenderTemplateRequest, classic.TestRenderTemplateResponse
] = Operation(
    name="TestRenderTemplate",
    service="ses",
    repeatable=True,
    calls_per_second=1,
)
GET_SEND_QUOTA: QuotaOperation[classic.GetSendQuotaRequest, classic.GetSendQuotaResponse] = (
    QuotaOperation(
        name="GetSendQuota",
        service="ses",
        repeatable=True,
        calls_per_second=1,
        max_send_rate=lambda answer: answer.max_send_rate,
    )
)
SEND_TEMPLATED_EMAIL: SendOperation[
    classic.SendTemplatedEmailRequest, classic.SendTemplatedEmailResponse
] = SendOperation(
    name="SendTemplatedEmail",
    service="ses",
    recipients=lambda request: request.destination.recipients,
    quota=GET_SEND_QUOTA,
)
SEND_BULK_TEMPLATED_EMAIL: SendOperation[
    classic.SendBulkTemplatedEmailRequest, classic.SendBulkTemplatedEmailResponse
] = SendOperation(
    name="SendBulkTemplatedEmail",
    service="ses",
    recipients=lambda request: sum(entry.destination.recipients for entry in request.destinations),
    quota=GET_SEND_QUOTA,
    was_throttled=lambda response: any(
        entry.status == BulkEmailStatus.ACCOUNT_THROTTLED for entry in response.status
    ),
)
CREATE_CONFIGURATION_SET_EVENT_DESTINATION: Operation[
    classic.CreateConfigurationSetEventDestinationRequest,
    classic.CreateConfigurationSetEventDestinationResponse,
] = Operation(
    name="CreateConfigurationSetEventDestination",
    service="ses",
    repeatable=False,
    calls_per_second=1,
)
UPDATE_CONFIGURATION_SET_EVENT_DESTINATION: Operation[
    classic.UpdateConfigurationSetEventDestinationRequest,
    classic.UpdateConfigurationSetEventDestinationResponse,
] = Operation(
    name="UpdateConfigurationSetEventDestination",
    service="ses",
    repeatable=True,
    calls_per_second=1,
)
DESCRIBE_CONFIGURATION_SET: Operation[
    classic.DescribeConfigurationSetRequest, classic.DescribeConfigurationSetResponse
] = Operation(
    name="DescribeConfigurationSet",
    service="ses",
    repeatable=True,
    calls_per_second=1,
)


def _is_operation(value: object) -> TypeGuard[Operation[Any, Any]]:
    return isinstance(value, Operation)


OPERATIONS = tuple(filter(_is_operation, list(vars().values())))
"""Every operation of this module, in the order of definition."""
