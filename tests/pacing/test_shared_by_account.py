"""By default, rather too many clients share a pace than too few."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.credentials import Credentials

from sesinsights import SESClassic, SESInsights
from sesinsights.pacing.owner import quota_owner

if TYPE_CHECKING:
    from pathlib import Path


needs_accounts = pytest.mark.skipif(
    "account_id" not in inspect.signature(Credentials).parameters,
    reason="credentials of this botocore tell no account",
)


@needs_accounts
@pytest.mark.parametrize("method", [None, "env", "explicit", "assume-role", "custom-process"])
def test_an_account_that_the_credentials_tell_goes_before_all_else(method: str | None) -> None:
    """An account in the credentials decides, whatever the profile and provider."""
    credentials = Credentials("key", "secret", method=method, account_id="123456789012")
    for profile in (None, "a", "b"):
        assert quota_owner(credentials, profile) == "account 123456789012"


@pytest.mark.parametrize(
    ("method", "owner"),
    [
        ("shared-credentials-file", "profile a"),
        ("assume-role", "profile a"),
        ("sso", "profile a"),
        ("custom-process", "profile a"),
        ("env", None),
        ("explicit", None),
        ("iam-role", None),
        ("container-role", None),
        (None, None),
    ],
)
def test_a_profile_tells_accounts_apart_where_it_names_the_credentials(
    method: str | None, owner: str | None
) -> None:
    """Other credentials could be anybody's, so they share one pace, as do unsigned calls."""
    assert quota_owner(Credentials("key", "secret", method=method), "a") == owner
    assert quota_owner(Credentials("key", "secret", method=method), None) is None
    assert quota_owner(None, "a") is None


@pytest.fixture
def no_aws_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let botocore find nothing but what a test gives it."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ACCOUNT_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


WHERE: dict[str, Any] = {"region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:9"}

# Gives another key to each who asks, as a role does.
ROLE = (
    "import json, secrets; print(json.dumps("
    "{'Version': 1, 'AccessKeyId': 'AKIA' + secrets.token_hex(8), 'SecretAccessKey': 's'}))"
)


@pytest.fixture
def roles(no_aws_configuration: None, tmp_path: Path) -> None:
    """Two profiles, each with fresh keys whenever it is asked."""
    script = tmp_path / "role.py"
    script.write_text(ROLE)
    (tmp_path / "config").write_text(
        "".join(
            f"[profile {name}]\ncredential_process = {sys.executable} {script}\n"
            for name in ("a", "b")
        )
    )


def pacers(*clients: SESInsights | SESClassic) -> list[Any]:
    """Return what paces each client."""
    return [client._driver._reserving_pacer() for client in clients]


@pytest.mark.usefixtures("roles")
def test_clients_that_took_on_a_role_each_share_its_pace() -> None:
    """Clients that assume the same role share its pace, although their keys differ."""
    clients = [SESInsights(profile_name="a", **WHERE) for _ in range(2)]
    keys = {cast("Any", each.client)._get_credentials().access_key for each in clients}
    assert len(keys) == 2
    one, another = pacers(*clients)
    assert one is another


@pytest.mark.usefixtures("roles")
def test_profiles_do_not_wait_for_each_other() -> None:
    """Profiles have paces of their own, each shared by both APIs."""
    session = boto3.session.Session(profile_name="a")
    of_a, again, v1, of_b = pacers(
        SESInsights(profile_name="a", **WHERE),
        SESInsights(session=session, **WHERE),
        SESClassic(profile_name="a", **WHERE),
        SESInsights(profile_name="b", **WHERE),
    )
    assert of_a is again is v1
    assert of_a is not of_b


@needs_accounts
def test_plain_keys_share_one_pace_unless_their_account_is_told(
    no_aws_configuration: None,
) -> None:
    """Plain keys share one pace, since two keys may belong to one account."""

    def client(key: str, account: str | None = None) -> SESInsights:
        session = boto3.session.Session(
            aws_access_key_id=key, aws_secret_access_key="secret", aws_account_id=account
        )
        return SESInsights(session=session, **WHERE)

    one, another, told, told_again = pacers(
        client("one"),
        client("another"),
        client("one", "123456789012"),
        client("another", "123456789012"),
    )
    assert one is another
    assert told is told_again
    assert one is not told
