"""The page as a whole: it stands alone, shows no addresses, and says what is not known."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights.report import write_html
from sesinsights.report.page import page_of
from sesinsights.report.summary import (
    BounceGroup,
    Breakdown,
    Counts,
    Day,
    Diagnostic,
    EngagementHour,
    Group,
    Latency,
    LatencyBin,
    StatusGroup,
    Summary,
)

if TYPE_CHECKING:
    from pathlib import Path

Page: TypeAlias = Callable[..., ET.Element]

HOSTILE = "<script>alert(1)</script> \"'&amp; </title><!-- ]]> \x00\x1b\u202e\ud800"
CSS = files("sesinsights.report").joinpath("page.css").read_text(encoding="utf-8")


def named(text: str) -> Summary:
    """Return a summary that has a text wherever mail can bring one."""
    group = Breakdown([Group(text, Counts(sent=5, delivered=5))])
    bounce = BounceGroup(text, text, 2, [text])
    return Summary(
        start=None,
        end=None,
        counts=Counts(sent=5, delivered=5),
        by_provider=group,
        by_recipient_domain=group,
        by_sending_domain=group,
        by_configuration_set=group,
        by_campaign=group,
        campaign_tag=text,
        bounces=[bounce],
        suppression=[bounce],
        statuses=[StatusGroup(text, 2, text, [Diagnostic(text, 2)])],
    )


def test_what_mail_brings_is_shown_as_text(page: Page) -> None:
    """Markup in names and in what servers said is text; what cannot be shown has a sign."""
    root = page(named(HOSTILE), show_addresses=True)
    assert not list(root.iter("script"))
    shown = "<script>alert(1)</script> \"'&amp; </title><!-- ]]> \ufffd\ufffd\ufffd\ufffd"
    texts = [text for text in root.itertext() if "alert" in text]
    assert len(texts) >= 13
    for text in texts:
        assert shown in text


def test_addresses_are_masked_unless_they_are_asked_for(page: Page) -> None:
    """Wherever a text comes from mail, a mail address in it is hidden."""
    summary = named("ada@example.org wrote")
    assert "ada@example.org" not in "".join(page(summary).itertext())
    assert "<address> wrote" in "".join(page(summary).itertext())
    assert "ada@example.org" in "".join(page(summary, show_addresses=True).itertext())


def test_the_page_stands_alone(summary: Summary, tmp_path: Path) -> None:
    """It has no scripts, no addresses of other places, and nothing that a browser loads."""
    path = tmp_path / "report.html"
    write_html(summary, path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>\n<html")
    assert not re.search(r"//|url\(|@import|javascript:", text)
    root = ET.fromstring(text)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & {
        each.tag for each in root.iter()
    }
    names = {name for each in root.iter() for name in each.attrib}
    assert not [name for name in names if name.startswith("on") or name in {"src", "href"}]


def test_everything_drawn_can_be_read(page: Page, summary: Summary) -> None:
    """A chart has a name, its shapes have titles, and the section has a table of its numbers."""
    root = page(summary)
    assert root.get("lang") == "en"
    for section in root.iter("section"):
        assert section.find(".//table") is not None
        for svg in section.iter("svg"):
            if svg.get("aria-hidden"):  # a bar beside its number
                continue
            assert (svg.get("role"), bool(svg.findtext("title"))) == ("img", True)
        tables = [*section.iter("table")]
        assert len(tables) >= min(1, len([*section.iter("figure")]))
    shapes = [each for each in root.iter() if each.tag in {"rect", "circle", "path"}]
    assert len(shapes) > 400
    untitled = {each.get("class") for each in shapes if not each.findtext("title")}
    assert untitled == {"track"}
    for table in root.iter("table"):
        assert table.findtext("caption")
        heads = table.findall("thead/tr/th")
        assert [head.get("scope") for head in heads] == ["col"] * len(heads)
        for row in table.findall("tbody/tr"):
            assert [cell.tag for cell in row] == ["th"] + ["td"] * (len(heads) - 1)
            assert row[0].get("scope") == "row"


def test_the_tables_have_every_number_that_is_drawn(page: Page, summary: Summary) -> None:
    """The days, the bins and the hours are in the tables as they are in the charts."""
    rows = [["".join(cell.itertext()) for cell in row] for row in page(summary).iter("tr")]
    for each in summary.by_day:
        assert each.day
        number = each.counts
        (row,) = (row for row in rows if row[0].endswith(f" {each.day.day} Nov 2026"))
        assert row[1:3] == [f"{number.sent:,}", f"{number.delivered:,}"]
        shown = [cell.split()[0] for cell in row[3:]]
        parts = [
            number.bounced_permanent,
            number.complained,
            number.bounced_transient,
            number.opened_by_people,
            number.clicked_by_people,
        ]
        assert shown == [f"{part:,}" for part in parts]
    assert summary.latency
    (histogram,) = (
        table
        for table in page(summary).iter("table")
        if "time they took" in (table.findtext("caption") or "")
    )
    drawn = [row[1].text for row in histogram.findall("tbody/tr")]
    assert drawn == [f"{each.count:,}" for each in summary.latency.bins]


def cards(root: ET.Element) -> dict[str, list[str]]:
    """Return what each card says, by its title."""
    return {
        card.findtext("h2") or "": ["".join(p.itertext()) for p in card.findall("p")]
        for card in root.iter("li")
        if card.find("h2") is not None
    }


def test_a_number_that_is_not_known_is_never_a_zero(page: Page) -> None:
    """An unknown number has no card, and is a dash in tables."""
    known = Counts(sent=10, delivered=10, opened=4, opened_by_people=0)
    unknown = Counts(sent=5, delivered=5)
    summary = Summary(
        None,
        None,
        unknown,
        by_day=[Day(date(2026, 11, 2), known), Day(date(2026, 11, 3), unknown)],
        by_provider=Breakdown([Group("Gmail", known), Group("Yahoo", unknown)]),
    )
    root = page(summary)
    assert set(cards(root)) == {
        "Sent",
        "Delivered",
        "Bounced permanently",
        "Complained",
        "Bounced temporarily",
    }
    rows = {
        row[0].text: ["".join(c.itertext()) for c in row] for row in root.iter("tr") if len(row)
    }
    assert rows["Gmail"][-1].startswith("0%")
    assert rows["Yahoo"][-1] == "\u2013"
    assert rows["Tue 3 Nov 2026"][-1] == "\u2013"


def test_no_mail_has_no_rates(page: Page) -> None:
    """An empty period has a page that says so, without a percentage."""
    start, end = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    root = page(Summary(start, end, Counts(suppressed=2), previous=Counts(sent=40)))
    header = root.find(".//header")
    assert header is not None
    text = "".join(header.itertext())
    assert "1 to 28 February 2026" in text
    assert "No mail was sent" in text
    assert "%" not in text.replace("down 100% from 40", "")
    assert cards(root)["Held back"][0] == "2"


@pytest.mark.parametrize(
    ("permanent", "complained", "light"),
    [
        (49, 0, "Good"),
        (50, 0, "Review"),
        (99, 0, "Review"),
        (100, 0, "Pause"),
        (0, 1, "Review"),
        (0, 4, "Review"),
        (0, 5, "Pause"),
        (50, 5, "Pause"),
    ],
)
def test_the_light_is_that_of_the_worse_rate(
    page: Page, permanent: int, complained: int, light: str
) -> None:
    """A rate that reaches a line of Amazon SES has that line's light, in words too."""
    root = page(
        Summary(
            None,
            None,
            Counts(
                sent=1000,
                delivered=1000 - permanent,
                bounced_permanent=permanent,
                complained=complained,
            ),
        )
    )
    (lead,) = (each for each in root.iter("p") if each.get("class") == "lead")
    assert light in "".join(lead.itertext())
    assert ("Amazon SES may pause" in "".join(lead.itertext())) == (light == "Pause")


