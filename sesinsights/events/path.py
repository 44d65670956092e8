"""How an event arrived: the envelopes around its record."""

from __future__ import annotations

from dataclasses import dataclass, fields

__all__ = ["DIRECT", "Via"]


@dataclass(frozen=True, slots=True, repr=False)
class Via:
    """How a record arrived; attributes of services that it did not pass through are None.

    Attributes:
        wrappings: The kinds of envelopes, outermost first: `sqs`, `sns`, `eventbridge`, `firehose`.
        topic_arn: The SNS topic.
        topic_message_id: The id of the SNS message, which differs from topic to topic.
        queue_arn: The queue, where a Lambda function tells it.
        queue_message_id: The id of the message in the queue: what `batchItemFailures` names.
        event_bridge_id: The id of the EventBridge event, which differs from delivery to delivery.
        firehose_record_id: The id of the record of a Firehose transformation.
        file: The file that it was read from.
        is_verified: Whether the signature of the SNS message was verified.
    """

    wrappings: tuple[str, ...] = ()
    topic_arn: str | None = None
    topic_message_id: str | None = None
    queue_arn: str | None = None
    queue_message_id: str | None = None
    event_bridge_id: str | None = None
    firehose_record_id: str | None = None
    file: str | None = None
    is_verified: bool = False

    def __repr__(self) -> str:
        """Show only what it passed through."""
        known = ((field.name, getattr(self, field.name)) for field in fields(self))
        return f"Via({', '.join(f'{name}={value!r}' for name, value in known if value)})"


DIRECT = Via()
"""How a record comes that is not wrapped."""
