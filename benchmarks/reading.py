"""Reading export files, as typed records and as Arrow data, beside other ways.

    python benchmarks/reading.py [--full]

Every way reads the same file and ends with times as times and nothing as null. With `--full` there
are files of a million rows too. A library that is not installed is left out.
"""

from __future__ import annotations

import csv
import json
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

from export_files import COLUMNS, FORMAT, TIMES, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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


if __name__ == "__main__":
    run(WAYS)
