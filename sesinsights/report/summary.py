"""The numbers of a report: what became of many messages, as plain values.

Nothing here needs an extra: a summary can be made elsewhere, kept, compared and drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


TOP_GROUPS = 20
"""How many groups a breakdown has beside the rest."""


class Level(StrEnum):
    """How a rate stands against the lines of Amazon SES."""

    GOOD = "GOOD"
    """Below the line of a review."""
    REVIEW = "REVIEW"
    """High enough for Amazon SES to put the account under review."""
    PAUSE = "PAUSE"
    """High enough for Amazon SES to pause the account's sending."""


@dataclass(frozen=True, slots=True)
class Lines:
    """From which rate on Amazon SES acts.

    Attributes:
        review: The account may be put under review, as a share of 1.
        pause: Its sending may be paused, as a share of 1.
    """

    review: float
    pause: float

    def level(self, rate: float | None) -> Level | None:
        """Return how a rate stands; None for a rate that is not known."""
        if rate is None:
            return None
        if rate >= self.pause:
            return Level.PAUSE
        return Level.REVIEW if rate >= self.review else Level.GOOD


BOUNCE_LINES = Lines(review=0.05, pause=0.10)
"""The lines for `Counts.bounce_rate`."""

COMPLAINT_LINES = Lines(review=0.001, pause=0.005)
"""The lines for `Counts.complaint_rate`."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of mail; a message to three recipients counts three times.

    Each is counted once, under how it ended: `sent` is the sum of `delivered`, `bounced` and
    `pending`, and those that complained, opened or clicked are among the delivered. A number that
    the source cannot tell is None, and so is a rate of no mail at all.

    Attributes:
        sent: What Amazon SES tried to deliver, so without `suppressed`, `rejected` and
            `rendering_failed`.
        delivered: What the recipients' servers accepted and did not return later.
        bounced_permanent: What bounced for good.
        bounced_transient: What could not be delivered for now; automatic replies are not counted.
        bounced_undetermined: What bounced without telling whether it is for good.
        pending: What was sent or delayed and nothing else is known of yet.
        complained: What was reported by recipients, or by providers for them.
        suppressed: What Amazon SES did not try to deliver, such as mail to an address on your
            suppression list.
        rejected: What had malware in it and was not sent.
        rendering_failed: What was not sent because its template could not be filled in.
        opened: What was opened. An open of mail to several recipients, of whom any may have opened
            it, counts once; a recipient is not known, so breakdowns by recipients count it apart.
        opened_by_people: What was opened, without opens that a program probably made.
        clicked: What had a link followed, counted as `opened` is.
        clicked_by_people: The same without clicks that a program probably made.
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
        """All that bounced."""
        return self.bounced_permanent + self.bounced_transient + self.bounced_undetermined

    @property
    def delivery_rate(self) -> float | None:
        """The share of what was sent that was delivered."""
        return _share(self.delivered, self.sent)

    @property
    def bounce_rate(self) -> float | None:
        """The share of what was sent that bounced for good: to compare with `BOUNCE_LINES`.

        It approximates the rate that Amazon SES acts on, which counts a number of recent messages
        that it does not tell, and no mail to domains that you verified.
        """
        return _share(self.bounced_permanent, self.sent)

    @property
    def transient_bounce_rate(self) -> float | None:
        """The share of what was sent that could not be delivered for now."""
        return _share(self.bounced_transient, self.sent)

    @property
    def complaint_rate(self) -> float | None:
        """The share of what was sent that was reported: to compare with `COMPLAINT_LINES`.

        It approximates the rate that Amazon SES acts on, as `bounce_rate` does; Amazon SES leaves
        out mail to domains that send no reports.
        """
        return _share(self.complained, self.sent)

    @property
    def open_rate(self) -> float | None:
        """The share of what was delivered that was opened."""
        return _share(self.opened, self.delivered)

    @property
    def click_rate(self) -> float | None:
        """The share of what was delivered in which a link was followed."""
        return _share(self.clicked, self.delivered)


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or whole <= 0 else part / whole


@dataclass(frozen=True, slots=True)
class Day:
    """What became of the mail sent on one day.

    Attributes:
        day: The UTC day; None for mail of which no time is known.
        counts: The numbers.
    """

    day: date | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Group:
    """What became of the mail that has something in common.

    Attributes:
        name: What it has in common, such as `Gmail`; None where the source does not tell.
        counts: The numbers.
    """

    name: str | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All mail by one of its properties, the largest groups first.

    Attributes:
        groups: The groups with the most mail; by name where they have as much.
        others: How many groups are in `rest`.
        rest: The numbers of all groups that are not in `groups`; None if there are none.
    """

    groups: Sequence[Group]
    others: int = 0
    rest: Counts | None = None


