"""SES API v1 against moto's server, a real HTTP peer that others wrote, and against the Stubber."""

from __future__ import annotations

import json
import operator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pydantic
import pytest
from botocore import xform_name
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.stub import Stubber

from sesinsights import AsyncSESClassic, RetryPolicy, SESClassic, SESInsights, errors
from sesinsights.classic import BulkSendResult, models
from sesinsights.flows.classic_operations import SEND_BULK_TEMPLATED_EMAIL
from sesinsights.flows.operations import OPERATIONS
from sesinsights.sending.bulk import requests_for, send_in_bulk
from sesinsights.sending.rendering import check_bulk_rendering
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.testing import SESEmulator

SOURCE = "shop@example.com"
READER = models.Destination(to_addresses=["reader@example.com"])
WHEN = datetime(2026, 1, 15, 12, tzinfo=UTC)
EVENT_DESTINATION = {
    "Name": "events",
    "Enabled": True,
    "MatchingEventTypes": ["bounce", "renderingFailure"],
    "SNSDestination": {"TopicARN": "arn:aws:sns:us-east-1:1:events"},
}


@pytest.fixture
def wire() -> list[str]:
    """The operations that were sent, in order."""
    return []


@pytest.fixture
def classic(
    moto_url: str, fake_clock: FakeClock, wire: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SESClassic]:
    """A client of moto's, with a verified sender and nothing else."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with SESClassic(endpoint_url=moto_url, region_name="us-east-1", clock=fake_clock) as ses:
        for template in ses.client.list_templates()["TemplatesMetadata"]:
            ses.client.delete_template(TemplateName=template["Name"])
        ses.client.verify_email_identity(EmailAddress=SOURCE)
        ses.client.meta.events.register(
            "before-send.ses", lambda event_name, **_: wire.append(event_name.split(".")[-1])
        )
        yield ses


def template(name: str = "order", subject: str = "Order {{number}}") -> models.Template:
    """Return a template with one variable."""
    return models.Template(
        template_name=name, subject_part=subject, text_part="Hello", html_part="<p>Hello</p>"
    )


def event_destination() -> models.EventDestination:
    """Return an event destination as a user writes it."""
    return models.EventDestination(
        name="events",
        enabled=True,
        matching_event_types=[models.EventType.BOUNCE, "renderingFailure"],
        sns_destination=models.SNSDestination(topic_arn="arn:aws:sns:us-east-1:1:events"),
    )


def entries(count: int) -> list[models.BulkEmailDestination]:
    """Return destinations of one recipient each."""
    return [
        models.BulkEmailDestination(
            destination=models.Destination(to_addresses=[f"reader{number}@example.com"])
        )
        for number in range(count)
    ]


def test_a_template_is_created_read_changed_and_deleted(classic: SESClassic) -> None:
    """The life of a template."""
    classic.create_template(template=template())
    assert classic.get_template("order").template == template()
    classic.update_template(template=template(subject="Your order {{number}}"))
    changed = classic.get_template("order").template
    assert changed.subject_part == "Your order {{number}}"
    classic.delete_template("order")
    with pytest.raises(errors.TemplateDoesNotExistError):
        classic.get_template("order")


def test_a_template_cannot_be_created_twice(classic: SESClassic, wire: list[str]) -> None:
    """The second creation is refused, and not repeated."""
    classic.create_template(template=template())
    with pytest.raises(errors.AlreadyExistsError):
        classic.create_template(template=template())
    assert wire == ["CreateTemplate", "CreateTemplate"]


def test_templates_are_iterated_over_all_pages(classic: SESClassic) -> None:
    """No template is left on a page that is not fetched."""
    names = {f"template-{number}" for number in range(7)}
    for name in names:
        classic.client.create_template(
            Template={"TemplateName": name, "SubjectPart": "s", "HtmlPart": "h"}
        )
    assert {found.name for found in classic.iter_templates(page_size=3)} == names
    assert sum(len(p.templates_metadata) for p in classic.iter_templates().pages()) == len(names)


def test_operations_on_templates_are_paced_at_one_call_a_second(
    classic: SESClassic, fake_clock: FakeClock
) -> None:
    """As their pages say; each operation has a pace of its own."""
    for _ in range(3):
        list(classic.iter_templates())
    assert fake_clock.sleeps == pytest.approx([1.02, 1.02], abs=1e-5)


def test_a_missing_variable_is_named_before_the_mail_is_lost(
    classic: SESClassic, wire: list[str]
) -> None:
    """`render_check`, and `check=True` on a send, raise instead of sending."""
    classic.create_template(template=template())
    assert "Order 7" in str(classic.render_check("order", {"number": "7"}).rendered_template)
    with pytest.raises(errors.MissingRenderingAttributeError) as caught:
        classic.render_check("order", {})
    assert caught.value.attribute == "number"
    with pytest.raises(errors.MissingRenderingAttributeError):
        classic.send_templated_email(
            source=SOURCE, destination=READER, template="order", template_data={}, check=True
        )
    assert "SendTemplatedEmail" not in wire


def test_a_send_renders_first_only_when_asked_to(classic: SESClassic, wire: list[str]) -> None:
    """A check costs a call."""
    classic.create_template(template=template())
    for check in (False, True):
        sent = classic.send_templated_email(
            source=SOURCE,
            destination=READER,
            template="order",
            template_data='{"number": "7"}',
            check=check,
        )
        assert sent.message_id
    assert wire == [
        "CreateTemplate",
        "GetSendQuota",
        "SendTemplatedEmail",
        "TestRenderTemplate",
        "SendTemplatedEmail",
    ]


def test_a_sender_that_is_not_verified_is_rejected(classic: SESClassic) -> None:
    """The service's refusal has a class."""
    classic.create_template(template=template())
    with pytest.raises(errors.MessageRejectedError):
        classic.send_templated_email(
            source="other@example.org", destination=READER, template="order", template_data={}
        )


