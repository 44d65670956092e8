"""The checks of targets of events: topics with their keys, streams with their roles, buses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sesinsights.cli.doctor.access_policies import Access, ruling
from sesinsights.cli.doctor.finding import Finding, Status
from sesinsights.cli.doctor.other_services import CannotTellError, NotThereError
from sesinsights.cli.exit_codes import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.cli.doctor.other_services import OtherServices
    from sesinsights.models import EventDestination

_SERVICE = "ses.amazonaws.com"
_AWS_KEY_OF_SNS = "alias/aws/sns"
_PARTS_OF_ARN = 6


@dataclass(frozen=True, slots=True)
class Sender:
    """Who publishes events.

    Attributes:
        partition: The partition of AWS.
        region: The Region.
        account: The account; None if it is not known.
        configuration_set: The configuration set's name.
    """

    partition: str
    region: str
    account: str | None
    configuration_set: str

    @property
    def facts(self) -> dict[str, str]:
        """What is known about a request of Amazon SES, by the keys of conditions."""
        known = {"aws:securetransport": "true"}
        if self.account:
            known["aws:sourceaccount"] = self.account
            known["aws:sourcearn"] = (
                f"arn:{self.partition}:ses:{self.region}:{self.account}:"
                f"configuration-set/{self.configuration_set}"
            )
        return known


@dataclass(frozen=True, slots=True)
class _Arn:
    text: str
    region: str
    resource: str

    @property
    def name(self) -> str:
        return self.resource.rpartition("/")[2]


def target_findings(
    destination: EventDestination, sender: Sender, others: OtherServices
) -> Iterator[Finding]:
    """Yield the findings about the target of an event destination.

    Args:
        destination: The event destination.
        sender: Who publishes.
        others: Asks the service of the target.
    """
    report = _Report(destination.name, sender, others)
    if destination.sns_destination:
        yield from report.topic(destination.sns_destination.topic_arn)
    elif destination.kinesis_firehose_destination:
        target = destination.kinesis_firehose_destination
        yield from report.stream(target.delivery_stream_arn)
        yield from report.role(target.iam_role_arn, target.delivery_stream_arn)
    elif destination.event_bridge_destination:
        yield from report.bus(destination.event_bridge_destination.event_bus_arn)
    elif destination.cloud_watch_destination:
        yield report.ok("metrics", "CloudWatch counts events and keeps none")
    elif destination.pinpoint_destination:
        advice = "Send the events to another kind of target."
        yield report.problem("Pinpoint", "the service closed on 2026-10-30", advice)
    else:
        unknown = CannotTellError("the kind is newer than this version", "Update sesinsights.")
        yield report.cannot_tell("target", unknown)


class _Report:
    """Findings about one event destination."""

    def __init__(self, name: str, sender: Sender, others: OtherServices) -> None:
        self._name = name
        self._sender = sender
        self._others = others

    def ok(self, what: str, found: str) -> Finding:
        return Finding(f"{self._name}: {what}", Status.OK, found)

    def warning(self, what: str, found: str, advice: str) -> Finding:
        return Finding(f"{self._name}: {what}", Status.WARNING, found, advice)

    def problem(self, what: str, found: str, advice: str) -> Finding:
        return Finding(f"{self._name}: {what}", Status.PROBLEM, found, advice, OTHER)

    def cannot_tell(self, what: str, error: CannotTellError) -> Finding:
        found = f"unknown: {error.reason}"
        return Finding(f"{self._name}: {what}", Status.SKIPPED, found, error.advice)

    def topic(self, text: str) -> Iterator[Finding]:
        """Yield whether Amazon SES may publish to a topic, and use the key that encrypts it."""
        arn = _arn(text)
        if arn is None or arn.resource.endswith(".fifo"):
            advice = "Amazon SES publishes only to standard topics."
            yield self.problem("topic", f"{text} is not the ARN of a standard topic", advice)
            return
        if arn.region != self._sender.region:
            yield self._in_another_region("topic", arn)
            return
        try:
            response = self._others.ask("sns", "GetTopicAttributes", TopicArn=text)
        except NotThereError:
            advice = "Create the topic, or change the event destination to another."
            yield self.problem("topic", f"{arn.resource} does not exist", advice)
            return
        except CannotTellError as error:
            yield self.cannot_tell("topic", error)
            return
        attributes: dict[str, str] = response["Attributes"]
        yield self._policy(
            "topic policy",
            [attributes.get("Policy") or "{}"],
            Access("sns:Publish", text, _SERVICE, self._sender.facts),
        )
        key = attributes.get("KmsMasterKeyId")
        yield self._key(key) if key else self.ok("encryption", "the topic is not encrypted")

    def _key(self, key: str) -> Finding:
        what = "encryption key"
        own_key = (
            "Encrypt the topic with a key of your own, whose policy lets ses.amazonaws.com use it."
        )
        aws_key = "the key of the topic is AWS's own, which Amazon SES may not use"
        if key.endswith(_AWS_KEY_OF_SNS):
            return self.problem(what, aws_key, own_key)
        try:
            about = self._others.ask("kms", "DescribeKey", KeyId=key)["KeyMetadata"]
            if about.get("KeyManager") == "AWS":
                return self.problem(what, aws_key, own_key)
            if about.get("KeyState", "Enabled") != "Enabled":
                found = f"the key of the topic is {about['KeyState']}"
                return self.problem(what, found, "Enable the key, or choose another.")
            policy = self._others.ask(
                "kms", "GetKeyPolicy", KeyId=about["Arn"], PolicyName="default"
            )
        except NotThereError:
            return self.problem(what, "the key of the topic does not exist", own_key)
        except CannotTellError as error:
            return self.cannot_tell(what, error)
        findings = [
            self._policy(
                what, [policy["Policy"]], Access(action, None, _SERVICE, self._sender.facts)
            )
            for action in ("kms:GenerateDataKey", "kms:Decrypt")
        ]
        return max(findings, key=lambda each: _GRAVITY.index(each.status))

    def stream(self, text: str) -> Iterator[Finding]:
        """Yield whether a Firehose stream can take events."""
        arn = _arn(text)
        if arn is None:
            advice = "Change the event destination to a Firehose stream."
            yield self.problem("stream", f"{text} is not the ARN of a stream", advice)
            return
        if arn.region != self._sender.region:
            yield self._in_another_region("stream", arn)
            return
        try:
            response = self._others.ask(
                "firehose", "DescribeDeliveryStream", DeliveryStreamName=arn.name
            )
        except NotThereError:
            advice = "Create the stream, or change the event destination to another."
            yield self.problem("stream", f"{arn.name} does not exist", advice)
        except CannotTellError as error:
            yield self.cannot_tell("stream", error)
        else:
            state = response["DeliveryStreamDescription"]["DeliveryStreamStatus"]
            if state == "ACTIVE":
                yield self.ok("stream", f"{arn.name} takes records")
            else:
                advice = "Wait until it is active, or check it in the Firehose console."
                yield self.problem("stream", f"{arn.name} is {state}", advice)

    def role(self, text: str, stream: str) -> Iterator[Finding]:
        """Yield whether Amazon SES may assume a role, and the role may write to a stream."""
        arn = _arn(text)
        name = arn.name if arn else text
        try:
            trust = self._others.ask("iam", "GetRole", RoleName=name)["Role"]
        except NotThereError:
            advice = "Create the role, or change the event destination to another."
            yield self.problem("role", f"{name} does not exist", advice)
            return
        except CannotTellError as error:
            yield self.cannot_tell("role", error)
            return
        yield self._policy(
            "role's trust",
            [trust["AssumeRolePolicyDocument"]],
            Access("sts:AssumeRole", None, _SERVICE, self._sender.facts),
        )
        try:
            policies = [*self._policies_of(name)]
        except NotThereError:
            advice = "Check the policies of the role in the IAM console."
            yield self.problem("role's policy", "a policy of the role does not exist", advice)
        except CannotTellError as error:
            yield self.cannot_tell("role's policy", error)
        else:
            access = Access("firehose:PutRecordBatch", stream, None, {})
            yield self._policy("role's policy", policies, access)

    def _policies_of(self, role: str) -> Iterator[Any]:
        ask, items = self._others.ask, self._others.items
        for name in items("iam", "ListRolePolicies", "PolicyNames", RoleName=role):
            yield ask("iam", "GetRolePolicy", RoleName=role, PolicyName=name)["PolicyDocument"]
        for attached in items("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role):
            arn = attached["PolicyArn"]
            version = ask("iam", "GetPolicy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
            response = ask("iam", "GetPolicyVersion", PolicyArn=arn, VersionId=version)
            yield response["PolicyVersion"]["Document"]

    def bus(self, text: str) -> Iterator[Finding]:
        """Yield whether events go to the default bus, and whether a rule there matches them."""
        arn = _arn(text)
        if arn is None or arn.resource != "event-bus/default":
            advice = "Change the event destination to the ARN of the default bus."
            yield self.problem("bus", "Amazon SES publishes only to the default bus", advice)
            return
        if arn.region != self._sender.region:
            yield self._in_another_region("bus", arn)
            return
        yield self.ok("bus", "it is the default bus")
        try:
            rules = self._others.items("events", "ListRules", "Rules", EventBusName="default")
        except (NotThereError, CannotTellError) as error:
            reason = error if isinstance(error, CannotTellError) else CannotTellError("none", "")
            yield self.cannot_tell("rules", reason)
            return
        taken = [rule["Name"] for rule in rules if _takes_events(rule)]
        if taken:
            yield self.ok("rules", f"{', '.join(taken)} may match the events")
        else:
            advice = 'Add a rule with the pattern {"source": ["aws.ses"]} and a target.'
            yield self.warning("rules", "no enabled rule matches events from aws.ses", advice)

    def _in_another_region(self, what: str, arn: _Arn) -> Finding:
        found = f"it is in {arn.region}, the configuration set in {self._sender.region}"
        return self.problem(what, found, "Use one in the same Region: Amazon SES accepts no other.")

    def _policy(self, what: str, policies: list[Any], access: Access) -> Finding:
        who = access.service or "the role"
        ruled = ruling(policies, access)
        if not ruled.is_allowed:
            advice = (
                f"Add a statement that allows {access.action} to {who}."
                if access.service
                else f"Allow the role {access.action} on the stream."
            )
            return self.problem(what, f"{access.action} is not allowed to {who}", advice)
        if ruled.doubts:
            conditions = ", ".join(ruled.doubts)
            found = (
                f"{access.action} is allowed under conditions that cannot be checked: {conditions}"
            )
            advice = (
                f"Add a statement that allows {access.action} to {who} on AWS:SourceAccount and "
                "AWS:SourceArn alone."
                if access.service
                else "Check that Amazon SES fulfils them."
            )
            return self.warning(what, found, advice)
        return self.ok(what, f"{access.action} is allowed to {who}")


_GRAVITY = (Status.OK, Status.SKIPPED, Status.WARNING, Status.PROBLEM)


def _arn(text: str) -> _Arn | None:
    parts = text.split(":", _PARTS_OF_ARN - 1)
    if len(parts) != _PARTS_OF_ARN or parts[0] != "arn":
        return None
    return _Arn(text, parts[3], parts[5])


def _takes_events(rule: dict[str, Any]) -> bool:
    """Return whether an enabled rule may match events of Amazon SES, by the source it names."""
    try:
        pattern = json.loads(rule.get("EventPattern") or "null")
    except ValueError:
        return False
    if not isinstance(pattern, dict) or rule.get("State") == "DISABLED":
        return False
    # A rule that does not name a source, or does so by more than its name, may take them too.
    sources = cast("dict[str, list[Any]]", pattern).get("source", [{}])
    return any(source == "aws.ses" or not isinstance(source, str) for source in sources)
