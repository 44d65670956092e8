"""The examples run as they stand, with the packages that they name, and print what is shown."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
REPORT = ROOT / "report.html"
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))

ONLY = """
import importlib.metadata as metadata, json, os, re, runpy, sys

allowed, hidden = map(frozenset, json.loads(os.environ.pop("ONLY")))
installed = metadata.distributions

def name(distribution):
    return re.sub("[-_.]+", "-", distribution.metadata["Name"]).lower()

class Hidden:
    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)

metadata.distributions = lambda **context: (
    found for found in installed(**context) if name(found) in allowed
)
sys.meta_path.insert(0, Hidden())
sys.argv = sys.argv[1:]
if sys.argv[0] == "-m":
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    sys.path.insert(0, os.path.dirname(sys.argv[0]))
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a command of Python's as if only some of the installed packages were there."""

INTERRUPTED = """
import runpy, sys
from sesinsights import SESInsights

def interrupt(*_, **__):
    raise KeyboardInterrupt

SESInsights.wait_for_export_job = interrupt
sys.path.insert(0, "examples")
runpy.run_path("examples/quickstart.py", run_name="__main__")
"""


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of a machine without AWS."""
    kept = {name: text for name, text in os.environ.items() if "AWS_" not in name}
    return kept | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"} | variables


def needed(text: str) -> set[str]:
    """Return the packages, direct and indirect, that a text's install of a checkout brings."""
    line = next(line for line in text.splitlines() if re.search(r"pip install (-q )?'?\.", line))
    words = shlex.split(line.partition("pip install ")[2].partition("&&")[0], comments=True)
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    left = [Requirement(re.sub(r"^\.", "sesinsights", word)) for word in words if word != "-q"]
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        found.add(name)
        for extra in {"", *requirement.extras}:
            if (name, extra) not in seen:
                seen.add((name, extra))
                left += dependencies(name, extra)
    return found


def dependencies(name: str, extra: str) -> list[Requirement]:
    """Return what a package needs, or one of its extras."""
    if name == "sesinsights":
        extras = PROJECT["optional-dependencies"]
        return [Requirement(line) for line in (extras[extra] if extra else PROJECT["dependencies"])]
    try:
        listed = [Requirement(line) for line in requires(name) or ()]
    except PackageNotFoundError:  # needed by what is needed elsewhere only
        return []
    return [one for one in listed if not one.marker or one.marker.evaluate({"extra": extra})]


@cache
def owners() -> dict[str, set[str]]:
    """Return the packages that each module which can be imported belongs to."""
    return {
        module: {canonicalize_name(name) for name in names}
        for module, names in packages_distributions().items()
    }


def with_only(packages: set[str], *arguments: str) -> list[str]:
    """Return the command that runs Python with these packages, and its environment variable."""
    hidden = [module for module, names in owners().items() if not names & packages]
    return [json.dumps([sorted(packages), hidden]), sys.executable, "-c", ONLY, *arguments]


