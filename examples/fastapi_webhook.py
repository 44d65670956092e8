"""Store the events that Amazon SES pushes over HTTP: verified, typed, and without duplicates.

TOPIC_ARN=arn:aws:sns:… python examples/fastapi_webhook.py

Needs the extra `events`, and `pip install fastapi uvicorn`. Subscribe the endpoint to the topic
without raw message delivery, which would leave nothing to verify. Least policy, to confirm the
subscription: `sns:ConfirmSubscription`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import boto3
import uvicorn
from fastapi import FastAPI, HTTPException, Request

from sesinsights import events

if TYPE_CHECKING:
    from botocore.client import BaseClient

TABLE = """
    CREATE TABLE IF NOT EXISTS events (
        event_id TEXT PRIMARY KEY, message_id TEXT, type TEXT, timestamp TEXT, record TEXT
    )
"""


def store(database: str, event: events.Event) -> None:
    """Store an event, unless it is stored already."""
    row = (
        event.event_id,
        event.message_id,
        str(event.type),
        event.timestamp.isoformat(),
        json.dumps(event.raw),
    )
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(TABLE)
        connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)", row)


def make_app(
    topics: list[str],
    database: str,
    sns: BaseClient | None = None,
    certificates: events.CertificateStore | None = None,
) -> FastAPI:
    """Return a web application that accepts messages from these topics.

    Args:
        topics: The ARNs of your topics.
        database: The file to store events in.
        sns: What confirms subscriptions; without it, they are left to you.
        certificates: What to trust besides Amazon SNS, in tests.
    """
    app = FastAPI()

    @app.post("/mail-events", status_code=204)
    async def take(request: Request) -> None:
        try:
            arrival = await events.async_unwrap(
                await request.body(), request.headers, topics=topics, certificates=certificates
            )
        except events.CertificateUnavailableError:
            raise HTTPException(503, "try again") from None
        except events.SignatureError:
            raise HTTPException(403, "this was not sent by Amazon SNS for us") from None
        except events.EventParseError:
            # Amazon SNS would only send it again.
            return
        match arrival:
            case events.SubscriptionConfirmation():
                if sns is not None:
                    await asyncio.to_thread(events.confirm_subscription, arrival, sns)
            case events.Event():
                await asyncio.to_thread(store, database, arrival)
            case _:
                pass

    return app


if __name__ == "__main__":
    topic = os.environ["TOPIC_ARN"]
    client = boto3.client("sns", region_name=topic.split(":")[3])  # pyright: ignore[reportUnknownMemberType] # not every service has stubs
    uvicorn.run(make_app([topic], "events.db", client))
