"""Metrics on the command line: drawn for people, plain for pipes, JSON for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sesinsights.cli.metrics.drawing import can_draw, draw, write_lines
from sesinsights.cli.settings import Settings
from sesinsights.metrics import MetricPoint, MetricSeries

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]

DAY = timedelta(days=1)
FIRST = datetime(2026, 11, 2, tzinfo=UTC)


def series(metric: Any, values: dict[int, int], days: int = 7, **dimensions: str) -> MetricSeries:
    """Return a series with a value for some of its days."""
    points = tuple(MetricPoint(FIRST + day * DAY, value) for day, value in values.items())
    return MetricSeries(metric, dimensions, FIRST, FIRST + days * DAY, points)


@pytest.fixture
def yesterday(emulator: SESEmulator) -> str:
    """A day with three messages to Gmail, one of which bounced, and one to Yahoo."""
    sent_at = emulator.now() - DAY
    for events in (["SEND", "DELIVERY"], ["SEND", "DELIVERY"], ["SEND", "PERMANENT_BOUNCE"]):
        emulator.add_message(sent_at=sent_at, isp="Gmail", events=events)
    emulator.add_message(sent_at=sent_at, isp="Yahoo", events=["SEND", "DELIVERY"])
    return f"{sent_at:%Y-%m-%d}"


def test_without_a_terminal_each_day_is_a_line(run: Run, yesterday: str) -> None:
    """Cells are separated by tabs, for cut, awk and spreadsheets."""
    answer = run("metrics", "--metric", "send", "--metric", "permanent-bounce", "--start", "-2d")
    assert answer.returncode == 0
    assert answer.stdout == f"DAY\tSEND\tPERMANENT_BOUNCE\n{yesterday}\t4\t1\n"
    answer = run("metrics", "--dimension", "ISP=Gmail,Yahoo", "--metric", "SEND")
    assert answer.stdout == f"DAY\tISP\tSEND\n{yesterday}\tGmail\t3\n{yesterday}\tYahoo\t1\n"


def test_json_has_a_series_a_line(run: Run, emulator: SESEmulator, yesterday: str) -> None:
    """By default the metrics that reports show, over two weeks with the day that runs."""
    lines = [json.loads(line) for line in run("metrics", "--json").stdout.splitlines()]
    assert [line["Metric"] for line in lines] == [
        "SEND",
        "DELIVERY",
        "PERMANENT_BOUNCE",
        "TRANSIENT_BOUNCE",
        "COMPLAINT",
        "OPEN",
        "CLICK",
    ]
    assert lines[0]["Points"] == [{"Day": yesterday, "Value": 4}]
    assert (lines[0]["Total"], lines[0]["Dimensions"]) == (4, {})
    start, end = (datetime.fromisoformat(lines[0][name]) for name in ("StartDate", "EndDate"))
    assert (end - start, start <= emulator.now() < end) == (14 * DAY, True)
    assert len(emulator.requests) == 1


def test_sixty_days_end_yesterday(run: Run, emulator: SESEmulator, yesterday: str) -> None:
    """Without an end, the last day is today if that is not too long."""
    answer = run("metrics", "--start", "-60d", "--metric", "SEND")
    assert (answer.returncode, answer.stdout) == (0, f"DAY\tSEND\n{yesterday}\t4\n")
    (query,) = emulator.requests[0].parameters["Queries"]
    assert query["EndDate"] - query["StartDate"] == 60 * 86_400


def test_what_was_answered_is_shown_before_the_error(
    run: Run, emulator: SESEmulator, yesterday: str
) -> None:
    """A metric that failed has no column and no 0, and the run ends as when refused."""
    emulator.faults.fail_query("DELIVERY", "ACCESS_DENIED", times=None)
    answer = run("metrics", "--metric", "SEND", "--metric", "DELIVERY")
    assert answer.returncode == 254
    assert answer.stdout == f"DAY\tSEND\n{yesterday}\t4\n"
    assert "DELIVERY: ACCESS_DENIED" in answer.stderr


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        (("--start", "-61d", "--end", "-59d"), "--start"),
        (("--start", "-61d"), "--start: metrics are kept for 60 days"),
        (("--start", "-60d", "--end", "today", "--end", "2099-01-01"), "--end: must be at most 60"),
        (("--start", "-1h"), "--start: metrics are counted by UTC day"),
        (("--end", "now"), "--end: metrics are counted by UTC day"),
        (("--metric", "HOPE"), "--metric: 'HOPE' is not one of SEND"),
        (("--metric", "SEND", "--metric", "SEND"), "--metric: each value must be given once"),
        (("--dimension", "ISP=*"), "--dimension: ISP: * is not allowed here"),
        (("--dimension", "PLANET=Mars"), "--dimension: takes NAME=VALUE"),
    ],
)
def test_bad_options_are_named_and_nothing_is_sent(
    run: Run, emulator: SESEmulator, args: tuple[str, ...], problem: str
) -> None:
    """The exit code is 252."""
    answer = run("metrics", *args)
    assert answer.returncode == 252
    assert problem in " ".join(answer.stderr.split())
    assert emulator.requests == []


def test_a_terminal_draws_the_days(
    run: Run, yesterday: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command draws where there is one."""
    del yesterday
    monkeypatch.setattr("sesinsights.cli.metrics.command.sys.stdout.isatty", lambda: True)
    lines = run("metrics", "--start", "-2d", env={"NO_COLOR": "1"}).stdout.splitlines()
    assert lines[0].startswith("All mail")
    assert lines[1].split() == [
        "Sent",
        "4",
        "·█·",
        "4",
        "on",
        lines[1].split()[-2],
        lines[1].split()[-1],
    ]


