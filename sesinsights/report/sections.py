"""The sections of the report below its headline; sections without data are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.markup import Column, Content, Markup, element, joined, table
from sesinsights.report.breakdowns import breakdown_table
from sesinsights.report.by_day import by_day
from sesinsights.report.latency_chart import latency_chart
from sesinsights.report.layout import figure, folded, section, wide
from sesinsights.report.meters import Meter
from sesinsights.report.numbers import WEEKDAYS, count, duration
from sesinsights.report.week_chart import week_chart
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sesinsights.report.summary import BounceGroup, Latency, StatusGroup, Summary

_TYPES = {"PERMANENT": "permanent", "TRANSIENT": "temporary", "UNDETERMINED": "undetermined"}
_MANY = Column("Messages", is_number=True)


def sections(summary: Summary) -> Iterator[Markup]:
    """Yield the sections, most important first."""
    yield from by_day(summary)
    if summary.by_provider and summary.by_provider.groups:
        caption = "What happened to mail, by the recipient's mailbox provider"
        providers = breakdown_table(caption, "provider", summary.by_provider)
        yield section("Mailbox providers", providers)
    if summary.bounces:
        yield section("Why mail bounced", _reasons("Bounces by reason", summary.bounces))
    if summary.statuses:
        yield section("What mail servers said", _statuses(summary))
    if summary.latency and summary.latency.bins:
        yield section("How long delivery took", *_latency(summary.latency))
    if summary.engagement:
        yield section("When mail was opened", *_engagement(summary))
    if summary.suppression:
        yield section(
            "What was held back",
            element(
                "p",
                "Amazon SES did not try to deliver this mail. It counts neither as sent nor as "
                "bounced.",
                class_="muted",
            ),
            _reasons("Mail that was held back, by reason", summary.suppression),
        )
    yield from _other_breakdowns(summary)


def _reasons(caption: str, groups: Sequence[BounceGroup]) -> Markup:
    meter = Meter(max(group.count for group in groups))
    rows = (
        [
            _reason(group),
            joined([count(group.count), meter.bar(group.count, counted(group.count, "message"))]),
            " ".join(group.explanation) or "\u2013",
        ]
        for group in groups
    )
    columns = [Column("Reason"), _MANY, Column("What it means and what to do")]
    return wide(caption, table(caption, columns, rows, class_="bars reasons"))


def _reason(group: BounceGroup) -> Markup:
    type_ = group.bounce_type
    kind = type_ and element("small", " ", _TYPES.get(type_) or _words(type_))
    return joined([_words(group.reason), kind])


def _words(name: str | None) -> str:
    """Return a name of the service in words; an unknown name is unchanged."""
    if name is None:
        return "not known"
    return name.replace("_", " ").capitalize() if name.isupper() else name


def _statuses(summary: Summary) -> Markup:
    most = max(group.count for group in summary.statuses)
    meter = Meter(max(most, summary.other_statuses))
    rows: list[list[Content]] = [
        [
            element("code", group.status) if group.status else element("i", "no code"),
            joined([count(group.count), meter.bar(group.count, counted(group.count, "message"))]),
            _said(group),
        ]
        for group in summary.statuses
    ]
    if summary.other_statuses:
        number = summary.other_statuses
        bar = meter.bar(number, counted(number, "message"))
        rows.append([element("i", "other codes"), joined([count(number), bar]), None])
    columns = [Column("Status code"), _MANY, Column("What it means and what was said")]
    caption = "Bounces by enhanced status code"
    return wide(caption, table(caption, columns, rows, class_="bars reasons"))


def _said(group: StatusGroup) -> Markup:
    lines = [
        element(
            "li",
            element("q", each.text),
            element("small", f" {counted(each.count, 'time')}"),
        )
        for each in group.diagnostics
    ]
    if group.others:
        lines.append(element("li", element("i", f"other replies, or none: {count(group.others)}")))
    meaning = (group.meaning or "").removeprefix(f"{group.status}, ")
    meaning = f"{meaning[:1].upper()}{meaning[1:]}"
    return joined([meaning, element("ul", *lines, class_="said") if lines else None])


def _latency(latency: Latency) -> Iterator[Markup]:
    yield element(
        "p",
        f"Of {counted(latency.count, 'message')}, half were delivered within "
        f"{duration(latency.p50)}, 90% within {duration(latency.p90)}, 99% within "
        f"{duration(latency.p99)}. The axis is logarithmic.",
    )
    rows = (
        [f"{duration(each.low)} to {duration(each.high)}", count(each.count)]
        for each in latency.bins
    )
    numbers = table("Deliveries by the time they took", [Column("Time"), _MANY], rows)
    chart = latency_chart("Messages by the time from sending to delivery", latency)
    yield element("div", figure("From sending to delivery", chart), class_="multiples")
    yield folded(numbers)


def _engagement(summary: Summary) -> Iterator[Markup]:
    opened = {(each.weekday, each.hour): each.opened for each in summary.engagement}
    clicked = {(each.weekday, each.hour): each.clicked for each in summary.engagement}
    yield element(
        "p",
        "By the hour of the week in UTC, including opens and clicks by bots.",
        class_="muted",
    )
    yield element(
        "div",
        *(
            figure(
                f"{verb.capitalize()}, at most {count(max(hours.values()))} an hour of the week",
                week_chart(f"When mail was {verb}", verb, hours),
            )
            for verb, hours in (("opened", opened), ("clicked", clicked))
        ),
        class_="multiples",
    )
    yield folded(_hours("opened", opened), "The numbers of opens")
    yield folded(_hours("clicked", clicked), "The numbers of clicks")


def _hours(verb: str, hours: Mapping[tuple[int, int], int]) -> Markup:
    columns = [Column("UTC"), *(Column(name[:3], is_number=True) for name in WEEKDAYS)]
    rows = (
        [f"{hour:02}:00", *(count(hours.get((day, hour), 0)) for day in range(len(WEEKDAYS)))]
        for hour in range(24)
    )
    return table(f"Messages {verb}, by hour and weekday", columns, rows)


def _other_breakdowns(summary: Summary) -> Iterator[Markup]:
    tag = element("p", "By the tag ", element("code", summary.campaign_tag), class_="muted")
    named = (
        ("Campaigns", "Mail by campaign", "campaign", summary.by_campaign, tag),
        (
            "Recipients' domains",
            "Mail by recipient's domain",
            "domain",
            summary.by_recipient_domain,
            None,
        ),
        ("Senders' domains", "Mail by sender's domain", "domain", summary.by_sending_domain, None),
        (
            "Configuration sets",
            "Mail by configuration set",
            "set",
            summary.by_configuration_set,
            None,
        ),
    )
    for title, caption, noun, breakdown, note in named:
        if breakdown and breakdown.groups:
            yield section(title, note, breakdown_table(caption, noun, breakdown))
