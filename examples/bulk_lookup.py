"""Say why messages bounced, for a list of message ids: one lookup a second, none lost.

pip install '.[testing]'                              # in a checkout
python examples/bulk_lookup.py                       # against the emulator
python examples/bulk_lookup.py --aws < message-ids.txt
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sesinsights import SESInsights
from sesinsights.testing import SESEmulator
from sesinsights.testing.sample import GONE, MAILBOX_FULL, READER, add_sample_data

if TYPE_CHECKING:
    from collections.abc import Iterable


def print_bounces(ses: SESInsights, message_ids: Iterable[str]) -> None:
    """Print a line for each message: its bounce, its last event, or why it is not known."""
    for lookup in ses.iter_message_insights(message_ids):
        if lookup.message is None:
            print(f"{lookup.message_id[:16]}…  not looked up: {type(lookup.error).__name__}")
            continue
        for insights in lookup.message.insights:
            bounces = [event.bounce for event in insights.events if event.bounce]
            last = insights.events[-1].type if insights.events else "no event"
            reason = (
                f"{bounces[-1].bounce_type} bounce, {bounces[-1].bounce_sub_type}"
                if bounces
                else f"no bounce, last {last}"
            )
            print(f"{lookup.message_id[:16]}…  {insights.isp:<8} {reason}")


if __name__ == "__main__":
    if "--aws" in sys.argv:
        with SESInsights() as ses:
            print_bounces(ses, (line.strip() for line in sys.stdin))
    else:
        with (
            SESEmulator() as emulator,
            SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1") as ses,
        ):
            add_sample_data(emulator)
            print_bounces(ses, [READER, MAILBOX_FULL, GONE, "0100000000000000-unknown"])