def finish(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def run(example: str) -> str:
    """Run an example as its docstring says until it ends well, and return what it prints."""
    text = (ROOT / "examples" / example).read_text(encoding="utf-8")
    lines = [line.partition("#")[0] for line in text.splitlines() if line.startswith("python ")]
    (command,) = (line for line in lines if "--aws" not in line)
    only, *words = with_only(needed(text), *shlex.split(command)[1:])
    finished = finish(*words, ONLY=only)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def masked(output: str) -> list[str]:
    """Return the lines without what differs from run to run: numbers, the spinner, rounding."""
    return [re.sub(r"[\d⠀-⣿][\d.,]*", "0", line).rstrip() for line in output.strip().splitlines()]


def test_the_quickstart_prints_what_the_readme_shows() -> None:
    """The output in the README is the real one, times aside, with what the README installs."""
    shown = re.search(r"```text\n(What happened.*?)```", README, re.DOTALL)
    assert shown
    try:
        assert masked(run("quickstart.py")) == masked(shown[1])
        assert "<svg" in REPORT.read_text(encoding="utf-8")
    finally:
        REPORT.unlink(missing_ok=True)
    assert needed(README) == needed((ROOT / "examples" / "quickstart.py").read_text())


def test_an_interrupted_quickstart_ends_quietly() -> None:
    """Ctrl-C while it waits shows no traceback, and is the exit code."""
    finished = finish(sys.executable, "-c", INTERRUPTED)
    assert (finished.returncode, finished.stderr) == (130, "")
    assert "Who got mail" in finished.stdout


def test_the_bulk_lookup_tells_bounces_from_deliveries() -> None:
    """Each id has its line, the unknown one too."""
    lines = run("bulk_lookup.py").splitlines()
    assert [line.split("…  ")[1] for line in lines] == [
        "Gmail    no bounce, last CLICK",
        "Yahoo    TRANSIENT bounce, MailboxFull",
        "Hotmail  PERMANENT bounce, General",
        "not looked up: NotFoundError",
    ]


def test_a_month_in_parquet_is_asked_who_bounced() -> None:
    """The files by day hold every message, and DuckDB reads them together."""
    first, *providers = run("export_to_parquet.py").splitlines()
    records = re.fullmatch(r"(\d+) records from 1 job\(s\)", first)
    assert records
    counts = [re.fullmatch(r"\w+ +(\d+) messages, (\d+) bounced", line) for line in providers]
    assert len(counts) == 5
    assert sum(int(count[1]) for count in counts if count) == int(records[1])
    assert all(int(count[2]) > 0 for count in counts if count)


def test_a_month_becomes_a_report(tmp_path: Path) -> None:
    """The page is written with what the example installs, and says what was summed up."""
    text = (ROOT / "examples" / "report.py").read_text(encoding="utf-8")
    page = tmp_path / "report.html"
    only, *words = with_only(needed(text), "examples/report.py", "--out", str(page))
    finished = finish(*words, ONLY=only)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    first, *reasons, last = finished.stdout.splitlines()
    assert re.fullmatch(r"[\d,]+ sent, [\d,]+ delivered, \d+ bounced", first)
    # Which of them is the most frequent depends on the day, as the month of sample data does.
    assert sorted(line.split(maxsplit=1)[1] for line in reasons) == [
        "PERMANENT GENERAL",
        "TRANSIENT GENERAL",
        "TRANSIENT MAILBOX_FULL",
    ]
    assert last == f"Open {page} in a browser."
    assert first.partition(" ")[0] in page.read_text(encoding="utf-8")


def test_the_lambda_handler_answers_found_and_unknown_messages() -> None:
    """A message has its events, an unknown one a 404."""
    found, unknown = run("lambda_handler.py").splitlines()
    assert "'statusCode': 200" in found
    assert "'type': 'CLICK'" in found
    assert unknown == "{'statusCode': 404, 'events': []}"


def test_a_message_is_sent_and_looked_up() -> None:
    """The id that one API gives is what the other takes."""
    missing, subject, sent, known = run("send_and_look_up.py").splitlines()
    assert "'number'" in missing
    assert subject == "Subject: Your order 42"
    assert sent.startswith("Sent ")
    assert known == "Known of it: SEND, DELIVERY"


def test_the_fixtures_serve_a_users_own_tests() -> None:
    """Pytest finds them where the example stands, without anything of this project's settings."""
    assert "2 passed" in run("test_bounce_report.py")


def answer_of(url: str, process: subprocess.Popen[str]) -> list[bytes]:
    """Return the lines of a response, from a server that says where it is before it listens."""
    while process.poll() is None:
        with suppress(URLError), urlopen(url, timeout=30) as answer:
            return [*answer]
        time.sleep(0.05)
    raise AssertionError(process.communicate())


def test_the_timeline_is_served() -> None:
    """The web endpoint starts, answers where it says, and ends with Ctrl-C."""
    text = (ROOT / "examples" / "fastapi_timeline.py").read_text(encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    only, *command = with_only(needed(text), "examples/fastapi_timeline.py")
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(ONLY=only, PORT=port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        try:
            events = [json.loads(line)["type"] for line in answer_of(url, process)]
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        finally:
            process.kill()
    assert events == ["SEND", "DELIVERY_DELAY", "DELIVERY", "OPEN", "CLICK"]


def test_every_example_is_run_here() -> None:
    """An example that is added gets a test, or it will not run for long."""
    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*.py"))
    assert [
        path.name
        for path in EXAMPLES
        if f'"{path.name}"' not in tests and f'"{path.stem}"' not in tests
    ] == []


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_readmes_code_is_python(block: str) -> None:
    """Every Python block of the README compiles."""
    compile(block, "README.md", "exec")
