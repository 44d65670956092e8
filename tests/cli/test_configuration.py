"""What is wrong with the AWS configuration ends a run with 253, and with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.credentials import DeferredRefreshableCredentials
from botocore.exceptions import (
    ClientError,
    LoginRefreshRequired,
    MetadataRetrievalError,
    RefreshWithMFAUnsupportedError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.session import Session

from sesinsights.cli.failures import exit_code_of, show_failure
from sesinsights.cli.settings import Settings
from sesinsights.errors import ServiceError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from sesinsights.testing import SESEmulator

    Run = Callable[..., subprocess.CompletedProcess[str]]

KEYS = "aws_access_key_id = a\naws_secret_access_key = b"
REFUSED_CODE = {"Error": {"Code": "AccessDenied", "Message": "invalid MFA one time pass code"}}


@pytest.mark.parametrize(
    ("environment", "advice"),
    [
        ({"AWS_REGION": ""}, "--region"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "aws configure"),
        ({"AWS_PROFILE": "nobody"}, "--profile"),
    ],
)
def test_bad_configuration_ends_with_253(
    environment: dict[str, str], advice: str, run: Run
) -> None:
    """The error about a missing setting says what to do."""
    answer = run("list-export-jobs", env=environment)
    assert answer.returncode == 253
    assert advice in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_run_opens_one_session(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What prints the answer reads the configuration with the session that makes the call."""
    opened: list[Session] = []
    open_another = Session.__init__

    def count(session: Session, *args: Any, **arguments: Any) -> None:
        opened.append(session)
        open_another(session, *args, **arguments)

    monkeypatch.setattr(Session, "__init__", count)
    assert run("list-export-jobs").returncode == 0
    assert len(opened) == 1


def test_a_run_gets_credentials_once(
    run: Run, emulator: SESEmulator, tmp_path: Path, moto_url: str
) -> None:
    """A program that asks for a code asks once, although two services are called."""
    s3: Any = boto3.client("s3", endpoint_url=moto_url, region_name="us-east-1")
    s3.create_bucket(Bucket="asked-once")
    emulator.read_imports_from(s3)
    addresses, asked, answer = (tmp_path / name for name in ("list.txt", "asked", "answer"))
    addresses.write_text("a@example.com\n")
    answer.write_text('{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b"}')
    program = f"sh -c 'echo asked >> {asked}; cat {answer}'"
    (tmp_path / "config").write_text(f"[default]\ncredential_process = {program}\n")
    environment = {"AWS_ACCESS_KEY_ID": "", "AWS_ENDPOINT_URL_S3": moto_url}
    args = ("suppressed", "import", str(addresses), "--bucket", "asked-once")
    assert run(*args, env=environment).returncode == 0
    assert asked.read_text() == "asked\n"
    s3.close()


@pytest.mark.parametrize(
    ("profile", "said", "advice"),
    [
        ("credential_process = echo hello", "did not print valid JSON", "--profile"),
        ("credential_process = echo [1]", "cannot be read", "--profile"),
        ("credential_process = /nowhere/program", "/nowhere/program", "--profile"),
        ("credential_process = sh -c 'exit 3'", "custom-process", "--profile"),
        ("sso_session = work\nsso_account_id = 1\nsso_role_name = r", "SSO", "aws sso login"),
        (f"{KEYS}\nmax_attempts = many", "'many'", "AWS configuration"),
    ],
)
def test_credentials_that_cannot_be_read_end_with_253(  # noqa: PLR0917 - three are fixtures
    profile: str, said: str, advice: str, run: Run, emulator: SESEmulator, tmp_path: Path
) -> None:
    """Any failure of botocore to read the configuration is reported, with what to do."""
    (tmp_path / "config").write_text(
        "[sso-session work]\nsso_start_url = https://example.com\nsso_region = us-east-1\n"
        f"sso_registration_scopes = sso:account:access\n[default]\n{profile}\n"
    )
    answer = run("list-export-jobs", env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""})
    assert answer.returncode == 253, answer.stderr
    shown = " ".join(answer.stderr.split())
    assert said in shown
    assert advice in shown
    assert "`sesinsights doctor`" in shown
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ClientError(REFUSED_CODE, "AssumeRole"), "invalid MFA one time pass code"),  # type: ignore[arg-type] # the rest is unknown
        (EOFError(), "an MFA code is required, and standard input provides none"),
    ],
    ids=["refused", "not given"],
)
def test_a_missing_mfa_code_is_an_error_of_the_configuration(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing code ends the search for credentials, whichever service or stream fails."""

    def assume_role() -> object:
        raise error

    credentials = DeferredRefreshableCredentials(assume_role, "assume-role")
    with pytest.raises(type(error)) as wrong:
        credentials.get_frozen_credentials()
    show_failure(wrong.value, Settings())
    assert said in " ".join(capsys.readouterr().err.split())
    assert exit_code_of(wrong.value) == 253


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (UnauthorizedSSOTokenError(), "`aws sso login`"),
        (TokenRetrievalError(provider="sso", error_msg="Token has expired"), "`aws sso login`"),
        (LoginRefreshRequired(), "`aws login`"),
        (RefreshWithMFAUnsupportedError(), "MFA"),
        (MetadataRetrievalError(error_msg="none"), "--profile"),
    ],
)
def test_what_expired_is_an_error_of_the_configuration(
    error: Exception, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind of expired sign-in ends with 253 and the way to renew it."""
    show_failure(error, Settings())
    assert advice in " ".join(capsys.readouterr().err.split())
    assert exit_code_of(error) == 253


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_credentials_that_the_service_no_longer_takes_are_to_be_renewed(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal of the service ends with 254; the hint says what has expired."""
    error = ServiceError({"Error": {"Code": code, "Message": "expired"}}, "ListExportJobs", 1)
    show_failure(error, Settings())
    assert "`aws sso login`" in " ".join(capsys.readouterr().err.split())
    assert exit_code_of(error) == 254


@pytest.mark.parametrize(("attempts", "made"), [("1", 1), ("3", 3)])
def test_aws_max_attempts_is_honoured(
    attempts: str, made: int, run: Run, emulator: SESEmulator
) -> None:
    """The variable of the AWS CLI says how many requests a call may send."""
    emulator.faults.throttle("ListExportJobs", times=None)
    answer = run("list-export-jobs", env={"AWS_MAX_ATTEMPTS": attempts})
    assert answer.returncode == 254
    assert len(emulator.requests) == made
