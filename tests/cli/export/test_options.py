"""Bad options are refused before anything is sent, and nothing secret is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sesinsights.cli import root
from tests.cli.export.commands import COUNTED, MESSAGES, METRICS

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.testing import SESEmulator


@pytest.mark.parametrize(
    ("words", "said"),
    [
        *(
            ([*MESSAGES, "-o", name], ".parquet, .csv or .jsonl")
            for name in ("mail.xlsx", "csv", ".csv")
        ),
        ([*MESSAGES, "-o", "s3://bucket/mail.csv"], "only a .parquet"),
        ([*MESSAGES, "-o", "mail.csv"], "--force"),
        ([*MESSAGES, "-o", "nowhere/mail.csv"], "nowhere: the directory does not exist"),
        ([*MESSAGES, "-o", "new.csv", "--checkpoint", ""], "must not be empty"),
        ([*MESSAGES, "-o", "new.csv", "--include", "lips=x"], "--include: lips: Unknown name"),
        ([*MESSAGES, "-o", "new.csv", "--include", "ips=x"], "did you mean 'isp'? Allowed: 'from-"),
        (
            ["export", "messages", "--start", "now", "--end", "-1d", "-o", "new.csv"],
            "--end: must not be before --start",
        ),
        (
            [*METRICS, "--dimension", "town=Rome", "--metric", "SEND:RATE", "-o", "new.csv"],
            "EMAIL_IDENTITY",
        ),
        (
            [*METRICS, "--dimension", "isp=*", "--metric", "SENT:RATE", "-o", "new.csv"],
            "PERMANENT_BOUNCE",
        ),
        (
            [*METRICS, "--dimension", "isp=*,Gmail", "--metric", "SEND:RATE", "-o", "new.csv"],
            "--dimension: ISP: a * means all",
        ),
        *(
            ([*MESSAGES, option, text, "-o", "new.csv"], f"{option}: {name} needs a value")
            for option in ("--include", "--exclude")
            for name, text in (
                ("isp", "isp="),
                ("Isp", '{"Isp": ["A", " "]}'),
                ("Isp", '{"Isp": []}'),
            )
        ),
        *(
            (
                [*METRICS, "--dimension", text, "--metric", "SEND:RATE", "-o", "new.csv"],
                "--dimension: a value of ISP is empty",
            )
            for text in ("isp=", "isp=Gmail,,Yahoo", "isp=Gmail, ")
        ),
        (
            [*METRICS[:-1], "2026-10-30T08:00:00Z", *COUNTED, "-o", "new.csv"],
            "--end: metrics are counted by UTC day",
        ),
    ],
)
def test_bad_options_are_refused_before_anything_is_sent(
    words: list[str],
    said: str,
    emulator: SESEmulator,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A bad option is refused by its name, with what is allowed, and nothing is sent."""
    (here / "mail.csv").write_text("mine")
    assert root.run(words) == 252
    assert said in " ".join(capsys.readouterr().err.split())
    assert emulator.requests == []
    assert [path.name for path in here.iterdir()] == ["mail.csv"]
    assert (here / "mail.csv").read_text() == "mine"


@pytest.mark.parametrize(
    "words",
    [
        ("-o", "new.csv", "--endpoint-url", "http://user:hidden@localhost:1"),
        ("-o", "new.csv", "--endpoint-url", "http://user:hid/den@localhost:1"),
        ("-o", "s3://user:hidden@bucket/new.parquet"),
        ("-o", "s3://user:hid/den@bucket/new.parquet"),
        ("-o", "abfs://box:hidden@account/new.parquet"),
    ],
)
@pytest.mark.parametrize("command", [MESSAGES, (*METRICS, *COUNTED)])
def test_passwords_in_addresses_are_refused(
    command: tuple[str, ...],
    words: tuple[str, ...],
    emulator: SESEmulator,
    here: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A password in an address is refused at once, and not repeated."""
    assert root.run([*command, *words]) == 252
    said = capsys.readouterr().err
    assert "must not contain a user name or a password" in " ".join(said.split())
    assert words[-2] in said
    assert "hid" not in said
    assert (emulator.requests, [*here.iterdir()]) == ([], [])
