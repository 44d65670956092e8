"""Verify and parse the requests that Amazon SNS sends to an HTTP endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from sesinsights.arguments import check_flags, checked_seconds
from sesinsights.clock import SYSTEM_CLOCK
from sesinsights.drivers.event_loop import AsyncDriver
from sesinsights.drivers.threads import ThreadDriver
from sesinsights.errors import EventParseError, UnsignedMessageError
from sesinsights.events.certificates import CertificateStore
from sesinsights.events.json_values import plain_json
from sesinsights.events.parsing import found_in_message_of_topic
from sesinsights.events.path import Via
from sesinsights.events.signatures import (
    certificate_url_of,
    check_age,
    check_subscribe_url,
    check_topic,
    envelope_of,
    verify_signature,
)
from sesinsights.flows.flow import Run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from botocore.client import BaseClient

    from sesinsights.clock import Clock
    from sesinsights.drivers.transport import Transport
    from sesinsights.events.notices import SubscriptionConfirmation
    from sesinsights.events.recognition import Arrival
    from sesinsights.flows.flow import Flow


DEFAULT_MAX_AGE = 3600.0
"""How old a message may be, in seconds: over HTTP, Amazon SNS never tries longer."""

_shared_certificates = CertificateStore()


class _NoTransport:
    """Takes the place of a driver's connection: nothing here calls the service."""

    is_connected = True

    def connect(self) -> None:
        """Do nothing."""

    def refresh_credentials(self) -> None:
        """Do nothing."""


no_transport = cast("Transport", _NoTransport())


def unwrap(
    body: str | bytes,
    headers: Mapping[str, str] | None = None,
    *,
    topics: Collection[str],
    max_age: float | None = DEFAULT_MAX_AGE,
    certificates: CertificateStore | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Arrival:
    """Verify that Amazon SNS sent a request, and return the event or notice in it.

    Nothing is confirmed: see `confirm_subscription` for a `SubscriptionConfirmation`. Only the
    certificate is fetched, once, from Amazon SNS in the topic's Region.

    Args:
        body: The body of the request, unchanged.
        headers: The headers of the request; they show raw delivery, which has no signature.
        topics: The ARNs of your topics; messages of other topics are refused, because anyone can
            create a topic.
        max_age: How old the message may be, in seconds. None sets no limit: use it for messages
            that waited in a queue.
        certificates: The cache of certificates; by default, one shared by the whole process.
        clock: The clock by which the message's age is measured.

    Raises:
        TypeError: `topics` is one string.
        ValueError: `topics` is empty, or `max_age` is negative or not a number.
        ImportError: The extra `events` is not installed.
        UnsignedMessageError: It is not a message from Amazon SNS, or it was delivered raw.
        ForeignTopicError: It comes from a topic that is not in `topics`.
        UntrustedCertificateError: Its certificate is not from Amazon SNS.
        CertificateUnavailableError: Its certificate could not be fetched.
        ExpiredSignatureError: It is too old.
        InvalidSignatureError: The signature does not match the message.
        EventParseError: It comes from your topic, but is neither an event nor a notice.
    """
    rules = _Rules(topics, max_age, certificates or _shared_certificates, clock)
    return ThreadDriver(no_transport, clock, None).run(_unwrapped(body, headers, rules))


async def async_unwrap(
    body: str | bytes,
    headers: Mapping[str, str] | None = None,
    *,
    topics: Collection[str],
    max_age: float | None = DEFAULT_MAX_AGE,
    certificates: CertificateStore | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Arrival:
    """Verify that Amazon SNS sent a request, and return the event or notice in it.

    The same as `unwrap`, for asyncio: a certificate is fetched in a thread.
    """
    rules = _Rules(topics, max_age, certificates or _shared_certificates, clock)
    return await AsyncDriver(no_transport, clock, None).run(_unwrapped(body, headers, rules))


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a message must satisfy."""

    topics: Collection[str]
    max_age: float | None
    certificates: CertificateStore
    clock: Clock

    def __post_init__(self) -> None:
        if isinstance(self.topics, str):
            raise TypeError("topics must be a collection of ARNs, not one string")
        if not self.topics:
            raise ValueError("topics must contain the ARN of at least one topic")
        if self.max_age is not None:
            checked_seconds("max_age", self.max_age)


def _unwrapped(
    body: str | bytes, headers: Mapping[str, str] | None, rules: _Rules
) -> Flow[Arrival]:
    """Verify a request and return what it holds."""
    envelope = envelope_of(body, headers)
    check_topic(envelope, rules.topics)
    url = certificate_url_of(envelope)
    check_age(envelope, rules.max_age, rules.clock.now())
    certificate = rules.certificates.remembered(url)
    if certificate is None:
        certificate = yield from Run(partial(rules.certificates.fetch, url))
    verify_signature(envelope, certificate)
    check_subscribe_url(envelope)
    return _only(envelope)


def _only(envelope: Mapping[str, Any]) -> Arrival:
    via = Via(is_verified=True)
    found = list(found_in_message_of_topic(plain_json(envelope), via))
    for arrival in found:
        if isinstance(arrival, EventParseError):
            raise arrival
    if len(found) != 1:
        raw = str(envelope["Message"])
        raise EventParseError(raw, f"it contains {len(found)} records instead of one", via)
    return cast("Arrival", found[0])


def confirm_subscription(
    notice: SubscriptionConfirmation,
    sns: BaseClient,
    *,
    authenticate_on_unsubscribe: bool = False,
) -> str:
    """Confirm the subscription of a topic, by calling Amazon SNS instead of following the link.

    Args:
        notice: The subscription's confirmation notice, as `unwrap` returned it.
        sns: A boto3 client for `sns` in the topic's Region.
        authenticate_on_unsubscribe: Whether unsubscribing requires AWS credentials with permission;
            otherwise anyone who has the link of a message can unsubscribe.

    Returns:
        The ARN of the subscription.

    Raises:
        UnsignedMessageError: The notice was not verified, so anyone may have sent it.
        botocore.exceptions.ClientError: Amazon SNS refused, for example because the token has
            expired.
    """
    if not notice.via.is_verified or notice.topic_arn is None or notice.token is None:
        raise UnsignedMessageError("Only a notice that unwrap has verified can be confirmed.")
    check_flags(authenticate_on_unsubscribe=authenticate_on_unsubscribe)
    client: Any = sns
    response = client.confirm_subscription(
        TopicArn=notice.topic_arn,
        Token=notice.token,
        AuthenticateOnUnsubscribe="true" if authenticate_on_unsubscribe else "false",
    )
    return str(response["SubscriptionArn"])