def test_a_bulk_send_of_any_size_has_a_result_for_each_destination(
    classic: SESClassic, wire: list[str]
) -> None:
    """120 destinations are three calls, and 120 results in order."""
    classic.create_template(template=template())
    destinations = entries(120)
    results = classic.send_bulk(
        source=SOURCE,
        template="order",
        default_template_data={"number": "7"},
        destinations=iter(destinations),
    )
    assert [result.destination for result in results] == destinations
    assert len({result.message_id for result in results}) == 120
    assert [result.error for result in results] == [None] * 120
    assert wire.count("SendBulkTemplatedEmail") == 3


def test_a_bulk_send_is_checked_once_for_each_set_of_variables(
    classic: SESClassic, wire: list[str]
) -> None:
    """Values do not matter to what is missing, so 60 alike cost one rendering."""
    classic.create_template(template=template())
    alike = [
        entry.model_copy(update={"replacement_template_data": json.dumps({"number": str(number)})})
        for number, entry in enumerate(entries(60))
    ]
    classic.send_bulk(
        source=SOURCE,
        template="order",
        default_template_data={},
        destinations=alike,
        check=True,
    )
    assert wire.count("TestRenderTemplate") == 1
    wire.clear()
    with pytest.raises(errors.MissingRenderingAttributeError):
        classic.send_bulk(
            source=SOURCE,
            template="order",
            default_template_data={},
            destinations=[*alike, *entries(1)],
            check=True,
        )
    with pytest.raises(errors.MissingRenderingAttributeError):
        classic.send_bulk_templated_email(
            source=SOURCE,
            template="order",
            default_template_data={},
            destinations=entries(1),
            check=True,
        )
    assert "SendBulkTemplatedEmail" not in wire


VALUES = ["a", "b", 7, True, None, False, 0, "", 0.0]


def test_a_check_renders_each_kind_of_value(scripted: Any) -> None:
    """Whether a variable is needed may depend on another that is null or false or empty."""
    service = scripted(lambda _: {"RenderedTemplate": "x"}, service="ses")
    destinations = [
        models.BulkEmailDestination(destination=READER, replacement_template_data={"in": [value]})
        for value in VALUES
    ]
    request = models.SendBulkTemplatedEmailRequest(
        source=SOURCE, template="order", default_template_data={}, destinations=destinations
    )
    service.run(check_bulk_rendering(service.pipeline, [request]))
    rendered = [json.loads(sent["TemplateData"])["in"] for _, _, sent in service.sent]
    assert rendered == [["a"], [None], [False]]


MERGES: dict[str, tuple[dict[str, Any], dict[str, Any] | str | None, dict[str, Any]]] = {
    "nothing of its own": ({"a": 1}, None, {"a": 1}),
    "an empty object": ({"a": 1}, "{}", {"a": 1}),
    "another name": ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
    "the same name": ({"a": 1}, {"a": 2}, {"a": 2}),
    "inside objects": (
        {"shop": {"name": "Tea", "site": {"url": "x"}}, "n": 1},
        {"shop": {"site": {"lang": "de"}}},
        {"shop": {"name": "Tea", "site": {"url": "x", "lang": "de"}}, "n": 1},
    ),
    "a list is replaced whole": ({"a": [{"b": 1}, {"c": 2}]}, {"a": [{"d": 3}]}, {"a": [{"d": 3}]}),
    "an object for a value": ({"a": 1}, {"a": {"b": 2}}, {"a": {"b": 2}}),
    "a value for an object": ({"a": {"b": 2}}, {"a": 1}, {"a": 1}),
    "null for an object": ({"a": {"b": 2}}, {"a": None}, {"a": None}),
}


