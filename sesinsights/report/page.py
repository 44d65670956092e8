"""The report as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from sesinsights.arguments import check_flags
from sesinsights.errors.service import redacted
from sesinsights.markup import Markup, element
from sesinsights.report.headline import headline
from sesinsights.report.numbers import percent, period
from sesinsights.report.sections import sections
from sesinsights.report.summary import BOUNCE_LINES, COMPLAINT_LINES
from sesinsights.whole_files import whole_file
from sesinsights.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from sesinsights.report.summary import Summary

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing."""


def write_html(
    summary: Summary, path: str | PathLike[str], *, show_addresses: bool = False
) -> None:
    """Write a report to a single HTML file, which needs no network, scripts or other files.

    You can send it by mail or keep it as a build artifact. It is light or dark like the reader's
    system. The file appears only once it is complete.

    Args:
        summary: The numbers, as `summarize` returns them.
        path: Where to put the file; an existing regular file is replaced.
        show_addresses: Whether to show mail addresses in names and servers' replies; by default,
            each is replaced by `<address>`.

    Raises:
        OSError: The file cannot be written there.
    """
    page = page_of(summary, show_addresses=show_addresses)
    with whole_file(path) as file:
        file.write(b"<!DOCTYPE html>\n" + page.encode() + b"\n")


def page_of(summary: Summary, *, show_addresses: bool = False) -> Markup:
    """Return the page, without its document type; it is well-formed XML too."""
    check_flags(show_addresses=show_addresses)
    if not show_addresses:
        summary = cast("Summary", _redacted(summary))
    style = files("sesinsights.report").joinpath("page.css").read_text(encoding="utf-8")
    return element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", "Mail sent with Amazon SES ", period(summary.start, summary.end)),
            Markup(f"<style>\n{style}</style>"),
        ),
        element("body", element("main", headline(summary), *sections(summary), _footer(summary))),
        lang="en",
    )


def _redacted(value: Any) -> Any:
    """Return a copy without mail addresses in any text that came from mail."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Sequence):
        return [_redacted(each) for each in cast("list[Any]", value)]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _redacted(getattr(value, field.name)) for field in fields(value)}
        )
    return value


def _footer(summary: Summary) -> Markup:
    return element(
        "footer",
        element("h2", "How to read this"),
        *(element("p", text) for text in _notes(summary)),
    )


def _notes(summary: Summary) -> Iterator[str]:
    yield (
        "A message to three recipients counts three times, each under how it ended. Rates of "
        "bounces and complaints are shares of what was sent; opens and clicks are shares of what "
        "was delivered. A dash is a number that is not known."
    )
    bounces, complaints = (
        f"{percent(lines.review)} and {percent(lines.pause)}"
        for lines in (BOUNCE_LINES, COMPLAINT_LINES)
    )
    yield (
        "The rates of permanent bounces and complaints approximate those that Amazon SES goes by. "
        "It looks at an undisclosed amount of recent mail, and leaves some of it out. It may "
        "review an account from the first limit upwards, and pause its sending from the second: "
        f"{bounces} of bounces, {complaints} of complaints."
    )
    if summary.compared and summary.start and summary.end:
        days = (summary.end - summary.start).days
        yield (
            "Changes compare whole days of metrics from Virtual Deliverability Manager: "
            f"{period(summary.start, summary.start + timedelta(days=days))} and the "
            f"{counted(days, 'day')} before."
        )
    if summary.start and summary.end:
        yield f"From {summary.start:%Y-%m-%d %H:%M} to {summary.end:%Y-%m-%d %H:%M}, UTC."
