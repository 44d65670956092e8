"""How to test your own code: the fixtures come with the extra `testing`.

pip install '.[testing]' pytest                  # in a checkout
python -m pytest examples/test_bounce_report.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights import SESInsights, models

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sesinsights.testing import FakeClock, SESEmulator


def bounced(ses: SESInsights, message_ids: Iterable[str]) -> list[str]:
    """Return the messages that bounced permanently: the code under test."""
    return [
        lookup.message_id
        for lookup in ses.iter_message_insights(message_ids)
        if lookup.message
        for insights in lookup.message.insights
        for event in insights.events
        if event.bounce and event.bounce.bounce_type == models.BounceType.PERMANENT
    ]


def test_only_permanent_bounces_are_reported(ses: SESInsights, ses_emulator: SESEmulator) -> None:
    """Put messages into the emulator, call your code, and check what it returns."""
    gone = ses_emulator.add_message(events=["SEND", "PERMANENT_BOUNCE"])
    full = ses_emulator.add_message(events=["SEND", "TRANSIENT_BOUNCE"])
    fine = ses_emulator.add_message()
    assert bounced(ses, [gone, full, fine, "unknown"]) == [gone]


def test_throttling_costs_time_and_nothing_else(
    ses: SESInsights, ses_emulator: SESEmulator, fake_clock: FakeClock
) -> None:
    """Make the service fail; the fake clock makes the waits take no time."""
    gone = ses_emulator.add_message(events=["SEND", "PERMANENT_BOUNCE"])
    ses_emulator.faults.throttle("GetMessageInsights", times=3)
    assert bounced(ses, [gone]) == [gone]
    assert [request.status_code for request in ses_emulator.requests] == [429, 429, 429, 200]
    assert fake_clock.monotonic() > 3
