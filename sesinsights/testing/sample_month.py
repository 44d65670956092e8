"""A month of mail as a small company sends it: campaigns, weekdays and weekends, and trouble.

The same seed and the same time give the same mail. Every domain is one that cannot exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from sesinsights.testing.messages import MessageEvent
from sesinsights.testing.metrics import UNKNOWN_ISP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sesinsights.testing.account import Account

_DAYS = 29
_LATEST = timedelta(days=1)
_READERS = 2_400
_HUMAN, _BOT = {"isBotEvent": "Unlikely"}, {"isBotEvent": "Likely"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    """Where readers have their mailboxes.

    Attributes:
        name: The service's name of it.
        domains: The domains of its addresses.
        share: How many of 100 readers are there.
        seconds: The median time until it takes a message.
        opens: How much likelier than usual its readers are seen to open a message.
        bots: How many of 100 messages are opened by a machine on arrival.
        unknown_user: What it says about an address that does not exist.
    """

    name: str
    domains: tuple[str, ...]
    share: int
    seconds: float
    opens: float
    bots: int
    unknown_user: str


_PROVIDERS = (
    _Provider(
        name="Gmail",
        domains=("gmail.example",),
        share=44,
        seconds=1.4,
        opens=1.0,
        bots=4,
        unknown_user="smtp; 550-5.1.1 The email account that you tried to reach does not exist. "
        "550 5.1.1 Please check for typos",
    ),
    _Provider(
        name="Yahoo",
        domains=("yahoo.example", "ymail.example"),
        share=19,
        seconds=3.5,
        opens=0.9,
        bots=2,
        unknown_user="smtp; 554 delivery error: Requested mail action aborted, mailbox not found",
    ),
    _Provider(
        name="Hotmail",
        domains=("hotmail.example", "outlook.example"),
        share=17,
        seconds=2.2,
        opens=0.8,
        bots=3,
        unknown_user="smtp; 550 5.5.0 Requested action not taken: mailbox unavailable",
    ),
    _Provider(
        name="iCloud",
        domains=("icloud.example",),
        share=11,
        seconds=1.8,
        opens=1.1,
        bots=55,
        unknown_user="smtp; 550 5.1.1 unknown user",
    ),
    _Provider(
        name=UNKNOWN_ISP,
        domains=("acme.example", "initech.example", "university.example"),
        share=9,
        seconds=6.0,
        opens=0.9,
        bots=35,
        unknown_user="smtp; 550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
    ),
)
_REFUSING = "Yahoo"
_REFUSES_SINCE_DAYS = 8
_DEFERRED = (
    "smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to unexpected "
    "volume or user complaints"
)
_REFUSED = (
    "smtp; 553 5.7.1 [TSS09] All messages from 192.0.2.9 will be permanently deferred; retrying "
    "will not succeed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Campaign:
    """Mail that is sent for one purpose.

    Attributes:
        name: Its tag.
        subject: The subject of all its messages.
        sender: The address it is sent from.
        configuration_set: The configuration set that it is sent with.
        by_weekday: How many messages are sent on a Monday, a Tuesday, and so on.
        hours: The weights of the hours of a day, from the first that counts.
        first_hour: That hour, in UTC.
        opens: How many of 100 readers open it.
        clicks: How many of 100 who open it follow a link.
        complaints: How many of 10,000 readers report it as spam.
        gone: How many of 100 addresses do not exist.
        days_ago: On which days it is sent.
    """

    name: str
    subject: str
    sender: str
    configuration_set: str
    by_weekday: Sequence[int]
    hours: Sequence[float]
    first_hour: int
    opens: int
    clicks: int
    complaints: int
    gone: float
    days_ago: range = range(1, _DAYS + 1)


_ALL_DAY = (1, 1, 2, 4, 6, 8, 9, 9, 8, 8, 7, 7, 6, 6, 7, 8, 6, 3)
_CAMPAIGNS = (
    _Campaign(
        name="order-confirmation",
        subject="Your order has been received",
        sender="orders@shop.example.com",
        configuration_set="transactional",
        by_weekday=(104, 98, 96, 92, 100, 64, 52),
        hours=_ALL_DAY,
        first_hour=5,
        opens=64,
        clicks=22,
        complaints=1,
        gone=0.8,
    ),
    _Campaign(
        name="password-reset",
        subject="Reset your password",
        sender="login@example.com",
        configuration_set="transactional",
        by_weekday=(46, 42, 40, 38, 34, 16, 14),
        hours=_ALL_DAY,
        first_hour=5,
        opens=78,
        clicks=70,
        complaints=0,
        gone=0.4,
    ),
    _Campaign(
        name="weekly-digest",
        subject="This week at Example",
        sender="news@news.example.com",
        configuration_set="newsletters",
        by_weekday=(0, 760, 0, 0, 0, 0, 0),
        hours=(6, 3, 1),
        first_hour=8,
        opens=34,
        clicks=18,
        complaints=7,
        gone=1.2,
    ),
    _Campaign(
        name="product-news",
        subject="New in the shop",
        sender="news@news.example.com",
        configuration_set="newsletters",
        by_weekday=(0, 0, 0, 420, 0, 0, 0),
        hours=(5, 4, 1),
        first_hour=14,
        opens=28,
        clicks=12,
        complaints=10,
        gone=1.2,
    ),
    _Campaign(
        name="win-back",
        subject="We miss you",
        sender="news@news.example.com",
        configuration_set="newsletters",
        by_weekday=(150,) * 7,
        hours=(3, 3, 2, 1),
        first_hour=9,
        opens=9,
        clicks=4,
        complaints=150,
        gone=9,
        days_ago=range(12, 15),
    ),
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who gets mail."""

    address: str
    provider: _Provider


