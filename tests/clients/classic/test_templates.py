"""Templates are kept, paged through and paced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights import SESClassic, errors
from tests.sending.mail import template

if TYPE_CHECKING:
    from sesinsights.testing import FakeClock


def test_a_template_is_created_read_changed_and_deleted(classic: SESClassic) -> None:
    """A template is what it was created or changed to, and gone once it is deleted."""
    classic.create_template(template=template())
    assert classic.get_template("order").template == template()
    classic.update_template(template=template(subject="Your order {{number}}"))
    changed = classic.get_template("order").template
    assert changed.subject_part == "Your order {{number}}"
    classic.delete_template("order")
    with pytest.raises(errors.TemplateDoesNotExistError):
        classic.get_template("order")


def test_a_template_cannot_be_created_twice(classic: SESClassic, wire: list[str]) -> None:
    """A template with an existing name is refused, without a retry."""
    classic.create_template(template=template())
    with pytest.raises(errors.AlreadyExistsError):
        classic.create_template(template=template())
    assert wire == ["CreateTemplate", "CreateTemplate"]


def test_templates_are_iterated_over_all_pages(classic: SESClassic) -> None:
    """No template is left on a page that is not fetched."""
    names = {f"template-{number}" for number in range(7)}
    for name in names:
        classic.client.create_template(
            Template={"TemplateName": name, "SubjectPart": "s", "HtmlPart": "h"}
        )
    assert {found.name for found in classic.iter_templates(page_size=3)} == names
    assert sum(len(p.templates_metadata) for p in classic.iter_templates().pages()) == len(names)


def test_operations_on_templates_are_paced_at_one_call_a_second(
    classic: SESClassic, fake_clock: FakeClock
) -> None:
    """Each operation on templates is called once a second, as the service documents."""
    for _ in range(3):
        list(classic.iter_templates())
    assert fake_clock.sleeps == pytest.approx([1.02, 1.02], abs=1e-5)
