"""The top of the report: the state of the account, and the most important numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sesinsights.markup import Content, Markup, element
from sesinsights.report.meters import rate_meter
from sesinsights.report.numbers import count, percent, period, significant
from sesinsights.report.rates import (
    BOUNCED,
    BOUNCED_TEMPORARILY,
    CLICKED,
    CLICKED_BY_PEOPLE,
    COMPLAINED,
    DELIVERED,
    OPENED,
    OPENED_BY_PEOPLE,
)
from sesinsights.report.summary import BOUNCE_LINES, COMPLAINT_LINES, Level
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sesinsights.report.rates import Rate
    from sesinsights.report.summary import Counts, Lines, Summary

_LIGHTS = {
    Level.GOOD: ("good", "\u25cf"),
    Level.REVIEW: ("review", "\u25b2"),
    Level.PAUSE: ("pause", "\u25a0"),
}
"""The class and the sign of a level; not everyone can tell colours apart."""

_SEVERITY = (Level.GOOD, Level.REVIEW, Level.PAUSE)


def headline(summary: Summary) -> Markup:
    """Return the title, the state in a sentence, and a card for each number."""
    counts = summary.counts
    title = period(summary.start, summary.end)
    return element(
        "header",
        element("p", "Mail sent with Amazon SES", class_="eyebrow"),
        element("h1", title or ("Mail without a time" if counts.sent else "No mail")),
        *_state(counts),
        element("ul", *_cards(counts, _Change(summary)), class_="cards"),
    )


def _state(counts: Counts) -> Iterator[Markup]:
    if not counts.sent:
        yield element("p", "No mail was sent in this period, so there are no rates.", class_="lead")
        return
    bounces = BOUNCE_LINES.level(counts.bounce_rate) or Level.GOOD
    complaints = COMPLAINT_LINES.level(counts.complaint_rate) or Level.GOOD
    says = [
        f"{percent(counts.bounce_rate)} of the mail bounced permanently: "
        f"{_consequence(bounces, BOUNCE_LINES)}."
        if bounces is not Level.GOOD
        else None,
        f"{percent(counts.complaint_rate)} of the mail was complained about: "
        f"{_consequence(complaints, COMPLAINT_LINES)}."
        if complaints is not Level.GOOD
        else None,
    ]
    worst = max(bounces, complaints, key=_SEVERITY.index)
    text = " ".join(filter(None, says)) or (
        "Bounces and complaints are below the rates at which Amazon SES reviews an account."
    )
    yield element("p", _light(worst, worst.capitalize()), " ", text, class_="lead")
    if counts.sent * COMPLAINT_LINES.review < 1:
        few = counted(counts.sent, "message")
        yield element(
            "p",
            f"Only {few}: a single complaint would be above the review line.",
            class_="muted",
        )


def _consequence(level: Level, lines: Lines) -> str:
    if level is Level.PAUSE:
        return f"at {percent(lines.pause)} or more, Amazon SES may pause an account's sending"
    return f"at {percent(lines.review)} or more, Amazon SES may review an account"


def _light(level: Level, words: str) -> Markup:
    name, sign = _LIGHTS[level]
    return element(
        "span", element("span", sign, aria_hidden="true"), f" {words}", class_=f"light {name}"
    )


class _Change:
    """The change from the previous period."""

    def __init__(self, summary: Summary) -> None:
        self._now = summary.compared or summary.counts
        self._before = summary.previous

    def of_sent(self) -> str | None:
        """Return how much more or less was sent; None if it is unknown."""
        return None if self._before is None else _more_or_less(self._now.sent, self._before.sent)

    def of_rate(self, rate: Rate) -> str | None:
        """Return how a rate has changed, in percentage points; None if it is unknown."""
        now, before = rate.of(self._now), rate.of(self._before) if self._before else None
        if now is None or before is None:
            return None
        if percent(now) == percent(before):
            return "as in the previous period"
        points = significant(abs(now - before) * 100)
        return f"{'up' if now > before else 'down'} {points} points from {percent(before)}"


def _cards(now: Counts, change: _Change) -> Iterator[Markup]:
    yield _card("Sent", count(now.sent), change.of_sent())
    if now.sent:
        for rate in (DELIVERED, BOUNCED, COMPLAINED, BOUNCED_TEMPORARILY):
            yield _rate_card(rate, now, change)
        for by_people, by_all in ((OPENED_BY_PEOPLE, OPENED), (CLICKED_BY_PEOPLE, CLICKED)):
            if by_people.of(now) is not None:
                with_all = f"{percent(by_all.of(now))} including bots"
                yield _rate_card(by_people, now, change, with_all)
            elif by_all.of(now) is not None:
                yield _rate_card(by_all, now, change, "bots included")
    if now.suppressed is not None:
        yield _card("Held back", count(now.suppressed), "counted neither as sent nor as bounced")
    unsent = {"with malware": now.rejected, "with a failed template": now.rendering_failed}
    details = [f"{count(number)} {what}" for what, number in unsent.items() if number]
    if details:
        yield _card("Not sent", count(sum(filter(None, unsent.values()))), *details)
    if now.bounced_undetermined:
        yield _card(
            "Bounced, undetermined", count(now.bounced_undetermined), "permanent or temporary"
        )
    if now.pending:
        # Metrics do not show what the suppression list held back.
        held_back = ", or held back" if now.suppressed is None else ""
        yield _card("Not known yet", count(now.pending), f"sent, with no further events{held_back}")


def _card(title: str, value: str, *details: Content) -> Markup:
    return element(
        "li",
        element("h2", title),
        element("p", value, class_="value"),
        *(element("p", detail, class_="muted") for detail in details if detail),
    )


def _rate_card(rate: Rate, now: Counts, change: _Change, *details: str) -> Markup:
    share = rate.of(now)
    of = f"{count(rate.part(now))} of {count(rate.whole(now))}"
    level = rate.lines.level(share) if rate.lines else None
    return element(
        "li",
        element("h2", rate.title),
        element("p", percent(share), class_="value"),
        rate_meter([share], rate.lines).bar(share, of) if rate.lines else None,
        *(
            element("p", detail, class_="muted")
            for detail in (
                _light(level, _beside(level, rate.lines)) if level and rate.lines else None,
                of,
                *details,
                change.of_rate(rate),
            )
            if detail
        ),
    )


def _beside(level: Level, lines: Lines) -> str:
    match level:
        case Level.GOOD:
            return f"below {percent(lines.review)}"
        case Level.REVIEW:
            return f"review from {percent(lines.review)}"
        case Level.PAUSE:
            return f"pause from {percent(lines.pause)}"


def _more_or_less(now: int, before: int) -> str:
    if now == before:
        return "as in the previous period"
    if not before:
        return "none in the previous period"
    share = percent(abs(now - before) / before)
    return f"{'up' if now > before else 'down'} {share} from {count(before)}"
