"""Only messages that Amazon SNS signed recently for one of our topics are accepted."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from typing_extensions import override

from sesinsights import errors, events
from sesinsights.events.certificates import fetch_certificate
from sesinsights.testing import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    Sample = Callable[[str], bytes]

TOPIC = "arn:aws:sns:eu-west-1:111122223333:mail-events"
PEM = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
URL = f"https://sns.eu-west-1.amazonaws.com{PEM}"
SENT = datetime(2026, 11, 3, 9, 15, 4, 30_000, tzinfo=UTC)
MESSAGES = ["signed.notification_v1.json", "signed.subscription_confirmation_v2.json"]

Unwrap = Callable[..., Any]


@pytest.fixture(params=[events.unwrap, events.async_unwrap], ids=["thread", "asyncio"])
def unwrap(request: pytest.FixtureRequest, sample: Sample) -> Unwrap:
    """Unwrap in a thread or on an event loop, a moment after the samples were sent."""

    def call(body: object, headers: Any = None, **options: Any) -> Any:
        defaults = {
            "topics": [TOPIC],
            "certificates": store(sample("signing_certificate.pem")),
            "clock": FakeClock(SENT + timedelta(minutes=1)),
        }
        text = json.dumps(body) if isinstance(body, dict) else body
        result = request.param(text, headers, **{**defaults, **options})
        return asyncio.run(result) if inspect.iscoroutine(result) else result

    return call


def store(certificate: bytes, url: str = URL) -> events.CertificateStore:
    """Return a store that knows one certificate, and fails a test when it is to fetch another."""
    return events.CertificateStore({url: certificate}, fetch=_never)


def _never(url: str) -> bytes:
    raise AssertionError(f"{url} was fetched")


class Signer:
    """Signs as Amazon SNS does, with a key of its own."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.certificate = _certificate(self.key)

    def sign(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return the message with a signature, as the guide tells it."""
        names = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"]
        names += ["Subject"] if message["Type"] == "Notification" else ["SubscribeURL", "Token"]
        text = "".join(
            f"{name}\n{message[name]}\n" for name in sorted(names) if message[name] is not None
        )
        algorithm = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
        signature = self.key.sign(text.encode(), PKCS1v15(), algorithm)
        return message | {"Signature": base64.b64encode(signature).decode()}


def _certificate(key: Any, begins: datetime = SENT, ends: datetime | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.example.com")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(ends or SENT + timedelta(days=365))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )


@pytest.fixture(scope="module")
def signer() -> Signer:
    """A key that is not that of the samples."""
    return Signer()


@pytest.mark.parametrize("name", MESSAGES)
def test_what_amazon_sns_signed_comes_through(name: str, unwrap: Unwrap, sample: Sample) -> None:
    """Both versions of signatures are accepted, and the event says that it was verified."""
    arrival = unwrap(sample(name))
    kind = events.Bounced if "notification" in name else events.SubscriptionConfirmation
    assert type(arrival) is kind
    assert arrival.via.is_verified
    assert arrival.via.topic_arn == TOPIC


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", ["Amazon SES Email Event Notification", None])
@pytest.mark.parametrize("lower", ["SigningCertURL", "SigningCertUrl"])
def test_what_we_sign_ourselves_comes_through(  # noqa: PLR0917 - parameters of the test
    version: str, subject: str | None, lower: str, unwrap: Unwrap, sample: Sample, signer: Signer
) -> None:
    """With and without a subject, and as Lambda spells the address of the certificate."""
    message = json.loads(sample(MESSAGES[0])) | {"SignatureVersion": version, "Subject": subject}
    message[lower] = message.pop("SigningCertURL")
    arrival = unwrap(signer.sign(message), certificates=store(signer.certificate))
    assert type(arrival) is events.Bounced


SIGNED_NAMES = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]


@pytest.mark.parametrize("name", ["Message", "MessageId", "Subject", "Timestamp", "Signature"])
def test_a_message_that_was_changed_is_refused(name: str, unwrap: Unwrap, sample: Sample) -> None:
    """A change of any signed member, or of the signature, is refused."""
    message = json.loads(sample(MESSAGES[0]))
    message[name] = message[name].replace("2", "3").replace("n", "m")
    with pytest.raises(errors.InvalidSignatureError):
        unwrap(message)


FORGED = {
    "eventType": "Complaint",
    "mail": {"messageId": "forged", "timestamp": "2026-11-03T09:15:04Z"},
    "complaint": {},
}


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize(
    "added",
    [
        {"source": "aws.ses", "detail-type": "Email Complaint Received", "detail": FORGED},
        {"source": "aws.ses", "detail": json.dumps(FORGED)},
        {"Records": [FORGED]},
        {"Sns": {"Type": "Notification", "Message": json.dumps(FORGED)}},
        {"Body": json.dumps(FORGED)},
        {"body": json.dumps(FORGED)},
        {"data": base64.b64encode(json.dumps(FORGED).encode()).decode(), "recordId": "1"},
        {"eventSource": "aws:s3"},
        {"mail": FORGED["mail"], "complaint": {}},
    ],
    ids="-".join,
)
def test_what_nobody_signed_does_not_count(
    added: dict[str, Any], name: str, unwrap: Unwrap, sample: Sample
) -> None:
    """Members that were added to a signed message, in any order, do not change what it holds."""
    signed = json.loads(sample(name))
    expected = unwrap(signed)
    for changed in (signed | added, added | signed):
        arrival = unwrap(changed)
        assert type(arrival) is type(expected)
        assert arrival.via == expected.via
        assert {**arrival.raw, **added} == {**expected.raw, **added}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_within_a_message_is_not_verified(
    name: str, unwrap: Unwrap, sample: Sample, signer: Signer
) -> None:
    """Who may publish to a topic may write what looks like a message of another topic."""
    inner = json.loads(sample(name)) | {"TopicArn": TOPIC + "-other"}
    outer = signer.sign(json.loads(sample(MESSAGES[0])) | {"Message": json.dumps(inner)})
    arrival = unwrap(outer, certificates=store(signer.certificate))
    assert arrival.via.topic_arn == TOPIC + "-other"
    assert not arrival.via.is_verified
    if isinstance(arrival, events.SubscriptionConfirmation):
        with pytest.raises(errors.UnsignedMessageError):
            events.confirm_subscription(arrival, cast("Any", None))


@pytest.mark.parametrize("name", ["Token", "SubscribeURL"])
def test_a_confirmation_that_was_changed_is_refused(
    name: str, unwrap: Unwrap, sample: Sample
) -> None:
    """A changed token or link of a confirmation is refused."""
    message = json.loads(sample(MESSAGES[1]))
    message[name] += "x"
    with pytest.raises(errors.InvalidSignatureError):
        unwrap(message)


@pytest.mark.parametrize(
    "changes",
    [
        {"Signature": "no base64"},
        {"Signature": ""},
        {"SignatureVersion": "3"},
        {"SignatureVersion": "1 "},
        {"MessageId": "a\nTimestamp"},
        {"Timestamp": "lately"},
        {"Subject": None},
        {"Message": "\ud800"},
    ],
    ids=str,
)
def test_a_hostile_signature_is_refused(
    changes: dict[str, Any], unwrap: Unwrap, sample: Sample
) -> None:
    """A hostile signature raises only the documented error."""
    with pytest.raises(errors.InvalidSignatureError):
        unwrap(json.loads(sample(MESSAGES[0])) | changes)


def test_the_key_of_another_is_refused(unwrap: Unwrap, sample: Sample, signer: Signer) -> None:
    """A signature with another key is refused."""
    with pytest.raises(errors.InvalidSignatureError):
        unwrap(signer.sign(json.loads(sample(MESSAGES[0]))))


@pytest.mark.parametrize("certificate", [b"", b"-----BEGIN CERTIFICATE-----\nx", b"\xff"])
def test_a_broken_certificate_is_refused(
    certificate: bytes, unwrap: Unwrap, sample: Sample
) -> None:
    """A certificate that cannot be parsed is refused."""
    with pytest.raises(errors.UntrustedCertificateError):
        unwrap(sample(MESSAGES[0]), certificates=store(certificate))


def test_a_certificate_of_another_kind_of_key_is_refused(unwrap: Unwrap, sample: Sample) -> None:
    """Amazon SNS signs with RSA."""
    certificate = _certificate(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(errors.UntrustedCertificateError, match="RSA"):
        unwrap(sample(MESSAGES[0]), certificates=store(certificate))


@pytest.mark.parametrize(
    "url",
    [
        f"http://sns.eu-west-1.amazonaws.com{PEM}",
        f"https://sns.eu-west-1.amazonaws.com.evil.example{PEM}",
        f"https://evil.example/sns.eu-west-1.amazonaws.com{PEM}",
        f"https://sns.us-east-1.amazonaws.com{PEM}",
        f"https://s3.amazonaws.com/evil{PEM}",
        f"https://s3.eu-west-1.amazonaws.com{PEM}",
        f"https://sns.eu-west-1.s3.amazonaws.com{PEM}",
        f"https://user@sns.eu-west-1.amazonaws.com{PEM}",
        f"https://sns.eu-west-1.amazonaws.com:8443{PEM}",
        f"https://sns.eu-west-1.amazonaws.com.{PEM}",
        f"HTTPS://sns.eu-west-1.amazonaws.com{PEM}",
        f"https://xsns.eu-west-1.amazonaws.com{PEM}",
        f"https://sns-eu-west-1.amazonaws.com{PEM}",
        f"https://sns.eu-west-1.amazonaws.co{PEM}",
        f"https://sns.eu-west-1xamazonaws.com{PEM}",
        f"https://sns.eu-west-1.amazonaws.com@evil.example{PEM}",
        f"https://sns.eu-west-1.amazonaws.com\\@evil.example{PEM}",
        f"https://sns.eu-west-1.amazonaws.com/..{PEM}",
        f"https://sns.eu-west-1.amazonaws.com/x{PEM}",
        f"{URL}?x=1",
        f"{URL}#x",
        f"{URL}\n",
        f" {URL}",
        URL.replace(".pem", ".txt"),
        URL.replace("eu-west-1", "eu-west-1\u3002"),
        f"https://SNS.eu-west-1.amazonaws.com{PEM}",
        "file:///etc/passwd",
        "",
        None,
        5,
    ],
)
def test_a_certificate_from_elsewhere_is_not_fetched(
    url: object, unwrap: Unwrap, sample: Sample
) -> None:
    """Only the address of Amazon SNS in the topic's Region is one."""
    message = json.loads(sample(MESSAGES[0])) | {"SigningCertURL": url}
    with pytest.raises(errors.UntrustedCertificateError):
        unwrap(message, certificates=events.CertificateStore(fetch=_never))


@pytest.mark.parametrize(
    ("partition", "region", "suffix"),
    [
        ("aws", "eu-west-1", "amazonaws.com:443"),
        ("aws-cn", "cn-north-1", "amazonaws.com.cn"),
        ("aws-us-gov", "us-gov-west-1", "amazonaws.com"),
        ("aws-eusc", "eusc-de-east-1", "amazonaws.eu"),
        ("aws-iso", "us-iso-east-1", "c2s.ic.gov"),
        ("aws-iso-b", "us-isob-east-1", "sc2s.sgov.gov"),
        ("aws-iso-e", "eu-isoe-west-1", "cloud.adc-e.uk"),
        ("aws-iso-f", "us-isof-south-1", "csp.hci.ic.gov"),
    ],
)
def test_every_partition_has_its_hosts(  # noqa: PLR0917 - parameters of the test
    partition: str, region: str, suffix: str, unwrap: Unwrap, sample: Sample, signer: Signer
) -> None:
    """A topic anywhere is verified with the certificate of its own Region."""
    topic = f"arn:{partition}:sns:{region}:111122223333:mail"
    url = f"https://sns.{region}.{suffix}{PEM}"
    changes = {"TopicArn": topic, "SigningCertURL": url}
    message = signer.sign(json.loads(sample(MESSAGES[0])) | changes)
    certificates = store(signer.certificate, url)
    assert unwrap(message, topics=[topic], certificates=certificates).via.topic_arn == topic


def test_a_foreign_topic_is_refused(unwrap: Unwrap, sample: Sample, signer: Signer) -> None:
    """A foreign topic is refused before its certificate is fetched: anyone can create a topic."""
    topic = TOPIC.replace("1111", "9999")
    message = signer.sign(json.loads(sample(MESSAGES[0])) | {"TopicArn": topic})
    with pytest.raises(errors.ForeignTopicError, match="topics") as caught:
        unwrap(message, certificates=events.CertificateStore(fetch=_never))
    assert caught.value.topic_arn == topic
    with pytest.raises(errors.ForeignTopicError):
        unwrap(sample(MESSAGES[0]), topics=[TOPIC + "-other"])


def test_topics_must_be_named(unwrap: Unwrap, sample: Sample) -> None:
    """`topics` can neither be empty nor a string, whose letters would be topics."""
    with pytest.raises(ValueError, match="topics"):
        unwrap(sample(MESSAGES[0]), topics=[])
    with pytest.raises(TypeError, match="topics"):
        unwrap(sample(MESSAGES[0]), topics=TOPIC)
    for max_age in (-1, float("nan"), "1h"):
        with pytest.raises(ValueError, match="max_age"):
            unwrap(sample(MESSAGES[0]), max_age=max_age)


def test_an_old_message_is_refused(unwrap: Unwrap, sample: Sample) -> None:
    """After an hour, unless another age is allowed; in a queue it may be any."""
    late = FakeClock(SENT + timedelta(seconds=3601))
    with pytest.raises(errors.ExpiredSignatureError, match="3601") as caught:
        unwrap(sample(MESSAGES[0]), clock=late)
    assert caught.value.age == 3601
    assert unwrap(sample(MESSAGES[0]), clock=FakeClock(SENT + timedelta(seconds=3600)))
    assert unwrap(sample(MESSAGES[0]), clock=late, max_age=7200)
    assert unwrap(sample(MESSAGES[0]), clock=FakeClock(SENT + timedelta(days=23)), max_age=None)


def test_a_message_from_the_future_is_refused(unwrap: Unwrap, sample: Sample) -> None:
    """A slow clock is tolerated; with `max_age=None`, times are not checked."""
    early = FakeClock(SENT - timedelta(seconds=901))
    with pytest.raises(errors.InvalidSignatureError, match="901 seconds in the future"):
        unwrap(sample(MESSAGES[0]), clock=early)
    assert unwrap(sample(MESSAGES[0]), clock=FakeClock(SENT - timedelta(seconds=900)))
    assert unwrap(sample(MESSAGES[0]), clock=early, max_age=None)


@pytest.mark.parametrize("max_age", [3600, None])
@pytest.mark.parametrize(
    ("begins", "ends", "is_valid"),
    [(-2, -1, False), (1, 2, False), (-1, 1, True), (0, 1, True)],
)
def test_a_certificate_must_have_been_valid_when_the_message_was_sent(  # noqa: PLR0917 - parameters of the test
    begins: int,
    ends: int,
    is_valid: bool,  # noqa: FBT001 - a parameter of the test
    max_age: float | None,
    unwrap: Unwrap,
    sample: Sample,
    signer: Signer,
) -> None:
    """One that ran out since then will do, for what waited in a queue."""
    at = SENT.replace(microsecond=0)
    certificate = _certificate(signer.key, at + timedelta(days=begins), at + timedelta(days=ends))
    message = signer.sign(json.loads(sample(MESSAGES[0])))
    clock = FakeClock(SENT + (timedelta(minutes=1) if max_age else timedelta(days=20)))
    options = {"certificates": store(certificate), "max_age": max_age, "clock": clock}
    if is_valid:
        assert unwrap(message, **options)
    else:
        with pytest.raises(errors.UntrustedCertificateError, match="not valid when"):
            unwrap(message, **options)


def test_headers_do_not_change_what_was_signed(unwrap: Unwrap, sample: Sample) -> None:
    """Headers, which are not signed, do not decide kind, topic or id."""
    headers = {
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-topic-arn": TOPIC + "-other",
        "x-amz-sns-message-id": "other",
    }
    found = unwrap(sample(MESSAGES[0]), headers)
    assert (found.via.topic_arn, found) == (TOPIC, unwrap(sample(MESSAGES[0])))


def test_an_empty_subject_is_not_a_missing_one(
    unwrap: Unwrap, sample: Sample, signer: Signer
) -> None:
    """An empty one is signed, a missing one is not, so neither stands for the other."""
    message = json.loads(sample(MESSAGES[0]))
    certificates = store(signer.certificate)
    empty, missing = (signer.sign(message | {"Subject": subject}) for subject in ("", None))
    for signed in (empty, missing):
        assert unwrap(signed, certificates=certificates)
    del missing["Subject"]
    assert unwrap(missing, certificates=certificates)
    for changed in (empty | {"Subject": None}, missing | {"Subject": ""}):
        with pytest.raises(errors.InvalidSignatureError):
            unwrap(changed, certificates=certificates)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("record.bounce.json", {"X-Amz-Sns-Rawdelivery": "true"}),
        ("record.bounce.json", None),
        ("feedback.bounce.json", None),
        (MESSAGES[0], {"x-amz-sns-rawdelivery": "true"}),
    ],
)
def test_raw_delivery_is_refused(
    body: str, headers: dict[str, str] | None, unwrap: Unwrap, sample: Sample
) -> None:
    """It has no signature, and the error says what to do."""
    with pytest.raises(errors.UnsignedMessageError, match="raw message delivery off"):
        unwrap(sample(body), headers)


