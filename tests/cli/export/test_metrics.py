"""Metrics are counted for the whole window or day by day."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from sesinsights.cli import root
from tests.cli.export.commands import COUNTED, METRICS
from tests.cli.export.mail import created_jobs

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]


def test_metrics_are_exported_with_today_unless_an_end_is_given(
    run: Run, emulator: SESEmulator, here: Path
) -> None:
    """Metrics are exported with today, as `metrics` counts them, unless an end is given."""
    for start in ("-2d", "-60d"):
        answer = run("export", "metrics", "--start", start, *COUNTED, "-o", f"{start[1:]}.csv")
        assert answer.returncode == 0, answer.stderr
    lengths = [job["EndDate"] - job["StartDate"] for job in created_jobs(emulator)]
    assert lengths == [timedelta(days=days).total_seconds() for days in (3, 60)]


@pytest.mark.parametrize("name", ["week.csv", "week.jsonl", "week.parquet"])
def test_metrics_are_written_day_by_day(
    name: str, emulator: SESEmulator, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of metrics are known in any spelling, and each day has a row for each value."""
    midnight = emulator.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for hours in (1, 2, 25):
        emulator.add_message(isp="Gmail", sent_at=midnight - timedelta(hours=hours))
    asked = ("--dimension", "isp=Gmail", "--metric", "send:volume", "--metric", "Delivery:Rate")
    assert root.run([*METRICS, *asked, "--by-day", "-o", name]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "2 records, 2 new jobs, " in captured.err
    path = here / name
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [*csv.DictReader(file)] if path.suffix == ".csv" else [*map(json.loads, file)]
    assert [float(row["SEND_VOLUME"]) for row in rows] == [1, 2]
    assert {row["ISP"] for row in rows} == {"Gmail"}
    assert set(rows[0]) == {"start_date", "end_date", "ISP", "SEND_VOLUME", "DELIVERY_RATE"}
    assert root.run([*METRICS, *asked, "-o", name]) == 252
