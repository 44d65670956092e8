"""Delivery of events to an HTTP endpoint as by Amazon SNS, with a test certificate."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sesinsights.extras import needs_extra
from sesinsights.testing.event_records import ACCOUNT_ID, REGION, wire_time

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


_TOPIC = re.compile(r"arn:(aws[a-z-]*):sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}", re.ASCII)
_DOMAINS = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}
_SECONDS = 15
"""How long Amazon SNS waits for a response."""

_SIGNED = (
    "Message",
    "MessageId",
    "Subject",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
)
"""The members that are signed, where a message has them, in this order."""

_VALIDATED = "Successfully validated SNS topic for Amazon SES event publishing."


@dataclass(frozen=True, slots=True)
class SignedDelivery:
    """A request to the endpoint.

    Attributes:
        envelope: The message of Amazon SNS that was sent.
        status_code: The HTTP status of the response; None without a response.
    """

    envelope: Mapping[str, str]
    status_code: int | None


class SignedEndpoint:
    """Posts events to an HTTP endpoint as a topic of Amazon SNS does, signed for tests.

    `events.unwrap` accepts them if it trusts `certificates`:
    `events.unwrap(body, headers, topics=[endpoint.topic_arn],
    certificates=events.CertificateStore(endpoint.certificates))`. As with the real service, the
    first message says that the topic was validated. A message that the endpoint does not accept is
    not sent again; `deliveries` shows its status.

    Args:
        url: The URL of the endpoint.
        topic_arn: The topic that the events come from.
        signature_version: `"1"` for SHA-1, the default of topics, or `"2"` for SHA-256.

    Raises:
        ImportError: The extra `events` is not installed.
        ValueError: The signature version does not exist, or the ARN is not a standard topic's.
    """

    def __init__(
        self,
        url: str,
        *,
        topic_arn: str = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:mail-events",
        signature_version: str = "1",
    ) -> None:
        if signature_version not in {"1", "2"}:
            raise ValueError(f'signature_version must be "1" or "2", not {signature_version!r}')
        topic = _TOPIC.fullmatch(topic_arn)
        if topic is None:
            raise ValueError(f"topic_arn must be the ARN of a standard topic, not {topic_arn!r}")
        partition, region = topic.groups()
        self._sns = f"https://sns.{region}.{_DOMAINS.get(partition, 'amazonaws.com')}"
        self._certificate_url = f"{self._sns}/SimpleNotificationService-{0:032x}.pem"
        self._url = url
        self._topic_arn = topic_arn
        self._signature_version = signature_version
        self._subscription_arn = f"{topic_arn}:{uuid.uuid4()}"
        self._is_validated = False
        self._key, self._certificate = _key_and_certificate()
        self._deliveries: list[SignedDelivery] = []

    @property
    def topic_arn(self) -> str:
        """The topic that the events come from."""
        return self._topic_arn

    @property
    def certificates(self) -> Mapping[str, bytes]:
        """The test certificate in PEM format, by the URL that messages name."""
        return {self._certificate_url: self._certificate}

    @property
    def deliveries(self) -> list[SignedDelivery]:
        """The requests sent so far, oldest first, with the endpoint's responses."""
        return list(self._deliveries)

    def deliver(self, record: Mapping[str, Any], at: datetime) -> None:
        """Post an event and wait for the response."""
        if not self._is_validated:
            self._is_validated = True
            self._notify(_VALIDATED, at)
        text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
        self._notify(f"{text}\n", at, subject="Amazon SES Email Event Notification")

    def ask_to_confirm(self, at: datetime | None = None) -> None:
        """Post the topic's SubscriptionConfirmation.

        Args:
            at: The time of the message, timezone-aware; by default, now by this machine's clock.
        """
        token = uuid.uuid4().hex * 8
        query = {"Action": "ConfirmSubscription", "TopicArn": self._topic_arn, "Token": token}
        self._post(
            {
                "Type": "SubscriptionConfirmation",
                "Message": (
                    f"You have chosen to subscribe to the topic {self._topic_arn}.\n"
                    "To confirm the subscription, visit the SubscribeURL included in this message."
                ),
                "Token": token,
                "SubscribeURL": f"{self._sns}/?{urlencode(query)}",
            },
            at or datetime.now(UTC),
        )

    def _notify(self, text: str, at: datetime, *, subject: str | None = None) -> None:
        query = {"Action": "Unsubscribe", "SubscriptionArn": self._subscription_arn}
        self._post(
            {
                "Type": "Notification",
                "Message": text,
                **({} if subject is None else {"Subject": subject}),
                "UnsubscribeURL": f"{self._sns}/?{urlencode(query)}",
            },
            at,
        )

    def _post(self, members: Mapping[str, str], at: datetime) -> None:
        from urllib3 import PoolManager
        from urllib3.exceptions import HTTPError

        envelope = {
            **members,
            "MessageId": str(uuid.uuid4()),
            "TopicArn": self._topic_arn,
            "Timestamp": wire_time(at.astimezone(UTC)),
            "SignatureVersion": self._signature_version,
            "SigningCertURL": self._certificate_url,
        }
        envelope["Signature"] = self._signature(envelope)
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "User-Agent": "Amazon Simple Notification Service Agent",
            "x-amz-sns-message-type": envelope["Type"],
            "x-amz-sns-message-id": envelope["MessageId"],
            "x-amz-sns-topic-arn": self._topic_arn,
        }
        if envelope["Type"] == "Notification":
            headers["x-amz-sns-subscription-arn"] = self._subscription_arn
        body = json.dumps(envelope, indent=2, ensure_ascii=False).encode()
        status_code = None
        with PoolManager(retries=False, timeout=_SECONDS) as http, suppress(HTTPError):
            status_code = http.request("POST", self._url, body=body, headers=headers).status
        self._deliveries.append(SignedDelivery(envelope, status_code))

    def _signature(self, envelope: Mapping[str, str]) -> str:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA1, SHA256

        text = "".join(f"{name}\n{envelope[name]}\n" for name in _SIGNED if name in envelope)
        algorithm = SHA256() if self._signature_version == "2" else SHA1()  # noqa: S303
        return base64.b64encode(self._key.sign(text.encode(), PKCS1v15(), algorithm)).decode()


@cache
def _key_and_certificate() -> tuple[RSAPrivateKey, bytes]:
    """Make a key that signs in this process, and a certificate of it."""
    with needs_extra("events", needed_by="SignedEndpoint"):
        from cryptography import x509
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.x509.oid import NameOID

    key = generate_private_key(public_exponent=65_537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sesinsights tests")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )
    return key, certificate.public_bytes(Encoding.PEM)
