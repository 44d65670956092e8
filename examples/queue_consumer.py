"""Read events from a queue until Ctrl-C, and keep a list of addresses to stop sending to.

python examples/queue_consumer.py https://sqs.eu-west-1.amazonaws.com/111122223333/mail-events

A message is deleted when the next one is requested, so no event is lost: if the program crashes,
the message is delivered again, and `event_id` identifies the duplicate. Least policy:
`sqs:ReceiveMessage`, `sqs:DeleteMessage`, `sqs:ChangeMessageVisibility`.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

from sesinsights import events

TABLES = """
    CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS stopped (address TEXT PRIMARY KEY, why TEXT);
"""


def why_to_stop(event: events.Event) -> str | None:
    """Return why its recipients should get no more mail; None if they may."""
    match event:
        case events.Bounced(is_permanent=True, is_suppression_echo=False):
            return str(event.reason)
        # Of several suspects, nobody knows who complained.
        case events.Complained(is_from_reader=True, recipients=[_]):
            return event.complaint_feedback_type or "complaint"
        case _:
            return None


def consume(reader: events.QueueReader, connection: sqlite3.Connection) -> None:
    """Process events until the reader ends."""
    connection.executescript(TABLES)
    for arrival in reader:
        if isinstance(arrival, events.Notice):
            continue
        # The event and what follows from it are stored together, or neither is.
        with connection:
            seen = connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", [arrival.event_id])
            why = why_to_stop(arrival)
            if seen.rowcount and why:
                rows = [(address, why) for address in arrival.recipients]
                connection.executemany("INSERT OR REPLACE INTO stopped VALUES (?, ?)", rows)


if __name__ == "__main__":
    with closing(sqlite3.connect("mail.db")) as database, events.iter_queue(sys.argv[1]) as queue:
        try:
            consume(queue, database)
        except KeyboardInterrupt:
            sys.exit(130)