@dataclass(frozen=True, slots=True)
class _Mail:
    """A message on its way."""

    sent_at: datetime
    days_ago: int
    campaign: _Campaign
    reader: _Reader


def add_sample_month(emulator: Account, seed: int) -> None:
    """Add the mail of the 29 days before the last 24 hours, oldest first.

    Mail has a weekday rhythm; addresses that bounced are held back the next time; machines open
    some of the mail; an old list is written to, with many bounces and complaints; and in the last
    days one provider begins to refuse.

    Args:
        emulator: Where to add it.
        seed: Where chance begins.
    """
    now = emulator.now()
    random = Random(seed)  # noqa: S311 - the same mail for the same seed
    fates = _Fates(now, random)
    for mail in sorted(_mails(now, random), key=lambda mail: mail.sent_at):
        campaign, reader = mail.campaign, mail.reader
        emulator.add_message(
            message_id=f"0100{random.getrandbits(64):016x}-{random.getrandbits(96):024x}-000000",
            from_email_address=campaign.sender,
            destination=reader.address,
            subject=campaign.subject,
            isp=reader.provider.name,
            sent_at=mail.sent_at,
            email_tags={"campaign": campaign.name},
            configuration_set=campaign.configuration_set,
            events=list(fates.of(mail)),
        )


def _mails(now: datetime, random: Random) -> Iterator[_Mail]:
    readers = _readers(random)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for campaign in _CAMPAIGNS:
        hours = range(campaign.first_hour, campaign.first_hour + len(campaign.hours))
        weights = [*accumulate(campaign.hours)]
        for days_ago in campaign.days_ago:
            day = today - timedelta(days=days_ago)
            count = round(campaign.by_weekday[day.weekday()] * random.uniform(0.9, 1.1))
            at = random.choices(hours, cum_weights=weights, k=count)
            for hour, reader in zip(at, random.sample(readers, count), strict=True):
                sent_at = day + timedelta(hours=hour, milliseconds=random.randrange(3_600_000))
                if sent_at < now - _LATEST:
                    yield _Mail(sent_at, days_ago, campaign, reader)


