"""A small AWS on the loopback interface for the code of the documentation, at a fixed time."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import time_machine
import urllib3

from sesinsights.testing import FakeClock, FirehoseFiles, SESEmulator
from sesinsights.testing.sample import add_sample_data
from sesinsights.testing.sample_month import add_sample_month

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sesinsights.testing.messages import Message

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PUBLISHED = (["DELIVERY", "OPEN"], ["PERMANENT_BOUNCE"], ["DELIVERY", "COMPLAINT"], ["DELIVERY"])
"""What happened to the messages whose events are published."""


@pytest.fixture(scope="session")
def rest_of_aws(moto_url: str) -> dict[str, Any]:
    """Clients of moto by service."""
    session = boto3.Session("testing", "testing", region_name="eu-west-1")
    return {name: session.client(name, endpoint_url=moto_url) for name in ("s3", "sqs", "ses")}


@pytest.fixture
def moto(moto_url: str, rest_of_aws: dict[str, Any]) -> str:
    """The rest of AWS, with nothing but buckets, a queue and an identity to send from."""
    # Other tests of the same process use it too, and leave things behind or clear it.
    urllib3.request("POST", f"{moto_url}/moto-api/reset")
    for bucket in ("my-bucket", "my-lists"):
        rest_of_aws["s3"].create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    rest_of_aws["sqs"].create_queue(QueueName="mail-events")
    rest_of_aws["ses"].verify_email_identity(EmailAddress="shop@example.com")
    return moto_url


@pytest.fixture(scope="session")
def month() -> dict[str, Message]:
    """The sample month, which is made once; messages never change."""
    with SESEmulator(clock=FakeClock(NOW)) as service:
        add_sample_month(service, seed=1)
        return service._state.mailbox._messages


@pytest.fixture
def service(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moto: str,
    rest_of_aws: dict[str, Any],
    month: dict[str, Message],
) -> Iterator[SESEmulator]:
    """An emulator with sample data, to which all that names no endpoint connects.

    Waits end at once, and all clocks begin at the same time, so that the same code always prints
    the same. What is not of SES API v2 goes to moto. Files are relative to a
    directory with those that a reader has: events as Firehose writes them, and lists of addresses.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    clock = FakeClock(NOW)
    for facade in ("sesinsights.clients.facade", "sesinsights.clients.aio.facade"):
        monkeypatch.setattr(f"{facade}.SYSTEM_CLOCK", clock)
    # Otherwise a job is sometimes asked once more for its status than the page shows.
    monkeypatch.setattr("random.uniform", lambda low, _: low)
    # What a page sets up for its own process is not kept for other tests.
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    on_sigterm = signal.getsignal(signal.SIGTERM)
    wait = time.sleep

    def sleep(seconds: float) -> None:
        is_of_a_page = sys._getframe(1).f_code.co_filename.endswith(".md")
        (clock.sleep if is_of_a_page else wait)(seconds)

    monkeypatch.setattr("time.sleep", sleep)

    def add_month(service: SESEmulator, seed: int) -> None:
        service._state.mailbox._messages.update(month)

    monkeypatch.setattr("sesinsights.testing.sample.add_sample_month", add_month)
    # boto3's own calls on a page keep no pace.
    emulator = SESEmulator(clock=clock, paces={"GetMessageInsights": None})
    with (
        time_machine.travel(NOW, tick=True),
        emulator as service,
        monkeypatch.context() as environment,
    ):
        add_sample_data(service)
        service.publish_to(FirehoseFiles(tmp_path / "mail-events", compress=True))
        service.read_imports_from(rest_of_aws["s3"])
        for number, happened in enumerate(PUBLISHED):
            service.add_message(
                destination=f"reader{number}@example.net", isp="Gmail", events=["SEND", *happened]
            )
        for file in ("addresses.csv", "wanted.csv"):
            tmp_path.joinpath(file).write_text("email,reason\nada@example.net,BOUNCE\n", "utf-8")
        for name, text in {
            "AWS_CONFIG_FILE": str(tmp_path / "config"),
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": moto,
            "AWS_ENDPOINT_URL_SESV2": service.endpoint_url,
            "AWS_REGION": "eu-west-1",
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
            "COLUMNS": "80",
            "TZ": "UTC",
        }.items():
            environment.setenv(name, text)
        time.tzset()
        yield service
    time.tzset()
    signal.signal(signal.SIGTERM, on_sigterm)
