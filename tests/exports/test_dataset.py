"""Datasets that exports share: replaced without losing or doubling a row, whatever goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset
import pytest

from sesinsights import SESInsights
from sesinsights.exports import read_message_insights
from sesinsights.exports.tables.parquet import write_dataset
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sesinsights.testing import FakeClock

FIELDS: dict[str, pa.DataType] = {
    "message_id": pa.string(),
    "send_timestamp": pa.timestamp("ms", "UTC"),
}
SCHEMA = pa.schema(FIELDS)
DAY = 86_400_000


def batches(*rows: tuple[str, int]) -> Iterator[pa.RecordBatch]:
    """Return messages of days after the first of 1970."""
    ids, days = zip(*rows, strict=True)
    times = pa.array([day * DAY for day in days], SCHEMA.field(1).type)
    yield pa.record_batch([pa.array(ids), times], schema=SCHEMA)


def rows_in(path: Path) -> list[tuple[str, str]]:
    """Return what is there, by directory."""
    table = pyarrow.dataset.dataset(path, format="parquet", partitioning="hive").to_table()
    rows: list[dict[str, Any]] = table.to_pylist()
    return sorted((row["message_id"], row["day"]) for row in rows)


@pytest.mark.parametrize("obstacle", range(4))
def test_a_move_that_fails_loses_and_doubles_nothing(obstacle: int, tmp_path: Path) -> None:
    """Every row of the earlier export is there once, and the next try completes the new one."""
    path = tmp_path / "days"
    new = [("a", 0), ("b", 1), ("c", 2), ("d", 3)]
    old = [*(row for row in new if row[1] != obstacle), ("gone", 9)]
    write_dataset(batches(*old), SCHEMA, str(path), name="name", day_of="send_timestamp")
    write_dataset(batches(("other", 0)), SCHEMA, str(path), name="other", day_of="send_timestamp")
    # No file can be moved to where a directory is.
    in_the_way = path / f"day=1970-01-0{obstacle + 1}" / "name-0.parquet"
    in_the_way.mkdir(parents=True)
    with pytest.raises(OSError, match="name-0"):
        write_dataset(batches(*new), SCHEMA, str(path), name="name", day_of="send_timestamp")
    in_the_way.rmdir()
    assert [name for name, _ in rows_in(path)] == sorted([*(name for name, _ in old), "other"])
    assert [entry.name for entry in tmp_path.iterdir()] == ["days"]
    write_dataset(batches(*new), SCHEMA, str(path), name="name", day_of="send_timestamp")
    assert [name for name, _ in rows_in(path)] == ["a", "b", "c", "d", "other"]


def test_files_that_are_replaced_keep_their_mode(tmp_path: Path) -> None:
    """Replaced files of a dataset keep their mode."""
    for _ in range(2):
        write_dataset(
            batches(("a", 0)), SCHEMA, str(tmp_path / "days"), name="name", day_of="send_timestamp"
        )
        (file,) = (tmp_path / "days").rglob("*.parquet")
        file.chmod(0o640)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_to_a_dataset_stays(tmp_path: Path) -> None:
    """What it leads to gets the files."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_dataset(
        batches(("a", 0)), SCHEMA, str(tmp_path / "link"), name="name", day_of="send_timestamp"
    )
    assert (tmp_path / "link").is_symlink()
    assert [row for row, _ in rows_in(tmp_path / "real")] == ["a"]
    assert {entry.name for entry in tmp_path.iterdir()} == {"real", "link"}


def test_exports_of_two_places_keep_each_others_files(
    fake_clock: FakeClock, month: dict[str, Any], tmp_path: Path
) -> None:
    """The same window of another Region or endpoint is another part; each replaces its own."""
    with SESEmulator(clock=fake_clock) as here, SESEmulator(clock=fake_clock) as there:
        for number, service in enumerate([here, there]):
            for message in range(3):
                service.add_message(message_id=f"{number}-{message}")
        for service in (here, there, here, there):
            with (
                SESInsights(
                    endpoint_url=service.endpoint_url, region_name="us-east-1", clock=fake_clock
                ) as ses,
                ses.export_message_insights(**month) as export,
            ):
                export.to_parquet(tmp_path / "days", partition_by="day")
    found = [record.message_id for record in read_message_insights(tmp_path / "days")]
    assert sorted(filter(None, found)) == [
        f"{n}-{message}" for n in range(2) for message in range(3)
    ]
