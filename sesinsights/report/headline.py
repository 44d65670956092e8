"""The top of the report: how it stands with Amazon SES, and the numbers that matter most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sesinsights.markup import Markup, element
from sesinsights.report.meters import rate_meter
from sesinsights.report.numbers import count, counted, percent, period, significant
from sesinsights.report.summary import BOUNCE_LINES, COMPLAINT_LINES, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.report.summary import Counts, Lines, Summary

_LIGHTS = {
    Level.GOOD: ("good", "\u25cf"),
    Level.REVIEW: ("review", "\u25b2"),
    Level.PAUSE: ("pause", "\u25a0"),
}
"""The class and the sign of a level: a colour alone does not reach everybody."""

_SEVERITY = (Level.GOOD, Level.REVIEW, Level.PAUSE)


class _Watched(NamedTuple):
    """A rate that Amazon SES acts on.

    Attributes:
        what: What happened to the mail.
        rate: How much of what was sent.
        lines: From where on Amazon SES acts.
    """

    what: str
    rate: float | None
    lines: Lines


def headline(summary: Summary) -> Markup:
    """Return the title, the state in a sentence, and a card for each number."""
    counts = summary.counts
    watched = (
        _Watched("bounced for good", counts.bounce_rate, BOUNCE_LINES),
        _Watched("was reported as unwanted", counts.complaint_rate, COMPLAINT_LINES),
    )
    return element(
        "header",
        element("p", "Mail sent with Amazon SES", class_="eyebrow"),
        element("h1", period(summary.start, summary.end) or "Without a time"),
        *_state(counts, watched),
        element("ul", *_cards(counts, summary.previous), class_="cards"),
    )


def _state(counts: Counts, watched: tuple[_Watched, ...]) -> Iterator[Markup]:
    if not counts.sent:
        yield element("p", "No mail was sent in this period, so there are no rates.", class_="lead")
        return
    levels = [each.lines.level(each.rate) or Level.GOOD for each in watched]
    worst = max(levels, key=_SEVERITY.index)
    if worst is Level.GOOD:
        says = "Bounces and complaints are below the rates at which Amazon SES reviews an account."
    else:
        says = " ".join(
            f"{percent(each.rate)} of the mail {each.what}: {_consequence(level, each.lines)}."
            for each, level in zip(watched, levels, strict=True)
            if level is not Level.GOOD
        )
    yield element("p", _light(worst, worst.capitalize()), " ", says, class_="lead")
    if counts.sent * COMPLAINT_LINES.review < 1:
        few = counted(counts.sent, "message")
        yield element(
            "p",
            f"These are rates of {few}: a single complaint is above the review line.",
            class_="muted",
        )


def _consequence(level: Level, lines: Lines) -> str:
    if level is Level.PAUSE:
        return f"from {percent(lines.pause)} on, Amazon SES may pause an account's sending"
    return f"from {percent(lines.review)} on, Amazon SES may review an account"


def _light(level: Level, words: str) -> Markup:
    name, sign = _LIGHTS[level]
    return element(
        "span", element("span", sign, aria_hidden="true"), f" {words}", class_=f"light {name}"
    )


def _beside_lines(level: Level, lines: Lines) -> str:
    match level:
        case Level.GOOD:
            return f"below {percent(lines.review)}"
        case Level.REVIEW:
            return f"review, from {percent(lines.review)} on"
        case Level.PAUSE:
            return f"pause, from {percent(lines.pause)} on"


def _cards(now: Counts, before: Counts | None) -> Iterator[Markup]:
    yield _card("Sent", count(now.sent), _change_of_number(now.sent, before and before.sent))
    if now.sent:
        yield from _cards_of_rates(now, before)
    if now.suppressed is not None:
        yield _card("Held back", count(now.suppressed), "not sent, and not among the bounces")
    unsent = [
        f"{count(number)} {what}"
        for number, what in (
            (now.rejected, "with malware"),
            (now.rendering_failed, "of which the template failed"),
        )
        if number
    ]
    if unsent:
        total = (now.rejected or 0) + (now.rendering_failed or 0)
        yield _card("Not sent", count(total), *unsent)
    if now.bounced_undetermined:
        yield _card("Bounced unclearly", count(now.bounced_undetermined), "for good or for now")
    if now.pending:
        yield _card("Not known yet", count(now.pending), "sent, and nothing else heard")


def _cards_of_rates(now: Counts, before: Counts | None) -> Iterator[Markup]:
    yield _card(
        "Delivered",
        percent(now.delivery_rate),
        counted(now.delivered, "message"),
        _change_of_rate(now.delivery_rate, before and before.delivery_rate),
    )
    yield _watched_card(
        "Bounced for good",
        now.bounce_rate,
        f"{count(now.bounced_permanent)} of {count(now.sent)}",
        before and before.bounce_rate,
        BOUNCE_LINES,
    )
    yield _watched_card(
        "Complained",
        now.complaint_rate,
        f"{count(now.complained)} of {count(now.sent)}",
        before and before.complaint_rate,
        COMPLAINT_LINES,
    )
    yield _card(
        "Bounced for now",
        percent(now.transient_bounce_rate),
        f"{count(now.bounced_transient)} of {count(now.sent)}",
        _change_of_rate(now.transient_bounce_rate, before and before.transient_bounce_rate),
    )
    yield from _engagement_card("Opened", now.opened, now.opened_by_people, now.delivered)
    yield from _engagement_card("Clicked", now.clicked, now.clicked_by_people, now.delivered)


def _engagement_card(
    verb: str, all_: int | None, by_people: int | None, delivered: int
) -> Iterator[Markup]:
    if all_ is None and by_people is None:
        return
    if by_people is None:
        share = percent(_share(all_, delivered))
        yield _card(verb, share, f"{count(all_)} of {count(delivered)}", "programs included")
        return
    with_programs = (
        f"{percent(_share(all_, delivered))} with programs" if all_ is not None else None
    )
    share = percent(_share(by_people, delivered))
    said = f"{count(by_people)} of {count(delivered)}"
    yield _card(f"{verb} by people", share, said, with_programs)


def _share(part: int | None, whole: int) -> float | None:
    return None if part is None or whole <= 0 else part / whole


def _card(title: str, value: str, *details: Markup | str | None) -> Markup:
    return element(
        "li",
        element("h2", title),
        element("p", value, class_="value"),
        *(element("p", detail, class_="muted") for detail in details if detail),
    )


def _watched_card(
    title: str, rate: float | None, of: str, before: float | None, lines: Lines
) -> Markup:
    level = lines.level(rate)
    return element(
        "li",
        element("h2", title),
        element("p", percent(rate), class_="value"),
        rate_meter([rate], lines).bar(rate, of),
        element("p", _light(level, _beside_lines(level, lines)), class_="muted") if level else None,
        element("p", of, class_="muted"),
        element("p", change, class_="muted") if (change := _change_of_rate(rate, before)) else None,
    )


def _change_of_rate(now: float | None, before: float | None) -> str | None:
    """Return how a rate has changed, in points of percent; None where it cannot be told."""
    if now is None or before is None:
        return None
    if percent(now) == percent(before):
        return "as in the period before"
    points = significant(abs(now - before) * 100)
    return f"{'up' if now > before else 'down'} {points} points from {percent(before)}"


def _change_of_number(now: int, before: int | None) -> str | None:
    if before is None:
        return None
    if now == before:
        return "as in the period before"
    if not before:
        return "none in the period before"
    share = percent(abs(now - before) / before)
    return f"{'up' if now > before else 'down'} {share} from {count(before)}"
