"""The report in a real browser, which has no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING

import pytest

from sesinsights.report import write_html

if TYPE_CHECKING:
    from pathlib import Path

    from sesinsights.report.summary import Summary


@cache
def browser() -> str:
    """Return where Chromium is, or skip the test."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return found


def opened(path: Path, profile: Path) -> subprocess.CompletedProcess[str]:
    """Open a file where no name has an address, and return its document and what was logged."""
    command = [
        browser(),
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
        f"--user-data-dir={profile}",
        "--enable-logging=stderr",
        "--dump-dom",
        path.as_uri(),
    ]
    if os.name == "posix" and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=50)


def console(log: str) -> list[str]:
    """Return what the page made the browser say."""
    return [line for line in log.splitlines() if "CONSOLE" in line]


def test_the_page_loads_without_a_network_and_without_a_word(
    summary: Summary, tmp_path: Path
) -> None:
    """Every part of the page is there, and the console stays empty."""
    path = tmp_path / "report.html"
    write_html(summary, path)
    ended = opened(path, tmp_path / "profile")
    assert console(ended.stderr) == []
    for part in ("2 to 21 November 2026", "Why mail bounced", "How to read this", "</html>"):
        assert part in ended.stdout
    assert ended.stdout.count("<svg") == path.read_text(encoding="utf-8").count("<svg") > 20


def test_the_console_is_heard(tmp_path: Path) -> None:
    """A page that asks for what its policy forbids is told so where the test listens."""
    path = tmp_path / "bad.html"
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    path.write_text(f"<!DOCTYPE html>{policy}<script>1</script>", encoding="utf-8")
    assert console(opened(path, tmp_path / "profile").stderr)
