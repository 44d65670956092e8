"""One command runs all checks, or one of them alone."""

from __future__ import annotations

import re
import sys

import pytest

from tools import check


@pytest.fixture(autouse=True)
def _checks_that_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        check,
        "CHECKS",
        {"version": "python --version", "nothing": "python -c pass", "wrong": "python -m nothing"},
    )


def test_only_what_is_named_is_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A check that passes is one line, and neither another check nor the tests are begun."""
    monkeypatch.setattr(sys, "argv", ["check", "nothing"])
    assert check.main() is None
    assert re.fullmatch(r"nothing passed in \d+ s\n", capfd.readouterr().out)


def test_a_check_that_fails_fails_the_whole(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its output is shown, all others run too, and the exit names it."""
    monkeypatch.setattr(sys, "argv", ["check", "wrong", "version"])
    assert check.main() == "failed: wrong"
    shown = capfd.readouterr().out
    assert "No module named nothing" in shown
    assert "version passed" in shown


def test_a_name_that_no_check_has_is_refused(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing is run then."""
    monkeypatch.setattr(sys, "argv", ["check", "version", "versoin"])
    with pytest.raises(SystemExit):
        check.main()
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("error: unknown: versoin\n")


def test_the_tests_come_last(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without names everything runs, and the output ends with what the tests printed."""
    monkeypatch.setattr(sys, "argv", ["check"])
    suites = {"examples": "python -c print('examples')", "tests": "python -c print('tests')"}
    monkeypatch.setattr(check, "SUITES", suites)
    assert check.main() == "failed: wrong"
    assert capfd.readouterr().out.endswith("\nexamples\ntests\n")


def test_every_test_is_in_one_of_the_suites() -> None:
    """What the tests leave out is what the examples' suite runs."""
    left_out = re.findall("--ignore=(\\S+)", check.SUITES["tests"])
    assert left_out
    assert check.SUITES["examples"].split()[-len(left_out) :] == left_out