@pytest.mark.parametrize(
    "body",
    ["", "no JSON", b"\xff", "[]", "5", "{}", '{"Type": "Other"}', '{"Type": []}', "[" * 9999],
)
def test_what_is_no_message_is_refused(body: str | bytes, unwrap: Unwrap) -> None:
    """Any other body is refused."""
    with pytest.raises(errors.UnsignedMessageError):
        unwrap(body)


@pytest.mark.parametrize("name", [*SIGNED_NAMES, "Signature", "SignatureVersion"])
@pytest.mark.parametrize("value", [None, 5, ["x"], {"a": "b"}])
def test_what_is_signed_must_be_text(
    name: str, value: object, unwrap: Unwrap, sample: Sample
) -> None:
    """A member that is missing or of another type is refused."""
    message = json.loads(sample(MESSAGES[0])) | {name: value}
    kinds = (errors.UnsignedMessageError, errors.InvalidSignatureError)
    with pytest.raises(kinds):
        unwrap(message)


@pytest.mark.parametrize("text", ["hello", '{"a": 1}', "", "[]"])
def test_a_verified_message_may_hold_anything(
    text: str, unwrap: Unwrap, sample: Sample, signer: Signer
) -> None:
    """Content that is neither an event nor a notice is not a signature error."""
    message = signer.sign(json.loads(sample(MESSAGES[0])) | {"Message": text})
    with pytest.raises(errors.EventParseError) as caught:
        unwrap(message, certificates=store(signer.certificate))
    assert caught.value.via.is_verified


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/?Action=ConfirmSubscription&TopicArn=" + TOPIC,
        "https://sns.eu-west-1.amazonaws.com/?Action=Publish&TopicArn=" + TOPIC,
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:other",
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=" + TOPIC,
        "https://[",
    ],
)
def test_a_link_that_confirms_something_else_is_refused(
    url: str, unwrap: Unwrap, sample: Sample, signer: Signer
) -> None:
    """A link that confirms another topic is refused, even if it is signed."""
    message = signer.sign(json.loads(sample(MESSAGES[1])) | {"SubscribeURL": url})
    with pytest.raises(errors.InvalidSignatureError, match="SubscribeURL"):
        unwrap(message, certificates=store(signer.certificate))


