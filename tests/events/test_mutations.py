"""Whatever is changed in a record, reading it raises only the documented error."""

from __future__ import annotations

import copy
import inspect
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sesinsights import events

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
OTHERS: list[Any] = [None, True, 7, -1.5, 10**30, "x", "", [], {}, [None], {"a": 1}, [[]]]

OBJECTS = [json.loads(path.read_bytes()) for path in SAMPLES]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the paths to everything inside a value."""
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, name))


def opened(value: Any) -> Any:
    """Return a value in which JSON inside of text is an object."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return opened(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {name: opened(item) for name, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list) else value


def ask_everything(arrival: Any) -> None:
    """Read every public attribute, which may not raise."""
    repr(arrival)
    hash(arrival)
    for name, _ in inspect.getmembers_static(type(arrival)):
        if not name.startswith("_"):
            getattr(arrival, name)
    if isinstance(arrival, events.Event):
        ask_everything(arrival.mail)
        for header in arrival.mail.headers:
            ask_everything(header)


def read_all(arrived: object) -> None:
    """Read what arrived, whatever it is."""
    reader = events.parse(arrived, on_bad_record="collect")
    for arrival in reader:
        ask_everything(arrival)
    for bad in reader.bad_records:
        assert isinstance(bad, events.EventParseError)
        assert isinstance(bad.raw, str)


@given(st.data())
def test_members_dropped_or_of_another_type(data: st.DataObject) -> None:
    """Any member of any sample may be missing, null or anything else."""
    value = copy.deepcopy(data.draw(st.sampled_from(OBJECTS)))
    value = opened(value) if data.draw(st.booleans()) else value
    for _ in range(data.draw(st.integers(1, 3))):
        paths = [*places(value)]
        if not paths:
            break
        *path, last = data.draw(st.sampled_from(paths))
        parent = value
        for name in path:
            parent = parent[name]
        if data.draw(st.booleans()):
            del parent[last]
        else:
            parent[last] = data.draw(st.sampled_from(OTHERS))
    read_all(value)
    read_all(json.dumps(value))


@given(st.sampled_from(SAMPLES), st.data())
def test_bytes_cut_or_changed(path: Path, data: st.DataObject) -> None:
    """Any sample may end early, and any byte be another."""
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    read_all(bytes(content))
    read_all(bytes(content[:place]))


@given(
    st.one_of(
        st.binary(),
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
            lambda inside: (
                st.lists(inside)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "Records",
                            "records",
                            "Body",
                            "body",
                            "Sns",
                            "Message",
                            "Type",
                            "detail",
                            "detail-type",
                            "source",
                            "mail",
                            "eventType",
                            "notificationType",
                            "data",
                            "recordId",
                            "bounce",
                            "Event",
                        ]
                    ),
                    inside,
                )
            ),
        ),
    )
)
def test_anything(arrived: object) -> None:
    """What looks like an envelope may hold anything."""
    read_all(arrived)


@pytest.mark.parametrize(
    "arrived",
    [
        "x" * 2_000_000,
        '{"eventType": "' + "x" * 2_000_000,
        "[" * 1_000_000,
        '{"Message":' * 100_000,
        '{"eventType": "Send", "mail": ' + "[" * 50_000 + "]" * 50_000 + "}",
        b"\xff" * 300_000,
        b"\x1f\x8b" + b"\x00" * 1000,
        "9" * 5_000,
    ],
    ids=lambda arrived: str(arrived[:20]),
)
def test_sizes_that_nobody_sends(arrived: str | bytes) -> None:
    """Long texts, deep nesting and what only begins like gzip."""
    read_all(arrived)
    read_all({"Body": arrived})


def test_an_object_that_holds_itself() -> None:
    """It is nested without an end."""
    loop: dict[str, Any] = {}
    loop["Records"] = [loop]
    read_all(loop)
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    read_all(deep)
