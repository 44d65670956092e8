"""The table of operations of SES API v2, and of both APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.flows.classic_operations import CLASSIC_OPERATIONS
from sesinsights.flows.operation import (
    Operation,
    PaginatedOperation,
    QuotaOperation,
    operations_among,
)

if TYPE_CHECKING:
    from sesinsights import models


def _digest(address: str) -> str:
    from hashlib import sha256  # the command line's help lists the operations, and hashes nothing

    return sha256(address.encode()).hexdigest()


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
GET_ACCOUNT: QuotaOperation[models.GetAccountRequest, models.GetAccountResponse] = QuotaOperation(
    name="GetAccount",
    service="sesv2",
    repeatable=True,
    max_send_rate=lambda response: (
        response.send_quota.max_send_rate if response.send_quota else None
    ),
)
CREATE_IMPORT_JOB: Operation[models.CreateImportJobRequest, models.CreateImportJobResponse] = (
    Operation(
        name="CreateImportJob",
        service="sesv2",
        repeatable=False,
    )
)
PUT_ACCOUNT_VDM_ATTRIBUTES: Operation[
    models.PutAccountVdmAttributesRequest, models.PutAccountVdmAttributesResponse
] = Operation(
    name="PutAccountVdmAttributes",
    service="sesv2",
    repeatable=True,
    calls_per_second=1,
)
BATCH_GET_METRIC_DATA: Operation[
    models.BatchGetMetricDataRequest, models.BatchGetMetricDataResponse
] = Operation(
    name="BatchGetMetricData",
    service="sesv2",
    repeatable=True,
    # A call has at most 10 queries, so this also keeps the limit of 160 queries per second.
    calls_per_second=16,
)
LIST_RECOMMENDATIONS: PaginatedOperation[
    models.ListRecommendationsRequest, models.ListRecommendationsResponse, models.Recommendation
] = PaginatedOperation(
    name="ListRecommendations",
    service="sesv2",
    repeatable=True,
    calls_per_second=1,
    items=lambda page: page.recommendations,
    next_token=lambda page: page.next_token,
    identity=lambda item: f"{item.resource_arn} {item.type} {item.description}",
)
GET_REPUTATION_ENTITY: Operation[
    models.GetReputationEntityRequest, models.GetReputationEntityResponse
] = Operation(
    name="GetReputationEntity",
    service="sesv2",
    repeatable=True,
)
LIST_REPUTATION_ENTITIES: PaginatedOperation[
    models.ListReputationEntitiesRequest,
    models.ListReputationEntitiesResponse,
    models.ReputationEntity,
] = PaginatedOperation(
    name="ListReputationEntities",
    service="sesv2",
    repeatable=True,
    items=lambda page: page.reputation_entities,
    next_token=lambda page: page.next_token,
    identity=lambda item: item.reputation_entity_reference,
)
GET_EMAIL_ADDRESS_INSIGHTS: Operation[
    models.GetEmailAddressInsightsRequest, models.GetEmailAddressInsightsResponse
] = Operation(
    name="GetEmailAddressInsights",
    service="sesv2",
    repeatable=False,
    is_billed=True,
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
CREATE_CONFIGURATION_SET: Operation[
    models.CreateConfigurationSetRequest, models.CreateConfigurationSetResponse
] = Operation(
    name="CreateConfigurationSet",
    service="sesv2",
    repeatable=False,
)
GET_CONFIGURATION_SET: Operation[
    models.GetConfigurationSetRequest, models.GetConfigurationSetResponse
] = Operation(
    name="GetConfigurationSet",
    service="sesv2",
    repeatable=True,
)
LIST_CONFIGURATION_SETS: PaginatedOperation[
    models.ListConfigurationSetsRequest, models.ListConfigurationSetsResponse, str
] = PaginatedOperation(
    name="ListConfigurationSets",
    service="sesv2",
    repeatable=True,
    items=lambda page: page.configuration_sets,
    next_token=lambda page: page.next_token,
    identity=lambda name: name,
)
DELETE_CONFIGURATION_SET: Operation[
    models.DeleteConfigurationSetRequest, models.DeleteConfigurationSetResponse
] = Operation(
    name="DeleteConfigurationSet",
    service="sesv2",
    repeatable=True,
)
CREATE_CONFIGURATION_SET_EVENT_DESTINATION: Operation[
    models.CreateConfigurationSetEventDestinationRequest,
    models.CreateConfigurationSetEventDestinationResponse,
] = Operation(
    name="CreateConfigurationSetEventDestination",
    service="sesv2",
    repeatable=False,
)
GET_CONFIGURATION_SET_EVENT_DESTINATIONS: Operation[
    models.GetConfigurationSetEventDestinationsRequest,
    models.GetConfigurationSetEventDestinationsResponse,
] = Operation(
    name="GetConfigurationSetEventDestinations",
    service="sesv2",
    repeatable=True,
    is_written_back=True,
)
UPDATE_CONFIGURATION_SET_EVENT_DESTINATION: Operation[
    models.UpdateConfigurationSetEventDestinationRequest,
    models.UpdateConfigurationSetEventDestinationResponse,
] = Operation(
    name="UpdateConfigurationSetEventDestination",
    service="sesv2",
    repeatable=True,
)
DELETE_CONFIGURATION_SET_EVENT_DESTINATION: Operation[
    models.DeleteConfigurationSetEventDestinationRequest,
    models.DeleteConfigurationSetEventDestinationResponse,
] = Operation(
    name="DeleteConfigurationSetEventDestination",
    service="sesv2",
    repeatable=True,
)
GET_SUPPRESSED_DESTINATION: Operation[
    models.GetSuppressedDestinationRequest, models.GetSuppressedDestinationResponse
] = Operation(
    name="GetSuppressedDestination",
    service="sesv2",
    repeatable=True,
    not_found_advice=(
        "The address is not on this list, or is listed in different upper and lower case before "
        "the @."
    ),
)
LIST_SUPPRESSED_DESTINATIONS: PaginatedOperation[
    models.ListSuppressedDestinationsRequest,
    models.ListSuppressedDestinationsResponse,
    models.SuppressedDestinationSummary,
] = PaginatedOperation(
    name="ListSuppressedDestinations",
    service="sesv2",
    repeatable=True,
    items=lambda page: page.suppressed_destination_summaries,
    next_token=lambda page: page.next_token,
    identity=lambda item: _digest(item.email_address),
)
PUT_SUPPRESSED_DESTINATION: Operation[
    models.PutSuppressedDestinationRequest, models.PutSuppressedDestinationResponse
] = Operation(
    name="PutSuppressedDestination",
    service="sesv2",
    repeatable=True,
)
DELETE_SUPPRESSED_DESTINATION: Operation[
    models.DeleteSuppressedDestinationRequest, models.DeleteSuppressedDestinationResponse
] = Operation(
    name="DeleteSuppressedDestination",
    service="sesv2",
    repeatable=True,
    not_found_advice=(
        "The address is not, or no longer, on this list, or is listed in different upper and lower "
        "case before the @."
    ),
)
PUT_ACCOUNT_SUPPRESSION_ATTRIBUTES: Operation[
    models.PutAccountSuppressionAttributesRequest, models.PutAccountSuppressionAttributesResponse
] = Operation(
    name="PutAccountSuppressionAttributes",
    service="sesv2",
    repeatable=True,
)

OPERATIONS = (*operations_among([*vars().values()]), *CLASSIC_OPERATIONS)
"""Every operation of both APIs, in the order of definition."""
