"""Run the project's checks: all of them, as CI does, or those that are named.

    python -m tools.check              every check, then the tests
    python -m tools.check lint mypy    these alone

Checks run side by side, and one that fails prints what it found. The tests run last and on their
own, so that the output ends with their summary; to run some of them, call pytest. Those that run
the code of readers, in examples and on pages, and those that start Spark, are a suite of their own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Some tests wait for another process: one worker more than there are processors keeps all busy.
PYTEST = f"pytest -q -n {(os.cpu_count() or 1) + 1} --dist worksteal"

CHECKS = {
    # Coverage doubles the time of what it watches, so the tests themselves run without it. It does
    # not see into the processes of examples and of Spark.
    "coverage": f"{PYTEST} --cov --ignore=tests/examples --ignore=tests/report/test_spark.py",
    "mypy": "mypy",
    "pyright": f"pyright --pythonpath {sys.executable}",
    "site": "python -m tools.site",
    "snippets": "python -m tools.snippets",
    "layers": "lint-imports",
    "generated": "python -m tools.generate --check",
    "lint": "ruff check .",
    "format": "ruff format --check .",
}
"""The command of each check; the slowest comes first, so that none is left alone at the end."""

EXAMPLES = ("tests/docs", "tests/examples", "tests/report/test_spark.py")
"""The tests that run whole programs."""

SUITES = {
    "examples": " ".join([PYTEST, *EXAMPLES]),
    "tests": " ".join([PYTEST, *(f"--ignore={path}" for path in EXAMPLES)]),
}
"""The commands of tests, in the order in which they run."""

# Each of the many processes that tests start would compile every module for itself.
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}


def command(line: str) -> list[str]:
    """Return a command with its program from the environment that this one runs in."""
    program, *arguments = line.split()
    return [str(Path(sys.executable).parent / program), *arguments]


def passes(check: str) -> bool:
    """Run a check, and print whether it passed; when it failed, what it found."""
    began = time.monotonic()
    done = subprocess.run(
        command(CHECKS[check]),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    took = time.monotonic() - began
    passed = done.returncode == 0
    lines = [f"{check} {'passed' if passed else 'failed'} in {took:.0f} s"]
    if not passed:
        lines += [done.stdout + done.stderr]
    print(*lines, sep="\n", flush=True)
    return passed


def main() -> str | None:
    """Run what the command line names; return what failed, which makes an exit code of 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.check", description="Run the project's checks, then its tests."
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="check",
        help=f"one of {', '.join([*CHECKS, *SUITES])}; all of them by default",
    )
    names = parser.parse_args().names or [*CHECKS, *SUITES]
    if unknown := {*names} - {*CHECKS, *SUITES}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    checks = [check for check in CHECKS if check in names]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = dict(zip(checks, pool.map(passes, checks), strict=True))
    for suite in [suite for suite in SUITES if suite in names]:
        done = subprocess.run(command(SUITES[suite]), cwd=ROOT, env=ENVIRONMENT, check=False)
        passed[suite] = done.returncode == 0
    failed = [check for check in passed if not passed[check]]
    return f"failed: {', '.join(failed)}" if failed else None


if __name__ == "__main__":
    sys.exit(main())
