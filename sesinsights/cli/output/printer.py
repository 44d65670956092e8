"""Prints the responses of operations."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, cast

import click

from sesinsights.cli.connection import open_session
from sesinsights.cli.output.pager import pager_command, show, takes_any_character
from sesinsights.cli.output.plain import NEXT_TOKEN, is_list
from sesinsights.cli.settings import OUTPUT_FORMATS
from sesinsights.cli.terminal import printable_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sesinsights.cli.settings import Settings

    Pages = Iterable[dict[str, Any]]
    Token = Callable[[], str | None]


_FORMAT_VARIABLE = "AWS_DEFAULT_OUTPUT"


class Printer:
    """Prints responses as the options, the environment and the AWS configuration specify.

    Args:
        settings: The options.
        title: The title of tables.

    Raises:
        click.UsageError: The query is not valid.
        InvalidConfigError: The configured output format does not exist.
    """

    def __init__(self, settings: Settings, title: str) -> None:
        self._settings = settings
        self._title = title
        self._search = _compiled(settings.query)
        self._format = settings.output or self._configured_format()

    def show(self, pages: Pages, resume_token: Token) -> None:
        """Print a response, page by page if the format allows that.

        Args:
            pages: The pages of a list, or the only one, with members by their names at the service.
            resume_token: Returns where to continue after the last page, or None at the end.
        """
        pieces = self._pieces(pages, resume_token)
        # A table is made for terminals; other text has whatever strangers wrote in a mail.
        if sys.stdout.isatty() and self._format != "table":
            pieces = map(printable_lines, pieces)
        show(pieces, self._pager())

    def _pieces(self, pages: Pages, resume_token: Token) -> Iterator[str]:
        match self._format:
            case "text":
                yield from self._text(pages, resume_token)
            case "yaml-stream":
                yield from self._yaml_stream(pages, resume_token)
            case _:
                found = self._search(_merged(pages, resume_token))
                # An operation without a response prints nothing; a query without a result, null.
                if found != {} and self._format != "off":
                    yield self._document(found)

    def _document(self, found: Any) -> str:
        match self._format:
            case "table":
                from sesinsights.cli.output.table_format import table_text
                from sesinsights.cli.terminal import console

                return table_text(self._title, found, console(self._settings))
            case "yaml":
                return _yaml(found)
            case _:
                return json.dumps(found, indent=4, ensure_ascii=not takes_any_character()) + "\n"

    def _text(self, pages: Pages, resume_token: Token) -> Iterator[str]:
        from sesinsights.cli.output.text_format import text_lines

        for page in pages:
            yield "".join(text_lines(self._search(page)))
        token = resume_token()
        if token:
            # The AWS CLI applies the query to this too.
            yield "".join(text_lines(self._search({NEXT_TOKEN: {NEXT_TOKEN: token}})))

    def _yaml_stream(self, pages: Pages, resume_token: Token) -> Iterator[str]:
        for page in pages:
            if page:
                yield _yaml([self._search(page)])
        token = resume_token()
        if token:
            yield _yaml([self._search({NEXT_TOKEN: token})])

    def _configured_format(self) -> str:
        """Return the format from the environment or the profile, or the default."""
        from botocore.exceptions import InvalidConfigError

        place, chosen = _FORMAT_VARIABLE, os.environ.get(_FORMAT_VARIABLE)
        if not chosen:
            place, chosen = "`output` of the profile", self._profile.get("output", "json")
        if chosen not in OUTPUT_FORMATS:
            known = ", ".join(OUTPUT_FORMATS)
            raise InvalidConfigError(error_msg=f"{place} is {chosen!r}, but must be one of {known}")
        return chosen

    def _pager(self) -> list[str]:
        wanted = self._settings.cli_pager and sys.stdout.isatty()
        return pager_command(self._profile) if wanted else []

    @property
    def _profile(self) -> dict[str, str]:
        return cast("dict[str, str]", open_session(self._settings).get_scoped_config())


def _compiled(query: str | None) -> Callable[[Any], Any]:
    if query is None:
        return lambda found: found
    import jmespath
    from jmespath.exceptions import JMESPathError, JMESPathTypeError

    try:
        compiled = jmespath.compile(query)
    except JMESPathError as error:
        raise click.UsageError(f"--query: {error}") from error

    def search(found: Any) -> Any:
        try:
            chosen: Any = compiled.search(found)
        except JMESPathTypeError as error:
            # Its text has the value, which may be private.
            wanted = " or ".join(error.expected_types)
            problem = f"{error.function_name}() takes {wanted}, not {error.actual_type}"
            raise click.UsageError(f"--query: {problem}") from None
        except (JMESPathError, TypeError, ValueError) as error:
            raise click.UsageError(f"--query: {error}") from error
        if not isinstance(chosen, dict | list | str | int | float | None):
            raise click.UsageError("--query: an expression alone is not a value")
        return cast("Any", chosen)

    return search


def _merged(pages: Pages, resume_token: Token) -> dict[str, Any]:
    """Return all pages as one: lists are joined, and for other values the last one counts."""
    whole: dict[str, Any] = {}
    for page in pages:
        for name, value in page.items():
            if is_list(value):
                whole.setdefault(name, []).extend(value)
            else:
                whole[name] = value
    token = resume_token()
    return {**whole, NEXT_TOKEN: token} if token else whole


def _yaml(found: Any) -> str:
    from sesinsights.cli.output.yaml_format import yaml_text

    return yaml_text(found, any_character=takes_any_character())
