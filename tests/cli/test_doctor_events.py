"""The doctor finds what keeps events from where a configuration set sends them."""

from __future__ import annotations

import json
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.events.utils import PAGINATION_MODEL

from sesinsights.cli import root
from sesinsights.cli.doctor.access_policies import Access, Ruling, ruling

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import FakeClock, SESEmulator

    Examine = Callable[..., tuple[int, dict[str, dict[str, str]]]]

REGION = "us-east-1"
SET_ARN = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/news"
KINDS = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"]
SES = {"Service": "ses.amazonaws.com"}
STREAM = f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/mail"


def statement(action: str, **more: Any) -> dict[str, Any]:
    """Return a statement that allows an action to Amazon SES."""
    return {"Effect": "Allow", "Principal": SES, "Action": action, "Resource": "*", **more}


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


FOR_THIS_SET = {
    "StringEquals": {"AWS:SourceAccount": ACCOUNT},
    "ArnLike": {"AWS:SourceArn": SET_ARN},
}
LETS_SES_PUBLISH = policy(statement("sns:Publish", Condition=FOR_THIS_SET))


class Cloud:
    """The other services of AWS, as moto has them."""

    def __init__(self, client: Callable[[str], Any], emulator: SESEmulator) -> None:
        self.client = client
        self.publish_to = partial(emulator.add_configuration_set, "news")

    def topic(self, text: str | None = None, **attributes: str) -> str:
        """Make a topic and return its ARN."""
        given = {**attributes, **({"Policy": text} if text else {})}
        made: str = self.client("sns").create_topic(Name="mail", Attributes=given)["TopicArn"]
        return made

    def key(self, *statements: dict[str, Any]) -> str:
        """Make a key and return its ARN."""
        made = self.client("kms").create_key(Policy=policy(*statements))["KeyMetadata"]
        arn: str = made["Arn"]
        return arn

    def role(self, trust: str, *policies: str) -> str:
        """Make a role with inline policies and return its ARN."""
        iam = self.client("iam")
        made = iam.create_role(RoleName="ses", AssumeRolePolicyDocument=trust)["Role"]
        for number, text in enumerate(policies):
            iam.put_role_policy(RoleName="ses", PolicyName=f"p{number}", PolicyDocument=text)
        arn: str = made["Arn"]
        return arn

    def stream(self) -> None:
        """Make the Firehose stream."""
        self.client("s3").create_bucket(Bucket="mail")
        self.client("firehose").create_delivery_stream(
            DeliveryStreamName="mail",
            S3DestinationConfiguration={
                "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/firehose",
                "BucketARN": "arn:aws:s3:::mail",
            },
        )


@pytest.fixture(scope="module")
def client(moto_url: str) -> Callable[[str], Any]:
    """Return what returns a client of a service, the same one for every test."""
    session: Any = boto3.session.Session("testing", "testing", region_name=REGION)
    return cache(partial(session.client, endpoint_url=moto_url))


@pytest.fixture
def cloud(
    moto_url: str,
    client: Callable[[str], Any],
    emulator: SESEmulator,
    environment: dict[str, str],
) -> Cloud:
    """The other services, empty, and found by the environment."""
    import urllib3

    urllib3.request("POST", f"{moto_url}/moto-api/reset")
    for service in ("SNS", "KMS", "IAM", "FIREHOSE", "EVENTBRIDGE", "STS"):
        environment[f"AWS_ENDPOINT_URL_{service}"] = moto_url
    return Cloud(client, emulator)