@pytest.mark.parametrize(("default", "own", "merged"), MERGES.values(), ids=MERGES)
def test_a_check_renders_with_the_data_that_the_service_merges(
    scripted: Any,
    default: dict[str, Any],
    own: dict[str, Any] | str | None,
    merged: dict[str, Any],
) -> None:
    """A destination's data are laid over the default's, object by object; a list is replaced."""
    service = scripted(lambda _: {"RenderedTemplate": "x"}, service="ses")
    request = models.SendBulkTemplatedEmailRequest(
        source=SOURCE,
        template="order",
        default_template_data=default,
        destinations=[
            models.BulkEmailDestination(destination=READER, replacement_template_data=own)
        ],
    )
    service.run(check_bulk_rendering(service.pipeline, [request]))
    [(_, _, sent)] = service.sent
    assert json.loads(sent["TemplateData"]) == merged
    assert json.loads(str(request.default_template_data)) == default


def test_every_destination_is_sent_with_data(scripted: Any) -> None:
    """A destination without data of its own is sent with an empty object, by every bulk call."""
    service = scripted(answers(ACCEPTED), service="ses")
    service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert service.sent[-1][2]["Destinations"] == [
        {"Destination": {"ToAddresses": ["reader0@example.com"]}, "ReplacementTemplateData": "{}"}
    ]


BULK_CALLS = ["send_bulk", "send_bulk_templated_email"]
AS_DICTIONARIES: list[Any] = [
    {"destination": {"to_addresses": ["a@example.com"]}, "replacement_template_data": {"n": 1}},
    {"Destination": {"ToAddresses": ["b@example.com"], "CcAddresses": ["c@example.com"]}},
]