def _readers(random: Random) -> list[_Reader]:
    providers = random.choices(_PROVIDERS, [each.share for each in _PROVIDERS], k=_READERS)
    return [
        _Reader(f"reader{number}@{provider.domains[number % len(provider.domains)]}", provider)
        for number, provider in enumerate(providers)
    ]


class _Fates:
    """What becomes of mail.

    Args:
        now: Nothing happens later.
        random: Where chance comes from.
    """

    def __init__(self, now: datetime, random: Random) -> None:
        self._now = now
        self._random = random
        self._held_back: set[str] = set()

    def of(self, mail: _Mail) -> Iterator[MessageEvent]:
        """Yield what happens to a message; mail must come in the order in which it was sent."""
        yield MessageEvent("SEND")
        address, provider = mail.reader.address, mail.reader.provider
        if address in self._held_back:
            yield MessageEvent(
                "PERMANENT_BOUNCE",
                at=mail.sent_at + timedelta(milliseconds=self._random.randrange(200, 900)),
                bounce_sub_type="OnAccountSuppressionList",
            )
            return
        arrived = mail.sent_at + timedelta(
            seconds=provider.seconds * self._random.lognormvariate(0, 0.7)
        )
        if self._happens(mail.campaign.gone):
            yield self._bounced_for_good(address, arrived, provider.unknown_user)
            return
        if provider.name == _REFUSING and self._happens(6 * (_REFUSES_SINCE_DAYS - mail.days_ago)):
            yield MessageEvent("DELIVERY_DELAY", at=arrived, diagnostic_code=_DEFERRED)
            arrived += timedelta(minutes=self._random.lognormvariate(4, 0.8))
            if self._happens(12):
                yield self._bounced_for_good(address, arrived, _REFUSED)
                return
            if self._happens(50):
                yield MessageEvent(
                    "TRANSIENT_BOUNCE",
                    at=arrived,
                    bounce_sub_type="General",
                    diagnostic_code=_DEFERRED,
                )
                return
        elif self._happens(0.5):
            yield MessageEvent(
                "TRANSIENT_BOUNCE",
                at=arrived,
                bounce_sub_type="MailboxFull",
                diagnostic_code="smtp; 452 4.2.2 Mailbox full",
            )
            return
        yield MessageEvent("DELIVERY", at=arrived)
        yield from self._engagement(mail, arrived)

    def _engagement(self, mail: _Mail, arrived: datetime) -> Iterator[MessageEvent]:
        campaign, provider, random = mail.campaign, mail.reader.provider, self._random
        if self._happens(provider.bots):
            at = arrived + timedelta(seconds=random.uniform(0.5, 4))
            yield MessageEvent("OPEN", at=at, published=_BOT)
            if provider.name == UNKNOWN_ISP:
                yield MessageEvent("CLICK", at=at + timedelta(seconds=1), published=_BOT)
        read_at = arrived + timedelta(minutes=random.lognormvariate(4, 1.5))
        if read_at < self._now and self._happens(campaign.opens * provider.opens):
            yield MessageEvent("OPEN", at=read_at, published=_HUMAN)
            if self._happens(campaign.clicks):
                yield MessageEvent("CLICK", at=read_at + timedelta(seconds=20), published=_HUMAN)
        if read_at < self._now and self._happens(campaign.complaints / 100):
            self._held_back.add(mail.reader.address)
            yield MessageEvent(
                "COMPLAINT",
                at=read_at + timedelta(minutes=1),
                complaint_feedback_type="abuse",
            )

    def _bounced_for_good(self, address: str, at: datetime, diagnostic: str) -> MessageEvent:
        self._held_back.add(address)
        return MessageEvent(
            "PERMANENT_BOUNCE", at=at, bounce_sub_type="General", diagnostic_code=diagnostic
        )

    def _happens(self, percent: float) -> bool:
        return self._random.random() * 100 < percent
