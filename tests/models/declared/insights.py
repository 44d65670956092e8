"""How the models differ from the service model of SES API v2 on purpose, and why."""

from __future__ import annotations

from tests.models.always_sent import NEVER_EMPTY
from tests.models.declared.wording import (
    DOCUMENTED,
    EMPTY_NAME,
    EMPTY_TOKEN,
    HIDDEN,
    NOT_EMPTY,
    PEOPLE,
    PLAIN_CHARACTERS,
    QUOTES_ADDRESSES,
    UP_TO_64,
    UP_TO_100,
    UP_TO_256,
)

_MAY_QUOTE = "It is text about an identity, which may be an address."
_LINK = "Anyone who reads a pre-signed link in a log can open the file."
_LEFT_TO_THE_SERVICE = "Answers hold https links, and a user may not give the member at all."
_PAGE = "The service refuses other page sizes."
_EMPTY_IN_PATH = "botocore would call another path for an empty name."
_WILDCARDS = "The member's documentation says where a wildcard may stand."
_IDENTITY = "An identity may be an address."
_METRICS_DAYS = "The service keeps metrics for 60 days, and answers no more at once."
_WHOLE_DAYS = "The service keeps metrics by whole UTC days."
_DOCUMENTED_IN_V1 = "SES API v1 documents it, and it is the same thing in both APIs."
_COPIED = "It may be given as it was copied, and what no id has is refused."
_ANY_ENUM = "It stands for a value of any enumeration that is newer than the models."
_S3_PATTERN = r"has pattern ^s3:\/\/([^\/]+)\/(.*?([^\/]+)\/?)$"
_AT_THE_ENDS = "has the check _wildcards_at_the_ends"
_AS_COPIED = "has the check _as_copied"

_LISTS = (
    "ListConfigurationSets",
    "ListExportJobs",
    "ListImportJobs",
    "ListRecommendations",
    "ListReputationEntities",
    "ListSuppressedDestinations",
)

_CHANGES_OF_EVENT_DESTINATIONS = tuple(
    f"{change}ConfigurationSetEventDestination" for change in ("Create", "Delete", "Update")
)

