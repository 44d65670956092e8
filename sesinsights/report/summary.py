"""The numbers of a report: what happened to many messages, as plain values.

Nothing here needs an extra: a summary can be made elsewhere, kept, compared and drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

TOP_GROUPS = 20
"""How many groups a breakdown has besides the rest."""


class Level(StrEnum):
    """How a rate compares with the limits of Amazon SES."""

    GOOD = "GOOD"
    """Too low for a review of the account."""
    REVIEW = "REVIEW"
    """High enough for Amazon SES to put the account under review."""
    PAUSE = "PAUSE"
    """High enough for Amazon SES to pause the account's sending."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The rates at which Amazon SES may act.

    Attributes:
        review: The rate at which it may put the account under review, from 0 to 1.
        pause: The rate at which it may pause the account's sending, from 0 to 1.
    """

    review: float
    pause: float

    def level(self, rate: float | None) -> Level | None:
        """Return how a rate compares with these; None for a rate that is not known."""
        if rate is None:
            return None
        if rate >= self.pause:
            return Level.PAUSE
        return Level.REVIEW if rate >= self.review else Level.GOOD


BOUNCE_LINES = Lines(review=0.05, pause=0.10)
"""The bounce rates at which Amazon SES may act; compare `Counts.bounce_rate` with them."""

COMPLAINT_LINES = Lines(review=0.001, pause=0.005)
"""The complaint rates at which Amazon SES may act; compare `Counts.complaint_rate` with them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages had which outcome; a message to three recipients counts three times.

    Each counts once, by its final outcome: `sent` is the sum of `delivered`, `bounced` and
    `pending`, and messages that were opened, clicked or reported are among the delivered ones. A
    number that the source does not contain is None, and so is a rate if there is no mail.

    Attributes:
        sent: Messages that Amazon SES tried to deliver: without `suppressed`, `rejected` and
            `rendering_failed`.
        delivered: Messages that the recipients' servers accepted and did not return later.
        bounced_permanent: Messages that bounced permanently.
        bounced_transient: Messages that bounced temporarily, without automatic replies.
        bounced_undetermined: Messages whose bounce does not say whether it is permanent.
        pending: Messages that were sent or delayed, with no further news yet.
        complained: Messages that recipients, or providers on their behalf, reported.
        suppressed: Messages that Amazon SES did not try to deliver, for example because the address
            is on your suppression list.
        rejected: Messages that contained malware and were not sent.
        rendering_failed: Messages that were not sent because a template could not be rendered.
        opened: Messages that were opened. An open of a message to several recipients counts once;
            breakdowns by recipient list it separately, as it is not known who opened the message.
        opened_by_people: The same, without opens that a program probably made.
        clicked: Messages in which a link was followed; counted like `opened`.
        clicked_by_people: The same, without clicks that a program probably made.
    """

    sent: int = 0
    delivered: int = 0
    bounced_permanent: int = 0
    bounced_transient: int = 0
    bounced_undetermined: int = 0
    pending: int = 0
    complained: int = 0
    suppressed: int | None = None
    rejected: int | None = None
    rendering_failed: int | None = None
    opened: int | None = None
    opened_by_people: int | None = None
    clicked: int | None = None
    clicked_by_people: int | None = None

    @property
    def bounced(self) -> int:
        """All messages that bounced."""
        return self.bounced_permanent + self.bounced_transient + self.bounced_undetermined

    @property
    def delivery_rate(self) -> float | None:
        """The share of sent messages that was delivered, from 0 to 1."""
        return _share(self.delivered, self.sent)

    @property
    def bounce_rate(self) -> float | None:
        """The share of sent messages that bounced permanently; compare it with `BOUNCE_LINES`.

        It approximates the rate that Amazon SES acts on, which covers an undisclosed number of
        recent messages, without those to domains that you verified.
        """
        return _share(self.bounced_permanent, self.sent)

    @property
    def transient_bounce_rate(self) -> float | None:
        """The share of sent messages that bounced temporarily."""
        return _share(self.bounced_transient, self.sent)

    @property
    def complaint_rate(self) -> float | None:
        """The share of sent messages that was reported; compare it with `COMPLAINT_LINES`.

        Like `bounce_rate`, it approximates the rate that Amazon SES acts on, which leaves out
        messages to domains that send no reports.
        """
        return _share(self.complained, self.sent)

    @property
    def open_rate(self) -> float | None:
        """The share of delivered messages that was opened."""
        return _share(self.opened, self.delivered)

    @property
    def click_rate(self) -> float | None:
        """The share of delivered messages in which a link was followed."""
        return _share(self.clicked, self.delivered)


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or whole <= 0 else part / whole


@dataclass(frozen=True, slots=True)
class Day:
    """The mail that was sent on one day.

    Attributes:
        day: The UTC day; None for mail whose time is not known.
        counts: The numbers.
    """

    day: date | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Group:
    """The mail with the same value of a property.

    Attributes:
        name: The property's value, such as `Gmail`; None if the source does not say.
        counts: The numbers.
    """

    name: str | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All mail, grouped by one of its properties, largest groups first.

    Attributes:
        groups: The groups with the most mail; groups of the same size are ordered by name.
        others: How many groups are in `rest`.
        rest: The numbers of all groups that are not in `groups`; None if there are none.
    """

    groups: Sequence[Group]
    others: int = 0
    rest: Counts | None = None


