"""What a call costs beside raw boto3, with the HTTP layer short-circuited.

Both sides sign, serialise and parse for real; only the socket is replaced by an answer in memory.
The two are timed in turn, so that the ratio holds on a machine that others use too.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse

from sesinsights import SESInsights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 15


class _Body:
    """As much of urllib3's response as botocore reads."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def answer_with(client: Any, answer: dict[str, Any]) -> None:
    """Let a boto3 client answer every request with this, without sending it."""
    content = json.dumps(answer).encode()
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": "benchmark"}

    def reply(request: Any, **_: object) -> AWSResponse:
        return AWSResponse(request.url, 200, headers, _Body(content))

    client.meta.events.register("before-send.sesv2", reply)


def seconds_per_call(call: Callable[[], object], calls: int) -> float:
    """Return the seconds that one of many calls takes."""
    started = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - started) / calls


def compare(raw: Callable[[], object], ours: Callable[[], object], calls: int) -> tuple[float, ...]:
    """Return the median seconds of both and the median ratio, timed in turn."""
    pairs = []
    for _ in range(ROUNDS):
        pairs.append((seconds_per_call(raw, calls), seconds_per_call(ours, calls)))
    return (
        statistics.median(raw for raw, _ in pairs),
        statistics.median(ours for _, ours in pairs),
        statistics.median(ours / raw for raw, ours in pairs),
    )


INSIGHTS = {
    "MessageId": "0100018f3c2a1b2c-00000000-1111-2222-3333-444444444444-000000",
    "FromEmailAddress": "shop@example.com",
    "Subject": "Your order",
    "EmailTags": [{"Name": "ses:from-domain", "Value": "example.com"}],
    "Insights": [
        {
            "Destination": "reader@example.net",
            "Isp": "Gmail",
            "Events": [
                {"Timestamp": 1_767_225_600.123 + n, "Type": kind}
                for n, kind in enumerate(
                    ("SEND", "DELIVERY_DELAY", "DELIVERY", "OPEN", "OPEN", "CLICK", "CLICK", "OPEN")
                )
            ],
        }
    ],
}
EXPORT_JOBS = {
    "ExportJobs": [
        {
            "JobId": f"job-{n}",
            "ExportSourceType": "MESSAGE_INSIGHTS",
            "JobStatus": "COMPLETED",
            "CreatedTimestamp": 1_767_225_600.123 + n,
            "CompletedTimestamp": 1_767_225_660.456 + n,
        }
        for n in range(100)
    ]
}


def main() -> None:
    """Print the table."""
    session = boto3.session.Session(
        aws_access_key_id="benchmark", aws_secret_access_key="benchmark", region_name="us-east-1"
    )
    print(f"{'operation':<34}{'boto3':>12}{'sesinsights':>14}{'ratio':>8}")
    for name, answer, calls in (
        ("GetMessageInsights, 8 events", INSIGHTS, 300),
        ("ListExportJobs, a page of 100", EXPORT_JOBS, 60),
    ):
        raw = session.client("sesv2")
        answer_with(raw, answer)
        # Pacing stays on, at a rate that never makes a call wait.
        with SESInsights(region_name="us-east-1", paces={"GetMessageInsights": 1e6}) as ses:
            answer_with(ses.client, answer)
            if answer is INSIGHTS:
                boto3_s, ours_s, ratio = compare(
                    lambda raw=raw: raw.get_message_insights(MessageId="0100"),
                    lambda ses=ses: ses.get_message_insights("0100"),
                    calls,
                )
            else:
                boto3_s, ours_s, ratio = compare(
                    lambda raw=raw: raw.list_export_jobs(PageSize=100),
                    lambda ses=ses: ses.list_export_jobs(page_size=100),
                    calls,
                )
        print(f"{name:<34}{boto3_s * 1e6:>9.0f} µs{ours_s * 1e6:>11.0f} µs{ratio:>7.2f}x")


if __name__ == "__main__":
    main()
