"""Every operation is a command, with the options of the AWS CLI."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import boto3
import click
import pytest
from botocore import xform_name

from sesinsights.cli.connection import connect
from sesinsights.cli.operation.command import OperationCommand
from sesinsights.cli.root import ROOT
from sesinsights.cli.settings import Settings, settings_of
from sesinsights.flows.classic_operations import DESCRIBE_CONFIGURATION_SET, SEND_TEMPLATED_EMAIL
from sesinsights.flows.operation import PaginatedOperation
from sesinsights.flows.operations import OPERATIONS
from sesinsights.models import ExportDataSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    from sesinsights.flows.operation import Operation
    from sesinsights.testing import SESEmulator

    Run = Callable[..., CompletedProcess[str]]

OPTIONS_OF_THE_AWS_CLI = {
    "--cli-input-json",
    "--cli-input-yaml",
    "--generate-cli-skeleton",
    "--debug",
    "--endpoint-url",
    "--no-verify-ssl",
    "--no-paginate",
    "--output",
    "--query",
    "--profile",
    "--region",
    "--version",
    "--color",
    "--no-sign-request",
    "--ca-bundle",
    "--cli-read-timeout",
    "--cli-connect-timeout",
    "--cli-binary-format",
    "--no-cli-pager",
    "--cli-auto-prompt",
    "--no-cli-auto-prompt",
}
WINDOW = {"StartDate": "2026-11-01T00:00:00Z", "EndDate": "2026-11-02T00:00:00Z"}


def _words(operation: Operation[Any, Any]) -> list[str]:
    group = ["classic"] if operation.service == "ses" else []
    return [*group, xform_name(operation.name, "-")]


def _context(*words: str) -> click.Context:
    """Return the context of a command that is not called."""
    command: click.Command = ROOT
    context = click.Context(ROOT, info_name="sesinsights", obj=Settings())
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(context, word)
        assert found
        command, context = found, click.Context(found, parent=context, info_name=word)
    return context


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_options_of_a_command_are_the_members_of_its_request(
    operation: Operation[Any, Any],
) -> None:
    """Every member has an option, besides those that all commands of the AWS CLI have."""
    context = _context(*_words(operation))
    options = {name for p in context.command.params for name in (*p.opts, *p.secondary_opts)}
    members = {
        f"--{xform_name(field.serialization_alias or '', '-')}"
        for field in operation.request.model_fields.values()
    }
    assert members <= options
    paging = {"--page-size", "--max-items", "--starting-token"}
    expected = members | OPTIONS_OF_THE_AWS_CLI
    assert options == (expected | paging if operation.name.startswith("List") else expected)


def test_names_of_commands_are_those_of_the_aws_cli() -> None:
    """They are made without botocore, which help would have to wait for."""
    for operation in OPERATIONS:
        assert _context(*_words(operation)).command.name == xform_name(operation.name, "-")


def test_an_answer_is_the_one_of_the_service(run: Run, emulator: SESEmulator) -> None:
    """The response is printed by the names of the service, with times in UTC."""
    message_id = emulator.add_message(subject="Grüße", events=["SEND"])
    answer = run("get-message-insights", "--message-id", f"<{message_id}@email.amazonses.com>")
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ""
    assert '"Subject": "Grüße"' in answer.stdout
    client = boto3.client("sesv2", "us-east-1", endpoint_url=emulator.endpoint_url)
    members: Any = client.get_message_insights(MessageId=message_id)
    del members["ResponseMetadata"]
    expected = json.dumps(members, default=lambda time: time.astimezone(UTC).isoformat())
    assert json.loads(answer.stdout) == json.loads(expected)


def test_options_count_before_and_after_the_command(run: Run, emulator: SESEmulator) -> None:
    """The one after the command's name counts when both are given."""
    before = len(emulator.requests)
    answer = run(
        *("--endpoint-url", "http://127.0.0.1:9", "--region", "eu-west-1"),
        *("list-import-jobs", "--endpoint-url", emulator.endpoint_url),
    )
    assert answer.returncode == 0, answer.stderr
    assert len(emulator.requests) == before + 1