@pytest.mark.parametrize("name", BULK_CALLS)
@pytest.mark.parametrize("client", [SESClassic, AsyncSESClassic])
def test_destinations_may_be_dictionaries(
    client: Any, name: str, moto_url: str, outcome: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both bulk calls take dictionaries, by names of Python or of the service, and check them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    ses = client(endpoint_url=moto_url, region_name="us-east-1", clock=FakeClock())
    ses.client.verify_email_identity(EmailAddress=SOURCE)
    ses.client.create_template(
        Template={"TemplateName": name, "SubjectPart": "s", "TextPart": "t", "HtmlPart": "h"}
    )
    call = {"source": SOURCE, "template": name, "default_template_data": {}}
    sent = outcome(getattr(ses, name)(**call, destinations=iter(AS_DICTIONARIES)))
    assert len(getattr(sent, "status", sent)) == 2
    bad = [*AS_DICTIONARIES, {"destination": {"to_addresses": [SOURCE], "cc": []}}]
    with pytest.raises(pydantic.ValidationError) as caught:
        outcome(getattr(ses, name)(**call, destinations=bad))
    assert "\ndestinations.2.destination.cc\n" in str(caught.value)
    with pytest.raises(pydantic.ValidationError, match=r"destinations"):
        outcome(getattr(ses, name)(**call, destinations=["a@example.com"]))
    ses.client.delete_template(TemplateName=name)
    outcome(ses.close())


def test_a_destination_that_is_refused_shows_no_address(scripted: Any) -> None:
    """An address where a name should be is left out of the error."""
    with pytest.raises(pydantic.ValidationError) as caught:
        requests_for([{"destination": {SOURCE: []}}])  # type: ignore[list-item] # as a user without a checker may
    assert SOURCE not in str(caught.value)
    assert "destinations.0.destination.<address>" in str(caught.value)


def test_sends_are_paced_by_the_accounts_rate_in_recipients(
    classic: SESClassic, fake_clock: FakeClock, wire: list[str]
) -> None:
    """Moto's account may send one a second: three recipients take three slots; one read will do."""
    classic.create_template(template=template())
    fake_clock.advance(60)
    before = len(fake_clock.sleeps)
    three = models.Destination(to_addresses=["a@example.com"] * 3)
    for _ in range(3):
        classic.send_templated_email(
            source=SOURCE, destination=three, template="order", template_data={"number": "1"}
        )
    assert fake_clock.sleeps[before:] == pytest.approx([3.06, 3.06], abs=1e-5)
    assert wire.count("GetSendQuota") == 1


def test_the_accounts_rate_is_read_again_after_a_quarter_of_an_hour(
    classic: SESClassic, fake_clock: FakeClock, wire: list[str]
) -> None:
    """A rate that AWS has raised is used without a restart."""
    classic.create_template(template=template())
    for _ in range(2):
        classic.send_templated_email(
            source=SOURCE, destination=READER, template="order", template_data={"number": "1"}
        )
        fake_clock.advance(901)
    assert wire.count("GetSendQuota") == 2


def test_a_given_pace_takes_the_place_of_the_accounts(
    moto_url: str, fake_clock: FakeClock, classic: SESClassic
) -> None:
    """Who knows the rate needs no permission to read it."""
    classic.create_template(template=template())
    with SESClassic(
        endpoint_url=moto_url,
        region_name="us-east-1",
        clock=fake_clock,
        paces={"SendTemplatedEmail": 10},
    ) as ses:
        sent: list[str] = []
        ses.client.meta.events.register(
            "before-send.ses", lambda event_name, **_: sent.append(event_name)
        )
        before = len(fake_clock.sleeps)
        for _ in range(2):
            ses.send_templated_email(
                source=SOURCE, destination=READER, template="order", template_data={"number": "1"}
            )
        assert fake_clock.sleeps[before:] == pytest.approx([0.102], abs=1e-5)
        assert len(sent) == 2


def test_event_destinations_are_added_and_described(classic: SESClassic) -> None:
    """What moto keeps comes back."""
    classic.client.create_configuration_set(ConfigurationSet={"Name": "news"})
    classic.create_configuration_set_event_destination(
        configuration_set_name="news",
        event_destination=event_destination(),
    )
    described = classic.describe_configuration_set("news")
    assert described.configuration_set == models.ConfigurationSet(name="news")
    with pytest.raises(errors.ConfigurationSetDoesNotExistError):
        classic.describe_configuration_set("gone")


def test_a_message_sent_by_the_classic_api_is_looked_up_by_the_new_one(
    classic: SESClassic, ses: SESInsights, ses_emulator: SESEmulator
) -> None:
    """The id that sending returned is the id to look up."""
    classic.create_template(template=template())
    sent = classic.send_templated_email(
        source=SOURCE, destination=READER, template="order", template_data={"number": "7"}
    )
    ses_emulator.add_message(message_id=sent.message_id)
    assert ses.get_message_insights(sent.message_id).message_id == sent.message_id


BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "no recipient": ("Destination", {}, "1 to 50 recipients"),
    "51 recipients": ("Destination", {"cc_addresses": ["a@b.c"] * 51}, "1 to 50 recipients"),
    "a space in a tag's name": ("MessageTag", {"name": "a b", "value": "c"}, "name"),
    "a letter in a tag's value": ("MessageTag", {"name": "a", "value": "ü"}, "value"),
    "a long tag": ("MessageTag", {"name": "a" * 257, "value": "b"}, "name"),
    "no template name": ("Template", {"template_name": ""}, "template_name"),
    "a large page": ("ListTemplatesRequest", {"max_items": 101}, "max_items"),
    "a space in a set's name": (
        "DescribeConfigurationSetRequest",
        {"configuration_set_name": "a b"},
        "configuration_set_name",
    ),
    "no kind of destination": (
        "EventDestination",
        {"name": "e", "matching_event_types": ["send"]},
        "exactly one",
    ),
    "two kinds of destination": (
        "EventDestination",
        {
            "name": "e",
            "matching_event_types": ["send"],
            "sns_destination": {"topic_arn": "a"},
            "kinesis_firehose_destination": {"iam_role_arn": "a", "delivery_stream_arn": "b"},
        },
        "exactly one",
    ),
    "an event of the other API": (
        "EventDestination",
        {"name": "e", "matching_event_types": ["SEND"], "sns_destination": {"topic_arn": "a"}},
        "matching_event_types",
    ),
    "a list as data": (
        "TestRenderTemplateRequest",
        {"template_name": "t", "template_data": "[1]"},
        "JSON object",
    ),
    "data that is no JSON": (
        "TestRenderTemplateRequest",
        {"template_name": "t", "template_data": "{"},
        "JSON object",
    ),
    "too much data": (
        "TestRenderTemplateRequest",
        {"template_name": "t", "template_data": {"a": "b" * 262_144}},
        "template_data",
    ),
}


@pytest.mark.parametrize(("shape", "members", "problem"), BROKEN.values(), ids=BROKEN)
def test_what_the_service_would_refuse_is_refused_before_sending(
    shape: str, members: dict[str, Any], problem: str
) -> None:
    """The error names the field and what is allowed."""
    with pytest.raises(pydantic.ValidationError, match=problem):
        getattr(models, shape)(**members)


GROUPS: dict[str, tuple[list[int], list[list[int]]]] = {
    "nobody": ([], []),
    "one each": ([1] * 120, [[1] * 50, [1] * 50, [1] * 20]),
    "as many as a call takes": ([50, 50], [[50], [50]]),
    "what does not fit goes by the next call": ([20, 20, 20, 30], [[20, 20], [20, 30]]),
    "a full call after a small one": ([1, 50, 1], [[1], [50], [1]]),
}