@pytest.fixture
def examine(
    environment: dict[str, str],
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Examine:
    """Return what examines the set `news`, and gives the exit code and what each check found."""

    def examine(*args: str) -> tuple[int, dict[str, dict[str, str]]]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        exit_code = root.run(["doctor", "--json", "--events", "news", *args])
        checks = json.loads(capsys.readouterr().out)["checks"]
        return exit_code, {check.pop("check"): check for check in checks}

    return examine


def to_topic(arn: str, **changes: Any) -> dict[str, Any]:
    """Return an event destination that sends to a topic."""
    return {
        "Name": "topic",
        "Enabled": True,
        "MatchingEventTypes": KINDS,
        "SnsDestination": {"TopicArn": arn},
        **changes,
    }


def to_stream(role: str, stream: str = STREAM) -> dict[str, Any]:
    """Return an event destination that sends to Firehose."""
    target = {"IamRoleArn": role, "DeliveryStreamArn": stream}
    return {
        "Name": "stream",
        "Enabled": True,
        "MatchingEventTypes": KINDS,
        "KinesisFirehoseDestination": target,
    }


def to_bus(arn: str) -> dict[str, Any]:
    """Return an event destination that sends to a bus."""
    return {
        "Name": "bus",
        "Enabled": True,
        "MatchingEventTypes": KINDS,
        "EventBridgeDestination": {"EventBusArn": arn},
    }


def troubles(found: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the status of each check that is not well."""
    return {name: check["status"] for name, check in found.items() if check["status"] != "ok"}


def test_all_is_well(examine: Examine, emulator: SESEmulator, cloud: Cloud) -> None:
    """Nothing is changed, and permissions are not tried."""
    key = cloud.key(statement("kms:Decrypt"), statement("kms:GenerateDataKey*"))
    topic = cloud.topic(LETS_SES_PUBLISH, KmsMasterKeyId=key)
    cloud.stream()
    role = cloud.role(
        policy({"Effect": "Allow", "Principal": SES, "Action": "sts:AssumeRole"}),
        policy({"Effect": "Allow", "Action": "firehose:PutRecord*", "Resource": STREAM}),
    )
    cloud.client("events").put_rule(Name="mail", EventPattern='{"source": ["aws.ses"]}')
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    cloud.publish_to([to_topic(topic), to_stream(role), to_bus(bus)])
    exit_code, found = examine()
    assert (exit_code, troubles(found)) == (0, {})
    assert [*found] == [
        "Credentials",
        "Region",
        "Endpoint",
        "Clock",
        "Configuration set",
        "Event types",
        "topic",
        "topic: topic policy",
        "topic: encryption key",
        "stream",
        "stream: stream",
        "stream: role's trust",
        "stream: role's policy",
        "bus",
        "bus: bus",
        "bus: rules",
    ]
    assert not [r for r in emulator.requests if r.operation.startswith(("Create", "Update"))]


@pytest.mark.parametrize(
    ("destinations", "expected", "code"),
    [
        (None, {"Configuration set": "problem"}, 254),
        ([], {"Event destinations": "problem"}, 255),
        ([{"Enabled": False}], {"topic": "problem", "Event types": "warning"}, 255),
        ([{}, {"Name": "other", "Enabled": False}], {"other": "warning"}, 0),
        ([{"MatchingEventTypes": ["SEND", "BOUNCE"]}], {"Event types": "warning"}, 0),
    ],
)
def test_the_set_and_its_switches(
    destinations: list[dict[str, Any]] | None,
    expected: dict[str, str],
    code: int,
    examine: Examine,
    cloud: Cloud,
) -> None:
    """The set exists and has destinations that are on and get the bad news."""
    topic = cloud.topic(LETS_SES_PUBLISH)
    if destinations is not None:
        cloud.publish_to([to_topic(topic, **each) for each in destinations])
    exit_code, found = examine()
    assert (troubles(found), exit_code) == (expected, code)
    assert all(found[name]["advice"] for name in expected)


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        (LETS_SES_PUBLISH, "ok", "allowed"),
        (policy(statement("SNS:*", Principal="*")), "ok", "allowed"),
        (None, "warning", "AWS:SourceOwner"),
        (policy(statement("sns:Subscribe")), "problem", "not allowed"),
        (policy(statement("sns:Publish", Principal={"AWS": ACCOUNT})), "problem", "not allowed"),
        (policy(statement("sns:Publish", Resource=f"{STREAM}x")), "problem", "not allowed"),
        (
            policy(
                statement(
                    "sns:Publish", Condition={"StringEquals": {"aws:SourceArn": SET_ARN + "-2"}}
                )
            ),
            "problem",
            "not allowed",
        ),
        (
            policy(
                statement("sns:Publish"),
                statement("sns:*", Effect="Deny", Principal="*"),
            ),
            "problem",
            "not allowed",
        ),
        (
            policy(
                statement("sns:Publish"),
                statement(
                    "sns:Publish",
                    Effect="Deny",
                    Principal="*",
                    Condition={"Bool": {"aws:SecureTransport": "false"}},
                ),
            ),
            "ok",
            "allowed",
        ),
        (
            policy(
                statement("sns:Publish", Condition={"IpAddress": {"aws:SourceIp": "192.0.2.1"}})
            ),
            "warning",
            "aws:SourceIp",
        ),
    ],
)
def test_the_policy_of_a_topic(
    text: str | None,
    status: str,
    said: str,
    examine: Examine,
    cloud: Cloud,
) -> None:
    """The policy must allow Amazon SES; conditions that cannot be judged are named."""
    cloud.publish_to([to_topic(cloud.topic(text))])
    exit_code, found = examine()
    check = found["topic: topic policy"]
    assert check["status"] == status
    assert said in check["found"]
    assert exit_code == (255 if status == "problem" else 0)
    assert ("ses.amazonaws.com" in check["advice"]) == (status != "ok")


def test_keys_that_amazon_ses_cannot_use(examine: Examine, cloud: Cloud) -> None:
    """AWS's own key, one whose policy leaves SES out, and one that is disabled or not there."""
    only_decrypts = cloud.key(statement("kms:Decrypt"))
    disabled = cloud.key(statement("kms:*"))
    cloud.client("kms").disable_key(KeyId=disabled.rpartition("/")[2])
    missing = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-4000-8000-000000000000"
    said: dict[str, str] = {}
    for key in ("alias/aws/sns", only_decrypts, disabled, missing):
        topic = cloud.topic(LETS_SES_PUBLISH)
        cloud.client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="KmsMasterKeyId", AttributeValue=key
        )
        cloud.publish_to([to_topic(topic)])
        exit_code, found = examine()
        assert exit_code == 255
        assert troubles(found) == {"topic: encryption key": "problem"}
        said[key] = found["topic: encryption key"]["found"]
    assert "AWS's own" in said["alias/aws/sns"]
    assert "kms:GenerateDataKey is not allowed" in said[only_decrypts]
    assert "Disabled" in said[disabled]
    assert "does not exist" in said[missing]


@pytest.mark.parametrize(
    ("destination", "check", "said"),
    [
        (to_topic(f"arn:aws:sns:eu-west-1:{ACCOUNT}:mail"), "topic: topic", "eu-west-1"),
        (to_topic(f"arn:aws:sns:{REGION}:{ACCOUNT}:none"), "topic: topic", "does not exist"),
        (to_topic(f"arn:aws:sns:{REGION}:{ACCOUNT}:a.fifo"), "topic: topic", "standard topic"),
        (to_topic("mail"), "topic: topic", "standard topic"),
        (
            to_bus(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/mine"),
            "bus: bus",
            "the default bus",
        ),
        (to_bus(f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/default"), "bus: bus", "eu-west-1"),
        (
            {
                "Name": "app",
                "Enabled": True,
                "MatchingEventTypes": KINDS,
                "PinpointDestination": {"ApplicationArn": "arn:aws:mobiletargeting:::apps/1"},
            },
            "app: Pinpoint",
            "closed",
        ),
    ],
)
def test_targets_that_take_no_events(
    destination: dict[str, Any],
    check: str,
    said: str,
    examine: Examine,
    cloud: Cloud,
) -> None:
    """A target must exist, in the Region of the set, and be of a kind that Amazon SES serves."""
    cloud.publish_to([destination])
    exit_code, found = examine()
    assert (exit_code, troubles(found)) == (255, {check: "problem"})
    assert said in found[check]["found"]
    assert found[check]["advice"]


def test_a_kind_of_target_that_is_not_known_is_not_judged(examine: Examine, cloud: Cloud) -> None:
    """It may be newer than this version."""
    cloud.publish_to([{"Name": "new", "Enabled": True, "MatchingEventTypes": KINDS}])
    exit_code, found = examine()
    assert (exit_code, troubles(found)) == (0, {"new: target": "skipped"})


def test_a_bus_without_a_rule_leads_nowhere(examine: Examine, cloud: Cloud) -> None:
    """A rule that is off, or for another source, takes nothing."""
    events = cloud.client("events")
    events.put_rule(Name="other", EventPattern='{"source": ["aws.s3"]}')
    events.put_rule(Name="off", EventPattern='{"source": ["aws.ses"]}', State="DISABLED")
    events.put_rule(Name="clock", ScheduleExpression="rate(1 hour)")
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
    cloud.publish_to([to_bus(bus)])
    exit_code, found = examine()
    assert (exit_code, troubles(found)) == (0, {"bus: rules": "warning"})
    events.put_rule(Name="all", EventPattern='{"account": ["123456789012"]}')
    assert troubles(examine()[1]) == {}


def test_a_rule_on_a_later_page_takes_events(
    examine: Examine, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of rules is read to its end."""
    monkeypatch.setitem(PAGINATION_MODEL["list_rules"], "limit_default", 1)
    events = cloud.client("events")
    events.put_rule(Name="a", EventPattern='{"source": ["aws.s3"]}')
    events.put_rule(Name="b", EventPattern='{"source": ["aws.ses"]}')
    assert "NextToken" in events.list_rules()
    cloud.publish_to([to_bus(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default")])
    assert troubles(examine()[1]) == {}


def test_a_stream_needs_a_role_that_writes_to_it(examine: Examine, cloud: Cloud) -> None:
    """Amazon SES may assume the role, whose policies allow writing to this stream."""
    missing = f"arn:aws:iam::{ACCOUNT}:role/none"
    cloud.publish_to([to_stream(missing)])
    exit_code, found = examine()
    assert exit_code == 255
    assert troubles(found) == {"stream: stream": "problem", "stream: role": "problem"}

    cloud.stream()
    lambda_only = policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )
    role = cloud.role(
        lambda_only,
        policy({"Effect": "Allow", "Action": "firehose:PutRecordBatch", "Resource": STREAM + "2"}),
    )
    cloud.publish_to([to_stream(role)])
    exit_code, found = examine()
    assert exit_code == 255
    assert troubles(found) == {
        "stream: role's trust": "problem",
        "stream: role's policy": "problem",
    }
    iam = cloud.client("iam")
    managed = iam.create_policy(
        PolicyName="writes",
        PolicyDocument=policy({"Effect": "Allow", "Action": "firehose:*", "Resource": "*"}),
    )["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="ses", PolicyArn=managed)
    assert troubles(examine()[1]) == {"stream: role's trust": "problem"}


def test_what_may_not_be_read_is_said_and_not_guessed(
    examine: Examine,
    cloud: Cloud,
    wire: Any,
    environment: dict[str, str],
    unused_endpoint: str,
) -> None:
    """A missing permission is named; a service that is not there is not a problem of the set."""
    body = (
        b"<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code>"
        b"<Message>No.</Message></Error></ErrorResponse>"
    )
    wire.answer_whole("403 Forbidden", body, "Content-Type: text/xml")
    cloud.publish_to(
        [to_topic(cloud.topic(LETS_SES_PUBLISH)), to_stream("arn:aws:iam::1:role/ses")]
    )
    environment["AWS_ENDPOINT_URL_SNS"] = wire.url
    for service in ("IAM", "FIREHOSE", "STS"):
        environment[f"AWS_ENDPOINT_URL_{service}"] = unused_endpoint
    environment["AWS_MAX_ATTEMPTS"] = "1"
    exit_code, found = examine()
    assert exit_code == 0
    assert troubles(found) == dict.fromkeys(
        ("topic: topic", "stream: stream", "stream: role"), "skipped"
    )
    assert "sns:GetTopicAttributes is not allowed" in found["topic: topic"]["found"]
    assert "Allow sns:GetTopicAttributes" in found["topic: topic"]["advice"]


def test_conditions_on_an_unknown_account_are_doubts() -> None:
    """A condition on an unknown account is a doubt."""
    access = Access("sns:Publish", "arn", "ses.amazonaws.com", {"aws:securetransport": "true"})
    assert ruling([LETS_SES_PUBLISH], access) == Ruling(
        is_allowed=True, doubts=("AWS:SourceAccount", "AWS:SourceArn")
    )
    one = statement("sns:Publish", Condition={"StringNotEquals": {"aws:SecureTransport": "true"}})
    assert ruling([policy(one)], access) == Ruling(is_allowed=False)
    assert ruling([policy(statement("", NotAction="sns:Publish"))], access) == Ruling(
        is_allowed=False
    )
    all_but = {"Effect": "Allow", "NotPrincipal": SES, "Action": "sns:*", "Resource": "*"}
    assert ruling([policy(all_but)], access).doubts == ("NotPrincipal",)
    assert ruling([], access) == Ruling(is_allowed=False)


def test_a_denied_call_of_amazon_ses_ends_with_254(
    examine: Examine, emulator: SESEmulator, cloud: Cloud
) -> None:
    """The action to allow is named, and nothing else is tried."""
    emulator.faults.access_denied("GetConfigurationSetEventDestinations", times=None)
    cloud.publish_to()
    exit_code, found = examine()
    assert (exit_code, troubles(found)) == (254, {"Configuration set": "problem"})
    assert "ses:GetConfigurationSetEventDestinations" in found["Configuration set"]["advice"]
