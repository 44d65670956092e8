"""Files of mail are one table, wherever they are."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

pa = pytest.importorskip("pyarrow")
pytest.importorskip("ibis")
fs = pytest.importorskip("pyarrow.fs")
parquet = pytest.importorskip("pyarrow.parquet")

SENT = datetime(2026, 11, 2, tzinfo=UTC)
ROW = {
    "message_id": "first",
    "destination": "ada@example.net",
    "send_timestamp": SENT,
    "last_delivery_event": "DELIVERY",
}


@pytest.fixture
def bucket(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """Return what puts the files of a directory into a bucket, and tells where they are."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    session: Any = boto3.Session("key", "secret", region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=moto_url)
    s3.create_bucket(Bucket="mail")
    options = f"scheme=http&region=us-east-1&endpoint_override={moto_url.removeprefix('http://')}"

    def upload(directory: Path) -> str:
        for file in filter(Path.is_file, directory.rglob("*")):
            s3.upload_file(str(file), "mail", file.relative_to(directory.parent).as_posix())
        return f"s3://key:secret@mail/{directory.name}?{options}"

    return upload


def test_a_bucket_is_read_as_a_directory_is(tmp_path: Path, bucket: Callable[[Path], str]) -> None:
    """Every file below a prefix counts, with the columns that only some of them have."""
    from sesinsights.outcomes.relations import opened

    for path, more in (("a", {}), ("day=2026-11-02/b", {"message_id": "second", "opened": True})):
        file = tmp_path / f"{path}.parquet"
        file.parent.mkdir(exist_ok=True)
        parquet.write_table(pa.Table.from_pylist([ROW | more]), file)
    for source in (tmp_path, bucket(tmp_path)):
        with opened(source) as table:
            rows = table.select("message_id", "opened").to_pyarrow().to_pylist()
        assert sorted(rows, key=lambda each: each["message_id"]) == [
            {"message_id": "first", "opened": None},
            {"message_id": "second", "opened": True},
        ]


def test_the_same_files_belong_to_a_bucket_and_a_directory(
    tmp_path: Path, bucket: Callable[[Path], str]
) -> None:
    """Hidden and other files do not, and the directories' names may hold a column."""
    from sesinsights.outcomes.relations import opened

    others = ("_delta/log.parquet", ".later/part.parquet", "_SUCCESS", "notes.txt")
    for path in others:
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text("not Parquet")
    rest = {name: value for name, value in ROW.items() if name != "last_delivery_event"}
    for event in ("DELIVERY", "SEND"):
        file = tmp_path / "x=1" / f"last_delivery_event={event}" / "part.parquet"
        file.parent.mkdir(parents=True)
        parquet.write_table(pa.Table.from_pylist([rest]), file)
    for source in (tmp_path, bucket(tmp_path)):
        with opened(source) as table:
            found = table.last_delivery_event.to_pyarrow().to_pylist()
        assert sorted(found) == ["DELIVERY", "SEND"]


def test_a_remote_file_that_is_not_parquet_is_named(
    tmp_path: Path, bucket: Callable[[Path], str]
) -> None:
    """The error is the one of a local file, without the keys of the address."""
    from sesinsights.outcomes.relations import opened

    (tmp_path / "mail.parquet").write_text("MessageId,Destination\n" * 9)
    named = rf"'mail/{tmp_path.name}' cannot be read as Parquet"
    with pytest.raises(ValueError, match=named) as raised, opened(bucket(tmp_path)):
        pass
    assert "secret" not in str(raised.value)


def test_files_may_differ_in_the_types_of_a_column(
    tmp_path: Path, bucket: Callable[[Path], str]
) -> None:
    """Times of any unit are one column, and are exact; so are texts, as any library writes them."""
    from sesinsights.outcomes.relations import opened

    times = [SENT.replace(microsecond=number) for number in (0, 1_000, 1, 2, 3)]
    units = ("s", "ms", "us", "us", "ns")
    texts = (pa.string(), pa.large_string(), pa.dictionary("int8", pa.string()))
    for number, (time, unit) in enumerate(zip(times, units, strict=True)):
        columns: dict[str, Any] = {name: pa.array([value]) for name, value in ROW.items()} | {
            "message_id": pa.array([f"{number}"], texts[number % 3]),
            "send_timestamp": pa.array([time], pa.timestamp("us", "UTC")).cast(
                pa.timestamp(unit, "UTC")
            ),
        }
        path = tmp_path / f"month=11/day={number // 2}" / f"{number}.parquet"
        path.parent.mkdir(exist_ok=True, parents=True)
        parquet.write_table(pa.table(columns), path)
    parts = sorted(tmp_path.glob("*/*"))
    for source in (tmp_path, bucket(tmp_path), parts, [str(parts[0]), *parts[1:]]):
        with opened(source) as table:
            found = table.select("message_id", table["send_timestamp"].cast("timestamp('UTC')"))
            rows = found.to_pyarrow().to_pylist()
        assert sorted(tuple(row.values()) for row in rows) == [
            (f"{number}", time) for number, time in enumerate(times)
        ]


