"""One application's day, over HTTP and in one process: from a send to the report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sesinsights import SESInsights, events, outcomes, report
from sesinsights.outcomes import Status
from sesinsights.testing import FirehoseFiles, SignedEndpoint
from tests.events.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator

pytest.importorskip("pyarrow")
pytest.importorskip("ibis")

STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/mail"
ROLE = "arn:aws:iam::123456789012:role/ses"
KINDS = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"]


@pytest.fixture
def webhook(
    connect: Callable[[], Any], ses_emulator: SESEmulator, fake_clock: FakeClock
) -> Iterator[tuple[Webhook, str]]:
    """A webhook that listens, and the topic that leads to it."""
    is_sync = isinstance(connect(), SESInsights)
    webhook = Webhook(events.unwrap if is_sync else events.async_unwrap)
    webhook.server.start()
    endpoint = SignedEndpoint(f"{webhook.server.url}/ses")
    webhook.options = {
        "topics": [endpoint.topic_arn],
        "certificates": events.CertificateStore(endpoint.certificates),
        "clock": fake_clock,
    }
    ses_emulator.publish_to(endpoint, arn=endpoint.topic_arn)
    yield webhook, endpoint.topic_arn
    webhook.server.stop()


def test_from_a_send_to_the_report(
    connect: Callable[[], Any],
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    webhook: tuple[Webhook, str],
    tmp_path: Path,
) -> None:
    """What is sent is heard, looked up, exported, suppressed and reported, and all of it agrees."""
    ses = connect()
    began = ses_emulator.now()
    heard, topic_arn = webhook
    ses_emulator.publish_to(FirehoseFiles(tmp_path / "mail-events"), arn=STREAM)
    ses.create_configuration_set(configuration_set_name="news")
    for name, target in {
        "webhook": {"sns_destination": {"topic_arn": topic_arn}},
        "lake": {
            "kinesis_firehose_destination": {"iam_role_arn": ROLE, "delivery_stream_arn": STREAM}
        },
    }.items():
        ses.create_configuration_set_event_destination(
            configuration_set_name="news",
            event_destination_name=name,
            event_destination={"matching_event_types": KINDS, **target},
        )
        ses.change_event_destination(
            configuration_set_name="news", event_destination_name=name, enabled=True
        )

    session: Any = boto3.session.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
    )
    client = session.client("sesv2", endpoint_url=ses_emulator.endpoint_url)

    def send(recipient: str) -> str:
        message_id: str = client.send_email(
            FromEmailAddress="shop@example.com",
            Destination={"ToAddresses": [recipient]},
            Content={
                "Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Thanks."}}}
            },
            EmailTags=[{"Name": "campaign", "Value": "winter"}],
            ConfigurationSetName="news",
        )["MessageId"]
        return message_id

    recipients = [f"{name}@example.net" for name in ("ada", "bob", "bounce", "complaint", "ooto")]
    sent = {recipient: send(recipient) for recipient in recipients}
    fake_clock.advance(60)
    ses.put_suppressed_destination(email_address="bob@example.net", reason="COMPLAINT")
    held_back = {address: send(address) for address in ("bounce@example.net", "bob@example.net")}
    client.close()

    validated, *arrived = heard.heard
    assert isinstance(validated, events.TopicValidated)
    by_webhook = outcomes.timelines(arrived)
    expected = {
        sent["ada@example.net"]: Status.DELIVERED,
        sent["bob@example.net"]: Status.DELIVERED,
        sent["bounce@example.net"]: Status.PERMANENT_BOUNCE,
        sent["complaint@example.net"]: Status.COMPLAINED,
        sent["ooto@example.net"]: Status.DELIVERED,
        held_back["bounce@example.net"]: Status.SUPPRESSED,
        held_back["bob@example.net"]: Status.SUPPRESSED,
    }
    assert {each.message_id: each.status for each in by_webhook} == expected

    lookups = [ses.get_message_insights(message_id) for message_id in expected]
    assert {each.message_id: each.status for each in outcomes.timelines(lookups)} == expected

    with ses.export_message_insights(
        start_date=began - timedelta(hours=1), end_date=ses_emulator.now()
    ) as export:
        rows = {row.message_id: row.destination for row in export}
    assert rows == {
        message_id: recipient
        for mail in (sent, held_back)
        for recipient, message_id in mail.items()
    }

    cause = ses.suppression_of("bounce@example.net")
    assert cause.timeline.message_id == sent["bounce@example.net"]
    listed = {entry.email_address for entry in ses.iter_suppressed_destinations()}
    assert listed == {"bob@example.net", "bounce@example.net", "complaint@example.net"}

    summary = report.summarize(events.read(tmp_path / "mail-events"))
    assert summary.counts.sent == 5
    assert summary.counts.delivered == 4
    assert summary.counts.bounced_permanent == 1
    assert summary.counts.complained == 1
    assert summary.counts.suppressed == 2
    assert summary.by_campaign is not None
    assert [group.name for group in summary.by_campaign.groups] == ["winter"]
    report.write_html(summary, tmp_path / "report.html")
    assert "winter" in (tmp_path / "report.html").read_text(encoding="utf-8")