@dataclass(frozen=True, slots=True)
class BounceGroup:
    """How many messages bounced, or were held back, for one reason.

    Attributes:
        bounce_type: `PERMANENT`, `TRANSIENT`, `UNDETERMINED`, or a value that is newer than this
            library; None if it is not known.
        reason: A `BounceReason`, or a value that is newer than this library; None if it is not
            known.
        count: The number of messages.
        explanation: What the reason means and what to do, in sentences; may be empty.
    """

    bounce_type: str | None
    reason: str | None
    count: int
    explanation: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A reply of receiving servers to mail that bounced, with `…` for addresses, ids and numbers.

    Attributes:
        text: The reply.
        count: The number of messages.
    """

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class StatusGroup:
    """How many messages bounced with one enhanced status code.

    Attributes:
        status: The code, such as `5.1.1`; None for mail without one.
        count: The number of messages.
        meaning: What the code means; None if it is not known.
        diagnostics: The most frequent replies with this code.
        others: The number of messages with this code and other replies, or none.
    """

    status: str | None
    count: int
    meaning: str | None
    diagnostics: Sequence[Diagnostic] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class LatencyBin:
    """How many messages were delivered within a range of times.

    Attributes:
        low: The lower bound, in seconds; included. The bounds of all bins are a fixed ratio apart.
        high: The upper bound, in seconds.
        count: The number of messages.
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How long it took from sending to delivery.

    Attributes:
        count: The number of messages whose latency is known.
        p50: The seconds within which 50% were delivered; accurate to 3%, like the other two.
        p90: The seconds within which 90% were delivered.
        p99: The seconds within which 99% were delivered.
        bins: A histogram without gaps, shortest times first, with four bins per factor of ten.
    """

    count: int
    p50: float
    p90: float
    p99: float
    bins: Sequence[LatencyBin]


@dataclass(frozen=True, slots=True)
class EngagementHour:
    """How many messages were opened and clicked in one hour of the week.

    An export contains only the last open or click of a message. In events, each message counts once
    per hour of the week.

    Attributes:
        weekday: The day, 0 for Monday, in UTC.
        hour: The hour, 0 to 23, in UTC.
        opened: The number of messages opened in this hour.
        clicked: The number of messages in which a link was followed in this hour.
    """

    weekday: int
    hour: int
    opened: int
    clicked: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened to all mail of a source in a period.

    Attributes:
        start: Start of the period, in UTC: as requested, or when the first message was sent; None
            if no message has a time.
        end: End of the period, in UTC, not included; or, if not requested, when the last message
            was sent.
        counts: The numbers of all mail.
        previous: The numbers of the preceding period of the same length; None if no period was
            requested or the source has no mail of the preceding one.
        by_day: The mail by UTC day of sending, in order. Days without mail are absent; mail without
            a time comes last.
        by_provider: The mail by the recipient's mailbox provider, such as `Gmail`; None, like the
            breakdowns below, if the source does not contain the property at all.
        by_recipient_domain: The mail by the recipient's domain, in lower case.
        by_sending_domain: The mail by the sender's domain, in lower case.
        by_configuration_set: The mail by configuration set.
        by_campaign: The mail by the value of the tag `campaign_tag`.
        campaign_tag: The name of the tag that names the campaign.
        bounces: The mail that bounced, by type and reason, largest groups first.
        suppression: The mail in `counts.suppressed`, by reason, largest groups first.
        statuses: The mail that bounced, by enhanced status code, with the servers' replies, largest
            groups first.
        other_statuses: How many messages bounced with codes that are not in `statuses`.
        latency: How long deliveries took; None if it is not known.
        engagement: Opens and clicks by hour of the week: all 168 hours, or none if the source has
            no such times.
        compared: The numbers to compare with `previous` instead of `counts`: those of another
            source that has both periods, over whole days. None if `counts` is to be compared.
    """

    start: datetime | None
    end: datetime | None
    counts: Counts
    previous: Counts | None = None
    by_day: Sequence[Day] = ()
    by_provider: Breakdown | None = None
    by_recipient_domain: Breakdown | None = None
    by_sending_domain: Breakdown | None = None
    by_configuration_set: Breakdown | None = None
    by_campaign: Breakdown | None = None
    campaign_tag: str = "campaign"
    bounces: Sequence[BounceGroup] = ()
    suppression: Sequence[BounceGroup] = ()
    statuses: Sequence[StatusGroup] = ()
    other_statuses: int = 0
    latency: Latency | None = None
    engagement: Sequence[EngagementHour] = ()
    compared: Counts | None = None

    def _repr_html_(self) -> str:
        """Show the numbers of all mail as a table."""
        from sesinsights.report.notebook import summary_table

        return summary_table(self)
