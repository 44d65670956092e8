"""Each operation of SES API v1 through a client that botocore's Stubber judges."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import xform_name
from botocore.stub import Stubber

from sesinsights import AsyncSESClassic, SESClassic
from sesinsights.classic import models
from sesinsights.flows.operations import OPERATIONS
from tests.clients.classic.event_destinations import EVENT_DESTINATION, event_destination
from tests.sending.mail import READER, SOURCE, template

if TYPE_CHECKING:
    from collections.abc import Callable


WHEN = datetime(2026, 1, 15, 12, tzinfo=UTC)

CASES: dict[str, tuple[Callable[[SESClassic], object], dict[str, Any], dict[str, Any]]] = {
    "CreateTemplate": (
        lambda ses: ses.create_template(template=template()),
        {
            "Template": {
                "TemplateName": "order",
                "SubjectPart": "Order {{number}}",
                "TextPart": "Hello",
                "HtmlPart": "<p>Hello</p>",
            }
        },
        {},
    ),
    "UpdateTemplate": (
        lambda ses: ses.update_template(template=models.Template(template_name="order")),
        {"Template": {"TemplateName": "order"}},
        {},
    ),
    "GetTemplate": (
        lambda ses: ses.get_template("order"),
        {"TemplateName": "order"},
        {"Template": {"TemplateName": "order", "HtmlPart": "<p>Hello</p>"}},
    ),
    "ListTemplates": (
        lambda ses: ses.list_templates(next_token="t", max_items=5),
        {"NextToken": "t", "MaxItems": 5},
        {"TemplatesMetadata": [{"Name": "order", "CreatedTimestamp": WHEN}], "NextToken": "u"},
    ),
    "DeleteTemplate": (
        lambda ses: ses.delete_template("order"),
        {"TemplateName": "order"},
        {},
    ),
    "TestRenderTemplate": (
        lambda ses: ses.test_render_template(template_name="order", template_data={"a": "é"}),
        {"TemplateName": "order", "TemplateData": '{"a":"é"}'},
        {"RenderedTemplate": "Subject: é"},
    ),
    "SendTemplatedEmail": (
        lambda ses: ses.send_templated_email(
            source=SOURCE,
            destination=READER,
            template="order",
            template_data="{}",
            reply_to_addresses=["help@example.com"],
            return_path="bounce@example.com",
            source_arn="arn:a",
            return_path_arn="arn:b",
            tags=[models.MessageTag(name="campaign", value="winter")],
            configuration_set_name="news",
            template_arn="arn:c",
        ),
        {
            "Source": SOURCE,
            "Destination": {"ToAddresses": ["reader@example.com"]},
            "Template": "order",
            "TemplateData": "{}",
            "ReplyToAddresses": ["help@example.com"],
            "ReturnPath": "bounce@example.com",
            "SourceArn": "arn:a",
            "ReturnPathArn": "arn:b",
            "Tags": [{"Name": "campaign", "Value": "winter"}],
            "ConfigurationSetName": "news",
            "TemplateArn": "arn:c",
        },
        {"MessageId": "m"},
    ),
    "SendBulkTemplatedEmail": (
        lambda ses: ses.send_bulk_templated_email(
            source=SOURCE,
            template="order",
            default_template_data={},
            destinations=[
                models.BulkEmailDestination(
                    destination=READER,
                    replacement_tags=[models.MessageTag(name="a", value="b")],
                    replacement_template_data={"number": "7"},
                )
            ],
            default_tags=[models.MessageTag(name="campaign", value="winter")],
        ),
        {
            "Source": SOURCE,
            "Template": "order",
            "DefaultTemplateData": "{}",
            "DefaultTags": [{"Name": "campaign", "Value": "winter"}],
            "Destinations": [
                {
                    "Destination": {"ToAddresses": ["reader@example.com"]},
                    "ReplacementTags": [{"Name": "a", "Value": "b"}],
                    "ReplacementTemplateData": '{"number":"7"}',
                }
            ],
        },
        {"Status": [{"Status": "Success", "MessageId": "m"}]},
    ),
    "CreateConfigurationSetEventDestination": (
        lambda ses: ses.create_configuration_set_event_destination(
            configuration_set_name="news", event_destination=event_destination()
        ),
        {"ConfigurationSetName": "news", "EventDestination": EVENT_DESTINATION},
        {},
    ),
    "UpdateConfigurationSetEventDestination": (
        lambda ses: ses.update_configuration_set_event_destination(
            configuration_set_name="news", event_destination=event_destination()
        ),
        {"ConfigurationSetName": "news", "EventDestination": EVENT_DESTINATION},
        {},
    ),
    "DescribeConfigurationSet": (
        lambda ses: ses.describe_configuration_set(
            "news",
            configuration_set_attribute_names=[
                models.ConfigurationSetAttribute.EVENT_DESTINATIONS,
                "reputationOptions",
            ],
        ),
        {
            "ConfigurationSetName": "news",
            "ConfigurationSetAttributeNames": ["eventDestinations", "reputationOptions"],
        },
        {
            "ConfigurationSet": {"Name": "news"},
            "EventDestinations": [EVENT_DESTINATION],
            "TrackingOptions": {"CustomRedirectDomain": "click.example.com"},
            "DeliveryOptions": {"TlsPolicy": "Require"},
            "ReputationOptions": {"SendingEnabled": True, "LastFreshStart": WHEN},
        },
    ),
    "GetSendQuota": (
        lambda ses: ses.get_send_quota(),
        {},
        {"Max24HourSend": 200.0, "MaxSendRate": 1.0, "SentLast24Hours": 17.0},
    ),
}


def test_every_operation_of_the_classic_api_has_a_case() -> None:
    """Every operation of SES API v1 has a case."""
    named = {operation.name for operation in OPERATIONS if operation.service == "ses"}
    assert set(CASES) == named


@pytest.mark.parametrize("facade", [SESClassic, AsyncSESClassic])
@pytest.mark.parametrize("name", CASES)
def test_a_call_sends_what_botocore_expects_and_reads_its_answer(
    name: str, facade: Any, outcome: Any
) -> None:
    """Parameters and response pass botocore's own validation, and the response arrives whole."""
    call, parameters, answer = CASES[name]
    client = boto3.client(
        "ses", region_name="us-east-1", aws_access_key_id="stub", aws_secret_access_key="stub"
    )
    sends = {"SendTemplatedEmail": 14, "SendBulkTemplatedEmail": 14}
    with Stubber(client) as stubber:
        stubber.add_response(xform_name(name), answer, parameters)
        response: Any = outcome(call(facade(client=client, paces=sends)))
        stubber.assert_no_pending_responses()
    assert type(response).__name__ == f"{name}Response"
    assert response.model_dump(by_alias=True, exclude_unset=True) == answer
    client.close()
