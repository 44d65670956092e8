"""Configuration sets are created, described, listed to the end and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic
import pytest

from sesinsights import errors, models

if TYPE_CHECKING:
    from sesinsights.testing import SESEmulator


def test_a_set_is_described_as_it_was_created(ses: Any) -> None:
    """Shapes, dictionaries and plain values all arrive."""
    ses.create_configuration_set(
        configuration_set_name="news",
        tracking_options=models.TrackingOptions(custom_redirect_domain="go.example.com"),
        delivery_options={"max_delivery_seconds": 300, "tls_policy": "REQUIRE"},
        suppression_options={"suppressed_reasons": ["BOUNCE"]},
        tags=[{"key": "team", "value": "mail"}],
    )
    found = ses.get_configuration_set("news")
    assert found.configuration_set_name == "news"
    assert found.tracking_options.custom_redirect_domain == "go.example.com"
    assert found.delivery_options.max_delivery_seconds == 300
    assert found.delivery_options.tls_policy is models.TlsPolicy.REQUIRE
    assert found.suppression_options.suppressed_reasons == (models.SuppressionListReason.BOUNCE,)
    assert found.tags == (models.Tag(key="team", value="mail"),)
    assert found.vdm_options is None


def test_all_names_are_listed_however_many_pages_that_takes(
    ses: Any, ses_emulator: SESEmulator
) -> None:
    """A filter holds for every page, and an empty page does not end the list."""
    for number in range(5):
        ses.create_configuration_set(configuration_set_name=f"news-{number}")
    ses.create_configuration_set(configuration_set_name="other")
    ses_emulator.faults.empty_page("ListConfigurationSets")
    names = ses.iter_configuration_sets(
        filter={"CONFIGURATION_SET_NAME_CONTAINS": "news"}, page_size=2
    )
    assert sorted(names) == [f"news-{number}" for number in range(5)]
    assert len(ses.list_configuration_sets().configuration_sets) == 6


def test_what_exists_cannot_be_created_and_what_does_not_cannot_be_read(ses: Any) -> None:
    """Creating an existing set and reading a missing one raise different errors."""
    ses.create_configuration_set(configuration_set_name="news")
    with pytest.raises(errors.AlreadyExistsError):
        ses.create_configuration_set(configuration_set_name="news")
    ses.delete_configuration_set("news")
    for call in (ses.get_configuration_set, ses.delete_configuration_set):
        with pytest.raises(errors.NotFoundError, match="<news> does not exist"):
            call("news")


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"configuration_set_name": "two words"}, "configuration_set_name"),
        ({"configuration_set_name": "x" * 65}, "configuration_set_name"),
        ({"delivery_options": {"max_delivery_seconds": 299}}, "max_delivery_seconds"),
        ({"delivery_options": {"tls_policy": "MAYBE"}}, "tls_policy"),
        ({"message_security_options": {"signing_scheme": {}}}, "signing_scheme"),
        ({"archiving_options": {"archive_arn": "short"}}, "archive_arn"),
        ({"tags": [{"key": "team"}]}, r"tags\.0\.value"),
    ],
)
def test_bad_input_is_refused_by_name(
    members: dict[str, Any], named: str, ses: Any, ses_emulator: SESEmulator
) -> None:
    """Nothing is sent."""
    with pytest.raises(pydantic.ValidationError, match=named):
        ses.create_configuration_set(**{"configuration_set_name": "news", **members})
    with pytest.raises(pydantic.ValidationError, match="page_size"):
        ses.iter_configuration_sets(page_size=0)
    assert ses_emulator.requests == []
