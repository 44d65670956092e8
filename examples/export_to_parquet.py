"""Export the mail of a month to Parquet files by day, and ask DuckDB who bounced.

pip install '.[arrow,testing]' duckdb                 # in a checkout
python examples/export_to_parquet.py                 # against the emulator
python examples/export_to_parquet.py --aws
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from sesinsights import SESInsights
from sesinsights.testing import SESEmulator
from sesinsights.testing.sample import add_sample_data

BY_PROVIDER = """
    SELECT isp, count(*), count(*) FILTER (last_delivery_event LIKE '%BOUNCE')
    FROM read_parquet($files, hive_partitioning = true)
    GROUP BY isp ORDER BY count(*) DESC, isp
"""


def export_month(ses: SESInsights, directory: Path) -> None:
    """Write a directory for each day; it may be an s3:// path as well."""
    now = datetime.now(UTC)
    with ses.export_message_insights(start_date=now - timedelta(days=28), end_date=now) as export:
        export.to_parquet(directory, partition_by="day")
        print(f"{export.report.records} records from {export.report.jobs} job(s)")


def print_bounces(directory: Path) -> None:
    """Print how many messages each provider got, and how many bounced."""
    files = str(directory / "*" / "*.parquet")
    for isp, messages, bounced in duckdb.execute(BY_PROVIDER, {"files": files}).fetchall():
        print(f"{isp:<12} {messages:>5} messages, {bounced} bounced")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        month = Path(temporary) / "month"
        if "--aws" in sys.argv:
            with SESInsights() as ses:
                export_month(ses, month)
        else:
            with (
                SESEmulator() as emulator,
                SESInsights(endpoint_url=emulator.endpoint_url, region_name="us-east-1") as ses,
            ):
                add_sample_data(emulator)
                export_month(ses, month)
        print_bounces(month)
