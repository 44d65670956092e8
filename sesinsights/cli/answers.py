"""How the answers of operations are printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sesinsights.cli.settings import Settings

__all__ = ["Printer"]


class Printer:
    """Prints answers as the options say."""

    def __init__(self, settings: Settings, title: str) -> None:
        self._settings = settings
        self._title = title

    def show(self, pages: Iterable[dict[str, Any]], resume_token: Callable[[], str | None]) -> None:
        """Print an answer, page by page if the format allows that."""
        whole: dict[str, Any] = {}
        for page in pages:
            for name, value in page.items():
                whole[name] = whole[name] + value if name in whole else value
        token = resume_token()
        if token:
            whole["NextToken"] = token
        if whole:
            click.echo(json.dumps(whole, indent=4, ensure_ascii=False))
