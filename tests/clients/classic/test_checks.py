"""A template is rendered before a send that asks for it."""

from __future__ import annotations

import json

import pytest

from sesinsights import SESClassic, errors
from tests.sending.mail import READER, SOURCE, entries, template


def test_a_missing_variable_is_named_before_the_mail_is_lost(
    classic: SESClassic, wire: list[str]
) -> None:
    """A check raises what is missing, and nothing is sent."""
    classic.create_template(template=template())
    assert "Order 7" in str(classic.render_check("order", {"number": "7"}).rendered_template)
    with pytest.raises(errors.MissingRenderingAttributeError) as caught:
        classic.render_check("order", {})
    assert caught.value.attribute == "number"
    with pytest.raises(errors.MissingRenderingAttributeError):
        classic.send_templated_email(
            source=SOURCE, destination=READER, template="order", template_data={}, check=True
        )
    assert "SendTemplatedEmail" not in wire


def test_a_send_renders_first_only_when_asked_to(classic: SESClassic, wire: list[str]) -> None:
    """A send renders the template only when it is to be checked, as this costs a call."""
    classic.create_template(template=template())
    for check in (False, True):
        sent = classic.send_templated_email(
            source=SOURCE,
            destination=READER,
            template="order",
            template_data='{"number": "7"}',
            check=check,
        )
        assert sent.message_id
    assert wire == [
        "CreateTemplate",
        "GetSendQuota",
        "SendTemplatedEmail",
        "TestRenderTemplate",
        "SendTemplatedEmail",
    ]


def test_a_bulk_send_is_checked_once_for_each_set_of_variables(
    classic: SESClassic, wire: list[str]
) -> None:
    """Destinations with the same variables are checked by one rendering, whatever the values."""
    classic.create_template(template=template())
    alike = [
        entry.model_copy(update={"replacement_template_data": json.dumps({"number": str(number)})})
        for number, entry in enumerate(entries(60))
    ]
    classic.send_bulk(
        source=SOURCE,
        template="order",
        default_template_data={},
        destinations=alike,
        check=True,
    )
    assert wire.count("TestRenderTemplate") == 1
    wire.clear()
    with pytest.raises(errors.MissingRenderingAttributeError):
        classic.send_bulk(
            source=SOURCE,
            template="order",
            default_template_data={},
            destinations=[*alike, *entries(1)],
            check=True,
        )
    with pytest.raises(errors.MissingRenderingAttributeError):
        classic.send_bulk_templated_email(
            source=SOURCE,
            template="order",
            default_template_data={},
            destinations=entries(1),
            check=True,
        )
    assert "SendBulkTemplatedEmail" not in wire
