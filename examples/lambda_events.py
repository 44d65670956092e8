"""An AWS Lambda function that reads events from a queue, and returns only the messages that failed.

python examples/lambda_events.py                     # with two made-up messages

Switch on `ReportBatchItemFailures` for the function's queue: the messages that are named in
`batchItemFailures` stay in the queue, and end up in its dead-letter queue; the others are deleted.
The same handler reads messages from SNS, EventBridge and raw delivery.
"""

from __future__ import annotations

import json
from typing import Any

from sesinsights import events


def act_upon(event: events.AnyEvent) -> None:
    """Do what the event calls for; raise if that fails."""
    match event:
        case events.Bounced(is_suppression_echo=True):
            print("held back by our own list")
        case events.Bounced(is_permanent=True):
            print(f"{len(event.recipients)} address(es) to stop sending to: {event.reason}")
        case events.Complained(is_from_reader=True):
            print("a reader complained")
        case _:
            print(event.type)


def handler(batch: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Act upon the events of a batch of messages."""
    failed: set[str | None] = set()
    reader = events.parse(batch, on_bad_record="collect")
    for arrival in reader:
        if isinstance(arrival, events.Notice):
            continue
        try:
            act_upon(arrival)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message must come again
            print(f"{arrival!r} failed: {type(error).__name__}")
            failed.add(arrival.via.queue_message_id)
    failed |= {error.via.queue_message_id for error in reader.bad_records}
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


if __name__ == "__main__":
    at = "2026-11-03T09:15:03.795Z"
    bounce = {
        "eventType": "Bounce",
        "mail": {"timestamp": at, "messageId": "0102019a-1", "destination": ["ada@example.net"]},
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": "ada@example.net"}],
            "timestamp": at,
        },
    }
    bodies = {"message-1": json.dumps(bounce), "message-2": "this is not JSON"}
    records = [
        {"eventSource": "aws:sqs", "messageId": name, "body": body} for name, body in bodies.items()
    ]
    print(handler({"Records": records}, None))
