"""The command line beside the published AWS CLI, both against the same emulator or moto's server.

The AWS CLI is the 1.x of the package index. It lives in a virtual environment of its own, because
it brings other versions of what the library needs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
import pytest

from sesinsights.testing import FakeClock, MessageEvent, SESEmulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reference = Callable[..., subprocess.CompletedProcess[str]]

Run = subprocess.CompletedProcess[str]

ROOT = Path(__file__).parents[2]
AWS = Path(os.environ.get("AWSCLI_REFERENCE") or ROOT / ".venv-awscli" / "bin" / "aws")
HOW_TO_GET_IT = (
    "the AWS CLI is not installed: "
    "python3 -m venv .venv-awscli && .venv-awscli/bin/pip install awscli==1.46.2"
)

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
MESSAGE = "0100019bd2e8a4c1-7f3a51b2-9c4e-4d0e-8a57-3e6b1f2d9c10-000000"
INSIGHTS = ("get-message-insights", "--message-id", MESSAGE)
TEXT = ("--output", "text")
CONFIGURATION = ("describe-configuration-set", "--configuration-set-name", "any")
SAMPLE = "--generate-cli-skeleton"
JOB = "322f1499-e8a5-4f31-ac2c-10d0c15648ff"
SNS = {"TopicArn": "arn:aws:sns:us-east-1:1:events"}
TEMPLATES = {f"template-{number}": f"Subject {number} é 日本" for number in range(5)}
UNCHANGED = json.dumps(
    {"TemplateName": "template-4", "SubjectPart": TEMPLATES["template-4"], "TextPart": "Hi"}
)
NEXT_TOKEN = re.compile(r'("NextToken": "|^NEXTTOKEN\t)[^"\n]+', re.MULTILINE)


class Both(NamedTuple):
    """What became of the same command.

    Attributes:
        reference: With the AWS CLI.
        ours: With this package.
    """

    reference: Run
    ours: Run


@pytest.fixture(scope="module")
def emulator() -> Iterator[SESEmulator]:
    """An emulator with a message, jobs and event destinations, where time stands still."""
    paces = {"GetMessageInsights": None, "CreateExportJob": None}
    with SESEmulator(clock=FakeClock(NOW), paces=paces) as emulator:
        emulator.add_message(
            message_id=MESSAGE,
            destination="zoë@example.net",
            subject="Ihre Rechnung: 20 €\t“heute”",
            sent_at=NOW - timedelta(days=1),
            email_tags={"campaign": "x", "kind": "y"},
            events=[
                MessageEvent("SEND", at=NOW - timedelta(hours=2, microseconds=123_000)),
                MessageEvent("PERMANENT_BOUNCE", diagnostic_code="550 5.1.1\nno such user"),
            ],
        )
        # A completed job would have a link, another one in every response.
        emulator.add_export_job(
            job_id=JOB, job_status="PROCESSING", created_at=NOW - timedelta(hours=1)
        )
        emulator.add_export_jobs(11)
        emulator.add_import_job(job_status="COMPLETED", processed_records=3)
        emulator.add_suppressed_destination("a/b@example.com", message_id=MESSAGE)
        names = ("first", "second")
        destinations = [
            {"Name": name, "Enabled": False, "MatchingEventTypes": ["SEND"], "SnsDestination": SNS}
            for name in names
        ]
        emulator.add_configuration_set("set", destinations)
        yield emulator


@pytest.fixture(scope="module")
def moto_with_templates(moto_url: str) -> str:
    """Moto's server with five templates."""
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    ses = session.client("ses", endpoint_url=moto_url)
    for found in ses.list_templates()["TemplatesMetadata"]:
        ses.delete_template(TemplateName=found["Name"])
    for name, subject in TEMPLATES.items():
        ses.create_template(
            Template={"TemplateName": name, "SubjectPart": subject, "TextPart": "Hi {{name}}"}
        )
    ses.close()
    return moto_url


