"""Reading export files, as typed records and as Arrow data, beside other ways.

    python benchmarks/reading.py [--full]

Every way reads the same file and ends with times as times and nothing as null. It runs in a
process of its own, three times and for at least a second; the best time counts, and by how much
the process has grown at most since it had imported what it needs. With `--full` there are files
of a million rows too. A library that is not installed is left out.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS = 3
SECONDS = 1.0
COLUMNS = (
    "messageid",
    "sendtimestamp",
    "isp",
    "fromaddress",
    "destination",
    "subject",
    "last_delivery_event",
    "last_engagement_event",
    "last_delivery_event_timestamp",
    "last_engagement_event_timestamp",
    "bounce_sub_type",
    "diagnostic_code",
)
TIMES = [name for name in COLUMNS if "timestamp" in name]
FORMAT = "%Y-%m-%d %H:%M:%S"

Way = tuple[str, "Callable[[Path], int]"]


# The files


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    """Make up mail of a day; one in fifty has a subject with quotes, line feeds or accents."""
    chance = random.Random(0)  # noqa: S311 - the same files for everyone
    midnight = datetime(2026, 1, 15, tzinfo=UTC)
    odd = ('"spring", news', "Two\nlines", "Größe 42 - 50 % günstiger")

    def text(at: datetime) -> str:
        return f"{at:{FORMAT}}.{at.microsecond // 1000:03} UTC"

    for number in range(count):
        sent = midnight + timedelta(milliseconds=number * 86_000_000 // count)
        bounced, clicked = chance.random() < 0.1, chance.random() < 0.3  # noqa: PLR2004 - shares
        yield (
            f"0100019b{number:08x}-{chance.getrandbits(32):08x}-1111-2222-3333-444444444444-000000",
            text(sent),
            chance.choice(("Gmail", "Yahoo", "UNKNOWN_ISP")),
            "shop@example.com",
            f"reader{chance.randrange(10**6)}@example.net",
            chance.choice(odd) if number % 50 == 0 else "Your order has shipped",
            "PERMANENT_BOUNCE" if bounced else "DELIVERY",
            "CLICK" if clicked else "",
            text(sent + timedelta(seconds=2)),
            text(sent + timedelta(hours=2)) if clicked else "",
            "General" if bounced else "",
            "smtp; 550 5.1.1 user unknown" if bounced else "",
        )


def write_files(directory: Path, count: int) -> None:
    """Write a file of each format as the service does."""

    def line(values: tuple[str, ...]) -> str:
        return "".join('"' + value.replace('"', '""') + '",' for value in values) + "\n"

    with (directory / f"{count}.csv").open("w", encoding="utf-8", newline="\n") as file:
        file.write(line(COLUMNS))
        file.writelines(map(line, _rows(count)))
    with (directory / f"{count}.json").open("w", encoding="utf-8", newline="\n") as file:
        file.write("[\n")
        for number, values in enumerate(_rows(count)):
            row = {name: text for name, text in zip(COLUMNS, values, strict=True) if text}
            text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
            file.write(("," if number else "") + text + "\n")
        file.write("]\n")


# Typed records


def _exhaust(rows: Any) -> int:
    return sum(1 for _ in rows)


def our_records() -> Callable[[Path], int]:
    """Return the reading of this library."""
    from sesinsights.exports import read_message_insights

    return lambda path: _exhaust(read_message_insights(path))


def _model() -> Any:
    """Return a pydantic model of the same fields and types."""
    from pydantic import BeforeValidator, ConfigDict, create_model

    from sesinsights.models.enums import DeliveryEventType, EngagementEventType

    moment = Annotated[datetime | None, BeforeValidator(lambda text: text[:-4] + "Z")]
    types: dict[str, Any] = {
        **dict.fromkeys(COLUMNS, str | None),
        **dict.fromkeys(TIMES, moment),
        "last_delivery_event": DeliveryEventType | str | None,
        "last_engagement_event": EngagementEventType | str | None,
    }
    fields: dict[str, Any] = {name: (of, None) for name, of in types.items()}
    return create_model("Record", __config__=ConfigDict(frozen=True), **fields)


def csv_and_pydantic() -> Callable[[Path], int]:
    """Return csv.reader with a frozen model for each row."""
    validate = _model().model_validate

    def read(path: Path) -> int:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            header = next(rows)[:-1]
            return _exhaust(
                validate({name: text for name, text in zip(header, row, strict=False) if text})
                for row in rows
            )

    return read


def json_and_pydantic() -> Callable[[Path], int]:
    """Return json.loads of each line with a frozen model for each object."""
    validate = _model().model_validate

    def read(path: Path) -> int:
        with path.open("rb") as file:
            return _exhaust(
                validate(json.loads(line.lstrip(b","))) for line in file if b"{" in line
            )

    return read


def pydantic_json() -> Callable[[Path], int]:
    """Return pydantic's own parser of JSON for each line."""
    validate = _model().model_validate_json

    def read(path: Path) -> int:
        with path.open("rb") as file:
            return _exhaust(validate(line.lstrip(b",")) for line in file if b"{" in line)

    return read


