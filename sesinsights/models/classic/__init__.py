"""Every shape of the v1 operations, named as the service model names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_all_on_first_use

if TYPE_CHECKING:
    from sesinsights.models.classic.configuration_sets import (
        CloudWatchDestination,
        CloudWatchDimensionConfiguration,
        ConfigurationSet,
        CreateConfigurationSetEventDestinationRequest,
        CreateConfigurationSetEventDestinationResponse,
        DeliveryOptions,
        DescribeConfigurationSetRequest,
        DescribeConfigurationSetResponse,
        EventDestination,
        KinesisFirehoseDestination,
        ReputationOptions,
        SNSDestination,
        TrackingOptions,
        UpdateConfigurationSetEventDestinationRequest,
        UpdateConfigurationSetEventDestinationResponse,
    )
    from sesinsights.models.classic.enums import (
        BulkEmailStatus,
        ConfigurationSetAttribute,
        DimensionValueSource,
        EventType,
        TlsPolicy,
    )
    from sesinsights.models.classic.sending import (
        MAX_BULK_DESTINATIONS,
        MAX_RECIPIENTS,
        BulkEmailDestination,
        BulkEmailDestinationStatus,
        Destination,
        GetSendQuotaRequest,
        GetSendQuotaResponse,
        MessageTag,
        SendBulkTemplatedEmailRequest,
        SendBulkTemplatedEmailResponse,
        SendTemplatedEmailRequest,
        SendTemplatedEmailResponse,
    )
    from sesinsights.models.classic.templates import (
        CreateTemplateRequest,
        CreateTemplateResponse,
        DeleteTemplateRequest,
        DeleteTemplateResponse,
        GetTemplateRequest,
        GetTemplateResponse,
        ListTemplatesRequest,
        ListTemplatesResponse,
        Template,
        TemplateMetadata,
        TestRenderTemplateRequest,
        TestRenderTemplateResponse,
        UpdateTemplateRequest,
        UpdateTemplateResponse,
    )

__all__ = [
    "MAX_BULK_DESTINATIONS",
    "MAX_RECIPIENTS",
    "BulkEmailDestination",
    "BulkEmailDestinationStatus",
    "BulkEmailStatus",
    "CloudWatchDestination",
    "CloudWatchDimensionConfiguration",
    "ConfigurationSet",
    "ConfigurationSetAttribute",
    "CreateConfigurationSetEventDestinationRequest",
    "CreateConfigurationSetEventDestinationResponse",
    "CreateTemplateRequest",
    "CreateTemplateResponse",
    "DeleteTemplateRequest",
    "DeleteTemplateResponse",
    "DeliveryOptions",
    "DescribeConfigurationSetRequest",
    "DescribeConfigurationSetResponse",
    "Destination",
    "DimensionValueSource",
    "EventDestination",
    "EventType",
    "GetSendQuotaRequest",
    "GetSendQuotaResponse",
    "GetTemplateRequest",
    "GetTemplateResponse",
    "KinesisFirehoseDestination",
    "ListTemplatesRequest",
    "ListTemplatesResponse",
    "MessageTag",
    "ReputationOptions",
    "SNSDestination",
    "SendBulkTemplatedEmailRequest",
    "SendBulkTemplatedEmailResponse",
    "SendTemplatedEmailRequest",
    "SendTemplatedEmailResponse",
    "Template",
    "TemplateMetadata",
    "TestRenderTemplateRequest",
    "TestRenderTemplateResponse",
    "TlsPolicy",
    "TrackingOptions",
    "UpdateConfigurationSetEventDestinationRequest",
    "UpdateConfigurationSetEventDestinationResponse",
    "UpdateTemplateRequest",
    "UpdateTemplateResponse",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_all_on_first_use(
        __name__, ("configuration_sets", "enums", "sending", "templates")
    )
