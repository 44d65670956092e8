"""Addresses are imported into the suppression list by jobs, through clients of either kind."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from sesinsights import errors, models
from sesinsights.suppression import importing
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import FakeClock

    Connect = Callable[..., Any]


def created(emulator: SESEmulator) -> int:
    """Return how often a job was to be created."""
    return sum(request.operation == "CreateImportJob" for request in emulator.requests)


def listed(ses: Any) -> dict[str, str]:
    """Return the reason of each suppressed address."""
    return {each.email_address: each.reason for each in ses.iter_suppressed_destinations()}


def test_addresses_are_uploaded_imported_and_awaited(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """What comes without a reason gets the one by default, and the responses are returned."""
    ses = connect()
    updates: list[str] = []
    summary = models.SuppressedDestinationSummary.from_service(
        {"EmailAddress": "c@example.com", "Reason": "COMPLAINT", "LastUpdateTime": 0}
    )
    done = ses.import_suppressed(
        iter(["A@Example.com ", {"email": "b@example.com", "reason": "complaint"}, summary]),
        s3_client=ses_emulator.s3,
        bucket="lists",
        on_update=lambda job: updates.append(job.job_status),
    )
    assert listed(ses) == {
        "A@example.com": "BOUNCE",
        "b@example.com": "COMPLAINT",
        "c@example.com": "COMPLAINT",
    }
    assert str(done) == "1 import job: 3 read, 0 failed"
    assert updates[-1] == "COMPLETED"
    (url,) = ses_emulator.s3.urls
    assert url.startswith("s3://lists/sesinsights/")
    assert done.jobs[0].import_data_source.s3_url == url


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", "a@example.com,BOUNCE\nb@example.com,COMPLAINT\n"),
        (
            "list.csv",
            "\ufeffreason,Email Address,x\nBOUNCE,a@example.com,1\n\ncomplaint,b@example.com,2\n",
        ),
        (
            "list.jsonl",
            '{"emailAddress": "a@example.com", "reason": "BOUNCE"}\n\n"b@example.com"\n',
        ),
        ("list.txt", "a@example.com,BOUNCE\r\nb@example.com\r\n"),
    ],
)
def test_files_of_several_formats_are_read(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path, name: str, text: str
) -> None:
    """With a header or without, and by any of the usual names of columns."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    ses = connect()
    ses.import_suppressed(path, s3_client=ses_emulator.s3, bucket="lists", reason="COMPLAINT")
    assert listed(ses) == {"a@example.com": "BOUNCE", "b@example.com": "COMPLAINT"}


class AsyncUploads:
    """Has what a client of an asynchronous library has."""

    async def upload_fileobj(self, *_: Any) -> None:
        """Upload nothing unless it is awaited."""


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"s3_client": None}, "s3_client"),
        ({"s3_client": object()}, "s3_client"),
        ({"s3_client": AsyncUploads()}, "s3_client"),
        ({"bucket": ""}, "bucket"),
        ({"bucket": "s3://lists"}, "bucket"),
        ({"bucket": "lists/2026"}, "bucket"),
        ({"bucket": 7}, "bucket"),
        ({"prefix": None}, "prefix"),
        ({"prefix": "a\nb"}, "prefix"),
    ],
)
def test_a_place_for_the_files_is_checked_first(
    connect: Connect, ses_emulator: SESEmulator, wrong: dict[str, Any], named: str
) -> None:
    """Before the addresses are read, an argument that is something else is refused by name."""
    given = {"s3_client": ses_emulator.s3, "bucket": "lists", "prefix": "x/"} | wrong
    ses = connect()
    addresses = iter(["a@example.com"])
    with pytest.raises(ValueError, match=f"^{named} must be"):
        ses.import_suppressed(addresses, **given)
    if None not in wrong.values():
        with pytest.raises(ValueError, match=f"^{named} must be"):
            ses.sync_suppressed(addresses, **given)
    assert next(addresses) == "a@example.com"
    assert ses_emulator.requests == []