def pandas_records() -> Callable[[Path], int]:
    """Return a data frame's rows as tuples."""
    pandas: Any = import_module("pandas")

    def read(path: Path) -> int:
        if path.suffix == ".csv":
            frame = pandas.read_csv(path, dtype=str, usecols=COLUMNS)
        else:
            frame = pandas.read_json(path, dtype=str, convert_dates=False)
        for name in TIMES:
            frame[name] = pandas.to_datetime(
                frame[name].str.removesuffix(" UTC"), format=f"{FORMAT}.%f", utc=True
            )
        return _exhaust(frame.itertuples(index=False))

    return read


def polars_records() -> Callable[[Path], int]:
    """Return a data frame's rows as tuples."""
    read = _polars()
    return lambda path: _exhaust(read(path).iter_rows())


def pyarrow_records() -> Callable[[Path], int]:
    """Return a table's rows as dictionaries."""
    read = _pyarrow()
    return lambda path: _exhaust(read(path).to_pylist())


# Arrow


def our_arrow() -> Callable[[Path], int]:
    """Return the batches of this library."""
    from sesinsights.exports.files.records import SpooledFile
    from sesinsights.exports.tables.arrow_batches import message_insights_batches

    def read(path: Path) -> int:
        file = SpooledFile(path, path.suffix.removeprefix(".").upper())
        return sum(batch.num_rows for batch in message_insights_batches([file]))

    return read


def pyarrow_arrow() -> Callable[[Path], int]:
    """Return a table, read at once."""
    read = _pyarrow()
    return lambda path: int(read(path).num_rows)


def _pyarrow() -> Callable[[Path], Any]:
    pa: Any = import_module("pyarrow")
    compute: Any = import_module("pyarrow.compute")
    pa_csv: Any = import_module("pyarrow.csv")
    pa_json: Any = import_module("pyarrow.json")

    def read_csv(path: Path) -> Any:
        return pa_csv.read_csv(
            path,
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                include_columns=COLUMNS,
                column_types=dict.fromkeys(COLUMNS, pa.string()),
                strings_can_be_null=True,
            ),
        )

    def read_json(path: Path) -> Any:
        lines = path.read_bytes()[2:-2].replace(b"\n,", b"\n ")
        schema = pa.schema([(name, pa.string()) for name in COLUMNS])
        options = pa_json.ParseOptions(explicit_schema=schema)
        return pa_json.read_json(pa.BufferReader(lines), parse_options=options)

    def read(path: Path) -> Any:
        table = read_csv(path) if path.suffix == ".csv" else read_json(path)
        for name in TIMES:
            text = compute.replace_substring(table[name], " UTC", "Z")
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, text.cast(pa.timestamp("ms", "UTC")))
        return table

    return read


def polars_arrow() -> Callable[[Path], int]:
    """Return a data frame as a table."""
    read = _polars()
    return lambda path: int(read(path).to_arrow().num_rows)


def _polars() -> Callable[[Path], Any]:
    polars: Any = import_module("polars")

    def column(name: str) -> Any:
        text = polars.col(name)
        if name not in TIMES:
            return polars.when(text != "").then(text).alias(name)
        return text.str.strip_suffix(" UTC").str.to_datetime(
            f"{FORMAT}%.f", time_unit="ms", time_zone="UTC", strict=False
        )

    def read(path: Path) -> Any:
        if path.suffix == ".csv":
            frame = polars.read_csv(path, columns=COLUMNS, infer_schema=False)
        else:
            frame = polars.read_json(path, schema=dict.fromkeys(COLUMNS, polars.String))
        return frame.select([column(name) for name in COLUMNS])

    return read