INSIGHTS: dict[tuple[str, ...], dict[str, str]] = {
    ("BatchGetMetricDataQuery",): {"has the rule _spans_at_most_60_days": _METRICS_DAYS},
    ("BatchGetMetricDataQuery.Dimensions", "MetricsDataSource.Dimensions"): {
        HIDDEN: _IDENTITY,
    },
    ("BatchGetMetricDataRequest",): {
        "has the rule _names_each_query_once": "The service refuses an id twice.",
    },
    ("Bounce.DiagnosticCode", "FailureInfo.ErrorMessage"): {HIDDEN: QUOTES_ADDRESSES},
    ("BounceReason", "DelayReason"): {
        "no operation has this shape": "The service writes these as text, and differently.",
    },
    ("NewValue",): {"no operation has this shape": _ANY_ENUM},
    ("ExportDataSource",): {
        "has the rule _has_exactly_one_source": "A job exports one kind of data.",
    },
    ("ExportDestination",): {
        "has the rule _leaves_the_link_to_the_service": _LEFT_TO_THE_SERVICE,
    },
    ("ExportDestination.S3Url",): {HIDDEN: _LINK, _S3_PATTERN: _LEFT_TO_THE_SERVICE},
    ("FailureInfo.FailedRecordsS3Url",): {HIDDEN: _LINK},
    tuple(
        f"{name}Request.ConfigurationSetName"
        for name in (
            *_CHANGES_OF_EVENT_DESTINATIONS,
            "DeleteConfigurationSet",
            "GetConfigurationSet",
            "GetConfigurationSetEventDestinations",
        )
    ): {NOT_EMPTY: _EMPTY_IN_PATH, _AS_COPIED: _COPIED},
    tuple(f"{name}Request.EventDestinationName" for name in _CHANGES_OF_EVENT_DESTINATIONS): {
        UP_TO_64: _DOCUMENTED_IN_V1,
        PLAIN_CHARACTERS: _DOCUMENTED_IN_V1,
    },
    ("CreateConfigurationSetRequest.ConfigurationSetName",): {
        UP_TO_64: DOCUMENTED,
        PLAIN_CHARACTERS: DOCUMENTED,
    },
    ("CloudWatchDimensionConfiguration.DimensionName",): {
        UP_TO_256: _DOCUMENTED_IN_V1,
        "has the check _, - and :": _DOCUMENTED_IN_V1,
    },
    ("CloudWatchDimensionConfiguration.DefaultDimensionValue",): {
        UP_TO_256: _DOCUMENTED_IN_V1,
        "has the check _, -, @ and .": _DOCUMENTED_IN_V1,
    },
    ("CloudWatchDestination.DimensionConfigurations",): {
        "is limited to 1 to 10, at the service to anything": "More are refused.",
    },
    ("EventDestinationDefinition",): {
        "has the rule _has_exactly_one_destination": "Events go to one kind of destination.",
    },
    ("EventDestinationDefinition.MatchingEventTypes",): {
        NOT_EMPTY: "It would publish nothing.",
        "is required by us only": "It would publish nothing.",
    },
    ("SigningScheme",): {
        "has the rule _has_exactly_one_scheme": "The service model calls it a union.",
    },
    ("ArchivingOptions.ArchiveArn",): {
        r"has pattern arn:(aws|aws-[a-z-]+):ses:[a-z]{2,4}-[a-z-]+-[0-9]:[0-9]{1,20}:"
        r"mailmanager-archive/a-[a-z0-9]{24,62}": "The service knows the ARNs that exist.",
    },
    tuple(f"{name}Request.JobId" for name in ("CancelExportJob", "GetExportJob", "GetImportJob")): {
        _AS_COPIED: _COPIED
    },
    ("GetMessageInsightsRequest.MessageId",): {
        "has the check _as_returned_by_sending": "It may be given as mail headers show it.",
    },
    tuple(NEVER_EMPTY): {
        "has the check _not_empty": "Without an id, the job could not be followed.",
    },
    ("ImportDataSource.S3Url",): {
        HIDDEN: "It may be a pre-signed link too.",
        _S3_PATTERN: "It is checked, in words of our own.",
        "has the check _in_a_bucket": "It says the same as the pattern, in words.",
    },
    ("ImportDestination",): {"has the rule _has_exactly_one_list": "A job fills one list."},
    ("ListSuppressedDestinationsRequest",): {
        "has the rule _ends_after_it_starts": "Nothing is in a window that ends before.",
    },
    tuple(
        f"List{items}Request.PageSize"
        for items in ("ConfigurationSets", "ReputationEntities", "SuppressedDestinations")
    ): {NOT_EMPTY: "A page holds something."},
    tuple(
        f"{name}SuppressedDestinationRequest.EmailAddress" for name in ("Delete", "Get", "Put")
    ): {
        HIDDEN: PEOPLE,
        "has the check _as_address": "Other text is not an address, and would be another path.",
    },
    ("DeleteSuppressedDestinationRequest.EmailAddress",): {
        "has the check _without_slash": "The service refuses it, and says nothing of why.",
    },
    ("SuppressedDestination.EmailAddress", "SuppressedDestinationSummary.EmailAddress"): {
        HIDDEN: PEOPLE,
    },
    (
        "ListSuppressedDestinationsRequest.TenantName",
        "SuppressedDestination.TenantName",
        *(f"{name}SuppressedDestinationRequest.TenantName" for name in ("Delete", "Get", "Put")),
    ): {
        "is limited to 1 to 64, at the service to 1 or more": DOCUMENTED,
        PLAIN_CHARACTERS: DOCUMENTED,
    },
    ("GetEmailAddressInsightsRequest.EmailAddress",): {
        HIDDEN: PEOPLE,
        NOT_EMPTY: EMPTY_NAME,
    },
    (
        "GetReputationEntityRequest.ReputationEntityReference",
        "ListRecommendationsRequest.Filter",
        "ListReputationEntitiesRequest.Filter",
        "Recommendation.ResourceArn",
        "ReputationEntity.ReputationEntityReference",
    ): {HIDDEN: "The ARN of an identity may hold an address."},
    ("MetricDataError.Message", "Recommendation.Description"): {HIDDEN: _MAY_QUOTE},
    ("ListRecommendationsRequest",): {
        "has the rule _combines_filters_as_documented": DOCUMENTED,
    },
    tuple(f"{name}Request.NextToken" for name in _LISTS): {NOT_EMPTY: EMPTY_TOKEN},
    tuple(
        f"{name}Request.PageSize"
        for name in ("ListExportJobs", "ListImportJobs", "ListRecommendations")
    ): {UP_TO_100: _PAGE},
    ("MessageInsightsDataSource",): {
        "has the rule _ends_after_it_starts": "Nothing is in a window that ends before.",
    },
    ("MessageInsightsFilters",): {
        "has the rule _leaves_out_empty_filters": "A filter without values filters nothing.",
    },
    tuple(
        f"MessageInsightsFilters.{name} item"
        for name in ("Destination", "FromEmailAddress", "Subject")
    ): {_AT_THE_ENDS: _WILDCARDS},
    ("MessageInsightsFilters.Isp item", "MessageInsightsFilters.TenantName item"): {
        "has the check _no_wildcards": _WILDCARDS,
    },
    ("MetricsDataSource",): {
        "has the rule _has_one_wildcard": _WILDCARDS,
        "has the rule _spans_whole_days": _WHOLE_DAYS,
    },
    ("MetricsDataSource.EndDate", "MetricsDataSource.StartDate"): {
        "has the check _at_whole_day": _WHOLE_DAYS,
    },
}
