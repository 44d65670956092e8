"""How long a process takes from its start to a first client, to a first response or to a help page.

    python benchmarks/cold_start.py

Whole processes are timed in turn and in processor time, so that the ratio holds on a machine that
others use too.
Measure an installed copy: a source tree whose bytecode is not cached is compiled at every start.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys

ROUNDS = 15
# The response comes from memory, as in call_cost.py.
ANSWER = """
client = {client}
from botocore.awsrequest import AWSResponse
from types import SimpleNamespace
body = SimpleNamespace(stream=lambda: iter([b'{{"MessageId": "0100"}}']))
client.meta.events.register(
    "before-send", lambda request, **_: AWSResponse(request.url, 200, {{}}, body)
)
{call}
"""
EVENT = {
    "eventType": "Delivery",
    "mail": {"messageId": "0100", "timestamp": "2026-11-20T10:00:00.000Z"},
    "delivery": {"timestamp": "2026-11-20T10:00:01.000Z", "recipients": ["one@example.com"]},
}
IMPORTS = {
    "import boto3": "import boto3",
    "import of SESInsights": "from sesinsights import SESInsights",
    "the same, and an event parsed": (
        f"from sesinsights import SESInsights, events; events.parse({EVENT})"
    ),
}
CLIENTS = {
    "boto3, to a first client": "import boto3; boto3.client('sesv2', region_name='us-east-1')",
    "sesinsights, to a first client": (
        "from sesinsights import SESInsights; SESInsights(region_name='us-east-1').client"
    ),
}
ANSWERS = {
    "boto3, to a first response": ANSWER.format(
        client="__import__('boto3').client('sesv2', region_name='us-east-1')",
        call="client.get_message_insights(MessageId='0100')",
    ),
    "sesinsights, to a first response": ANSWER.format(
        client="(ses := __import__('sesinsights').SESInsights(region_name='us-east-1')).client",
        call="ses.get_message_insights('0100')",
    ),
    "sesinsights, to a first response with asyncio": ANSWER.format(
        client=(
            "(ses := __import__('sesinsights').AsyncSESInsights(region_name='us-east-1')).client"
        ),
        call="__import__('asyncio').run(ses.get_message_insights('0100'))",
    ),
}
COMMANDS = {
    "import click": "import click",
    "sesinsights --version": (
        "import sys; sys.argv[1:] = ['--version']; from sesinsights.cli import main; main()"
    ),
    "sesinsights --help": (
        "import sys; sys.argv[1:] = ['--help']; from sesinsights.cli import main; main()"
    ),
}
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "benchmark", "AWS_SECRET_ACCESS_KEY": "benchmark"}


def seconds_of(program: str) -> float:
    """Return the processor seconds that a process takes to run a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - one of the programs above
        [sys.executable, "-c", program],
        env=os.environ | CREDENTIALS,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(programs: dict[str, str]) -> None:
    """Print a table; ratios are to the first program."""
    for program in programs.values():
        seconds_of(program)
    rounds = [[seconds_of(program) for program in programs.values()] for _ in range(ROUNDS)]
    print(f"{'process':<48}{'median':>10}{'ratio':>8}")
    for column, name in enumerate(programs):
        median = statistics.median(times[column] for times in rounds)
        ratio = statistics.median(times[column] / times[0] for times in rounds)
        print(f"{name:<48}{median * 1000:>7.0f} ms{ratio:>7.2f}x")


def main() -> None:
    """Print each table."""
    for programs in (IMPORTS, CLIENTS, ANSWERS, COMMANDS):
        compare(programs)


if __name__ == "__main__":
    main()
