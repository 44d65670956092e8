"""A suppression list is compared with a wanted one and brought to it, by clients of either kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import errors
from sesinsights.suppression import syncing
from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sesinsights.testing import FakeClock

    Connect = Callable[..., Any]

CHANGING = {"CreateImportJob", "DeleteSuppressedDestination", "PutSuppressedDestination"}


def changing(emulator: SESEmulator) -> list[str]:
    """Return the calls that changed something, in order."""
    return [request.operation for request in emulator.requests if request.operation in CHANGING]


def listed(ses: Any, **options: Any) -> dict[str, str]:
    """Return the reason of each suppressed address."""
    found = ses.iter_suppressed_destinations(**options)
    return {each.email_address: str(each.reason) for each in found}


def addresses(entries: Any) -> list[tuple[str, str]]:
    """Return what entries hide from a repr."""
    return [(each.email_address, each.reason) for each in entries]


@pytest.fixture
def emulator(ses_emulator: SESEmulator) -> SESEmulator:
    """An emulator with a list of four addresses."""
    for address in ("Kept@example.com", "reason@example.com", "x@example.com", "y@example.com"):
        ses_emulator.add_suppressed_destination(address)
    return ses_emulator


WANTED = [
    "kept@EXAMPLE.com",
    ("reason@example.com", "COMPLAINT"),
    "new@Example.com",
    "new@example.com",
    ("newer@example.com", "COMPLAINT"),
]


def test_a_plan_changes_nothing(connect: Connect, emulator: SESEmulator) -> None:
    """It says what is missing, what differs, and what is not wanted, and shows no address."""
    sync = connect().sync_suppressed(WANTED)
    assert addresses(sync.additions) == [
        ("new@example.com", "BOUNCE"),
        ("newer@example.com", "COMPLAINT"),
    ]
    assert addresses(sync.changes) == [("reason@example.com", "COMPLAINT")]
    assert (repr(sync.additions), repr(sync.changes)) == ("<2 addresses>", "<1 address>")
    assert addresses(sync.extra) == [("x@example.com", "BOUNCE"), ("y@example.com", "BOUNCE")]
    assert (len(sync.removals), sync.unchanged, sync.applied) == (0, 1, False)
    assert str(sync) == ("2 to add, 1 to change, 0 to remove, 1 as wanted, 2 not wanted but kept")
    assert "example.com" not in f"{sync!r} {[*sync.additions]} {sync.extra[:1]}"
    assert changing(emulator) == []


def test_a_small_difference_is_made_up_by_calls(connect: Connect, emulator: SESEmulator) -> None:
    """One for each address; what is not wanted stays."""
    ses = connect()
    sync = ses.sync_suppressed(WANTED, apply=True)
    assert listed(ses) == {
        "Kept@example.com": "BOUNCE",
        "reason@example.com": "COMPLAINT",
        "new@example.com": "BOUNCE",
        "newer@example.com": "COMPLAINT",
        "x@example.com": "BOUNCE",
        "y@example.com": "BOUNCE",
    }
    assert changing(emulator) == ["PutSuppressedDestination"] * 3
    assert str(sync).startswith("2 added, 1 changed, 0 removed")
    again = ses.sync_suppressed(WANTED, apply=True)
    assert (len(again.additions), len(again.changes), again.unchanged) == (0, 0, 4)


def test_addresses_are_only_taken_off_when_that_is_said(
    connect: Connect, emulator: SESEmulator
) -> None:
    """They are named as they are listed, and what is wanted in another case stays."""
    ses = connect()
    plan = ses.sync_suppressed(["KEPT@example.com"], remove=True)
    assert len(plan.removals) == 3
    assert changing(emulator) == []
    ses.sync_suppressed(["KEPT@example.com"], remove=True, apply=True)
    assert listed(ses) == {"Kept@example.com": "BOUNCE"}
    assert changing(emulator) == ["DeleteSuppressedDestination"] * 3


def test_a_large_difference_is_made_up_by_import_jobs(
    connect: Connect, emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One job adds and changes addresses, and one removes them."""
    monkeypatch.setattr(syncing, "MOST_CALLS", 2)
    ses = connect()
    sync = ses.sync_suppressed(
        WANTED[1:], apply=True, remove=True, s3_client=emulator.s3, bucket="lists"
    )
    assert listed(ses) == {
        "reason@example.com": "COMPLAINT",
        "new@example.com": "BOUNCE",
        "newer@example.com": "COMPLAINT",
    }
    assert changing(emulator) == ["CreateImportJob"] * 2
    assert [each.processed_records_count for each in sync.imports] == [3, 3]


