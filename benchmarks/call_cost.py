"""The cost of a call compared with raw boto3, with the HTTP layer short-circuited.

    python benchmarks/call_cost.py

Both sides sign, serialise and parse for real; only the socket is replaced by a response in memory.
The two are timed in turn and in processor time, and the best of many rounds counts, so that the
ratio holds on a machine that others use too.
"""

from __future__ import annotations

import functools
import json
import math
import os
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse

from sesinsights import SESClassic, SESInsights
from sesinsights.classic import models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 25
WORDS = ("SEND", "DELIVERY_DELAY", "DELIVERY", "OPEN", "OPEN", "CLICK", "CLICK", "OPEN")
INSIGHTS: dict[str, Any] = {
    "MessageId": "0100018f3c2a1b2c-00000000-1111-2222-3333-444444444444-000000",
    "FromEmailAddress": "shop@example.com",
    "Subject": "Your order",
    "EmailTags": [{"Name": "ses:from-domain", "Value": "example.com"}],
    "Insights": [
        {
            "Destination": "reader@example.net",
            "Isp": "Gmail",
            "Events": [
                {"Timestamp": 1_767_225_600.123 + number, "Type": word}
                for number, word in enumerate(WORDS)
            ],
        }
    ],
}
EXPORT_JOBS: dict[str, Any] = {
    "ExportJobs": [
        {
            "JobId": f"job-{number}",
            "ExportSourceType": "MESSAGE_INSIGHTS",
            "JobStatus": "COMPLETED",
            "CreatedTimestamp": 1_767_225_600.123 + number,
            "CompletedTimestamp": 1_767_225_660.456 + number,
        }
        for number in range(100)
    ]
}


class Body:
    """The parts of urllib3's response that botocore reads."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        """Give the response in one piece."""
        yield self._content


def answer_with(client: Any, answer: dict[str, Any] | str) -> None:
    """Make a boto3 client answer every request with this body, without sending it."""
    content = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
    headers: Any = {
        "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
        "Content-Type": "text/xml" if isinstance(answer, str) else "application/json",
        "Content-Length": str(len(content)),
        "Connection": "keep-alive",
        "x-amzn-RequestId": "00000000-1111-2222-3333-444444444444",
    }

    def reply(request: Any, **_: object) -> AWSResponse:
        return AWSResponse(request.url, 200, headers, Body(content))

    client.meta.events.register("before-send", reply)


def seconds_per_call(call: Callable[[], object], calls: int) -> float:
    """Return the seconds that one of many calls takes."""
    started = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - started) / calls


def compare(name: str, raw: Callable[[], object], ours: Callable[[], object], calls: int) -> None:
    """Time both in turn, and print the best of each and their ratio."""
    raw_cost = our_cost = math.inf
    for _ in range(ROUNDS):
        raw_cost = min(raw_cost, seconds_per_call(raw, calls) * 1e6)
        our_cost = min(our_cost, seconds_per_call(ours, calls) * 1e6)
    print(f"{name:<46}{raw_cost:>9.0f} µs{our_cost:>11.0f} µs{our_cost / raw_cost:>7.2f}x")


def main() -> None:
    """Print the table."""
    os.environ |= {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}
    raw: Any = boto3.client("sesv2", region_name="us-east-1")
    print(f"{'operation':<46}{'boto3':>12}{'sesinsights':>14}{'ratio':>8}")
    # Pacing stays on, at a rate that never makes a call wait.
    paces = {"GetMessageInsights": 1e6}
    message_id = INSIGHTS["MessageId"]
    with SESInsights(region_name="us-east-1", paces=paces) as ses:
        answer_with(raw, INSIGHTS)
        answer_with(ses.client, INSIGHTS)
        compare(
            "GetMessageInsights, 8 events",
            lambda: raw.get_message_insights(MessageId=message_id),
            lambda: ses.get_message_insights(message_id),
            calls=50,
        )
    raw = boto3.client("sesv2", region_name="us-east-1")
    with SESInsights(region_name="us-east-1") as ses:
        answer_with(raw, EXPORT_JOBS)
        answer_with(ses.client, EXPORT_JOBS)
        compare(
            "ListExportJobs, a page of 100",
            lambda: raw.list_export_jobs(PageSize=100),
            lambda: ses.list_export_jobs(page_size=100),
            calls=10,
        )
    compare_bulk_sends()


def compare_bulk_sends() -> None:
    """Compare sends to 500 destinations, which take 10 calls."""
    count = 500
    statuses = "<member><Status>Success</Status><MessageId>0100</MessageId></member>" * 50
    name = "SendBulkTemplatedEmail"
    answer = (
        f"<{name}Response><{name}Result><Status>{statuses}</Status></{name}Result></{name}Response>"
    )
    raw: Any = boto3.client("ses", region_name="us-east-1")
    answer_with(raw, answer)
    entries = [
        {
            "destination": {"to_addresses": [f"reader{number}@example.com"]},
            "replacement_template_data": {"name": f"Reader {number}"},
        }
        for number in range(count)
    ]
    shapes = [models.BulkEmailDestination.model_validate(entry) for entry in entries]
    wire = [shape.to_service() for shape in shapes]
    members: Any = {"source": "shop@example.com", "template": "news", "default_template_data": {}}

    def send() -> None:
        for first in range(0, count, 50):
            raw.send_bulk_templated_email(
                Source="shop@example.com",
                Template="news",
                DefaultTemplateData="{}",
                Destinations=wire[first : first + 50],
            )

    with SESClassic(region_name="us-east-1", paces={name: 1e9}) as ses:
        answer_with(ses.client, answer)
        for what, destinations in (("shapes", shapes), ("dictionaries", entries)):
            given: Any = destinations
            compare(
                f"send_bulk, 500 destinations as {what}",
                send,
                functools.partial(ses.send_bulk, **members, destinations=given),
                calls=1,
            )


if __name__ == "__main__":
    main()
