"""Whole suppression lists are written to files by clients of either kind."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow.parquet
import pytest

from sesinsights import errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Connect = Callable[..., Any]

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


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