def test_a_file_may_be_named_by_a_path_or_a_pattern(tmp_path: Path) -> None:
    """A path is taken as it is written, whatever its characters mean in patterns and in SQL."""
    from sesinsights.outcomes.relations import opened

    table = pa.Table.from_pylist([ROW])
    parquet.write_table(table, tmp_path / "it's [1].parquet")
    parquet.write_table(pa.concat_tables([table, table]), tmp_path / "it's 1.parquet")
    for source, rows in (("it's [1].parquet", 1), ("it's [1]*.parquet", 2), ("*.parquet", 3)):
        with opened(f"{tmp_path}/{source}") as found:
            assert found.count().to_pyarrow().as_py() == rows


@pytest.mark.parametrize(
    ("column", "message"),
    [("DELIVERY_VOLUME", "summarize them separately"), ("x", "it has x")],
)
def test_other_files_are_refused_beside_those_of_mail(
    column: str, message: str, tmp_path: Path
) -> None:
    """They are not counted as mail that was sent."""
    from sesinsights.outcomes.relations import opened

    paths = [tmp_path / "mail.parquet", tmp_path / "other.parquet"]
    for path, table in zip(paths, ([ROW], [{column: 7.0}]), strict=True):
        parquet.write_table(pa.Table.from_pylist(table), path)
    with pytest.raises(ValueError, match=message), opened(paths):
        pass


def test_a_prefix_without_files_is_named(tmp_path: Path, bucket: Callable[[Path], str]) -> None:
    """What is not there is an error that says so, without the keys of the address."""
    from sesinsights.outcomes.relations import opened

    address = bucket(tmp_path)
    with pytest.raises(FileNotFoundError, match="no Parquet file") as raised, opened(address):
        pass
    assert "secret" not in str(raised.value)


def test_memory_is_shared_by_few_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processors there are, what each thread needs fits into the memory."""
    from sesinsights.outcomes.relations import opened

    parquet.write_table(pa.Table.from_pylist([ROW]), tmp_path / "mail.parquet")
    for processors, threads in ((64, 4), (None, 1)):
        monkeypatch.setattr("os.cpu_count", lambda found=processors: found)
        with opened(tmp_path) as table:
            query = "SELECT current_setting('threads')"
            assert table.get_backend().raw_sql(query).fetchone() == (threads,)


class Streams:
    """A file system with a file that breaks off and one that never ends."""

    def __init__(self) -> None:
        self.has_begun = Event()
        self.was_closed = False

    def get_file_info(self, found: Any) -> Any:
        """Return that the address is a directory, with both files."""
        if isinstance(found, str):
            return fs.FileInfo(found, fs.FileType.Directory)
        names = ("breaks.parquet", "endless.parquet")
        return [fs.FileInfo(f"mail/{name}", fs.FileType.File) for name in names]

    @contextmanager
    def open_input_stream(self, path: str) -> Generator[Any]:
        """Open one of them."""
        if "breaks" in path:
            assert self.has_begun.wait(10)
            raise ConnectionResetError
        yield self
        self.was_closed = True

    def read(self, _size: int) -> bytes:
        """Return more of the one that never ends."""
        self.has_begun.set()
        return b"more"


def test_a_copy_ends_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an error or Ctrl-C, what is left of large files is not waited for."""
    from sesinsights.outcomes import local_files, relations

    streams = Streams()

    def from_uri(location: str) -> tuple[Streams, str]:
        return streams, location.removeprefix("s3://")

    arrow = SimpleNamespace(
        FileSystem=SimpleNamespace(from_uri=from_uri),
        FileType=fs.FileType,
        FileSelector=fs.FileSelector,
    )
    monkeypatch.setattr(local_files, "fs", arrow)
    with pytest.raises(ConnectionResetError), relations.opened("s3://mail"):
        pass
    assert streams.was_closed