def test_a_line_may_be_an_address_with_quotation_marks(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """Such a line is not CSV, which would read another address from it."""
    path = tmp_path / "list.txt"
    quoted = ['"jane.doe"@example.com', '"jane, doe"@example.com', '"a\\"b"@example.com']
    path.write_text("\n".join(["a@example.com", *quoted, ""]))
    ses = connect()
    ses.import_suppressed(path, s3_client=ses_emulator.s3, bucket="lists")
    assert listed(ses).keys() == {"a@example.com", *quoted}
    path.write_text('"jane doe"@example.com,BOUNCE\n')
    with pytest.raises(ValueError, match="line 1 must be a single mail address"):
        ses.import_suppressed(path, s3_client=ses_emulator.s3, bucket="lists")
    path.write_text('email,note\na@example.com,"two\nlines"and more\n')
    with pytest.raises(ValueError, match="not CSV"):
        ses.import_suppressed(path, s3_client=ses_emulator.s3, bucket="lists")


@pytest.mark.parametrize("header", ["", "email_address,reason\n"])
def test_blanks_behind_a_quoted_cell_go(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path, header: str
) -> None:
    """Blanks after a quoted cell are dropped."""
    path = tmp_path / "list.csv"
    path.write_text(f'{header}"a@example.com" \n"b@example.com" ,"COMPLAINT"\t\n')
    ses = connect()
    ses.import_suppressed(path, s3_client=ses_emulator.s3, bucket="lists")
    assert listed(ses) == {"a@example.com": "BOUNCE", "b@example.com": "COMPLAINT"}


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_what_is_exported_can_be_imported(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path, suffix: str
) -> None:
    """A list goes to another account as it was."""
    ses_emulator.add_suppressed_destination("a/b@example.com")
    ses_emulator.add_suppressed_destination("c@example.com", reason="COMPLAINT")
    ses = connect()
    path = tmp_path / f"list{suffix}"
    ses.export_suppressed(path)
    before = listed(ses)
    ses.import_suppressed(path, s3_client=ses_emulator.s3, bucket="lists", action="DELETE")
    assert listed(ses) == {}
    ses.import_suppressed(str(path), s3_client=ses_emulator.s3, bucket="lists")
    assert listed(ses) == before


def test_many_addresses_take_several_jobs(
    connect: Connect, ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has as many as the service allows, and one runs after the other."""
    monkeypatch.setattr(importing, "MAX_IMPORT_ADDRESSES", 2)
    ses = connect()
    done = ses.import_suppressed(
        (f"{number}@example.com" for number in range(5)),
        s3_client=ses_emulator.s3,
        bucket="lists",
    )
    assert [job.processed_records_count for job in done.jobs] == [2, 2, 1]
    assert len(listed(ses)) == 5


def test_an_error_says_what_was_imported_before(
    connect: Connect, ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error says what was imported before it, so that the rest can be imported."""
    monkeypatch.setattr(importing, "MAX_IMPORT_ADDRESSES", 2)

    def fail_the_next(job: Any) -> None:
        if job.is_finished:
            ses_emulator.faults.fail_job()

    with pytest.raises(errors.ImportJobFailedError) as failed:
        connect().import_suppressed(
            [f"{number}@example.com" for number in range(3)],
            s3_client=ses_emulator.s3,
            bucket="lists",
            on_update=fail_the_next,
        )
    assert failed.value.__notes__ == ["Before that, 1 import job read 2 addresses."]


def test_an_upload_that_fails_says_what_was_imported_before(
    connect: Connect, ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is the upload's own, whatever client it is of."""
    monkeypatch.setattr(importing, "MAX_IMPORT_ADDRESSES", 2)
    upload = ses_emulator.s3.upload_fileobj

    def upload_one(*file: Any) -> None:
        if ses_emulator.s3.urls:
            raise ConnectionError
        upload(*file)

    monkeypatch.setattr(ses_emulator.s3, "upload_fileobj", upload_one)
    with pytest.raises(ConnectionError) as failed:
        connect().import_suppressed(
            [f"{number}@example.com" for number in range(3)],
            s3_client=ses_emulator.s3,
            bucket="lists",
        )
    assert failed.value.__notes__ == ["Before that, 1 import job read 2 addresses."]


def test_nothing_to_import_creates_no_job(connect: Connect, ses_emulator: SESEmulator) -> None:
    """An empty iterable is not an error."""
    done = connect().import_suppressed([], s3_client=ses_emulator.s3, bucket="lists")
    assert (done.jobs, ses_emulator.s3.urls, created(ses_emulator)) == ((), [], 0)


@pytest.mark.parametrize(("late", "cause"), [(0, "connection"), (3, "connection"), (1, "empty id")])
def test_a_job_whose_answer_was_lost_is_found(
    connect: Connect, ses_emulator: SESEmulator, late: int, cause: str
) -> None:
    """It is created once, however long it takes until it is listed."""
    ses_emulator.add_import_job(job_status="COMPLETED")  # another job, which is not taken for it
    if cause == "empty id":
        ses_emulator.faults.malformed_response("CreateImportJob", b'{"JobId": ""}')
    else:
        ses_emulator.faults.drop_connection("CreateImportJob", processed=True)
    nameless = {"JobId": "", "JobStatus": "PROCESSING", "CreatedTimestamp": 1e10}
    page = {"ImportJobs": [nameless]} if cause == "empty id" else {}
    for _ in range(late):
        ses_emulator.faults.malformed_response("ListImportJobs", json.dumps(page).encode())
    ses = connect()
    done = ses.import_suppressed(["a@example.com"], s3_client=ses_emulator.s3, bucket="lists")
    assert done.jobs[0].job_status == "COMPLETED"
    assert created(ses_emulator) == 1
    assert listed(ses) == {"a@example.com": "BOUNCE"}


def test_a_job_that_is_not_found_is_not_created_again(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """The error names the file by which to look for it later."""
    ses_emulator.faults.drop_connection("CreateImportJob")
    with pytest.raises(errors.TransportError) as lost:
        connect().import_suppressed(["a@example.com"], s3_client=ses_emulator.s3, bucket="lists")
    assert created(ses_emulator) == 1
    assert ses_emulator.s3.urls[0] in lost.value.__notes__[0]


def test_a_search_that_fails_does_not_hide_what_was_lost(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """The error is still that of the creation, and says that a job may exist."""
    ses_emulator.faults.drop_connection("CreateImportJob", processed=True)
    ses_emulator.faults.access_denied("ListImportJobs", times=None)
    with pytest.raises(errors.TransportError, match="CreateImportJob may or may not"):
        connect().import_suppressed(["a@example.com"], s3_client=ses_emulator.s3, bucket="lists")
    assert created(ses_emulator) == 1


def test_a_creation_that_certainly_did_not_arrive_is_repeated(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """A throttled call is sent again, and nothing is searched."""
    ses_emulator.faults.throttle("CreateImportJob", times=2)
    done = connect().import_suppressed(["a@example.com"], s3_client=ses_emulator.s3, bucket="lists")
    assert len(done.jobs) == 1
    assert "ListImportJobs" not in {request.operation for request in ses_emulator.requests}


def test_failed_records_are_told_row_by_row(connect: Connect, ses_emulator: SESEmulator) -> None:
    """They are downloaded without credentials, again with a new link if that fails."""
    ses_emulator.add_suppressed_destination("a@example.com")
    ses_emulator.faults.expire_link()
    done = connect().import_suppressed(
        ["a@example.com", "b@example.com", "c@example.com"],
        s3_client=ses_emulator.s3,
        bucket="lists",
        action="DELETE",
    )
    assert done.failed_records_count == 2
    assert [failed.email_address for failed in done.failed_records] == [
        "b@example.com",
        "c@example.com",
    ]
    assert "not on the suppression list" in done.failed_records[0].raw
    assert "example.com" not in repr(done.failed_records)
    assert [download.status_code for download in ses_emulator.downloads] == [403, 200]


def test_an_import_is_not_lost_with_its_failed_records(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """If failed records cannot be downloaded, the result says so, and has the import."""
    ses_emulator.faults.download_error(times=None)
    done = connect().import_suppressed(
        ["b@example.com"], s3_client=ses_emulator.s3, bucket="lists", action="DELETE"
    )
    assert (done.failed_records_count, done.failed_records) == (1, ())
    (error,) = done.download_errors
    assert isinstance(error, errors.ImportDownloadError)
    assert "failed records of import job" in str(error)


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        (["a@example.com", "secret"], "entry 2"),
        (["secret\ud800@example.com"], "entry 1"),
        ([{None: ["secret"], 1: "secret"}], "entry 1 has no mail address"),
        ([("a@example.com", "SPAM")], "entry 1 must have the reason"),
        ([None], "entry 1 has no mail address"),
        ([("secret@example.com", "BOUNCE", "x")], "entry 1"),
    ],
)
def test_anything_but_an_address_is_refused_by_its_place(
    connect: Connect, ses_emulator: SESEmulator, entries: list[Any], place: str
) -> None:
    """Nothing is uploaded, and the error does not show it."""
    with pytest.raises(ValueError, match=place) as refused:
        connect().import_suppressed(entries, s3_client=ses_emulator.s3, bucket="lists")
    assert "secret" not in str(refused.value)
    assert (ses_emulator.s3.urls, ses_emulator.requests) == ([], [])


@pytest.mark.parametrize("name", ["action", "reason"])
def test_an_address_in_the_place_of_a_choice_is_not_shown(
    connect: Connect, ses_emulator: SESEmulator, name: str
) -> None:
    """The error says what is allowed there."""
    with pytest.raises(ValueError, match=f"{name} must be [A-Z]+ or [A-Z]+$"):
        connect().import_suppressed(
            ["a@example.com"],
            s3_client=ses_emulator.s3,
            bucket="lists",
            **{name: "secret@example.com"},
        )
    assert ses_emulator.s3.urls == []


def test_a_file_that_names_no_column_of_addresses_is_refused(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path
) -> None:
    """A broken address alone is not an empty list, to which a list would be emptied."""
    ses_emulator.add_suppressed_destination("a@example.com")
    path = tmp_path / "list.csv"
    path.write_text("secret.example.com\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match="line 1 has neither a mail address nor a column"
    ) as refused:
        connect().sync_suppressed(path, apply=True, remove=True)
    assert "secret" not in str(refused.value)
    path.write_text("email_address,reason\n", encoding="utf-8")
    assert len(connect().sync_suppressed(path).extra) == 1


@pytest.mark.parametrize("body", [b"secret@example.com\n\xff", b'"' + b"a" * 200_000, b"\0@b.c"])
def test_a_file_that_is_not_text_is_refused_without_showing_it(
    connect: Connect, ses_emulator: SESEmulator, tmp_path: Path, body: bytes
) -> None:
    """Nothing is uploaded."""
    path = tmp_path / "list.csv"
    path.write_bytes(body)
    with pytest.raises(ValueError, match=r"file of addresses|line 1") as refused:
        connect().import_suppressed(path, s3_client=ses_emulator.s3, bucket="b")
    assert "secret" not in repr(refused.value)
    assert ses_emulator.s3.urls == []


def test_an_address_in_the_place_of_a_path_is_not_shown(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """The error says that addresses go into a list."""
    for text in ("secret@example.com", "secret@example.com\n" * 1000):
        with pytest.raises(FileNotFoundError, match="in a list") as refused:
            connect().import_suppressed(text, s3_client=ses_emulator.s3, bucket="b")
        assert "secret" not in repr(refused.value)
    with pytest.raises(IsADirectoryError):
        connect().import_suppressed("/", s3_client=ses_emulator.s3, bucket="b")


def test_a_job_that_fails_says_why(connect: Connect, ses_emulator: SESEmulator) -> None:
    """A failed import job raises an error with the reason."""
    ses_emulator.faults.fail_job("No access to the bucket")
    with pytest.raises(errors.ImportJobFailedError, match="No access to the bucket"):
        connect().import_suppressed(["a@example.com"], s3_client=ses_emulator.s3, bucket="b")


def test_in_the_sandbox_the_refusal_says_so(connect: Connect, fake_clock: FakeClock) -> None:
    """The service itself does not say why, and nothing is created."""
    with SESEmulator(clock=fake_clock, production_access=False) as emulator:
        ses = connect(endpoint_url=emulator.endpoint_url)
        with pytest.raises(errors.BadRequestError) as refused:
            ses.import_suppressed(["a@example.com"], s3_client=emulator.s3, bucket="lists")
        assert "sandbox" in refused.value.__notes__[0]


def test_a_new_link_that_is_refused_does_not_hide_the_import(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """A refused new link is reported like any other failed download."""
    ses_emulator.faults.expire_link()

    def deny_the_next(job: Any) -> None:
        if job.is_finished:
            ses_emulator.faults.access_denied("GetImportJob")

    done = connect().import_suppressed(
        ["b@example.com"],
        s3_client=ses_emulator.s3,
        bucket="lists",
        action="DELETE",
        on_update=deny_the_next,
    )
    (error,) = done.download_errors
    assert "no new link" in str(error)
    assert done.failed_records_count == 1


def test_a_real_client_of_s3_uploads(
    connect: Connect, ses_emulator: SESEmulator, moto_url: str
) -> None:
    """What boto3 uploads is what the job reads: addresses and reasons without a header."""
    s3: Any = boto3.client("s3", endpoint_url=moto_url, region_name="us-east-1")
    s3.create_bucket(Bucket="uploads")
    ses_emulator.read_imports_from(s3)
    ses = connect()
    ses.import_suppressed(['"a,b"@example.com'], s3_client=s3, bucket="uploads", prefix="x/")
    assert listed(ses) == {'"a,b"@example.com': "BOUNCE"}
    (stored,) = s3.list_objects_v2(Bucket="uploads", Prefix="x/")["Contents"][-1:]
    body = s3.get_object(Bucket="uploads", Key=stored["Key"])["Body"].read().decode()
    assert [*csv.reader(io.StringIO(body))] == [['"a,b"@example.com', "BOUNCE"]]
    s3.close()
