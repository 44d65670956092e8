"""The command that runs an emulator of Amazon SES for trying things out."""

from __future__ import annotations

import os
import signal
import threading

import click

from sesinsights.cli.base_commands import ExampleCommand

_SETS = "sesinsights get-configuration-set-event-destinations"
_PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


@click.command(cls=ExampleCommand, examples=["sesinsights emulator --port 8025"])
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="The port of 127.0.0.1 to listen on; a free one by default.",
)
def emulator(port: int) -> None:
    """Run an emulator of Amazon SES v2 with sample data; Ctrl-C stops it.

    It refuses calls to API v1 (templates and templated sends), which moto emulates: install
    `moto[server]`, run `moto_server`, and set AWS_ENDPOINT_URL_SES to its URL.

    Prints the environment variables that make commands and AWS SDKs use it, and some commands to
    try. Requires the extra `testing`.
    """
    from sesinsights.testing import SESEmulator
    from sesinsights.testing.sample import CONFIGURATION_SET, GONE, READER, add_sample_data

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    service = SESEmulator(port=port)
    add_sample_data(service)
    with service:
        lines = [
            f"Amazon SES is emulated at {service.endpoint_url} with sample data, until Ctrl-C.",
            "",
            "Set this in another shell:",
            *(f"  export {line}" for line in _environment(service.endpoint_url)),
            "",
            "and try:",
            f"  sesinsights message {READER} {GONE}",
            "  sesinsights export messages --start yesterday --end now -o mail.csv",
            "  sesinsights report --start -29d -o report.html",
            f"  {_SETS} --configuration-set-name {CONFIGURATION_SET}",
        ]
        click.echo("\n".join(lines))
        # Windows lets nothing interrupt a wait without an end.
        while not stopped.wait(timeout=0.5):
            pass


def _environment(url: str) -> list[str]:
    """Return the variables that make AWS SDKs use a URL, with placeholder credentials."""
    lines = [
        f"AWS_ENDPOINT_URL_SESV2={url}",
        "AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1",
        "AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing",
    ]
    if any(os.environ.get(name) for name in _PROXIES):
        lines.append("NO_PROXY=127.0.0.1")
    return lines