def test_the_change_to_the_period_before_is_told_in_points(page: Page) -> None:
    """Numbers change by a share, rates by points; what was not known before has no change."""
    now = Counts(sent=1000, delivered=980, bounced_permanent=20, opened=10)
    before = Counts(sent=800, delivered=800, bounced_permanent=4)
    shown = cards(page(Summary(None, None, now, previous=before)))
    assert shown["Sent"][-1] == "up 25% from 800"
    assert shown["Bounced permanently"][-1] == "up 1.5 points from 0.5%"
    assert shown["Complained"][-1] == "as in the previous period"
    assert shown["Opened"][-1] == "bots included"
    assert "before" not in str(cards(page(Summary(None, None, now))))


def test_mail_without_a_time_is_told_apart(page: Page) -> None:
    """It is in no chart, but in the table and in a sentence."""
    day = Day(date(2026, 11, 2), Counts(sent=5, delivered=5))
    root = page(Summary(None, None, Counts(sent=8), by_day=[day, Day(None, Counts(sent=3))]))
    assert "Not shown: 3 messages without a time." in "".join(root.itertext())
    assert len([each for each in root.iter("rect") if each.get("class") == "bar"]) == 1
    assert [row[1].text for row in root.iter("tr") if row[0].text == "not known"] == ["3"]


