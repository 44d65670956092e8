"""Tables have a flat row for each event and recipient, whichever way they are made."""

from __future__ import annotations

import copy
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights import errors, events
from sesinsights.events import json_values, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    Record = Callable[..., dict[str, Any]]

duckdb = pytest.importorskip("duckdb")
pa = pytest.importorskip("pyarrow")
pytest.importorskip("msgspec")

SAMPLES = Path(__file__).parent / "samples"
RECORDS = [json.loads(path.read_bytes()) for path in sorted(SAMPLES.glob("record.*.json"))]
LINES = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
OTHERS: list[Any] = [
    None,
    True,
    7,
    10**30,
    1.0,
    "x",
    "",
    "2026-11-03T09:15:02Z",
    [],
    {},
    ["y", "z"],
]


def file_of(*lines: str | bytes) -> io.BytesIO:
    """Return an open file with these lines."""
    return io.BytesIO(
        b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    )


def slowly(data: bytes) -> Any:
    """Return the table that is made of events one by one."""
    reader = events.read(io.BytesIO(data), on_bad_record="collect")
    return events.to_arrow([*reader])


def test_a_row_is_flat(record: Record) -> None:
    """A bounce of two recipients has two rows with one id, each with what was said of its own."""
    table = events.to_arrow(file_of(json.dumps(record("bounce_two_of_three"))))
    first, second = table.to_pylist()
    assert first["event_id"] == second["event_id"]
    assert (first["recipient"], second["recipient"]) == ("ada@example.net", "bob@example.net")
    assert (first["status"], second["status"]) == ("5.1.1", None)
    assert first["diagnostic_code"] == "smtp; 550 5.1.1 unknown"
    assert first["type"] == "BOUNCE"
    assert first["reason"] == "GENERAL"
    assert first["is_permanent"] is True
    assert first["is_suppression_echo"] is False
    assert first["configuration_set"] == "shop-mail"
    assert json.loads(first["tags"])["campaign"] == ["spring"]
    assert first["timestamp"].isoformat() == "2026-11-03T09:15:03.795000+00:00"
    assert first["sent_timestamp"].isoformat() == "2026-11-03T09:15:02.418000+00:00"


def test_rows_say_what_events_say() -> None:
    """Columns are named as the attributes of events, and have their values."""
    table = events.to_arrow(file_of(*LINES)).to_pylist()
    by_id: dict[str, list[Any]] = {}
    for row in table:
        by_id.setdefault(row["event_id"], []).append(row)
    for event in events.parse(RECORDS):
        assert isinstance(event, events.Event)
        rows = by_id[event.event_id]
        assert {row["recipient"] for row in rows} == set(event.recipients or [None])
        own = rows[0].keys() - {"recipient", "status", "diagnostic_code", "tags"}
        if len({row["diagnostic_code"] for row in rows}) == 1 == len(rows):
            for name in own & {name for name in dir(event) if not name.startswith("_")}:
                assert rows[0][name] == getattr(event, name), name


@given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from(["\n", ""]))
def test_both_ways_make_the_same_table(lines: list[str], between: str) -> None:
    """By columns or event by event, with lines or without."""
    data = between.join(lines).encode()
    assert events.to_arrow(io.BytesIO(data)).equals(slowly(data))


@given(st.data())
def test_both_ways_agree_on_what_is_unusual(data: st.DataObject) -> None:
    """A member that is missing or of another type is read alike, or refused alike."""
    record = copy.deepcopy(data.draw(st.sampled_from(RECORDS)))
    for _ in range(data.draw(st.integers(1, 2))):
        parent = record
        for _ in range(data.draw(st.integers(0, 3))):
            inside = [each for each in parent.values() if isinstance(each, dict) and each]
            parent = data.draw(st.sampled_from(inside)) if inside else parent
        if parent:
            name = data.draw(st.sampled_from([*parent]))
            parent[name] = data.draw(st.sampled_from(OTHERS))
    text = json.dumps(record).encode()
    reader = events.read(io.BytesIO(text), on_bad_record="collect")
    assert events.to_arrow(reader).equals(slowly(text))


@pytest.mark.parametrize(
    "time",
    [
        "",
        "0000-01-01T00:00:00.000Z",
        "0001-01-01T00:00:00.000+05:00",
        "9999-12-31T23:59:59.999-05:00",
        "2026-11-03T09:15:02.418123+02:00",
    ],
)
def test_both_ways_agree_on_odd_times(time: str, record: Record) -> None:
    """A time that Python cannot hold is none, whichever member it is; so is an empty text."""
    places = [
        ("bounce", "bounce", "timestamp"),
        ("bounce", "mail", "timestamp"),
        ("delivery_delay", "deliveryDelay", "expirationTime"),
    ]
    for name, member, of_member in places:
        odd = record(name)
        odd[member][of_member] = time
        lines = "\n".join([*LINES, json.dumps(odd)]).encode()
        assert events.to_arrow(io.BytesIO(lines)).to_pylist() == slowly(lines).to_pylist()


