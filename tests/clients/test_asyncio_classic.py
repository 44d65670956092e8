"""The asyncio client of SES API v1 against moto's server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import AsyncSESClassic, errors
from sesinsights.classic import BulkSendResult, models

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sesinsights.testing import FakeClock

    Story = Callable[[AsyncSESClassic], Awaitable[None]]

SOURCE = "shop@example.com"
TEMPLATE = models.Template(
    template_name="order", subject_part="Order {{number}}", text_part="Hi", html_part="<p>Hi</p>"
)


@pytest.fixture
def wire() -> list[str]:
    """The operations that were sent, in order."""
    return []


@pytest.fixture
def tell(
    moto_url: str, fake_clock: FakeClock, wire: list[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Story], None]:
    """Run a story of a client that has a verified sender and one template."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    def prepare(ses: AsyncSESClassic) -> None:
        for template in ses.client.list_templates()["TemplatesMetadata"]:
            ses.client.delete_template(TemplateName=template["Name"])
        ses.client.verify_email_identity(EmailAddress=SOURCE)
        ses.client.meta.events.register(
            "before-send.ses", lambda event_name, **_: wire.append(event_name.split(".")[-1])
        )

    async def run(story: Story) -> None:
        async with AsyncSESClassic(
            endpoint_url=moto_url, region_name="us-east-1", clock=fake_clock
        ) as ses:
            prepare(ses)
            await ses.create_template(template=TEMPLATE)
            wire.clear()
            await story(ses)

    return lambda story: asyncio.run(run(story))


def entry(number: int, data: Any = None) -> models.BulkEmailDestination:
    """Return a destination of one recipient."""
    return models.BulkEmailDestination(
        destination=models.Destination(to_addresses=[f"reader{number}@example.com"]),
        replacement_template_data=data,
    )


def test_templates_are_kept_and_listed(tell: Any) -> None:
    """Templates are created, changed, deleted and listed to the end."""

    async def story(ses: AsyncSESClassic) -> None:
        changed = TEMPLATE.model_copy(update={"subject_part": "Yours"})
        await ses.update_template(template=changed)
        assert (await ses.get_template("order")).template == changed
        assert [found.name async for found in ses.iter_templates(page_size=1)] == ["order"]
        await ses.delete_template("order")
        with pytest.raises(errors.TemplateDoesNotExistError):
            await ses.get_template("order")

    tell(story)


def test_a_send_renders_first_when_asked_to(tell: Any, wire: list[str]) -> None:
    """A missing variable is named, and nothing is sent; a complete message is."""

    async def story(ses: AsyncSESClassic) -> None:
        message: Any = {
            "source": SOURCE,
            "destination": models.Destination(to_addresses=["reader@example.com"]),
            "template": "order",
        }
        with pytest.raises(errors.MissingRenderingAttributeError) as caught:
            await ses.send_templated_email(**message, template_data={}, check=True)
        assert caught.value.attribute == "number"
        with pytest.raises(errors.MissingRenderingAttributeError):
            await ses.render_check("order", {})
        sent = await ses.send_templated_email(**message, template_data={"number": "7"}, check=True)
        assert sent.message_id

    tell(story)
    calls = [operation for operation in wire if operation != "GetSendQuota"]
    assert calls == [*["TestRenderTemplate"] * 3, "SendTemplatedEmail"]


def test_a_bulk_send_of_any_size_has_a_result_for_each_destination(
    tell: Any, wire: list[str]
) -> None:
    """120 destinations are three calls, and 120 results in order, checked once."""
    everyone = [entry(number) for number in range(120)]
    results: list[BulkSendResult] = []

    async def story(ses: AsyncSESClassic) -> None:
        results.extend(
            await ses.send_bulk(
                source=SOURCE,
                template="order",
                default_template_data={"number": "unknown"},
                destinations=iter(everyone),
                check=True,
            )
        )

    tell(story)
    assert [result.destination for result in results] == everyone
    assert all(result.message_id for result in results)
    assert wire.count("SendBulkTemplatedEmail") == 3
    assert wire.count("TestRenderTemplate") == 1


def test_a_checked_call_of_many_names_what_is_missing(tell: Any, wire: list[str]) -> None:
    """One destination without a variable is enough, and nothing is sent."""

    async def story(ses: AsyncSESClassic) -> None:
        with pytest.raises(errors.MissingRenderingAttributeError):
            await ses.send_bulk_templated_email(
                source=SOURCE,
                template="order",
                default_template_data={},
                destinations=[entry(1, {"number": "1"}), entry(2)],
                check=True,
            )

    tell(story)
    assert "SendBulkTemplatedEmail" not in wire
