"""The checks that make a message of Amazon SNS trustworthy, without any request.

Importing this needs nothing; verifying a signature needs the extra `events`.
"""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from sesinsights.errors import (
    ExpiredSignatureError,
    ForeignTopicError,
    InvalidSignatureError,
    UnsignedMessageError,
    UntrustedCertificateError,
)
from sesinsights.events.views import moment, text
from sesinsights.extras import needs_extra

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
"""The members that are signed, in the order in which they are."""

_MAY_HAVE_LINES = {"Message", "Subject"}
_OPTIONAL = {"Subject"}

_CLOCKS_DIFFER = 900
"""How far in the future the time of a message may be, in seconds, where a clock is slow."""

_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_.-]+", re.ASCII)
_HOSTS = (
    r"sns\.{region}\.(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov"
    r"|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)(?::443)?"
)
"""The hosts of Amazon SNS in the partitions of AWS, as botocore lists them."""
_CERTIFICATE = r"https://" + _HOSTS + r"/SimpleNotificationService-[A-Za-z0-9_-]{{1,128}}\.pem"


def envelope_of(body: str | bytes, headers: Mapping[str, str] | None) -> dict[str, Any]:
    """Return a message of Amazon SNS that has all that its signature needs.

    Raises:
        UnsignedMessageError: It is not a message of Amazon SNS, or was delivered raw.
    """
    names = {name.lower(): value for name, value in (headers or {}).items()}
    is_raw = str(names.get("x-amz-sns-rawdelivery", "")).lower() == "true"
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    envelope = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if is_raw or "eventType" in envelope or "notificationType" in envelope:
        raise UnsignedMessageError(
            "The message was delivered raw, so it has no signature: turn raw message delivery off "
            "for this subscription, or receive raw messages from a queue."
        )
    kind = envelope.get("Type")
    if not isinstance(kind, str) or kind not in _SIGNED:
        raise UnsignedMessageError("The request is not a message from Amazon SNS.")
    for name in (*_SIGNED[kind], "Signature", "SignatureVersion"):
        value = envelope.get(name)
        if value is None and name in _OPTIONAL:
            continue
        if not isinstance(value, str):
            raise UnsignedMessageError(f"The message has no {name}, so it cannot be verified.")
        if name not in _MAY_HAVE_LINES and "\n" in value:
            raise InvalidSignatureError(f"The {name} of the message has more than one line.")
    return envelope


def check_topic(envelope: Mapping[str, Any], topics: Collection[str]) -> None:
    """Refuse a message of a topic that is not allowed.

    Raises:
        ForeignTopicError: It comes from another topic.
    """
    if envelope["TopicArn"] not in topics:
        raise ForeignTopicError(envelope["TopicArn"])


def check_age(envelope: Mapping[str, Any], max_age: float | None, now: datetime) -> None:
    """Refuse a message that is older than any that Amazon SNS delivers, or from the future.

    Raises:
        ExpiredSignatureError: It is too old.
        InvalidSignatureError: Its time cannot be read, or lies in the future.
    """
    if max_age is None:
        return
    age = (now - _sent_at(envelope)).total_seconds()
    if age > max_age:
        raise ExpiredSignatureError(age, max_age)
    if age < -_CLOCKS_DIFFER:
        raise InvalidSignatureError(
            f"The Timestamp of the message is {-age:.0f} seconds in the future: if this machine's "
            "clock is right, the message is forged."
        )


def _sent_at(envelope: Mapping[str, Any]) -> datetime:
    sent = moment(envelope["Timestamp"])
    if sent is None:
        raise InvalidSignatureError("The Timestamp of the message is not a time.")
    return sent


def certificate_url_of(envelope: Mapping[str, Any]) -> str:
    """Return where the certificate of a message is: at Amazon SNS in the topic's Region.

    Raises:
        UntrustedCertificateError: It is anywhere else.
    """
    url = text(envelope.get("SigningCertURL")) or text(envelope.get("SigningCertUrl")) or ""
    region = _region_of(envelope)
    if not region or not re.fullmatch(_CERTIFICATE.format(region=region), url, re.ASCII):
        raise UntrustedCertificateError(
            "The certificate that the message names is not from Amazon SNS in the Region of its "
            "topic, so it was not fetched."
        )
    return url


def check_subscribe_url(envelope: Mapping[str, Any]) -> None:
    """Refuse a confirmation whose link would confirm another topic.

    Raises:
        InvalidSignatureError: The link leads elsewhere.
    """
    if "SubscribeURL" not in _SIGNED[envelope["Type"]]:
        return
    url: str = envelope["SubscribeURL"]
    try:
        link = urlsplit(url)
    except ValueError:
        link = urlsplit("")
    host = _HOSTS.format(region=_region_of(envelope))
    query = parse_qs(link.query)
    if (
        link.scheme != "https"
        or not re.fullmatch(host, link.netloc, re.ASCII)
        or query.get("Action") != ["ConfirmSubscription"]
        or query.get("TopicArn") != [envelope["TopicArn"]]
    ):
        raise InvalidSignatureError("The SubscribeURL of the message is not that of its topic.")


def _region_of(envelope: Mapping[str, Any]) -> str:
    topic = _TOPIC.fullmatch(envelope["TopicArn"])
    return re.escape(topic[1]) if topic else ""


def verify_signature(envelope: Mapping[str, Any], certificate: bytes) -> None:
    """Verify that the owner of a certificate signed a message.

    Raises:
        ImportError: The extra `events` is not installed.
        InvalidSignatureError: The signature does not match, or the time cannot be read.
        UntrustedCertificateError: The certificate cannot be used, or could not when the message
            was sent.
    """
    with needs_extra("events", needed_by="verifying signatures"):
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.hashes import SHA1, SHA256
        from cryptography.x509 import load_pem_x509_certificate
    try:
        loaded = load_pem_x509_certificate(certificate)
        key = loaded.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise UntrustedCertificateError("The certificate of the message cannot be read.") from None
    # Not by the time now: a message in a queue may be older than the current certificate.
    if not loaded.not_valid_before_utc <= _sent_at(envelope) <= loaded.not_valid_after_utc:
        raise UntrustedCertificateError(
            "The certificate of the message was not valid when the message was sent."
        )
    if not isinstance(key, RSAPublicKey):
        raise UntrustedCertificateError("The certificate of the message has no RSA key.")
    # The default of a topic is SHA-1; the certificate, not the hash, is what is trusted.
    hashes = {"1": SHA1, "2": SHA256}
    algorithm = hashes.get(envelope["SignatureVersion"])
    if algorithm is None:
        raise InvalidSignatureError("The SignatureVersion of the message is neither 1 nor 2.")
    try:
        signature = base64.b64decode(envelope["Signature"], validate=True)
        key.verify(signature, _signed_text(envelope), PKCS1v15(), algorithm())
    except (InvalidSignature, ValueError):
        raise InvalidSignatureError(
            "The signature does not match the message, which is forged or was changed."
        ) from None


def _signed_text(envelope: Mapping[str, Any]) -> bytes:
    signed = ((name, envelope.get(name)) for name in _SIGNED[envelope["Type"]])
    return "".join(f"{name}\n{value}\n" for name, value in signed if value is not None).encode()