def test_structures_are_json_and_dates_are_utc(
    run: Run, emulator: SESEmulator, tmp_path: Path
) -> None:
    """A structure comes as JSON, also from a file; a date without a time zone is said to be UTC."""
    source = {"MessageInsightsDataSource": {**WINDOW, "StartDate": "2026-11-01", "MaxResults": 5}}
    file = tmp_path / "source.json"
    file.write_text(json.dumps(source), encoding="utf-8")
    answer = run(
        *("create-export-job", "--export-data-source", f"file://{file}"),
        *("--export-destination", '{"DataFormat": "CSV"}'),
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stderr == ("2026-11-01 has no time zone; it is taken as 2026-11-01 00:00 UTC\n")
    assert set(json.loads(answer.stdout)) == {"JobId"}
    sent = ExportDataSource.from_service(emulator.requests[-1].parameters["ExportDataSource"])
    assert sent.message_insights_data_source
    assert sent.message_insights_data_source.start_date.isoformat() == "2026-11-01T00:00:00+00:00"


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_options_count_more_than_a_document(form: str, run: Run, emulator: SESEmulator) -> None:
    """A document gives all members; an option replaces a whole member."""
    request = {
        "ExportDataSource": {"MessageInsightsDataSource": WINDOW},
        "ExportDestination": {"DataFormat": "CSV"},
    }
    answer = run(
        *("create-export-job", f"--cli-input-{form}", json.dumps(request)),
        *("--export-destination", '{"DataFormat": "JSON"}'),
    )
    assert answer.returncode == 0, answer.stderr
    assert emulator.requests[-1].parameters["ExportDestination"] == {"DataFormat": "JSON"}


def test_a_list_has_all_pages(run: Run, emulator: SESEmulator) -> None:
    """A list is complete, ends early when asked to, and can be continued there."""
    jobs = emulator.add_export_jobs(25)[::-1]

    def listed(*options: str) -> tuple[list[str], str | None, int]:
        before = len(emulator.requests)
        answer = run("list-export-jobs", *options)
        assert answer.returncode == 0, answer.stderr
        found = json.loads(answer.stdout)
        ids = [job["JobId"] for job in found["ExportJobs"]]
        return ids, found.get("NextToken"), len(emulator.requests) - before

    ids, token, requests = listed("--page-size", "20")
    assert (ids[:25], token, requests) == (jobs, None, 2)
    ids, token, _ = listed("--page-size", "4", "--max-items", "6")
    assert (ids, bool(token)) == (jobs[:6], True)
    ids, _, _ = listed("--max-items", "5", "--starting-token", str(token))
    assert ids == jobs[6:11]
    ids, token, requests = listed("--no-paginate", "--page-size", "3")
    assert (ids, bool(token), requests) == (jobs[:3], True, 1)
    ids, _, requests = listed("--next-token", str(token), "--page-size", "2")
    assert (ids, requests) == (jobs[3:5], 1)


LISTS = [
    xform_name(operation.name, "-")
    for operation in OPERATIONS
    if operation.service == "sesv2" and isinstance(operation, PaginatedOperation)
]


@pytest.mark.parametrize("command", LISTS)
def test_every_list_ends_early_and_continues(command: str, run: Run, emulator: SESEmulator) -> None:
    """Items are shapes or plain texts; one is left for the token."""
    for number in range(2):
        emulator.add_export_jobs(1)
        emulator.add_import_job()
        emulator.add_configuration_set(f"news-{number}")
        emulator.add_suppressed_destination(f"reader{number}@example.net")
        arn = f"arn:aws:ses:us-east-1:123456789012:identity/{number}.example.com"
        emulator.add_recommendation({"Type": "DKIM", "Status": "OPEN", "ResourceArn": arn})
        emulator.add_reputation_entity(arn)

    def listed(*options: str) -> tuple[list[Any], str | None]:
        answer = run(command, *options)
        assert answer.returncode == 0, answer.stderr
        found = json.loads(answer.stdout)
        token = found.pop("NextToken", None)
        (items,) = found.values()
        return items, token

    everything, _ = listed()
    first, token = listed("--max-items", "1")
    rest, end = listed("--max-items", "5", "--starting-token", str(token))
    assert len(everything) == 2
    assert (first + rest, end) == (everything, None)


def test_values_of_a_list_follow_its_option() -> None:
    """A list takes all that follows it, or one JSON array; its option may be repeated."""
    command = OperationCommand(DESCRIBE_CONFIGURATION_SET, "sesinsights classic")
    flag = "--configuration-set-attribute-names"
    for args in ([flag, "a", "b", "--debug"], [flag, '["a", "b"]'], [flag, "a", flag, "b"]):
        context = click.Context(command, obj=Settings())
        command.parse_args(context, [arg for arg in args if arg != "--debug"])
        assert command.input.given(context.params).members == {
            "ConfigurationSetAttributeNames": ["a", "b"]
        }


def test_values_of_a_list_of_structures_are_json() -> None:
    """Structures come one by one, or all in one array; none is dropped where both are mixed."""
    command = OperationCommand(SEND_TEMPLATED_EMAIL, "sesinsights classic")
    one, two = '{"Name": "a", "Value": "b"}', '{"Name": "c", "Value": "d"}'
    for args in ([one, two], [f"[{one}, {two}]"]):
        context = click.Context(command, obj=Settings())
        command.parse_args(context, ["--tags", *args])
        assert command.input.given(context.params).members["Tags"] == [
            json.loads(one),
            json.loads(two),
        ]


def test_what_is_missing_can_be_asked_for(run: Run, emulator: SESEmulator) -> None:
    """Missing options are prompted for on stderr with `--cli-auto-prompt`, otherwise named."""
    job_id = emulator.add_export_job()
    answer = run("get-export-job", "--cli-auto-prompt", text=f"{job_id}\n")
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["JobId"] == job_id
    assert "--job-id" in answer.stderr
    on = {"AWS_CLI_AUTO_PROMPT": "on"}
    refused = run("get-export-job", "--no-cli-auto-prompt", text=f"{job_id}\n", env=on)
    assert refused.returncode == 252
    assert "the following options are required: --job-id" in refused.stderr
    assert refused.stdout == ""
    silent = run("get-export-job", "--cli-auto-prompt")
    assert silent.returncode == 252
    assert "no value was entered for --job-id" in silent.stderr


def test_a_skeleton_calls_nothing(run: Run, emulator: SESEmulator) -> None:
    """A sample of the input needs no options; one of the response checks them; none is sent."""
    before = len(emulator.requests)
    nobody = {"AWS_ACCESS_KEY_ID": "", "AWS_REGION": ""}
    sample = run("create-export-job", "--generate-cli-skeleton", env=nobody)
    assert set(json.loads(sample.stdout)) == {"ExportDataSource", "ExportDestination"}
    sample = run("list-export-jobs", "--generate-cli-skeleton", "output")
    assert json.loads(sample.stdout)["ExportJobs"][0]["JobId"] == "JobId"
    refused = run("get-export-job", "--generate-cli-skeleton", "output")
    assert refused.returncode == 252
    assert len(emulator.requests) == before


def test_the_connection_is_as_the_options_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timeouts, certificates, signatures, Region and endpoint reach the boto3 client."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    settings = Settings(
        region="eu-central-1",
        endpoint_url="https://127.0.0.1:9",
        cli_read_timeout=7,
        cli_connect_timeout=0,
        verify_ssl=False,
        sign_request=False,
    )
    client: Any = connect(settings).client
    assert client.meta.region_name == "eu-central-1"
    assert client.meta.endpoint_url == "https://127.0.0.1:9"
    assert (client.meta.config.read_timeout, client.meta.config.connect_timeout) == (7, None)
    assert client.meta.config.signature_version.__class__.__name__ == "UNSIGNED" or (
        "UNSIGNED" in repr(client.meta.config.signature_version)
    )
    assert client._endpoint.http_session._verify is False
    trusting = Settings(region="eu-central-1", ca_bundle="/tmp/trusted.pem")
    client = connect(trusting).client
    assert client._endpoint.http_session._verify == "/tmp/trusted.pem"


def test_flags_of_the_connection_are_remembered() -> None:
    """What turns a thing off turns it off."""
    with ROOT.make_context("sesinsights", ["--no-sign-request", "--no-verify-ssl", "x"]) as context:
        settings = settings_of(context)
    assert (settings.sign_request, settings.verify_ssl, settings.paginate) == (False, False, True)
