"""The formats of responses, the query and the pager."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml
from botocore.exceptions import InvalidConfigError, ProfileNotFound
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from typing_extensions import override

from sesinsights.cli.failures import exit_code_of
from sesinsights.cli.members import Kind, members_of
from sesinsights.cli.operation.skeletons import commented_skeleton, input_skeleton
from sesinsights.cli.output import pager
from sesinsights.cli.output.printer import Printer
from sesinsights.cli.output.table_format import table_text
from sesinsights.cli.output.text_format import text_lines
from sesinsights.cli.output.yaml_format import yaml_text
from sesinsights.cli.settings import Settings
from sesinsights.flows.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Capture = pytest.CaptureFixture[str]

PAGES = [
    {"Jobs": [{"Id": "a", "Status": "DONE"}, {"Id": "b"}], "Total": 1},
    {"Jobs": [{"Id": "ç", "Status": "DONE"}], "Total": 2},
]
MERGED = {"Jobs": [{"Id": "a", "Status": "DONE"}, {"Id": "b"}, {"Id": "ç", "Status": "DONE"}]}
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
ANSWERS = st.dictionaries(
    st.text(),
    st.recursive(
        VALUES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
    ),
    max_size=3,
)


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the environment and the AWS configuration say nothing."""
    for name in ("AWS_DEFAULT_OUTPUT", "AWS_PROFILE", "AWS_PAGER", "PAGER", "LESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def shown(capsys: Capture) -> Callable[..., str]:
    """Return what prints pages, and returns what stands on stdout."""

    def show(
        pages: list[dict[str, Any]] = PAGES,
        *,
        output: str | None = None,
        query: str | None = None,
        token: str | None = None,
    ) -> str:
        settings = Settings(output=output, query=query)
        Printer(settings, "ListJobs").show(iter(pages), lambda: token)
        return capsys.readouterr().out

    return show


def test_the_option_counts_before_the_environment_and_that_before_the_profile(
    shown: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without any setting, the format is JSON."""
    page = [{"A": 1}]
    as_json = '{\n    "A": 1\n}\n'
    assert shown(page) == as_json
    (tmp_path / "config").write_text("[default]\noutput = text\n")
    assert shown(page) == "1\n"
    monkeypatch.setenv("AWS_DEFAULT_OUTPUT", "yaml")
    assert shown(page) == "A: 1\n"
    assert shown(page, output="json") == as_json


def test_an_unknown_format_is_an_error_of_the_configuration(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The error names the setting; a bad value of the option is refused earlier."""
    (tmp_path / "config").write_text("[default]\noutput = jason\n")
    with pytest.raises(
        InvalidConfigError, match=r"`output` of the profile is 'jason'.*json,"
    ) as wrong:
        Printer(Settings(), "title")
    assert exit_code_of(wrong.value) == 253
    monkeypatch.setenv("AWS_DEFAULT_OUTPUT", "xml")
    with pytest.raises(InvalidConfigError, match="AWS_DEFAULT_OUTPUT is 'xml'"):
        Printer(Settings(), "title")
    monkeypatch.delenv("AWS_DEFAULT_OUTPUT")
    with pytest.raises(ProfileNotFound):
        Printer(Settings(profile="nobody"), "title")


def test_pages_are_merged(shown: Callable[..., str]) -> None:
    """Lists follow each other, other values are the last page's, and the token comes last."""
    merged = {**MERGED, "Total": 2}
    assert json.loads(shown(output="json")) == merged
    assert yaml.safe_load(shown(output="yaml")) == merged
    assert list(json.loads(shown(output="json", token="t"))) == ["Jobs", "Total", "NextToken"]
    assert json.loads(shown(output="json", query="Jobs[].Id")) == ["a", "b", "ç"]
    assert "ç" in shown(output="json")
    assert PAGES[0]["Jobs"] == MERGED["Jobs"][:2]


def test_text_and_yaml_stream_come_page_by_page(shown: Callable[..., str]) -> None:
    """The query is applied to each page, and a token follows the last."""
    assert shown(output="text") == "1\nJOBS\ta\tDONE\nJOBS\tb\t\n2\nJOBS\tç\tDONE\n"
    assert shown(output="text", query="Jobs[].Id") == "a\tb\nç\n"
    assert shown([{"A": 1}], output="text", token="t") == "1\nNEXTTOKEN\tt\n"
    assert yaml.safe_load(shown(output="yaml-stream", query="Jobs[].Id")) == [["a", "b"], ["ç"]]
    assert yaml.safe_load(shown(output="yaml-stream", token="t")) == [*PAGES, {"NextToken": "t"}]


@pytest.mark.parametrize("output", ["text", "yaml-stream"])
def test_a_page_is_printed_before_the_next_is_fetched(capsys: Capture, output: str) -> None:
    """A long list can be read before it is complete."""
    printed: list[str] = []

    def pages() -> Iterator[dict[str, Any]]:
        yield {"A": "first"}
        printed.append(capsys.readouterr().out)
        yield {"A": "second"}

    Printer(Settings(output=output), "title").show(pages(), lambda: None)
    assert "first" in printed[0]


@pytest.mark.parametrize("output", ["json", "yaml", "yaml-stream", "text", "table", "off"])
def test_an_empty_answer_prints_nothing(shown: Callable[..., str], output: str) -> None:
    """An operation without a response prints nothing."""
    assert shown([{}], output=output) == ""


def test_off_prints_nothing_but_fetches_all(shown: Callable[..., str]) -> None:
    """The exit code shows whether every page was fetched."""
    walk = iter(PAGES)
    Printer(Settings(output="off"), "title").show(walk, lambda: None)
    assert list(walk) == []
    assert shown(output="off") == ""


@pytest.mark.parametrize(
    ("output", "printed"),
    [("json", "null\n"), ("yaml", "null\n"), ("text", "None\n"), ("table", "")],
)
def test_a_query_without_a_result_prints_what_the_aws_cli_prints(
    shown: Callable[..., str], output: str, printed: str
) -> None:
    """Scripts compare with it."""
    assert shown([{"A": 1}], output=output, query="B") == printed


def test_a_bad_query_is_refused_before_anything_is_called() -> None:
    """A mistake in a query is found before any call."""
    with pytest.raises(click.UsageError, match="--query") as wrong:
        Printer(Settings(query="Jobs["), "title")
    assert exit_code_of(wrong.value) == 252


def test_a_query_that_fails_shows_no_value(shown: Callable[..., str]) -> None:
    """The error does not show the data, which may be personal."""
    with pytest.raises(click.UsageError) as wrong:
        shown([{"Subject": "secret"}], query="abs(Subject)")
    assert wrong.value.message == "--query: abs() takes number, not string"
    assert (wrong.value.__cause__, wrong.value.__suppress_context__) == (None, True)
    with pytest.raises(click.UsageError, match=r"--query: .*nothing"):
        shown([{"Subject": "secret"}], query="nothing(Subject)")


def test_text_of_a_mixed_list() -> None:
    """Values come first in a line of their own, then lists; structures share their columns."""
    assert list(text_lines(["a", ["b", "c"], "d"])) == ["a\td\n", "b\tc\n"]
    assert list(text_lines(["a", {"B": 1}])) == ["a\n", "1\n"]
    assert list(text_lines({"L": ["a", "b"], "M": [], "N": {}})) == ["L\ta\n", "L\tb\n"]
    assert list(text_lines({"L": [["a"], ["b", "c"]]})) == ["L\ta\n", "L\tb\n", "L\tc\n"]
    mixed = [{"A": 1, "Z": [{"C": 3}]}, {"B": None}]
    assert list(text_lines(mixed, "top")) == ["TOP\t1\t\n", "Z\t3\n", "TOP\t\tNone\n"]


@settings(max_examples=30)
@given(st.recursive(st.integers().map(str), st.lists, max_leaves=20))
def test_text_has_every_value_of_nested_lists(found: Any) -> None:
    """No depth hides a value."""

    def values(part: Any) -> Iterator[str]:
        if isinstance(part, list):
            for item in part:
                yield from values(item)
        else:
            yield part

    assert sorted("".join(text_lines(found)).split()) == sorted(values(found))


@settings(max_examples=20)
@given(ANSWERS, st.booleans())
def test_yaml_reads_as_what_was_written(answer: dict[str, Any], any_character: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    """Text that looks like a date, a number or a YAML keyword stays text."""
    text = yaml_text(answer, any_character=any_character)
    assert yaml.safe_load(text) == answer
    assert any_character or text.isascii()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2026-01-15T12:00:00+00:00", "'2026-01-15T12:00:00+00:00'"),
        ("12", "'12'"),
        ("1e3", "'1e3'"),
        ("08", "'08'"),
        ("0o17", "'0o17'"),
        ("no", "'no'"),
        ("null", "'null'"),
        ("é 日本", "é 日本"),
        ("12 \ud83d", '"12 \\uD83D"'),
        (None, "null"),
        (True, "true"),
        (1.5, "1.5"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_yaml_quotes_what_reads_as_something_else(value: object, written: str) -> None:
    """YAML 1.1 and 1.2 differ in what they take for a number or a flag: both are quoted."""
    assert yaml_text({"A": value}) == f"A: {written}\n"


def test_yaml_is_in_blocks_with_sorted_names() -> None:
    """The style of the AWS CLI 2.x."""
    found = {"B": [{"D": 1, "C": [2]}], "A": {"E": "f"}}
    assert yaml_text(found) == "A:\n  E: f\nB:\n- C:\n  - 2\n  D: 1\n"


def a_console(*, is_terminal: bool, width: int = 80) -> Console:
    """Return a console that writes nowhere."""

    class Sheet(io.StringIO):
        @override
        def isatty(self) -> bool:
            return is_terminal

    return Console(file=Sheet(), width=width, color_system=None, markup=False, legacy_windows=False)


def test_a_table_nests_what_an_answer_nests() -> None:
    """A title for each member with members of its own, and ASCII where no terminal is."""
    found = {"Id": "1", "Name": "é", "Tags": [{"K": "a", "V": "b"}, {"K": "c"}], "None": []}
    table = table_text("GetJob", found, a_console(is_terminal=False))
    lines = table.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [re.sub(r"([ -])\1+", r"\1", line) for line in lines] == [
        "+- GetJob -+",
        "| Id | Name |",
        "|-+-|",
        "| 1 | é |",
        "|+- Tags -+|",
        "|| K | V ||",
        "||-+-||",
        "|| a | b ||",
        "|| c | ||",
        "|+-+|",
        "+-+",
    ]


def test_a_table_that_is_too_wide_stands_upright() -> None:
    """A structure becomes a row for each value; in a file no value is ever broken."""
    found = {"First": "x" * 50, "Second": "y" * 50}
    lines = table_text("T", found, a_console(is_terminal=False)).splitlines()
    assert [line.split("|")[1].strip() for line in lines[1:-1]] == ["First", "Second"]
    wide = {"Only": "z" * 300}
    assert "z" * 300 in table_text("T", wide, a_console(is_terminal=False))
    seen = table_text("T", wide, a_console(is_terminal=True, width=60)).splitlines()
    assert {len(line) for line in seen} == {60}
    assert sum(line.count("z") for line in seen) == 300


@pytest.mark.parametrize(
    ("found", "cells"),
    [
        ("alone", [["alone"]]),
        (["a", "b"], [["a"], ["b"]]),
        ([["a", "b"], ["c"]], [["a", "b"], ["c", ""]]),
        ([["a", [1]], "b"], [["a"], ["1"], ["b"]]),
        ("\x1b[2Jgone", [["\\x1b[2Jgone"]]),
    ],
)
def test_a_table_shows_what_a_query_leaves(found: object, cells: list[list[str]]) -> None:
    """Values become rows; what would move the cursor of a terminal is escaped."""
    lines = table_text("A title", found, a_console(is_terminal=False)).splitlines()
    assert [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[1:-1]] == cells
    assert " A title " in lines[0]


def test_color_is_for_those_who_ask_for_it(capsys: Capture) -> None:
    """Into a file go colours only with `--color on`, and the lines stay ASCII."""
    for color in ("auto", "on"):
        Printer(Settings(output="table", color=color), "T").show([{"A": "b"}], lambda: None)
        printed = capsys.readouterr().out
        assert ("\x1b[" in printed) == (color == "on")
        assert printed.isascii()


def test_what_stdout_cannot_encode_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character that a code page lacks ends no run, and JSON and YAML still read the same."""
    for output, read in (("json", json.loads), ("yaml", yaml.safe_load), ("text", None)):
        raw = io.BytesIO()
        stdout = io.TextIOWrapper(raw, encoding="cp1252", errors="backslashreplace")
        monkeypatch.setattr(sys, "stdout", stdout)
        Printer(Settings(output=output), "T").show([{"A": "→ 日本 é"}], lambda: None)
        text = raw.getvalue().decode("cp1252")
        if read:
            assert read(text) == {"A": "→ 日本 é"}
        else:
            assert text == "\\u2192 \\u65e5\\u672c é\n"


@pytest.mark.parametrize(
    ("environment", "profile", "command"),
    [
        ({"AWS_PAGER": "cat -s", "PAGER": "sort"}, {"cli_pager": "head"}, ["cat", "-s"]),
        ({"PAGER": "sort"}, {"cli_pager": "head"}, ["head"]),
        ({"PAGER": "cat"}, {}, ["cat"]),
        ({"AWS_PAGER": "", "PAGER": "cat"}, {"cli_pager": "head"}, []),
        ({"PAGER": "cat"}, {"cli_pager": ""}, []),
        ({"PATH": ""}, {}, []),
    ],
)
def test_the_pager_is_found_as_the_aws_cli_finds_it(
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    profile: dict[str, str],
    command: list[str],
) -> None:
    """AWS_PAGER, the profile, PAGER, `less`; an empty one turns it off."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert pager.pager_command(profile) == command


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard streams say that they are a terminal."""
    monkeypatch.setenv("TERM", "xterm")
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)


def test_a_pager_gets_all_of_it_and_may_be_left_early(
    monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """The command waits for the pager; quitting it early stops fetching pages, without an error."""
    on_terminal(monkeypatch)
    # Set here, so that what the command sets in its own process is taken back.
    monkeypatch.setenv("PAGER", "")
    monkeypatch.setenv("LESS", "")
    monkeypatch.delenv("LESS")
    echo = "import os, sys; print(os.environ['LESS'], sys.stdin.read(), end='')"
    pager.show(["é one\n", "two", "\n", "three\n"], [sys.executable, "-c", echo])
    assert capfd.readouterr().out == "FRX é one\ntwo\nthree\n"
    pager.show(iter(lambda: "line\n" * 10_000, ""), [sys.executable, "-c", "print(input())"])
    assert capfd.readouterr().out == "line\n"
    pager.show([], [sys.executable, "-c", "print('started')"])
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("no-such-pager -x", "'no-such-pager -x' .* in AWS_PAGER"),
        ("less 'm", "No closing quotation"),
    ],
)
def test_a_pager_that_cannot_start_is_refused_before_anything_is_called(
    chosen: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says which pager, and how to do without."""
    on_terminal(monkeypatch)
    monkeypatch.setenv("AWS_PAGER", chosen)
    pages = iter(PAGES)
    with pytest.raises(InvalidConfigError, match=said) as wrong:
        Printer(Settings(), "T").show(pages, lambda: None)
    assert exit_code_of(wrong.value) == 253
    assert [*pages] == PAGES


def test_a_pager_is_for_a_terminal(monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """Neither a file nor `--no-cli-pager` gets one; an error of the service is still an error."""
    on_terminal(monkeypatch)
    monkeypatch.setenv("PAGER", "")
    monkeypatch.setenv("LESS", "")
    monkeypatch.setenv("AWS_PAGER", f"{sys.executable} -c 'print(len(input()))'")
    Printer(Settings(output="text"), "T").show([{"A": "abc"}], lambda: None)
    Printer(Settings(output="text", cli_pager=False), "T").show([{"A": "abc"}], lambda: None)
    assert capfd.readouterr().out == "3\nabc\n"

    def pages() -> Iterator[dict[str, Any]]:
        yield {"A": "abc"}
        raise TimeoutError

    with pytest.raises(TimeoutError):
        Printer(Settings(output="text"), "T").show(pages(), lambda: None)


@pytest.mark.parametrize("output", ["json", "yaml", "yaml-stream", "text", "table"])
def test_text_of_others_cannot_steer_a_terminal(
    output: str, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """What would move the cursor is shown escaped, in every format."""
    on_terminal(monkeypatch)
    settings = Settings(output=output, cli_pager=False, color="off")
    Printer(settings, "T").show([{"A": "\x1b[2J\x9b5mhi"}], lambda: None)
    shown = capfd.readouterr().out
    assert "hi" in shown
    assert not set(shown) & {"\x1b", "\x9b"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_sample_in_yaml_is_the_sample_in_json_with_comments(operation: Any) -> None:
    """Comments say what is required, what a member is, and which values an enum has."""
    request = operation.request
    text = commented_skeleton(request, {member.name: "Said." for member in members_of(request)})
    assert (yaml.safe_load(text) or {}) == input_skeleton(request)
    top = [line for line in text.splitlines() if line[0] not in " -"]
    for line, member in zip(top, members_of(request), strict=True):
        start = "# [REQUIRED] Said." if member.is_required else "# Said."
        assert line.startswith(f"{member.wire_name}: ")
        assert start in line
        item = member.type.item if member.type.kind is Kind.LIST else member.type
        assert ("Valid values are: " in line) == bool(item and item.values)