def test_data_as_deep_as_allowed_can_be_checked(scripted: Any) -> None:
    """What passes the validation does not fail in the middle of a bulk send."""
    service = scripted(lambda _: {"RenderedTemplate": "x"}, service="ses")
    request = models.SendBulkTemplatedEmailRequest(
        source=SOURCE,
        template="order",
        default_template_data='{"a":' * 100 + "1" + "}" * 100,
        destinations=entries(1),
    )
    service.run(check_bulk_rendering(service.pipeline, [request]))
    assert names_sent(service) == ["TestRenderTemplate"]


@pytest.mark.parametrize(("recipients", "expected"), GROUPS.values(), ids=GROUPS)
def test_a_call_has_no_more_than_50_recipients(
    recipients: list[int], expected: list[list[int]]
) -> None:
    """Over all of its destinations, which stay whole and in order."""
    requests = requests_for(
        (
            models.BulkEmailDestination(
                destination=models.Destination(to_addresses=["a@b.c"] * count)
            )
            for count in recipients
        ),
        source=SOURCE,
        template="order",
        default_template_data={},
    )
    sent = [[one.destination.recipients for one in request.destinations] for request in requests]
    assert sent == expected


def test_only_destinations_that_may_have_changed_are_validated_again() -> None:
    """One that was built is used as it is; one that was changed since then may be wrong."""
    built = entries(120)
    others: dict[str, Any] = {"source": SOURCE, "template": "t", "default_template_data": {}}
    requests = requests_for(built, **others)
    used = [entry for request in requests for entry in request.destinations]
    assert len(used) == 120
    assert all(map(operator.is_, used, built))
    changed = built[-1].model_copy(update={"destination": {"to_addresses": []}})
    with pytest.raises(pydantic.ValidationError, match=r"destinations\.120\.destination"):
        requests_for([*built, changed], **others)


def test_too_many_destinations_for_one_call_are_refused(
    classic: SESClassic, wire: list[str]
) -> None:
    """51 destinations are one too many; nothing is sent."""
    with pytest.raises(pydantic.ValidationError, match="at most 50"):
        classic.send_bulk_templated_email(
            source=SOURCE, template="order", default_template_data={}, destinations=entries(51)
        )
    assert wire == []


def test_addresses_and_data_do_not_show() -> None:
    """A request can be logged; the ARN of an identity may hold its address."""
    sender: dict[str, Any] = {
        "source": SOURCE,
        "template": "order",
        "return_path": "bounce@example.com",
        "reply_to_addresses": ["help@example.com"],
        "source_arn": f"arn:aws:ses:us-east-1:1:identity/{SOURCE}",
        "return_path_arn": "arn:aws:ses:us-east-1:1:identity/bounce@example.com",
    }
    one = models.SendTemplatedEmailRequest(
        **sender, destination=READER, template_data={"name": "Ada"}
    )
    many = models.SendBulkTemplatedEmailRequest(
        **sender, destinations=entries(1), default_template_data={"name": "Ada"}
    )
    for request in (one, many):
        assert "@" not in repr(request)
        assert "Ada" not in repr(request)


def test_wire_names_with_capitals_map_both_ways() -> None:
    """IAMRoleARN and its like are snake_case here and themselves on the wire."""
    wire_form = {
        "Name": "e",
        "MatchingEventTypes": ["send"],
        "KinesisFirehoseDestination": {"IAMRoleARN": "a", "DeliveryStreamARN": "b"},
        "SNSDestination": {"TopicARN": "c"},
    }
    read = models.EventDestination.from_service(wire_form)
    assert read.kinesis_firehose_destination
    assert read.kinesis_firehose_destination.iam_role_arn == "a"
    assert read.kinesis_firehose_destination.delivery_stream_arn == "b"
    assert read.sns_destination
    assert read.sns_destination.topic_arn == "c"
    assert read.to_service() == wire_form


def bulk_requests(count: int) -> list[models.SendBulkTemplatedEmailRequest]:
    """Return calls of one destination each."""
    return [
        models.SendBulkTemplatedEmailRequest(
            source=SOURCE, template="order", default_template_data={}, destinations=[entry]
        )
        for entry in entries(count)
    ]


def answers(*outcomes: object) -> Any:
    """Answer requests for the quota, and all others with one outcome after the other."""
    left = list(outcomes)

    def reply(parameters: dict[str, Any]) -> object:
        if not parameters:
            return {"Max24HourSend": 200.0, "MaxSendRate": 14.0, "SentLast24Hours": 1.0}
        outcome = left.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    return reply


ACCEPTED = {"Status": [{"Status": "Success", "MessageId": "m"}]}


def client_error(code: str, status: int) -> ClientError:
    """Return an error as botocore raises it."""
    metadata: Any = {"HTTPStatusCode": status}
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": metadata}, "Anything")


