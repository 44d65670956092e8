"""What a notebook shows: compact tables, without addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from sesinsights import errors, models, outcomes
from sesinsights.flows.lookups import FailedLookup, FoundMessage
from sesinsights.notebook import notebook_table
from sesinsights.report.summary import Counts, Summary

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "ada@example.org"

INSIGHTS = models.GetMessageInsightsResponse.from_service(
    {
        "MessageId": "0100-1",
        "FromEmailAddress": "sender@example.com",
        "Subject": "Hello <b>",
        "NewMember": ADDRESS,
        "Insights": [
            {
                "Destination": ADDRESS,
                "Isp": "Gmail",
                "Events": [
                    {"Type": "SEND", "Timestamp": datetime(2026, 11, 2, 8, 0, 1, tzinfo=UTC)},
                    {
                        "Type": "BOUNCE",
                        "Timestamp": datetime(2026, 11, 2, 8, 0, 2, tzinfo=UTC),
                        "Details": {
                            "Bounce": {
                                "BounceType": "PERMANENT",
                                "DiagnosticCode": f"550 5.1.1 <{ADDRESS}>",
                            }
                        },
                    },
                    {
                        "Type": f"NEW <i>{ADDRESS}</i>",
                        "Timestamp": datetime(2026, 11, 2, 8, 0, 3, tzinfo=UTC),
                    },
                ],
            },
            {"Destination": "grace@example.org"},
        ],
    }
)


def rows(html: str) -> list[list[str]]:
    """Return the cells of a table by rows, the titles first."""
    return [["".join(cell.itertext()) for cell in row] for row in ET.fromstring(html).iter("tr")]


def test_a_lookup_is_a_table_of_its_events() -> None:
    """Each event of each recipient has a row; recipients are numbers, texts are escaped."""
    html = INSIGHTS._repr_html_()
    meaning = "The address does not accept mail: stop sending to it."
    assert rows(html) == [
        ["Recipient", "Provider", "Time (UTC)", "Event", "What it means"],
        ["1", "Gmail", "2026-11-02 08:00:01", "SEND", "\u2013"],
        [
            "1",
            "Gmail",
            "2026-11-02 08:00:02",
            "BOUNCE",
            f"{meaning} 5.1.1, permanent: the mailbox does not exist",
        ],
        ["1", "Gmail", "2026-11-02 08:00:03", "NEW <i><address></i>", "\u2013"],
        ["2", "\u2013", "\u2013", "\u2013", "\u2013"],
    ]
    assert FoundMessage("0100-1", INSIGHTS)._repr_html_() == html


NOT_FOUND = errors.NotFoundError(
    {"Error": {"Code": "NotFoundException", "Message": f"no {ADDRESS}"}}, "GetMessageInsights"
)


@pytest.mark.parametrize(
    "value",
    [INSIGHTS, FoundMessage("0100-1", INSIGHTS), FailedLookup(ADDRESS, NOT_FOUND)],
    ids=lambda value: type(value).__name__,
)
def test_nothing_shows_an_address(value: Any) -> None:
    """What a repr hides is hidden here too, in errors and in what is new at the service."""
    html = value._repr_html_()
    assert "example.org" not in html
    assert "Hello" not in html
    assert ET.fromstring(html) is not None


def test_a_timeline_is_a_table_of_its_events() -> None:
    """How it ended is above the table; a repeated event is there once, an address never."""
    (timeline,) = [
        each for each in outcomes.timelines([INSIGHTS, INSIGHTS]) if each.recipient == ADDRESS
    ]
    html = timeline._repr_html_()
    assert "<caption>Message 0100-1: PERMANENT_BOUNCE</caption>" in html
    assert [row[1] for row in rows(html)[1:]] == ["SEND", "BOUNCE", "NEW <i><address></i>"]
    assert "example.org" not in html


def test_a_page_of_jobs_is_a_table() -> None:
    """Export jobs and import jobs have a row each, and a page says that it is not the last."""
    created = datetime(2026, 11, 2, 8, 0, 1, tzinfo=UTC)
    exports = models.ListExportJobsResponse.from_service(
        {
            "ExportJobs": [
                {
                    "JobId": "one",
                    "ExportSourceType": "METRICS_DATA",
                    "JobStatus": "PROCESSING",
                    "CreatedTimestamp": created,
                }
            ],
            "NextToken": "more",
        }
    )
    html = exports._repr_html_()
    assert "1 export job; the next page may have more" in html
    assert rows(html)[1:] == [
        ["one", "METRICS_DATA", "PROCESSING", "2026-11-02 08:00:01", "\u2013"]
    ]
    imports = models.ListImportJobsResponse.from_service(
        {
            "ImportJobs": [
                {
                    "JobId": "two",
                    "JobStatus": "COMPLETED",
                    "CreatedTimestamp": created,
                    "ProcessedRecordsCount": 1200,
                    "FailedRecordsCount": 0,
                }
            ]
        }
    )
    assert "<caption>1 import job</caption>" in imports._repr_html_()
    assert rows(imports._repr_html_())[1:] == [
        ["two", "COMPLETED", "2026-11-02 08:00:01", "1,200", "0"]
    ]
    assert "0 export jobs" in models.ListExportJobsResponse.from_service({})._repr_html_()


def test_a_summary_is_a_table_of_numbers_and_shares() -> None:
    """What is not known has no row or a dash; a rate has the line that it reaches."""
    before = Counts(sent=500, delivered=500)
    summary = Summary(
        None, None, Counts(sent=1000, delivered=940, bounced_permanent=60), previous=before
    )
    shown = {row[0]: row[1:] for row in rows(summary._repr_html_())}
    assert shown["Sent"] == ["1,000", "\u2013", "\u2013", "\u2013"]
    assert shown["Bounced permanently"] == ["60", "6%", "review", "0%"]
    assert shown["Complained"] == ["0", "0%", "good", "0%"]
    assert "Opened" not in shown
    empty = {row[0]: row[1:] for row in rows(Summary(None, None, Counts())._repr_html_())}
    assert empty["Bounced permanently"] == ["0", "\u2013", "\u2013", "\u2013"]


def test_numbers_stand_to_the_right_and_texts_to_the_left() -> None:
    """A column is one of numbers when all that is known in it is a number."""
    html = notebook_table("t", ("a", "b", "c"), [("x", 1, True), (None, None, None)])
    heads = [
        head.get("class") for head in ET.fromstring(html).iter("th") if head.get("scope") == "col"
    ]
    assert heads == [None, "number", None]
    assert rows(html)[1:] == [["x", "1", "yes"], ["\u2013", "\u2013", "\u2013"]]


def test_an_export_is_a_line(connect: Any, tmp_path: Path) -> None:
    """Before it runs and after, how far it has come is told without widgets."""
    start = datetime(2026, 1, 15, 10, tzinfo=UTC)
    with connect().export_message_insights(
        start_date=start, end_date=start.replace(hour=11)
    ) as export:
        assert line(export) == "Export: not started."
        export.to_csv(tmp_path / "records.csv")
        assert line(export).startswith("Export: 1 job, 1 window, 0 records")


def line(export: Any) -> str:
    """Return what a notebook shows of an export."""
    return ET.fromstring(export._repr_html_()).text or ""
