"""The timeline of a message, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sesinsights.cli.terminal import printable
from sesinsights.cli.times import length, second, zoned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from sesinsights.models import EmailInsights, GetMessageInsightsResponse, InsightsEvent

__all__ = ["failed_lookup", "timeline"]

_EVENTS = {
    "SEND": ("Sent", "bold"),
    "DELIVERY": ("Delivered", "bold green"),
    "DELIVERY_DELAY": ("Delayed", "bold yellow"),
    "BOUNCE": ("Bounced", "bold red"),
    "COMPLAINT": ("Complaint", "bold red"),
    "REJECT": ("Rejected", "bold red"),
    "RENDERING_FAILURE": ("Rendering failed", "bold red"),
    "OPEN": ("Opened", "bold blue"),
    "CLICK": ("Clicked", "bold cyan"),
    "SUBSCRIPTION": ("Subscription changed", "bold magenta"),
}
"""The words for events, and their styles."""

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
        *(_at_recipient(insights, local=local) for insights in message.insights),
    )


def failed_lookup(message_id: str, problem: str) -> RenderableType:
    """Return what is said of a message that could not be looked up."""
    return Group(
        Text(printable(message_id), "bold", overflow="fold"),
        Padding(Text(printable(problem), "red"), _INDENT, expand=False),
    )


def _at_recipient(insights: EmailInsights, *, local: bool) -> RenderableType:
    title = Text(printable(insights.destination or "(unknown recipient)"), "underline")
    if insights.isp:
        title.append(f"  {printable(insights.isp)}", "not underline")
    if not insights.events:
        return Group("", title, Text("  Nothing is known yet."))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(overflow="fold")
    for row in _rows(insights.events, local=local):
        table.add_row(*row)
    return Group("", title, Padding(table, _INDENT, expand=False))


def _rows(events: Iterable[InsightsEvent], *, local: bool) -> Iterator[tuple[str, str, Text]]:
    """Yield a row for each event, oldest first; what has no time comes last."""
    timed = [(event.timestamp, event) for event in events if event.timestamp]
    before = None
    for at, event in sorted(timed, key=lambda pair: pair[0]):
        gap = f"+{length(at - before)}" if before else ""
        yield second(zoned(at, local=local)), gap, _said_of(event)
        before = at
    for event in events:
        if not event.timestamp:
            yield "at an unknown time", "", _said_of(event)


def _said_of(event: InsightsEvent) -> Text:
    name, style = _EVENTS.get(event.type or "", (event.type or "(unknown event)", "bold"))
    kinds = ", ".join(filter(None, _kinds(event)))
    lines = [Text(printable(f"{name} ({kinds})" if kinds else name), style)]
    lines += map(Text, event.explanation)
    bounce = event.details.bounce if event.details else None
    if bounce and bounce.diagnostic_code:
        lines.append(Text(f"Server: {printable(bounce.diagnostic_code)}", "dim"))
    return Text("\n").join(lines)


def _kinds(event: InsightsEvent) -> Iterator[str | None]:
    """Yield how the service calls the kind of a bounce or complaint."""
    if event.details and event.details.bounce:
        yield event.details.bounce.bounce_type
        yield event.details.bounce.bounce_sub_type
    if event.details and event.details.complaint:
        yield event.details.complaint.complaint_sub_type
        yield event.details.complaint.complaint_feedback_type
