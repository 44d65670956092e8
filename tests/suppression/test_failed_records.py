"""The file of failed records is read in any format, since none is documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights.suppression.failed_records import read_records

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("a@example.com,BOUNCE,The address is invalid", "a@example.com"),
        ('2,"a@example.com",BOUNCE', "a@example.com"),
        ('{"emailAddress": "a@example.com", "reason": "X", "line": 2}', "a@example.com"),
        ('{"line": 2, "error": "no address"}', None),
        ("2", None),
        ("Expected 2 columns, found 1", None),
        pytest.param(f"a@example.com,{'x' * 200_000}", None, id="a cell that csv refuses"),
        pytest.param("[" * 100_000, None, id="JSON that is nested too deeply"),
    ],
)
def test_a_line_is_a_record_with_its_address(
    tmp_path: Path, line: str, address: str | None
) -> None:
    """The line stays as it is, and what looks like an address is found in CSV and in JSON."""
    path = tmp_path / "failed"
    path.write_text(f"\ufeff{line}\r\n\r\n{line}", encoding="utf-8")
    records = read_records(path)
    assert [(each.raw, each.email_address) for each in records] == [(line, address)] * 2
