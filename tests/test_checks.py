"""Every check of the code, so that one command runs them all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

CHECKS = {
    "formatting": "ruff format --check .",
    "lint": "ruff check .",
    "layers": "lint-imports",
    "asyncio clients": "python -m tools.twins --check",
    "dictionaries": "python -m tools.typed_dicts --check",
    "types by mypy": "mypy",
    "types by pyright": "pyright --pythonpath {python}",
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_code_passes_a_check(check: str) -> None:
    """A finding of the check fails the test, and is its output."""
    program, *arguments = check.format(python=sys.executable).split()
    found = subprocess.run(
        [Path(sys.executable).parent / program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
