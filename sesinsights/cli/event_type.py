"""The type of options that take an event type."""

from __future__ import annotations

from typing import Any

import click
from typing_extensions import override

from sesinsights.cli.event_words import EVENT_WORDS


class _EventType(click.Choice[str]):
    """The type of an event, spelled as the service does or with hyphens."""

    @override
    def normalize_choice(self, choice: Any, ctx: click.Context | None) -> str:
        """Return the spelling for comparisons."""
        return str(choice).replace("_", "-").replace(" ", "-").lower()


EVENT_TYPE = _EventType([name.lower().replace("_", "-") for name in EVENT_WORDS])
"""Accepts any spelling, and returns the one in lower case with hyphens."""
