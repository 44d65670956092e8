"""Turn a bucket that Firehose fills into one Parquet dataset, and ask DuckDB about bounces.

python examples/firehose_to_parquet.py               # with made-up files
python examples/firehose_to_parquet.py s3://my-firehose-bucket/ses/2026/11 s3://my-bucket/events

Needs the extras `arrow` and `events`, and duckdb. Every file is read as it is, compressed or not,
with one record per line or with nothing between records.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path

import duckdb

from sesinsights import events

BOUNCES = """
    SELECT day, reason, count(DISTINCT event_id)
    FROM read_parquet($files, hive_partitioning = true)
    WHERE type = 'BOUNCE' AND NOT is_suppression_echo
    GROUP BY day, reason ORDER BY day, reason
"""


def convert(source: str, target: str) -> None:
    """Write a directory for each day on which something happened; report bad records."""
    reader = events.read(source, on_bad_record="collect")
    # Each run over another month would have a name of its own, to add to what is there.
    events.write_parquet(reader, target, name="events", partition_by="day")
    for error in reader.bad_records:
        print(f"skipped: {error.problem}")


def print_bounces(target: str) -> None:
    """Print how many messages bounced each day, and why."""
    for day, reason, bounces in duckdb.execute(BOUNCES, {"files": f"{target}/*/*"}).fetchall():
        print(f"{day}  {reason:15} {bounces}")


def make_up_files(directory: Path) -> None:
    """Write two files as Firehose does: gzip on lines, and one object after the other."""
    lines: list[str] = []
    for number, kind in enumerate(
        ("General", "MailboxFull", "OnAccountSuppressionList", "General")
    ):
        at = f"2026-11-{3 + number // 2:02}T09:15:03.795Z"
        bounce = {"bounceType": "Permanent", "bounceSubType": kind, "timestamp": at}
        mail = {"timestamp": at, "messageId": f"0102019a-{number}"}
        lines.append(json.dumps({"eventType": "Bounce", "mail": mail, "bounce": bounce}))
    (directory / "mail-events-1.gz").write_bytes(gzip.compress("\n".join(lines[:2]).encode()))
    (directory / "mail-events-2").write_text("".join(lines[2:]) + "{}")


if __name__ == "__main__":
    if sys.argv[1:]:
        convert(sys.argv[1], sys.argv[2])
        print_bounces(sys.argv[2])
    else:
        with tempfile.TemporaryDirectory() as made_up, tempfile.TemporaryDirectory() as dataset:
            make_up_files(Path(made_up))
            convert(made_up, dataset)
            print_bounces(dataset)
