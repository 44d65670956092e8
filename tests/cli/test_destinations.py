"""Event destinations are shown, and changed without losing what is not named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]

TOPIC = "arn:aws:sns:us-east-1:123456789012:mail"
WEBHOOK: dict[str, Any] = {
    "Name": "webhook",
    "Enabled": False,
    "MatchingEventTypes": ["SEND", "BOUNCE"],
    "SnsDestination": {"TopicArn": TOPIC},
}
BUS: dict[str, Any] = {
    "Name": "bus",
    "Enabled": True,
    "MatchingEventTypes": ["OPEN"],
    "EventBridgeDestination": {
        "EventBusArn": "arn:aws:events:us-east-1:123456789012:event-bus/default"
    },
}
TWO = ["BOUNCE", "DELIVERY_DELAY"]


@pytest.fixture
def news(emulator: SESEmulator) -> SESEmulator:
    """The emulator, with a configuration set that has two event destinations."""
    emulator.add_configuration_set("news", [WEBHOOK, BUS])
    return emulator


def written(emulator: SESEmulator) -> list[Any]:
    """Return the definitions that were written."""
    return [
        request.parameters["EventDestination"]
        for request in emulator.requests
        if request.operation == "UpdateConfigurationSetEventDestination"
    ]


def test_they_are_shown_as_a_table_or_as_json(run: Run, news: SESEmulator) -> None:
    """All event destinations are shown, or the one that is named."""
    assert run("destinations", "news").stdout.splitlines() == [
        "Destination  State  Sends to     Events",
        "webhook      off    SNS          SEND, BOUNCE",
        "bus          on     EventBridge  OPEN",
    ]
    shown = run("destinations", "news", "--json").stdout
    assert [json.loads(line) for line in shown.splitlines()] == [WEBHOOK, BUS]
    assert json.loads(run("destinations", "news", "bus", "--json").stdout) == BUS
    assert written(news) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--on"], {"Enabled": True}),
        (
            ["--type", "bounce", "--type", "DELIVERY_DELAY"],
            {"MatchingEventTypes": TWO},
        ),
        (["--topic", f"{TOPIC}-2"], {"SnsDestination": {"TopicArn": f"{TOPIC}-2"}}),
    ],
)
def test_a_change_keeps_all_that_is_not_given(
    options: list[str], expected: dict[str, Any], run: Run, news: SESEmulator
) -> None:
    """The named event destination is written once, and shown as it is afterwards."""
    answer = run("destinations", "news", "webhook", "--json", *options)
    assert answer.returncode == 0, answer.stderr
    after = {**WEBHOOK, **expected}
    assert json.loads(answer.stdout) == after
    assert written(news) == [{name: after[name] for name in after if name != "Name"}]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["news", "--on"], 252, "NAME"),
        (["news", "other"], 252, "no event destination named other"),
        (["news", "other", "--off"], 254, "it has webhook, bus"),
        (["old"], 254, "<old> does not exist"),
        (["news", "bus", "--type", "reads"], 252, "reads"),
        (["news", "bus", "--topic", ""], 252, "topic"),
    ],
)
def test_what_cannot_be_is_refused(
    args: list[str], code: int, said: str, run: Run, news: SESEmulator
) -> None:
    """A bad argument is named, and nothing is written."""
    answer = run("destinations", *args)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert said in answer.stderr
    assert written(news) == []
