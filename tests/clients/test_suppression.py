"""Suppression lists through clients of either kind."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import errors, models

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Connect = Callable[..., Any]


def operations_of(emulator: SESEmulator) -> list[str]:
    """Return the operations that were called, in order."""
    return [request.operation for request in emulator.requests]


def test_an_address_is_suppressed_and_sent_to_again(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """An added address is found with its reason, and a deleted one is not found."""
    ses = connect()
    ses.put_suppressed_destination("Reader@Example.com", reason="COMPLAINT")
    found = ses.get_suppressed_destination("Reader@example.com").suppressed_destination
    assert found.email_address == "Reader@example.com"
    assert found.reason is models.SuppressionListReason.COMPLAINT
    ses.delete_suppressed_destination("Reader@example.com")
    with pytest.raises(errors.NotFoundError, match="case before the @"):
        ses.get_suppressed_destination("Reader@example.com")


def test_a_long_list_is_iterated_to_its_end(connect: Connect, ses_emulator: SESEmulator) -> None:
    """Empty pages are not the end, filters go with every page, and it can be resumed."""
    for number in range(23):
        ses_emulator.add_suppressed_destination(f"{number}@example.com")
    ses_emulator.add_suppressed_destination("c@example.com", reason="COMPLAINT")
    ses_emulator.faults.empty_page("ListSuppressedDestinations")
    ses = connect()
    walk = ses.iter_suppressed_destinations(reasons=["BOUNCE"])
    first = [next(walk).email_address for _ in range(13)]
    token = walk.resume_token
    assert "example.com" not in token
    rest = [
        each.email_address
        for each in ses.iter_suppressed_destinations(reasons=["BOUNCE"], starting_token=token)
    ]
    assert sorted(first + rest) == sorted(f"{number}@example.com" for number in range(23))


def test_a_page_shows_no_address(connect: Connect, ses_emulator: SESEmulator) -> None:
    """Neither text nor notebook shows an address, only the reason and the time."""
    ses_emulator.add_suppressed_destination("secret@example.com", reason="COMPLAINT")
    page = connect().list_suppressed_destinations()
    for shown in (repr(page), str(page), page._repr_html_()):
        assert "COMPLAINT" in shown
        assert "secret" not in shown


def test_a_window_that_ends_before_it_starts_is_refused(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """A window that ends before it starts is refused by name, and nothing is sent."""
    start, end = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(pydantic.ValidationError, match="end_date must not be before start_date"):
        connect().list_suppressed_destinations(start_date=start, end_date=end)
    assert ses_emulator.requests == []


def test_a_token_of_another_list_is_its_own_error(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """A token goes with its list and filters, and the error says that it is invalid."""
    for number in range(3):
        ses_emulator.add_suppressed_destination(f"{number}@example.com")
    ses = connect()
    token = ses.list_suppressed_destinations(page_size=1).next_token
    with pytest.raises(errors.InvalidNextTokenError):
        ses.list_suppressed_destinations(page_size=1, reasons=["BOUNCE"], next_token=token)


def test_the_reasons_that_count_are_set_whole(connect: Connect, ses_emulator: SESEmulator) -> None:
    """An empty list is sent as such: no reason counts then."""
    ses = connect()
    ses.put_account_suppression_attributes(suppressed_reasons=[])
    assert ses_emulator.requests[-1].parameters == {"SuppressedReasons": []}
    assert ses.get_account().suppression_attributes.suppressed_reasons == ()


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "nobody",
        "a@",
        "@b",
        "a@b, c@d",
        "A <secret@example.com>",
        "a\n@b",
        "a@b/",
        "\0@b",
        "a@b\x1fc",
    ],
)
def test_anything_but_an_address_is_refused_by_name(
    connect: Connect, ses_emulator: SESEmulator, address: str
) -> None:
    """Nothing is sent, and the error does not show what was given."""
    ses = connect()
    for call in (ses.get_suppressed_destination, ses.delete_suppressed_destination):
        with pytest.raises(pydantic.ValidationError, match="email_address") as refused:
            call(address)
        assert "secret" not in str(refused.value)
    assert ses_emulator.requests == []


@pytest.mark.parametrize("tenant", ["", "a b", "a/b", "x" * 65])
def test_an_invalid_tenant_is_refused_by_name(
    connect: Connect, ses_emulator: SESEmulator, tenant: str
) -> None:
    """Nothing is sent, so that the account's list is not taken for the tenant's."""
    ses = connect()
    with pytest.raises(pydantic.ValidationError, match="tenant_name"):
        ses.iter_suppressed_destinations(tenant_name=tenant)
    with pytest.raises(pydantic.ValidationError, match="tenant_name"):
        ses.sync_suppressed([], tenant_name=tenant, apply=True, remove=True)
    assert ses_emulator.requests == []


def test_an_address_in_a_path_is_not_in_an_error(connect: Connect, unused_endpoint: str) -> None:
    """An error never contains the address in a URL's path, although botocore's text does."""
    ses = connect(endpoint_url=unused_endpoint)
    for address in ("secret@example.com", '"se cret/x"@example.com', "secret/x+y@example.com"):
        with pytest.raises(errors.TransportError) as failed:
            ses.get_suppressed_destination(address)
        assert "cret" not in f"{failed.value!r} {failed.value.__cause__!r}"


def test_a_slash_is_refused_where_the_service_would_stumble(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """An address with a slash can be added; deleting it is refused with the alternative."""
    ses = connect()
    ses.put_suppressed_destination("a/b@example.com", reason="BOUNCE")
    ses.get_suppressed_destination("a/b@example.com")
    with pytest.raises(pydantic.ValidationError, match="import job with the action DELETE"):
        ses.delete_suppressed_destination("a/b@example.com")
    assert operations_of(ses_emulator) == ["PutSuppressedDestination", "GetSuppressedDestination"]


def test_a_file_for_the_service_is_named_by_its_bucket(
    connect: Connect, ses_emulator: SESEmulator
) -> None:
    """A link or a path is refused by name, and so is a job for no list or for two."""
    ses = connect()
    destination = {"suppression_list_destination": {"suppression_list_import_action": "PUT"}}
    contacts = {"contact_list_name": "news", "contact_list_import_action": "PUT"}
    source = {"s3_url": "s3://lists/addresses.csv", "data_format": "CSV"}
    for url in ("addresses.csv", "https://lists/addresses.csv", "s3://lists", "s3:///a.csv"):
        with pytest.raises(pydantic.ValidationError, match="s3_url"):
            ses.create_import_job(
                import_destination=destination, import_data_source={**source, "s3_url": url}
            )
    for lists in ({}, {**destination, "contact_list_destination": contacts}):
        with pytest.raises(pydantic.ValidationError, match="exactly one"):
            ses.create_import_job(import_destination=lists, import_data_source=source)
    assert ses_emulator.requests == []