class SnsClient:
    """Remembers what it is asked to confirm."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []

    def confirm_subscription(self, **parameters: str) -> dict[str, str]:
        """Confirm."""
        self.calls.append(parameters)
        return {"SubscriptionArn": "arn:subscription"}


def test_a_subscription_is_confirmed_when_asked(unwrap: Unwrap, sample: Sample) -> None:
    """With the token, by a call of Amazon SNS, and only if the question was verified."""
    client: Any = SnsClient()
    notice = unwrap(sample(MESSAGES[1]))
    assert client.calls == []
    assert events.confirm_subscription(notice, client) == "arn:subscription"
    assert client.calls == [
        {"TopicArn": TOPIC, "Token": notice.token, "AuthenticateOnUnsubscribe": "false"}
    ]
    text: Any = "no"
    with pytest.raises(TypeError, match="authenticate_on_unsubscribe must be True or False"):
        events.confirm_subscription(notice, client, authenticate_on_unsubscribe=text)
    (unverified,) = events.parse(sample(MESSAGES[1]))
    assert isinstance(unverified, events.SubscriptionConfirmation)
    with pytest.raises(errors.UnsignedMessageError, match="unwrap"):
        events.confirm_subscription(unverified, client)
    assert len(client.calls) == 1


def test_a_certificate_is_fetched_once(unwrap: Unwrap, sample: Sample) -> None:
    """A certificate is kept for a day, and a failure for ten seconds."""
    clock = FakeClock(SENT)
    answers: list[bytes | Exception] = [
        errors.CertificateUnavailableError("down"),
        sample("signing_certificate.pem"),
        sample("signing_certificate.pem"),
    ]
    fetched: list[str] = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        answer = answers[len(fetched) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    options = {
        "certificates": events.CertificateStore(fetch=fetch, clock=clock),
        "clock": clock,
        "max_age": None,
    }
    for _ in range(2):
        with pytest.raises(errors.CertificateUnavailableError, match="down"):
            unwrap(sample(MESSAGES[0]), **options)
    clock.advance(10)
    for _ in range(3):
        assert unwrap(sample(MESSAGES[0]), **options)
    assert fetched == [URL, URL]
    clock.advance(86_400)
    assert unwrap(sample(MESSAGES[0]), **options)
    assert fetched == [URL, URL, URL]


def test_the_store_does_not_grow() -> None:
    """An attacker who names many addresses fills no memory."""
    certificates = events.CertificateStore(fetch=lambda url: url.encode())
    for number in range(1000):
        certificates.fetch(f"https://example.com/{number}")
    known = [certificates.remembered(f"https://example.com/{number}") for number in range(1000)]
    assert len([*filter(None, known)]) == 64


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.paths.append(self.path)  # type: ignore[attr-defined] # set by the fixture
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/good")
            self.end_headers()
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.end_headers()
        self.wfile.write(b"x" * (70_000 if self.path == "/large" else 5))

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[HTTPServer]:
    """A server of certificates on the loopback interface."""
    serving = HTTPServer(("127.0.0.1", 0), _Handler)
    serving.paths = []  # type: ignore[attr-defined] # what was asked for
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield serving
    serving.shutdown()
    thread.join()
    serving.server_close()


def test_a_certificate_is_fetched_within_limits(server: HTTPServer, unused_endpoint: str) -> None:
    """Over HTTP: no redirect is followed, nothing large is taken, and errors say what happened."""
    url = f"http://127.0.0.1:{server.server_port}"
    assert fetch_certificate(f"{url}/good") == b"xxxxx"
    for path, problem in (("moved", "302"), ("missing", "404"), ("large", "larger")):
        with pytest.raises(errors.CertificateUnavailableError, match=problem):
            fetch_certificate(f"{url}/{path}")
    assert server.paths == ["/good", "/moved", "/missing", "/large"]  # type: ignore[attr-defined] # set by the fixture
    with pytest.raises(errors.CertificateUnavailableError):
        fetch_certificate(unused_endpoint)
