"""How an event arrived: the envelopes around its record."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Protocol

from typing_extensions import override


class Receipt(Protocol):
    """Deletes or releases the queue's message that contains an event."""

    def ack(self, arrival: object, /) -> None:
        """Delete it, once the last of its events is acknowledged."""
        ...

    def release(self) -> None:
        """Release it, so that it is received again at once."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Via:
    """How a record arrived. Attributes of services that it did not pass through are None.

    Attributes:
        envelopes: The kinds of envelopes, outermost first: `sqs`, `sns`, `eventbridge`, `firehose`.
        topic_arn: The SNS topic.
        topic_message_id: The id of the SNS message, which differs from topic to topic.
        queue_arn: The ARN of the queue, if a Lambda function received the message.
        queue_message_id: The id of the message in the queue, as in `batchItemFailures`.
        event_bridge_id: The id of the EventBridge event, which differs from delivery to delivery.
        firehose_record_id: The id of the record of a Firehose transformation.
        file: The file that the record was read from.
        is_verified: Whether the signature of the SNS message was verified.
        receipt: Deletes or releases its message, for an event from `iter_queue`.
    """

    envelopes: tuple[str, ...] = ()
    topic_arn: str | None = None
    topic_message_id: str | None = None
    queue_arn: str | None = None
    queue_message_id: str | None = None
    event_bridge_id: str | None = None
    firehose_record_id: str | None = None
    file: str | None = None
    is_verified: bool = False
    receipt: Receipt | None = field(default=None, compare=False)

    @override
    def __repr__(self) -> str:
        """Show only what it passed through."""
        names = (each.name for each in fields(self) if each.compare)
        known = ((name, getattr(self, name)) for name in names)
        return f"Via({', '.join(f'{name}={value!r}' for name, value in known if value)})"

    def ack(self, arrival: object) -> None:
        """Delete the queue's message that contains this.

        Raises:
            ValueError: It does not come from `iter_queue`.
        """
        self._checked_receipt().ack(arrival)

    def release(self) -> None:
        """Release the queue's message that contains this.

        Raises:
            ValueError: It does not come from `iter_queue`.
        """
        self._checked_receipt().release()

    def _checked_receipt(self) -> Receipt:
        if self.receipt is None:
            raise ValueError(
                "only an event or notice from iter_queue has a message to ack or release"
            )
        return self.receipt


DIRECT = Via()
"""The path of a record without an envelope."""
