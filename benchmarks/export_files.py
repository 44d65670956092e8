"""What benchmarks of export files share: the files, and how each way is measured.

Every way runs in a process of its own, three times and for at least a second. The best time counts,
and by how much the process has grown at most since it had imported what it needs.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Ways: TypeAlias = "Mapping[str, Mapping[str, Callable[[], Callable[[Path], int]]]]"

ROUNDS = 3
SECONDS = 1.0
ID_START = "0100019b"
COLUMNS = (
    "messageid",
    "sendtimestamp",
    "isp",
    "fromaddress",
    "destination",
    "subject",
    "last_delivery_event",
    "last_engagement_event",
    "last_delivery_event_timestamp",
    "last_engagement_event_timestamp",
    "bounce_sub_type",
    "diagnostic_code",
)
TIMES = [name for name in COLUMNS if "timestamp" in name]
FORMAT = "%Y-%m-%d %H:%M:%S"

# The files


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    """Make up mail of a day; one in fifty has a subject with quotes, line feeds or accents."""
    chance = random.Random(0)  # noqa: S311 - the same files for everyone
    midnight = datetime(2026, 1, 15, tzinfo=UTC)
    odd = ('"spring", news', "Two\nlines", "Größe 42 - 50 % günstiger")

    def text(at: datetime) -> str:
        return f"{at:{FORMAT}}.{at.microsecond // 1000:03} UTC"

    for number in range(count):
        sent = midnight + timedelta(milliseconds=number * 86_000_000 // count)
        bounced, clicked = chance.random() < 0.1, chance.random() < 0.3  # noqa: PLR2004 - shares
        yield (
            f"{ID_START}{number:08x}-{chance.getrandbits(32):08x}-1111-2222-3333-444444444444-000000",
            text(sent),
            chance.choice(("Gmail", "Yahoo", "UNKNOWN_ISP")),
            "shop@example.com",
            f"reader{chance.randrange(10**6)}@example.net",
            chance.choice(odd) if number % 50 == 0 else "Your order has shipped",
            "PERMANENT_BOUNCE" if bounced else "DELIVERY",
            "CLICK" if clicked else "",
            text(sent + timedelta(seconds=2)),
            text(sent + timedelta(hours=2)) if clicked else "",
            "General" if bounced else "",
            "smtp; 550 5.1.1 user unknown" if bounced else "",
        )


def write_files(directory: Path, count: int) -> None:
    """Write a file of each format as the service does."""

    def line(values: tuple[str, ...]) -> str:
        return "".join('"' + value.replace('"', '""') + '",' for value in values) + "\n"

    with (directory / f"{count}.csv").open("w", encoding="utf-8", newline="\n") as file:
        file.write(line(COLUMNS))
        file.writelines(map(line, _rows(count)))
    with (directory / f"{count}.json").open("w", encoding="utf-8", newline="\n") as file:
        file.write("[\n")
        for number, values in enumerate(_rows(count)):
            row = {name: text for name, text in zip(COLUMNS, values, strict=True) if text}
            text = json.dumps(row, separators=(",", ":"), ensure_ascii=False)
            file.write(("," if number else "") + text + "\n")
        file.write("]\n")


# Measuring


def _peak() -> float:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure(work: Callable[[Path], int], path: Path) -> None:
    """Print seconds, those of the CPU, growth and rows of one way, as JSON."""
    gc.collect()
    before = _peak()
    seconds: list[float] = []
    of_cpu: list[float] = []
    while len(seconds) < ROUNDS or sum(seconds) < SECONDS:
        started, cpu_before = time.perf_counter(), time.process_time()
        rows = work(path)
        seconds.append(time.perf_counter() - started)
        of_cpu.append(time.process_time() - cpu_before)
    print(json.dumps([min(seconds), min(of_cpu), _peak() - before, rows]))


def _in_own_process(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - the script that runs
        [sys.executable, sys.argv[0], *arguments], capture_output=True, text=True, check=False
    )
    return "" if done.returncode else done.stdout


def _compare(tasks: Ways, directory: Path, count: int) -> None:
    """Print the tables of a number of rows."""
    _in_own_process("--write", str(directory), str(count))
    for task, ways in tasks.items():
        path = directory / f"{count}.{task.split()[0].lower()}"
        head = f"{f'{task}, {count:,} rows':<40}{'rows/s':>12}{'ratio':>8}{'CPU us':>9}{'ratio':>8}"
        print(f"\n{head}{'peak':>10}", flush=True)
        first: tuple[float, float] | None = None
        for name in ways:
            found = _in_own_process("--measure", task, name, str(path))
            if not found:
                print(f"{name:<40}{'-':>12}", flush=True)
                continue
            seconds, of_cpu, growth, rows = json.loads(found)
            if rows != count:
                raise ValueError(f"{name} made {rows} of {count} rows")
            speed, cost = count / seconds, of_cpu / count * 1e6
            first = first or (speed, cost)
            print(
                f"{name:<40}{speed:>12,.0f}{speed / first[0]:>7.2f}x"
                f"{cost:>9.2f}{cost / first[1]:>7.2f}x{growth:>7.0f} MB",
                flush=True,
            )


def run(tasks: Ways) -> None:
    """Print the tables of a script; ratios are to its first way.

    Args:
        tasks: The ways of each task, by name. Each returns what does it to a file of the format
            that the task's name begins with, and returns how many rows there were.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="a million rows too")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        task, name, path = options.measure
        _measure(tasks[task][name](), Path(path))
    elif options.write:
        directory, count = options.write
        write_files(Path(directory), int(count))
    else:
        with tempfile.TemporaryDirectory() as directory:
            for count in (10_000, 100_000, *((1_000_000,) if options.full else ())):
                _compare(tasks, Path(directory), count)