AMOUNT = st.one_of(st.integers(0, 3), st.integers(0, 10**10))
MAYBE = st.none() | AMOUNT
COUNTS = st.builds(
    Counts,
    sent=AMOUNT,
    delivered=AMOUNT,
    bounced_permanent=AMOUNT,
    bounced_transient=AMOUNT,
    bounced_undetermined=AMOUNT,
    pending=AMOUNT,
    complained=AMOUNT,
    suppressed=MAYBE,
    rejected=MAYBE,
    rendering_failed=MAYBE,
    opened=MAYBE,
    opened_by_people=MAYBE,
    clicked=MAYBE,
    clicked_by_people=MAYBE,
)
TEXT = st.text(max_size=12)
GROUPS = st.none() | st.builds(
    Breakdown,
    st.lists(st.builds(Group, st.none() | TEXT, COUNTS), max_size=3),
    others=AMOUNT,
    rest=st.none() | COUNTS,
)
REASONS = st.lists(
    st.builds(BounceGroup, st.none() | TEXT, st.none() | TEXT, AMOUNT, st.lists(TEXT, max_size=2)),
    max_size=2,
)
STATUSES = st.lists(
    st.builds(
        StatusGroup,
        st.none() | TEXT,
        AMOUNT,
        st.none() | TEXT,
        st.lists(st.builds(Diagnostic, TEXT, AMOUNT), max_size=2),
        AMOUNT,
    ),
    max_size=2,
)
SECONDS = st.floats(0, 10**7, allow_nan=False)


@st.composite
def latencies(draw: st.DrawFn) -> Latency | None:
    """Make histograms whose bins are next to each other."""
    first = draw(st.integers(-12, 20))
    bins = [
        LatencyBin(10 ** ((first + n) / 4), 10 ** ((first + n + 1) / 4), number)
        for n, number in enumerate(draw(st.lists(AMOUNT, max_size=5)))
    ]
    return Latency(draw(AMOUNT), draw(SECONDS), draw(SECONDS), draw(SECONDS), bins)


@st.composite
def days(draw: st.DrawFn) -> list[Day]:
    """Make days in order, some of them without mail or without a date."""
    ages = draw(st.sets(st.integers(0, 800), max_size=12))
    dated = [Day(date(2025, 1, 1) + timedelta(days=age), draw(COUNTS)) for age in sorted(ages)]
    return [*dated, *([Day(None, draw(COUNTS))] if draw(st.booleans()) else [])]


INSTANTS = st.none() | st.integers(1_735_689_600, 1_767_225_600).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
SUMMARIES = st.builds(
    Summary,
    start=INSTANTS,
    end=INSTANTS,
    counts=COUNTS,
    previous=st.none() | COUNTS,
    by_day=days(),
    by_provider=GROUPS,
    by_campaign=GROUPS,
    bounces=REASONS,
    suppression=REASONS,
    statuses=STATUSES,
    other_statuses=AMOUNT,
    latency=st.none() | latencies(),
    engagement=st.just(())
    | st.tuples(AMOUNT, AMOUNT).map(
        lambda n: [EngagementHour(d, h, n[0], n[1]) for d in range(7) for h in range(24)]
    ),
)


@given(SUMMARIES)
def test_any_numbers_make_a_page(summary: Summary) -> None:
    """Nothing crashes it, and no shape leaves its chart, whatever is zero, huge or missing."""
    root = ET.fromstring(page_of(summary))
    for svg in root.iter("svg"):
        left, top, width, height = map(float, (svg.get("viewBox") or "").split())
        for shape in svg.iter():
            values: dict[str, Any] = {
                name: float(value)
                for name, value in shape.attrib.items()
                if name in {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"}
            }
            assert all(isfinite(value) for value in values.values())
            assert all(values.get(name, 0) >= 0 for name in ("width", "height"))
            for x in (values.get(name, 0) for name in ("x", "x1", "x2", "cx")):
                assert left - 1 <= x + values.get("width", 0) <= left + width + 1
            for y in (values.get(name, 0) for name in ("y", "y1", "y2", "cy")):
                assert top - 1 <= y + values.get("height", 0) <= top + height + 1


def luminance(colour: str) -> float:
    """Return how light a colour is, as WCAG measures it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG measures it."""
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", range(3), ids=["light", "dark", "print"])
def test_text_can_be_read_on_its_paper(scheme: int) -> None:
    """Colours of text have the contrast of WCAG AA on paper and cards, and data that of shapes."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[scheme]))
    for paper in (colours["paper"], colours["sheet"]):
        for name in ("ink", "muted", "good", "review", "pause"):
            assert contrast(colours[name], paper) >= 4.5, name
        assert contrast(colours["data"], paper) >= 3


def test_a_page_that_cannot_be_written_leaves_the_old_one(summary: Summary, tmp_path: Path) -> None:
    """The file is replaced when the new one is whole."""
    path = tmp_path / "report.html"
    path.write_text("old")
    broken = dataclasses.replace(summary, by_day=[Day(date(2026, 11, 2), None)])  # type: ignore[arg-type] # what a caller may do wrong
    with pytest.raises(AttributeError):
        write_html(broken, path)
    assert path.read_text() == "old"
    write_html(summary, path)
    assert path.stat().st_size > 10_000
