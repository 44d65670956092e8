"""Event destinations: where an emulator publishes what happens to its messages."""

from __future__ import annotations

import gzip
import json
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sesinsights.arguments import check_flags
from sesinsights.forks import renew_in_child
from sesinsights.testing.event_records import event_record, eventbridge_event, is_event_bus

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sesinsights.testing.event_destinations import EventDestinations
    from sesinsights.testing.messages import Message, TimedEvent


class EventDestination(Protocol):
    """A place where an emulator publishes events: any object with this method."""

    def deliver(self, record: Mapping[str, Any], at: datetime) -> None:
        """Receive a record.

        Args:
            record: The record that the service would publish: `eventType`, `mail` and details.
            at: When it is published, by the emulator's clock, in UTC.
        """
        ...


class EventList:
    """Keeps records in memory.

    Attributes:
        records: The records so far, oldest first.
    """

    def __init__(self) -> None:
        self.records: list[Mapping[str, Any]] = []

    def deliver(self, record: Mapping[str, Any], at: datetime) -> None:  # noqa: ARG002
        """Keep a record."""
        self.records.append(record)


class FirehoseFiles:
    """Writes files as Amazon Data Firehose puts them into a bucket: one JSON object per line.

    There is one file per hour, in a directory named after that hour in UTC, such as
    `2026/01/15/12`.

    Args:
        directory: Where to write the files; it is created if it does not exist.
        compress: Whether to compress the files with gzip.
    """

    def __init__(self, directory: str | os.PathLike[str], *, compress: bool = False) -> None:
        check_flags(compress=compress)
        self._directory = Path(directory)
        self._compress = compress
        self._files: dict[str, Path] = {}
        self._lock = threading.Lock()
        renew_in_child(self, _lock=threading.Lock)

    def deliver(self, record: Mapping[str, Any], at: datetime) -> None:
        """Append a record to the file of the hour."""
        line = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        with self._lock:
            path = self._file(at)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(gzip.compress(line) if self._compress else line)

    def _file(self, at: datetime) -> Path:
        hour = f"{at:%Y/%m/%d/%H}"
        if hour not in self._files:
            name = f"mail-events-1-{at:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
            self._files[hour] = self._directory / hour / (name + ".gz" * self._compress)
        return self._files[hour]


@dataclass(frozen=True, slots=True)
class _Subscription:
    destination: EventDestination
    configuration_set: str | None
    event_types: Collection[str] | None
    arn: str | None

    def wants(self, message: Message, event: TimedEvent, arns: Collection[str]) -> bool:
        if self.configuration_set not in {None, message.configuration_set}:
            return False
        if self.arn is not None and self.arn not in arns:
            return False
        return self.event_types is None or event.what.type in self.event_types


@dataclass(frozen=True, slots=True)
class Published:
    """A record on its way to a destination.

    Attributes:
        record: The record.
        destination: Where it goes.
        at: When it is published, in UTC.
    """

    record: Mapping[str, Any]
    destination: EventDestination
    at: datetime


def deliver_all(published: Iterable[Published]) -> None:
    """Deliver records, in order; not while the emulator is locked, as it may be called back."""
    for each in published:
        each.destination.deliver(each.record, each.at)


class Publisher:
    """Publishes events to every destination that wants them.

    Delivering takes time and may lead back to the emulator, so what is published is kept until it
    is taken, and delivered when the emulator is free for other requests.

    Args:
        event_destinations: The event destinations of configuration sets.
    """

    def __init__(self, event_destinations: EventDestinations) -> None:
        self._event_destinations = event_destinations
        self._subscriptions: list[_Subscription] = []
        self._published: list[Published] = []

    def add(
        self,
        destination: EventDestination,
        configuration_set: str | None,
        event_types: Collection[str] | None,
        arn: str | None,
    ) -> None:
        """Publish to a destination from now on."""
        self._subscriptions.append(_Subscription(destination, configuration_set, event_types, arn))

    def publish(self, message: Message, events: Iterable[TimedEvent], now: datetime) -> None:
        """Publish what happened to a message."""
        for event in events:
            arns = {*self._event_destinations.arns_of(message.configuration_set, event.what.type)}
            for subscription in self._subscriptions:
                if subscription.wants(message, event, arns):
                    record = event_record(message, event)
                    if subscription.arn and is_event_bus(subscription.arn):
                        record = eventbridge_event(message, event, record, now)
                    self._published.append(Published(record, subscription.destination, now))

    def take(self) -> list[Published]:
        """Return what was published since this was last called."""
        published, self._published = self._published, []
        return published
