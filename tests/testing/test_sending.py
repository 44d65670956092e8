"""What any SDK sends becomes messages, with the events that the recipient's name asks for."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events
from sesinsights.testing import EventList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sesinsights.testing import SESEmulator

    Refused = Callable[..., tuple[int, str, str]]

SENDER = "Shop <shop@example.com>"
TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/mail"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
SIMPLE: dict[str, Any] = {
    "Simple": {"Subject": {"Data": "Your order"}, "Body": {"Text": {"Data": "Thank you."}}}
}


@pytest.fixture
def published(emulator: SESEmulator) -> EventList:
    """Everything that the emulator publishes."""
    everything = EventList()
    emulator.publish_to(everything)
    return everything


def send(client: Any, *to: str, **more: Any) -> str:
    """Send a simple message and return its id."""
    parameters = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": [*to]},
        "Content": SIMPLE,
        **more,
    }
    message_id: str = client.send_email(**parameters)["MessageId"]
    return message_id


def kinds(published: EventList) -> list[str]:
    """Return the kinds of all that was published."""
    return [record["eventType"] for record in published.records]


@pytest.mark.parametrize(
    ("recipient", "events"),
    [
        ("success@example.net", ["SEND", "DELIVERY"]),
        ("reader@example.net", ["SEND", "DELIVERY"]),
        ("bounce@example.net", ["SEND", "BOUNCE"]),
        ("Bounce+1@example.net", ["SEND", "BOUNCE"]),
        ("Reader <bounce@simulator.amazonses.com>", ["SEND", "BOUNCE"]),
        ("bouncer@example.net", ["SEND", "DELIVERY"]),
        ("ooto@example.net", ["SEND", "DELIVERY", "BOUNCE"]),
        ("complaint@example.net", ["SEND", "DELIVERY", "COMPLAINT"]),
        ("suppressionlist@example.net", ["SEND", "BOUNCE"]),
    ],
)
def test_the_recipients_name_asks_for_events(
    recipient: str, events: list[str], client: Any, emulator: SESEmulator, published: EventList
) -> None:
    """As at the mailbox simulator, whatever the domain; a lookup and the records agree."""
    message_id = send(client, recipient)
    answer = client.get_message_insights(MessageId=message_id)
    (insights,) = answer["Insights"]
    assert [event["Type"] for event in insights["Events"]] == events
    assert [kind.upper() for kind in kinds(published)] == events
    assert {record["mail"]["messageId"] for record in published.records} == {message_id}
    assert insights["Events"][0]["Timestamp"] == emulator.now()
    assert (answer["Subject"], answer["FromEmailAddress"]) == ("Your order", SENDER)


@pytest.mark.parametrize(
    ("recipient", "kind", "details"),
    [
        ("bounce@example.net", "PERMANENT", "550 5.1.1"),
        ("suppressionlist@example.net", "PERMANENT", "suppression list"),
        ("ooto@example.net", "TRANSIENT", None),
    ],
)
def test_bounces_say_why(recipient: str, kind: str, details: str | None, client: Any) -> None:
    """An out-of-office reply has no details."""
    answer = client.get_message_insights(MessageId=send(client, recipient))
    bounce = answer["Insights"][0]["Events"][-1]["Details"]["Bounce"]
    assert (bounce["BounceType"], bounce["BounceSubType"]) == (kind, "General")
    assert (details is None) == ("DiagnosticCode" not in bounce)
    assert details is None or details in bounce["DiagnosticCode"]


def test_a_bounced_recipient_is_suppressed_from_then_on(client: Any, published: EventList) -> None:
    """The entry names the message, and the next send is held back, in any spelling."""
    message_id = send(client, "bounce@example.net")
    entry = client.get_suppressed_destination(EmailAddress="bounce@example.net")
    feedback_id = published.records[-1]["bounce"]["feedbackId"]
    assert entry["SuppressedDestination"]["Reason"] == "BOUNCE"
    assert entry["SuppressedDestination"]["Attributes"] == {
        "MessageId": message_id,
        "FeedbackId": feedback_id,
    }
    send(client, "BOUNCE@EXAMPLE.NET")
    assert published.records[-1]["bounce"]["bounceSubType"] == "OnAccountSuppressionList"
    send(client, "bounce@simulator.amazonses.com")
    send(client, "bounce@simulator.amazonses.com")
    assert published.records[-1]["bounce"]["bounceSubType"] == "General"


def test_a_configuration_set_may_have_reasons_of_its_own(client: Any, published: EventList) -> None:
    """With none, its mail is neither held back nor does it put addresses on the list."""
    client.create_configuration_set(
        ConfigurationSetName="news", SuppressionOptions={"SuppressedReasons": []}
    )
    client.put_suppressed_destination(EmailAddress="ada@example.net", Reason="BOUNCE")
    send(client, "ada@example.net", ConfigurationSetName="news")
    assert kinds(published) == ["Send", "Delivery"]
    send(client, "bounce@example.net", ConfigurationSetName="news")
    listed = client.list_suppressed_destinations()["SuppressedDestinationSummaries"]
    assert [entry["EmailAddress"] for entry in listed] == ["ada@example.net"]
    send(client, "ada@example.net")
    assert published.records[-1]["bounce"]["bounceSubType"] == "OnAccountSuppressionList"


def test_mail_to_several_recipients_is_published_and_not_tracked(
    client: Any, refused: Refused, emulator: SESEmulator, published: EventList
) -> None:
    """It is sent once and delivered or bounced for each; Bcc is not in the headers."""
    message_id = client.send_email(
        FromEmailAddress=SENDER,
        Destination={
            "ToAddresses": ["Ada <ada@example.net>"],
            "CcAddresses": ["bounce@example.net"],
            "BccAddresses": ["complaint@example.net"],
        },
        Content=SIMPLE,
    )["MessageId"]
    assert kinds(published) == ["Send", "Delivery", "Bounce", "Delivery", "Complaint"]
    for record in published.records:
        mail = record["mail"]
        assert mail["messageId"] == message_id
        assert mail["destination"] == [
            "ada@example.net",
            "bounce@example.net",
            "complaint@example.net",
        ]
        assert mail["commonHeaders"]["to"] == ["Ada <ada@example.net>"]
        assert mail["commonHeaders"]["cc"] == ["bounce@example.net"]
        assert "complaint@example.net" not in json.dumps(mail["headers"])
    delivered = [r["delivery"]["recipients"] for r in published.records if "delivery" in r]
    assert delivered == [["ada@example.net"], ["complaint@example.net"]]
    assert refused(client.get_message_insights, MessageId=message_id)[0] == 404


def test_a_raw_message_says_itself_what_a_call_does_not(client: Any, published: EventList) -> None:
    """Sender, recipient, subject, configuration set, tenant and tags are read from its headers."""
    client.create_configuration_set(ConfigurationSetName="news")
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = "Ada <ada@example.net>"
    message["Subject"] = "Grüße"
    message["X-SES-CONFIGURATION-SET"] = "news"
    message["X-SES-MESSAGE-TAGS"] = "campaign=winter, team=mail"
    message["X-SES-TENANT"] = "shop"
    message.set_content("Hello")
    message_id = client.send_email(Content={"Raw": {"Data": message.as_bytes()}})["MessageId"]
    answer = client.get_message_insights(MessageId=message_id)
    assert answer["Subject"] == "Grüße"
    assert answer["FromEmailAddress"] == SENDER
    assert answer["Insights"][0]["Destination"] == "ada@example.net"
    assert {"Name": "ses:tenant-name", "Value": "shop"} in answer["EmailTags"]
    tags = published.records[0]["mail"]["tags"]
    assert (tags["campaign"], tags["team"]) == (["winter"], ["mail"])
    assert tags["ses:configuration-set"] == ["news"]


@pytest.mark.parametrize("send", ["send_email", "send_bulk_email"])
def test_mail_of_a_tenant_is_told_apart(client: Any, emulator: SESEmulator, send: str) -> None:
    """Insights name the tenant, and only its own suppression list holds its mail back."""
    emulator.add_suppressed_destination("gone@example.net", tenant_name="shop")
    to = {"Destination": {"ToAddresses": ["gone@example.net"]}}
    template = {"Template": {"TemplateContent": {"Subject": "Hi", "Text": "Hi"}}}
    given: dict[str, Any] = (
        {**to, "Content": template}
        if send == "send_email"
        else {"BulkEmailEntries": [to], "DefaultContent": template}
    )
    for tenant, outcome in (({}, "DELIVERY"), ({"TenantName": "shop"}, "BOUNCE")):
        answer = getattr(client, send)(FromEmailAddress=SENDER, **given, **tenant)
        message_id = answer.get("MessageId") or answer["BulkEmailEntryResults"][0]["MessageId"]
        insights = client.get_message_insights(MessageId=message_id)
        tags = {tag["Name"]: tag["Value"] for tag in insights["EmailTags"]}
        assert tags.get("ses:tenant-name") == tenant.get("TenantName")
        (of_recipient,) = insights["Insights"]
        assert [event["Type"] for event in of_recipient["Events"]] == ["SEND", outcome]


@pytest.mark.parametrize(
    "header",
    [
        b"From: ,:8Q -\xff?_;<]f,,t,",
        b"From: .b@\r@\xff]t_;u?--\n>\\_tqqq",
        b'To: QQ@["8cQ@:Q\xff\rq',
        b"Subject: =?none?q?a?=",
        b"Subject: =?utf-8?b?=FF?=",
    ],
)
def test_a_malformed_header_is_refused_or_taken_as_it_is(
    header: bytes, client: Any, refused: Refused
) -> None:
    """Any raw message gets a response."""
    data = header + b"\r\n\r\nHello"
    destination = {"ToAddresses": ["ada@example.net"]}
    given = {"Destination": destination, "Content": {"Raw": {"Data": data}}}
    if header.startswith(b"From"):
        assert refused(client.send_email, **given)[:2] == (400, "BadRequestException")
    else:
        assert client.send_email(FromEmailAddress=SENDER, **given)["MessageId"]


TEMPLATE = {
    "TemplateContent": {"Subject": "Hello {{name}}", "Text": "{{order.number}} is on its way"},
    "TemplateData": json.dumps({"name": "you", "order": {"number": 0, "weight": 2}}),
}
BLOCK = {"TemplateContent": {"Subject": "{{#if a}}A{{/if}}"}}


def test_a_bulk_send_lays_data_and_tags_over_the_defaults(client: Any) -> None:
    """Each destination becomes a message of its own, and one may be refused."""
    answer = client.send_bulk_email(
        FromEmailAddress=SENDER,
        DefaultContent={"Template": TEMPLATE},
        DefaultEmailTags=[{"Name": "campaign", "Value": "winter"}, {"Name": "ab", "Value": "a"}],
        BulkEmailEntries=[
            {
                "Destination": {"ToAddresses": ["ada@example.net"]},
                "ReplacementTags": [{"Name": "ab", "Value": "b"}],
                "ReplacementEmailContent": {
                    "ReplacementTemplate": {
                        "ReplacementTemplateData": json.dumps(
                            {"name": "Ada", "order": {"number": 7}}
                        )
                    }
                },
            },
            {"Destination": {"ToAddresses": ["nobody"]}},
            {"Destination": {"ToAddresses": ["bounce@example.net"]}},
        ],
    )
    results = answer["BulkEmailEntryResults"]
    assert [each["Status"] for each in results] == ["SUCCESS", "INVALID_PARAMETER", "SUCCESS"]
    assert "nobody" not in results[1]["Error"]
    first = client.get_message_insights(MessageId=results[0]["MessageId"])
    assert first["Subject"] == "Hello Ada"
    tags = {tag["Name"]: tag["Value"] for tag in first["EmailTags"]}
    assert (tags["campaign"], tags["ab"]) == ("winter", "b")
    last = client.get_message_insights(MessageId=results[2]["MessageId"])
    assert last["Subject"] == "Hello you"
    assert [event["Type"] for event in last["Insights"][0]["Events"]] == ["SEND", "BOUNCE"]


@pytest.mark.parametrize(
    ("template", "events", "subject"),
    [
        ({"TemplateName": "welcome", "TemplateData": "{}"}, ["SEND", "DELIVERY"], None),
        (TEMPLATE, ["SEND", "DELIVERY"], "Hello you"),
        ({**TEMPLATE, "TemplateData": '{"name": "you"}'}, ["RENDERING_FAILURE"], "Hello you"),
        (
            {"TemplateContent": {"Subject": "{{#if a}}A{{/if}}"}},
            ["SEND", "DELIVERY"],
            "{{#if a}}A{{/if}}",
        ),
    ],
)
def test_a_template_that_lacks_a_variable_is_accepted_and_never_sent(
    template: dict[str, Any], events: list[str], subject: str | None, client: Any
) -> None:
    """A template by name is not known, and a block is not judged."""
    message_id = send(client, "ada@example.net", Content={"Template": template})
    answer = client.get_message_insights(MessageId=message_id)
    assert [event["Type"] for event in answer["Insights"][0]["Events"]] == events
    assert answer.get("Subject") == subject


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"FromEmailAddress": None}, (400, "BadRequestException", "'From'")),
        ({"FromEmailAddress": "nobody"}, (400, "BadRequestException", "@domain")),
        ({"Destination": {}}, (400, "BadRequestException", "At least one")),
        ({"Destination": {"ToAddresses": ["x@"]}}, (400, "BadRequestException", "@domain")),
        (
            {"Destination": {"ToAddresses": [f"a{i}@example.net" for i in range(51)]}},
            (400, "BadRequestException", "exceeds 50"),
        ),
        ({"Content": {}}, (400, "BadRequestException", "exactly one")),
        (
            {"Content": {"Template": {"TemplateName": "a", "TemplateData": "["}}},
            (400, "BadRequestException", "template data"),
        ),
        ({"Content": {"Template": {}}}, (400, "BadRequestException", "exactly one")),
        ({"ConfigurationSetName": "old"}, (404, "NotFoundException", "<old> does not exist")),
        ({"ConfigurationSetName": "off"}, (400, "SendingPausedException", "off")),
    ],
)
def test_what_cannot_be_sent_is_refused(
    changed: dict[str, Any],
    refusal: tuple[int, str, str],
    client: Any,
    refused: Refused,
    published: EventList,
) -> None:
    """Nothing is published of it."""
    client.create_configuration_set(
        ConfigurationSetName="off", SendingOptions={"SendingEnabled": False}
    )
    parameters = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": ["ada@example.net"]},
        "Content": SIMPLE,
        **changed,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    status, code, message = refused(client.send_email, **given)
    assert (status, code) == refusal[:2]
    assert refusal[2] in message
    assert published.records == []


def test_a_raw_message_that_is_not_base64_is_not_read(post: Any) -> None:
    """The refusal is that of a body of the wrong types."""
    answer = post("/v2/email/outbound-emails", {"Content": {"Raw": {"Data": "not Base64!"}}})
    assert answer[:2] == (400, "SerializationException")


def test_events_go_where_the_configuration_set_sends_them(
    client: Any, emulator: SESEmulator
) -> None:
    """Each enabled destination gets the kinds that it matches; a bus has EventBridge's envelope."""
    heard = {arn: EventList() for arn in (TOPIC, STREAM, BUS)}
    for arn, destination in heard.items():
        emulator.publish_to(destination, arn=arn)
    client.create_configuration_set(ConfigurationSetName="news")
    role = "arn:aws:iam::123456789012:role/ses"
    targets: dict[str, dict[str, Any]] = {
        "topic": {"SnsDestination": {"TopicArn": TOPIC}, "MatchingEventTypes": ["BOUNCE"]},
        "stream": {
            "KinesisFirehoseDestination": {"DeliveryStreamArn": STREAM, "IamRoleArn": role},
            "MatchingEventTypes": ["SEND", "BOUNCE"],
            "Enabled": False,
        },
        "bus": {
            "EventBridgeDestination": {"EventBusArn": BUS},
            "MatchingEventTypes": ["SEND", "BOUNCE"],
        },
    }
    for name, target in targets.items():
        client.create_configuration_set_event_destination(
            ConfigurationSetName="news",
            EventDestinationName=name,
            EventDestination={"Enabled": True, **target},
        )
    send(client, "bounce+1@example.net", ConfigurationSetName="news")
    send(client, "bounce+2@example.net")
    assert kinds(heard[TOPIC]) == ["Bounce"]
    assert heard[STREAM].records == []
    sent, bounced = heard[BUS].records
    assert (sent["detail-type"], bounced["detail-type"]) == ("Email Sent", "Email Bounced")
    assert bounced["detail"] == heard[TOPIC].records[0]
    (parsed,) = events.parse(bounced)
    assert isinstance(parsed, events.Bounced)
    assert parsed.via.event_bridge_id == bounced["id"]
    assert bounced["resources"] == ["arn:aws:ses:us-east-1:123456789012:configuration-set/news"]
    client.delete_configuration_set_event_destination(
        ConfigurationSetName="news", EventDestinationName="topic"
    )
    send(client, "bounce+3@example.net", ConfigurationSetName="news")
    assert kinds(heard[TOPIC]) == ["Bounce"]


def test_what_hears_of_a_send_may_call_the_emulator(client: Any, emulator: SESEmulator) -> None:
    """Events are delivered before the send is answered, and while others are answered."""
    found: list[str] = []

    class LooksUp:
        def deliver(self, record: Mapping[str, Any], at: datetime) -> None:
            assert at == emulator.now()
            answer = client.get_message_insights(MessageId=record["mail"]["messageId"])
            found.append(answer["MessageId"])

    emulator.publish_to(LooksUp(), event_types=["DELIVERY"])
    assert found == []
    message_id = send(client, "ada@example.net")
    assert found == [message_id]
