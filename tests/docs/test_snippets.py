"""The code of the documentation runs as it is written, and prints what is shown."""

from __future__ import annotations

import inspect
import json
import re
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

from sesinsights.cli import root
from tools.snippets import ROOT, pages, snippets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sesinsights.testing import SESEmulator

OUTPUT = re.compile(r"\s*^ *```\n\s*```text\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
"""What stands below a snippet whose output is shown, from its last line on."""

CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

ENDLESS = ("completion", "emulator")
"""Commands that run until Ctrl-C, or whose output is for a shell."""


def with_code(pattern: str) -> list[Any]:
    """Return the pages in which a pattern is found."""
    return [
        pytest.param(page, id=page.relative_to(ROOT).as_posix())
        for page in pages()
        if re.search(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)
    ]


def run_tests(namespace: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """Run what a snippet defines as pytest would, once."""
    for name in [name for name in namespace if name.startswith("test_")]:
        test = namespace.pop(name)
        test(*(request.getfixturevalue(wanted) for wanted in inspect.signature(test).parameters))


def shown_below(page: Path, last_line: int) -> str | None:
    """Return the output that a page shows below a snippet."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    shown = OUTPUT.match("".join(lines[last_line:]))
    return shown[1] if shown else None


def assert_printed(printed: str, shown: str) -> None:
    """Compare an output with the one on a page; a line of … is what the page leaves out."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", printed)
    got = "\n".join(line.rstrip() for line in plain.strip().splitlines())
    parts = re.split(r"^…$", shown.strip(), flags=re.MULTILINE)
    if not re.fullmatch(".*".join(map(re.escape, parts)), got, re.DOTALL):
        assert got == shown.strip()


@pytest.mark.parametrize("page", with_code(r"^ *```py"))
def test_the_snippets_of_a_page_run(
    page: Path,
    service: SESEmulator,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """The snippets of a page are one program, which ends well and prints what is shown."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for snippet in snippets(page):
        code = "\n" * (snippet.line - 1) + snippet.code
        exec(compile(code, page, "exec", dont_inherit=True), namespace)
        run_tests(namespace, request)
        printed = capsys.readouterr().out
        shown = shown_below(page, snippet.line + len(snippet.code.splitlines()) - 1)
        if shown is not None:
            assert_printed(printed, shown)


@pytest.mark.parametrize("page", with_code(r"\bcheckpoint=[^`]*$"))
def test_what_a_page_keeps_in_checkpoints_hinders_no_later_run(
    page: Path, service: SESEmulator
) -> None:
    """Neither an hour later, when it continues the export, nor on the next day, with another."""
    clock: Any = service._state.clock
    code = [snippet.code for snippet in snippets(page)]
    while "checkpoint=" not in code[-1]:
        code.pop()
    for hours in (0, 1, 24):
        clock.sleep(hours * 3600)
        with time_machine.travel(clock.now(), tick=True):
            exec("\n".join(code), {"__name__": "__main__"})


def commands(page: Path) -> Iterator[tuple[list[str], str]]:
    """Yield the arguments of the commands of a page, and what each prints."""
    for block in CONSOLE.findall(page.read_text(encoding="utf-8")):
        for command, shown in COMMAND.findall(block.replace("\\\n", "")):
            program, *arguments = shlex.split(command)
            if program == "sesinsights" and not {*ENDLESS} & {*arguments}:
                yield arguments, shown


@pytest.mark.parametrize("page", with_code(r"^\$ sesinsights "))
def test_the_commands_of_a_page_run(
    page: Path,
    service: SESEmulator,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each command ends well, and shows on a terminal what the page shows."""
    monkeypatch.setenv("AWS_PAGER", "")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for arguments, shown in commands(page):
        exit_code = root.run(arguments)
        printed, problems = capsys.readouterr()
        assert exit_code == 0, f"{arguments}\n{problems}"
        if shown.strip():
            assert_printed(printed, shown)


@pytest.mark.parametrize("page", with_code(r"^```json"))
def test_what_is_json_is_json(page: Path) -> None:
    """Every block of JSON can be read."""
    for block in re.findall(
        r"^```json\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        json.loads(block)
