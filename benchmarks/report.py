"""Summing up an export: sesinsights beside pandas and polars doing the same groups.

    python benchmarks/report.py [--rows 20000000] [--keep mail.parquet]

Each runs in a process of its own and reads the same Parquet file. pandas and polars group rows as
they are; sesinsights also folds rows of the same message and recipient, in whatever file they are,
and makes the rest of the summary: reasons, diagnostics, latency, hours. What each finds is
compared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ENGINES = ("sesinsights", "pandas", "polars")
GROUPS = {
    "day": "send_timestamp",
    "provider": "isp",
    "recipient_domain": "destination",
    "sending_domain": "from_address",
}


def make(path: Path, rows: int) -> None:
    """Write an export of a month of mail; DuckDB makes it up, the same each time."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET memory_limit = '1GB'")
    query = f"""
    SELECT
        '0100019a' || lpad(to_hex(i), 8, '0') || '-' || md5(i::VARCHAR)[:30] || '-000000'
            AS message_id,
        TIMESTAMPTZ '2026-10-01 00:00:00+00' + INTERVAL (i * 30 * 86400 // {rows}) SECOND
            AS send_timestamp,
        ['Gmail', 'Yahoo', 'Hotmail', 'AOL', 'iCloud'][1 + (hash(i) % 5)::INT] AS isp,
        'news@brand' || (i % 7) || '.example.com' AS from_address,
        'reader' || i || '@' || ['gmail.com', 'yahoo.com', 'outlook.com', 'aol.com', 'icloud.com']
            [1 + (hash(i) % 5)::INT] AS destination,
        'Newsletter ' || (i % 50) AS subject,
        CASE
            WHEN hash(i + 1) % 1000 < 960 THEN 'DELIVERY'
            WHEN hash(i + 1) % 1000 < 980 THEN 'PERMANENT_BOUNCE'
            WHEN hash(i + 1) % 1000 < 998 THEN 'TRANSIENT_BOUNCE'
            WHEN hash(i + 1) % 1000 < 999 THEN 'COMPLAINT'
            ELSE 'SEND'
        END AS last_delivery_event,
        CASE
            WHEN last_delivery_event <> 'DELIVERY' THEN NULL
            WHEN hash(i + 2) % 100 < 25 THEN 'OPEN'
            WHEN hash(i + 2) % 100 < 30 THEN 'CLICK'
        END AS last_engagement_event,
        send_timestamp + INTERVAL (500 + hash(i + 3) % 60000) MILLISECOND
            AS last_delivery_event_timestamp,
        CASE WHEN last_engagement_event IS NOT NULL
            THEN send_timestamp + INTERVAL (hash(i + 4) % 864000) SECOND
        END AS last_engagement_event_timestamp,
        CASE WHEN last_delivery_event LIKE '%BOUNCE'
            THEN ['General', 'MailboxFull', 'NoEmail'][1 + (hash(i + 5) % 3)::INT]
        END AS bounce_sub_type,
        CASE WHEN last_delivery_event LIKE '%BOUNCE'
            THEN 'smtp; 550 5.1.1 <reader' || i || '@example.com> unknown'
        END AS diagnostic_code,
    FROM range({rows}) AS t(i)
    """  # noqa: S608 - a whole number
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT PARQUET, ROW_GROUP_SIZE 100000)")


def by_sesinsights(path: str) -> dict[str, dict[str, int]]:
    """Return how much was delivered, by each group."""
    from sesinsights import report

    summary = report.summarize(path)
    found = {"day": {str(day.day): day.counts.delivered for day in summary.by_day}}
    for name in [*GROUPS][1:]:
        breakdown = getattr(summary, f"by_{name}")
        found[name] = {str(group.name): group.counts.delivered for group in breakdown.groups}
    return found


def by_pandas(path: str) -> dict[str, dict[str, int]]:
    """Return the same, with all columns that are needed in memory."""
    import pandas as pd

    mail = pd.read_parquet(path, columns=[*GROUPS.values(), "last_delivery_event"])
    mail["day"] = mail["send_timestamp"].dt.strftime("%Y-%m-%d")
    mail["provider"] = mail["isp"]
    mail["recipient_domain"] = mail["destination"].str.rsplit("@", n=1).str[-1].str.lower()
    mail["sending_domain"] = mail["from_address"].str.rsplit("@", n=1).str[-1].str.lower()
    delivered = mail[mail["last_delivery_event"].isin(["DELIVERY", "COMPLAINT"])]
    sizes = {name: delivered.groupby(name).size() for name in GROUPS}
    return {
        name: {str(key): int(count) for key, count in size.items()} for name, size in sizes.items()
    }


def by_polars(path: str) -> dict[str, dict[str, int]]:
    """Return the same, streamed."""
    import polars as pl

    delivered = pl.scan_parquet(path).filter(
        pl.col("last_delivery_event").is_in(["DELIVERY", "COMPLAINT"])
    )
    keys = {
        "day": pl.col("send_timestamp").dt.strftime("%Y-%m-%d"),
        "provider": pl.col("isp"),
        "recipient_domain": pl.col("destination").str.split("@").list.last().str.to_lowercase(),
        "sending_domain": pl.col("from_address").str.split("@").list.last().str.to_lowercase(),
    }
    return {
        name: dict(
            delivered.group_by(key.alias("key"))
            .agg(pl.len())
            .collect(engine="streaming")
            .iter_rows()
        )
        for name, key in keys.items()
    }


def measure(engine: str, path: str) -> None:
    """Print what one engine finds, in how many seconds and with how much memory."""
    started = time.perf_counter()
    found = {"sesinsights": by_sesinsights, "pandas": by_pandas, "polars": by_polars}[engine](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump(
        {
            "found": found,
            "seconds": time.perf_counter() - started,
            "cpu": used.ru_utime + used.ru_stime,
            "megabytes": used.ru_maxrss / 1024,
        },
        sys.stdout,
    )


def main() -> None:
    """Make the file, and measure each engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--keep", type=Path, help="where the file is, or stays")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(*arguments.measure)
        return
    with tempfile.TemporaryDirectory() as directory:
        path: Path = arguments.keep or Path(directory, "mail.parquet")
        if not path.exists():
            make(path, arguments.rows)
        print(f"{path.stat().st_size / 1e6:,.0f} MB of Parquet, load {os.getloadavg()[0]:.1f}")
        expected: Any = None
        for engine in ENGINES:
            done = subprocess.run(  # noqa: S603 - this script
                [sys.executable, __file__, "--measure", engine, str(path)],
                check=False,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                print(f"{engine:12} ended with {done.returncode}")
                continue
            result = json.loads(done.stdout)
            expected = expected or result["found"]
            agrees = "" if result["found"] == expected else "  FINDS OTHER NUMBERS"
            print(
                f"{engine:12} {result['seconds']:7.1f} s {result['cpu']:7.1f} s of CPU "
                f"{result['megabytes']:8,.0f} MB{agrees}"
            )


if __name__ == "__main__":
    main()