@pytest.fixture(scope="module")
def reference(
    emulator: SESEmulator, moto_with_templates: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reference]:
    """Return what runs a command with the AWS CLI, in one process for all of them."""
    if not AWS.is_file():
        pytest.skip(HOW_TO_GET_IT)
    folder = tmp_path_factory.mktemp("aws")
    config = folder / "config"
    # The AWS CLI 1.x shows times as the service sends them, the 2.x and we as ISO 8601.
    config.write_text("[default]\ncli_timestamp_format = iso8601\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_SESV2": emulator.endpoint_url,
        "AWS_ENDPOINT_URL_SES": moto_with_templates,
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        # The AWS CLI shows times of this machine's zone, we of UTC.
        "TZ": "UTC",
        "PYTHONUTF8": "1",
        "PYTHONPATH": "",
    }
    interpreter = AWS.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!").split()
    with subprocess.Popen(
        [*interpreter, Path(__file__).with_name("aws_cli_server.py")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin
        assert process.stdout
        lines, answers = process.stdin, process.stdout

        def reference(service: str, *args: str) -> Run:
            lines.write(json.dumps([service, *args]) + "\n")
            lines.flush()
            return subprocess.CompletedProcess([service, *args], **json.loads(answers.readline()))

        yield reference
        lines.close()


@pytest.fixture
def run_both(
    reference: Reference, run: Callable[..., Run], moto_with_templates: str
) -> Callable[..., Both]:
    """Return what runs a command of either service, `sesv2` or `ses`, with both."""

    def run_both(service: str, *args: str) -> Both:
        group = ["classic"] if service == "ses" else []
        ours = run(*group, *args, env={"AWS_ENDPOINT_URL_SES": moto_with_templates})
        return Both(reference(service, *args), ours)

    return run_both


@pytest.mark.parametrize(
    ("service", "args"),
    [
        ("sesv2", INSIGHTS),
        ("sesv2", (*INSIGHTS, *TEXT)),
        (
            "sesv2",
            (*INSIGHTS, *TEXT, "--query", "Insights[].Events[].[Type,Details.*]"),
        ),
        ("sesv2", (*INSIGHTS, *TEXT, "--query", "[MessageId,Missing]")),
        ("sesv2", (*INSIGHTS, "--query", "Missing")),
        ("sesv2", ("get-export-job", "--job-id", JOB, *TEXT)),
        ("sesv2", ("list-export-jobs", "--no-paginate", "--query", "ExportJobs[].JobId")),
        ("sesv2", ("list-import-jobs", *TEXT)),
        ("sesv2", ("list-suppressed-destinations", "--reasons", "BOUNCE", "COMPLAINT", *TEXT)),
        ("sesv2", ("get-suppressed-destination", "--email-address", "a/b@example.com")),
        ("sesv2", ("get-configuration-set-event-destinations", "--configuration-set-name", "set")),
        ("ses", ("list-templates", *TEXT, "--page-size", "3", "--query", "*[].Name")),
        ("ses", ("list-templates", "--max-items", "2", "--query", "[*[].Name, !NextToken]")),
        ("ses", ("list-templates", "--max-items", "2", *TEXT, "--query", "*[].Name")),
        ("ses", ("get-template", "--template-name", "template-0")),
        ("ses", ("update-template", "--template", UNCHANGED)),
        ("ses", ("send-bulk-templated-email", SAMPLE)),
        ("ses", (*CONFIGURATION, SAMPLE, "output")),
        (
            "sesv2",
            ("get-message-insights", "--message-id", "x", SAMPLE, "output"),
        ),
    ],
    ids=lambda value: " ".join(value).replace(MESSAGE, "ID") if isinstance(value, tuple) else value,
)
def test_a_command_prints_what_the_aws_cli_prints(
    run_both: Callable[..., Both], service: str, args: tuple[str, ...]
) -> None:
    """The output equals that of the AWS CLI."""
    reference, ours = run_both(service, *args)
    assert reference.returncode == 0, reference.stderr
    assert (ours.stdout, ours.returncode) == (reference.stdout, 0), ours.stderr


def test_only_the_value_of_a_token_is_our_own(run_both: Callable[..., Both]) -> None:
    """A list that --max-items ends says in the same places where to go on."""
    reference, ours = run_both("ses", "list-templates", "--max-items", "2")
    masked, mine = (NEXT_TOKEN.sub(r"\1TOKEN", run.stdout) for run in (reference, ours))
    assert mine == masked
    assert mine.endswith('    "NextToken": "TOKEN"\n}\n')
    reference, ours = run_both("ses", "list-templates", "--max-items", "2", *TEXT)
    masked, mine = (NEXT_TOKEN.sub(r"\1TOKEN", run.stdout) for run in (reference, ours))
    assert mine == masked
    assert mine.endswith("\nNEXTTOKEN\tTOKEN\n")


def test_a_list_of_export_jobs_is_whole_where_the_aws_cli_shows_a_page(
    run_both: Callable[..., Both],
) -> None:
    """The AWS CLI has no pages for it: it shows the first, with the token for the next."""
    reference, ours = (json.loads(run.stdout) for run in run_both("sesv2", "list-export-jobs"))
    assert (len(reference["ExportJobs"]), "NextToken" in reference) == (10, True)
    assert (len(ours["ExportJobs"]), "NextToken" in ours) == (12, False)
    assert ours["ExportJobs"][:10] == reference["ExportJobs"]
    one = run_both("sesv2", "list-export-jobs", "--page-size", "20")
    assert one.ours.stdout == one.reference.stdout


def test_a_sample_has_the_members_that_the_aws_cli_knows(run_both: Callable[..., Both]) -> None:
    """A sample differs in the value of an enum, and in members that came after the AWS CLI."""
    reference, ours = run_both("sesv2", "create-export-job", SAMPLE)
    assert _outline(json.loads(ours.stdout)) == _outline(json.loads(reference.stdout))


def test_an_error_of_the_service_prints_nothing_on_stdout(run_both: Callable[..., Both]) -> None:
    """The error is named on stderr; the exit code is that of the AWS CLI 2.x."""
    reference, ours = run_both("sesv2", "get-message-insights", "--message-id", "nobody-knows-it")
    assert reference.returncode != 0
    assert ours.returncode == 254
    assert ours.stdout == reference.stdout == ""
    assert "NotFoundException" in reference.stderr
    assert "NotFoundException" in ours.stderr


def _outline(sample: Any) -> Any:
    if isinstance(sample, dict):
        return {name: _outline(value) for name, value in sample.items() if name != "TenantName"}
    if isinstance(sample, list):
        return [_outline(item) for item in sample]
    return bool(sample) if isinstance(sample, str) else sample