def test_without_a_bucket_calls_do_it_all(
    connect: Connect, emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a bucket, calls make all changes, however many."""
    monkeypatch.setattr(syncing, "MOST_CALLS", 1)
    connect().sync_suppressed(WANTED, apply=True)
    assert changing(emulator) == ["PutSuppressedDestination"] * 3


def test_an_address_with_a_slash_needs_a_job(connect: Connect, emulator: SESEmulator) -> None:
    """Without a bucket, an address with a slash is a failure, and the others are removed."""
    emulator.add_suppressed_destination("a/b@example.com")
    ses = connect()
    sync = ses.sync_suppressed([], apply=True, remove=True)
    (failure,) = sync.failures
    assert (failure.email_address, failure.action) == ("a/b@example.com", "DELETE")
    assert "import job" in failure.problem
    assert "example.com" not in repr(sync)
    assert str(sync).startswith("0 to add, 0 to change, 5 to remove, ")
    assert str(sync).endswith("; applied, 1 failed")
    assert listed(ses) == {"a/b@example.com": "BOUNCE"}
    ses.sync_suppressed([], apply=True, remove=True, s3_client=emulator.s3, bucket="lists")
    assert listed(ses) == {}


def test_what_one_address_is_refused_for_does_not_stop_the_others(
    connect: Connect, emulator: SESEmulator
) -> None:
    """Its error is kept; an error that all would get is raised."""
    ses = connect()
    too_long = "a" * 65 + "@example.com"
    sync = ses.sync_suppressed([too_long, "b@example.com"], apply=True)
    (failure,) = sync.failures
    assert failure.email_address == too_long
    assert isinstance(failure.error, errors.BadRequestError)
    assert "b@example.com" in listed(ses)
    emulator.faults.access_denied("PutSuppressedDestination")
    with pytest.raises(errors.AccessDeniedError):
        ses.sync_suppressed(["z@example.com"], apply=True)


def test_in_the_sandbox_the_first_refusal_is_raised(
    connect: Connect, fake_clock: FakeClock
) -> None:
    """In the sandbox, the first refusal is raised with the reason, and ends the run."""
    with SESEmulator(clock=fake_clock, production_access=False) as emulator:
        ses = connect(endpoint_url=emulator.endpoint_url)
        with pytest.raises(errors.BadRequestError) as refused:
            ses.sync_suppressed(["a@example.com", "b@example.com"], apply=True)
        assert "sandbox" in refused.value.__notes__[0]
        assert changing(emulator) == ["PutSuppressedDestination"]


def test_a_tenant_has_a_list_of_its_own(connect: Connect, emulator: SESEmulator) -> None:
    """Calls change it, and import jobs cannot."""
    ses = connect()
    ses.sync_suppressed(["t@example.com"], apply=True, tenant_name="shop")
    ses.sync_suppressed(["u@example.com"], apply=True, remove=True, tenant_name="shop")
    assert listed(ses, tenant_name="shop") == {"u@example.com": "BOUNCE"}
    assert len(listed(ses)) == 4
    with pytest.raises(ValueError, match="import jobs can change only the account's list"):
        ses.sync_suppressed([], tenant_name="shop", s3_client=emulator.s3, bucket="lists")


def test_what_was_exported_is_in_sync(
    connect: Connect, emulator: SESEmulator, tmp_path: Path
) -> None:
    """An exported list is in sync with the list."""
    ses = connect()
    path = tmp_path / "list.jsonl"
    ses.export_suppressed(path)
    sync = ses.sync_suppressed(path, remove=True)
    assert str(sync) == "0 to add, 0 to change, 0 to remove, 4 as wanted"


def test_bad_input_changes_nothing(connect: Connect, emulator: SESEmulator, tmp_path: Path) -> None:
    """An address that cannot be read might be one to keep, so it ends the run before any change."""
    path = tmp_path / "list.csv"
    path.write_text("a@example.com\nsecret\n")
    ses = connect()
    with pytest.raises(ValueError, match="line 2 must be a single mail address") as refused:
        ses.sync_suppressed(path, apply=True, remove=True)
    assert "secret" not in str(refused.value)
    for wrong in ({"bucket": "lists"}, {"reason": "SPAM"}, {"timeout": -1}):
        with pytest.raises(ValueError, match=r"s3_client|reason must be|timeout"):
            ses.sync_suppressed([], **wrong)
    for wrong_source in (7, {"a@example.com": 1}):
        with pytest.raises(TypeError, match="a path or an iterable"):
            ses.sync_suppressed(wrong_source)

    async def addresses() -> AsyncIterator[str]:
        yield "a@example.com"

    with pytest.raises(TypeError, match=r"collect those of an asynchronous one first: \[each"):
        ses.sync_suppressed(addresses())
    assert changing(emulator) == []


def test_entries_are_read_from_the_disk_as_a_sequence(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """Counted, indexed and sliced as a list is, in the order of addresses."""
    wanted = [f"{letter}@example.com" for letter in "dcab"]
    entries = connect().sync_suppressed(wanted).additions
    first = [each.email_address for each in entries]
    assert first == sorted(wanted)
    assert (len(entries), repr(entries)) == (4, "<4 addresses>")
    for index in (0, 3, -1, -4):
        assert entries[index].email_address == first[index]
    for part in (slice(1, 3), slice(None, None, -1), slice(4, 9), slice(None, None, 2)):
        assert [each.email_address for each in entries[part]] == first[part]
    with pytest.raises(IndexError):
        entries[4]
