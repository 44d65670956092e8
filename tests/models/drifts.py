"""Changes of a service model, each with what is to be reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from tests.models.declared.classic import TEMPLATE_DATA

if TYPE_CHECKING:
    from collections.abc import Callable

    Shapes: TypeAlias = dict[str, dict[str, Any]]


def alone(shapes: Shapes, structure: str, member: str) -> dict[str, Any]:
    """Return the shape of one member, which no other member has from now on."""
    name = f"{structure}{member}Alone"
    shapes[name] = dict(shapes[shapes[structure]["members"][member]["shape"]])
    shapes[structure]["members"][member]["shape"] = name
    return shapes[name]


DRIFT_OF_INSIGHTS: dict[str, tuple[Callable[[Shapes, Shapes], object], set[str]]] = {
    "a new member": (
        lambda shapes, _: shapes["Complaint"]["members"].update(Score={"shape": "MaxItems"}),
        {"Complaint.Score: the models have no such field"},
    ),
    "a member gone": (
        lambda shapes, _: shapes["EmailInsights"]["members"].pop("Isp"),
        {"EmailInsights.Isp: the service has no such member"},
    ),
    "a new member of a request": (
        lambda shapes, _: shapes["GetExportJobRequest"]["members"].update(
            TenantName={"shape": "TenantName"}
        ),
        {
            "GetExportJobRequest.TenantName: the models have no such field",
            "GetExportJob: the method does not have get_export_job(tenant_name=)",
        },
    ),
    "newly required": (
        lambda shapes, _: shapes["ExportMetric"].update(required=["Name"]),
        {"ExportMetric.Name: is required by the service only"},
    ),
    "newly required in a request": (
        lambda shapes, _: shapes["ListImportJobsRequest"].update(required=["PageSize"]),
        {
            "ListImportJobsRequest.PageSize: is required by the service only",
            "ListImportJobs: list_import_jobs(page_size=) is required at the service",
            "ListImportJobs: iter_import_jobs(page_size=) is required at the service",
        },
    ),
    "no longer required": (
        lambda shapes, _: shapes["MessageTag"]["required"].remove("Value"),
        {"MessageTag.Value: is required by us only"},
    ),
    "newly sensitive": (
        lambda shapes, _: alone(shapes, "Bounce", "BounceSubType").update(sensitive=True),
        {"Bounce.BounceSubType: is sensitive, but shown"},
    ),
    "newly sensitive in a list": (
        lambda shapes, _: shapes["Isp"].update(sensitive=True),
        {
            "EmailInsights.Isp: is sensitive, but shown",
            "MessageInsightsFilters.Isp: is sensitive, but shown",
        },
    ),
    "no longer sensitive": (
        lambda shapes, _: alone(shapes, "GetMessageInsightsResponse", "Subject").pop("sensitive"),
        {"GetMessageInsightsResponse.Subject: is hidden, but not sensitive"},
    ),
    "a new pattern": (
        lambda shapes, _: alone(shapes, "GetExportJobRequest", "JobId").update(pattern="^j"),
        {"GetExportJobRequest.JobId: has pattern ^j"},
    ),
    "a new enum value": (
        lambda shapes, _: shapes["DataFormat"]["enum"].append("PARQUET"),
        {"DataFormat: lacks the value PARQUET"},
    ),
    "an enum value gone": (
        lambda shapes, _: shapes["EngagementEventType"]["enum"].remove("OPEN"),
        {"EngagementEventType: adds the value OPEN"},
    ),
    "a string that becomes an enum": (
        lambda shapes, _: shapes["ComplaintSubType"].update(enum=["Listed"]),
        {
            "Complaint.ComplaintSubType: is a string, at the service a ComplaintSubType",
            "ComplaintSubType: there is no such class",
        },
    ),
    "a new limit of a string": (
        lambda shapes, _: shapes["InsightsEmailAddress"].update(max=254),
        {
            f"MessageInsightsFilters.{name}: is limited to 1 to 320, at the service to 1 to 254"
            for name in ("FromEmailAddress item", "Destination item")
        },
    ),
    "a new limit of a list": (
        lambda shapes, _: shapes["IspFilterList"].update(max=10),
        {"MessageInsightsFilters.Isp: is limited to 5 or less, at the service to 10 or less"},
    ),
    "a new limit of a number": (
        lambda shapes, _: shapes["MessageInsightsExportMaxResults"].update(max=20_000),
        {
            (
                "MessageInsightsDataSource.MaxResults: "
                "is limited to 1 to 10000, at the service to 1 to 20000"
            )
        },
    ),
    "a new limit of a map": (
        lambda shapes, _: shapes["ExportDimensions"].update(max=4),
        {"MetricsDataSource.Dimensions: is limited to 1 to 3, at the service to 1 to 4"},
    ),
    "a new limit of the values of a map": (
        lambda shapes, _: shapes["ExportDimensionValue"].update(min=2),
        {"MetricsDataSource.Dimensions value: is limited to 1 to 10, at the service to 2 to 10"},
    ),
    "a new limit of what is in a map": (
        lambda shapes, _: shapes["MetricDimensionValue"].update(max=99),
        {
            f"{member}: is limited to anything, at the service to 99 or less"
            for member in (
                "BatchGetMetricDataQuery.Dimensions value",
                "MetricsDataSource.Dimensions value item",
            )
        },
    ),
    "another type": (
        lambda shapes, _: alone(shapes, "EventDestination", "Enabled").update(type="string"),
        {"EventDestination.Enabled: is a boolean, at the service a string"},
    ),
    "another structure": (
        lambda shapes, _: shapes["EventDetails"]["members"]["Bounce"].update(shape="Complaint"),
        {
            "EventDetails.Bounce: is a Bounce, at the service a Complaint",
            "Bounce: no operation has this shape",
            "BounceType: no operation has this shape",
        },
    ),
    "another item": (
        lambda shapes, _: shapes["MessageTagList"]["member"].update(shape="Complaint"),
        {
            (
                "GetMessageInsightsResponse.EmailTags: "
                "is a list of MessageTag, at the service a list of Complaint"
            ),
            "MessageTag: no operation has this shape",
        },
    ),
    "a new structure": (
        lambda shapes, _: (
            shapes.update(Footprint={"type": "structure", "members": {}}),
            shapes["ExportStatistics"]["members"].update(Footprint={"shape": "Footprint"}),
        ),
        {
            "ExportStatistics.Footprint: the models have no such field",
            "Footprint: there is no such class",
        },
    ),
    "a new error": (
        lambda shapes, operations: (
            shapes.update(NovelException=shapes["NotFoundException"]),
            operations["GetImportJob"]["errors"].append({"shape": "NovelException"}),
        ),
        {"GetImportJob: NovelException has no class NovelError"},
    ),
    "a new pace": (
        lambda shapes, operations: operations["GetExportJob"].update(
            documentation="Call it no more than 16 times per second."
        ),
        {"GetExportJob: its pace is None, at the service 16.0"},
    ),
    "a pace lifted": (
        lambda shapes, operations: operations["GetMessageInsights"].update(documentation=""),
        {"GetMessageInsights: its pace is 1, at the service None"},
    ),
    "newly paginated": (
        lambda shapes, _: [
            shapes[f"GetConfigurationSetEventDestinations{role}"]["members"].update(
                NextToken={"shape": "NextToken"}
            )
            for role in ("Request", "Response")
        ],
        {
            "GetConfigurationSetEventDestinations: it is not paginated, unlike at the service",
            (
                "GetConfigurationSetEventDestinations: "
                "the method does not have get_configuration_set_event_destinations(next_token=)"
            ),
            "GetConfigurationSetEventDestinationsRequest.NextToken: the models have no such field",
            "GetConfigurationSetEventDestinationsResponse.NextToken: the models have no such field",
        },
    ),
    "no longer paginated": (
        lambda shapes, _: shapes["ListExportJobsResponse"]["members"].pop("NextToken"),
        {
            "ListExportJobs: it is paginated, unlike at the service",
            "ListExportJobsResponse.NextToken: the service has no such member",
        },
    ),
    "an operation gone": (
        lambda shapes, operations: operations.pop("CancelExportJob"),
        {
            "CancelExportJob: the service has no such operation",
            "CancelExportJobRequest: no operation has this shape",
            "CancelExportJobResponse: no operation has this shape",
        },
    ),
    "another shape of a request": (
        lambda shapes, operations: operations["GetImportJob"].update(
            input={"shape": "GetExportJobRequest"}
        ),
        {
            "GetImportJob: its request is GetImportJobRequest, at the service GetExportJobRequest",
            "GetImportJobRequest: no operation has this shape",
        },
    ),
}


DRIFT_OF_CLASSIC: dict[str, tuple[Callable[[Shapes, Shapes], object], set[str]]] = {
    "a new member of a request": (
        lambda shapes, _: shapes["SendTemplatedEmailRequest"]["members"].update(
            TenantName={"shape": "TemplateName"}
        ),
        {
            "SendTemplatedEmailRequest.TenantName: the models have no such field",
            "SendTemplatedEmail: the method does not have send_templated_email(tenant_name=)",
        },
    ),
    "a member of another name": (
        lambda shapes, _: shapes["SNSDestination"]["members"].update(
            TopicArn=shapes["SNSDestination"]["members"].pop("TopicARN")
        ),
        {
            "SNSDestination.TopicARN: the service has no such member",
            "SNSDestination.TopicArn: the models have no such field",
        },
    ),
    "newly required": (
        lambda shapes, _: shapes["Template"].update(required=["TemplateName", "SubjectPart"]),
        {"Template.SubjectPart: is required by the service only"},
    ),
    "a new enum value": (
        lambda shapes, _: shapes["EventType"]["enum"].append("deliveryDelay"),
        {"EventType: lacks the value deliveryDelay"},
    ),
    "a new limit of template data": (
        lambda shapes, _: shapes["TemplateData"].update(max=1000),
        {
            f"{place}: is limited to 262144 or less, at the service to 1000 or less"
            for place in TEMPLATE_DATA
        },
    ),
    "a new error": (
        lambda shapes, operations: operations["ListTemplates"].update(
            errors=[{"shape": "TrackingOptionsAlreadyExistsException"}]
        ),
        {
            (
                "ListTemplates: TrackingOptionsAlreadyExistsException "
                "has no class TrackingOptionsAlreadyExistsError"
            )
        },
    ),
    "a new pace": (
        lambda shapes, operations: operations["SendTemplatedEmail"].update(
            documentation="Call it no more than 5 times per second."
        ),
        {"SendTemplatedEmail: its pace is None, at the service 5.0"},
    ),
    "a pace lifted": (
        lambda shapes, operations: operations["TestRenderTemplate"].update(documentation=""),
        {"TestRenderTemplate: its pace is 1, at the service None"},
    ),
    "no longer paginated": (
        lambda shapes, _: shapes["ListTemplatesResponse"]["members"].pop("NextToken"),
        {
            "ListTemplates: it is paginated, unlike at the service",
            "ListTemplatesResponse.NextToken: the service has no such member",
        },
    ),
    "an operation gone": (
        lambda shapes, operations: operations.pop("DeleteTemplate"),
        {
            "DeleteTemplate: the service has no such operation",
            "DeleteTemplateRequest: no operation has this shape",
            "DeleteTemplateResponse: no operation has this shape",
        },
    ),
}
