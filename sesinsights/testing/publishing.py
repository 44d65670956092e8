"""Event destinations: where an emulator publishes what happens to its messages."""

from __future__ import annotations

import gzip
import json
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sesinsights.testing.event_records import event_record

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sesinsights.testing.messages import Message, TimedEvent


class EventDestination(Protocol):
    """Where an emulator publishes events; anything with this method is one."""

    def deliver(self, record: Mapping[str, Any], at: datetime) -> None:
        """Take a record.

        Args:
            record: What the service publishes: `eventType`, `mail` and what happened.
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

    A file has the records of an hour, and lies in a directory of that hour in UTC, such as
    `2026/01/15/12`.

    Args:
        directory: Where they are written; it is made when it does not exist.
        compress: Whether they are compressed with gzip.
    """

    def __init__(self, directory: str | os.PathLike[str], *, compress: bool = False) -> None:
        self._directory = Path(directory)
        self._compress = compress
        self._files: dict[str, Path] = {}
        self._lock = threading.Lock()

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

    def wants(self, message: Message, event: TimedEvent) -> bool:
        if self.configuration_set not in {None, message.configuration_set}:
            return False
        return self.event_types is None or event.what.type in self.event_types


class Publisher:
    """Publishes events to every destination that is for them.

    Delivering takes time and may lead back to the emulator, so what is to be published is
    gathered first, and delivered when the emulator is free for other requests.
    """

    def __init__(self) -> None:
        self._subscriptions: list[_Subscription] = []

    def add(
        self,
        destination: EventDestination,
        configuration_set: str | None,
        event_types: Collection[str] | None,
    ) -> None:
        """Publish to a destination from now on."""
        self._subscriptions.append(_Subscription(destination, configuration_set, event_types))

    def gather(
        self, message: Message, events: Iterable[TimedEvent]
    ) -> list[tuple[EventDestination, dict[str, Any]]]:
        """Return what is to be delivered where."""
        return [
            (subscription.destination, event_record(message, event))
            for event in events
            for subscription in self._subscriptions
            if subscription.wants(message, event)
        ]
