"""The timeline of a message, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sesinsights.cli.event_words import EVENT_WORDS
from sesinsights.cli.terminal import printable
from sesinsights.cli.times import length, second, zoned
from sesinsights.outcomes import Status, timelines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from sesinsights.models import EmailInsights, GetMessageInsightsResponse, InsightsEvent
    from sesinsights.outcomes import Timeline


_STATUSES = {
    Status.UNKNOWN: ("Unknown", "bold"),
    Status.SENT: ("Sent, not delivered yet", "bold"),
    Status.DELAYED: ("Delayed", "bold yellow"),
    Status.SUPPRESSED: ("Held back, not sent", "bold yellow"),
    Status.RENDERING_FAILED: ("Not sent: rendering failed", "bold red"),
    Status.REJECTED: ("Not sent: rejected", "bold red"),
    Status.UNDETERMINED_BOUNCE: ("Bounced", "bold red"),
    Status.TRANSIENT_BOUNCE: ("Bounced temporarily", "bold red"),
    Status.DELIVERED: ("Delivered", "bold green"),
    Status.PERMANENT_BOUNCE: ("Bounced permanently", "bold red"),
    Status.COMPLAINED: ("Delivered, and reported as unwanted", "bold red"),
}
"""The words for outcomes, and their styles."""

_INDENT = (0, 0, 0, 2)


def timeline(message: GetMessageInsightsResponse, *, local: bool) -> RenderableType:
    """Return what is known of a message.

    Args:
        message: The message.
        local: Whether times are in the zone of this machine.
    """
    tags = ", ".join(f"{tag.name}={tag.value}" for tag in message.email_tags)
    known = {"From": message.from_email_address, "Message": message.message_id, "Tags": tags}
    header = Table.grid(padding=(0, 2))
    header.add_column(no_wrap=True)
    header.add_column(overflow="fold")
    for name, value in known.items():
        if value:
            header.add_row(Text(name, "dim"), Text(printable(value)))
    subject = printable(message.subject or "").strip()
    return Group(
        Text(subject, "bold") if subject else Text("(no subject)", "italic"),
        header,
        *(_at_recipient(message, insights, local=local) for insights in message.insights),
    )


def failed_lookup(message_id: str, problem: str) -> RenderableType:
    """Return what is said of a message that could not be looked up."""
    return Group(
        Text(printable(message_id), "bold", overflow="fold"),
        Padding(Text(printable(problem), "red"), _INDENT, expand=False),
    )


def _at_recipient(
    message: GetMessageInsightsResponse, insights: EmailInsights, *, local: bool
) -> RenderableType:
    title = Text(printable(insights.destination), "underline")
    if insights.isp:
        title.append(f"  {printable(insights.isp)}", "not underline")
    if not insights.events:
        return Group("", title, Text("  Nothing is known yet."))
    (outcome,) = timelines(message.model_copy(update={"insights": (insights,)}))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for row in _rows(insights.events, outcome.advice, local=local):
        table.add_row(*row)
    return Group(
        "",
        title,
        Padding(_ending(outcome), _INDENT, expand=False),
        Padding(table, _INDENT, expand=False),
    )


def _ending(outcome: Timeline) -> RenderableType:
    """Return how it ended and what to do."""
    told = Table.grid(padding=(0, 2))
    told.add_column(no_wrap=True)
    told.add_column(overflow="fold")
    name, style = _STATUSES[outcome.status]
    reason = f" ({printable(outcome.reason)})" if outcome.reason else ""
    after = f" after {length(outcome.latency)}" if outcome.latency else ""
    told.add_row(Text("Outcome", "dim"), Text(f"{name}{reason}{after}", style))
    engagement = outcome.engagement
    if outcome.was_delivered and engagement.opened is not None:
        did = "clicked" if engagement.clicked else "opened" if engagement.opened else "not opened"
        told.add_row(Text("Recipient", "dim"), Text(did))
    if outcome.advice:
        told.add_row(Text("What to do", "dim"), Text(outcome.advice))
    return told


def _rows(
    events: Iterable[InsightsEvent], advice: str | None, *, local: bool
) -> Iterator[tuple[str, str, Text]]:
    """Yield a row for each event, oldest first."""
    before = None
    for event in sorted(events, key=lambda event: event.timestamp):
        gap = f"+{length(event.timestamp - before)}" if before else ""
        yield second(zoned(event.timestamp, local=local)), gap, _said_of(event, advice)
        before = event.timestamp


def _said_of(event: InsightsEvent, advice: str | None) -> Text:
    name, style = EVENT_WORDS.get(event.type, (event.type, "bold"))
    kinds = ", ".join(filter(None, _kinds(event)))
    lines = [Text(printable(f"{name} ({kinds})" if kinds else name), style)]
    # The advice stands above.
    lines += [Text(line) for line in event.explanation if line != advice]
    if event.bounce and event.bounce.diagnostic_code:
        lines.append(Text(f"Server: {printable(event.bounce.diagnostic_code)}", "dim"))
    return Text("\n").join(lines)


def _kinds(event: InsightsEvent) -> Iterator[str | None]:
    """Yield how the service calls the kind of a bounce or complaint."""
    if event.bounce:
        yield event.bounce.bounce_type
        yield event.bounce.bounce_sub_type
    if event.complaint:
        yield event.complaint.complaint_sub_type
        yield event.complaint.complaint_feedback_type