def duckdb_arrow() -> Callable[[Path], int]:
    """Return the result of a query as a table."""
    duckdb: Any = import_module("duckdb")
    import_module("pyarrow")
    texts = {name: f"nullif({name}, '')" for name in COLUMNS}
    times = {name: f"strptime({texts[name]}, '{FORMAT}.%g UTC')" for name in TIMES}
    selected = ", ".join(f"{value} AS {name}" for name, value in (texts | times).items())
    types = dict.fromkeys(COLUMNS, "VARCHAR")

    def read(path: Path) -> int:
        if path.suffix == ".csv":
            source = f"read_csv('{path}', all_varchar = true)"
        else:
            source = f"read_json('{path}', format = 'array', columns = {types})"
        result = duckdb.sql(f"SELECT {selected} FROM {source}").arrow()  # noqa: S608 - our own names
        return _exhaust_batches(result)

    return read


def _exhaust_batches(result: Any) -> int:
    batches = result if hasattr(result, "read_next_batch") else result.to_batches()
    return sum(batch.num_rows for batch in batches)


WAYS: dict[str, dict[str, Callable[[], Callable[[Path], int]]]] = {
    "CSV to typed records": {
        "sesinsights": our_records,
        "csv.reader, pydantic model": csv_and_pydantic,
        "pandas, tuples": pandas_records,
        "polars, tuples": polars_records,
        "pyarrow, dictionaries": pyarrow_records,
    },
    "JSON to typed records": {
        "sesinsights": our_records,
        "json, pydantic model": json_and_pydantic,
        "pydantic model from JSON": pydantic_json,
        "pandas, tuples": pandas_records,
        "polars, tuples": polars_records,
        "pyarrow, dictionaries": pyarrow_records,
    },
    "CSV to Arrow": {
        "sesinsights": our_arrow,
        "pyarrow": pyarrow_arrow,
        "polars": polars_arrow,
        "duckdb": duckdb_arrow,
    },
    "JSON to Arrow": {
        "sesinsights": our_arrow,
        "pyarrow": pyarrow_arrow,
        "polars": polars_arrow,
        "duckdb": duckdb_arrow,
    },
}


def _peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(task: str, name: str, path: Path) -> None:
    """Print seconds, growth and rows of one way, as JSON."""
    read = WAYS[task][name]()
    gc.collect()
    before = _peak()
    seconds: list[float] = []
    while len(seconds) < ROUNDS or sum(seconds) < SECONDS:
        started = time.perf_counter()
        rows = read(path)
        seconds.append(time.perf_counter() - started)
    print(json.dumps([min(seconds), _peak() - before, rows]))


def _in_own_process(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - this file
        [sys.executable, __file__, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return ""
    return done.stdout


def compare(directory: Path, count: int) -> None:
    """Print the table of a number of rows."""
    _in_own_process("--write", str(directory), str(count))
    for task, ways in WAYS.items():
        path = directory / f"{count}.{task.split()[0].lower()}"
        print(
            f"\n{f'{task}, {count:,} rows':<40}{'rows/s':>12}{'ratio':>8}{'peak':>10}", flush=True
        )
        first = 0.0
        for name in ways:
            found = _in_own_process("--measure", task, name, str(path))
            if not found:
                print(f"{name:<40}{'-':>12}", flush=True)
                continue
            seconds, growth, rows = json.loads(found)
            if rows != count:
                raise ValueError(f"{name} read {rows} of {count} rows")
            first = first or count / seconds
            speed = count / seconds
            print(f"{name:<40}{speed:>12,.0f}{speed / first:>7.2f}x{growth:>7.0f} MB", flush=True)


def main() -> None:
    """Print the tables; ratios are to this library, and more is faster."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="read a million rows too")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        task, name, path = options.measure
        measure(task, name, Path(path))
    elif options.write:
        directory, count = options.write
        write_files(Path(directory), int(count))
    else:
        with tempfile.TemporaryDirectory() as directory:
            for count in (10_000, 100_000, *((1_000_000,) if options.full else ())):
                compare(Path(directory), count)


if __name__ == "__main__":
    main()
