"""The clients that commands call, made as the options say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boto3.session import Session

    from sesinsights import RetryPolicy, SESClassic, SESInsights
    from sesinsights.cli.settings import Settings

__all__ = ["connect", "connect_classic", "open_session"]


def open_session(settings: Settings) -> Session:
    """Return the boto3 session of a run of the command line."""
    from boto3.session import Session

    # The AWS CLI knows this variable, boto3 does not.
    region = settings.region or os.environ.get("AWS_REGION") or None
    return Session(profile_name=settings.profile, region_name=region)


def connect(settings: Settings, *, retry: RetryPolicy | None = None) -> SESInsights:
    """Return a client of Amazon SES v2."""
    from sesinsights import SESInsights

    return SESInsights(client=_client("sesv2", settings), retry=retry)


def connect_classic(settings: Settings, *, retry: RetryPolicy | None = None) -> SESClassic:
    """Return a client of Amazon SES v1."""
    from sesinsights import SESClassic

    return SESClassic(client=_client("ses", settings), retry=retry)


def _client(service: str, settings: Settings) -> Any:
    from botocore import UNSIGNED
    from botocore.config import Config

    details: dict[str, Any] = {}
    if not settings.sign_request:
        details["signature_version"] = UNSIGNED
    timeouts = {
        "read_timeout": settings.cli_read_timeout,
        "connect_timeout": settings.cli_connect_timeout,
    }
    # None is for ever, as 0 is on the command line.
    details |= {name: value or None for name, value in timeouts.items() if value is not None}
    session: Any = open_session(settings)
    return session.client(
        service,
        endpoint_url=settings.endpoint_url,
        verify=settings.ca_bundle if settings.verify_ssl else False,
        config=Config(**details),
    )
