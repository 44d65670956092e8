"""Serve the events of a message as they happen: one line of JSON per event.

pip install '.[testing]' fastapi uvicorn                  # in a checkout
python examples/fastapi_timeline.py                       # against the emulator
python examples/fastapi_timeline.py --aws
curl -N http://127.0.0.1:8000/messages/0100019bd2e8a4c1-…/timeline

It listens on port 8000, or on the port in the variable PORT. All readers share one pace, and a
reader who disconnects gives back the slot that the next lookup was waiting for.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pydantic
import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

from sesinsights import AsyncSESInsights, errors, models
from sesinsights.testing import SESEmulator
from sesinsights.testing.sample import READER, add_sample_data

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

SECONDS_BETWEEN_LOOKS = 10.0
OUTCOMES = {models.EventType.DELIVERY, models.EventType.BOUNCE, models.EventType.REJECT}


async def timeline(
    ses: AsyncSESInsights, message: models.GetMessageInsightsResponse
) -> AsyncIterator[str]:
    """Yield a line for each event, until the message is delivered or never will be."""
    shown = 0
    while True:
        events = [event for insights in message.insights for event in insights.events]
        for event in events[shown:]:
            yield event.model_dump_json(exclude_none=True) + "\n"
        shown = len(events)
        if OUTCOMES & {event.type for event in events}:
            break
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        message = await ses.get_message_insights(str(message.message_id))


def make_app(ses: AsyncSESInsights) -> FastAPI:
    """Return a web application that serves timelines."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        async with ses:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/messages/{message_id}/timeline")
    async def stream_timeline(message_id: str) -> StreamingResponse:
        try:
            message = await ses.get_message_insights(message_id)
        except errors.NotFoundError:
            raise HTTPException(404, "no such message, yet or any more") from None
        except pydantic.ValidationError:
            raise HTTPException(422, "this is not a message id of Amazon SES") from None
        return StreamingResponse(timeline(ses, message), media_type="application/x-ndjson")

    return app


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "8000"))
    if "--aws" in sys.argv:
        uvicorn.run(make_app(AsyncSESInsights()), port=port)
    else:
        with SESEmulator() as emulator:
            add_sample_data(emulator)
            print(f"curl -N http://127.0.0.1:{port}/messages/{READER}/timeline", flush=True)
            ses = AsyncSESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1")
            uvicorn.run(make_app(ses), port=port)
