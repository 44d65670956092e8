"""The examples run as they stand, and the README shows what the quickstart prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


INTERRUPTED = """
import runpy, sys
from sesinsights import SESInsights

def interrupt(*_, **__):
    raise KeyboardInterrupt

SESInsights.wait_for_export_job = interrupt
sys.path.insert(0, "examples")
runpy.run_path("examples/quickstart.py", run_name="__main__")
"""


def finish(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as on a machine without AWS, to its end."""
    environment = {name: text for name, text in os.environ.items() if "AWS_" not in name}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment | {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def run(*arguments: str) -> str:
    """Run Python until it ends well, and return what it prints."""
    finished = finish(*arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def masked(output: str) -> list[str]:
    """Return the lines without what differs from run to run: digits, the spinner, rounding."""
    return [re.sub(r"[\d⠀-⣿]", "0", line).rstrip() for line in output.strip().splitlines()]


def test_the_quickstart_prints_what_the_readme_shows() -> None:
    """The output in the README is the real one, times aside."""
    shown = re.search(r"```text\n(What happened.*?)```", README, re.DOTALL)
    assert shown
    assert masked(run("examples/quickstart.py")) == masked(shown[1])


def test_an_interrupted_quickstart_ends_quietly() -> None:
    """Ctrl-C while it waits shows no traceback, and is the exit code."""
    finished = finish("-c", INTERRUPTED)
    assert (finished.returncode, finished.stderr) == (130, "")
    assert "Who got mail" in finished.stdout


def test_the_bulk_lookup_tells_bounces_from_deliveries() -> None:
    """Each id has its line, the unknown one too."""
    lines = run("examples/bulk_lookup.py").splitlines()
    assert [line.split("…  ")[1] for line in lines] == [
        "Gmail    no bounce, last CLICK",
        "Yahoo    TRANSIENT bounce, MailboxFull",
        "Hotmail  PERMANENT bounce, General",
        "not looked up: NotFoundError",
    ]


def test_a_month_in_parquet_is_asked_who_bounced() -> None:
    """The files by day hold every message, and DuckDB reads them together."""
    first, *providers = run("examples/export_to_parquet.py").splitlines()
    assert first == "304 records from 1 job(s)"
    assert providers[-1] == "iCloud          75 messages, 0 bounced"
    assert "Yahoo           76 messages, 1 bounced" in providers


def test_the_lambda_handler_answers_found_and_unknown_messages() -> None:
    """A message has its events, an unknown one a 404."""
    found, unknown = run("examples/lambda_handler.py").splitlines()
    assert "'statusCode': 200" in found
    assert "'type': 'CLICK'" in found
    assert unknown == "{'statusCode': 404, 'events': []}"


def test_a_message_is_sent_and_looked_up() -> None:
    """The id that one API gives is what the other takes."""
    missing, subject, sent, known = run("examples/send_and_look_up.py").splitlines()
    assert "'number'" in missing
    assert subject == "Subject: Your order 42"
    assert sent.startswith("Sent ")
    assert known == "Known of it: SEND, DELIVERY"


def test_the_fixtures_serve_a_users_own_tests() -> None:
    """The installed entry point is how pytest finds them, without this project's settings."""
    output = run("-m", "pytest", "-o", "addopts=", "-q", "examples/test_bounce_report.py")
    assert "2 passed" in output


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_readmes_code_is_python(block: str) -> None:
    """Every Python block of the README compiles."""
    compile(block, "README.md", "exec")
