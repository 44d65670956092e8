"""A traceback shows the caller's code and the error, not how the library runs its flows."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

MOST = 1.5
"""How many times as long as boto3's a traceback may be."""


def printed(call: Callable[[], object]) -> list[str]:
    """Return the lines that an uncaught error of a call prints."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is printed
        return "".join(traceback.format_exception(error)).splitlines()
    pytest.fail("the call did not fail")


def boto3s(endpoint_url: str) -> Any:
    """Return a boto3 client that sends each request once."""
    return boto3.client("sesv2", region_name="us-east-1", endpoint_url=endpoint_url)


def machinery(lines: list[str]) -> list[str]:
    """Return the lines that name the inside of the library or of what it stands on."""
    rooms = ("sesinsights/flows/", "sesinsights/drivers/", "tenacity", "contextlib")
    return [line for line in lines if line.startswith("  File") and any(r in line for r in rooms)]


def test_a_refusal_prints_little_more_than_boto3s(
    connect: Callable[..., Any], ses_emulator: SESEmulator
) -> None:
    """Botocore's error is named as the cause, without the frames that led to it."""
    ses, client = connect(), boto3s(ses_emulator.endpoint_url)
    ours = printed(lambda: ses.get_message_insights("0100-a"))
    theirs = printed(lambda: client.get_message_insights(MessageId="0100-a"))
    assert not machinery(ours)
    assert ours[0].startswith("botocore.errorfactory.NotFoundException")
    is_threads = type(ses).__name__ == "SESInsights"
    assert not is_threads or len(ours) <= MOST * len(theirs)


def test_a_connection_that_is_refused_prints_less_than_boto3s(
    connect: Callable[..., Any], unused_endpoint: str
) -> None:
    """What went wrong on the way is named, link by link."""
    ses = connect(endpoint_url=unused_endpoint)
    ours = printed(ses.list_export_jobs)
    theirs = printed(lambda: boto3s(unused_endpoint).list_export_jobs())
    assert not machinery(ours)
    assert any(line.startswith("ConnectionRefusedError") for line in ours)
    assert len(ours) < len(theirs)


def test_missing_credentials_show_where_botocore_looks(
    connect: Callable[..., Any], ses_emulator: SESEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of botocore's own keeps the frame that raised it, but not all that led there."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    ses = connect(session=boto3.Session())
    with pytest.raises(NoCredentialsError) as caught:
        ses.list_export_jobs()
    lines = "".join(traceback.format_exception(caught.value)).splitlines()
    assert not machinery(lines)
    assert ["botocore/auth.py" in line for line in lines if "botocore/" in line] == [True]
    assert "profile_name=" in lines[-1]
    assert ses_emulator.requests == []


def test_a_missing_region_is_told_at_the_call(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client is built by the first call, and how it is built is not shown."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    ses = connect(endpoint_url=None, region_name=None, session=boto3.Session())
    lines = printed(ses.list_export_jobs)
    assert not machinery(lines)
    assert sum("botocore/" in line for line in lines) == 1
    assert "region_name=" in lines[-1]


def test_what_a_callback_raises_keeps_its_own_frames(
    connect: Callable[..., Any], ses_emulator: SESEmulator
) -> None:
    """A mistake in the caller's function is found by its own line."""
    job_id = ses_emulator.add_export_job()

    def mistaken(_: object) -> None:
        raise LookupError

    lines = printed(lambda: connect().wait_for_export_job(job_id, on_update=mistaken))
    assert not machinery(lines)
    assert any("in mistaken" in line for line in lines)


def test_the_cause_is_still_botocores(connect: Callable[..., Any]) -> None:
    """The cause of an error is still botocore's error."""
    with pytest.raises(ClientError) as caught:
        connect().get_message_insights("0100-a")
    assert isinstance(caught.value.__cause__, ClientError)
