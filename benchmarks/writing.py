"""Writing the records of an export to files, beside other ways.

    python benchmarks/writing.py [--full]

Every way reads the same file of the service's, and writes its times in ISO 8601. With `--full`
there are files of a million rows too. A library that is not installed is left out.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export_files import COLUMNS, FORMAT, ID_START, TIMES, run

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[[Path, Path], object]


def _counting(write: Write) -> Callable[[Path], int]:
    """Return what writes a file and how many rows that are, counted once and not each time."""
    counted: list[int] = []

    def work(path: Path) -> int:
        out = Path(tempfile.gettempdir()) / f"sesinsights-benchmark-{os.getpid()}"
        try:
            write(path, out)
            if not counted:
                counted.append(_rows_in(out))
        finally:
            out.unlink(missing_ok=True)
        return counted[0]

    return work


def _rows_in(out: Path) -> int:
    with out.open("rb") as file:
        if file.read(4) == b"PAR1":
            return int(import_module("pyarrow.parquet").read_metadata(out).num_rows)
        file.seek(0)
        return sum(line.count(ID_START.encode()) for line in file)


# This library


def _spooled(path: Path) -> list[Any]:
    from sesinsights.exports.files.records import SpooledFile

    return [SpooledFile(path, path.suffix.removeprefix(".").upper())]


def our_csv() -> Callable[[Path], int]:
    """Return what `to_csv` of an export does with its files."""
    from sesinsights.exports.tables.writing import write_messages_csv

    return _counting(lambda path, out: write_messages_csv(_spooled(path), out))


def our_jsonl() -> Callable[[Path], int]:
    """Return what `to_jsonl` of an export does with its files."""
    from sesinsights.exports.tables.writing import write_messages_jsonl

    return _counting(lambda path, out: write_messages_jsonl(_spooled(path), out))


def our_parquet() -> Callable[[Path], int]:
    """Return what `to_parquet` of an export does with its files."""
    from sesinsights.exports.tables.arrow import write_parquet

    return _counting(lambda path, out: write_parquet(_spooled(path), out))


# Records of this library, and what Python has for writing them


def _rows(path: Path) -> Any:
    """Yield records as rows with times and flags in text."""
    from sesinsights.exports import read_message_insights
    from sesinsights.exports.files.records import FIELDS

    values_of = attrgetter(*FIELDS)
    times = [number for number, name in enumerate(FIELDS) if "timestamp" in name]
    for record in read_message_insights(path):
        row = [*values_of(record)]
        for number in times:
            if row[number] is not None:
                row[number] = row[number].isoformat()
        yield row


def records_to_csv() -> Callable[[Path], int]:
    """Return csv.writer with a row for each record."""

    def write(path: Path, out: Path) -> None:
        with out.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(_rows(path))

    return _counting(write)


def records_to_jsonl() -> Callable[[Path], int]:
    """Return json with an object for each record."""
    from sesinsights.exports.files.records import FIELDS

    encode = json.JSONEncoder(ensure_ascii=False).encode

    def write(path: Path, out: Path) -> None:
        with out.open("w", encoding="utf-8") as file:
            file.writelines(
                encode(dict(zip(FIELDS, row, strict=True))) + "\n" for row in _rows(path)
            )

    return _counting(write)


# Others


def _duckdb(options: str, *, is_text: bool = True) -> Callable[[Path], int]:
    duckdb: Any = import_module("duckdb")
    texts = {name: f"nullif({name}, '')" for name in COLUMNS}
    times = {name: f"strptime({texts[name]}, '{FORMAT}.%g UTC')" for name in TIMES}
    if is_text:
        iso = "%Y-%m-%dT%H:%M:%S.%f+00:00"
        times = {name: f"strftime({time}, '{iso}')" for name, time in times.items()}
    selected = ", ".join(f"{value} AS {name}" for name, value in (texts | times).items())
    types = dict.fromkeys(COLUMNS, "VARCHAR")

    def write(path: Path, out: Path) -> None:
        if path.suffix == ".csv":
            source = f"read_csv('{path}', all_varchar = true)"
        else:
            source = f"read_json('{path}', format = 'array', columns = {types})"
        duckdb.sql(f"COPY (SELECT {selected} FROM {source}) TO '{out}' ({options})")  # noqa: S608 - our own names

    return _counting(write)


def duckdb_csv() -> Callable[[Path], int]:
    """Return duckdb's COPY to CSV."""
    return _duckdb("FORMAT csv, HEADER")


def duckdb_jsonl() -> Callable[[Path], int]:
    """Return duckdb's COPY to JSON."""
    return _duckdb("FORMAT json")


def duckdb_parquet() -> Callable[[Path], int]:
    """Return duckdb's COPY to Parquet."""
    return _duckdb("FORMAT parquet", is_text=False)


def _polars(method: str) -> Callable[[Path], int]:
    polars: Any = import_module("polars")

    def column(name: str) -> Any:
        text = polars.col(name)
        if name not in TIMES:
            return polars.when(text != "").then(text).alias(name)
        time = text.str.strip_suffix(" UTC").str.to_datetime(f"{FORMAT}%.f", strict=False)
        return time.dt.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00")

    def write(path: Path, out: Path) -> None:
        if path.suffix == ".csv":
            frame = polars.read_csv(path, columns=COLUMNS, infer_schema=False)
        else:
            frame = polars.read_json(path, schema=dict.fromkeys(COLUMNS, polars.String))
        getattr(frame.select([column(name) for name in COLUMNS]), method)(out)

    return _counting(write)


def polars_csv() -> Callable[[Path], int]:
    """Return a data frame's `write_csv`."""
    return _polars("write_csv")


def polars_jsonl() -> Callable[[Path], int]:
    """Return a data frame's `write_ndjson`."""
    return _polars("write_ndjson")


_CSV = {
    "sesinsights": our_csv,
    "records, csv.writer": records_to_csv,
    "polars": polars_csv,
    "duckdb, COPY": duckdb_csv,
}
_JSONL = {
    "sesinsights": our_jsonl,
    "records, json": records_to_jsonl,
    "polars": polars_jsonl,
    "duckdb, COPY": duckdb_jsonl,
}

_PARQUET = {"sesinsights": our_parquet, "duckdb, COPY": duckdb_parquet}

if __name__ == "__main__":
    run(
        {
            "CSV to CSV": _CSV,
            "CSV to JSON Lines": _JSONL,
            "CSV to Parquet": _PARQUET,
            "JSON to CSV": _CSV,
            "JSON to JSON Lines": _JSONL,
            "JSON to Parquet": _PARQUET,
        }
    )
