"""The checks of `doctor`, from the credentials to their permissions; none changes anything."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore import UNSIGNED
from botocore.exceptions import BotoCoreError, ClientError

from sesinsights.cli.connection import connect, connect_classic, open_client, open_session
from sesinsights.cli.doctor.event_publishing import publishing_findings
from sesinsights.cli.doctor.finding import Finding, Status
from sesinsights.cli.doctor.other_services import OtherServices
from sesinsights.cli.doctor.permissions import classic_findings, insights_findings
from sesinsights.cli.exit_codes import BAD_CONFIGURATION, OTHER
from sesinsights.cli.failures import CREDENTIALS_ADVICE, REGION_ADVICE, advice_on, text_of
from sesinsights.flows.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from botocore.session import Session

    from sesinsights.cli.settings import Settings


_PROVIDERS = {
    "env": "environment variables",
    "shared-credentials-file": "the shared credentials file",
    "config-file": "the AWS configuration file",
    "assume-role": "an assumed role",
    "assume-role-with-web-identity": "a web identity",
    "container-role": "the role of this container",
    "iam-role": "the role of this EC2 instance",
    "custom-process": "a credential process",
    "sso": "AWS IAM Identity Center",
    "login": "`aws login`",
}
"""The places where botocore finds credentials, by its own names."""

_NOTICEABLE = timedelta(seconds=30)
_TOO_MUCH = timedelta(minutes=4)
"""The service refuses requests signed more than 5 minutes off its own time."""

_PATIENCE = RetryPolicy(max_attempts=3, deadline=10.0)


def examine(settings: Settings, configuration_set: str | None = None) -> Iterator[Finding]:
    """Yield the finding of each check; a problem that makes later checks pointless ends them.

    Args:
        settings: The settings from the options.
        configuration_set: The configuration set whose events are to be checked, in place of the
            permissions.
    """
    last = "Permissions" if configuration_set is None else "Configuration set"
    try:
        session = open_session(settings)
    except BotoCoreError as error:
        yield _unusable("Credentials", text_of(error), *advice_on(error))
        return
    credentials = _credentials(session, settings)
    yield credentials
    region = _region(session, settings)
    yield region
    if region.status is Status.PROBLEM:
        yield _not_tried("Endpoint", "no Region is set")
        return
    if credentials.status is Status.PROBLEM:
        settings = replace(settings, sign_request=False)
    client: Any = None
    try:
        client = open_client("sesv2", settings, session)
    except (BotoCoreError, ValueError) as error:
        yield _unreachable(error)
    if client is None or not (yield from _endpoint(client)):
        yield _not_tried(last, "the endpoint cannot be reached")
    elif credentials.status is Status.PROBLEM:
        yield _not_tried(last, "no credentials were found")
    elif configuration_set is not None:
        ses = connect(settings, retry=_PATIENCE, client=client)
        yield from publishing_findings(ses, OtherServices(session, settings), configuration_set)
    elif (yield from insights_findings(connect(settings, retry=_PATIENCE, client=client))):
        classic = open_client("ses", settings, session)
        yield from classic_findings(
            connect_classic(settings, retry=_PATIENCE, client=classic), client.meta.endpoint_url
        )


def _credentials(session: Session, settings: Settings) -> Finding:
    check = "Credentials"
    if not settings.sign_request:
        return _not_tried(check, "not needed with --no-sign-request")
    try:
        credentials = session.get_credentials()
        key = credentials.get_frozen_credentials().access_key if credentials else None
    except Exception as error:  # noqa: BLE001 - a credential process may end in any
        return _unusable(check, text_of(error), *advice_on(error))
    if credentials is None or not key:
        return _unusable(check, "not found", CREDENTIALS_ADVICE)
    method = credentials.method or ""
    profile = f" (profile {_profile(session)})" if method != "env" else ""
    provider = _PROVIDERS.get(method, method or "an unknown place")
    return Finding(check, Status.OK, f"from {provider}{profile}, access key …{key[-4:]}")


def _region(session: Session, settings: Settings) -> Finding:
    check, name = "Region", session.get_config_variable("region")
    if not name:
        return _unusable(check, "not set", REGION_ADVICE)
    variables = (v for v in ("AWS_REGION", "AWS_DEFAULT_REGION") if os.environ.get(v))
    origin = "--region" if settings.region else next(variables, f"profile {_profile(session)}")
    partitions = session.get_available_partitions()
    if not any(name in session.get_available_regions("sesv2", p) for p in partitions):
        advice = "Check the spelling; a new Region may also need a newer boto3."
        found = f"{name}, from {origin}; boto3 knows no endpoint of Amazon SES there"
        return Finding(check, Status.WARNING, found, advice)
    return Finding(check, Status.OK, f"{name}, from {origin}")


def _profile(session: Session) -> str:
    return session.profile or "default"


def _endpoint(client: Any) -> Generator[Finding, None, bool]:
    """Yield whether the endpoint responds, and the difference between its clock and ours.

    The request is not signed: a refusal is a response too.

    Returns:
        Whether it responds.
    """
    events, choice = client.meta.events, "choose-signer.sesv2.ListExportJobs"
    began = time.monotonic()
    events.register_first(choice, _sign_nothing)
    response: Any
    try:
        response = client.list_export_jobs(PageSize=1)
    except ClientError as error:
        response = error.response
    except (BotoCoreError, ValueError) as error:
        yield _unreachable(error)
        return False
    finally:
        events.unregister(choice, _sign_nothing)
    seconds = time.monotonic() - began
    now = datetime.now(UTC)
    yield Finding("Endpoint", Status.OK, f"{client.meta.endpoint_url} answered in {seconds:.1f} s")
    yield _clock(response["ResponseMetadata"].get("HTTPHeaders", {}).get("date"), now)
    return True


def _sign_nothing(**_: object) -> object:
    return UNSIGNED


def _unreachable(error: Exception) -> Finding:
    advice = (
        "Check --endpoint-url, the AWS_ENDPOINT_URL variables, the Region, the network and its "
        "proxies (HTTPS_PROXY, NO_PROXY)."
    )
    return Finding("Endpoint", Status.PROBLEM, text_of(error), advice, OTHER)


def _clock(date: str | None, now: datetime) -> Finding:
    check = "Clock"
    try:
        there = parsedate_to_datetime(date or "").astimezone(UTC)
    except ValueError:
        return _not_tried(check, "the response had no date to compare with")
    # A date has whole seconds, so it may be up to one behind.
    gap = now - there
    found = f"{abs(gap).total_seconds():.0f} s {'ahead of' if gap > timedelta() else 'behind'}"
    advice = "Set this machine's clock, or synchronize it with NTP."
    if abs(gap) > _TOO_MUCH:
        found += " the service, which refuses signatures that are 5 minutes off"
        return _unusable(check, found, advice)
    if abs(gap) > _NOTICEABLE:
        return Finding(check, Status.WARNING, f"{found} the service", advice)
    return Finding(check, Status.OK, f"{found} the service")


def _unusable(check: str, found: str, *advice: str) -> Finding:
    return Finding(check, Status.PROBLEM, found, " ".join(advice), BAD_CONFIGURATION)


def _not_tried(check: str, reason: str) -> Finding:
    return Finding(check, Status.SKIPPED, f"not tried: {reason}")
