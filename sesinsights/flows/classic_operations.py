"""The table of operations of SES API v1; some have the names of operations of v2."""

from __future__ import annotations

from sesinsights.flows.operation import (
    Operation,
    PaginatedOperation,
    QuotaOperation,
    SendOperation,
    operations_among,
)
from sesinsights.models import classic

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
        max_send_rate=lambda response: response.max_send_rate,
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
        entry.status == classic.BulkEmailStatus.ACCOUNT_THROTTLED for entry in response.status
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

CLASSIC_OPERATIONS = operations_among([*vars().values()])
"""Every operation of this module, in the order of definition."""
