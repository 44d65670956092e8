"""The filters of events."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING

from pydantic import ValidationError

from sesinsights.cli.option_values import BadValueError
from sesinsights.cli.problems import first_problem
from sesinsights.events import Event
from sesinsights.models import GetMessageInsightsRequest
from sesinsights.models.reasons import plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sesinsights.events import AnyEvent, Notice


class Selection:
    """Selects events that match one value of each given option; without options, everything.

    Args:
        messages: Ids as sending returned them, or the Message-ID headers made from them.
        recipients: Addresses.
        types: Types of events.

    Attributes:
        is_everything: Whether nothing is left out.

    Raises:
        BadValueError: What should be an id is not one.
    """

    def __init__(
        self, messages: Sequence[str], recipients: Sequence[str], types: Sequence[str]
    ) -> None:
        self._messages = set(map(_message_id, messages))
        self._recipients = set(map(_address, recipients))
        self._types = set(map(plain_name, types))
        self.is_everything = not (messages or recipients or types)

    def has(self, arrival: AnyEvent | Notice) -> bool:
        """Return whether an event or notice is selected; a notice matches no option."""
        if self.is_everything:
            return True
        return (
            isinstance(arrival, Event)
            and (not self._messages or arrival.message_id in self._messages)
            and (not self._types or plain_name(arrival.type) in self._types)
            and (
                not self._recipients
                or not self._recipients.isdisjoint(map(_address, arrival.recipients))
            )
        )


def _message_id(text: str) -> str:
    try:
        return GetMessageInsightsRequest(message_id=text).message_id
    except ValidationError as error:
        raise BadValueError("--message", first_problem(error).text) from error


def _address(text: str) -> str:
    """Return an address for comparisons, without a name before it."""
    return (parseaddr(text)[1] or text.strip()).casefold()
