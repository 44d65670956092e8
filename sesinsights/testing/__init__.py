"""Tests without AWS: an emulator of Amazon SES, and a clock that you control.

    with SESEmulator(clock=FakeClock()) as service:
        message_id = service.add_message(events=["SEND", "PERMANENT_BOUNCE"])
        client = boto3.client("sesv2", endpoint_url=service.endpoint_url, region_name="us-east-1")
        client.get_message_insights(MessageId=message_id)

The emulator serves any AWS SDK over HTTP on the loopback interface. It needs the extra `testing`;
`FakeClock` needs no extra. The pytest fixtures `ses_emulator`, `ses` and `fake_clock` are available
as soon as the package is installed.

It also accepts mail that any SDK sends with SendEmail or SendBulkEmail; the name of the recipient,
such as `bounce@example.com`, decides what happens to it.

The emulator can publish the events of messages as event publishing does: to an `EventList` in
memory, to a webhook through a `SignedEndpoint`, and to `FirehoseFiles`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.loading import load_each_on_first_use

if TYPE_CHECKING:
    from sesinsights.testing.clock import FakeClock
    from sesinsights.testing.emulator import SESEmulator
    from sesinsights.testing.faults import Faults
    from sesinsights.testing.messages import MessageEvent
    from sesinsights.testing.publishing import EventDestination, EventList, FirehoseFiles
    from sesinsights.testing.records import RecordedDownload, RecordedRequest
    from sesinsights.testing.s3_files import S3Files
    from sesinsights.testing.signed_endpoint import SignedDelivery, SignedEndpoint

# Written by `python -m tools.generate` from the imports above.
__all__ = [
    "EventDestination",
    "EventList",
    "FakeClock",
    "Faults",
    "FirehoseFiles",
    "MessageEvent",
    "RecordedDownload",
    "RecordedRequest",
    "S3Files",
    "SESEmulator",
    "SignedDelivery",
    "SignedEndpoint",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = load_each_on_first_use(
        __name__,
        {
            "EventDestination": "sesinsights.testing.publishing",
            "EventList": "sesinsights.testing.publishing",
            "FakeClock": "sesinsights.testing.clock",
            "Faults": "sesinsights.testing.faults",
            "FirehoseFiles": "sesinsights.testing.publishing",
            "MessageEvent": "sesinsights.testing.messages",
            "RecordedDownload": "sesinsights.testing.records",
            "RecordedRequest": "sesinsights.testing.records",
            "S3Files": "sesinsights.testing.s3_files",
            "SESEmulator": "sesinsights.testing.emulator",
            "SignedDelivery": "sesinsights.testing.signed_endpoint",
            "SignedEndpoint": "sesinsights.testing.signed_endpoint",
        },
    )
