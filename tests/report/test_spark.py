"""The same questions have the same responses where the data is too large for one machine."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sesinsights import report

pa = pytest.importorskip("pyarrow")
pytest.importorskip("ibis")
parquet = pytest.importorskip("pyarrow.parquet")

ROOT = Path(__file__).parents[2]
SPARK = ROOT / ".venv-spark" / "bin" / "python"
FOR_A_SHORT_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of Java that halve the time: it compiles and collects less thoroughly."""

SENT = datetime(2026, 11, 1, 22, tzinfo=UTC)
TIME = pa.timestamp("us", "UTC")
SAID = (
    None,
    "smtp; 550 5.1.1 <{}@example.net> unknown",
    "452 4.2.2 full",
    "Out of the office until Monday",
)


def exported(chance: random.Random) -> dict[str, Any]:
    """Return a row of an export."""
    number = chance.randrange(500)
    sent = SENT + timedelta(minutes=37 * number)
    after = timedelta(milliseconds=chance.choice([1, 10, 999, 1_000, 61_234, 10**7]))
    return {
        "message_id": f"message-{number}",
        "send_timestamp": sent if number % 50 else None,
        "isp": chance.choice([None, "", "Gmail"]),
        "from_address": "Shop <news@Example.com>",
        "destination": f"R{number}@{chance.choice(['gmail.com', 'Example.net'])}",
        "last_delivery_event": chance.choice(
            [None, "SEND", "DELIVERY", "TRANSIENT_BOUNCE", "PERMANENT_BOUNCE", "COMPLAINT", "NEW"]
        ),
        "last_engagement_event": chance.choice([None, None, "", "OPEN", "CLICK"]),
        "last_delivery_event_timestamp": sent + after,
        "last_engagement_event_timestamp": sent + 60 * after,
        "bounce_sub_type": chance.choice(
            [None, "", "General", "Mailbox Full", "ON_ACCOUNT_SUPPRESSION_LIST", "New"]
        ),
        "diagnostic_code": (chance.choice(SAID) or "").format(f"reader{number}"),
    }


def happened(chance: random.Random) -> dict[str, Any]:
    """Return a row of events."""
    number = chance.randrange(200)
    sent = SENT + timedelta(minutes=97 * number)
    return {
        "event_id": f"{chance.random()}",
        "message_id": f"message-{number}",
        "recipient": chance.choice(
            [f"Reader <r{number}@gmail.com>", f"r{number}@example.net", None]
        ),
        "type": chance.choice(
            ["SEND", "DELIVERY", "DELIVERY_DELAY", "REJECT", "BOUNCE", "COMPLAINT", "OPEN", "CLICK"]
        ),
        "timestamp": sent + timedelta(milliseconds=chance.randrange(1, 10**6)),
        "sent_timestamp": sent,
        "source": "news@example.com",
        "configuration_set": chance.choice([None, "shop"]),
        "tags": chance.choice([None, '{"x":["y"],"campaign":["spring"]}', '{"campaign":[]}']),
        "bounce_type": chance.choice([None, "PERMANENT", "TRANSIENT", "New"]),
        "reason": chance.choice([None, "GENERAL", "ON_ACCOUNT_SUPPRESSION_LIST"]),
        "status": chance.choice([None, "5.1.1"]),
        "diagnostic_code": (chance.choice(SAID) or "").format(f"reader{number}"),
        "complaint_feedback_type": chance.choice([None, "abuse", "Not-Spam"]),
        "complaint_sub_type": chance.choice([None, None, "OnAccountSuppressionList"]),
        "is_bot": chance.choice([None, True, False]),
    }


def as_json(summary: report.Summary) -> Any:
    """Return a summary as JSON has it, without its quantiles."""
    return json.loads(json.dumps(dataclasses.asdict(summary), default=str))


# Starting Spark takes longer than all else.
@pytest.mark.timeout(600)
def test_spark_and_duckdb_agree(tmp_path: Path) -> None:
    """Every count is the same on both, and every quantile within a bin."""
    if not SPARK.exists():
        pytest.skip(
            "Spark is not installed: python3 -m venv .venv-spark && .venv-spark/bin/pip install "
            "-e '.[report]' 'ibis-framework[duckdb,pyspark]==12.0.0' pyspark==4.0.5"
        )
    if not shutil.which("java"):
        pytest.skip("there is no Java to run Spark with")
    chance = random.Random(5)
    paths = []
    for name, make in {"export": exported, "events": happened}.items():
        table = pa.Table.from_pylist([make(chance) for _ in range(1_000)])
        paths.append(f"{tmp_path}/{name}.parquet")
        parquet.write_table(table, paths[-1])
    script = str(Path(__file__).with_name("spark_summaries.py"))
    done = subprocess.run(
        [str(SPARK), script, *paths],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "JDK_JAVA_OPTIONS": FOR_A_SHORT_RUN},
    )
    assert done.returncode == 0, done.stderr[-5_000:]
    expected = [as_json(report.summarize(path)) for path in paths]
    for found, wanted in zip(json.loads(done.stdout), expected, strict=True):
        for quantile in ("p50", "p90", "p99"):
            seconds = wanted["latency"].pop(quantile)
            assert found["latency"].pop(quantile) == pytest.approx(seconds, rel=0.03)
        assert found == wanted
