"""Each operation through a client that the caller owns and botocore's Stubber judges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import xform_name
from botocore.stub import Stubber

from sesinsights import AsyncSESInsights, SESInsights, models
from sesinsights.flows.operations import OPERATIONS as ALL_OPERATIONS
from tests.models.responses import EXPORT_JOB, IMPORT_JOB, SUPPRESSED

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATIONS = [operation for operation in ALL_OPERATIONS if operation.service == "sesv2"]
WHEN = datetime(2026, 1, 15, 12, tzinfo=UTC)
ARN = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
WINDOW = models.MessageInsightsDataSource(
    start_date=WHEN,
    end_date=WHEN,
    include=models.MessageInsightsFilters(isp=["Gmail"]),
    max_results=10,
)

CASES: dict[str, tuple[Callable[[SESInsights], object], dict[str, Any], dict[str, Any]]] = {
    "GetMessageInsights": (
        lambda ses: ses.get_message_insights("0100"),
        {"MessageId": "0100"},
        {
            "MessageId": "0100",
            "FromEmailAddress": "shop@example.com",
            "Insights": [
                {"Destination": "a@example.com", "Events": [{"Timestamp": WHEN, "Type": "SEND"}]}
            ],
        },
    ),
    "CreateExportJob": (
        lambda ses: ses.create_export_job(
            export_data_source=models.ExportDataSource(message_insights_data_source=WINDOW),
            export_destination=models.ExportDestination(data_format=models.DataFormat.JSON),
        ),
        {
            "ExportDataSource": {
                "MessageInsightsDataSource": {
                    "StartDate": WHEN,
                    "EndDate": WHEN,
                    "Include": {"Isp": ["Gmail"]},
                    "MaxResults": 10,
                }
            },
            "ExportDestination": {"DataFormat": "JSON"},
        },
        {"JobId": "job"},
    ),
    "GetAccount": (
        lambda ses: ses.get_account(),
        {},
        {
            "EnforcementStatus": "HEALTHY",
            "SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 17.0},
            "Details": {"MailType": "TRANSACTIONAL", "WebsiteURL": "https://example.com"},
            "VdmAttributes": {"VdmEnabled": "ENABLED"},
            "PricingAttributes": {"CurrentPlan": "ESSENTIALS"},
        },
    ),
    "PutAccountVdmAttributes": (
        lambda ses: ses.put_account_vdm_attributes(
            vdm_attributes={
                "vdm_enabled": "ENABLED",
                "dashboard_attributes": {"engagement_metrics": "DISABLED"},
            }
        ),
        {
            "VdmAttributes": {
                "VdmEnabled": "ENABLED",
                "DashboardAttributes": {"EngagementMetrics": "DISABLED"},
            }
        },
        {},
    ),
    "BatchGetMetricData": (
        lambda ses: ses.batch_get_metric_data(
            queries=[
                {
                    "id": "sent",
                    "namespace": "VDM",
                    "metric": "SEND",
                    "dimensions": {"ISP": "Gmail"},
                    "start_date": WHEN - timedelta(days=1),
                    "end_date": WHEN,
                }
            ]
        ),
        {
            "Queries": [
                {
                    "Id": "sent",
                    "Namespace": "VDM",
                    "Metric": "SEND",
                    "Dimensions": {"ISP": "Gmail"},
                    "StartDate": WHEN - timedelta(days=1),
                    "EndDate": WHEN,
                }
            ]
        },
        {
            "Results": [{"Id": "sent", "Timestamps": [WHEN], "Values": [7]}],
            "Errors": [{"Id": "other", "Code": "ACCESS_DENIED", "Message": "No."}],
        },
    ),
    "ListRecommendations": (
        lambda ses: ses.list_recommendations(
            filter={"STATUS": "OPEN", "IMPACT": "HIGH"}, next_token="t", page_size=5
        ),
        {"Filter": {"STATUS": "OPEN", "IMPACT": "HIGH"}, "NextToken": "t", "PageSize": 5},
        {
            "Recommendations": [
                {"ResourceArn": ARN, "Type": "DKIM", "Status": "OPEN", "CreatedTimestamp": WHEN}
            ],
            "NextToken": "u",
        },
    ),
    "GetReputationEntity": (
        lambda ses: ses.get_reputation_entity(
            reputation_entity_reference=ARN, reputation_entity_type="RESOURCE"
        ),
        {"ReputationEntityReference": ARN, "ReputationEntityType": "RESOURCE"},
        {
            "ReputationEntity": {
                "ReputationEntityReference": ARN,
                "CustomerManagedStatus": {"Status": "ENABLED", "LastUpdatedTimestamp": WHEN},
                "SendingStatusAggregate": "ENABLED",
            }
        },
    ),
    "ListReputationEntities": (
        lambda ses: ses.list_reputation_entities(
            filter={"SENDING_STATUS": "DISABLED"}, next_token="t", page_size=5
        ),
        {"Filter": {"SENDING_STATUS": "DISABLED"}, "NextToken": "t", "PageSize": 5},
        {"ReputationEntities": [{"ReputationEntityReference": ARN, "ReputationImpact": "LOW"}]},
    ),
    "GetEmailAddressInsights": (
        lambda ses: ses.get_email_address_insights("ada@example.com"),
        {"EmailAddress": "ada@example.com"},
        {
            "MailboxValidation": {
                "IsValid": {"ConfidenceVerdict": "HIGH"},
                "Evaluations": {"IsRoleAddress": {"ConfidenceVerdict": "LOW"}},
            }
        },
    ),
    "GetExportJob": (
        lambda ses: ses.get_export_job("job"),
        {"JobId": "job"},
        {**EXPORT_JOB, "JobId": "job", "CreatedTimestamp": WHEN},
    ),
    "ListExportJobs": (
        lambda ses: ses.list_export_jobs(
            next_token="t",
            page_size=5,
            export_source_type=models.ExportSourceType.METRICS_DATA,
            job_status="FAILED",
        ),
        {
            "NextToken": "t",
            "PageSize": 5,
            "ExportSourceType": "METRICS_DATA",
            "JobStatus": "FAILED",
        },
        {"ExportJobs": [EXPORT_JOB], "NextToken": "u"},
    ),
    "CancelExportJob": (lambda ses: ses.cancel_export_job("job"), {"JobId": "job"}, {}),
    "CreateImportJob": (
        lambda ses: ses.create_import_job(
            import_destination={
                "suppression_list_destination": {"suppression_list_import_action": "PUT"}
            },
            import_data_source={"s3_url": "s3://lists/addresses.csv", "data_format": "CSV"},
        ),
        {
            "ImportDestination": {
                "SuppressionListDestination": {"SuppressionListImportAction": "PUT"}
            },
            "ImportDataSource": {"S3Url": "s3://lists/addresses.csv", "DataFormat": "CSV"},
        },
        {"JobId": "job"},
    ),
    "GetSuppressedDestination": (
        lambda ses: ses.get_suppressed_destination(" a@example.com ", tenant_name="shop"),
        {"EmailAddress": "a@example.com", "TenantName": "shop"},
        {
            "SuppressedDestination": {
                **SUPPRESSED,
                "Attributes": {"MessageId": "0100", "FeedbackId": "0100-f"},
                "TenantName": "shop",
            }
        },
    ),
    "ListSuppressedDestinations": (
        lambda ses: ses.list_suppressed_destinations(
            tenant_name="shop",
            reasons=["BOUNCE", models.SuppressionListReason.COMPLAINT],
            start_date=WHEN,
            end_date=WHEN,
            next_token="t",
            page_size=5,
        ),
        {
            "TenantName": "shop",
            "Reasons": ["BOUNCE", "COMPLAINT"],
            "StartDate": WHEN,
            "EndDate": WHEN,
            "NextToken": "t",
            "PageSize": 5,
        },
        {"SuppressedDestinationSummaries": [SUPPRESSED], "NextToken": "u"},
    ),
    "PutSuppressedDestination": (
        lambda ses: ses.put_suppressed_destination(
            "a@example.com", reason="COMPLAINT", tenant_name="shop"
        ),
        {"EmailAddress": "a@example.com", "Reason": "COMPLAINT", "TenantName": "shop"},
        {},
    ),
    "DeleteSuppressedDestination": (
        lambda ses: ses.delete_suppressed_destination("a@example.com", tenant_name="shop"),
        {"EmailAddress": "a@example.com", "TenantName": "shop"},
        {},
    ),
    "PutAccountSuppressionAttributes": (
        lambda ses: ses.put_account_suppression_attributes(
            suppressed_reasons=["BOUNCE"],
            validation_attributes={
                "condition_threshold": {
                    "condition_threshold_enabled": "ENABLED",
                    "overall_confidence_threshold": {"confidence_verdict_threshold": "HIGH"},
                }
            },
        ),
        {
            "SuppressedReasons": ["BOUNCE"],
            "ValidationAttributes": {
                "ConditionThreshold": {
                    "ConditionThresholdEnabled": "ENABLED",
                    "OverallConfidenceThreshold": {"ConfidenceVerdictThreshold": "HIGH"},
                }
            },
        },
        {},
    ),
    "GetImportJob": (
        lambda ses: ses.get_import_job("job"),
        {"JobId": "job"},
        {
            **IMPORT_JOB,
            "ImportDestination": {
                "ContactListDestination": {
                    "ContactListName": "news",
                    "ContactListImportAction": "PUT",
                }
            },
            "ProcessedRecordsCount": 3,
        },
    ),
    "ListImportJobs": (
        lambda ses: ses.list_import_jobs(
            import_destination_type="CONTACT_LIST", next_token="t", page_size=5
        ),
        {"ImportDestinationType": "CONTACT_LIST", "NextToken": "t", "PageSize": 5},
        {"ImportJobs": [{**IMPORT_JOB, "FailedRecordsCount": 1}]},
    ),
    "CreateConfigurationSet": (
        lambda ses: ses.create_configuration_set(
            configuration_set_name="news",
            tracking_options={"custom_redirect_domain": "go.example.com"},
            delivery_options=models.DeliveryOptions(tls_policy="REQUIRE"),
            tags=[models.Tag(key="team", value="mail")],
            message_security_options={"signing_scheme": {"default_scheme": {}}},
        ),
        {
            "ConfigurationSetName": "news",
            "TrackingOptions": {"CustomRedirectDomain": "go.example.com"},
            "DeliveryOptions": {"TlsPolicy": "REQUIRE"},
            "Tags": [{"Key": "team", "Value": "mail"}],
            "MessageSecurityOptions": {"SigningScheme": {"DefaultScheme": {}}},
        },
        {},
    ),
    "GetConfigurationSet": (
        lambda ses: ses.get_configuration_set("news"),
        {"ConfigurationSetName": "news"},
        {
            "ConfigurationSetName": "news",
            "ReputationOptions": {"ReputationMetricsEnabled": True, "LastFreshStart": WHEN},
            "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"], "SuppressionScope": "TENANT"},
            "Tags": [{"Key": "team", "Value": "mail"}],
        },
    ),
    "ListConfigurationSets": (
        lambda ses: ses.list_configuration_sets(
            filter={"CONFIGURATION_SET_NAME_CONTAINS": "new"}, next_token="t", page_size=2
        ),
        {
            "Filter": {"CONFIGURATION_SET_NAME_CONTAINS": "new"},
            "NextToken": "t",
            "PageSize": 2,
        },
        {"ConfigurationSets": ["news", "renew"], "NextToken": "u"},
    ),
    "DeleteConfigurationSet": (
        lambda ses: ses.delete_configuration_set("news"),
        {"ConfigurationSetName": "news"},
        {},
    ),
    "CreateConfigurationSetEventDestination": (
        lambda ses: ses.create_configuration_set_event_destination(
            configuration_set_name="news",
            event_destination_name="topic",
            event_destination=models.EventDestinationDefinition(
                enabled=True,
                matching_event_types=[models.EventType.BOUNCE, "COMPLAINT"],
                sns_destination=models.SnsDestination(topic_arn="arn:aws:sns:::topic"),
            ),
        ),
        {
            "ConfigurationSetName": "news",
            "EventDestinationName": "topic",
            "EventDestination": {
                "Enabled": True,
                "MatchingEventTypes": ["BOUNCE", "COMPLAINT"],
                "SnsDestination": {"TopicArn": "arn:aws:sns:::topic"},
            },
        },
        {},
    ),
    "UpdateConfigurationSetEventDestination": (
        lambda ses: ses.update_configuration_set_event_destination(
            configuration_set_name="news",
            event_destination_name="counts",
            event_destination={
                "matching_event_types": ["SEND"],
                "cloud_watch_destination": {
                    "dimension_configurations": [
                        {
                            "dimension_name": "ses:from-domain",
                            "dimension_value_source": "MESSAGE_TAG",
                            "default_dimension_value": "none",
                        }
                    ]
                },
            },
        ),
        {
            "ConfigurationSetName": "news",
            "EventDestinationName": "counts",
            "EventDestination": {
                "MatchingEventTypes": ["SEND"],
                "CloudWatchDestination": {
                    "DimensionConfigurations": [
                        {
                            "DimensionName": "ses:from-domain",
                            "DimensionValueSource": "MESSAGE_TAG",
                            "DefaultDimensionValue": "none",
                        }
                    ]
                },
            },
        },
        {},
    ),
    "DeleteConfigurationSetEventDestination": (
        lambda ses: ses.delete_configuration_set_event_destination(
            configuration_set_name="news", event_destination_name="topic"
        ),
        {"ConfigurationSetName": "news", "EventDestinationName": "topic"},
        {},
    ),
    "GetConfigurationSetEventDestinations": (
        lambda ses: ses.get_configuration_set_event_destinations("news"),
        {"ConfigurationSetName": "news"},
        {
            "EventDestinations": [
                {
                    "Name": "bus",
                    "MatchingEventTypes": ["SEND", "BOUNCE"],
                    "EventBridgeDestination": {"EventBusArn": "arn:aws:events:::default"},
                }
            ]
        },
    ),
}


def test_every_operation_has_a_case() -> None:
    """An operation that is added is tested here too."""
    assert set(CASES) == {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize("facade", [SESInsights, AsyncSESInsights])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_call_sends_what_botocore_expects_and_reads_its_answer(
    operation: Any, facade: Any, outcome: Any
) -> None:
    """Parameters and response pass botocore's own validation, and the response arrives whole."""
    call, parameters, answer = CASES[operation.name]
    client = boto3.client(
        "sesv2", region_name="us-east-1", aws_access_key_id="stub", aws_secret_access_key="stub"
    )
    with Stubber(client) as stubber:
        stubber.add_response(xform_name(operation.name), answer, parameters)
        response: Any = outcome(call(facade(client=client)))
        stubber.assert_no_pending_responses()
    assert type(response) is operation.response
    assert response.model_dump(by_alias=True, exclude_unset=True) == answer
    client.close()
