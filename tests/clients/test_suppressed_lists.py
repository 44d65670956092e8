"""Whole suppression lists, and what is behind their addresses, through clients of either kind."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet
import pydantic
import pytest

from sesinsights import errors, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Connect = Callable[..., Any]

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_the_message_behind_a_suppression_is_looked_up(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """The entry, the ids of what caused it and the message's timeline come as one."""
    message_id = ses_emulator.add_message(
        destination="Reader@example.com",
        sent_at=NOON - timedelta(hours=2),
        events=["SEND", "PERMANENT_BOUNCE"],
    )
    ses_emulator.add_suppressed_destination(
        "reader@example.com", message_id=message_id, feedback_id="0100-f"
    )
    found = connect().suppression_of("Reader@Example.com")
    assert (found.message_id, found.feedback_id) == (message_id, "0100-f")
    assert (found.reason, found.last_update_time) == ("BOUNCE", NOON)
    assert found.timeline.status == outcomes.Status.PERMANENT_BOUNCE
    assert "eader@" not in repr(found)
    assert [request.operation for request in ses_emulator.requests] == [
        "GetSuppressedDestination",  # as it is spelled
        "GetSuppressedDestination",  # in lower case
        "GetMessageInsights",
    ]


def test_an_address_that_is_not_suppressed_is_none(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """It is asked for once if it has one spelling, and nothing is looked up."""
    assert connect().suppression_of("reader@example.com") is None
    assert len(ses_emulator.requests) == 1


@pytest.mark.parametrize("fault", ["vdm", "denied", "old"])
def test_an_entry_is_told_though_its_message_is_not(
    connect: Connect, ses_emulator: SESEmulator, fault: str
) -> None:
    """Without a lookup there is no timeline, and its error says why."""
    ses_emulator.add_suppressed_destination("a@example.com", message_id="0100-gone")
    ses_emulator.vdm_enabled = fault != "vdm"
    if fault == "denied":
        ses_emulator.faults.access_denied("GetMessageInsights")
    found = connect().suppression_of("a@example.com")
    assert found.timeline is None
    expected = {
        "vdm": errors.VdmNotEnabledError,
        "denied": errors.AccessDeniedError,
        "old": errors.NotFoundError,
    }
    assert isinstance(found.lookup.error, expected[fault])


def test_an_entry_put_by_hand_has_no_message(connect: Connect, ses_emulator: SESEmulator) -> None:
    """Nothing is looked up then."""
    ses_emulator.add_suppressed_destination("a@example.com", tenant_name="shop")
    found = connect().suppression_of("a@example.com", tenant_name="shop")
    assert found.entry.tenant_name == "shop"
    assert (found.message_id, found.feedback_id, found.lookup, found.timeline) == (None,) * 4


def test_what_is_no_address_is_refused_before_anything_is_sent(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """As by the call itself."""
    with pytest.raises(pydantic.ValidationError, match="email_address"):
        connect().suppression_of("nobody")
    assert ses_emulator.requests == []


def read(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file, their times as texts."""
    if path.suffix == ".csv":
        return [*csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows = pyarrow.parquet.read_table(path).to_pylist()
    return [{**row, "last_update_time": row["last_update_time"].isoformat()} for row in rows]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_list_is_written_to_a_file(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path, suffix: str
) -> None:
    """Every address that the filters let through, over all pages, and how many there are."""
    for number in range(12):
        ses_emulator.add_suppressed_destination(f"ü{number}@example.com")
    ses_emulator.add_suppressed_destination("c@example.com", reason="COMPLAINT")
    path = tmp_path / f"list{suffix}"
    assert connect().export_suppressed(path, reasons=["BOUNCE"]) == 12
    rows = read(path)
    assert sorted(row["email_address"] for row in rows) == sorted(
        f"ü{number}@example.com" for number in range(12)
    )
    assert {(row["reason"], row["last_update_time"]) for row in rows} == {
        ("BOUNCE", NOON.isoformat())
    }


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_an_empty_list_is_a_file_too(connect: Connect, tmp_path: Path, suffix: str) -> None:
    """It has no rows, and can be read."""
    path = tmp_path / f"list{suffix}"
    assert connect().export_suppressed(path) == 0
    assert read(path) == []


def test_an_export_that_fails_leaves_the_file_as_it_was(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """A page that is refused replaces nothing, and nothing is left beside the file."""
    for number in range(12):
        ses_emulator.add_suppressed_destination(f"{number}@example.com")
    path = tmp_path / "list.csv"
    path.write_text("before")
    ses = connect()
    ses.list_suppressed_destinations()
    ses_emulator.faults.access_denied("ListSuppressedDestinations")
    with pytest.raises(errors.AccessDeniedError):
        ses.export_suppressed(path)
    assert path.read_text() == "before"
    assert [*tmp_path.iterdir()] == [path]


def test_a_place_that_cannot_be_written_is_refused_first(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """Nothing is sent for it."""
    ses = connect()
    for place, error in (("no/list.csv", FileNotFoundError), ("list.xlsx", ValueError)):
        with pytest.raises(error):
            ses.export_suppressed(tmp_path / place)
    with pytest.raises(ValueError, match="for_spreadsheets"):
        ses.export_suppressed(tmp_path / "list.jsonl", for_spreadsheets=True)
    assert ses_emulator.requests == []


def test_an_address_can_be_kept_from_being_a_formula(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """Strangers choose their addresses, and a spreadsheet would run some."""
    ses_emulator.add_suppressed_destination("=1+1@example.com")
    path = tmp_path / "list.csv"
    connect().export_suppressed(path, for_spreadsheets=True)
    assert read(path)[0]["email_address"] == "'=1+1@example.com"
