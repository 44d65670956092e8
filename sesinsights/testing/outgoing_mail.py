"""What happens to every message, sent or added: it is held back or kept, and published."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sesinsights.testing.event_records import feedback_id
from sesinsights.testing.messages import MessageEvent, bare_address
from sesinsights.testing.suppression import held_back

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sesinsights.testing.configuration_sets import ConfigurationSets
    from sesinsights.testing.jobs import ExportJobs
    from sesinsights.testing.messages import Mailbox, Message
    from sesinsights.testing.publishing import Publisher
    from sesinsights.testing.suppression import SuppressionList


_STEP = timedelta(milliseconds=1)
"""The time between two events of a message, so that their times show the order."""

_OF_THE_WHOLE_MESSAGE = ("SEND", "RENDERING_FAILURE")


class OutgoingMail:
    """Takes messages, and lets events happen to them.

    Args:
        configuration_sets: The configuration sets, which may have suppression rules of their own.
        mailbox: The mailbox that keeps messages.
        suppression_list: The list that holds mail back.
        export_jobs: The jobs that export messages as they were before a change.
        publisher: The publisher of events.
    """

    def __init__(
        self,
        configuration_sets: ConfigurationSets,
        mailbox: Mailbox,
        suppression_list: SuppressionList,
        export_jobs: ExportJobs,
        publisher: Publisher,
    ) -> None:
        self._configuration_sets = configuration_sets
        self._mailbox = mailbox
        self._suppression_list = suppression_list
        self._export_jobs = export_jobs
        self._publisher = publisher

    def add(
        self,
        message: Message,
        events: Sequence[MessageEvent | str],
        now: datetime,
        listed_by: datetime,
    ) -> None:
        """Keep a message that was sent earlier, and publish its events.

        Args:
            message: The message.
            events: What happened to it, unless a suppression list held it back.
            now: The current time.
            listed_by: The time before which an entry must be listed to hold the message back.

        Raises:
            ValueError: The message cannot be kept: see `Mailbox.add`.
        """
        self._export_jobs.settle(now)
        happened = self._unless_held_back(message, events, listed_by)
        message = self._mailbox.add(message, happened)
        self._publisher.publish(message, message.events, now)

    def add_event(self, message_id: str, event: MessageEvent | str, now: datetime) -> None:
        """Let an event happen to a kept message, and publish it.

        Raises:
            KeyError: The message does not exist.
            ValueError: The event is not possible: see `Mailbox.add_event`.
        """
        self._export_jobs.settle(now)
        message = self._mailbox.add_event(message_id, event)
        self._publisher.publish(message, message.events[-1:], now)

    def send(
        self, message: Message, events: Sequence[MessageEvent], now: datetime, *, is_first: bool
    ) -> None:
        """Take a message that is sent now, to its only recipient or to one of several.

        Its events happen at once. As with the service, only mail to one recipient can be
        looked up and exported, and that the message was sent is published once for all of them.
        Bounces and complaints put the recipient on the suppression list, unless it is the mailbox
        simulator.

        Args:
            message: The message.
            events: What happens to it, unless a suppression list holds it back.
            now: The current time.
            is_first: Whether this is the first of its recipients.
        """
        self._export_jobs.settle(now)
        happened = [
            replace(event, at=now + number * _STEP)
            for number, event in enumerate(self._unless_held_back(message, events, now))
            if is_first or event.type not in _OF_THE_WHOLE_MESSAGE
        ]
        is_tracked = len(message.recipients) == 1
        message = (self._mailbox.add if is_tracked else self._mailbox.timed)(message, happened)
        self._publisher.publish(message, message.events, now)
        if not message.is_to_simulator:
            for event in message.events:
                self._suppression_list.learn(
                    message.destination,
                    event.what,
                    now,
                    message_id=message.message_id,
                    feedback_id=feedback_id(message, event),
                    reasons=self._reasons_of(message),
                )

    def _unless_held_back(
        self, message: Message, events: Sequence[MessageEvent | str], listed_by: datetime
    ) -> list[MessageEvent]:
        address = bare_address(message.destination) or message.destination
        entry = self._suppression_list.holding_back(
            address, message.tenant_name, listed_by, self._reasons_of(message)
        )
        happened = held_back(events, entry)
        return [MessageEvent(each) if isinstance(each, str) else each for each in happened]

    def _reasons_of(self, message: Message) -> list[str] | None:
        name = message.configuration_set
        found = self._configuration_sets.find(name) if name else None
        return found.suppressed_reasons if found else None
