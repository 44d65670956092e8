"""Rows of export files as records, and the columns of the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from typing_extensions import override

from sesinsights.errors.service import redacted
from sesinsights.models import reasons
from sesinsights.models.enums import (
    BounceType,
    DeliveryEventType,
    EngagementEventType,
    NewValue,
)

if TYPE_CHECKING:
    from pathlib import Path

MESSAGE_INSIGHTS_COLUMNS = {
    "messageid": "message_id",
    "sendtimestamp": "send_timestamp",
    "isp": "isp",
    "fromaddress": "from_address",
    "destination": "destination",
    "subject": "subject",
    "last_delivery_event": "last_delivery_event",
    "last_engagement_event": "last_engagement_event",
    "last_delivery_event_timestamp": "last_delivery_event_timestamp",
    "last_engagement_event_timestamp": "last_engagement_event_timestamp",
    "bounce_sub_type": "bounce_sub_type",
    "diagnostic_code": "diagnostic_code",
    "opened": "opened",
    "clicked": "clicked",
    "delivered": "delivered",
    "bounced": "bounced",
    "complained": "complained",
}
"""The columns of a file of message insights, each with its field of a record, in their order."""

TIME_COLUMNS = (
    "sendtimestamp",
    "last_delivery_event_timestamp",
    "last_engagement_event_timestamp",
)
"""The columns that hold a time."""

REQUIRED_COLUMNS = ("messageid", "sendtimestamp", "destination")
"""The columns without which the records of a file mean nothing."""

FLAG_COLUMNS = ("opened", "clicked", "delivered", "bounced", "complained")
"""The columns that hold `TRUE` or `FALSE`, which not every file has; all others hold text."""

FIELDS = tuple(MESSAGE_INSIGHTS_COLUMNS.values())
"""The fields of a record that are columns of the files that are written."""

DAY_COLUMN = "day"
"""The column by which a dataset is divided into directories."""


def written_name(unknown: str) -> str:
    """Return the name of a column that this library does not know, in files that it writes.

    It is the service's name, with an underscore appended if another column has that name.
    """
    return f"{unknown}_" if _is_taken(unknown) else unknown


def unknown_name(written: str) -> str:
    """Return the service's name of a column that `written_name` named."""
    return written.removesuffix("_") if _is_taken(written) else written


def _is_taken(name: str) -> bool:
    return name.rstrip("_") in {*FIELDS, DAY_COLUMN}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageInsightsRecord:
    """The record of one message to one recipient.

    A field that is empty or missing in the file is None. The service always writes `message_id`,
    `send_timestamp` and `destination`, so they are not typed as optional; a row that leaves one
    empty can still be read, and has None there. The repr shows no personal data.

    Attributes:
        message_id: The id that sending returned.
        send_timestamp: When the message was sent, in UTC, to the millisecond.
        isp: The recipient's mailbox provider, such as `Gmail`.
        from_address: The sender.
        destination: The recipient.
        subject: The subject.
        last_delivery_event: The last delivery event; a `NewValue` if this library does not know it.
        last_engagement_event: The last engagement event; a `NewValue` if this library does not
            know it.
        last_delivery_event_timestamp: The time of the delivery event, in UTC, to the millisecond.
        last_engagement_event_timestamp: The time of the engagement event, in UTC, to the
            millisecond.
        bounce_sub_type: Why the message bounced, such as `General`.
        diagnostic_code: The reply of the recipient's mail server.
        opened: Whether the recipient opened the message. Not every file has this field and those
            that follow.
        clicked: Whether the recipient clicked a link in the message.
        delivered: Whether the message was delivered.
        bounced: Whether the message bounced.
        complained: Whether the recipient complained about the message.
        extra: The non-empty columns that this library does not know, by their name in the file.
    """

    message_id: str
    send_timestamp: datetime
    isp: str | None = None
    from_address: str | None = field(default=None, repr=False)
    destination: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    last_delivery_event: DeliveryEventType | NewValue | None = None
    last_engagement_event: EngagementEventType | NewValue | None = None
    last_delivery_event_timestamp: datetime | None = None
    last_engagement_event_timestamp: datetime | None = None
    bounce_sub_type: str | None = None
    diagnostic_code: str | None = field(default=None, repr=False)
    opened: bool | None = None
    clicked: bool | None = None
    delivered: bool | None = None
    bounced: bool | None = None
    complained: bool | None = None
    extra: Mapping[str, str] = field(default_factory=dict[str, str], repr=False, hash=False)

    @property
    def bounce_type(self) -> BounceType | NewValue | None:
        """The type of the bounce, from the delivery event; None if the message did not bounce."""
        kind, _, event = (self.last_delivery_event or "").rpartition("_")
        return reasons.bounce_type(kind) if kind and event == "BOUNCE" else None

    @property
    def reason(self) -> reasons.BounceReason | NewValue | None:
        """Why the message bounced; a `NewValue` if this library does not know the reason."""
        return reasons.bounce_reason(self.bounce_sub_type)

    @property
    def is_permanent(self) -> bool | None:
        """Whether the bounce is permanent; None if there was no bounce or it does not say."""
        return reasons.is_permanent(self.bounce_type)

    @property
    def is_suppression_echo(self) -> bool:
        """Whether your own suppression list held the mail back, so that nothing new bounced."""
        return reasons.is_suppression_echo(self.bounce_sub_type)

    @property
    def advice(self) -> str | None:
        """What to do about the bounce; None if the message did not bounce."""
        return reasons.bounce_advice(self.bounce_type, self.bounce_sub_type)

    @property
    def explanation(self) -> tuple[str, ...]:
        """Why the message bounced and what to do, in sentences; empty if it did not bounce."""
        if self.bounce_type is None and not self.bounce_sub_type:
            return ()
        return tuple(
            reasons.explain_bounce(self.bounce_type, self.bounce_sub_type, self.diagnostic_code)
        )


@dataclass(frozen=True, slots=True)
class MetricsRecord:
    """The metrics of one combination of dimension values.

    Attributes:
        dimensions: The value of each dimension, by its name, such as `ISP`; the repr hides
            addresses.
        metrics: The values by name: a number for `SEND_VOLUME`, a share from 0 to 1 for
            `OPEN_RATE`.
        start_date: Start of the period, in UTC; the service's files do not contain it.
        end_date: End of the period, in UTC, not included; the service's files do not contain it.
        text_metrics: The texts that the service writes instead of numbers, such as `n/a`, by name.
    """

    dimensions: Mapping[str, str] = field(repr=False)
    metrics: Mapping[str, float]
    start_date: datetime | None = None
    end_date: datetime | None = None
    text_metrics: Mapping[str, str] = field(default_factory=dict[str, str])

    @override
    def __repr__(self) -> str:
        shown = {name: redacted(value) for name, value in self.dimensions.items()}
        return (
            f"{type(self).__name__}(dimensions={shown!r}, metrics={dict(self.metrics)!r}, "
            f"start_date={self.start_date!r}, end_date={self.end_date!r})"
        )


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """A file of message insights that is on disk.

    Attributes:
        path: The path of the file.
        data_format: `CSV` or `JSON`.
        excluded_rows: The positions of the records to leave out, among those that can be read; the
            first is 0.
        skip_bad_records: Whether records that cannot be read are left out instead of raised.
    """

    path: Path
    data_format: str
    excluded_rows: frozenset[int] = frozenset()
    skip_bad_records: bool = False