def lost_answer() -> ReadTimeoutError:
    """Return the error of a request whose answer never came."""
    return ReadTimeoutError(endpoint_url="https://x", error="slow")


def names_sent(service: Any) -> list[str]:
    """Return the operations that were sent, in order."""
    return [name for _, name, _ in service.sent]


def test_a_throttled_send_is_repeated(scripted: Any, refusal: Any) -> None:
    """SES v1 throttles with status 400; nothing was sent."""
    throttled = refusal("Throttling", 400, "Maximum sending rate exceeded.")
    service = scripted(answers(throttled, ACCEPTED), service="ses")
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert result.message_id == "m"
    assert names_sent(service).count("SendBulkTemplatedEmail") == 2


def test_the_daily_quota_is_not_retried(scripted: Any, refusal: Any) -> None:
    """The same code with another message is another error, and repeating does not help."""
    used_up = refusal("Throttling", 400, "Daily message quota exceeded.")
    service = scripted(answers(used_up), service="ses")
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(3)))
    assert [type(result.error) for result in results] == [errors.DailyQuotaExceededError] * 3
    assert names_sent(service).count("SendBulkTemplatedEmail") == 1


def test_a_send_whose_answer_is_lost_is_not_repeated(scripted: Any) -> None:
    """Its destinations say that they may have been sent to, and the next call is made."""
    service = scripted(answers(lost_answer(), ACCEPTED), service="ses")
    first, second = service.run(send_in_bulk(service.pipeline, bulk_requests(2)))
    assert isinstance(first.error, errors.TransportError)
    assert first.error.maybe_delivered
    assert second.status is models.BulkEmailStatus.SUCCESS


def test_a_send_that_failed_at_the_service_is_not_repeated(scripted: Any, refusal: Any) -> None:
    """A 500 may come after the mail was accepted."""
    service = scripted(answers(refusal("InternalFailure", 500), ACCEPTED), service="ses")
    first, second = service.run(send_in_bulk(service.pipeline, bulk_requests(2)))
    assert isinstance(first.error, errors.ServiceError)
    assert second.message_id == "m"


def test_refused_destinations_carry_the_services_words(scripted: Any) -> None:
    """Status, error and message id are the service's, and do not show in a repr."""
    said = {"Status": [{"Status": "MessageRejected", "Error": "bob@example.com is not verified"}]}
    service = scripted(answers(said), service="ses")
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert result.status is models.BulkEmailStatus.MESSAGE_REJECTED
    assert result.error == "bob@example.com is not verified"
    assert "@" not in repr(result)


EVERY_CALL: dict[str, tuple[str, int]] = {
    "no permission": ("AccessDenied", 403),
    "unknown credentials": ("InvalidClientTokenId", 403),
    "expired credentials": ("ExpiredToken", 403),
    "a wrong clock": ("RequestExpired", 400),
    "no such template": ("TemplateDoesNotExist", 400),
    "no such configuration set": ("ConfigurationSetDoesNotExist", 400),
    "the account is paused": ("AccountSendingPausedException", 400),
    "the configuration set is paused": ("ConfigurationSetSendingPausedException", 400),
    "a sender not set up": ("MailFromDomainNotVerifiedException", 400),
    "a sender not verified": ("MessageRejected", 400),
}


@pytest.mark.parametrize(("code", "status"), EVERY_CALL.values(), ids=EVERY_CALL)
def test_a_refusal_that_would_meet_every_call_ends_a_bulk_send(
    scripted: Any, code: str, status: int
) -> None:
    """No further call is made if each would be refused for the same reason."""
    service = scripted(answers(client_error(code, status)), service="ses")
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(3)))
    assert len({id(result.error) for result in results}) == 1
    assert isinstance(results[0].error, errors.ServiceError)


def test_a_refusal_of_one_call_ends_no_bulk_send(scripted: Any) -> None:
    """One broken address costs no more than the destinations it came with."""
    broken = client_error("InvalidParameterValue", 400)
    unreadable: dict[str, Any] = {"Status": []}
    outcomes = [broken, unreadable, broken, broken, broken, ACCEPTED]
    service = scripted(answers(*outcomes), service="ses")
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(6)))
    assert [result.is_accepted for result in results] == [False] * 5 + [True]


UNANSWERED: dict[str, object] = {
    "lost": lost_answer(),
    "failed": client_error("InternalFailure", 500),
    "throttled": client_error("Throttling", 400),
    "unreadable": {"Status": []},
}


