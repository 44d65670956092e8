"""Callbacks are ordinary functions, for clients of either kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

TODAY = datetime(2026, 1, 15, tzinfo=UTC)


async def coroutine(_: object = None) -> None:
    """Do nothing, unless it is awaited."""


class Awaitable:
    """Can be called and must be awaited."""

    async def __call__(self, _: object = None) -> None:
        """Do nothing, unless it is awaited."""


CALLS: dict[str, Callable[[Any, Any], object]] = {
    "wait_for_export_job": lambda ses, it: ses.wait_for_export_job("job", on_update=it),
    "wait_for_import_job": lambda ses, it: ses.wait_for_import_job("job", on_update=it),
    "import_suppressed": lambda ses, it: ses.import_suppressed(
        ["a@example.com"], s3_client=Uploads(), bucket="lists", on_update=it
    ),
    "sync_suppressed": lambda ses, it: ses.sync_suppressed(["a@example.com"], on_update=it),
    "export_message_insights": lambda ses, it: ses.export_message_insights(
        start_date=TODAY - timedelta(days=1), end_date=TODAY, on_progress=it
    ),
    "iter_queue": lambda _, it: events.iter_queue("https://sqs.example.com/1/mail", stop=it),
}


class Uploads:
    """Stands for a client of Amazon S3."""

    def upload_fileobj(self, *_: object) -> None:
        """Refuse to be used."""
        raise AssertionError("uploaded")


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("callback", [coroutine, partial(coroutine), Awaitable(), "print"])
def test_what_nothing_would_await_is_refused(
    connect: Callable[..., Any], ses_emulator: SESEmulator, name: str, callback: Any
) -> None:
    """An async callback is refused by name: it would never run, and would stop a queue."""
    with pytest.raises(TypeError, match=r"^(on_update|on_progress|stop) must be "):
        CALLS[name](connect(), callback)
    assert ses_emulator.requests == []


def test_a_bulk_send_refuses_it_before_any_mail(
    connect: Callable[..., Any], ses_emulator: SESEmulator
) -> None:
    """After the first call, the results of mail that was sent would be lost."""
    with pytest.raises(TypeError, match="on_result must be an ordinary function"):
        connect("SESClassic").send_bulk(
            source="shop@example.com",
            template="welcome",
            destinations=[{"destination": {"to_addresses": ["a@example.com"]}}],
            default_template_data={},
            on_result=coroutine,
        )
    assert ses_emulator.requests == []
