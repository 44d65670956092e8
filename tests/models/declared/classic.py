"""How the models differ from the service model of SES API v1 on purpose, and why."""

from __future__ import annotations

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

_CONTENT = "It is what a person is told, or is made from it."
_MAPPING = "A mapping is less to write than its JSON text, and the text must be an object."
_NO_MEMBER = "It is not a member: it has the client render the template before sending it."
_OR_MAPPING = "is a collections.abc.Mapping[str, typing.Any] | str, at the service a string"
_JSON_OBJECT = "has the check _to_json_object"
_ADDRESSES = ("BccAddresses", "CcAddresses", "ToAddresses")
_SENDS = ("SendBulkTemplatedEmailRequest", "SendTemplatedEmailRequest")

_EVENT_DESTINATION_REQUESTS = (
    "CreateConfigurationSetEventDestinationRequest",
    "UpdateConfigurationSetEventDestinationRequest",
)

_CONFIGURATION_SET_NAMES = (
    "ConfigurationSet.Name",
    *(
        f"{request}.ConfigurationSetName"
        for request in (*_SENDS, *_EVENT_DESTINATION_REQUESTS, "DescribeConfigurationSetRequest")
    ),
)

_TEMPLATE_NAMES = (
    "Template.TemplateName",
    "DeleteTemplateRequest.TemplateName",
    "GetTemplateRequest.TemplateName",
    "TestRenderTemplateRequest.TemplateName",
    *(f"{send}.Template" for send in _SENDS),
)

TEMPLATE_DATA = (
    "BulkEmailDestination.ReplacementTemplateData",
    "SendBulkTemplatedEmailRequest.DefaultTemplateData",
    "SendTemplatedEmailRequest.TemplateData",
    "TestRenderTemplateRequest.TemplateData",
)

CLASSIC: dict[tuple[str, ...], dict[str, str]] = {
    _CONFIGURATION_SET_NAMES: {UP_TO_64: DOCUMENTED, PLAIN_CHARACTERS: DOCUMENTED},
    ("EventDestination.Name",): {UP_TO_64: DOCUMENTED, PLAIN_CHARACTERS: DOCUMENTED},
    ("MessageTag.Name", "MessageTag.Value"): {
        UP_TO_256: DOCUMENTED,
        PLAIN_CHARACTERS: DOCUMENTED,
    },
    ("CloudWatchDimensionConfiguration.DimensionName",): {
        UP_TO_256: DOCUMENTED,
        "has the check _, - and :": DOCUMENTED,
    },
    ("CloudWatchDimensionConfiguration.DefaultDimensionValue",): {
        UP_TO_256: DOCUMENTED,
        "has the check _, -, @ and .": DOCUMENTED,
    },
    ("CloudWatchDestination.DimensionConfigurations",): {
        "is limited to 1 to 10, at the service to anything": "More are refused.",
    },
    ("EventDestination",): {
        "has the rule _has_exactly_one_destination": "Events go to one kind of destination.",
    },
    ("EventDestination.MatchingEventTypes",): {NOT_EMPTY: "It would publish nothing."},
    _TEMPLATE_NAMES: {NOT_EMPTY: EMPTY_NAME},
    TEMPLATE_DATA: {_OR_MAPPING: _MAPPING, _JSON_OBJECT: _MAPPING, HIDDEN: _CONTENT},
    (
        "Template.HtmlPart",
        "Template.SubjectPart",
        "Template.TextPart",
        "TestRenderTemplateResponse.RenderedTemplate",
    ): {HIDDEN: _CONTENT},
    ("ListTemplatesRequest.MaxItems",): {UP_TO_100: DOCUMENTED},
    ("ListTemplatesRequest.NextToken",): {NOT_EMPTY: EMPTY_TOKEN},
    ("Destination",): {"has the rule _has_recipients": "1 to 50 in all are documented."},
    tuple(f"Destination.{name}" for name in _ADDRESSES): {HIDDEN: PEOPLE},
    tuple(f"Destination.{name} item" for name in _ADDRESSES): {NOT_EMPTY: EMPTY_NAME},
    tuple(f"{send}.{name}" for send in _SENDS for name in ("ReturnPath", "Source")): {
        HIDDEN: PEOPLE,
        NOT_EMPTY: EMPTY_NAME,
    },
    tuple(
        f"{send}.{name}"
        for send in _SENDS
        for name in ("ReplyToAddresses", "ReturnPathArn", "SourceArn")
    ): {HIDDEN: PEOPLE},
    tuple(f"{send}.ReplyToAddresses item" for send in _SENDS): {NOT_EMPTY: EMPTY_NAME},
    ("SendBulkTemplatedEmailRequest.Destinations",): {
        "is limited to 1 to 50, at the service to anything": DOCUMENTED,
    },
    ("BulkEmailDestinationStatus.Error",): {HIDDEN: QUOTES_ADDRESSES},
    ("SendTemplatedEmail",): {
        "only the method has send_templated_email(check=)": _NO_MEMBER,
    },
    ("SendBulkTemplatedEmail",): {
        "only the method has send_bulk_templated_email(check=)": _NO_MEMBER,
    },
    ("GetSendQuota",): {
        "its request is GetSendQuotaRequest, at the service nothing": (
            "Every operation of the table has a request, if an empty one."
        ),
    },
    ("GetSendQuotaRequest",): {
        "no operation has this shape": "It stands for the request that the service lacks.",
    },
}