@dataclass(frozen=True, slots=True)
class BounceGroup:
    """How much bounced, or was held back, for one reason.

    Attributes:
        bounce_type: `PERMANENT`, `TRANSIENT`, `UNDETERMINED`, or what is new at the service; None
            where it is not known.
        reason: A `BounceReason`, or what is new at the service; None where it is not known.
        count: How much mail.
        explanation: What it means and what to do, in sentences; may be empty.
    """

    bounce_type: str | None
    reason: str | None
    count: int
    explanation: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What servers said of mail that bounced; addresses, ids and numbers in it are `…`.

    Attributes:
        text: The words.
        count: How much mail.
    """

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class StatusGroup:
    """How much bounced with one enhanced status code.

    Attributes:
        status: The code, such as `5.1.1`; None where there is none.
        count: How much mail.
        meaning: What the code means; None if it is not known.
        diagnostics: What servers said most often with this code.
        others: How much mail of this code has other words, or none.
    """

    status: str | None
    count: int
    meaning: str | None
    diagnostics: Sequence[Diagnostic] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class LatencyBin:
    """How much was delivered in a time between two bounds.

    Attributes:
        low: The lower bound, in seconds; included. The bounds of all bins are a fixed ratio apart.
        high: The upper bound, in seconds.
        count: How much mail.
    """

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Latency:
    """How long it took from sending to delivery.

    Attributes:
        count: Of how much mail it is known.
        p50: In how many seconds half of it was delivered; within 3 %, as the other two.
        p90: In how many seconds nine tenths were delivered.
        p99: In how many seconds 99 hundredths were delivered.
        bins: A histogram without gaps, shortest times first; four bins for a factor of ten.
    """

    count: int
    p50: float
    p90: float
    p99: float
    bins: Sequence[LatencyBin]


@dataclass(frozen=True, slots=True)
class EngagementHour:
    """How much was opened and clicked in one hour of the week.

    An export has only the last open or click of a message; in events, each message counts once an
    hour of the week.

    Attributes:
        weekday: The day, 0 for Monday, in UTC.
        hour: The hour, 0 to 23, in UTC.
        opened: How much was opened then.
        clicked: How much had a link followed then.
    """

    weekday: int
    hour: int
    opened: int
    clicked: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of all mail of a source in a time.

    Attributes:
        start: The first instant that is counted, in UTC: as asked for, or when the first mail was
            sent; None if there is no mail with a time.
        end: The first instant that is not counted any more, or when the last mail was sent.
        counts: The numbers of all mail.
        previous: Those of the period of the same length before; None if no such period was asked
            for, or the source has no mail of it.
        by_day: The numbers by the UTC day of sending, in order; days without mail are absent, and
            mail without a time comes last.
        by_provider: By the recipient's mailbox provider, such as `Gmail`; None, as for the next
            ones, where the source does not have such a thing at all.
        by_recipient_domain: By the domain of the recipient, in lower case.
        by_sending_domain: By the domain of the sender, in lower case.
        by_configuration_set: By configuration set.
        by_campaign: By the value of the tag that is `campaign_tag`.
        campaign_tag: The name of the tag that tells campaigns apart.
        bounces: What bounced, by type and reason, most first.
        suppression: What is in `counts.suppressed`, by reason, most first.
        statuses: What bounced, by enhanced status code and with what servers said, most first.
        other_statuses: How much mail bounced with codes that are not in `statuses`.
        latency: How long deliveries took; None where nothing is known of it.
        engagement: By the hour of the week in which it happened: all 168 hours, or none if the
            source has no such times.
        compared: What `previous` is compared with, where that is not `counts`: the numbers of
            another source that has both periods, of their whole days.
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