@pytest.fixture
def drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Return what is drawn in a terminal of some width."""

    def drawn(*all_series: MetricSeries, width: int = 80) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        draw(all_series, Settings())
        return capsys.readouterr().out

    return drawn


def test_bars_share_and_peak_agree_with_the_numbers(drawn: Callable[..., str]) -> None:
    """A day without mail is a dot, the highest day is full, and shares are of what was sent."""
    shown = drawn(
        series("SEND", {0: 10, 2: 80, 3: 45}),
        series("DELIVERY", {0: 10, 2: 70, 3: 10}),
        series("OPEN", {2: 9}),
        series("COMPLAINT", {}),
    )
    title, sent, delivered, opened, complained = shown.splitlines()
    assert title == "All mail  2 to 8 November 2026, UTC"
    assert sent.split() == ["Sent", "135", "▁·█▅···", "80", "on", "4", "Nov"]
    assert delivered.split()[:3] == ["Delivered", "90", "66.7%"]
    assert opened.split()[:3] == ["Opened", "9", "10%"]
    assert complained.split() == ["Complained", "0", "0%", "·······"]


def test_where_days_do_not_fit_a_bar_is_several(drawn: Callable[..., str]) -> None:
    """No line is wider than the terminal, and all days are in it."""
    shown = drawn(series("SEND", {0: 5, 1: 5, 59: 20}, days=60), width=60)
    bars = shown.splitlines()[1].split()[2]
    assert max(map(len, shown.splitlines())) <= 60
    assert (len(bars), bars[0], bars[-1]) == (20, "▄", "█")


def test_values_are_safe_to_show(drawn: Callable[..., str], capsys: Any) -> None:
    """What a caller of the service named itself does not control the terminal."""
    one = series("SEND", {0: 1}, ISP="Gm\x1b[31mail")
    assert "\x1b[31m" not in drawn(one)
    write_lines([one])
    assert "\x1b" not in capsys.readouterr().out


def test_an_encoding_without_bars_gets_the_table() -> None:
    """An encoding without bars gets the table."""
    assert can_draw("utf-8")
    assert not can_draw("ascii")
    assert not can_draw(None)
