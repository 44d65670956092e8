"""Creates the clients for commands from the options."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session

    from sesinsights import RetryPolicy, SESClassic, SESInsights
    from sesinsights.cli.settings import Settings


def open_session(settings: Settings) -> Session:
    """Return the session of a run of the command line, which is opened once.

    It reads the AWS configuration, and may ask for a code to get credentials.

    Raises:
        ProfileNotFound: The profile does not exist.
    """
    if settings.session is not None:
        return settings.session
    # What a boto3 session is made of; boto3 adds only what uploads take, and is slow to import.
    from botocore.session import Session

    session = Session(profile=settings.profile)
    session.get_scoped_config()  # fails if the profile does not exist
    # The AWS CLI knows this variable, boto3 does not.
    region = settings.region or os.environ.get("AWS_REGION")
    if region:
        session.set_config_variable("region", region)
    settings.session = session
    return session


def connect(
    settings: Settings, *, retry: RetryPolicy | None = None, client: Any = None
) -> SESInsights:
    """Return a client of Amazon SES v2.

    Args:
        settings: The settings from the options.
        retry: How failing calls are retried; by default, as the AWS configuration says.
        client: The boto3 client to use, instead of a new one.
    """
    from sesinsights import SESInsights

    client = client or open_client("sesv2", settings, open_session(settings))
    return SESInsights(client=client, retry=retry or _configured_retries(client))


def connect_classic(
    settings: Settings, *, retry: RetryPolicy | None = None, client: Any = None
) -> SESClassic:
    """Return a client of Amazon SES v1; the arguments are those of `connect`."""
    from sesinsights import SESClassic

    client = client or open_client("ses", settings, open_session(settings))
    return SESClassic(client=client, retry=retry or _configured_retries(client))


def open_client(service: str, settings: Settings, session: Session) -> Any:
    """Return the boto3 client of a service."""
    from botocore import UNSIGNED
    from botocore.config import Config

    details: dict[str, Any] = {}
    if not settings.sign_request:
        details["signature_version"] = UNSIGNED
    timeouts = {
        "read_timeout": settings.cli_read_timeout,
        "connect_timeout": settings.cli_connect_timeout,
    }
    # None means no limit, as 0 does on the command line.
    details |= {name: value or None for name, value in timeouts.items() if value is not None}
    opened: Any = session
    return opened.create_client(
        service,
        # What is given on the command line is the endpoint of Amazon SES.
        endpoint_url=None if service == "s3" else settings.endpoint_url,
        verify=settings.ca_bundle if settings.verify_ssl else False,
        config=Config(**details),
    )


def _configured_retries(client: Any) -> RetryPolicy | None:
    """Return how often a call is tried, if AWS_MAX_ATTEMPTS or the profile sets it."""
    from sesinsights import RetryPolicy

    configured: dict[str, Any] = client.meta.config.retries or {}
    attempts = configured.get("total_max_attempts")
    return None if attempts is None else RetryPolicy(max_attempts=attempts)
