"""The errors of reading and verifying events; `sesinsights.errors` shows the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.errors.service import SESInsightsError, redacted

if TYPE_CHECKING:
    from sesinsights.events.path import Via


class EventParseError(SESInsightsError):
    """The data is neither an event nor a notice.

    Attributes:
        raw: The text, or the part of it that cannot be read; it may contain addresses.
        problem: What is wrong with the data.
        via: How the data arrived, as far as its envelopes could be read.
        line_number: The line on which it begins, if it was read from a file; the first is 1.
    """

    def __init__(self, raw: str, problem: str, via: Via, line_number: int | None = None) -> None:
        self.raw = raw
        self.problem = problem
        self.via = via
        self.line_number = line_number
        place = " on" if line_number is None else f" at line {line_number} of"
        subject = f"The text{place} {via.file}" if via.file else "The data"
        super().__init__(
            f"{subject} cannot be read as an event: {problem}. It is in .raw; "
            "on_bad_record='collect' skips and collects such records."
        )


class SignatureError(SESInsightsError):
    """A message received over HTTP cannot be trusted: respond with status 403 and discard it."""


class UnsignedMessageError(SignatureError):
    """The message has no signature to verify, as with raw message delivery."""


class InvalidSignatureError(SignatureError):
    """The signature does not match the message: the message was forged or changed."""


class ExpiredSignatureError(SignatureError):
    """The message is older than Amazon SNS ever delivers, so it may be a replay.

    Attributes:
        age: The message's age, in seconds.
    """

    def __init__(self, age: float, max_age: float) -> None:
        self.age = age
        super().__init__(
            f"The message is {age:.0f} seconds old, but at most {max_age:.0f} are allowed. Raise "
            "max_age, or set it to None for messages that waited in a queue."
        )


class ForeignTopicError(SignatureError):
    """The message comes from a topic that is not allowed; anyone can create a signing topic.

    Attributes:
        topic_arn: The topic's ARN; None if the message names no topic.
    """

    def __init__(self, topic_arn: str | None) -> None:
        self.topic_arn = topic_arn
        super().__init__(
            f"The message comes from the topic {redacted(str(topic_arn))}, which is not in topics. "
            "If the topic is yours, add its ARN there."
        )


class UntrustedCertificateError(SignatureError):
    """The message names a certificate that is not from Amazon SNS; it was not fetched."""


class CertificateUnavailableError(SignatureError):
    """The certificate of a message could not be fetched, so the signature is not verified.

    Respond with status 503, and Amazon SNS delivers the message again.
    """