def test_without_msgspec_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without msgspec, tables are the same."""
    fast = events.to_arrow(file_of(*LINES))
    monkeypatch.setattr("sesinsights.events.tables.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "sesinsights.events.fast_columns", None)
    assert events.to_arrow(file_of(*LINES)).equals(fast)


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        ("reader", "not of objects of type 'EventReader'; join readers with itertools.chain"),
        ("record", "not of objects of type 'dict'; parse all of it with events.parse"),
        ("text", "not of objects of type 'str'; parse all of it with events.parse"),
    ],
)
def test_what_is_not_parsed_is_refused(
    kind: str, advice: str, record: Record, tmp_path: Path
) -> None:
    """A table is never made without what an iterable also has, such as records or readers."""
    sent = record("send")
    others = {"reader": events.parse(sent), "record": sent, "text": json.dumps(sent)}
    arrivals: Any = [*events.parse(sent), others[kind]]
    with pytest.raises(TypeError, match=advice):
        events.to_arrow(arrivals)
    with pytest.raises(TypeError, match=advice):
        events.write_parquet(arrivals, tmp_path / "events.parquet")
    assert not [*tmp_path.iterdir()]


def test_notices_and_unknown_kinds(record: Record) -> None:
    """Notices have no rows, and an unknown kind has one with what is common."""
    unknown = record("send") | {"eventType": "Teleported"}
    notice = '{"notificationType": "AmazonSnsSubscriptionSucceeded"}'
    (row,) = events.to_arrow(file_of(notice, json.dumps(unknown))).to_pylist()
    assert (row["type"], row["recipient"]) == ("Teleported", None)
    assert events.to_arrow([]).num_rows == 0
    assert events.to_arrow(file_of()).num_rows == 0


def test_what_is_bad_is_raised_or_collected(record: Record) -> None:
    """A reader that collects continues, and keeps what could not be read."""
    lines: list[str | bytes] = [
        LINES[0],
        "no JSON",
        b'{"eventType": "Send", "mail": {"headers": "\xff"}}',
        LINES[1],
    ]
    with pytest.raises(errors.EventParseError, match="not JSON"):
        events.to_arrow(file_of(*lines))
    reader = events.read(file_of(*lines), on_bad_record="collect")
    assert events.to_arrow(reader).num_rows == 2
    assert [error.line_number for error in reader.bad_records] == [2, 3]


def test_parquet_is_written_by_day(record: Record, tmp_path: Path) -> None:
    """Each row is in the directory of the UTC day on which it happened, and DuckDB reads them."""
    days = ["2026-11-03T23:59:59.999Z", "2026-11-04T00:00:00.000Z", "2026-11-04T02:00:00+03:00"]
    lines = [json.dumps(record("open", timestamp=day)) for day in days]
    source = tmp_path / "source"
    source.write_text("\n".join(lines))
    events.write_parquet(source, tmp_path / "events", partition_by="day")
    asked = f"SELECT day, count(*) FROM '{tmp_path}/events/*/*.parquet' GROUP BY day ORDER BY day"
    counted = [(str(day), number) for day, number in duckdb.sql(asked).fetchall()]
    assert counted == [("2026-11-03", 2), ("2026-11-04", 1)]
    events.write_parquet(source, tmp_path / "one.parquet")
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path}/one.parquet'").fetchall() == [(3,)]
    with pytest.raises(ValueError, match="partition_by"):
        events.write_parquet(source, tmp_path / "x", partition_by="hour")  # type: ignore[arg-type]


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    """A file is there when it is whole, and not when a record was bad."""
    with pytest.raises(errors.EventParseError):
        events.write_parquet(file_of(*LINES, "no JSON"), tmp_path / "events.parquet")
    assert [*tmp_path.iterdir()] == []


def test_events_of_a_generator(record: Record) -> None:
    """Any iterable of events can become a table."""
    table = events.to_arrow(event for event in events.parse(record("open")))
    assert table.num_rows == 1


def test_what_is_unusual_costs_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches by columns and by events, whatever their sizes, are in the order of the file."""
    odd = json.loads(LINES[0])
    odd["mail"]["timestamp"] = "2026-11-03 09:15:02+01:00x"
    for part in (json.dumps(odd), "", '{"eventType": "Teleported", "mail": {}}', "no JSON"):
        data = "\n".join([*LINES, part, *LINES, *LINES[7:]]).encode()
        one_by_one = events.read(io.BytesIO(data), on_bad_record="collect")
        expected = events.to_arrow([*one_by_one])
        bad = [error.line_number for error in one_by_one.bad_records]
        assert set(bad) <= {len(LINES) + 1}
        assert bad or part != "no JSON"
        for block, enough in ((100, 1), (3000, 7), (1 << 17, 1000)):
            monkeypatch.setattr(json_values, "_BLOCK", block)
            monkeypatch.setattr(tables, "_ENOUGH", enough)
            reader = events.read(io.BytesIO(data), on_bad_record="collect")
            assert events.to_arrow(reader).equals(expected)
            assert [error.line_number for error in reader.bad_records] == bad
