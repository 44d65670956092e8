"""An emulator without a pace, and what talks to it: a plain boto3 client and plain HTTP.

The client is untyped, so that a test reads members of a response without asking for each first.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from sesinsights.testing import SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sesinsights.testing import FakeClock

    Connect = Callable[[SESEmulator], Any]
    Refused = Callable[..., tuple[int, str, str]]
    Post = Callable[..., tuple[int, str | None, dict[str, Any]]]


@pytest.fixture(scope="session")
def session() -> boto3.session.Session:
    """A session that finds credentials and Region in itself."""
    return boto3.session.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
    )


@pytest.fixture
def connect(session: Any) -> Iterator[Connect]:
    """Clients that are closed when the test ends."""
    clients: list[Any] = []

    def make(emulator: SESEmulator) -> Any:
        config = Config(retries={"total_max_attempts": 1})
        client = session.client("sesv2", endpoint_url=emulator.endpoint_url, config=config)
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def emulator(fake_clock: FakeClock) -> Iterator[SESEmulator]:
    """An emulator that accepts calls at any pace."""
    paces = {"GetMessageInsights": None, "CreateExportJob": None}
    with SESEmulator(clock=fake_clock, paces=paces) as running:
        yield running


@pytest.fixture
def client(connect: Connect, emulator: SESEmulator) -> Any:
    """A boto3 client of the emulator."""
    return connect(emulator)


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    """Plain HTTP."""
    with urllib3.PoolManager(retries=False) as pool:
        yield pool


@pytest.fixture
def refused() -> Refused:
    """The status, code and message of a refused call."""

    def run(call: Callable[..., object], **parameters: object) -> tuple[int, str, str]:
        with pytest.raises(ClientError) as caught:
            call(**parameters)
        response: Any = caught.value.response
        error = response["Error"]
        return response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]

    return run


@pytest.fixture
def post(http: urllib3.PoolManager, emulator: SESEmulator) -> Post:
    """The status, error type and members of a response to any body at all."""

    def send(
        path: str, body: object, method: str = "POST"
    ) -> tuple[int, str | None, dict[str, Any]]:
        answer = http.request(
            method,
            emulator.endpoint_url + path,
            body=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={"Authorization": "AWS4-HMAC-SHA256 Credential=testing"},
        )
        return answer.status, answer.headers.get("x-amzn-ErrorType"), answer.json()

    return send
