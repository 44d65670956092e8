"""Mail to export, the jobs that were made for it, and what arrived in the file."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import SESEmulator


def send(emulator: SESEmulator, count: int) -> set[str]:
    """Send messages, a few seconds apart, and return their ids."""
    now = emulator.now()
    return {
        emulator.add_message(
            destination=f"reader{number}@example.net",
            subject="Secret offer",
            isp=("Gmail", "Yahoo")[number % 2],
            sent_at=now - timedelta(minutes=1, seconds=3 * number),
        )
        for number in range(count)
    }


def ids_in(path: Path) -> list[str]:
    """Return the message ids in a file of any form."""
    if path.suffix == ".parquet":
        return [str(id_) for id_ in pq.read_table(path).column("message_id").to_pylist()]
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            return [row["message_id"] for row in csv.DictReader(file)]
        return [json.loads(line)["message_id"] for line in file]


def created_jobs(emulator: SESEmulator) -> list[dict[str, Any]]:
    """Return what each job was asked to export."""
    sources = [
        request.parameters["ExportDataSource"]
        for request in emulator.requests
        if request.operation == "CreateExportJob"
    ]
    return [next(iter(source.values())) for source in sources]