@pytest.mark.parametrize("outcome", UNANSWERED.values(), ids=UNANSWERED)
def test_three_calls_in_a_row_without_an_answer_end_a_bulk_send(
    scripted: Any, outcome: object
) -> None:
    """A service that is gone is not asked for hours; one that comes back goes on."""
    outcomes = [outcome, outcome, ACCEPTED, outcome, outcome, outcome]
    service = scripted(answers(*outcomes), service="ses", retry=RetryPolicy(max_attempts=1))
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(8)))
    assert names_sent(service).count("SendBulkTemplatedEmail") == 6
    assert [result.is_accepted for result in results].index(True) == 2
    assert len({id(result.error) for result in results[5:]}) == 1


EVERY_DESTINATION = [
    "AccountDailyQuotaExceeded",
    "AccountSendingPaused",
    "AccountSuspended",
    "ConfigurationSetDoesNotExist",
    "ConfigurationSetSendingPaused",
    "InvalidSendingPoolName",
    "MailFromDomainNotVerified",
    "TemplateDoesNotExist",
]


@pytest.mark.parametrize("status", EVERY_DESTINATION)
def test_a_status_that_would_meet_every_destination_ends_a_bulk_send(
    scripted: Any, status: str
) -> None:
    """The service says such things with HTTP 200 too; the rest is told why it was not tried."""
    service = scripted(answers({"Status": [{"Status": status, "Error": "No."}]}), service="ses")
    first, second = service.run(send_in_bulk(service.pipeline, bulk_requests(2)))
    assert (first.status, first.error) == (status, "No.")
    assert second.status is None
    assert status in str(second.error)
    assert fate(second) == "not accepted"


@pytest.mark.parametrize("others", ["Success", "AccountSuspended", "MessageRejected"])
def test_a_status_of_some_destinations_ends_no_bulk_send(scripted: Any, others: str) -> None:
    """Nor does one that others may be spared."""
    status = "MessageRejected" if others == "MessageRejected" else "TemplateDoesNotExist"
    mixed = {"Status": [{"Status": status}, {"Status": others}]}
    service = scripted(answers(mixed, ACCEPTED), service="ses")
    both = models.SendBulkTemplatedEmailRequest(
        source=SOURCE, template="order", default_template_data={}, destinations=entries(2)
    )
    *_, last = service.run(send_in_bulk(service.pipeline, [both, *bulk_requests(1)]))
    assert last.is_accepted


def fate(result: BulkSendResult) -> str:
    """Return what a result says of its message."""
    if result.is_accepted:
        assert result.may_be_accepted
        return "accepted"
    return "unknown" if result.may_be_accepted else "not accepted"


FATES: dict[str, tuple[object, str]] = {
    "accepted": (ACCEPTED, "accepted"),
    "an id without a status": ({"Status": [{"MessageId": "m"}]}, "accepted"),
    "rejected": ({"Status": [{"Status": "MessageRejected", "Error": "No."}]}, "not accepted"),
    "a status without a reason": ({"Status": [{"Status": "TransientFailure"}]}, "not accepted"),
    "a reason without a status": ({"Status": [{"Error": "No."}]}, "not accepted"),
    "no status": ({"Status": [{}]}, "unknown"),
    "another number of statuses": ({"Status": []}, "unknown"),
    "an answer lost": (lost_answer(), "unknown"),
    "a connection that was not made": (
        EndpointConnectionError(endpoint_url="https://x"),
        "not accepted",
    ),
    "the service failed": (client_error("InternalFailure", 500), "unknown"),
    "the service throttled": (client_error("Throttling", 503), "not accepted"),
    "refused": (client_error("InvalidParameterValue", 400), "not accepted"),
    "no credentials": (CredentialRetrievalError(provider="sso", error_msg="x"), "not accepted"),
}


@pytest.mark.parametrize(("outcome", "expected"), FATES.values(), ids=FATES)
def test_a_result_tells_whether_the_message_may_be_accepted(
    scripted: Any, outcome: object, expected: str
) -> None:
    """Only what certainly was not is safe to send again, and everything else has a reason."""
    service = scripted(answers(outcome), service="ses", retry=RetryPolicy(max_attempts=1))
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert fate(result) == expected
    assert bool(result.error) == (expected != "accepted")


def test_what_was_not_tried_is_not_accepted(scripted: Any) -> None:
    """It carries the error that ended the sending, which leaves nothing open about it."""
    service = scripted(answers(*[lost_answer()] * 3), service="ses")
    *_, third, fourth = service.run(send_in_bulk(service.pipeline, bulk_requests(4)))
    assert fourth.error is third.error
    assert [fate(third), fate(fourth)] == ["unknown", "not accepted"]


NOTHING_READ: dict[str, Any] = {
    "an answer lost": lost_answer(),
    "the service failed": client_error("InternalFailure", 500),
    "an answer that cannot be read": {"MaxSendRate": {"no": "number"}},
}


