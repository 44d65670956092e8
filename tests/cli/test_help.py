"""Help pages say what a command does and takes, each thing once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from sesinsights.cli.root import COMMANDS_FOR_PEOPLE, ROOT
from sesinsights.cli.settings import CONNECTION_OPTIONS, Settings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    Run = Callable[..., subprocess.CompletedProcess[str]]


def _contexts(context: click.Context | None = None) -> Iterator[click.Context]:
    """Yield the context of every command and group, however deep."""
    context = context or ROOT.context_class(ROOT, info_name="sesinsights", obj=Settings())
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found
            yield from _contexts(found.context_class(found, parent=context, info_name=name))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The help page of every command and group."""
    return {context.command_path: context.get_help() for context in _contexts()}


def test_a_page_ends_with_examples_that_call_the_command(pages: dict[str, str]) -> None:
    """An example is understood before the options are."""
    for path, page in pages.items():
        _, _, example = page.rpartition("Example")
        assert path in example


def test_the_options_of_the_connection_are_described_once(pages: dict[str, str]) -> None:
    """The first page has them all; the others name it."""
    options = [option.opts[0] for option in CONNECTION_OPTIONS]
    for path, page in pages.items():
        described = [name for name in options if re.search(rf"^  {name} ", page, re.MULTILINE)]
        if path == "sesinsights":
            assert described == options
        else:
            assert (path, described) == (path, [])
            takes_them = "--region" in page
            assert takes_them == ("`sesinsights --help`" in " ".join(page.split())), path
            assert takes_them == (path not in {"sesinsights emulator", "sesinsights completion"})


def test_a_page_is_neat(pages: dict[str, str]) -> None:
    """No line ends in blanks, is too wide or breaks a name at a hyphen."""
    for path, page in pages.items():
        text, _, _ = page.rpartition("Example")
        for line in page.splitlines():
            assert line == line.rstrip(), path
        for line in text.splitlines():
            assert len(line) <= 80 or "://" in line, path
            assert not re.search(r"\w-$", line), path
        assert "\u2011" not in page


def test_what_is_required_is_marked(pages: dict[str, str]) -> None:
    """On the pages of operations as on the others."""
    for path, required in {
        "sesinsights get-export-job": {"--job-id"},
        "sesinsights create-export-job": {"--export-data-source", "--export-destination"},
        "sesinsights export metrics": {"--start", "--dimension", "--metric", "--out"},
    }.items():
        entries = re.split(r"^  (?=-)", pages[path], flags=re.MULTILINE)
        marked = {
            re.findall(r"--[\w-]+", entry)[0]
            for entry in entries
            if entry.strip().endswith("[required]")
        }
        assert marked == required


def test_the_first_page_says_what_commands_say_of_themselves() -> None:
    """What is shown of commands without importing them is what they say themselves."""
    context = next(_contexts())
    for name, later in COMMANDS_FOR_PEOPLE.items():
        command = ROOT.get_command(context, name)
        assert command
        assert (command.name, command.get_short_help_str(100)) == (name, later.summary)


def test_the_page_of_an_operation_says_what_the_docstrings_say(pages: dict[str, str]) -> None:
    """The help of a command and its options comes from the method that does the same."""
    shown = pages["sesinsights get-export-job"]
    assert "export job." in shown
    assert "The job's id." in shown
    assert "Args:" not in shown
    assert "API_GetExportJob.html" in shown


def test_the_page_of_an_operation_names_what_users_type(pages: dict[str, str]) -> None:
    """Options and commands, where the docstring names parameters and methods."""
    assert "`--return-path`" in pages["sesinsights classic send-templated-email"]
    assert "`create-import-job`" in pages["sesinsights delete-suppressed-destination"]


@pytest.mark.parametrize("words", [(), ("wait",), ("classic", "list-templates")])
def test_help_has_a_short_option(words: tuple[str, ...], run: Run) -> None:
    """-h shows what --help shows."""
    short, long = run(*words, "-h"), run(*words, "--help")
    assert (short.returncode, short.stdout) == (0, long.stdout)
    assert short.stdout.startswith("Usage: ")
