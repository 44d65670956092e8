"""A webhook hears of events as from Amazon SNS, and can verify that it does."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

from sesinsights import events
from sesinsights.testing import SignedEndpoint
from sesinsights.testing.exchange import HttpRequest, HttpResponse
from sesinsights.testing.server import LoopbackServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sesinsights.testing import FakeClock, SESEmulator

NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


class Webhook:
    """An HTTP server that keeps what it is sent.

    Attributes:
        requests: What came.
        answer: What is answered; None hangs up.
    """

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self.answer: HttpResponse | None = HttpResponse(200, {}, b"")
        self.server = LoopbackServer(self._respond)

    def _respond(self, request: HttpRequest) -> HttpResponse | None:
        self.requests.append(request)
        return self.answer

    @property
    def envelopes(self) -> list[dict[str, str]]:
        """The messages that came."""
        return [json.loads(request.body) for request in self.requests]


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """A webhook that runs."""
    running = Webhook()
    running.server.start()
    yield running
    running.server.stop()


def _verify(
    envelope: Mapping[str, str], members: tuple[str, ...], certificates: Mapping[str, bytes]
) -> None:
    """Verify a signature as the documentation of Amazon SNS says."""
    certificate = load_pem_x509_certificate(certificates[envelope["SigningCertURL"]])
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    text = "".join(f"{name}\n{envelope[name]}\n" for name in members if name in envelope)
    algorithm = {"1": SHA1(), "2": SHA256()}[envelope["SignatureVersion"]]
    key.verify(base64.b64decode(envelope["Signature"]), text.encode(), PKCS1v15(), algorithm)


@pytest.mark.parametrize("version", ["1", "2"])
def test_events_are_posted_and_signed(
    version: str, webhook: Webhook, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """The envelope, its headers and its signature are those of Amazon SNS."""
    endpoint = SignedEndpoint(f"{webhook.server.url}/ses", signature_version=version)
    emulator.publish_to(endpoint)
    message_id = emulator.add_message(subject="Grüße", events=["SEND"])
    validated, event = webhook.envelopes
    assert validated["Message"].startswith("Successfully validated SNS topic")
    assert "Subject" not in validated
    assert json.loads(event["Message"])["mail"]["messageId"] == message_id
    assert event["Message"].endswith("}\n")
    assert event["Subject"] == "Amazon SES Email Event Notification"
    assert datetime.fromisoformat(event["Timestamp"]) == fake_clock.now()
    request = webhook.requests[-1]
    assert (request.method, request.target) == ("POST", "/ses")
    assert request.headers["content-type"].startswith("text/plain")
    assert request.headers["x-amz-sns-message-type"] == "Notification"
    assert request.headers["x-amz-sns-topic-arn"] == event["TopicArn"] == endpoint.topic_arn
    assert [delivery.status_code for delivery in endpoint.deliveries] == [200, 200]
    for envelope in webhook.envelopes:
        _verify(envelope, NOTIFICATION, endpoint.certificates)
        with pytest.raises(InvalidSignature):
            _verify({**envelope, "Message": "forged"}, NOTIFICATION, endpoint.certificates)


def test_a_subscription_is_to_be_confirmed(webhook: Webhook, fake_clock: FakeClock) -> None:
    """The question has a token and a link of the topic's Region, and is signed."""
    topic = "arn:aws-cn:sns:cn-north-1:123456789012:mail"
    endpoint = SignedEndpoint(webhook.server.url, topic_arn=topic)
    endpoint.ask_to_confirm(fake_clock.now())
    (envelope,) = webhook.envelopes
    link = urlsplit(envelope["SubscribeURL"])
    assert link.netloc == "sns.cn-north-1.amazonaws.com.cn"
    assert parse_qs(link.query) == {
        "Action": ["ConfirmSubscription"],
        "TopicArn": [topic],
        "Token": [envelope["Token"]],
    }
    assert urlsplit(envelope["SigningCertURL"]).netloc == link.netloc
    assert webhook.requests[0].headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    _verify(envelope, CONFIRMATION, endpoint.certificates)


def test_a_webhook_that_fails_is_seen(
    webhook: Webhook, emulator: SESEmulator, unused_endpoint: str
) -> None:
    """An error, a redirect and no response are told by the status, and break nothing."""
    endpoint, nobody = SignedEndpoint(webhook.server.url), SignedEndpoint(unused_endpoint)
    emulator.publish_to(endpoint)
    emulator.publish_to(nobody)
    elsewhere = {"Location": f"{webhook.server.url}/elsewhere"}
    for webhook.answer in (HttpResponse(500, {}, b""), HttpResponse(302, elsewhere, b""), None):
        emulator.add_message(events=["SEND"])
    statuses = [delivery.status_code for delivery in endpoint.deliveries]
    assert statuses == [500, 500, 302, None]
    assert {delivery.status_code for delivery in nobody.deliveries} == {None}
    assert len(webhook.requests) == 4


@pytest.mark.parametrize(
    "arguments",
    [
        {"signature_version": "3"},
        {"signature_version": 1},
        {"topic_arn": "mail-events"},
        {"topic_arn": "arn:aws:sqs:us-east-1:123456789012:mail"},
        {"topic_arn": "arn:aws:sns:us-east-1:123456789012:mail.fifo"},
    ],
)
def test_what_no_topic_sends_is_refused(arguments: dict[str, Any]) -> None:
    """The argument is named."""
    (name,) = arguments
    with pytest.raises(ValueError, match=f"{name} must be"):
        SignedEndpoint("http://127.0.0.1", **arguments)


def test_the_library_accepts_them_when_told_to(
    webhook: Webhook, emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """`unwrap` verifies with the certificate for tests, and refuses without it being trusted."""
    endpoint = SignedEndpoint(webhook.server.url)
    emulator.publish_to(endpoint)
    message_id = emulator.add_message(events=["PERMANENT_BOUNCE"])
    endpoint.ask_to_confirm(fake_clock.now())
    known: dict[str, Any] = {
        "topics": [endpoint.topic_arn],
        "certificates": events.CertificateStore(endpoint.certificates),
        "clock": fake_clock,
    }
    validated, bounced, question = (
        events.unwrap(request.body, request.headers, **known) for request in webhook.requests
    )
    assert isinstance(validated, events.TopicValidated)
    assert isinstance(bounced, events.Bounced)
    assert bounced.message_id == message_id
    assert isinstance(question, events.SubscriptionConfirmation)
    forged = webhook.requests[1].body.replace(b"Permanent", b"Transient")
    with pytest.raises(events.SignatureError):
        events.unwrap(forged, webhook.requests[1].headers, **known)