@pytest.mark.parametrize("outcome", NOTHING_READ.values(), ids=NOTHING_READ)
def test_a_send_whose_rate_cannot_be_read_is_not_accepted(scripted: Any, outcome: Any) -> None:
    """That an answer about the quota is lost leaves nothing open about the mail."""

    def reply(_: dict[str, Any]) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    service = scripted(reply, service="ses", retry=RetryPolicy(max_attempts=1))
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert names_sent(service) == ["GetSendQuota"]
    assert isinstance(result.error, errors.SESInsightsError)
    assert fate(result) == "not accepted"


def test_statuses_that_do_not_match_the_destinations_are_no_answer(scripted: Any) -> None:
    """Nobody is told a status that may be another's."""
    service = scripted(answers({"Status": []}), service="ses")
    (result,) = service.run(send_in_bulk(service.pipeline, bulk_requests(1)))
    assert isinstance(result.error, errors.ResponseValidationError)


ERRORS_NOT_OURS: dict[str, Exception] = {
    "botocore's": CredentialRetrievalError(provider="sso", error_msg="expired"),
    "of a closed client": RuntimeError("this client is closed"),
}


@pytest.mark.parametrize("failure", ERRORS_NOT_OURS.values(), ids=ERRORS_NOT_OURS)
def test_an_error_that_is_not_ours_leaves_the_results_of_what_was_sent(
    scripted: Any, failure: Exception
) -> None:
    """Mail went out before it, and to whom is not lost; nothing is sent after it."""
    service = scripted(answers(ACCEPTED, failure), service="ses")
    first, second, third = service.run(send_in_bulk(service.pipeline, bulk_requests(3)))
    assert first.message_id == "m"
    assert [second.error, third.error] == [failure] * 2
    assert names_sent(service).count("SendBulkTemplatedEmail") == 2


def test_an_interrupted_bulk_send_has_told_what_became_of_the_mail(scripted: Any) -> None:
    """An interruption is raised, but what was answered before was told at once, in order."""
    service = scripted(answers(ACCEPTED, lost_answer(), GeneratorExit()), service="ses")
    requests = bulk_requests(4)
    told: list[BulkSendResult] = []
    with pytest.raises(GeneratorExit):
        service.run(send_in_bulk(service.pipeline, requests, on_result=told.append))
    assert [result.destination for result in told] == [
        request.destinations[0] for request in requests[:2]
    ]
    assert told[0].message_id == "m"
    assert isinstance(told[1].error, errors.TransportError)


def test_what_is_told_is_what_is_returned(scripted: Any, refusal: Any) -> None:
    """Also for destinations that the sending did not come to."""
    service = scripted(answers(ACCEPTED, refusal("AccessDenied", 403)), service="ses")
    told: list[BulkSendResult] = []
    results = service.run(send_in_bulk(service.pipeline, bulk_requests(3), on_result=told.append))
    assert told == results
    assert len(told) == 3


def test_a_quota_that_cannot_be_read_stops_a_send(scripted: Any, refusal: Any) -> None:
    """Nobody sends unpaced; the next send asks again."""

    def reply(_: dict[str, Any]) -> None:
        raise refusal("AccessDenied", 403)

    service = scripted(reply, service="ses")
    request = bulk_requests(1)[0]
    for _ in range(2):
        with pytest.raises(errors.AccessDeniedError, match="ses:GetSendQuota"):
            service.run(service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))
    assert names_sent(service) == ["GetSendQuota", "GetSendQuota"]


def test_a_known_rate_outlives_a_quota_that_cannot_be_read_in_passing(
    scripted: Any, refusal: Any
) -> None:
    """Sending goes on at the rate of before."""
    read = {"Max24HourSend": 200.0, "MaxSendRate": 50.0, "SentLast24Hours": 1.0}
    quota: list[Any] = [read, refusal("InternalFailure", 500)]

    def reply(parameters: dict[str, Any]) -> Any:
        if parameters:
            return ACCEPTED
        answer = quota.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    service = scripted(reply, service="ses", retry=RetryPolicy(max_attempts=1))
    request = bulk_requests(1)[0]
    service.run(service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))
    service.clock.advance(1000)
    for _ in range(2):
        service.run(service.pipeline.call(SEND_BULK_TEMPLATED_EMAIL, request))
    assert service.times[-1] - service.times[-2] == pytest.approx(1.02 / 50, abs=1e-5)


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
    """An operation that is added is tested here too."""
    named = {operation.name for operation in OPERATIONS if operation.service == "ses"}
    assert set(CASES) == named


@pytest.mark.parametrize("facade", [SESClassic, AsyncSESClassic])
@pytest.mark.parametrize("name", CASES)
def test_a_call_sends_what_botocore_expects_and_reads_its_answer(
    name: str, facade: Any, outcome: Any
) -> None:
    """Parameters and answer pass botocore's own validation, and the answer arrives whole."""
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
