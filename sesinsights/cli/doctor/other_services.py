"""Read calls of the services that events go to, with the session of the command."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from sesinsights.cli.connection import open_client
from sesinsights.cli.failures import text_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from botocore.session import Session

    from sesinsights.cli.settings import Settings

_SECONDS = 5
"""How long a service may take; its response is only part of a finding."""

_NOT_THERE = ("NoSuchEntity", "NotFound", "NotFoundException", "ResourceNotFoundException")
_DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation")


class NotThereError(Exception):
    """The requested resource does not exist."""


class CannotTellError(Exception):
    """The service did not say.

    Attributes:
        reason: Why.
        advice: What to do about it.
    """

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


class OtherServices:
    """Asks services other than Amazon SES, and changes nothing.

    The endpoint given for Amazon SES does not apply to them; boto3 finds theirs.

    Args:
        session: The session that has the credentials and the Region.
        settings: The settings from the options.
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._settings = replace(
            settings,
            endpoint_url=None,
            cli_connect_timeout=_SECONDS,
            cli_read_timeout=_SECONDS,
        )
        self._clients: dict[str, Any] = {}

    def ask(self, service: str, operation: str, **parameters: str) -> dict[str, Any]:
        """Return the response to a read call.

        Args:
            service: The service, as boto3 and IAM call it.
            operation: The operation, such as `GetTopicAttributes`.
            parameters: Its parameters.

        Raises:
            NotThereError: What it asks for does not exist.
            CannotTellError: It is not allowed, or there is no response.
        """
        with self._told(service, operation):
            call = getattr(self._client(service), xform_name(operation))
            response: dict[str, Any] = call(**parameters)
        return response

    def items(self, service: str, operation: str, member: str, **parameters: str) -> list[Any]:
        """Return the items of all pages of a list.

        Args:
            service: As for `ask`.
            operation: As for `ask`.
            member: The member of each page that holds its items.
            parameters: As for `ask`.

        Raises:
            NotThereError: As for `ask`.
            CannotTellError: As for `ask`.
        """
        with self._told(service, operation):
            pages = self._client(service).get_paginator(xform_name(operation))
            return [item for page in pages.paginate(**parameters) for item in page[member]]

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = open_client(service, self._settings, self._session)
        return self._clients[service]

    @contextmanager
    def _told(self, service: str, operation: str) -> Generator[None]:
        """Raise a service's error as one of the two errors."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in _NOT_THERE:
                raise NotThereError from error
            if code in _DENIED:
                action = f"{service}:{operation}"
                reason = f"{action} is not allowed"
                raise CannotTellError(reason, f"Allow {action} to check this.") from error
            raise CannotTellError(text_of(error), "Try again later.") from error
        except BotoCoreError as error:
            advice = "Check the network and the credentials."
            raise CannotTellError(text_of(error), advice) from error
