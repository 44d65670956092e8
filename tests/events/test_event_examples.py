"""The examples of events run as they stand."""

from __future__ import annotations

import json
import runpy
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights import events

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent
TOPIC = "arn:aws:sns:eu-west-1:111122223333:mail-events"
Sample = Callable[[str], bytes]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Import an example by its name."""
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    imported: list[str] = []

    def load(name: str) -> Any:
        imported.append(name)
        return import_module(name)

    yield load
    for name in imported:
        del sys.modules[name]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], list[str]]:
    """Run an example as a script without arguments, and return the lines that it prints."""

    def lines(script: str) -> list[str]:
        path = str(ROOT / "examples" / script)
        monkeypatch.setattr(sys, "argv", [path])
        runpy.run_path(path, run_name="__main__")
        return capsys.readouterr().out.splitlines()

    return lines


def test_the_lambda_function_hands_back_only_what_failed(
    run: Callable[[str], list[str]],
    example: Callable[[str], Any],
    sample: Sample,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be read and what could not be acted upon, but not the rest."""
    acted, answer = run("lambda_events.py")
    assert acted == "1 address(es) to stop sending to: GENERAL"
    assert answer == "{'batchItemFailures': [{'itemIdentifier': 'message-2'}]}"
    module = example("lambda_events")
    batch = json.loads(sample("lambda_sqs.bounce.json"))
    assert module.handler(batch, None) == {"batchItemFailures": []}
    monkeypatch.setattr(module, "act_upon", lambda _: 1 / 0)
    failed = {"itemIdentifier": batch["Records"][0]["messageId"]}
    assert module.handler(batch, None) == {"batchItemFailures": [failed]}


def test_firehose_files_become_a_dataset(run: Callable[[str], list[str]]) -> None:
    """Both kinds of files become a dataset, without suppression echoes."""
    pytest.importorskip("duckdb")
    assert run("firehose_to_parquet.py") == [
        "skipped: it is neither a record of Amazon SES nor in a known envelope",
        "2026-11-03  GENERAL         1",
        "2026-11-03  MAILBOX_FULL    1",
        "2026-11-04  GENERAL         1",
    ]


def test_the_consumer_stores_each_event_once(example: Callable[[str], Any], samples: Path) -> None:
    """The consumer stores each event once, without duplicates and suppression echoes."""
    names = (
        "bounce",
        "bounce",
        "bounce_account_suppression",
        "complaint_two_suspects",
        "complaint_not_spam",
        "send",
    )
    arrivals = events.parse([(samples / f"record.{name}.json").read_bytes() for name in names])
    with closing(sqlite3.connect(":memory:")) as connection:
        example("queue_consumer").consume(arrivals, connection)
        stopped = connection.execute("SELECT * FROM stopped").fetchall()
        (seen,) = connection.execute("SELECT count(*) FROM seen").fetchone()
    assert stopped == [("ada@example.net", "GENERAL")]
    assert seen == 4


class SnsClient:
    """Remembers the tokens that it is asked to confirm."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    def confirm_subscription(self, **parameters: str) -> dict[str, str]:
        """Confirm."""
        self.tokens.append(parameters["Token"])
        return {"SubscriptionArn": "arn:subscription"}


def test_the_webhook_stores_what_is_verified(
    example: Callable[[str], Any],
    sample: Sample,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The webhook stores each verified event once, and refuses everything else."""
    testclient = pytest.importorskip("fastapi.testclient")

    moment = datetime(2026, 11, 3, 9, 16, 4, tzinfo=UTC)
    monkeypatch.setattr("sesinsights.clock.SystemClock.now", lambda _: moment)
    url = json.loads(sample("signed.notification_v1.json"))["SigningCertURL"]
    certificates = events.CertificateStore({url: sample("signing_certificate.pem")})
    sns, database = SnsClient(), str(tmp_path / "events.db")
    app = example("fastapi_webhook").make_app([TOPIC], database, sns, certificates)
    with testclient.TestClient(app) as client:

        def post(body: bytes) -> int:
            status: int = client.post("/mail-events", content=body).status_code
            return status

        assert post(sample("signed.notification_v1.json")) == 204
        assert post(sample("signed.notification_v1.json")) == 204
        assert post(sample("signed.subscription_confirmation_v2.json")) == 204
        for name in ("sns.bounce.json", "record.bounce.json"):
            assert post(sample(name)) == 403
    assert sns.tokens == ["2336412f37fb687f5d51e6e2inventedtoken"]
    with closing(sqlite3.connect(database)) as connection:
        stored = connection.execute("SELECT type FROM events").fetchall()
    assert stored == [("BOUNCE",)]
