"""A message is found by its id in every source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import SESInsights, events
from sesinsights.testing import EventList, FirehoseFiles, MessageEvent, SignedEndpoint
from tests.events.webhook import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import FakeClock, SESEmulator

SENT = datetime(2026, 1, 14, 9, tzinfo=UTC)


@pytest.mark.parametrize("signature_version", ["1", "2"])
def test_a_message_is_found_by_its_id_in_all_that_tells_of_it(
    signature_version: str,
    connect: Callable[[], Any],
    ses_emulator: SESEmulator,
    fake_clock: FakeClock,
    tmp_path: Path,
) -> None:
    """A webhook, Firehose files and a list have the same events, as a lookup and an export do."""
    ses = connect()
    is_sync = isinstance(ses, SESInsights)
    webhook = Webhook(events.unwrap if is_sync else events.async_unwrap)
    webhook.server.start()
    try:
        endpoint = SignedEndpoint(
            f"{webhook.server.url}/events", signature_version=signature_version
        )
        webhook.options = {
            "topics": [endpoint.topic_arn],
            "certificates": events.CertificateStore(endpoint.certificates),
            "clock": fake_clock,
        }
        published = EventList()
        for destination in (published, FirehoseFiles(tmp_path, compress=True), endpoint):
            ses_emulator.publish_to(destination)
        message_id = ses_emulator.add_message(
            subject="Your order",
            destination="ada@example.net",
            sent_at=SENT,
            events=[
                MessageEvent("SEND", at=SENT),
                MessageEvent("DELIVERY", at=SENT + timedelta(seconds=2)),
                MessageEvent("COMPLAINT", at=SENT + timedelta(hours=1)),
            ],
        )
        other_id = ses_emulator.add_message(destination="bob@example.net", sent_at=SENT)
    finally:
        webhook.server.stop()

    assert {delivery.status_code for delivery in endpoint.deliveries} == {200}
    validated, *heard = webhook.heard
    assert isinstance(validated, events.TopicValidated)
    everywhere: dict[str, list[Any]] = {
        "webhook": heard,
        "files": list(events.read(tmp_path)),
        "list": list(events.parse(published.records)),
    }
    story = {
        name: [
            event
            for event in arrived
            if isinstance(event, events.Event) and event.message_id == message_id
        ]
        for name, arrived in everywhere.items()
    }
    for name, told in story.items():
        assert [str(event.type) for event in told] == ["SEND", "DELIVERY", "COMPLAINT"], name
        assert [event.raw for event in told] == [event.raw for event in story["list"]], name
        assert [event.event_id for event in told] == [each.event_id for each in story["list"]]
    assert all(event.via.is_verified for event in story["webhook"])
    assert not any(event.via.is_verified for event in story["files"])

    insights = ses.get_message_insights(message_id)
    (at_ada,) = insights.insights
    looked_up = {(event.type, event.timestamp) for event in at_ada.events}
    assert {(event.type, event.timestamp) for event in story["files"]} == looked_up
    with ses.export_message_insights(
        start_date=SENT - timedelta(hours=1), end_date=SENT + timedelta(hours=2)
    ) as export:
        rows = {record.message_id: record for record in export}
    assert rows.keys() == {message_id, other_id}
    row = rows[message_id]
    _, delivered, complained = story["webhook"]
    assert (row.destination, row.subject) == (delivered.recipients[0], delivered.subject)
    assert row.last_delivery_event_timestamp == complained.timestamp
    assert row.last_delivery_event == complained.type


def test_a_forged_request_is_not_heard(fake_clock: FakeClock, ses_emulator: SESEmulator) -> None:
    """A request that is signed with another key or for another topic gets 403."""
    for unwrap in (events.unwrap, events.async_unwrap):
        webhook = Webhook(unwrap)
        webhook.server.start()
        try:
            endpoint = SignedEndpoint(f"{webhook.server.url}/events")
            webhook.options = {
                "topics": [endpoint.topic_arn + "-mine"],
                "certificates": events.CertificateStore(endpoint.certificates),
                "clock": fake_clock,
            }
            ses_emulator.publish_to(endpoint)
            ses_emulator.add_message()
        finally:
            webhook.server.stop()
        assert {delivery.status_code for delivery in endpoint.deliveries} == {403}
        assert webhook.heard == []
